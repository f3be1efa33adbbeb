package lucid

import "context"

// What the contract has and this version does not: every call answers with an error that says so.

// Has keeps rows that have related rows: at least one, or as many as counts say. Not built yet: the
// finishing call is an error.
func (q *Query[T]) Has(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("Has") }

// OrHas is Has joined by OR. Not built yet: the finishing call is an error.
func (q *Query[T]) OrHas(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("OrHas") }

// DoesntHave negates Has. Not built yet: the finishing call is an error.
func (q *Query[T]) DoesntHave(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("DoesntHave") }

// OrDoesntHave is DoesntHave joined by OR. Not built yet: the finishing call is an error.
func (q *Query[T]) OrDoesntHave(Relation[T], ...CountCond) *Query[T] {
	return q.unbuilt("OrDoesntHave")
}

func (q *Query[T]) unbuilt(name string) *Query[T] {
	q.data().fail(notBuilt(name))
	return q
}

// CountCond is a condition on a number of related rows.
type CountCond struct {
	op string
	n  int
}

// Count compares with =, !=, <>, <, <=, > or >=.
func Count(op string, n int) CountCond { return CountCond{op, n} }

// Aggregate is a value computed over a relation of P.
type Aggregate[P any] struct {
	u        use
	function string
	column   string
}

// As names the result.
func (a Aggregate[P]) As(name string) Aggregate[P] {
	a.u.as = name
	return a
}

// WithCount adds the number of related rows as an extra, by default posts_count. Not built yet: the
// finishing call is an error.
func (q *Query[T]) WithCount(...Relation[T]) *Query[T] { return q.unbuilt("WithCount") }

// WithAggregate adds aggregates of related rows as extras, by default posts_sum_likes. Not built yet:
// the finishing call is an error.
func (q *Query[T]) WithAggregate(...Aggregate[T]) *Query[T] { return q.unbuilt("WithAggregate") }

// Page is one page of rows. As JSON: {"data": […], "meta": {"total": …, …}}.
type Page[T any] struct {
	Data     []*T `json:"data"`
	PageMeta `json:"meta"`
}

// PageMeta counts a Page's rows. Pages start at 1; LastPage is at least 1.
type PageMeta struct {
	Total       int64 `json:"total"`
	PerPage     int   `json:"per_page"`
	CurrentPage int   `json:"current_page"`
	LastPage    int   `json:"last_page"`
	FirstPage   int   `json:"first_page"`
}

// CursorPage is one page of rows and the way to the next.
type CursorPage[T any] struct {
	Data       []*T `json:"data"`
	CursorMeta `json:"meta"`
}

// CursorMeta holds opaque cursors; "" means there is no such page.
type CursorMeta struct {
	PerPage int    `json:"per_page"`
	Next    string `json:"next_cursor"`
	Prev    string `json:"prev_cursor"`
}

// Paginate reads one page and counts all rows. Not built yet: it is an error.
func (q *Query[T]) Paginate(context.Context, int, int) (*Page[T], error) {
	return nil, notBuilt("Paginate")
}

// CursorPaginate reads the page after cursor; "" is the first. Not built yet: it is an error.
func (q *Query[T]) CursorPaginate(context.Context, string, int) (*CursorPage[T], error) {
	return nil, notBuilt("CursorPaginate")
}

// Update sets values on every row that matches and returns how many. Not built yet: it is an error.
func (q *Query[T]) Update(context.Context, Values) (int64, error) { return 0, notBuilt("Update") }

// Increment adds to a column of every row that matches. Not built yet: it is an error.
func (q *Query[T]) Increment(context.Context, string, any) (int64, error) {
	return 0, notBuilt("Increment")
}

// Decrement subtracts from a column of every row that matches. Not built yet: it is an error.
func (q *Query[T]) Decrement(context.Context, string, any) (int64, error) {
	return 0, notBuilt("Decrement")
}

// Delete deletes every row that matches and returns how many. Not built yet: it is an error.
func (q *Query[T]) Delete(context.Context) (int64, error) { return 0, notBuilt("Query.Delete") }

// LoadCount adds counts to rows already read. Not built yet: it is an error.
func LoadCount[T any](context.Context, Executor, []*T, ...Relation[T]) error {
	return notBuilt("LoadCount")
}

// LoadAggregate adds aggregates to rows already read. Not built yet: it is an error.
func LoadAggregate[T any](context.Context, Executor, []*T, ...Aggregate[T]) error {
	return notBuilt("LoadAggregate")
}

// Create inserts rows in one statement per batch. Not built yet: it is an error.
func Create[T any, P ModelPtr[T]](context.Context, Executor, ...*T) error { return notBuilt("Create") }

// Save inserts a new row, else updates the changed columns. Not built yet: it is an error.
func Save[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Save") }

// Delete deletes the row by its primary key. Not built yet: it is an error.
func Delete[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Delete") }

// Refresh reads the row's columns again. Not built yet: it is an error.
func Refresh[T any, P ModelPtr[T]](context.Context, Executor, *T) error { return notBuilt("Refresh") }

// Changed lists the columns that differ from what was loaded or saved. Not built yet: it is nil.
func Changed[T any, P ModelPtr[T]](*T) []string { return nil }

// FirstOrCreate returns the row that matches search, else inserts it. Not built yet: it is an error.
func FirstOrCreate[T any, P ModelPtr[T]](context.Context, Executor, Values, *T) (*T, error) {
	return nil, notBuilt("FirstOrCreate")
}

// UpdateOrCreate updates the row that matches search, else inserts it. Not built yet: it is an error.
func UpdateOrCreate[T any, P ModelPtr[T]](context.Context, Executor, Values, *T) (*T, error) {
	return nil, notBuilt("UpdateOrCreate")
}

// FetchOrCreateMany returns the stored row of each, and inserts those missing. Not built yet: it is an error.
func FetchOrCreateMany[T any, P ModelPtr[T]](context.Context, Executor, []*T, ...string) ([]*T, error) {
	return nil, notBuilt("FetchOrCreateMany")
}

// UpdateOrCreateMany is FetchOrCreateMany that also saves. Not built yet: it is an error.
func UpdateOrCreateMany[T any, P ModelPtr[T]](context.Context, Executor, []*T, ...string) ([]*T, error) {
	return nil, notBuilt("UpdateOrCreateMany")
}

// Upsert inserts rows or updates those that collide. Not built yet: it is an error.
func Upsert[T any, P ModelPtr[T]](context.Context, Executor, []*T, []string, []string) error {
	return notBuilt("Upsert")
}

// Pivot is a related id with values for its pivot row.
type Pivot struct {
	ID     any
	Values Values
}

// PivotRow is a row of a pivot table; its columns are extras.
type PivotRow struct{ Model }

// SyncResult lists related ids by what happened to their pivot rows.
type SyncResult struct{ Attached, Updated, Detached []any }

// RelationInfo describes one registered relation.
type RelationInfo struct {
	Name       string // "User.Posts"
	Kind       string // "HasMany"
	Parent     string // model names
	Through    string
	Related    string
	PivotTable string
	Keys       []KeyInfo
}

// KeyInfo is one pair of columns that a relation compares.
type KeyInfo struct{ From, To string } // "users.id", "posts.user_id"

// Relations lists what is registered, by parent and name. Not built yet: it is nil.
func Relations() []RelationInfo { return nil }

// Diagram is a Mermaid erDiagram of what is registered. Not built yet: it is empty.
func Diagram() string { return "" }

// Verify compares the registered models with the live schema. Not built yet: it is an error.
func Verify(context.Context, Executor) error { return notBuilt("Verify") }

// Create is not built yet: it is an error.
func (r *HasOne[P, R]) Create(context.Context, Executor, *P, *R) error {
	return notBuilt("HasOne.Create")
}

// Save is not built yet: it is an error.
func (r *HasOne[P, R]) Save(context.Context, Executor, *P, *R) error {
	return notBuilt("HasOne.Save")
}

// FirstOrCreate is not built yet: it is an error.
func (r *HasOne[P, R]) FirstOrCreate(context.Context, Executor, *P, Values, *R) (*R, error) {
	return nil, notBuilt("HasOne.FirstOrCreate")
}

// UpdateOrCreate is not built yet: it is an error.
func (r *HasOne[P, R]) UpdateOrCreate(context.Context, Executor, *P, Values, *R) (*R, error) {
	return nil, notBuilt("HasOne.UpdateOrCreate")
}

// Create is not built yet: it is an error.
func (r *HasMany[P, R]) Create(context.Context, Executor, *P, *R) error {
	return notBuilt("HasMany.Create")
}

// Save is not built yet: it is an error.
func (r *HasMany[P, R]) Save(context.Context, Executor, *P, *R) error {
	return notBuilt("HasMany.Save")
}

// CreateMany is not built yet: it is an error.
func (r *HasMany[P, R]) CreateMany(context.Context, Executor, *P, ...*R) error {
	return notBuilt("HasMany.CreateMany")
}

// SaveMany is not built yet: it is an error.
func (r *HasMany[P, R]) SaveMany(context.Context, Executor, *P, ...*R) error {
	return notBuilt("HasMany.SaveMany")
}

// FirstOrCreate is not built yet: it is an error.
func (r *HasMany[P, R]) FirstOrCreate(context.Context, Executor, *P, Values, *R) (*R, error) {
	return nil, notBuilt("HasMany.FirstOrCreate")
}

// UpdateOrCreate is not built yet: it is an error.
func (r *HasMany[P, R]) UpdateOrCreate(context.Context, Executor, *P, Values, *R) (*R, error) {
	return nil, notBuilt("HasMany.UpdateOrCreate")
}

// FetchOrCreateMany is not built yet: it is an error.
func (r *HasMany[P, R]) FetchOrCreateMany(context.Context, Executor, *P, []*R, ...string) ([]*R, error) {
	return nil, notBuilt("HasMany.FetchOrCreateMany")
}

// UpdateOrCreateMany is not built yet: it is an error.
func (r *HasMany[P, R]) UpdateOrCreateMany(context.Context, Executor, *P, []*R, ...string) ([]*R, error) {
	return nil, notBuilt("HasMany.UpdateOrCreateMany")
}

// Associate is not built yet: it is an error.
func (r *BelongsTo[P, R]) Associate(context.Context, Executor, *P, *R) error {
	return notBuilt("BelongsTo.Associate")
}

// Dissociate is not built yet: it is an error.
func (r *BelongsTo[P, R]) Dissociate(context.Context, Executor, *P) error {
	return notBuilt("BelongsTo.Dissociate")
}

// Create is not built yet: it is an error.
func (r *ManyToMany[P, R]) Create(context.Context, Executor, *P, *R, ...Values) error {
	return notBuilt("ManyToMany.Create")
}

// Save is not built yet: it is an error.
func (r *ManyToMany[P, R]) Save(context.Context, Executor, *P, *R, ...Values) error {
	return notBuilt("ManyToMany.Save")
}

// CreateMany is not built yet: it is an error.
func (r *ManyToMany[P, R]) CreateMany(context.Context, Executor, *P, []*R, ...Values) error {
	return notBuilt("ManyToMany.CreateMany")
}

// SaveMany is not built yet: it is an error.
func (r *ManyToMany[P, R]) SaveMany(context.Context, Executor, *P, []*R, ...Values) error {
	return notBuilt("ManyToMany.SaveMany")
}

// Attach is not built yet: it is an error.
func (r *ManyToMany[P, R]) Attach(context.Context, Executor, *P, ...any) error {
	return notBuilt("ManyToMany.Attach")
}

// Detach is not built yet: it is an error.
func (r *ManyToMany[P, R]) Detach(context.Context, Executor, *P, ...any) error {
	return notBuilt("ManyToMany.Detach")
}

// DetachAll is not built yet: it is an error.
func (r *ManyToMany[P, R]) DetachAll(context.Context, Executor, *P) error {
	return notBuilt("ManyToMany.DetachAll")
}

// Sync is not built yet: it is an error.
func (r *ManyToMany[P, R]) Sync(context.Context, Executor, *P, ...any) (SyncResult, error) {
	return SyncResult{}, notBuilt("ManyToMany.Sync")
}

// SyncWithoutDetaching is not built yet: it is an error.
func (r *ManyToMany[P, R]) SyncWithoutDetaching(context.Context, Executor, *P, ...any) (SyncResult, error) {
	return SyncResult{}, notBuilt("ManyToMany.SyncWithoutDetaching")
}

// Toggle is not built yet: it is an error.
func (r *ManyToMany[P, R]) Toggle(context.Context, Executor, *P, ...any) (SyncResult, error) {
	return SyncResult{}, notBuilt("ManyToMany.Toggle")
}

// UpdatePivot is not built yet: it is an error.
func (r *ManyToMany[P, R]) UpdatePivot(context.Context, Executor, *P, any, Values) error {
	return notBuilt("ManyToMany.UpdatePivot")
}

// PivotQuery is not built yet: it is an error.
func (r *ManyToMany[P, R]) PivotQuery(ex Executor, _ *P) *Query[PivotRow] {
	q := &Query[PivotRow]{newQuery(sessionOf(ex), modelFor[PivotRow]())}
	q.q.fail(notBuilt("ManyToMany.PivotQuery"))
	return q
}
