package lucid

import (
	"context"
	"reflect"
)

// BelongsTo is a relation where P holds a key to R: a post's author. Parents with the same key share
// one related row. A foreign key that is NULL means no relation: nil, and nothing is sent for it.
//
//	SELECT … FROM users WHERE users.id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type BelongsTo[P, R any] struct {
	Field      func(*P) **R    // where the loaded row goes; nil: kept in the Model, read with Get
	ForeignKey ColumnOf[P]     // default: P's column <related>_<related key>
	OwnerKey   ColumnOf[R]     // default: R's primary key
	OnQuery    func(*Query[R]) // added to every select, update, delete and subquery of the relation

	descriptor[P, R]
}

func (r *BelongsTo[P, R]) declare() declaration {
	d := declaration{
		kind: "BelongsTo", one: true, types: types{related: reflect.TypeFor[R]()}, onQuery: erased(r.OnQuery),
		nearKey: keyed("ForeignKey", r.ForeignKey), matchKey: keyed("OwnerKey", r.OwnerKey),
	}
	homed(&d, r.Field)
	return d
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
func (r *BelongsTo[P, R]) Get(p *P) (*R, error) { return getOne[P, R](&r.rel, p) }

// Associate is not built yet: it is an error.
func (r *BelongsTo[P, R]) Associate(context.Context, Executor, *P, *R) error {
	return notBuilt("BelongsTo.Associate")
}

// Dissociate is not built yet: it is an error.
func (r *BelongsTo[P, R]) Dissociate(context.Context, Executor, *P) error {
	return notBuilt("BelongsTo.Dissociate")
}
