package growth

import (
	"context"
	"errors"
	"runtime"
	"unsafe"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/database"
)

// memory keeps rows and looks at the heap: what a row costs beyond its own fields.
var memory = &Study{
	Name: "Memory of rows that are kept",
	About: "Bytes of heap for each item. The struct is its fields alone, without lucid.Model and without the 20 letters of " +
		"its name; by hand is that struct read with a loop; lucid is Item, which embeds lucid.Model.",
	Of:      "items",
	Columns: []string{"struct", "by hand", "lucid"},
	Sizes:   []int{1000, 100_000},
	Measure: func(ctx context.Context, at *Bench, n int) ([]Value, error) {
		byHand, err := keep(n, func() (any, error) { return scanItems(ctx, at.Database, n) })
		if err != nil {
			return nil, err
		}
		byLucid, err := keep(n, func() (any, error) {
			return lucid.From[Item](at.DB).Where("id", "<=", n).All(ctx)
		})
		return []Value{whole(float64(unsafe.Sizeof(item{}))), whole(byHand), whole(byLucid)}, err
	},
}

// keep is the bytes of heap for each of n rows that a function reads. It reads twice, so that what
// connections and caches keep is not counted.
func keep(n int, read func() (any, error)) (float64, error) {
	if _, err := read(); err != nil {
		return 0, err
	}
	before := heap()
	rows, err := read()
	if err != nil {
		return 0, err
	}
	kept := (heap() - before) / float64(n)
	runtime.KeepAlive(rows)
	return kept, nil
}

// item is Item without lucid.Model.
type item struct {
	ID      int64
	OwnerID int64
	Name    string
}

func scanItems(ctx context.Context, d *database.Database, n int) (items []*item, err error) {
	db, err := d.SQL(1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	query := "SELECT id, owner_id, name FROM items WHERE id <= ?"
	if d.Kind == database.Postgres {
		query = "SELECT id, owner_id, name FROM items WHERE id <= $1"
	}
	rows, err := db.QueryContext(ctx, query, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		i := &item{}
		if err := rows.Scan(&i.ID, &i.OwnerID, &i.Name); err != nil {
			return nil, err
		}
		items = append(items, i)
	}
	return items, rows.Err()
}
