package lucid

import (
	"context"
	"reflect"
	"unsafe"
)

// HasOne is a relation where R holds a key to P, and one row of R is wanted: a user's profile. Of
// several rows it is the first in the query's order; with no order, that of the lowest primary key.
//
//	SELECT … FROM profiles WHERE profiles.user_id IN (…) ORDER BY profiles.id
//
// The fields of a descriptor are not to be changed after Register.
type HasOne[P, R any] struct {
	Field      func(*P) **R    // where the loaded row goes; nil: kept in the Model, read with Get
	ForeignKey ColumnOf[R]     // default: R's column <parent>_<parent key>
	LocalKey   ColumnOf[P]     // default: P's primary key
	OnQuery    func(*Query[R]) // added to every select, update, delete and subquery of the relation

	descriptor[P, R]
}

func (r *HasOne[P, R]) declare() declaration {
	d := ownership[P, R]("HasOne", r.LocalKey, r.ForeignKey, r.OnQuery)
	d.one, d.lowest = true, true
	homed(&d, r.Field)
	return d
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
func (r *HasOne[P, R]) Get(p *P) (*R, error) { return getOne[P, R](&r.rel, p) }

// Is is the condition, for Filter, that the parent's related row is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call, before
// anything is sent.
func (r *HasOne[P, R]) Is(rows ...*R) Cond[P] { return isAny[P](&r.rel, rows) }

// Create inserts child with its foreign key set to the parent. A parent that is new or has changes is
// saved first; both are one transaction, or a savepoint of a *Tx. A clean parent is not written and runs no
// hooks. An older row of the parent's stays. Where the relation is loaded, child takes its place there. On an error, and
// when the transaction is rolled back later, both rows in memory are as they were.
func (r *HasOne[P, R]) Create(ctx context.Context, ex Executor, parent *P, child *R) error {
	return r.rel.own(ctx, ex, "Create", reflect.TypeFor[P](), unsafe.Pointer(parent), unsafe.Pointer(child))
}

// Save sets child's foreign key to the parent, whatever stood there, and inserts it where it is new, else
// updates what changed: a child of another parent moves. Otherwise it does as Create.
func (r *HasOne[P, R]) Save(ctx context.Context, ex Executor, parent *P, child *R) error {
	return r.rel.own(ctx, ex, "Save", reflect.TypeFor[P](), unsafe.Pointer(parent), unsafe.Pointer(child))
}

// FirstOrCreate returns the parent's related row that matches search, else inserts child with search's
// values and the foreign key, as the function FirstOrCreate does. An empty search is any row of the parent's.
func (r *HasOne[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent *P, search Values, child *R) (*R, error) {
	return ownedOne[P, R](ctx, &r.rel, ex, "FirstOrCreate", parent, search, child, (*seeker).firstOrCreate)
}

// UpdateOrCreate updates the parent's related row that matches search with child's values, else
// inserts child, as the function UpdateOrCreate does. An empty search is any row of the parent's.
func (r *HasOne[P, R]) UpdateOrCreate(ctx context.Context, ex Executor, parent *P, search Values, child *R) (*R, error) {
	return ownedOne[P, R](ctx, &r.rel, ex, "UpdateOrCreate", parent, search, child, (*seeker).updateOrCreate)
}
