package growth

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

// nesting preloads children, their children and so on. A level is to cost what the level above it does.
var nesting = &Study{
	Name:    "Nesting",
	About:   fmt.Sprintf("%d nodes with their one child each, these with theirs, and so on.", chains),
	Of:      "levels",
	Columns: []string{"time", "ms per level"},
	Sizes:   []int{1, 2, 3, 4, 5, maxDepth},
	Measure: func(ctx context.Context, at *Bench, levels int) ([]Value, error) {
		s, err := at.repeat(ctx, func(ctx context.Context, _ int) error {
			roots, err := lucid.From[Node](at.DB).WhereNull("parent_id").Preload(descendants(levels)).All(ctx)
			if err != nil {
				return err
			}
			found := 0
			for row := roots[0]; len(row.Children) > 0; row = row.Children[0] {
				found++
			}
			if len(roots) != chains || found != levels {
				return fmt.Errorf("%d roots and %d levels instead of %d and %d", len(roots), found, chains, levels)
			}
			return nil
		})
		// The roots are a level as well.
		return []Value{took(s.Nanoseconds), micro(s.Nanoseconds / 1000 / float64(levels+1))}, err
	},
}

func descendants(levels int) lucid.Relation[Node] {
	if levels == 1 {
		return nodeChildren
	}
	return nodeChildren.Preload(descendants(levels - 1))
}
