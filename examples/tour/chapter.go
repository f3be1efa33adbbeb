package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/lucid-go/lucid"
)

// chapter is one subject of the tour.
type chapter struct {
	name     string   // for -chapter: lower case, words joined by hyphens
	title    string   // one line
	text     string   // what the reader should take away
	declares []string // declarations of this package to show first: models, relations, scopes
	steps    []step
}

// step is a function whose body is shown, and run.
type step struct {
	note     string // why this code, in one sentence; may be empty
	function string // its name, by which its source is found
	run      func(ctx context.Context, db *lucid.DB) (*table, error)
}

// show is a step that runs code and prints its result as a table. Only code is shown to the reader, so
// it holds what a user would write and nothing about printing.
func show[V any](note string, code func(context.Context, *lucid.DB) (V, error), as func(V) *table) step {
	return step{note, functionName(code), func(ctx context.Context, db *lucid.DB) (*table, error) {
		result, err := code(ctx, db)
		if err != nil {
			return nil, err
		}
		return as(result), nil
	}}
}

// fails is a step that is there for its error, which must be of that kind; nil stands for any.
func fails[V any](note string, code func(context.Context, *lucid.DB) (V, error), kind error) step {
	return step{note, functionName(code), func(ctx context.Context, db *lucid.DB) (*table, error) {
		_, err := code(ctx, db)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			return nil, errors.New("an error was expected here, and there was none")
		case kind != nil && !errors.Is(err, kind):
			return nil, fmt.Errorf("another error was expected here (%w): %w", kind, err)
		}
		return newTable("error").row(err), nil
	}}
}

// functionName is the name in the source of a top-level function.
func functionName(code any) string {
	name := runtime.FuncForPC(reflect.ValueOf(code).Pointer()).Name()
	return name[strings.LastIndexByte(name, '.')+1:]
}
