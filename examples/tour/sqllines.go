package main

import (
	"regexp"
	"strings"
)

// clauses start a line of their own in a statement that is too long for one.
var clauses = regexp.MustCompile(` (FROM|WHERE|INNER JOIN|LEFT JOIN|GROUP BY|HAVING|ORDER BY|LIMIT) `)

// sqlLines is a statement on as many lines as it needs. Only white space becomes line breaks.
func sqlLines(text string, width int) []string {
	if len(text) <= width && !strings.Contains(text, "\n") {
		return []string{text}
	}
	var lines []string
	for _, clause := range cutClauses(strings.Join(strings.Fields(text), " ")) {
		lines = append(lines, wrap(clause, width)...)
	}
	return lines
}

// cutClauses cuts a statement before its own clauses, not before those of its subqueries.
func cutClauses(text string) []string {
	var parts []string
	start := 0
	for _, at := range clauses.FindAllStringIndex(text, -1) {
		before := text[:at[0]]
		if strings.Count(before, "(") == strings.Count(before, ")") {
			parts = append(parts, text[start:at[0]])
			start = at[0] + 1
		}
	}
	return append(parts, text[start:])
}
