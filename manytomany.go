package lucid

import "context"

// ManyToMany is a relation over a pivot table, which has foreign keys to P and to R, such as a user's skills. A
// related row has the columns of its pivot row as extras: pivot_user_id, pivot_skill_id, the PivotColumns and the
// timestamps.
//
// Two parents with the same related row get two values in memory, each with its own pivot columns. If the pivot
// table has the same row twice, the parent gets the related row twice.
//
//	SELECT skills.…, skill_user.user_id AS pivot_user_id, skill_user.skill_id AS pivot_skill_id
//	FROM skills INNER JOIN skill_user ON skills.id = skill_user.skill_id WHERE skill_user.user_id IN (…)
//
// Do not change the fields of a descriptor after Register.
//
// The methods are on [ManyToManyOf]: write ManyToMany[User, Skill], read ManyToManyOf. With, Preload, As, Load,
// Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type ManyToMany[P, R any] = ManyToManyOf[*P, *R]

// ManyToManyOf has the fields and methods of [ManyToMany]: ManyToMany[User, Skill] is ManyToManyOf[*User, *Skill].
// With, Preload, As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come
// from [ScopedOf].
type ManyToManyOf[P, R any] struct {
	Field                  func(P) *[]R // the field for loaded rows; nil: the Model keeps the rows, and Get reads them
	LocalKey               ColumnsOf[P] // default: P's primary key
	RelatedKey             ColumnsOf[R] // default: R's primary key
	PivotTable             string       // default: both names singular, snake_case, in alphabetical order
	PivotForeignKey        string       // default: <parent>_<parent key>; composite: comma-separated, in LocalKey's order
	PivotRelatedForeignKey string       // default: <related>_<related key>; composite: as above
	PivotColumns           []string     // further columns of the pivot table to read
	PivotTimestamps        PivotTimestamps
	OnQuery                func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *ManyToManyOf[P, R]) declare() declaration {
	d := declaration{
		kind: "ManyToMany", types: types{related: elem[R]()}, onQuery: scopeOf(r.OnQuery),
		sourceOption: keyed("LocalKey", r.LocalKey), relatedOption: keyed("RelatedKey", r.RelatedKey),
		pivot: &pivotOptions{r.PivotTable, r.PivotForeignKey, r.PivotRelatedForeignKey, r.PivotColumns, r.PivotTimestamps},
	}
	setField(&d, r.Field)
	return d
}

// Get returns the loaded rows. It returns an empty slice if there are no related rows. If the relation was never
// loaded, the error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is a condition for Filter: at least one of the parent's related rows is one of rows. If rows is empty,
// no parent meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// Create inserts related and its pivot row, with one statement each. pivot is empty, or the values of the pivot
// row. If the parent is new or has changes, Create saves it first. Everything is one transaction, or a savepoint of
// a *Tx.
//
// related then has its pivot values as extras. If the relation is loaded, related is added to the loaded rows. A
// parent or related row without a key is ErrMissingKey, a nil parent is ErrNotPersisted. Other errors are as in the
// function [Create]. On an error, and if the transaction is rolled back later, both rows in memory are as they
// were.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Create(ctx context.Context, ex Executor, parent P, related R, pivot ...Values) error {
	return r.add(ctx, ex, "Create", parent, []R{related}, pivot)
}

// Save saves related. Then it inserts the pivot row, or updates the stored pivot row. If the related row
// and its pivot row already have the given values, Save writes nothing; it still reads the pivot row. Otherwise it
// does as Create.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Save(ctx context.Context, ex Executor, parent P, related R, pivot ...Values) error {
	return r.add(ctx, ex, "Save", parent, []R{related}, pivot)
}

// CreateMany is Create for many related rows. It inserts the related rows, and then the pivot rows, with one
// statement for as many rows as the database can bind. pivot is empty, or has one Values, or nil, for each row;
// another number is an error. If related is empty, it sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) CreateMany(
	ctx context.Context, ex Executor, parent P, related []R, pivot ...Values,
) error {
	return r.add(ctx, ex, "CreateMany", parent, related, pivot)
}

// SaveMany is Save for many related rows. pivot is as in CreateMany. If related is empty, it sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) SaveMany(ctx context.Context, ex Executor, parent P, related []R, pivot ...Values) error {
	return r.add(ctx, ex, "SaveMany", parent, related, pivot)
}

//go:noinline
func (r *ManyToManyOf[P, R]) add(
	ctx context.Context, ex Executor, verb string, parent P, related []R, pivot []Values,
) error {
	return r.u.rel.addTo(ctx, ex, verb, elem[P](), pointer(parent), pointers(related), pivot)
}

// Attach inserts pivot rows, with one statement for as many rows as the database can bind. An id is one of these: a
// related key's value (a Key if the key is composite), a related row of type R, or a Pivot with one of these as its
// ID. If ids is empty, Attach sends nothing.
//
// Attach does not check whether a related row or a pivot row exists. If the pivot table has a foreign key or a
// unique key, its violation is a *ConstraintError. Without a unique key, the pivot row is inserted a second time.
// If only some ids have a value for a column, the other rows get the column's default; on SQLite they get NULL. A
// related row that is given as an id then has its pivot values as extras.
//
// If the parent or a given related row is new, the error is ErrNotPersisted. A nil id is ErrMissingKey. A slice,
// and a row of another model, are errors. Nothing is sent then.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Attach(ctx context.Context, ex Executor, parent P, ids ...any) error {
	return r.u.rel.attach(ctx, ex, elem[P](), pointer(parent), ids)
}

// Detach deletes the parent's pivot rows of these ids, in one statement. Ids and errors are as in Attach. If ids is
// empty, it sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Detach(ctx context.Context, ex Executor, parent P, ids ...any) error {
	return r.u.rel.detach(ctx, ex, elem[P](), pointer(parent), ids)
}

// DetachAll deletes all pivot rows of the parent, in one statement. If the parent is new, the error is
// ErrNotPersisted.
//
//go:noinline
func (r *ManyToManyOf[P, R]) DetachAll(ctx context.Context, ex Executor, parent P) error {
	return r.u.rel.detachAll(ctx, ex, elem[P](), pointer(parent))
}

// Sync makes the parent's pivot rows match ids, and returns what it changed. Ids and errors are as in Attach. If an
// id is given twice, its last values count. If ids is empty, Sync deletes all pivot rows of the parent.
//
// Sync locks the parent's row and reads the pivot rows. Then it deletes the pivot rows of other ids, updates the
// pivot rows whose given values differ, and inserts the missing ones. It sends one statement to delete, one to
// insert, and one update for each different set of values. It does not write a pivot row that already has the given
// values, and so does not change its timestamps.
//
// Everything is one transaction, or a savepoint of a *Tx. Because of the lock, two calls at the same time run one
// after the other, and the ids of one of them stand at the end.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Sync(ctx context.Context, ex Executor, parent P, ids ...any) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "Sync", detach: true}, parent, ids)
}

// SyncWithoutDetaching is Sync, but deletes nothing. If ids is empty, it sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) SyncWithoutDetaching(
	ctx context.Context, ex Executor, parent P, ids ...any,
) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "SyncWithoutDetaching"}, parent, ids)
}

// Toggle attaches the ids that are not attached, and detaches the ids that are. Otherwise it does as Sync. If ids
// is empty, it sends nothing.
//
//go:noinline
func (r *ManyToManyOf[P, R]) Toggle(ctx context.Context, ex Executor, parent P, ids ...any) (SyncResult, error) {
	return r.sync(ctx, ex, syncMode{verb: "Toggle", toggle: true}, parent, ids)
}

//go:noinline
func (r *ManyToManyOf[P, R]) sync(
	ctx context.Context, ex Executor, mode syncMode, parent P, ids []any,
) (SyncResult, error) {
	return r.u.rel.sync(ctx, ex, mode, elem[P](), pointer(parent), ids)
}

// UpdatePivot sets values on the parent's pivot row of id, in one statement. It also sets updated_at if the
// relation has timestamps. id is as in Attach. If there is no such pivot row, the error is ErrNotFound. If values
// is empty, it is an error. MySQL and MariaDB take one more statement if the update changed no row, to see whether
// there is one.
//
//go:noinline
func (r *ManyToManyOf[P, R]) UpdatePivot(ctx context.Context, ex Executor, parent P, id any, values Values) error {
	return r.u.rel.updatePivot(ctx, ex, elem[P](), pointer(parent), id, values)
}

// PivotQuery starts a query on the parent's rows of the pivot table. It can read, count, update and delete them.
// Every column is an extra of its PivotRow. Column names are not checked before a statement is sent. An update also
// sets updated_at if the relation has timestamps. The relation's OnQuery does not apply. If the parent is new, the
// finishing call returns ErrNotPersisted.
//
//go:noinline
func (r *ManyToManyOf[P, R]) PivotQuery(ex Executor, parent P) *Query[PivotRow] {
	return queryOf[*PivotRow](r.u.rel.pivotQuery(ex, elem[P](), pointer(parent)))
}
