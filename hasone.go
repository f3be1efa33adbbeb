package lucid

import "reflect"

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

// ownership is the declaration of a relation where R holds a key to P.
func ownership[P, R any](kind string, local ColumnOf[P], foreign ColumnOf[R], onQuery func(*Query[R])) declaration {
	return declaration{
		kind: kind, types: types{related: reflect.TypeFor[R]()}, onQuery: erased(onQuery),
		nearKey: keyed("LocalKey", local), matchKey: keyed("ForeignKey", foreign),
	}
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
func (r *HasOne[P, R]) Get(p *P) (*R, error) { return getOne[P, R](&r.rel, p) }
