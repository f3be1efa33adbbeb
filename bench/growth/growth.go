// Package growth looks at how the cost of lucid grows: with the parents, their children, the nesting,
// the connections, the number of different queries, and with the rows that a program keeps.
package growth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	connect "github.com/lucid-go/lucid/bench/peers/lucid"
)

// A Study is a cost at several sizes. Its file says what it asks and why.
type Study struct {
	Name    string
	About   string
	Of      string   // what the sizes count
	Columns []string // what is measured at each of them
	Sizes   []int
	Measure func(ctx context.Context, at *Bench, size int) ([]Value, error)
}

// Studies is every study, in the order of the report.
var Studies = []*Study{parents, children, nesting, pool, shapes, memory}

// A Value is a number with how to write it.
type Value struct {
	Number float64
	Format func(float64) string
}

// A Result is what the studies found on one database: by study, by size, by column.
type Result struct {
	Kind   database.Kind
	Values map[*Study][][]Value
}

// Bench is a database with the tables of the studies.
type Bench struct {
	*database.Database
	DB        *lucid.DB
	BenchTime time.Duration
}

// Run does all studies on a database that it makes and removes.
func Run(ctx context.Context, kind database.Kind, benchTime time.Duration, log func(format string, args ...any)) (result *Result, err error) {
	at, err := open(ctx, kind, benchTime)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	defer func() { err = errors.Join(err, at.close(ctx)) }()
	result = &Result{kind, map[*Study][][]Value{}}
	for _, s := range Studies {
		log("%s: %s", kind, s.Name)
		for _, size := range s.Sizes {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			values, err := s.Measure(ctx, at, size)
			if err != nil {
				return nil, fmt.Errorf("%s: %s of %d: %w", kind, s.Name, size, err)
			}
			result.Values[s] = append(result.Values[s], values)
		}
	}
	return result, nil
}

func open(ctx context.Context, kind database.Kind, benchTime time.Duration) (*Bench, error) {
	d, err := database.Create(ctx, kind)
	if err != nil {
		return nil, err
	}
	if err := fill(ctx, d); err != nil {
		return nil, errors.Join(err, d.Close(ctx))
	}
	db, err := connect.Connect(ctx, d, database.PoolSize)
	if err != nil {
		return nil, errors.Join(err, d.Close(ctx))
	}
	return &Bench{d, db, benchTime}, nil
}

func (b *Bench) close(ctx context.Context) error { return errors.Join(b.DB.Close(), b.Close(ctx)) }

// repeat is the fastest of three samples: what others do to the machine only ever adds time.
func (b *Bench) repeat(ctx context.Context, run func(ctx context.Context, i int) error) (measure.Sample, error) {
	var best measure.Sample
	for range 3 {
		s, err := measure.Repeat(ctx, b.BenchTime, run)
		if err != nil {
			return s, err
		}
		if best.Nanoseconds == 0 || s.Nanoseconds < best.Nanoseconds {
			best = s
		}
	}
	return best, nil
}
