// Command tour shows lucid at work: every chapter runs a piece of Go against a real database and
// prints the code, the SQL that was sent and the rows that came back.
//
//	go run ./examples/tour                        an SQLite database in memory, no server needed
//	go run ./examples/tour -list                  the chapters
//	go run ./examples/tour -chapter has-many      one chapter, by name or number
//	go run ./examples/tour -db postgres://…       PostgreSQL, in a schema of its own
//	go run ./examples/tour -db mysql://…          MySQL or MariaDB, in a database of its own
//
// On a server the tour works in a schema or database with a fresh name and drops it at the end; it
// never looks at anything else there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	// SIGPIPE is caught so that "tour -db … | head" still drops what it made on the server.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process: arguments in, exit code out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // the flag package has said what is wrong
	case opts.list:
		list(stdout, contents)
		return 0
	}
	out := newPrinter(stdout, opts.colour(stdout))
	if err := visit(ctx, opts, out, time.Now); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		_, _ = fmt.Fprintln(stderr, "tour:", err)
		return 1
	}
	return 0
}

// visit opens a database, fills it, walks through the chapters asked for and removes what it made.
func visit(ctx context.Context, opts options, out *printer, now func() time.Time) (err error) {
	chosen, err := choose(contents, opts.chapter)
	if err != nil {
		return err
	}
	code, err := readSource()
	if err != nil {
		return err
	}
	statements := &recorder{}
	place, err := openPlace(ctx, opts.url, statements)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.leave(ctx)) }()

	t := &tour{db: place.db, statements: statements, code: code, out: out, now: now}
	out.welcome(place.describe(), len(chosen))
	if err := build(ctx, place.db, place.dialect); err != nil {
		return err
	}
	return t.walk(ctx, chosen)
}
