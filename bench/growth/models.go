package growth

import (
	"context"
	"fmt"
	"iter"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/database"
)

// Owner is a parent.
type Owner struct {
	lucid.Model
	ID   int64
	Name string

	Items []*Item
}

// Item is a child.
type Item struct {
	lucid.Model
	ID      int64
	OwnerID int64
	Name    string
}

// Node is a parent and a child of its own kind.
type Node struct {
	lucid.Model
	ID       int64
	ParentID *int64
	Name     string

	Children []*Node
}

var (
	ownerItems = &lucid.HasMany[Owner, Item]{Field: func(o *Owner) *[]*Item { return &o.Items }}
	ownerFirst = &lucid.HasOne[Owner, Item]{}

	nodeParentID = lucid.NullColumn(func(n *Node) **int64 { return &n.ParentID })
	nodeChildren = &lucid.HasMany[Node, Node]{
		Field:      func(n *Node) *[]*Node { return &n.Children },
		ForeignKey: nodeParentID,
	}
)

func init() {
	lucid.Register[Owner](ownerItems, ownerFirst)
	lucid.Register[Node](nodeChildren)
}

const schema = `
CREATE TABLE owners (
	id {id},
	name {text} NOT NULL
);
CREATE TABLE items (
	id {id},
	owner_id {key} NOT NULL,
	name {text} NOT NULL,
	FOREIGN KEY (owner_id) REFERENCES owners (id)
);
CREATE INDEX items_owner_id ON items (owner_id);
CREATE TABLE nodes (
	id {id},
	parent_id {key},
	name {text} NOT NULL,
	FOREIGN KEY (parent_id) REFERENCES nodes (id)
);
CREATE INDEX nodes_parent_id ON nodes (parent_id)`

// Owners up to maxParents have itemsEach items. For each number of children there are as many more
// owners, who have so many each.
const (
	maxParents = 100_000
	itemsEach  = 2
	fewParents = 100

	chains   = 1000 // of nodes, each the parent of the next
	maxDepth = 6
)

// firstOf is the first owner who has children.Sizes[i] items.
func firstOf(i int) int { return maxParents + 1 + i*fewParents }

func fill(ctx context.Context, d *database.Database) error {
	if err := d.Script(ctx, schema); err != nil {
		return err
	}
	tables := []database.Table{
		{Name: "owners", Columns: []string{"id", "name"}, Rows: owners()},
		{Name: "items", Columns: []string{"owner_id", "name"}, Rows: items()},
		{Name: "nodes", Columns: []string{"id", "parent_id", "name"}, Rows: nodes()},
	}
	for _, t := range tables {
		if err := d.Insert(ctx, t); err != nil {
			return err
		}
	}
	return d.Analyze(ctx)
}

func owners() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for id := 1; id < firstOf(len(children.Sizes)) && yield([]any{id, fmt.Sprintf("Owner %d", id)}); id++ {
		}
	}
}

func items() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for id := 1; id < firstOf(len(children.Sizes)); id++ {
			n := itemsEach
			if id > maxParents {
				n = children.Sizes[(id-firstOf(0))/fewParents]
			}
			for range n {
				if !yield([]any{id, fmt.Sprintf("An item of owner %d", id)}) {
					return
				}
			}
		}
	}
}

func nodes() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for id := 1; id <= chains*(maxDepth+1); id++ {
			var parent any
			if id > chains {
				parent = id - chains
			}
			if !yield([]any{id, parent, fmt.Sprintf("Node %d", id)}) {
				return
			}
		}
	}
}
