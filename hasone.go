package lucid

import "context"

// HasOne is a relation where R holds a key to P, and one row of R is wanted: a user's profile. Of
// several rows it is the first in the query's order; with no order, that of the lowest primary key.
//
//	SELECT … FROM profiles WHERE profiles.user_id IN (…) ORDER BY profiles.id
//
// The fields of a descriptor are not to be changed after Register.
type HasOne[P, R any] = HasOneOf[*P, *R]

// HasOneOf is what [HasOne] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type HasOneOf[P, R any] struct {
	Field      func(P) *R        // where the loaded row goes; nil: kept in the Model, read with Get
	ForeignKey ColumnsOf[R]      // default: R's column <parent>_<parent key>
	LocalKey   ColumnsOf[P]      // default: P's primary key
	OnQuery    func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasOneOf[P, R]) declare() declaration {
	d := ownership[P, R]("HasOne", r.LocalKey, r.ForeignKey, r.OnQuery)
	d.one, d.lowest = true, true
	homed(&d, r.Field)
	return d
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
//
//go:noinline
func (r *HasOneOf[P, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is the condition, for Filter, that the parent's related row is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call, before
// anything is sent.
//
//go:noinline
func (r *HasOneOf[P, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create inserts child with its foreign key set to the parent. A parent that is new or has changes is
// saved first; both are one transaction, or a savepoint of a *Tx. A clean parent is not written and runs no
// hooks. An older row of the parent's stays. Where the relation is loaded, child takes its place there. On an error, and
// when the transaction is rolled back later, both rows in memory are as they were.
//
//go:noinline
func (r *HasOneOf[P, R]) Create(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Create", elem[P](), pointer(parent), pointer(child))
}

// Save sets child's foreign key to the parent, whatever stood there, and inserts it where it is new, else
// updates what changed: a child of another parent moves. Otherwise it does as Create.
//
//go:noinline
func (r *HasOneOf[P, R]) Save(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Save", elem[P](), pointer(parent), pointer(child))
}

// FirstOrCreate returns the parent's related row that matches search, else inserts child with search's
// values and the foreign key, as the function FirstOrCreate does. An empty search is any row of the parent's.
//
//go:noinline
func (r *HasOneOf[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "FirstOrCreate", elem[P](), pointer(parent), search, pointer(child), (*seeker).firstOrCreate))
}

// UpdateOrCreate updates the parent's related row that matches search with child's values, else
// inserts child, as the function UpdateOrCreate does. An empty search is any row of the parent's.
//
//go:noinline
func (r *HasOneOf[P, R]) UpdateOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "UpdateOrCreate", elem[P](), pointer(parent), search, pointer(child), (*seeker).updateOrCreate))
}
