package lucid

import "context"

// BelongsTo is a relation to one related row: P has the foreign key to R, such as a post's author. Parents with the
// same foreign key share one related row in memory. If a foreign key is NULL, the related row is nil, and lucid
// sends nothing for it.
//
//	SELECT … FROM users WHERE users.id IN (…)
//
// Do not change the fields of a descriptor after Register.
//
// The methods are on [BelongsToOf]: write BelongsTo[Post, User], read BelongsToOf. With, Preload, As, Load, Query,
// Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type BelongsTo[P, R any] = BelongsToOf[*P, *R]

// BelongsToOf has the fields and methods of [BelongsTo]: BelongsTo[Post, User] is BelongsToOf[*Post, *User]. With,
// Preload, As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from
// [ScopedOf].
type BelongsToOf[P, R any] struct {
	Field      func(P) *R        // the field for the loaded row; nil: the Model keeps the row, and Get reads it
	ForeignKey ColumnsOf[P]      // default: P's column <related>_<related key>
	OwnerKey   ColumnsOf[R]      // default: R's primary key
	OnQuery    func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *BelongsToOf[P, R]) declare() declaration {
	d := declaration{
		kind: "BelongsTo", one: true, types: types{related: elem[R]()}, onQuery: scopeOf(r.OnQuery),
		sourceOption: keyed("ForeignKey", r.ForeignKey), targetOption: keyed("OwnerKey", r.OwnerKey),
	}
	setField(&d, r.Field)
	return d
}

// Get returns the loaded row. It returns nil if there is no related row. If the relation was never loaded, the
// error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *BelongsToOf[P, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is a condition for Filter: the parent's related row is one of rows. It compares the foreign key. If the
// relation has OnQuery, or R has a column tagged softdelete, it is an EXISTS instead. If rows is empty, no parent
// meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *BelongsToOf[P, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Associate sets child's foreign key to owner and saves child. If owner is new or has changes, Associate saves it
// first. Both writes are one transaction, or a savepoint of a *Tx. So it sends one statement, and one more for
// owner if it has to. If child has no changes, it sends nothing for child.
//
// If the relation is loaded, owner takes the place of the loaded row. If the owner's key is NULL, or was not read,
// the error is ErrMissingKey. A nil child is ErrNotPersisted, a nil owner is an error. Other errors are as in the
// function [Save]. On an error, and if the transaction is rolled back later, both rows in memory are as they were.
//
//go:noinline
func (r *BelongsToOf[P, R]) Associate(ctx context.Context, ex Executor, child P, owner R) error {
	return r.u.rel.associate(ctx, ex, elem[P](), pointer(child), pointer(owner))
}

// Dissociate sets child's foreign key to NULL and saves child, in one statement. If the key is composite, it sets
// the columns that can be NULL. If no column can be NULL, the error is ErrNotNullable, and nothing is sent. If the
// relation is loaded, the related row becomes nil. Other errors are as in Associate.
//
//go:noinline
func (r *BelongsToOf[P, R]) Dissociate(ctx context.Context, ex Executor, child P) error {
	return r.u.rel.dissociate(ctx, ex, elem[P](), pointer(child))
}
