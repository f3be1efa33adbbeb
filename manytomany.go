package lucid

import "context"

// ManyToMany is a relation where a pivot table holds keys to P and to R: a user's skills. A related
// row carries the columns of its pivot row as extras: pivot_user_id, pivot_skill_id, those of
// PivotColumns and the timestamps. A row that is reached from two parents is two values, each with
// its own pivot; a pivot row that stands twice gives the related row twice.
//
//	SELECT skills.…, skill_user.user_id AS pivot_user_id, skill_user.skill_id AS pivot_skill_id
//	FROM skills INNER JOIN skill_user ON skills.id = skill_user.skill_id WHERE skill_user.user_id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type ManyToMany[P, R any] = ManyToManyOf[*P, *R]

// ManyToManyOf is what [ManyToMany] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type ManyToManyOf[P, R any] struct {
	Field                  func(P) *[]R // where loaded rows go; nil: kept in the Model, read with Get
	LocalKey               ColumnsOf[P] // default: P's primary key
	RelatedKey             ColumnsOf[R] // default: R's primary key
	PivotTable             string       // default: both names singular, snake_case, in alphabetical order
	PivotForeignKey        string       // default: <parent>_<parent key>; composite: comma-separated, in the order of LocalKey
	PivotRelatedForeignKey string       // default: <related>_<related key>; composite: as above
	PivotColumns           []string     // further columns to read
	PivotTimestamps        PivotTimestamps
	OnQuery                func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *ManyToManyOf[P, R]) declare() declaration {
	d := declaration{
		kind: "ManyToMany", types: types{related: elem[R]()}, onQuery: scopeOf(r.OnQuery),
		nearKey: keyed("LocalKey", r.LocalKey), farKey: keyed("RelatedKey", r.RelatedKey),
		pivot: &pivotOptions{r.PivotTable, r.PivotForeignKey, r.PivotRelatedForeignKey, r.PivotColumns, r.PivotTimestamps},
	}
	homed(&d, r.Field)
	return d
}

// Get returns the loaded rows, empty where there are none. ErrNotLoaded where they were never loaded.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is the condition, for Filter, that one of the parent's related rows is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call,
// before anything is sent.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create inserts related, and its pivot row with the values of pivot, which is at most one. A parent that is new
// or has changes is saved first; all of it is one transaction, or a savepoint of a *Tx. related then carries its
// pivot values as extras; where the relation is loaded, it is added to it. On an error, and when the transaction is
// rolled back later, both rows in memory are as they were.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Create(ctx context.Context, ex Executor, parent P, related R, pivot ...Values) error {
	return r.add(ctx, ex, "Create", parent, []R{related}, pivot)
}

// Save saves related, and inserts its pivot row or updates the one that is there. Otherwise it does as
// Create. Where the related row and its pivot row are as given, nothing is written.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Save(ctx context.Context, ex Executor, parent P, related R, pivot ...Values) error {
	return r.add(ctx, ex, "Save", parent, []R{related}, pivot)
}

// CreateMany inserts related rows and their pivot rows, each kind in as few statements as the database
// allows; pivot is empty or has one Values, or nil, for each row. No rows send nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) CreateMany(ctx context.Context, ex Executor, parent P, related []R, pivot ...Values) error {
	return r.add(ctx, ex, "CreateMany", parent, related, pivot)
}

// SaveMany is Save for many; pivot as in CreateMany.
//
//go:noinline
func (r *ManyToManyOf[P, R]) SaveMany(ctx context.Context, ex Executor, parent P, related []R, pivot ...Values) error {
	return r.add(ctx, ex, "SaveMany", parent, related, pivot)
}

//go:noinline
func (r *ManyToManyOf[P, R]) add(ctx context.Context, ex Executor, verb string, parent P, related []R, pivot []Values) error {
	return r.u.rel.addTo(ctx, ex, verb, elem[P](), pointer(parent), pointers(related), pivot)
}

// Attach inserts pivot rows in one statement. An id is a related key's value, a R, or a Pivot of one of these;
// that of a composite key is a Key. Whether the related rows are there is the database's to say; a pivot row
// that is there already is a *ConstraintError where the table has a unique key, and stands twice where it
// has none. A column that only some ids give a value takes its default for the others; on SQLite, NULL. A R then
// carries its pivot values as extras. No ids send nothing. ErrNotPersisted for a new parent or R; a
// slice, a nil and another model's row are errors before anything is sent.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Attach(ctx context.Context, ex Executor, parent P, ids ...any) error {
	return r.u.rel.attach(ctx, ex, elem[P](), pointer(parent), ids)
}

// Detach deletes the parent's pivot rows of these ids, in one statement; ids as in Attach. No ids:
// nothing happens.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Detach(ctx context.Context, ex Executor, parent P, ids ...any) error {
	return r.u.rel.detach(ctx, ex, elem[P](), pointer(parent), ids)
}

// DetachAll deletes all of the parent's pivot rows, in one statement.
//
//go:noinline
func (r *ManyToManyOf[P, R]) DetachAll(ctx context.Context, ex Executor, parent P) error {
	return r.u.rel.detachAll(ctx, ex, elem[P](), pointer(parent))
}

// Sync makes the parent's pivot rows those of ids, and says what it changed; ids as in Attach, of one
// that is there twice the last. It reads the pivot rows, then deletes those that were not given, updates those
// whose given values differ, and inserts the missing ones: a statement for each kind, and one for each
// different set of values that is updated. Rows that are as given are left alone, with their timestamps.
// No ids delete all. It is one transaction, or a savepoint of a *Tx, which locks the parent's row: of two
// calls at once, one payload stands at the end.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Sync(ctx context.Context, ex Executor, parent P, ids ...any) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "Sync", detach: true}, parent, ids)
}

// SyncWithoutDetaching is Sync that deletes nothing. No ids send nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) SyncWithoutDetaching(ctx context.Context, ex Executor, parent P, ids ...any) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "SyncWithoutDetaching"}, parent, ids)
}

// Toggle attaches the ids that are not attached and detaches those that are, as Sync does. No ids send nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Toggle(ctx context.Context, ex Executor, parent P, ids ...any) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "Toggle", toggle: true}, parent, ids)
}

//go:noinline
func (r *ManyToManyOf[P, R]) sync(ctx context.Context, ex Executor, mode syncMode, parent P, ids []any) (SyncResult, error) {
	return r.u.rel.sync(ctx, ex, mode, elem[P](), pointer(parent), ids)
}

// UpdatePivot sets values on the parent's pivot row of id, and updated_at where the relation has
// timestamps; id as in Attach. ErrNotFound where there is none. No values are an error.
//
//go:noinline
func (r *ManyToManyOf[P, R]) UpdatePivot(ctx context.Context, ex Executor, parent P, id any, values Values) error {
	return r.u.rel.updatePivot(ctx, ex, elem[P](), pointer(parent), id, values)
}

// PivotQuery is a query on the parent's rows of the pivot table, to read, count, update and delete them. Every
// column is an extra of its PivotRow; names are not checked before they are sent. An update sets
// updated_at where the relation has timestamps. OnQuery is not for it. ErrNotPersisted for a new parent.
//
//go:noinline
func (r *ManyToManyOf[P, R]) PivotQuery(ex Executor, parent P) *Query[PivotRow] {
	return queryOf[*PivotRow](r.u.rel.pivotQuery(ex, elem[P](), pointer(parent)))
}
