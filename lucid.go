package lucid

import (
	"context"
)

// What a program calls first.

// From starts a query on T's table. It sends nothing. If ex is nil, the finishing call returns an error.
func From[T any, P ModelPtr[T]](ex Executor) *Query[T] {
	return queryOf[*T](newQuery(sessionOf(ex), modelFor((*T)(nil))))
}

// Load loads relations of rows that you have already read, and replaces what was loaded before. It sends one
// statement per relation, as [QueryOf.Preload] does. If models is empty, it sends nothing. On an error it replaces
// nothing.
//
// If a row was read without the key that a relation needs, the error is ErrMissingKey. If a new row has no key, it
// is ErrNotPersisted. A nil row is an error.
func Load[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadAll(ctx, ex, modelFor((*T)(nil)), pointers(models), relationsIn(rels))
}

// LoadMissing is Load for the rows that do not have a relation loaded yet. It sends one statement for each relation
// that at least one row misses.
func LoadMissing[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadMissing(ctx, ex, modelFor((*T)(nil)), pointers(models), relationsIn(rels))
}

// LoadCount counts related rows of rows that you have already read, and stores the counts as extras. It sends one
// statement for all rows and all relations. It changes nothing else of the rows. If models is empty, it sends
// nothing.
//
// If a row is not in the database, the error is ErrNotPersisted. If a row was read without its primary key, it is
// ErrMissingKey. A nil row is an error.
func LoadCount[T any](ctx context.Context, ex Executor, models []*T, rels ...Relation[T]) error {
	return loadAggregates(ctx, ex, modelFor((*T)(nil)), pointers(models), countsOf(relationsIn(rels)))
}

// LoadAggregate computes aggregates of rows that you have already read, as LoadCount counts. It sends one
// statement.
func LoadAggregate[T any](ctx context.Context, ex Executor, models []*T, aggs ...Aggregate[T]) error {
	return loadAggregates(ctx, ex, modelFor((*T)(nil)), pointers(models), aggregatesOf(aggs))
}

// Create inserts rows, and fills what the database generates: keys, defaults and read-only columns. It sends one
// statement for as many rows as the database can bind. If rows is empty, it sends nothing. If there are several
// statements, or the model has hooks, everything is one transaction, or a savepoint of a *Tx.
//
// Create writes every column except three kinds: a primary key that is zero, a column tagged default that is zero,
// and a column tagged readonly. It sets a column tagged autocreate to the time if it is zero, and a version to 1 if
// it is zero. It does not write loaded relations. If you copy a row and set its key to zero, Create inserts the
// copy as another row.
//
// On SQLite and on MySQL, but not on MariaDB, rows that leave different columns to the database take one statement
// for each such set of columns. MySQL takes one more SELECT to read back columns other than the primary key.
//
// A nil row, and a row that is given twice, are errors before anything is sent. A violated constraint is a
// *ConstraintError. On an error, and if the transaction is rolled back later, the rows in memory are as they were
// before the call.
func Create[T any, P ModelPtr[T]](ctx context.Context, ex Executor, rows ...*T) error {
	return createRows(ctx, ex, modelFor((*T)(nil)), pointers(rows))
}

// Save inserts a new row as Create does. If the row is in the database, Save updates the columns that changed, in
// one statement. If nothing changed, it sends nothing. MySQL and MariaDB take one more statement if the model has
// read-only columns, to read them back.
//
// The before-hooks run first, so they can change the row. If Save updates anything, it also sets the columns tagged
// autoupdate to the time, and counts the version up.
//
// If the row is gone, the error is ErrNotFound. If the model has a version, and the row is gone or another write
// has changed it, the error is ErrStale. A row that was read without its primary key is ErrMissingKey. A nil row,
// and a row that was read with ReadOnly, are errors. On an error, and if the transaction is rolled back later, the
// row in memory is as it was before the call.
func Save[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return saveRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Delete deletes the row, in one statement. It finds the row by the primary key that the row has in the database.
// After that the row is not persisted any more.
//
// If the model has a column tagged softdelete, Delete sets that column to the time instead. It also sets what every
// update sets, as Save does, but writes no other change. Queries then hide the row, and it stays persisted.
//
// If the row is new, the error is ErrNotPersisted. ErrNotFound, ErrStale and ErrMissingKey are as in Save. On an
// error the row in memory is as it was.
func Delete[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return deleteRow(ctx, ex, modelFor((*T)(nil)), "Delete", pointer(row))
}

// ForceDelete deletes the row for good, even if the model has a column tagged softdelete. Otherwise it is Delete.
func ForceDelete[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return deleteRow(ctx, ex, modelFor((*T)(nil)), "ForceDelete", pointer(row))
}

// Restore brings back a row that was deleted softly, in one statement. It runs the hooks of an update. It also sets
// what every update sets, as Save does, but writes no other change of the row. If the model has no column tagged
// softdelete, Restore returns an error. ErrNotPersisted, ErrNotFound and ErrStale are as in Delete.
func Restore[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return restoreRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Refresh reads the row's columns again, in one statement. Changes in memory are lost. Loaded relations and extras
// stay. If the row is new, the error is ErrNotPersisted. If it is gone, the error is ErrNotFound. On an error the
// row in memory is as it was.
func Refresh[T any, P ModelPtr[T]](ctx context.Context, ex Executor, row *T) error {
	return refreshRow(ctx, ex, modelFor((*T)(nil)), pointer(row))
}

// Changed returns the names of the columns that differ from what was read or saved, in the model's order. It also
// sees a change behind a pointer or inside a slice. For a new row it returns all columns. It returns nil if nothing
// changed, if row is nil, and if the row was read with ReadOnly. It sends nothing.
func Changed[T any, P ModelPtr[T]](row *T) []string {
	return changedNames(modelFor((*T)(nil)), pointer(row))
}

// FirstOrCreate returns the row that matches search. If several rows match, it returns the first by primary key. If
// no row matches, it sets search's values on row, inserts row and returns it. It sends one SELECT, and if no row
// matches one INSERT.
//
// If another program inserts the row between the two statements, the unique constraint stops the INSERT, and
// FirstOrCreate reads that row. In a *Tx the INSERT is inside a savepoint.
//
// A nil value in search means NULL. An empty search would match any row, so it is an error. A nil row is an error,
// and a column that the model does not have is ErrUnknownColumn. Nothing is sent then.
func FirstOrCreate[T any, P ModelPtr[T]](ctx context.Context, ex Executor, search Values, row *T) (*T, error) {
	return rowAs[*T](newFinder("FirstOrCreate", modelFor((*T)(nil))).firstOrCreate(ctx, ex, search, pointer(row)))
}

// UpdateOrCreate looks for the row that matches search. If there is one, it updates that row with row's values and
// with search, and returns it. If there is none, it inserts row as FirstOrCreate does, and returns row. Errors are
// as in FirstOrCreate and Save.
//
// The update takes every column of row, zero values too. It leaves out the primary key, read-only columns, columns
// tagged autocreate and the version. If nothing differs, it sends no UPDATE. Everything is one transaction, or a
// savepoint of a *Tx. The SELECT locks the row that it finds, except on SQLite.
func UpdateOrCreate[T any, P ModelPtr[T]](ctx context.Context, ex Executor, search Values, row *T) (*T, error) {
	return rowAs[*T](newFinder("UpdateOrCreate", modelFor((*T)(nil))).updateOrCreate(ctx, ex, search, pointer(row)))
}

// FetchOrCreateMany looks for stored rows that have the same values in the match columns as rows. It inserts the
// rows that have none. It returns the stored row for each element of rows, in the same order.
//
// It sends one SELECT, and one INSERT if rows are missing, however many rows there are. If rows is empty, it sends
// nothing. If another program inserts one of them in between, it looks again.
//
// If several rows of the call have the same match values, they count as one: the first. FetchOrCreateMany changes
// neither the slice nor the rows that it does not insert.
//
// If match is empty, or a row is nil, the call returns an error. A match column that is NULL is ErrMissingKey, an
// unknown one is ErrUnknownColumn. Nothing is sent then.
func FetchOrCreateMany[T any, P ModelPtr[T]](
	ctx context.Context, ex Executor, rows []*T, match ...string,
) ([]*T, error) {
	k := newFinder("FetchOrCreateMany", modelFor((*T)(nil)))
	return rowsAs[*T](k.fetchOrCreateMany(ctx, ex, pointers(rows), match))
}

// UpdateOrCreateMany is FetchOrCreateMany, and also updates the rows that it finds, as UpdateOrCreate does. It
// sends one statement for each row that changes. If several rows of the call have the same match values, the last
// one counts. Everything is one transaction, or a savepoint of a *Tx.
func UpdateOrCreateMany[T any, P ModelPtr[T]](
	ctx context.Context, ex Executor, rows []*T, match ...string,
) ([]*T, error) {
	k := newFinder("UpdateOrCreateMany", modelFor((*T)(nil)))
	return rowsAs[*T](k.updateOrCreateMany(ctx, ex, pointers(rows), match))
}

// Upsert inserts rows. If a row collides with a stored row on the conflict columns, Upsert sets the update columns
// of the stored row instead. It also sets the columns tagged autoupdate to the time, and counts the version up. If
// update is empty, it leaves the stored row alone.
//
// It sends one statement for as many rows as the database can bind, and groups rows as Create does. If rows is
// empty, it sends nothing. It runs no hooks and fills nothing: the rows stay new in memory. MySQL and MariaDB have
// no conflict columns in SQL: there a collision on any unique key counts.
//
// An empty conflict is an error. A read-only column in conflict or update is an error, an unknown column is
// ErrUnknownColumn. A nil row, and a row that is given twice, are errors. Nothing is sent then.
func Upsert[T any, P ModelPtr[T]](
	ctx context.Context, ex Executor, rows []*T, conflict []string, update []string,
) error {
	return upsertRows(ctx, ex, modelFor((*T)(nil)), pointers(rows), conflict, update)
}

// newFinder makes the finder of a call on a model.
func newFinder(verb string, m *model) *finder { return &finder{m: m, why: purpose{verb, m.name}} }
