package lucid

import "context"

// HasOne is a relation to one related row: R has the foreign key to P, such as a user's profile. If a parent has
// several rows, it is the first in the query's order. If the query has no order, it is the row with the lowest
// primary key.
//
//	SELECT … FROM profiles WHERE profiles.user_id IN (…) ORDER BY profiles.id
//
// Do not change the fields of a descriptor after Register.
//
// The methods are on [HasOneOf]: write HasOne[User, Profile], read HasOneOf. With, Preload, As, Load, Query,
// Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type HasOne[P, R any] = HasOneOf[*P, *R]

// HasOneOf has the fields and methods of [HasOne]: HasOne[User, Profile] is HasOneOf[*User, *Profile]. With,
// Preload, As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from
// [ScopedOf].
type HasOneOf[P, R any] struct {
	Field      func(P) *R        // the field for the loaded row; nil: the Model keeps the row, and Get reads it
	ForeignKey ColumnsOf[R]      // default: R's column <parent>_<parent key>
	LocalKey   ColumnsOf[P]      // default: P's primary key
	OnQuery    func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasOneOf[P, R]) declare() declaration {
	d := ownership[P, R]("HasOne", r.LocalKey, r.ForeignKey, r.OnQuery)
	d.one, d.lowest = true, true
	setField(&d, r.Field)
	return d
}

// Get returns the loaded row. It returns nil if there is no related row. If the relation was never loaded, the
// error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *HasOneOf[P, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is a condition for Filter: the parent's related row is one of rows. If rows is empty, no parent meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *HasOneOf[P, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create sets child's foreign key to the parent and inserts child. If the parent is new or has changes, Create
// saves it first. Both writes are one transaction, or a savepoint of a *Tx. If the parent has no changes, Create
// does not write it and does not run its hooks. So it sends one statement, and one more for the parent if it has
// to. An older row of the parent stays in the table.
//
// If the relation is loaded, child takes the place of the loaded row. If the parent's key is NULL, or was not read,
// the error is ErrMissingKey. A nil parent is ErrNotPersisted. Other errors are as in the function [Create]. On an
// error, and if the transaction is rolled back later, all rows in memory are as they were.
//
//go:noinline
func (r *HasOneOf[P, R]) Create(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Create", elem[P](), pointer(parent), pointer(child))
}

// Save sets child's foreign key to the parent, whatever value it had. If child is new, Save inserts it. Otherwise
// Save updates its changed columns. So a child of another parent moves to this one. If a stored child has no
// changes, Save sends nothing for it. Otherwise it does as Create, with the errors of the function [Save].
//
//go:noinline
func (r *HasOneOf[P, R]) Save(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Save", elem[P](), pointer(parent), pointer(child))
}

// FirstOrCreate returns the parent's related row that matches search. If no row matches, it inserts child with
// search's values and the foreign key. An empty search matches any row of the parent. If the parent is new or has
// changes, the call saves it first. Everything else is as in the function [FirstOrCreate].
//
//go:noinline
func (r *HasOneOf[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "FirstOrCreate", elem[P](),
		pointer(parent), search, pointer(child), (*finder).firstOrCreate))
}

// UpdateOrCreate updates the parent's related row that matches search with child's values. If no row matches, it
// inserts child. An empty search matches any row of the parent. If the parent is new or has changes, the call saves
// it first. Everything else is as in the function [UpdateOrCreate].
//
//go:noinline
func (r *HasOneOf[P, R]) UpdateOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "UpdateOrCreate", elem[P](),
		pointer(parent), search, pointer(child), (*finder).updateOrCreate))
}
