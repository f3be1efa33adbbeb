package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// options are the command line.
type options struct {
	url     string
	chapter string
	list    bool
	plain   bool
}

const memoryURL = "sqlite::memory:"

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("tour", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.url, "db", memoryURL, "database `URL`: postgres://… or mysql://…; without it, SQLite in memory")
	flags.StringVar(&o.chapter, "chapter", "", "run one chapter, by `name` or number")
	flags.BoolVar(&o.list, "list", false, "list the chapters and exit")
	flags.BoolVar(&o.plain, "no-color", false, "print plain text (so does the environment variable NO_COLOR)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q: name a chapter with -chapter", flags.Arg(0))
		_, _ = fmt.Fprintln(stderr, "tour:", err)
		return o, err
	}
	return o, nil
}

// colour reports whether w is a terminal whose user has not asked for plain text (https://no-color.org).
func (o options) colour(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || o.plain || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	return isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd())
}
