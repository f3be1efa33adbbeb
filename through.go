package lucid

// HasManyThrough is a relation over a model between: T holds a key to P, and R a key to T. A
// country's posts are those of its users. A related row carries the key of its parent as the extra
// through_<key>.
//
//	SELECT posts.…, users.country_id AS through_country_id
//	FROM posts INNER JOIN users ON posts.user_id = users.id WHERE users.country_id IN (…)
//
// The fields of a descriptor are not to be changed after Register.
type HasManyThrough[P, T, R any] = HasManyThroughOf[*P, *T, *R]

// HasManyThroughOf is what [HasManyThrough] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type HasManyThroughOf[P, T, R any] struct {
	Field             func(P) *[]R      // where loaded rows go; nil: kept in the Model, read with Get
	LocalKey          ColumnsOf[P]      // default: P's primary key
	ThroughForeignKey ColumnsOf[T]      // T's key to P; default: <parent>_<parent key>
	ThroughLocalKey   ColumnsOf[T]      // default: T's primary key
	ForeignKey        ColumnsOf[R]      // R's key to T; default: <through>_<through key>
	OnQuery           func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasManyThroughOf[P, T, R]) declare() declaration {
	d := passage[P, T, R]("HasManyThrough", r.LocalKey, r.ThroughForeignKey, r.ThroughLocalKey, r.ForeignKey, r.OnQuery)
	homed(&d, r.Field)
	return d
}

// Get returns the loaded rows, empty where there are none. ErrNotLoaded where they were never loaded.
//
//go:noinline
func (r *HasManyThroughOf[P, T, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is the condition, for Filter, that one of the parent's related rows is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call,
// before anything is sent.
//
//go:noinline
func (r *HasManyThroughOf[P, T, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// HasOneThrough is HasManyThrough where one row of R is wanted. Of several it is the first in the
// query's order; with no order, that of the lowest primary key.
type HasOneThrough[P, T, R any] = HasOneThroughOf[*P, *T, *R]

// HasOneThroughOf is what [HasOneThrough] is an alias of, over the pointers to the models. It has the methods of [ScopedOf], too.
type HasOneThroughOf[P, T, R any] struct {
	Field             func(P) *R        // where the loaded row goes; nil: kept in the Model, read with Get
	LocalKey          ColumnsOf[P]      // default: P's primary key
	ThroughForeignKey ColumnsOf[T]      // T's key to P; default: <parent>_<parent key>
	ThroughLocalKey   ColumnsOf[T]      // default: T's primary key
	ForeignKey        ColumnsOf[R]      // R's key to T; default: <through>_<through key>
	OnQuery           func(*QueryOf[R]) // added to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasOneThroughOf[P, T, R]) declare() declaration {
	d := passage[P, T, R]("HasOneThrough", r.LocalKey, r.ThroughForeignKey, r.ThroughLocalKey, r.ForeignKey, r.OnQuery)
	d.one, d.lowest = true, true
	homed(&d, r.Field)
	return d
}

// Get returns the loaded row, nil where there is none. ErrNotLoaded where it was never loaded.
//
//go:noinline
func (r *HasOneThroughOf[P, T, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is the condition, for Filter, that the parent's related row is one of rows; none never is.
// ErrNotPersisted for a new row and ErrMissingKey for one without its key come from the finishing call, before
// anything is sent.
//
//go:noinline
func (r *HasOneThroughOf[P, T, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// passage is the declaration of a relation over a model between.
func passage[P, T, R any](kind string, local ColumnsOf[P], toParent, throughLocal ColumnsOf[T], toThrough ColumnsOf[R], onQuery func(*QueryOf[R])) declaration {
	return declaration{
		kind: kind, types: types{elem[R](), elem[T]()}, onQuery: scopeOf(onQuery),
		nearKey: keyed("LocalKey", local), matchKey: keyed("ThroughForeignKey", toParent),
		joinKey: keyed("ThroughLocalKey", throughLocal), farKey: keyed("ForeignKey", toThrough),
	}
}
