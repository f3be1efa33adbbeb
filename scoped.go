package lucid

import (
	"context"
	"reflect"
	"slices"
)

// Scoped is a relation from P to R with scopes. It is a value that you can keep, reuse and narrow further. Its
// methods return new values and do not change it.
//
// The methods are on [ScopedOf]: write Scoped[User, Post], read ScopedOf.
type Scoped[P, R any] = ScopedOf[*P, *R]

// ScopedOf has the methods of [Scoped]: Scoped[User, Post] is ScopedOf[*User, *Post]. Every kind of relation embeds
// one. So a descriptor such as a *HasMany has these methods too; it stands for the relation without scopes.
type ScopedOf[P, R any] struct{ u scopedRelation }

//go:noinline
func (s *ScopedOf[P, R]) relationOf(P) *scopedRelation { return s.u.bound() }

// With returns the relation with further scopes. It does not change s. The conditions of each scope are a group in
// brackets, so an OR in a scope never reaches rows of another parent. With ignores a nil scope.
//
//go:noinline
func (s *ScopedOf[P, R]) With(scopes ...func(*QueryOf[R])) *ScopedOf[P, R] {
	more := make([]scopeFunc, len(scopes))
	for i, fn := range scopes {
		more[i] = scopeOf(fn)
	}
	return &ScopedOf[P, R]{s.u.with(more...)}
}

// As returns the relation with a name for the result of WithCount and LoadCount.
//
//go:noinline
func (s *ScopedOf[P, R]) As(name string) *ScopedOf[P, R] {
	return &ScopedOf[P, R]{s.u.called(name)}
}

// Preload returns the relation with rels, which are loaded for the related rows:
// UserPosts.Preload(PostComments.Preload(CommentUser)). Each relation is one more statement.
//
//go:noinline
func (s *ScopedOf[P, R]) Preload(rels ...RelationOf[R]) *ScopedOf[P, R] {
	return &ScopedOf[P, R]{s.u.preloading(relationsIn(rels))}
}

// Load loads the relation of parents that you have already read, and replaces what was loaded before. It sends one
// statement, and one more for each nested Preload. If parents is empty, it sends nothing. On an error it replaces
// nothing.
//
// If a parent was read without its key, the error is ErrMissingKey. If a new parent has no key, it is
// ErrNotPersisted. A nil parent is an error.
//
//go:noinline
func (s *ScopedOf[P, R]) Load(ctx context.Context, ex Executor, parents ...P) error {
	return loadRelations(ctx, ex, modelOf(elem[P]()), pointers(parents), []scopedRelation{*s.u.bound()})
}

// Query starts a query on the related rows of parents, for example to select, page or count them. It sends nothing.
// If there are no parents, the finishing call returns an error. If a parent is nil or not in the database, it
// returns ErrNotPersisted.
//
//go:noinline
func (s *ScopedOf[P, R]) Query(ex Executor, parents ...P) *QueryOf[R] {
	return queryOf[R](relatedQuery(sessionOf(ex), *s.u.bound(), elem[P](), elem[R](), pointers(parents)))
}

// Loaded reports whether p has the relation loaded, with whatever scopes. For a nil p it returns false.
//
//go:noinline
func (s *ScopedOf[P, R]) Loaded(p P) bool { return s.u.rel.loadedIn(pointer(p)) }

// Get returns the loaded rows; for a to-one relation, no row or one row. If the relation was never loaded, the
// error is ErrNotLoaded. It sends nothing.
//
//go:noinline
func (s *ScopedOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](s.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Count computes the number of related rows, for WithAggregate and LoadAggregate. If there are none, it is 0.
//
//go:noinline
func (s *ScopedOf[P, R]) Count() AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("count", "")}
}

// Sum computes the sum of a column of the related rows. If there are none, it is NULL.
//
//go:noinline
func (s *ScopedOf[P, R]) Sum(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("sum", column)}
}

// Avg computes the average of a column of the related rows. If there are none, it is NULL.
//
//go:noinline
func (s *ScopedOf[P, R]) Avg(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("avg", column)}
}

// Min computes the smallest value of a column of the related rows. If there are none, it is NULL.
//
//go:noinline
func (s *ScopedOf[P, R]) Min(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("min", column)}
}

// Max computes the largest value of a column of the related rows. If there are none, it is NULL.
//
//go:noinline
func (s *ScopedOf[P, R]) Max(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("max", column)}
}

// Exists computes whether there are related rows.
//
//go:noinline
func (s *ScopedOf[P, R]) Exists() AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("exists", "")}
}

// Any is a condition for Filter: the parent has a related row that meets all of conds. Without conds, it has any
// related row. Any is an EXISTS over the relation and its scopes. It composes with And, Or and Not, and nests:
//
//	lucid.From[User](db).Filter(UserPosts.Any(PostLikes.Gt(10), PostComments.Any()))
//
//go:noinline
func (s *ScopedOf[P, R]) Any(conds ...CondOf[R]) CondOf[P] {
	return CondOf[P]{s.u.bound().filtered(conditionsOf(conds), false)}
}

// None is a condition for Filter: the parent has no related row that meets all of conds. Without conds, it has no
// related row.
//
//go:noinline
func (s *ScopedOf[P, R]) None(conds ...CondOf[R]) CondOf[P] {
	return CondOf[P]{s.u.bound().filtered(conditionsOf(conds), true)}
}

// bound returns the use with a relation. A descriptor makes its relation when it is first asked for one, at the
// latest in Register.
func (u *scopedRelation) bound() *scopedRelation {
	if u.rel == nil {
		u.rel = new(relation)
	}
	return u
}

// with returns the use with further scopes.
func (u *scopedRelation) with(scopes ...scopeFunc) scopedRelation {
	out := *u.bound()
	out.scopes = append(slices.Clip(out.scopes), scopes...)
	return out
}

// preloading returns the use with one more scope, which preloads relations of the related rows.
func (u *scopedRelation) preloading(uses []scopedRelation) scopedRelation {
	return u.with(func(q *query) { q.preload(uses) })
}

// called returns the use with a name for its result.
func (u *scopedRelation) called(name string) scopedRelation {
	out := *u.bound()
	out.as = name
	return out
}

// aggregate returns a value to compute over the related rows.
func (u *scopedRelation) aggregate(function, column string) *aggregate {
	return &aggregate{*u.bound(), function, column}
}

// loadedOne returns the row that a to-one relation has loaded.
func (r *relation) loadedOne(p row, parent reflect.Type) (row, error) {
	home, err := r.loadedField(p, parent)
	if err != nil {
		return row{}, err
	}
	if !home.isNil() {
		return *valueAt[row](home), nil
	}
	one, _ := r.parent.row(p).state.related[r.slot].(row)
	return one, nil
}

// loadedAll returns the rows that a relation has loaded.
func (r *relation) loadedAll(p row, parent reflect.Type) ([]row, error) {
	if r != nil && r.one {
		one, err := r.loadedOne(p, parent)
		if one.isNil() || err != nil {
			return nil, err
		}
		return []row{one}, nil
	}
	home, err := r.loadedField(p, parent)
	if err != nil {
		return nil, err
	}
	if !home.isNil() {
		return *valueAt[[]row](home), nil
	}
	rows, _ := r.parent.row(p).state.related[r.slot].([]row)
	return slices.Clone(rows), nil // a copy of the row has the same
}

// loadedField returns the address of the relation's field in the parent at p. It returns nil if the relation has no
// field, and an error if the relation is not loaded.
func (r *relation) loadedField(p row, parent reflect.Type) (spot, error) {
	if err := r.ready(parent); err != nil {
		return spot{}, err
	}
	if p.isNil() || !r.loadedIn(p) {
		return spot{}, wrong(ErrNotLoaded, "lucid: %s is not loaded: call Preload or Load first", r.title())
	}
	if !r.hasField {
		return spot{}, nil
	}
	return p.at(r.field.offset), nil
}

// ownership returns the declaration of a relation whose foreign key is in R.
func ownership[P, R any](kind string, local ColumnsOf[P], foreign ColumnsOf[R], onQuery func(*QueryOf[R])) declaration {
	return declaration{
		kind: kind, types: types{related: elem[R]()}, onQuery: scopeOf(onQuery),
		sourceOption: keyed("LocalKey", local), targetOption: keyed("ForeignKey", foreign),
	}
}

// ownedOne runs FirstOrCreate or UpdateOrCreate among the related rows of a parent.
func (u scopedRelation) ownedOne(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	search Values, child row, seek findOne) (row, error) {
	check := func(k *finder) error {
		if err := k.given(child); err != nil {
			return err
		}
		_, err := k.fields(search)
		return err
	}
	rows, err := u.rel.findOwned(ctx, ex, verb, parentType, parent, check, func(k *finder, ex Executor) ([]row, error) {
		p, err := seek(k, ctx, ex, search, child)
		return []row{p}, err
	})
	if err != nil {
		return row{}, err
	}
	return rows[0], nil
}

// ownedMany is ownedOne for many rows.
func (u scopedRelation) ownedMany(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	children []row, match []string, seek findMany) ([]row, error) {
	check := func(k *finder) error {
		if err := k.given(children...); err != nil {
			return err
		}
		_, err := k.seek(children, match)
		return err
	}
	if len(children) == 0 {
		return nil, nil
	}
	return u.rel.findOwned(ctx, ex, verb, parentType, parent, check, func(k *finder, ex Executor) ([]row, error) {
		return seek(k, ctx, ex, children, match)
	})
}

// findOne and findMany are the OrCreates of a finder.
type (
	findOne  func(*finder, context.Context, Executor, Values, row) (row, error)
	findMany func(*finder, context.Context, Executor, []row, []string) ([]row, error)
)
