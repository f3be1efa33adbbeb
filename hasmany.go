package lucid

import "context"

// HasMany is a relation to many related rows: R has the foreign key to P, such as a user's posts.
//
//	SELECT … FROM posts WHERE posts.user_id IN (…)
//
// Do not change the fields of a descriptor after Register.
//
// The methods are on [HasManyOf]: write HasMany[User, Post], read HasManyOf. With, Preload, As, Load, Query,
// Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type HasMany[P, R any] = HasManyOf[*P, *R]

// HasManyOf has the fields and methods of [HasMany]: HasMany[User, Post] is HasManyOf[*User, *Post]. With, Preload,
// As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type HasManyOf[P, R any] struct {
	Field      func(P) *[]R      // the field for loaded rows; nil: the Model keeps the rows, and Get reads them
	ForeignKey ColumnsOf[R]      // default: R's column <parent>_<parent key>
	LocalKey   ColumnsOf[P]      // default: P's primary key
	OnQuery    func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasManyOf[P, R]) declare() declaration {
	d := ownership[P, R]("HasMany", r.LocalKey, r.ForeignKey, r.OnQuery)
	setField(&d, r.Field)
	return d
}

// Get returns the loaded rows. It returns an empty slice if there are no related rows. If the relation was never
// loaded, the error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *HasManyOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is a condition for Filter: at least one of the parent's related rows is one of rows. If rows is empty,
// no parent meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *HasManyOf[P, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create sets child's foreign key to the parent and inserts child. If the parent is new or has changes, Create
// saves it first. Both writes are one transaction, or a savepoint of a *Tx. If the parent has no changes, Create
// does not write it and does not run its hooks. So it sends one statement, and one more for the parent if it has
// to.
//
// If the relation is loaded, child is added to the loaded rows. If the parent's key is NULL, or was not read, the
// error is ErrMissingKey. A nil parent is ErrNotPersisted. Other errors are as in the function [Create]. On an
// error, and if the transaction is rolled back later, all rows in memory are as they were.
//
//go:noinline
func (r *HasManyOf[P, R]) Create(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Create", elem[P](), pointer(parent), pointer(child))
}

// Save sets child's foreign key to the parent, whatever value it had. If child is new, Save inserts it. Otherwise
// Save updates its changed columns. So a child of another parent moves to this one. If a stored child has no
// changes, Save sends nothing for it. Otherwise it does as Create, with the errors of the function [Save].
//
//go:noinline
func (r *HasManyOf[P, R]) Save(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Save", elem[P](), pointer(parent), pointer(child))
}

// CreateMany is Create for many children. If the parent is new or has changes, CreateMany saves it once. Then it
// sends one INSERT for as many children as the database can bind. If children is empty, it sends nothing.
//
//go:noinline
func (r *HasManyOf[P, R]) CreateMany(ctx context.Context, ex Executor, parent P, children ...R) error {
	return r.u.rel.own(ctx, ex, "CreateMany", elem[P](), pointer(parent), pointers(children)...)
}

// SaveMany is Save for many children. If the parent is new or has changes, SaveMany saves it once. Then it sends
// one statement for each stored child that has changes, and inserts the new children together. If children is
// empty, it sends nothing.
//
//go:noinline
func (r *HasManyOf[P, R]) SaveMany(ctx context.Context, ex Executor, parent P, children ...R) error {
	return r.u.rel.own(ctx, ex, "SaveMany", elem[P](), pointer(parent), pointers(children)...)
}

// FirstOrCreate returns the parent's related row that matches search. If no row matches, it inserts child with
// search's values and the foreign key. An empty search matches any row of the parent. If the parent is new or has
// changes, the call saves it first. Everything else is as in the function [FirstOrCreate].
//
//go:noinline
func (r *HasManyOf[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "FirstOrCreate", elem[P](),
		pointer(parent), search, pointer(child), (*finder).firstOrCreate))
}

// UpdateOrCreate updates the parent's related row that matches search with child's values. If no row matches, it
// inserts child. An empty search matches any row of the parent. If the parent is new or has changes, the call saves
// it first. Everything else is as in the function [UpdateOrCreate].
//
//go:noinline
func (r *HasManyOf[P, R]) UpdateOrCreate(
	ctx context.Context, ex Executor, parent P, search Values, child R,
) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "UpdateOrCreate", elem[P](),
		pointer(parent), search, pointer(child), (*finder).updateOrCreate))
}

// FetchOrCreateMany returns, for each of children, the parent's related row with the same values in the match
// columns. It inserts the children that have no such row. If children is empty, it sends nothing. If the parent is
// new or has changes, the call saves it first. Everything else is as in the function [FetchOrCreateMany].
//
//go:noinline
func (r *HasManyOf[P, R]) FetchOrCreateMany(
	ctx context.Context, ex Executor, parent P, children []R, match ...string,
) ([]R, error) {
	return rowsAs[R](r.u.ownedMany(ctx, ex, "FetchOrCreateMany", elem[P](),
		pointer(parent), pointers(children), match, (*finder).fetchOrCreateMany))
}

// UpdateOrCreateMany is FetchOrCreateMany, and also updates the rows that it finds with the values of children.
// Everything else is as in the function [UpdateOrCreateMany].
//
//go:noinline
func (r *HasManyOf[P, R]) UpdateOrCreateMany(
	ctx context.Context, ex Executor, parent P, children []R, match ...string,
) ([]R, error) {
	return rowsAs[R](r.u.ownedMany(ctx, ex, "UpdateOrCreateMany", elem[P](),
		pointer(parent), pointers(children), match, (*finder).updateOrCreateMany))
}
