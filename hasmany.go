package lucid

import "context"

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
