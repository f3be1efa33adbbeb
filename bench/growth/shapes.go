package growth

import (
	"context"
	"runtime"

	"github.com/lucid-go/lucid"
)

// shapes asks more and more different queries in turn. SQL that was written once is kept, up to a
// bound: beyond it queries are to become a little slower, and memory not to grow.
var shapes = &Study{
	Name:    "Shapes of queries",
	About:   "Queries for one row, each with other conditions than the last. Heap is what is kept after each was asked twice.",
	Of:      "shapes",
	Columns: []string{"µs per query", "µs to write its SQL", "kB of heap kept"},
	Sizes:   []int{1, 10, 100, 1000, 10_000},
	Measure: func(ctx context.Context, at *Bench, n int) ([]Value, error) {
		ask := func(ctx context.Context, i int) error {
			_, err := shape(at.DB, i%n).First(ctx)
			return err
		}
		write := func(_ context.Context, i int) error {
			_, _, err := shape(at.DB, i%n).SQL()
			return err
		}
		before := heap()
		for i := range 2 * n {
			if err := ask(ctx, i); err != nil {
				return nil, err
			}
		}
		kept := max(0, heap()-before)
		asked, err := at.repeat(ctx, ask)
		if err != nil {
			return nil, err
		}
		written, err := at.repeat(ctx, write)
		return []Value{micro(asked.Nanoseconds), micro(written.Nanoseconds), whole(kept / 1000)}, err
	},
}

// shape is a query with a condition for each bit of its number, all of them true.
func shape(db *lucid.DB, number int) *lucid.Query[Owner] {
	q := lucid.From[Owner](db).Where("id", 1)
	for bit, op := range []string{">", ">=", "!=", "<", "<=", ">", ">=", "!=", "<", "<=", ">", ">=", "!=", "<"} {
		if number&(1<<bit) == 0 {
			continue
		}
		if op[0] == '<' {
			q.Where("id", op, 2+bit)
		} else {
			q.Where("id", op, -bit)
		}
	}
	return q
}

// heap is how many bytes are alive.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what a finalizer released
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
