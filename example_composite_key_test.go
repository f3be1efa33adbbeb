package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
	_ "modernc.org/sqlite"
)

// A Shelf is known by its room and its number in it.
type Shelf struct {
	lucid.Model
	Room   int64 `db:",pk"`
	Number int64 `db:",pk"`
	Topic  string

	Volumes []*Volume
}

type Volume struct {
	lucid.Model
	ID          int64
	ShelfRoom   int64
	ShelfNumber int64
	Title       string

	Shelf *Shelf
}

var (
	ShelfVolumes = &lucid.HasMany[Shelf, Volume]{
		Field: func(s *Shelf) *[]*Volume { return &s.Volumes }, // keys: volumes.shelf_room, volumes.shelf_number
	}
	VolumeShelf = &lucid.BelongsTo[Volume, Shelf]{
		Field: func(v *Volume) **Shelf { return &v.Shelf },
		ForeignKey: lucid.Columns( // what would be the default
			lucid.Column(func(v *Volume) *int64 { return &v.ShelfRoom }),
			lucid.Column(func(v *Volume) *int64 { return &v.ShelfNumber }),
		),
	}
)

func init() {
	lucid.Register[Shelf](ShelfVolumes)
	lucid.Register[Volume](VolumeShelf)
}

func Example_compositeKey() {
	ctx := context.Background()
	db, err := lucid.Open(ctx, "sqlite::memory:")
	check(err)
	defer func() { check(db.Close()) }()
	for _, statement := range []string{
		`CREATE TABLE shelves (room INTEGER, number INTEGER, topic TEXT, PRIMARY KEY (room, number))`,
		`CREATE TABLE volumes (id INTEGER PRIMARY KEY, shelf_room INTEGER, shelf_number INTEGER, title TEXT)`,
		`INSERT INTO shelves (room, number, topic) VALUES (1, 1, 'Rivers'), (1, 2, 'Bridges'), (2, 1, 'Tides')`,
		`INSERT INTO volumes (shelf_room, shelf_number, title) VALUES (1, 1, 'Upstream'), (2, 1, 'Moon'), (2, 1, 'Spring tide')`,
	} {
		_, err := db.Exec(ctx, statement)
		check(err)
	}

	shelf, err := lucid.From[Shelf](db).Preload(ShelfVolumes).Find(ctx, lucid.Key{2, 1})
	check(err)
	fmt.Println(shelf.Topic, len(shelf.Volumes))

	shelves, err := lucid.From[Shelf](db).FindMany(ctx, lucid.Key{1, 2}, lucid.Key{1, 1})
	check(err)
	for _, shelf := range shelves {
		fmt.Println(shelf.Room, shelf.Number, shelf.Topic)
	}
	// Output:
	// Tides 2
	// 1 2 Bridges
	// 1 1 Rivers
}
