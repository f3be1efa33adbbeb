package lucid

import (
	"context"
	"reflect"
	"slices"
	"unsafe"
)

// Scoped is a constrained use of a relation from P to R: a value to keep, reuse and narrow further.
// Its methods return new values and never change it.
type Scoped[P, R any] struct{ u use }

func (s *Scoped[P, R]) relationOf(*P) use { return s.u }

// With adds scopes; each is a group of conditions of its own.
func (s *Scoped[P, R]) With(scopes ...func(*Query[R])) *Scoped[P, R] {
	u := s.u
	u.scopes = slices.Clip(u.scopes)
	for _, scope := range scopes {
		u.scopes = append(u.scopes, erased(scope))
	}
	return &Scoped[P, R]{u}
}

// As names the result of WithCount.
func (s *Scoped[P, R]) As(name string) *Scoped[P, R] {
	u := s.u
	u.as = name
	return &Scoped[P, R]{u}
}

// Preload also loads rels of the related rows: UserPosts.Preload(PostComments.Preload(CommentUser)).
func (s *Scoped[P, R]) Preload(rels ...Relation[R]) *Scoped[P, R] {
	return s.With(func(q *Query[R]) { q.Preload(rels...) })
}

// Load loads the relation of rows already read, in one statement, and replaces what was loaded; on
// an error nothing is replaced. No parents send nothing. ErrMissingKey where a parent was read
// without its key, ErrNotPersisted where one is new and has none.
func (s *Scoped[P, R]) Load(ctx context.Context, ex Executor, parents ...*P) error {
	return loadUses(ctx, ex, modelFor[P](), pointers(parents), []use{s.u})
}

// Query starts a query on the related rows of parents: to select them, page through them, count them.
// Without parents, and with one that is not in the database, the finishing call is an error.
func (s *Scoped[P, R]) Query(ex Executor, parents ...*P) *Query[R] {
	return &Query[R]{relatedQuery(sessionOf(ex), s.u, reflect.TypeFor[P](), reflect.TypeFor[R](), pointers(parents))}
}

// Loaded reports whether the relation was loaded for p, with any scopes; false for a nil p.
func (s *Scoped[P, R]) Loaded(p *P) bool { return p != nil && s.u.rel.loadedIn(unsafe.Pointer(p)) }

// Get returns what is loaded; a to-one relation as none or one row. ErrNotLoaded where it was never loaded.
func (s *Scoped[P, R]) Get(p *P) ([]*R, error) {
	if s.u.rel != nil && s.u.rel.one {
		row, err := getOne[P, R](s.u.rel, p)
		if row == nil || err != nil {
			return []*R{}, err
		}
		return []*R{row}, nil
	}
	return getMany[P, R](s.u.rel, p)
}

// Count is the number of related rows, for WithAggregate and LoadAggregate.
func (s *Scoped[P, R]) Count() Aggregate[P] { return Aggregate[P]{aggregate{s.u, "count", ""}} }

// Sum adds a column of the related rows up; NULL where there are none.
func (s *Scoped[P, R]) Sum(column string) Aggregate[P] {
	return Aggregate[P]{aggregate{s.u, "sum", column}}
}

// Avg is the average of a column of the related rows; NULL where there are none.
func (s *Scoped[P, R]) Avg(column string) Aggregate[P] {
	return Aggregate[P]{aggregate{s.u, "avg", column}}
}

// Min is the least value of a column of the related rows; NULL where there are none.
func (s *Scoped[P, R]) Min(column string) Aggregate[P] {
	return Aggregate[P]{aggregate{s.u, "min", column}}
}

// Max is the greatest value of a column of the related rows; NULL where there are none.
func (s *Scoped[P, R]) Max(column string) Aggregate[P] {
	return Aggregate[P]{aggregate{s.u, "max", column}}
}

// Exists is whether there are related rows.
func (s *Scoped[P, R]) Exists() Aggregate[P] { return Aggregate[P]{aggregate{s.u, "exists", ""}} }

// Any is the condition, for Filter, that a parent has a related row for which all of conds hold; without conds,
// that it has a related row. It is an EXISTS over the relation, with its scopes.
func (s *Scoped[P, R]) Any(conds ...Cond[R]) Cond[P] { return filtered[P](s.u, conds, false) }

// None is the condition, for Filter, that a parent has no related row for which all of conds hold.
func (s *Scoped[P, R]) None(conds ...Cond[R]) Cond[P] { return filtered[P](s.u, conds, true) }

// descriptor is what the kinds of relation have in common. A kind adds its options, which keys they
// are, and its Get and writes.
type descriptor[P, R any] struct{ rel relation }

func (d *descriptor[P, R]) relationOf(*P) use { return use{rel: &d.rel} }

func (d *descriptor[P, R]) scoped() *Scoped[P, R] { return &Scoped[P, R]{use{rel: &d.rel}} }

// With is a constrained use of the relation: a value to keep, reuse and narrow further. Each scope
// is a group of conditions of its own, so an OR in it never reaches another parent's rows.
func (d *descriptor[P, R]) With(scopes ...func(*Query[R])) *Scoped[P, R] {
	return d.scoped().With(scopes...)
}

// Preload is With a scope that preloads rels of the related rows.
func (d *descriptor[P, R]) Preload(rels ...Relation[R]) *Scoped[P, R] {
	return d.scoped().Preload(rels...)
}

// As names the result of WithCount.
func (d *descriptor[P, R]) As(name string) *Scoped[P, R] { return d.scoped().As(name) }

// Load loads the relation of rows already read, in one statement, and replaces what was loaded; on
// an error nothing is replaced. No parents send nothing. ErrMissingKey where a parent was read
// without its key, ErrNotPersisted where one is new and has none.
func (d *descriptor[P, R]) Load(ctx context.Context, ex Executor, parents ...*P) error {
	return d.scoped().Load(ctx, ex, parents...)
}

// Query starts a query on the related rows of parents: to select them, page through them, count them.
// Without parents, and with one that is not in the database, the finishing call is an error.
func (d *descriptor[P, R]) Query(ex Executor, parents ...*P) *Query[R] {
	return d.scoped().Query(ex, parents...)
}

// Loaded reports whether the relation was loaded for p; false for a nil p.
func (d *descriptor[P, R]) Loaded(p *P) bool { return d.scoped().Loaded(p) }

// Count is the number of related rows, for WithAggregate and LoadAggregate.
func (d *descriptor[P, R]) Count() Aggregate[P] { return d.scoped().Count() }

// Sum adds a column of the related rows up; NULL where there are none.
func (d *descriptor[P, R]) Sum(column string) Aggregate[P] { return d.scoped().Sum(column) }

// Avg is the average of a column of the related rows; NULL where there are none.
func (d *descriptor[P, R]) Avg(column string) Aggregate[P] { return d.scoped().Avg(column) }

// Min is the least value of a column of the related rows; NULL where there are none.
func (d *descriptor[P, R]) Min(column string) Aggregate[P] { return d.scoped().Min(column) }

// Max is the greatest value of a column of the related rows; NULL where there are none.
func (d *descriptor[P, R]) Max(column string) Aggregate[P] { return d.scoped().Max(column) }

// Exists is whether there are related rows.
func (d *descriptor[P, R]) Exists() Aggregate[P] { return d.scoped().Exists() }

// Any is the condition, for Filter, that a parent has a related row for which all of conds hold; without conds,
// that it has a related row. It composes with And, Or and Not, and nests:
//
//	lucid.From[User](db).Filter(UserPosts.Any(PostLikes.Gt(10), PostComments.Any()))
func (d *descriptor[P, R]) Any(conds ...Cond[R]) Cond[P] { return d.scoped().Any(conds...) }

// None is the condition, for Filter, that a parent has no related row for which all of conds hold.
func (d *descriptor[P, R]) None(conds ...Cond[R]) Cond[P] { return d.scoped().None(conds...) }

// getOne is the row that a to-one relation has loaded.
func getOne[P, R any](rel *relation, p *P) (*R, error) {
	home, err := rel.loadedHome(unsafe.Pointer(p), reflect.TypeFor[P]())
	if err != nil {
		return nil, err
	}
	if home != nil {
		return *(**R)(home), nil
	}
	row, _ := rel.parent.row(unsafe.Pointer(p)).state.related[rel.slot].(unsafe.Pointer)
	return (*R)(row), nil
}

// getMany is the rows that a to-many relation has loaded.
func getMany[P, R any](rel *relation, p *P) ([]*R, error) {
	home, err := rel.loadedHome(unsafe.Pointer(p), reflect.TypeFor[P]())
	if err != nil {
		return nil, err
	}
	if home != nil {
		return *(*[]*R)(home), nil
	}
	rows, _ := rel.parent.row(unsafe.Pointer(p)).state.related[rel.slot].([]unsafe.Pointer)
	return typed[R](slices.Clone(rows), nil) // a copy of the row has the same
}

// loadedHome is the relation's field in the parent at p, nil where it has none; an error where
// nothing was loaded.
func (r *relation) loadedHome(p unsafe.Pointer, parent reflect.Type) (unsafe.Pointer, error) {
	if err := r.ready(parent); err != nil {
		return nil, err
	}
	if p == nil || !r.loadedIn(p) {
		return nil, wrong(ErrNotLoaded, "lucid: %s is not loaded: call Preload or Load first", r.title())
	}
	if !r.hasHome {
		return nil, nil
	}
	return unsafe.Add(p, r.field.offset), nil
}

// ownership is the declaration of a relation where R holds a key to P.
func ownership[P, R any](kind string, local ColumnOf[P], foreign ColumnOf[R], onQuery func(*Query[R])) declaration {
	return declaration{
		kind: kind, types: types{related: reflect.TypeFor[R]()}, onQuery: erased(onQuery),
		nearKey: keyed("LocalKey", local), matchKey: keyed("ForeignKey", foreign),
	}
}

// ownedOne runs an OrCreate of one row among the related rows of a parent.
func ownedOne[P, R any](ctx context.Context, rel *relation, ex Executor, verb string, parent *P, search Values, child *R,
	seek func(*seeker, context.Context, Executor, Values, unsafe.Pointer) (unsafe.Pointer, error)) (*R, error) {
	check := func(k *seeker) error {
		if err := k.given(unsafe.Pointer(child)); err != nil {
			return err
		}
		_, err := k.fields(search)
		return err
	}
	rows, err := rel.seekOwned(ctx, ex, verb, reflect.TypeFor[P](), unsafe.Pointer(parent), check, func(k *seeker, ex Executor) ([]unsafe.Pointer, error) {
		p, err := seek(k, ctx, ex, search, unsafe.Pointer(child))
		return []unsafe.Pointer{p}, err
	})
	return only[R](rows, err)
}

// ownedMany is ownedOne for many rows.
func ownedMany[P, R any](ctx context.Context, rel *relation, ex Executor, verb string, parent *P, children []*R, match []string,
	seek func(*seeker, context.Context, Executor, []unsafe.Pointer, []string) ([]unsafe.Pointer, error)) ([]*R, error) {
	check := func(k *seeker) error {
		if err := k.given(pointers(children)...); err != nil {
			return err
		}
		_, err := k.seek(pointers(children), match)
		return err
	}
	if len(children) == 0 {
		return []*R{}, nil
	}
	return typed[R](rel.seekOwned(ctx, ex, verb, reflect.TypeFor[P](), unsafe.Pointer(parent), check, func(k *seeker, ex Executor) ([]unsafe.Pointer, error) {
		return seek(k, ctx, ex, pointers(children), match)
	}))
}
