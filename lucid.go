package lucid

import (
	"context"
)

// What a program calls first.

// From starts a query on T's table. A nil executor is an error of the finishing call.
func From[T any, P ModelPtr[T]](ex Executor) *Query[T] {
	return queryOf[*T](newQuery(sessionOf(ex), modelFor((*T)(nil))))
}

// Load loads relations of rows already read, one statement per relation, and replaces what was
// loaded; on an error nothing is replaced. No rows send nothing. ErrMissingKey where a row was read
// without a key, ErrNotPersisted where one is new and has none.
func Load[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadAll(ctx, ex, modelFor((*T)(nil)), pointers(models), usesIn(rels))
}

// LoadMissing loads, of each relation, the rows that have it not loaded; one statement per relation
// that some row misses.
func LoadMissing[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadMissing(ctx, ex, modelFor((*T)(nil)), pointers(models), usesIn(rels))
}

// LoadCount adds counts to rows already read, in one statement for all of them; nothing else of the
// rows is touched. No rows send nothing. ErrNotPersisted for a row that is not in the database,
// ErrMissingKey for one that was read without its primary key.
func LoadCount[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadAggregates(ctx, ex, modelFor((*T)(nil)), pointers(models), countsOf(usesIn(rels)))
}

// LoadAggregate adds aggregates to rows already read, as LoadCount does.
func LoadAggregate[T any](ctx context.Context, ex Executor, models []*T, aggs ...Aggregate[T]) error {
	return loadAggregates(ctx, ex, modelFor((*T)(nil)), pointers(models), aggregatesOf(aggs))
}

// Create inserts rows, and fills what the database generates: keys, defaults, read-only columns. It is
// one statement for as many rows as the database can bind; several of them, and hooks, are one
// transaction, or a savepoint of a *Tx. On SQLite, which has no DEFAULT beside values, rows that
// leave different columns to the database take a statement for each kind.
//
// Every column is written but a primary key that is zero, a column tagged default that is zero, and
// those tagged readonly. Columns tagged autocreate are set to the time where they are zero, a version to
// 1. Loaded relations are not written. A copy of a row with its key set to zero is inserted as another
// row. No rows send nothing; a nil row, and one that is there twice, are errors before anything is sent. A
// violated constraint is a *ConstraintError. On an error, and when the transaction is rolled back later,
// rows in memory are as they were before the call.
func Create[T any, P ModelPtr[T]](ctx context.Context, ex Executor, rows ...*T) error {
	return createRows(ctx, ex, modelFor((*T)(nil)), pointers(rows))
}

// Save inserts a new row as Create does, and updates the changed columns of any other; a row without
// changes sends nothing. Before-hooks run before the changes are looked for, so that they may change the
// row; columns tagged autoupdate are set to the time, and a version counts up, where something is written.
//
// ErrNotFound where the row is gone, ErrStale where it has a version and another write came first. A row
// that was read with ReadOnly is an error. In memory it does as Create.
func Save[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return saveRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Delete deletes the row by the primary key that it has in the database; it is not persisted then. Of a
// model with a column tagged softdelete it only sets that: the row is hidden from queries, and still
// persisted. ErrNotPersisted for a new row, ErrNotFound and ErrStale as Save.
func Delete[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return deleteRow(ctx, ex, modelFor((*T)(nil)), "Delete", pointer(row))
}

// ForceDelete deletes the row for good, whether its model has a column tagged softdelete or not; otherwise
// it is Delete.
func ForceDelete[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return deleteRow(ctx, ex, modelFor((*T)(nil)), "ForceDelete", pointer(row))
}

// Restore brings a softly deleted row back, with the hooks of an update. It writes nothing else that
// changed. A model without a column tagged softdelete is an error; ErrNotPersisted, ErrNotFound and ErrStale as
// Save.
func Restore[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return restoreRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Refresh reads the row's columns again, in one statement; loaded relations and extras stay. What was
// changed in memory is lost. ErrNotPersisted for a new row, ErrNotFound where it is gone; the row is
// then as it was.
func Refresh[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return refreshRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Changed lists the columns that differ from what was loaded or saved, in the model's order, changes
// behind a pointer or inside a slice included; all of them for a new row. It is nil where nothing
// changed, for a nil row, and for one that was read with ReadOnly.
func Changed[T any, P ModelPtr[T]](row *T) []string {
	return changedNames(modelFor((*T)(nil)), pointer(row))
}

// FirstOrCreate returns the row that matches search, the first by primary key of several; else it inserts row with
// search's values set on it, and returns row. It sends one or two statements; where another
// program inserts the row in between, the unique constraint sends it back to read that. nil in search is
// NULL; an empty search would match any row and is an error. ErrUnknownColumn before anything is sent.
func FirstOrCreate[T any, P ModelPtr[T]](ctx context.Context, ex Executor, search Values, row *T) (*T, error) {
	return rowAs[*T](newSeeker("FirstOrCreate", modelFor((*T)(nil))).firstOrCreate(ctx, ex, search, pointer(row)))
}

// UpdateOrCreate updates the row that matches search with every writable column of row, zero values
// too, except its primary key, timestamps tagged autocreate and version; else it inserts both together as
// FirstOrCreate does. It returns row where it was inserted, else the row found, which is locked in
// between: all of it is one transaction, or a savepoint of a *Tx.
func UpdateOrCreate[T any, P ModelPtr[T]](ctx context.Context, ex Executor, search Values, row *T) (*T, error) {
	return rowAs[*T](newSeeker("UpdateOrCreate", modelFor((*T)(nil))).updateOrCreate(ctx, ex, search, pointer(row)))
}

// FetchOrCreateMany returns, in the order of rows, the stored row that equals each in the match
// columns, and inserts those that are missing: one SELECT and one INSERT, whatever their number. Rows that
// equal each other are one, the first. No match columns, and NULL in one, are errors before anything is
// sent. The slice and its rows that are not inserted are left as they are.
func FetchOrCreateMany[T any, P ModelPtr[T]](ctx context.Context, ex Executor, rows []*T, match ...string) ([]*T, error) {
	return rowsAs[*T](newSeeker("FetchOrCreateMany", modelFor((*T)(nil))).fetchOrCreateMany(ctx, ex, pointers(rows), match))
}

// UpdateOrCreateMany is FetchOrCreateMany that also saves the values of rows over those found, as
// UpdateOrCreate does, with a statement for each that changes. Of rows that equal each other the last wins.
func UpdateOrCreateMany[T any, P ModelPtr[T]](ctx context.Context, ex Executor, rows []*T, match ...string) ([]*T, error) {
	return rowsAs[*T](newSeeker("UpdateOrCreateMany", modelFor((*T)(nil))).updateOrCreateMany(ctx, ex, pointers(rows), match))
}

// Upsert inserts rows; those that collide on the conflict columns have the update columns set instead,
// and those tagged autoupdate. No update columns: a collision is left alone. It sends one statement for as
// many rows as the database can bind, runs no hooks, and fills nothing: the rows stay new in
// memory. MySQL and MariaDB have no conflict columns in SQL: there a collision on any unique key counts.
func Upsert[T any, P ModelPtr[T]](ctx context.Context, ex Executor, rows []*T, conflict []string, update []string) error {
	return upsertRows(ctx, ex, modelFor((*T)(nil)), pointers(rows), conflict, update)
}

func newSeeker(verb string, m *model) *seeker { return &seeker{m: m, why: purpose{verb, m.name}} }
