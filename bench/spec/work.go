package spec

import (
	"context"
	"fmt"
	"slices"
)

// A Work is one task that every peer does. Its file says what is asked for; want and state say what a
// right answer is.
type Work struct {
	Name   string
	About  string // for the report: one line
	Writes bool

	ordered bool
	want    func(out *Digest, d *Data, i int)              // of a read: what iteration i returns
	state   func(out *Digest, d *Data, n int, ids []int64) // of a write: the tables after iterations 0 to n-1, which returned ids
}

// Works is every work, in the order of the report.
var Works = []*Work{
	FindByPK, Select10k,
	PreloadHasMany, PreloadNested, PreloadManyToMany, PreloadSiblings,
	GroupLimit, WithCount, WhereHas,
	InsertOne, InsertMany, SyncPivot, UpdateOne,
}

// An Op is one way of doing a work. Run is what is timed; i numbers the iterations since the last Reset.
type Op struct {
	Variant string // tells apart the ways of one peer; "" where it has one
	Run     func(ctx context.Context, i int) error

	show func(ctx context.Context, i int, out *Digest) (ids []int64, err error)
}

// Read is an Op that returns rows of a peer's own types.
func Read[R any](variant string, run func(ctx context.Context, i int) (R, error)) Op {
	return Op{
		Variant: variant,
		Run:     func(ctx context.Context, i int) error { _, err := run(ctx, i); return err },
		show: func(ctx context.Context, i int, out *Digest) ([]int64, error) {
			result, err := run(ctx, i)
			if err == nil {
				out.walk(result)
			}
			return nil, err
		},
	}
}

// Insert is an Op that returns the rows that it inserted, which have their generated keys.
func Insert[R any](variant string, run func(ctx context.Context, i int) (R, error)) Op {
	return Op{
		Variant: variant,
		Run:     func(ctx context.Context, i int) error { _, err := run(ctx, i); return err },
		show: func(ctx context.Context, i int, _ *Digest) ([]int64, error) {
			result, err := run(ctx, i)
			if err != nil {
				return nil, err
			}
			return keys(result), nil
		},
	}
}

// Write is an Op that changes rows and returns nothing.
func Write(variant string, run func(ctx context.Context, i int) error) Op {
	return Op{
		Variant: variant,
		Run:     run,
		show:    func(ctx context.Context, i int, _ *Digest) ([]int64, error) { return nil, run(ctx, i) },
	}
}

// A Store is the verifier's own view of the tables that are written.
type Store interface {
	// Reset leaves one event, Event(0), and no pivot row of SyncUser.
	Reset(ctx context.Context) error
	Events(ctx context.Context) ([]Post, error)
	Pivots(ctx context.Context) ([]Pivot, error) // of SyncUser
}

// iterations is how often an op is run to be verified: the second time it meets what the first has left.
const iterations = 2

// Verify runs an op and compares what it returns, and what it leaves in the tables, with the data.
func (w *Work) Verify(ctx context.Context, op Op, d *Data, store Store) error {
	if w.Writes {
		return w.verifyWrite(ctx, op, d, store)
	}
	for i := range iterations {
		got, want := &Digest{Ordered: w.ordered}, &Digest{Ordered: w.ordered}
		if _, err := op.show(ctx, i, got); err != nil {
			return err
		}
		w.want(want, d, i)
		if err := got.Differs(want); err != nil {
			return err
		}
	}
	return nil
}

func (w *Work) verifyWrite(ctx context.Context, op Op, d *Data, store Store) error {
	if err := store.Reset(ctx); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	var ids []int64
	for i := range iterations {
		more, err := op.show(ctx, i, nil)
		if err != nil {
			return err
		}
		ids = append(ids, more...)
	}
	got, want := &Digest{}, &Digest{}
	events, err := store.Events(ctx)
	if err != nil {
		return err
	}
	for _, e := range events {
		got.Post(0, e)
	}
	pivots, err := store.Pivots(ctx)
	if err != nil {
		return err
	}
	for _, p := range pivots {
		got.Pivot(p)
	}
	w.state(want, d, iterations, ids)
	return got.Differs(want)
}

// firstEvent is the event that Reset leaves.
func firstEvent() Post {
	e := Event(0)
	e.ID = 1
	return e
}

// inserted adds the events that n iterations of size rows have left, given the keys that were returned.
func inserted(out *Digest, n, size int, ids []int64) {
	out.Post(0, firstEvent())
	for k := range n * size {
		e := Event(k) // insert_many starts anew after InsertSize, as Event does
		if k < len(ids) {
			e.ID = ids[k]
		}
		out.Post(0, e)
	}
}

// Named is the works with these names; all of them where there are none.
func Named(names ...string) ([]*Work, error) {
	if len(names) == 0 {
		return Works, nil
	}
	var out []*Work
	for _, name := range names {
		i := slices.IndexFunc(Works, func(w *Work) bool { return w.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no work %q", name)
		}
		out = append(out, Works[i])
	}
	return out, nil
}
