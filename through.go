package lucid

// HasManyThrough is a relation over a through model T: T has the foreign key to P, and R has the foreign key to T.
// For example, a country's posts are the posts of its users. A related row has its parent's key as the extra
// through_<key>.
//
//	SELECT posts.…, users.country_id AS through_country_id
//	FROM posts INNER JOIN users ON posts.user_id = users.id WHERE users.country_id IN (…)
//
// Do not change the fields of a descriptor after Register.
//
// The methods are on [HasManyThroughOf]: write HasManyThrough[Country, User, Post], read HasManyThroughOf. With,
// Preload, As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from
// [ScopedOf].
type HasManyThrough[P, T, R any] = HasManyThroughOf[*P, *T, *R]

// HasManyThroughOf has the fields and methods of [HasManyThrough]: HasManyThrough[Country, User, Post] is
// HasManyThroughOf[*Country, *User, *Post]. With, Preload, As, Load, Query, Loaded, Any, None and the aggregates
// Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type HasManyThroughOf[P, T, R any] struct {
	Field             func(P) *[]R      // the field for loaded rows; nil: the Model keeps the rows, and Get reads them
	LocalKey          ColumnsOf[P]      // default: P's primary key
	ThroughForeignKey ColumnsOf[T]      // T's key to P; default: <parent>_<parent key>
	ThroughLocalKey   ColumnsOf[T]      // default: T's primary key
	ForeignKey        ColumnsOf[R]      // R's key to T; default: <through>_<through key>
	OnQuery           func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasManyThroughOf[P, T, R]) declare() declaration {
	d := passage[P, T, R]("HasManyThrough", r.LocalKey, r.ThroughForeignKey, r.ThroughLocalKey, r.ForeignKey, r.OnQuery)
	setField(&d, r.Field)
	return d
}

// Get returns the loaded rows. It returns an empty slice if there are no related rows. If the relation was never
// loaded, the error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *HasManyThroughOf[P, T, R]) Get(p P) ([]R, error) {
	return rowsAs[R](r.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Contains is a condition for Filter: at least one of the parent's related rows is one of rows. If rows is empty,
// no parent meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *HasManyThroughOf[P, T, R]) Contains(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// HasOneThrough is HasManyThrough to one related row. If a parent has several rows, it is the first in the query's
// order. If the query has no order, it is the row with the lowest primary key.
//
// The methods are on [HasOneThroughOf]: write HasOneThrough[Country, User, Post], read HasOneThroughOf. With,
// Preload, As, Load, Query, Loaded, Any, None and the aggregates Count, Sum, Avg, Min, Max and Exists come from
// [ScopedOf].
type HasOneThrough[P, T, R any] = HasOneThroughOf[*P, *T, *R]

// HasOneThroughOf has the fields and methods of [HasOneThrough]: HasOneThrough[Country, User, Post] is
// HasOneThroughOf[*Country, *User, *Post]. With, Preload, As, Load, Query, Loaded, Any, None and the aggregates
// Count, Sum, Avg, Min, Max and Exists come from [ScopedOf].
type HasOneThroughOf[P, T, R any] struct {
	Field             func(P) *R        // the field for the loaded row; nil: the Model keeps the row, and Get reads it
	LocalKey          ColumnsOf[P]      // default: P's primary key
	ThroughForeignKey ColumnsOf[T]      // T's key to P; default: <parent>_<parent key>
	ThroughLocalKey   ColumnsOf[T]      // default: T's primary key
	ForeignKey        ColumnsOf[R]      // R's key to T; default: <through>_<through key>
	OnQuery           func(*QueryOf[R]) // applies to every select, update, delete and subquery of the relation

	ScopedOf[P, R]
}

//go:noinline
func (r *HasOneThroughOf[P, T, R]) declare() declaration {
	d := passage[P, T, R]("HasOneThrough", r.LocalKey, r.ThroughForeignKey, r.ThroughLocalKey, r.ForeignKey, r.OnQuery)
	d.one, d.lowest = true, true
	setField(&d, r.Field)
	return d
}

// Get returns the loaded row. It returns nil if there is no related row. If the relation was never loaded, the
// error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (r *HasOneThroughOf[P, T, R]) Get(p P) (R, error) {
	return rowAs[R](r.u.rel.loadedOne(pointer(p), elem[P]()))
}

// Is is a condition for Filter: the parent's related row is one of rows. If rows is empty, no parent meets it.
//
// If a row is new, the finishing call returns ErrNotPersisted. If a row has no key, it returns ErrMissingKey. A nil
// row is an error. Nothing is sent then.
//
//go:noinline
func (r *HasOneThroughOf[P, T, R]) Is(rows ...R) CondOf[P] {
	return CondOf[P]{r.u.bound().isAny(pointers(rows))}
}

// passage returns the declaration of a relation over a through model.
func passage[P, T, R any](
	kind string, local ColumnsOf[P], toParent, throughLocal ColumnsOf[T], toThrough ColumnsOf[R],
	onQuery func(*QueryOf[R]),
) declaration {
	return declaration{
		kind: kind, types: types{elem[R](), elem[T]()}, onQuery: scopeOf(onQuery),
		sourceOption: keyed("LocalKey", local), targetOption: keyed("ThroughForeignKey", toParent),
		joinOption: keyed("ThroughLocalKey", throughLocal), relatedOption: keyed("ForeignKey", toThrough),
	}
}
