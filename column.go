package lucid

import (
	"reflect"
	"slices"
)

// ColumnOf is one or more columns of model T: a Col, or Columns of several.
type ColumnOf[T any] = ColumnsOf[*T]

// ColumnsOf is what [ColumnOf] is an alias of, over the pointer to the model.
type ColumnsOf[P any] interface{ columnsOf(P) []columnRef }

// columnRef is a column named by where its field is.
type columnRef struct {
	model  reflect.Type
	offset uintptr
	typ    reflect.Type // of the field
	err    error
}

// list is the column of a Col as a list; the empty one of a zero Col.
func (r *columnRef) list() []columnRef {
	if r == nil {
		return []columnRef{{}}
	}
	return []columnRef{*r}
}

// find is the column, or what is wrong with naming it.
func (r *columnRef) find() (*column, error) {
	if r != nil && r.err != nil {
		return nil, r.err
	}
	if r == nil || r.model == nil {
		return nil, wrong(ErrUnknownColumn, "lucid: an empty Col names no column: make it with lucid.Column")
	}
	m := modelOf(r.model)
	for _, c := range m.columns {
		if c.offset == r.offset && c.typ == r.typ {
			return c, nil
		}
	}
	for i := range r.model.NumField() {
		if f := r.model.Field(i); f.Offset == r.offset && f.Type == r.typ {
			return nil, wrong(ErrUnknownColumn, "lucid: %s.%s is not a column", m.name, f.Name)
		}
	}
	return nil, wrong(ErrUnknownColumn, "lucid: the function of a Column does not return the address of a field of %s", m.name)
}

// Col is a column of model T whose field has type V. Make one with Column or NullColumn; the zero
// value is ErrUnknownColumn wherever it is used.
type Col[T, V any] = ColOf[*T, V]

// ColOf is what [Col] is an alias of, over the pointer to the model.
type ColOf[P, V any] struct{ ref *columnRef }

//go:noinline
func (c ColOf[P, V]) columnsOf(P) []columnRef { return c.ref.list() }

// Column names a column by its field, so that renaming the field or a value of a wrong type does
// not compile:
//
//	var PostLikes = lucid.Column(func(p *Post) *int { return &p.Likes })
//
// A function that returns anything but the address of a field of its argument is an error where
// the column is used.
func Column[T, V any](field func(*T) *V) Col[T, V] { return Col[T, V]{newRef(fieldOf(field))} }

// NullColumn is Column for a nullable field: conditions take the plain value, IsNull asks for NULL.
func NullColumn[T, V any](field func(*T) **V) Col[T, V] { return Col[T, V]{newRef(fieldOf(field))} }

func newRef(ref columnRef) *columnRef { return &ref }

// fieldOf is the field of a model that a function from P names.
func fieldOf[P, F any](field func(P) *F) columnRef {
	at := func(p row) spot {
		typed, _ := rowAs[P](p, nil)
		return spotOf(field(typed))
	}
	return locate(reflect.TypeFor[P]().Elem(), reflect.TypeFor[F](), at)
}

// locate finds where in a model the field is whose address a function returns.
func locate(m, field reflect.Type, at func(probe row) spot) (ref columnRef) {
	ref = columnRef{model: m, typ: field}
	defer func() {
		if recover() != nil {
			ref.err = wrong(ErrUnknownColumn, "lucid: the function that names a field of %s panics: return the address of a field", m)
		}
	}()
	probe := rowIn(reflect.New(m))
	found := at(probe)
	ref.offset = probe.offsetOf(found)
	if found.isNil() || ref.offset >= m.Size() {
		ref.offset, ref.err = 0, wrong(ErrUnknownColumn, "lucid: the function that names a field of %s returns another address: return the address of a field of its argument", m)
	}
	return ref
}

// Name is the column's database name; "" for a Col that names no column.
//
//go:noinline
func (c ColOf[P, V]) Name() string {
	column, err := c.ref.find()
	if err != nil {
		return ""
	}
	return column.name
}

// Columns is a composite key, in order.
func Columns[T any](cols ...ColumnOf[T]) ColumnOf[T] { return &columnList[*T]{cols} }

type columnList[P any] struct{ cols []ColumnsOf[P] }

func (l *columnList[P]) columnsOf(p P) []columnRef {
	var refs []columnRef
	for _, c := range l.cols {
		if c == nil {
			refs = append(refs, columnRef{}) // an error where the key is used
			continue
		}
		refs = append(refs, c.columnsOf(p)...)
	}
	return refs
}

// Cond is a condition on model T, for Filter. The zero value is an error there.
type Cond[T any] = CondOf[*T]

// CondOf is what [Cond] is an alias of, over the pointer to the model.
type CondOf[P any] struct{ c *condition }

// condition is a Cond without its type.
type condition struct {
	cond cond
	in   func(q *query) (cond, error) // makes one that is about the rows of a query; nil where it is the same in all
	err  error
}

// conditionsOf is conditions without their type.
func conditionsOf[P any](conds []CondOf[P]) []*condition {
	out := make([]*condition, len(conds))
	for i, c := range conds {
		out[i] = c.c
	}
	return out
}

// of is the condition in a query.
func (c *condition) of(q *query) (cond, error) {
	switch {
	case c == nil || c.cond == nil && c.in == nil && c.err == nil:
		return nil, wrong(nil, "lucid: an empty Cond is no condition: make it with a method of a Col")
	case c.in != nil:
		return c.in(q)
	}
	return c.cond, c.err
}

// on makes a condition on the column.
func (r *columnRef) on(make func(c *column, left expr) (cond, error)) *condition {
	c, err := r.find()
	if err != nil {
		return &condition{err: err}
	}
	made, err := make(c, named(c.name))
	return &condition{cond: made, err: err}
}

// compare makes column op v; a nil v is NULL.
func (r *columnRef) compare(op string, v any) *condition {
	return r.on(func(c *column, left expr) (cond, error) {
		bare, err := plain(v)
		switch {
		case err != nil:
			return nil, err
		case bare != nil:
			return compare{left, op, value{bare}}, nil
		case op == "=" || op == "<>":
			return isNull{left, op == "<>"}, nil
		}
		return nil, wrong(ErrInvalidOperator, "lucid: column %q: %s with nil is never true: use IsNull or NotNull", c.name, op)
	})
}

// in makes column IN (vs), or NOT IN.
func (r *columnRef) in(vs []any, not bool) *condition {
	return r.on(func(c *column, left expr) (cond, error) {
		var keys keySet
		for _, v := range vs {
			bare, err := plain(v)
			if err != nil {
				return nil, err
			}
			if bare == nil {
				return nil, wrong(nil, "lucid: column %q: a value of In is nil, which IN never matches: use IsNull", c.name)
			}
			keys.addValue(bare)
		}
		return inKeys{[]expr{left}, keys, not}, nil
	})
}

// between makes column BETWEEN lo AND hi.
func (r *columnRef) between(lo, hi any) *condition {
	return r.on(func(c *column, left expr) (cond, error) {
		low, err := plain(lo)
		if err != nil {
			return nil, err
		}
		high, err := plain(hi)
		if err == nil && (low == nil || high == nil) {
			err = wrong(nil, "lucid: column %q: a bound of Between is nil: use Gte or Lte", c.name)
		}
		return between{left: left, lo: low, hi: high}, err
	})
}

// like makes column LIKE pattern.
func (r *columnRef) like(pattern string) *condition {
	return r.on(func(_ *column, left expr) (cond, error) { return compare{left, "LIKE", value{pattern}}, nil })
}

// null makes column IS NULL, or IS NOT NULL.
func (r *columnRef) null(not bool) *condition {
	return r.on(func(_ *column, left expr) (cond, error) { return isNull{left, not}, nil })
}

// Eq is column = v; a nil v is IS NULL.
//
//go:noinline
func (c ColOf[P, V]) Eq(v V) CondOf[P] { return CondOf[P]{c.ref.compare("=", v)} }

// Ne is column <> v; a nil v is IS NOT NULL. Rows where the column is NULL do not match.
//
//go:noinline
func (c ColOf[P, V]) Ne(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<>", v)} }

// Gt is column > v.
//
//go:noinline
func (c ColOf[P, V]) Gt(v V) CondOf[P] { return CondOf[P]{c.ref.compare(">", v)} }

// Gte is column >= v.
//
//go:noinline
func (c ColOf[P, V]) Gte(v V) CondOf[P] { return CondOf[P]{c.ref.compare(">=", v)} }

// Lt is column < v.
//
//go:noinline
func (c ColOf[P, V]) Lt(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<", v)} }

// Lte is column <= v.
//
//go:noinline
func (c ColOf[P, V]) Lte(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<=", v)} }

// In is column IN (vs); none matches nothing.
//
//go:noinline
func (c ColOf[P, V]) In(vs ...V) CondOf[P] { return CondOf[P]{c.ref.in(anys(vs), false)} }

// NotIn is column NOT IN (vs); none matches everything.
//
//go:noinline
func (c ColOf[P, V]) NotIn(vs ...V) CondOf[P] { return CondOf[P]{c.ref.in(anys(vs), true)} }

// anys is values of any type.
func anys[V any](vs []V) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

// Between is column BETWEEN lo AND hi, both included.
//
//go:noinline
func (c ColOf[P, V]) Between(lo, hi V) CondOf[P] { return CondOf[P]{c.ref.between(lo, hi)} }

// Like is column LIKE pattern, as WhereLike is.
//
//go:noinline
func (c ColOf[P, V]) Like(pattern string) CondOf[P] { return CondOf[P]{c.ref.like(pattern)} }

// IsNull is column IS NULL.
//
//go:noinline
func (c ColOf[P, V]) IsNull() CondOf[P] { return CondOf[P]{c.ref.null(false)} }

// NotNull is column IS NOT NULL.
//
//go:noinline
func (c ColOf[P, V]) NotNull() CondOf[P] { return CondOf[P]{c.ref.null(true)} }

// And holds where all of conds do; none holds always.
func And[T any](conds ...Cond[T]) Cond[T] { return Cond[T]{allOf(conditionsOf(conds))} }

// Or holds where one of conds does; none holds never.
func Or[T any](conds ...Cond[T]) Cond[T] { return Cond[T]{combine(conditionsOf(conds), true)} }

// Not holds where cond does not.
func Not[T any](c Cond[T]) Cond[T] { return Cond[T]{negation(c.c)} }

// allOf is the conjunction of conditions.
func allOf(conds []*condition) *condition { return combine(conds, false) }

func negation(c *condition) *condition {
	return combined([]*condition{c}, func(inner group) cond { return group{{cond: inner, not: true}} })
}

// combine joins conditions by AND or OR; none holds for AND, and does not for OR.
func combine(conds []*condition, or bool) *condition {
	if len(conds) == 0 {
		return &condition{cond: constant(!or)}
	}
	return combined(conds, func(g group) cond {
		for i := range g {
			g[i].or = or
		}
		if len(g) == 1 {
			return g[0].cond
		}
		return g
	})
}

// combined makes one condition of several: at once, or where one of them is about the rows of a query, in that query.
func combined(conds []*condition, join func(g group) cond) *condition {
	all := func(q *query) (cond, error) {
		g := make(group, len(conds))
		for i, c := range conds {
			inner, err := c.of(q)
			if err != nil {
				return nil, err
			}
			g[i] = term{cond: inner}
		}
		return join(g), nil
	}
	if slices.ContainsFunc(conds, func(c *condition) bool { return c != nil && c.in != nil }) {
		return &condition{in: all}
	}
	made, err := all(nil)
	return &condition{cond: made, err: err}
}

// Filter adds typed conditions, all of which must hold; none adds nothing.
//
//go:noinline
func (q *QueryOf[P]) Filter(conds ...CondOf[P]) *QueryOf[P] {
	q.q.data().filter(conditionsOf(conds))
	return q
}

// OrFilter adds an alternative: all of conds; none adds nothing.
//
//go:noinline
func (q *QueryOf[P]) OrFilter(conds ...CondOf[P]) *QueryOf[P] {
	q.q.data().orFilter(conditionsOf(conds))
	return q
}

func (q *query) filter(conds []*condition) {
	for _, c := range conds {
		q.and(c.of(q))
	}
}

func (q *query) orFilter(conds []*condition) {
	if len(conds) > 0 {
		q.or(allOf(conds).of(q))
	}
}
