// Package measure times every peer at every work, in rounds, so that what slows the machine down for
// a while slows all of them down.
package measure

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/peers/raw"
	"github.com/lucid-go/lucid/bench/spec"
)

// Config says what is measured.
type Config struct {
	Works     []*spec.Work
	Peers     []peer.Peer
	Rounds    int
	BenchTime time.Duration // how long a sample takes, at least one iteration
	Log       func(format string, args ...any)
}

// An Entry is one way of doing a work and what it took, a sample for each round.
type Entry struct {
	Peer, Variant string
	Samples       []Sample
	Err           error // it failed, or returned what is wrong: it was not measured

	op spec.Op
}

// Name tells an entry apart from the others of its row.
func (e *Entry) Name() string { return strings.TrimSpace(e.Peer + " " + e.Variant) }

// A Sample is what one iteration took, on average.
type Sample struct{ Nanoseconds, Bytes, Allocs float64 }

// A Row is all entries of a work on a database.
type Row struct {
	Work    *spec.Work
	Entries []*Entry
}

// A Result is what was measured on one database.
type Result struct {
	Kind    database.Kind
	Version string
	Rounds  int
	Rows    []*Row
}

// Run measures one database. What fails is in the result's entries, and logged.
func Run(ctx context.Context, db *database.Database, data *spec.Data, c Config) (result *Result, err error) {
	suite, err := Open(ctx, db, c.Works, c.Peers)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, suite.Close()) }()
	suite.Verify(ctx, db, data)
	for _, r := range suite.Rows {
		for _, e := range r.Entries {
			if e.Err != nil {
				c.Log("%s %s %s: %v", db.Kind, r.Work.Name, e.Name(), e.Err)
			}
		}
	}
	for round := range c.Rounds {
		c.Log("%s: round %d of %d", db.Kind, round+1, c.Rounds)
		for _, r := range suite.Rows {
			for i := range r.Entries {
				e := r.Entries[(i+round)%len(r.Entries)]
				if e.Err != nil {
					continue
				}
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				s, err := Take(ctx, db, r.Work, e, c.BenchTime)
				if err != nil {
					return nil, fmt.Errorf("%s %s %s: %w", db.Kind, r.Work.Name, e.Name(), err)
				}
				e.Samples = append(e.Samples, s)
			}
		}
	}
	return &Result{db.Kind, db.Version, c.Rounds, suite.Rows}, nil
}

// A Suite is peers that are connected to a database.
type Suite struct {
	Rows  []*Row
	close []func() error
}

// Open connects the peers.
func Open(ctx context.Context, db *database.Database, works []*spec.Work, peers []peer.Peer) (*Suite, error) {
	s := &Suite{}
	for _, w := range works {
		s.Rows = append(s.Rows, &Row{Work: w})
	}
	for _, p := range peers {
		ops, err := p.Open(ctx, db)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s on %s: %w", p.Name, db.Kind, err), s.Close())
		}
		if ops == nil {
			continue
		}
		s.close = append(s.close, ops.Close)
		for _, r := range s.Rows {
			for _, op := range ops.Of[r.Work] {
				r.Entries = append(r.Entries, &Entry{Peer: p.Name, Variant: op.Variant, op: op})
			}
		}
	}
	return s, nil
}

// Close disconnects the peers.
func (s *Suite) Close() error {
	var errs []error
	for _, c := range s.close {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// Verify runs every op once and marks those whose result is wrong.
func (s *Suite) Verify(ctx context.Context, db *database.Database, data *spec.Data) {
	for _, r := range s.Rows {
		for _, e := range r.Entries {
			e.Err = r.Work.Verify(ctx, e.op, data, db)
		}
	}
}

// Take runs an entry for so long, on tables as the work wants them.
func Take(ctx context.Context, db *database.Database, w *spec.Work, e *Entry, benchTime time.Duration) (Sample, error) {
	if w.Writes {
		if err := db.Reset(ctx); err != nil {
			return Sample{}, err
		}
	}
	return Repeat(ctx, benchTime, e.op.Run)
}

// Repeat runs a function for so long. The first iteration is not counted: it connects, prepares and
// warms up. Nothing can cancel the others: the drivers of database/sql watch a context that can be
// cancelled from a goroutine for each statement, which costs every peer the same and would make all
// ratios look better.
func Repeat(ctx context.Context, benchTime time.Duration, run func(ctx context.Context, i int) error) (Sample, error) {
	ctx = context.WithoutCancel(ctx)
	if err := run(ctx, 0); err != nil {
		return Sample{}, err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, start := 0, time.Now()
	var took time.Duration
	for took < benchTime || n == 0 {
		n++
		if err := run(ctx, n); err != nil {
			return Sample{}, err
		}
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)
	return Sample{
		Nanoseconds: float64(took.Nanoseconds()) / float64(n),
		Bytes:       float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
		Allocs:      float64(after.Mallocs-before.Mallocs) / float64(n),
	}, nil
}

// Floor is the fastest of the ways written by hand; nil where none could be measured.
func (r *Row) Floor() *Entry {
	var best *Entry
	for _, e := range r.Entries {
		if e.Peer == raw.Peer.Name && e.Err == nil && (best == nil || e.Nanoseconds() < best.Nanoseconds()) {
			best = e
		}
	}
	return best
}

// Nanoseconds is the median over the rounds.
func (e *Entry) Nanoseconds() float64 {
	return summarize(e.Samples, func(i int) float64 { return e.Samples[i].Nanoseconds }).Median
}

// Bytes is how much an iteration allocates, in the median.
func (e *Entry) Bytes() float64 {
	return summarize(e.Samples, func(i int) float64 { return e.Samples[i].Bytes }).Median
}

// Allocs is how often an iteration allocates, in the median.
func (e *Entry) Allocs() float64 {
	return summarize(e.Samples, func(i int) float64 { return e.Samples[i].Allocs }).Median
}

// A Ratio is a cell of the tables: medians over the rounds of what a peer took by what the floor took
// in the same round.
type Ratio struct {
	Time          Spread
	Bytes, Allocs float64
}

// To compares an entry with the floor.
func (e *Entry) To(floor *Entry) Ratio {
	by := func(of func(Sample) float64) Spread {
		return summarize(e.Samples, func(i int) float64 { return of(e.Samples[i]) / of(floor.Samples[i]) })
	}
	return Ratio{
		Time:   by(func(s Sample) float64 { return s.Nanoseconds }),
		Bytes:  by(func(s Sample) float64 { return s.Bytes }).Median,
		Allocs: by(func(s Sample) float64 { return s.Allocs }).Median,
	}
}

// Best is the fastest way of a peer, or one that failed where none worked; nil where it has none.
func (r *Row) Best(peer string) *Entry {
	var best *Entry
	for _, e := range r.Entries {
		if e.Peer != peer {
			continue
		}
		if best == nil || best.Err != nil || e.Err == nil && e.Nanoseconds() < best.Nanoseconds() {
			best = e
		}
	}
	return best
}
