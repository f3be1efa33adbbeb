package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// table is a result: few columns, few rows, text cells.
type table struct {
	head    []string
	rows    [][]string
	outline bool // leave out what repeats the row above, as in a list of children under their parent
}

// widest is the most runes that the last column takes before its text continues on the next line.
const widest = 76

func newTable(head ...string) *table { return &table{head: head} }

// tree is a table of parents and children.
func tree(head ...string) *table { return &table{head: head, outline: true} }

// row adds a row and returns the table.
func (t *table) row(cells ...any) *table {
	texts := make([]string, len(t.head))
	for i, c := range cells {
		texts[i] = cell(c)
	}
	t.rows = append(t.rows, texts)
	return t
}

// cell is a value as text: what a pointer points to, nil for none, times without their zone.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case error:
		return v.Error()
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04")
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return "nil"
		}
		return cell(r.Elem().Interface())
	}
	return fmt.Sprint(v)
}

// lines is the table as aligned text: head, rule, rows.
func (t *table) lines() []string {
	rows := t.wrapped()
	widths := widths(append([][]string{t.head}, rows...))
	numeric := t.numeric()
	rule := make([]string, len(t.head))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	all := append([][]string{t.head, rule}, rows...)
	lines := make([]string, len(all))
	for i, row := range all {
		lines[i] = align(row, widths, numeric)
	}
	return lines
}

// wrapped is the rows as they are printed: repeats left out, and long last cells on several lines.
func (t *table) wrapped() [][]string {
	var rows [][]string
	var above []string
	last := len(t.head) - 1
	for _, row := range t.rows {
		printed := row
		if t.outline {
			printed = withoutRepeats(row, above)
		}
		above = row
		for i, part := range wrap(printed[last], widest) {
			line := make([]string, len(row))
			if i == 0 {
				copy(line, printed)
			}
			line[last] = part
			rows = append(rows, line)
		}
	}
	return rows
}

func withoutRepeats(row, above []string) []string {
	printed := append([]string(nil), row...)
	for i := range above {
		if row[i] != above[i] {
			break
		}
		printed[i] = ""
	}
	return printed
}

// numeric says which columns hold only numbers, which are aligned to the right.
func (t *table) numeric() []bool {
	numeric := make([]bool, len(t.head))
	for i := range t.head {
		text := ""
		for _, row := range t.rows {
			text += strings.TrimPrefix(row[i], "nil")
		}
		numeric[i] = text != "" && strings.Trim(text, "0123456789.-") == ""
	}
	return numeric
}

func widths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	return widths
}

func align(row []string, widths []int, right []bool) string {
	var b strings.Builder
	for i, text := range row {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
		if right[i] {
			text = pad + text
		} else {
			text += pad
		}
		b.WriteString(text + "  ")
	}
	return strings.TrimRight(b.String(), " ")
}

// wrap breaks text between words into lines of at most width runes; a longer word stays whole, and so
// do the text's own lines.
func wrap(text string, width int) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapLine(line, width)...)
	}
	return lines
}

func wrapLine(text string, width int) []string {
	var lines []string
	for utf8.RuneCountInString(text) > width {
		limit := len(string([]rune(text)[:width+1]))
		at := strings.LastIndexByte(text[:limit], ' ')
		if at <= 0 {
			if at = strings.IndexByte(text[1:], ' ') + 1; at == 0 {
				break
			}
		}
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}
