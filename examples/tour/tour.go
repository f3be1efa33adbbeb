package main

import (
	"context"
	"fmt"
	"time"

	"github.com/lucid-go/lucid"
)

// tour walks through chapters on one database.
type tour struct {
	db         *lucid.DB
	statements *recorder
	code       *source
	out        *printer
	now        func() time.Time
	sent       int
}

func (t *tour) walk(ctx context.Context, pages []page) error {
	start := t.now()
	for _, p := range pages {
		if err := t.chapter(ctx, p); err != nil {
			return fmt.Errorf("chapter %s: %w", p.name, err)
		}
	}
	t.out.goodbye(len(pages), t.sent, t.now().Sub(start))
	return t.out.err
}

func (t *tour) chapter(ctx context.Context, p page) error {
	t.out.heading(p)
	if err := t.declarations(p.declares); err != nil {
		return err
	}
	for _, s := range p.steps {
		if err := t.step(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.function, err)
		}
	}
	return nil
}

func (t *tour) declarations(names []string) error {
	texts := make([]string, len(names))
	for i, name := range names {
		var err error
		if texts[i], err = t.code.declaration(name); err != nil {
			return err
		}
	}
	t.out.declarations(texts)
	return nil
}

// step prints the code before it runs, so that a failure stands under the code that failed.
func (t *tour) step(ctx context.Context, s step) error {
	body, err := t.code.body(s.function)
	if err != nil {
		return err
	}
	t.out.code(s.note, body)
	t.statements.take() // what was sent between steps belongs to none
	result, err := s.run(ctx, t.db)
	sent := t.statements.take()
	t.sent += len(sent)
	t.out.statements(sent)
	if err != nil {
		return err
	}
	t.out.result(result)
	return nil
}
