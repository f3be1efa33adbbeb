package lucid

import (
	"context"
	"reflect"
	"unsafe"
)

// HasMany is a relation where R holds a key to P: a user's posts.
//
//	SELECT … FROM posts WHERE posts.user_id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type HasMany[P, R any] struct {
	Field      func(*P) *[]*R  // where loaded rows go; nil: kept in the Model, read with Get
	ForeignKey ColumnOf[R]     // default: R's column <parent>_<parent key>
	LocalKey   ColumnOf[P]     // default: P's primary key
	OnQuery    func(*Query[R]) // added to every select, update, delete and subquery of the relation

	descriptor[P, R]
}

func (r *HasMany[P, R]) declare() declaration {
	d := ownership[P, R]("HasMany", r.LocalKey, r.ForeignKey, r.OnQuery)
	homed(&d, r.Field)
	return d
}

// Get returns the loaded rows, empty where there are none. ErrNotLoaded where they were never loaded.
func (r *HasMany[P, R]) Get(p *P) ([]*R, error) { return getMany[P, R](&r.rel, p) }

// Contains is the condition, for Filter, that one of the parent's related rows is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call,
// before anything is sent.
func (r *HasMany[P, R]) Contains(rows ...*R) Cond[P] { return isAny[P](&r.rel, rows) }

// Create inserts child with its foreign key set to the parent. A parent that is new or has changes is
// saved first; both are one transaction, or a savepoint of a *Tx. A clean parent is not written and runs no
// hooks. Where the relation is loaded, child is added to it. On an error, and when the transaction is rolled back
// later, all rows in memory are as they were.
func (r *HasMany[P, R]) Create(ctx context.Context, ex Executor, parent *P, child *R) error {
	return r.rel.own(ctx, ex, "Create", reflect.TypeFor[P](), unsafe.Pointer(parent), unsafe.Pointer(child))
}

// Save sets child's foreign key to the parent, whatever stood there, and inserts it where it is new, else
// updates what changed: a child of another parent moves. Otherwise it does as Create.
func (r *HasMany[P, R]) Save(ctx context.Context, ex Executor, parent *P, child *R) error {
	return r.rel.own(ctx, ex, "Save", reflect.TypeFor[P](), unsafe.Pointer(parent), unsafe.Pointer(child))
}

// CreateMany is Create for many: the parent once, then as few statements as the database allows. No children
// send nothing.
func (r *HasMany[P, R]) CreateMany(ctx context.Context, ex Executor, parent *P, children ...*R) error {
	return r.rel.own(ctx, ex, "CreateMany", reflect.TypeFor[P](), unsafe.Pointer(parent), pointers(children)...)
}

// SaveMany is Save for many: the parent once, the new children together, and a statement for each other one
// that changed. No children send nothing.
func (r *HasMany[P, R]) SaveMany(ctx context.Context, ex Executor, parent *P, children ...*R) error {
	return r.rel.own(ctx, ex, "SaveMany", reflect.TypeFor[P](), unsafe.Pointer(parent), pointers(children)...)
}

// FirstOrCreate returns the parent's related row that matches search, else inserts child with search's
// values and the foreign key, as the function FirstOrCreate does. An empty search is any row of the parent's.
func (r *HasMany[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent *P, search Values, child *R) (*R, error) {
	return ownedOne[P, R](ctx, &r.rel, ex, "FirstOrCreate", parent, search, child, (*seeker).firstOrCreate)
}

// UpdateOrCreate updates the parent's related row that matches search with child's values, else
// inserts child, as the function UpdateOrCreate does. An empty search is any row of the parent's.
func (r *HasMany[P, R]) UpdateOrCreate(ctx context.Context, ex Executor, parent *P, search Values, child *R) (*R, error) {
	return ownedOne[P, R](ctx, &r.rel, ex, "UpdateOrCreate", parent, search, child, (*seeker).updateOrCreate)
}

// FetchOrCreateMany returns, in the order of children, the parent's related row that equals each in
// the match columns, and inserts those that are missing, as the function FetchOrCreateMany does.
func (r *HasMany[P, R]) FetchOrCreateMany(ctx context.Context, ex Executor, parent *P, children []*R, match ...string) ([]*R, error) {
	return ownedMany[P, R](ctx, &r.rel, ex, "FetchOrCreateMany", parent, children, match, (*seeker).fetchOrCreateMany)
}

// UpdateOrCreateMany is FetchOrCreateMany that also saves the values of children over the rows found.
func (r *HasMany[P, R]) UpdateOrCreateMany(ctx context.Context, ex Executor, parent *P, children []*R, match ...string) ([]*R, error) {
	return ownedMany[P, R](ctx, &r.rel, ex, "UpdateOrCreateMany", parent, children, match, (*seeker).updateOrCreateMany)
}
