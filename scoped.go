package lucid

import (
	"context"
	"reflect"
	"slices"
)

// Scoped is a constrained use of a relation from P to R: a value to keep, reuse and narrow further.
// Its methods return new values and never change it.
//
// The methods are those of [ScopedOf].
type Scoped[P, R any] = ScopedOf[*P, *R]

// ScopedOf is what [Scoped] is an alias of, over the pointers to the models. Each kind of relation embeds one: a
// descriptor is itself the use of it that has no scopes.
type ScopedOf[P, R any] struct{ u use }

//go:noinline
func (s *ScopedOf[P, R]) relationOf(P) *use { return s.u.bound() }

// With is a constrained use of the relation: a value to keep, reuse and narrow further. Each scope
// is a group of conditions of its own, so an OR in it never reaches another parent's rows. A nil scope is
// ignored.
//
//go:noinline
func (s *ScopedOf[P, R]) With(scopes ...func(*QueryOf[R])) *ScopedOf[P, R] {
	more := make([]scopeFunc, len(scopes))
	for i, fn := range scopes {
		more[i] = scopeOf(fn)
	}
	return &ScopedOf[P, R]{s.u.with(more...)}
}

// As names the result of WithCount.
//
//go:noinline
func (s *ScopedOf[P, R]) As(name string) *ScopedOf[P, R] {
	return &ScopedOf[P, R]{s.u.called(name)}
}

// Preload also loads rels of the related rows: UserPosts.Preload(PostComments.Preload(CommentUser)).
//
//go:noinline
func (s *ScopedOf[P, R]) Preload(rels ...RelationOf[R]) *ScopedOf[P, R] {
	return &ScopedOf[P, R]{s.u.preloading(usesIn(rels))}
}

// Load loads the relation of rows already read, in one statement, and replaces what was loaded; on
// an error nothing is replaced. No parents send nothing. ErrMissingKey where a parent was read
// without its key, ErrNotPersisted where one is new and has none.
//
//go:noinline
func (s *ScopedOf[P, R]) Load(ctx context.Context, ex Executor, parents ...P) error {
	return loadUses(ctx, ex, modelOf(elem[P]()), pointers(parents), []use{*s.u.bound()})
}

// Query starts a query on the related rows of parents: to select them, page through them, count them.
// Without parents, and with one that is not in the database, the finishing call is an error.
//
//go:noinline
func (s *ScopedOf[P, R]) Query(ex Executor, parents ...P) *QueryOf[R] {
	return queryOf[R](relatedQuery(sessionOf(ex), *s.u.bound(), elem[P](), elem[R](), pointers(parents)))
}

// Loaded reports whether the relation was loaded for p, with any scopes; false for a nil p.
//
//go:noinline
func (s *ScopedOf[P, R]) Loaded(p P) bool { return s.u.rel.loadedIn(pointer(p)) }

// Get returns what is loaded; a to-one relation as none or one row. ErrNotLoaded where it was never loaded.
//
//go:noinline
func (s *ScopedOf[P, R]) Get(p P) ([]R, error) {
	return rowsAs[R](s.u.rel.loadedAll(pointer(p), elem[P]()))
}

// Count is the number of related rows, for WithAggregate and LoadAggregate.
//
//go:noinline
func (s *ScopedOf[P, R]) Count() AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("count", "")}
}

// Sum adds a column of the related rows up; NULL where there are none.
//
//go:noinline
func (s *ScopedOf[P, R]) Sum(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("sum", column)}
}

// Avg is the average of a column of the related rows; NULL where there are none.
//
//go:noinline
func (s *ScopedOf[P, R]) Avg(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("avg", column)}
}

// Min is the least value of a column of the related rows; NULL where there are none.
//
//go:noinline
func (s *ScopedOf[P, R]) Min(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("min", column)}
}

// Max is the greatest value of a column of the related rows; NULL where there are none.
//
//go:noinline
func (s *ScopedOf[P, R]) Max(column string) AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("max", column)}
}

// Exists is whether there are related rows.
//
//go:noinline
func (s *ScopedOf[P, R]) Exists() AggregateOf[P] {
	return AggregateOf[P]{s.u.aggregate("exists", "")}
}

// Any is the condition, for Filter, that a parent has a related row for which all of conds hold; without conds,
// that it has a related row. It is an EXISTS over the relation, with its scopes. It composes with And, Or and Not, and
// nests:
//
//	lucid.From[User](db).Filter(UserPosts.Any(PostLikes.Gt(10), PostComments.Any()))
//
//go:noinline
func (s *ScopedOf[P, R]) Any(conds ...CondOf[R]) CondOf[P] {
	return CondOf[P]{s.u.bound().filtered(conditionsOf(conds), false)}
}

// None is the condition, for Filter, that a parent has no related row for which all of conds hold.
//
//go:noinline
func (s *ScopedOf[P, R]) None(conds ...CondOf[R]) CondOf[P] {
	return CondOf[P]{s.u.bound().filtered(conditionsOf(conds), true)}
}

// bound is the use, of a relation that is there: a descriptor makes its own when it is first asked for, at
// the latest by Register.
func (u *use) bound() *use {
	if u.rel == nil {
		u.rel = new(relation)
	}
	return u
}

// with is the use with further scopes.
func (u *use) with(scopes ...scopeFunc) use {
	out := *u.bound()
	out.scopes = append(slices.Clip(out.scopes), scopes...)
	return out
}

// preloading is the use with a scope that preloads relations of the related rows.
func (u *use) preloading(uses []use) use { return u.with(func(q *query) { q.preload(uses) }) }

// called is the use with a name for its result.
func (u *use) called(name string) use {
	out := *u.bound()
	out.as = name
	return out
}

// aggregate is a value computed over the related rows.
func (u *use) aggregate(function, column string) *aggregate {
	return &aggregate{*u.bound(), function, column}
}

// loadedOne is the row that a to-one relation has loaded.
func (r *relation) loadedOne(p row, parent reflect.Type) (row, error) {
	home, err := r.loadedHome(p, parent)
	if err != nil {
		return row{}, err
	}
	if !home.isNil() {
		return *valueAt[row](home), nil
	}
	one, _ := r.parent.row(p).state.related[r.slot].(row)
	return one, nil
}

// loadedAll is the rows that a relation has loaded.
func (r *relation) loadedAll(p row, parent reflect.Type) ([]row, error) {
	if r != nil && r.one {
		one, err := r.loadedOne(p, parent)
		if one.isNil() || err != nil {
			return nil, err
		}
		return []row{one}, nil
	}
	home, err := r.loadedHome(p, parent)
	if err != nil {
		return nil, err
	}
	if !home.isNil() {
		return *valueAt[[]row](home), nil
	}
	rows, _ := r.parent.row(p).state.related[r.slot].([]row)
	return slices.Clone(rows), nil // a copy of the row has the same
}

// loadedHome is the relation's field in the parent at p, nil where it has none; an error where
// nothing was loaded.
func (r *relation) loadedHome(p row, parent reflect.Type) (spot, error) {
	if err := r.ready(parent); err != nil {
		return spot{}, err
	}
	if p.isNil() || !r.loadedIn(p) {
		return spot{}, wrong(ErrNotLoaded, "lucid: %s is not loaded: call Preload or Load first", r.title())
	}
	if !r.hasHome {
		return spot{}, nil
	}
	return p.at(r.field.offset), nil
}

// ownership is the declaration of a relation where R holds a key to P.
func ownership[P, R any](kind string, local ColumnsOf[P], foreign ColumnsOf[R], onQuery func(*QueryOf[R])) declaration {
	return declaration{
		kind: kind, types: types{related: elem[R]()}, onQuery: scopeOf(onQuery),
		nearKey: keyed("LocalKey", local), matchKey: keyed("ForeignKey", foreign),
	}
}

// ownedOne runs an OrCreate of one row among the related rows of a parent.
func (u use) ownedOne(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	search Values, child row, seek seekOne) (row, error) {
	check := func(k *seeker) error {
		if err := k.given(child); err != nil {
			return err
		}
		_, err := k.fields(search)
		return err
	}
	rows, err := u.rel.seekOwned(ctx, ex, verb, parentType, parent, check, func(k *seeker, ex Executor) ([]row, error) {
		p, err := seek(k, ctx, ex, search, child)
		return []row{p}, err
	})
	if err != nil {
		return row{}, err
	}
	return rows[0], nil
}

// ownedMany is ownedOne for many rows.
func (u use) ownedMany(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	children []row, match []string, seek seekMany) ([]row, error) {
	check := func(k *seeker) error {
		if err := k.given(children...); err != nil {
			return err
		}
		_, err := k.seek(children, match)
		return err
	}
	if len(children) == 0 {
		return nil, nil
	}
	return u.rel.seekOwned(ctx, ex, verb, parentType, parent, check, func(k *seeker, ex Executor) ([]row, error) {
		return seek(k, ctx, ex, children, match)
	})
}

// seekOne and seekMany are the OrCreates of a seeker.
type (
	seekOne  func(*seeker, context.Context, Executor, Values, row) (row, error)
	seekMany func(*seeker, context.Context, Executor, []row, []string) ([]row, error)
)
