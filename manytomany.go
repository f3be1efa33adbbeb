package lucid

import (
	"context"
	"reflect"
)

// ManyToMany is a relation where a pivot table holds keys to P and to R: a user's skills. A related
// row carries the columns of its pivot row as extras: pivot_user_id, pivot_skill_id, those of
// PivotColumns and the timestamps. A row that is reached from two parents is two values, each with
// its own pivot; a pivot row that stands twice gives the related row twice.
//
//	SELECT skills.…, skill_user.user_id AS pivot_user_id, skill_user.skill_id AS pivot_skill_id
//	FROM skills INNER JOIN skill_user ON skills.id = skill_user.skill_id WHERE skill_user.user_id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type ManyToMany[P, R any] struct {
	Field                  func(*P) *[]*R // where loaded rows go; nil: kept in the Model, read with Get
	LocalKey               ColumnOf[P]    // default: P's primary key
	RelatedKey             ColumnOf[R]    // default: R's primary key
	PivotTable             string         // default: both names singular, snake_case, in alphabetical order
	PivotForeignKey        string         // default: <parent>_<parent key>; composite: comma-separated, in the order of LocalKey
	PivotRelatedForeignKey string         // default: <related>_<related key>; composite: as above
	PivotColumns           []string       // further columns to read
	PivotTimestamps        PivotTimestamps
	OnQuery                func(*Query[R]) // added to every select, update, delete and subquery of the relation

	descriptor[P, R]
}

func (r *ManyToMany[P, R]) declare() declaration {
	d := declaration{
		kind: "ManyToMany", types: types{related: reflect.TypeFor[R]()}, onQuery: erased(r.OnQuery),
		nearKey: keyed("LocalKey", r.LocalKey), farKey: keyed("RelatedKey", r.RelatedKey),
		pivot: &pivotOptions{r.PivotTable, r.PivotForeignKey, r.PivotRelatedForeignKey, r.PivotColumns, r.PivotTimestamps},
	}
	homed(&d, r.Field)
	return d
}

// Get returns the loaded rows, empty where there are none. ErrNotLoaded where they were never loaded.
func (r *ManyToMany[P, R]) Get(p *P) ([]*R, error) { return getMany[P, R](&r.rel, p) }

// Pivot is a related id with values for its pivot row.
type Pivot struct {
	ID     any
	Values Values
}

// SyncResult lists related ids by what happened to their pivot rows.
type SyncResult struct{ Attached, Updated, Detached []any }

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
