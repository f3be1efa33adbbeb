package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lucid-go/lucid"
)

// printer lays out the tour on w. It keeps the first error of w and writes nothing after it.
type printer struct {
	w   io.Writer
	ink ink
	err error
}

// lineWidth is where running text and SQL continue on the next line.
const lineWidth = 92

func newPrinter(w io.Writer, colour bool) *printer { return &printer{w: w, ink: ink(colour)} }

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) welcome(database string, chapters int) {
	p.line("%s", p.ink.bold("A tour of lucid"))
	p.line("%s on %s.", plural(chapters, "chapter"), database)
	p.line("The tables: %s.", strings.Join(tableNames(), ", "))
}

// heading is also the sign of progress: it is printed before the chapter runs.
func (p *printer) heading(c page) {
	number := fmt.Sprintf("[%*d/%d]", len(fmt.Sprint(c.of)), c.number, c.of)
	p.line("")
	p.line("")
	p.line("%s", p.ink.bold(number+" "+c.name+": "+c.title))
	p.line("")
	for _, line := range wrap(c.text, lineWidth) {
		p.line("  %s", line)
	}
}

func (p *printer) declarations(texts []string) {
	if len(texts) > 0 {
		p.label("declared")
		p.goCode(strings.Join(texts, "\n\n"))
	}
}

func (p *printer) code(note, text string) {
	if note != "" {
		p.line("")
		for _, line := range wrap(note, lineWidth) {
			p.line("  %s", line)
		}
	}
	p.label("Go")
	p.goCode(text)
}

func (p *printer) goCode(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.ReplaceAll(line, "\t", "    ")
		p.line("%s", strings.TrimRight("    "+p.ink.golang(line), " "))
	}
}

func (p *printer) statements(sent []lucid.QueryEvent) {
	if len(sent) == 0 {
		p.label("SQL: no statement was sent")
		return
	}
	p.label("SQL: " + plural(len(sent), "statement"))
	for i, event := range sent {
		if i > 0 {
			p.line("")
		}
		p.statement(event)
	}
}

func (p *printer) statement(event lucid.QueryEvent) {
	about := fmt.Sprintf("-- %s, %s", event.Path, plural(int(event.Rows), "row"))
	switch {
	case event.Err != nil:
		about = fmt.Sprintf("-- %s, failed", event.Path)
	case event.Path == "":
		about = "-- " + plural(int(event.Rows), "row")
	}
	p.line("    %s", p.ink.dim(about))
	for i, line := range sqlLines(event.SQL, lineWidth) {
		if i > 0 {
			line = "  " + line
		}
		p.line("    %s", p.ink.sql(line))
	}
	if len(event.Args) > 0 {
		p.line("    %s", p.ink.dim("args: "+arguments(event.Args)))
	}
}

func (p *printer) result(t *table) {
	p.label("result")
	for i, line := range t.lines() {
		if i < 2 {
			line = p.ink.dim(line)
		}
		p.line("    %s", line)
	}
	if len(t.rows) == 0 {
		p.line("    (no rows)")
	}
}

func (p *printer) label(text string) {
	p.line("")
	p.line("  %s", p.ink.label(text))
}

func (p *printer) goodbye(chapters, statements int, elapsed time.Duration) {
	p.line("")
	p.line("")
	p.line("%s, %s, %s", plural(chapters, "chapter"), plural(statements, "statement"), elapsed.Round(time.Millisecond))
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
