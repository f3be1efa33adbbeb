package lucid

import (
	"context"
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
