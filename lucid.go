package lucid

import (
	"context"
	"slices"
	"unsafe"
)

// What a program calls first.

// From starts a query on T's table. A nil executor is an error of the finishing call.
func From[T any, P ModelPtr[T]](ex Executor) *Query[T] {
	return &Query[T]{newQuery(sessionOf(ex), modelFor[T]())}
}

// Load loads relations of rows already read, one statement per relation, and replaces what was
// loaded; on an error nothing is replaced. No rows send nothing. ErrMissingKey where a row was read
// without a key, ErrNotPersisted where one is new and has none.
func Load[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	m := modelFor[T]()
	uses, err := usesFor(rels, m)
	if err != nil {
		return err
	}
	return loadUses(ctx, ex, m, pointers(models), uses)
}

// LoadMissing loads, of each relation, the rows that have it not loaded; one statement per relation
// that some row misses.
func LoadMissing[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	m := modelFor[T]()
	uses, err := usesFor(rels, m)
	if err != nil {
		return err
	}
	for _, u := range uses {
		missing := slices.DeleteFunc(pointers(models), func(p unsafe.Pointer) bool { return p != nil && u.rel.loadedIn(p) })
		if err := loadUses(ctx, ex, m, missing, []use{u}); err != nil {
			return err
		}
	}
	return nil
}

// LoadCount adds counts to rows already read, in one statement for all of them; nothing else of the
// rows is touched. No rows send nothing. ErrNotPersisted for a row that is not in the database,
// ErrMissingKey for one that was read without its primary key.
func LoadCount[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	m := modelFor[T]()
	aggs := make([]aggregate, len(rels))
	for i, r := range rels {
		u, err := useOf(r, m)
		if err != nil {
			return err
		}
		aggs[i] = aggregate{use: u, function: "count"}
	}
	return loadAggregates(ctx, ex, m, pointers(models), aggs)
}

// LoadAggregate adds aggregates to rows already read, as LoadCount does.
func LoadAggregate[T any](ctx context.Context, ex Executor, models []*T, aggs ...Aggregate[T]) error {
	bare := make([]aggregate, len(aggs))
	for i, a := range aggs {
		bare[i] = a.a
	}
	return loadAggregates(ctx, ex, modelFor[T](), pointers(models), bare)
}

// Create inserts rows in one statement per batch. Not built yet: it is an error.
func Create[T any, P ModelPtr[T]](context.Context, Executor, ...*T) error { return notBuilt("Create") }

// Save inserts a new row, else updates the changed columns. Not built yet: it is an error.
func Save[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Save") }

// Delete deletes the row by its primary key. Not built yet: it is an error.
func Delete[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Delete") }

// Refresh reads the row's columns again. Not built yet: it is an error.
func Refresh[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Refresh") }

// Changed lists the columns that differ from what was loaded or saved. Not built yet: it is nil.
func Changed[T any, P ModelPtr[T]](*T) []string { return nil }

// FirstOrCreate returns the row that matches search, else inserts it. Not built yet: it is an error.
func FirstOrCreate[T any, P ModelPtr[T]](context.Context, Executor, Values, *T) (*T, error) {
	return nil, notBuilt("FirstOrCreate")
}

// UpdateOrCreate updates the row that matches search, else inserts it. Not built yet: it is an error.
func UpdateOrCreate[T any, P ModelPtr[T]](context.Context, Executor, Values, *T) (*T, error) {
	return nil, notBuilt("UpdateOrCreate")
}

// FetchOrCreateMany returns the stored row of each, and inserts those missing. Not built yet: it is an error.
func FetchOrCreateMany[T any, P ModelPtr[T]](context.Context, Executor, []*T, ...string) ([]*T, error) {
	return nil, notBuilt("FetchOrCreateMany")
}

// UpdateOrCreateMany is FetchOrCreateMany that also saves. Not built yet: it is an error.
func UpdateOrCreateMany[T any, P ModelPtr[T]](context.Context, Executor, []*T, ...string) ([]*T, error) {
	return nil, notBuilt("UpdateOrCreateMany")
}

// Upsert inserts rows or updates those that collide. Not built yet: it is an error.
func Upsert[T any, P ModelPtr[T]](context.Context, Executor, []*T, []string, []string) error {
	return notBuilt("Upsert")
}
