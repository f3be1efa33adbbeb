package lucid

import "context"

// BelongsTo is a relation where P holds a key to R: a post's author. Parents with the same key share
// one related row. A foreign key that is NULL means no relation: nil, and nothing is sent for it.
//
//	SELECT … FROM users WHERE users.id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type BelongsTo[P, R any] = BelongsToOf[*P, *R]

// BelongsToOf is what [BelongsTo] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type BelongsToOf[P, R any] struct {
	Field      func(P) *R        // where the loaded row goes; nil: kept in the Model, read with Get
	ForeignKey ColumnsOf[P]      // default: P's column <related>_<related key>
	OwnerKey   ColumnsOf[R]      // default: R's primary key
	OnQuery    func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *BelongsToOf[P, R]) declare() declaration {
	d := declaration{
		kind: "BelongsTo", one: true, types: types{related: elem[R]()}, onQuery: scopeOf(r.OnQuery),
		nearKey: keyed("ForeignKey", r.ForeignKey), matchKey: keyed("OwnerKey", r.OwnerKey),
	}
	homed(&d, r.Field)
	return d
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
//
//go:noinline
func (r *BelongsToOf[P, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is the condition, for Filter, that the parent's related row is one of rows; none never is. It
// compares the key that the parent holds.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call, before
// anything is sent.
//
//go:noinline
func (r *BelongsToOf[P, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Associate sets child's key to owner and saves child. An owner that is new or has changes is saved
// first; both are one transaction, or a savepoint of a *Tx. Where the relation is loaded, owner takes its place
// there. ErrMissingKey where the owner's key is NULL. On an error, and when the transaction is rolled back later, both
// rows in memory are as they were.
//
//go:noinline
func (r *BelongsToOf[P, R]) Associate(ctx context.Context, ex Executor, child P, owner R) error {
	return r.u.rel.associate(ctx, ex, elem[P](), pointer(child), pointer(owner))
}

// Dissociate sets child's key to NULL and saves child; of a composite key, those columns that can be
// NULL. ErrNotNullable, before anything is sent, where none can. Where the relation is loaded, it is nil
// then.
//
//go:noinline
func (r *BelongsToOf[P, R]) Dissociate(ctx context.Context, ex Executor, child P) error {
	return r.u.rel.dissociate(ctx, ex, elem[P](), pointer(child))
}
