package growth

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/measure"
)

// parents preloads a to-many relation of more and more parents. Time for each row is to stay what it
// is: one statement for the children, keys that are hashed once, no limit on their number.
var parents = &Study{
	Name:    "Parents",
	About:   fmt.Sprintf("Owners with their %d items each.", itemsEach),
	Of:      "parents",
	Columns: []string{"time", "µs per row", "bytes per row"},
	Sizes:   []int{10, 100, 1000, 10_000, maxParents},
	Measure: func(ctx context.Context, at *Bench, n int) ([]Value, error) {
		return preload(ctx, at, 1, n, n*itemsEach)
	},
}

// children preloads a to-many relation of a hundred parents, who have more and more children.
var children = &Study{
	Name:    "Children of a parent",
	About:   fmt.Sprintf("%d owners with their items.", fewParents),
	Of:      "children of each",
	Columns: parents.Columns,
	Sizes:   childrenSizes,
	Measure: func(ctx context.Context, at *Bench, n int) ([]Value, error) {
		i := 0
		for childrenSizes[i] != n {
			i++
		}
		return preload(ctx, at, firstOf(i), fewParents, fewParents*n)
	},
}

var childrenSizes = []int{1, 10, 100, 1000}

// preload reads n owners, from the first one on, with their items, of which there are so many.
func preload(ctx context.Context, at *Bench, first, n, items int) ([]Value, error) {
	s, err := at.repeat(ctx, func(ctx context.Context, _ int) error {
		owners, err := lucid.From[Owner](at.DB).WhereBetween("id", first, first+n-1).Preload(ownerItems).All(ctx)
		if err != nil {
			return err
		}
		found := 0
		for _, o := range owners {
			found += len(o.Items)
		}
		if len(owners) != n || found != items {
			return fmt.Errorf("%d owners and %d items instead of %d and %d", len(owners), found, n, items)
		}
		return nil
	})
	rows := float64(n + items)
	return []Value{took(s.Nanoseconds), micro(s.Nanoseconds / rows), whole(s.Bytes / rows)}, err
}

func took(ns float64) Value {
	return Value{ns, measure.Duration}
}

func micro(ns float64) Value {
	return Value{ns / 1000, func(us float64) string { return fmt.Sprintf("%.3g", us) }}
}

func whole(n float64) Value {
	return Value{n, func(n float64) string { return fmt.Sprintf("%.0f", n) }}
}
