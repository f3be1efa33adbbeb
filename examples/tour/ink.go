package main

import (
	"regexp"
	"strings"
)

// ink colours text for a terminal; false leaves it as it is. Of SQL only the keywords are coloured and
// of Go only the comments are dimmed: enough to find one's way, not so much that it distracts.
type ink bool

func (k ink) in(code, text string) string {
	if !k || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (k ink) bold(text string) string  { return k.in("1", text) }
func (k ink) dim(text string) string   { return k.in("2", text) }
func (k ink) label(text string) string { return k.in("33", text) }

// keywords are matched in capitals only, as lucid writes them; names stand in quotes or lower case.
var keywords = regexp.MustCompile(`\b(SELECT|DISTINCT|FROM|INNER|LEFT|JOIN|ON|WHERE|AND|OR|NOT|IN|IS|NULL|EXISTS|LIKE|BETWEEN|` +
	`GROUP|ORDER|BY|ASC|DESC|LIMIT|OFFSET|AS|OVER|PARTITION|INSERT|INTO|VALUES|UPDATE|SET|DELETE|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|TO|ANY)\b`)

func (k ink) sql(text string) string {
	if !k {
		return text
	}
	return keywords.ReplaceAllStringFunc(text, func(word string) string { return k.in("36", word) })
}

func (k ink) golang(line string) string {
	if before, comment, ok := strings.Cut(line, "// "); ok {
		return before + k.dim("// "+comment)
	}
	return line
}
