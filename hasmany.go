package lucid

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
