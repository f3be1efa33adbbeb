package lucid

import "context"

// HasMany is a relation where R holds a key to P: a user's posts.
//
//	SELECT … FROM posts WHERE posts.user_id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type HasMany[P, R any] = HasManyOf[*P, *R]

// HasManyOf is what [HasMany] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type HasManyOf[P, R any] struct {
	Field      func(P) *[]R      // where loaded rows go; nil: kept in the Model, read with Get
	ForeignKey ColumnsOf[R]      // default: R's column <parent>_<parent key>
	LocalKey   ColumnsOf[P]      // default: P's primary key
	OnQuery    func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasManyOf[P, R]) declare() declaration {
	d := ownership[P, R]("HasMany", r.LocalKey, r.ForeignKey, r.OnQuery)
	homed(&d, r.Field)
	return d
}

// Get returns the loaded rows, empty where there are none. ErrNotLoaded where they were never loaded.
//
//go:noinline
func (r *HasManyOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is the condition, for Filter, that one of the parent's related rows is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call,
// before anything is sent.
//
//go:noinline
func (r *HasManyOf[P, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create inserts child with its foreign key set to the parent. A parent that is new or has changes is
// saved first; both are one transaction, or a savepoint of a *Tx. A clean parent is not written and runs no
// hooks. Where the relation is loaded, child is added to it. On an error, and when the transaction is rolled back
// later, all rows in memory are as they were.
//
//go:noinline
func (r *HasManyOf[P, R]) Create(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Create", elem[P](), pointer(parent), pointer(child))
}

// Save sets child's foreign key to the parent, whatever stood there, and inserts it where it is new, else
// updates what changed: a child of another parent moves. Otherwise it does as Create.
//
//go:noinline
func (r *HasManyOf[P, R]) Save(ctx context.Context, ex Executor, parent P, child R) error {
	return r.u.rel.own(ctx, ex, "Save", elem[P](), pointer(parent), pointer(child))
}

// CreateMany is Create for many: the parent once, then as few statements as the database allows. No children
// send nothing.
//
//go:noinline
func (r *HasManyOf[P, R]) CreateMany(ctx context.Context, ex Executor, parent P, children ...R) error {
	return r.u.rel.own(ctx, ex, "CreateMany", elem[P](), pointer(parent), pointers(children)...)
}

// SaveMany is Save for many: the parent once, the new children together, and a statement for each other one
// that changed. No children send nothing.
//
//go:noinline
func (r *HasManyOf[P, R]) SaveMany(ctx context.Context, ex Executor, parent P, children ...R) error {
	return r.u.rel.own(ctx, ex, "SaveMany", elem[P](), pointer(parent), pointers(children)...)
}

// FirstOrCreate returns the parent's related row that matches search, else inserts child with search's
// values and the foreign key, as the function FirstOrCreate does. An empty search is any row of the parent's.
//
//go:noinline
func (r *HasManyOf[P, R]) FirstOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "FirstOrCreate", elem[P](), pointer(parent), search, pointer(child), (*seeker).firstOrCreate))
}

// UpdateOrCreate updates the parent's related row that matches search with child's values, else
// inserts child, as the function UpdateOrCreate does. An empty search is any row of the parent's.
//
//go:noinline
func (r *HasManyOf[P, R]) UpdateOrCreate(ctx context.Context, ex Executor, parent P, search Values, child R) (R, error) {
	return rowAs[R](r.u.ownedOne(ctx, ex, "UpdateOrCreate", elem[P](), pointer(parent), search, pointer(child), (*seeker).updateOrCreate))
}

// FetchOrCreateMany returns, in the order of children, the parent's related row that equals each in
// the match columns, and inserts those that are missing, as the function FetchOrCreateMany does.
//
//go:noinline
func (r *HasManyOf[P, R]) FetchOrCreateMany(ctx context.Context, ex Executor, parent P, children []R, match ...string) ([]R, error) {
	return rowsAs[R](r.u.ownedMany(ctx, ex, "FetchOrCreateMany", elem[P](), pointer(parent), pointers(children), match, (*seeker).fetchOrCreateMany))
}

// UpdateOrCreateMany is FetchOrCreateMany that also saves the values of children over the rows found.
//
//go:noinline
func (r *HasManyOf[P, R]) UpdateOrCreateMany(ctx context.Context, ex Executor, parent P, children []R, match ...string) ([]R, error) {
	return rowsAs[R](r.u.ownedMany(ctx, ex, "UpdateOrCreateMany", elem[P](), pointer(parent), pointers(children), match, (*seeker).updateOrCreateMany))
}
