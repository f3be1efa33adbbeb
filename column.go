package lucid

import (
	"reflect"
	"slices"
)

// ColumnOf is one or more columns of model T: a [Col], or [Columns] of several. It is the type of a relation's key
// options.
//
// It is an alias of [ColumnsOf], which has no exported methods.
type ColumnOf[T any] = ColumnsOf[*T]

// ColumnsOf is the interface behind [ColumnOf]: ColumnOf[User] is ColumnsOf[*User].
type ColumnsOf[P any] interface{ columnsOf(P) []columnRef }

// columnRef names a column by the place of its field in the struct.
type columnRef struct {
	model  reflect.Type
	offset uintptr
	typ    reflect.Type // of the field
	err    error
}

// list returns the column of a Col as a list. For a zero Col it returns an empty columnRef.
func (r *columnRef) list() []columnRef {
	if r == nil {
		return []columnRef{{}}
	}
	return []columnRef{*r}
}

// find returns the column, or the error in naming it.
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
	return nil, wrong(ErrUnknownColumn, "lucid: the function of a Column does not return the address of a field of %s",
		m.name)
}

// Col is a column of model T whose field has type V. [Column] and [NullColumn] make one. The zero value is
// ErrUnknownColumn when it is used.
//
// The methods are on [ColOf]: write Col[Post, int], read ColOf.
type Col[T, V any] = ColOf[*T, V]

// ColOf has the methods of [Col]: Col[Post, int] is ColOf[*Post, int].
type ColOf[P, V any] struct{ ref *columnRef }

//go:noinline
func (c ColOf[P, V]) columnsOf(P) []columnRef { return c.ref.list() }

// Column names a column by its field. So a renamed field, or a value of a wrong type, does not compile:
//
//	var PostLikes = lucid.Column(func(p *Post) *int { return &p.Likes })
//
// The function must return the address of a field of its argument. Otherwise the column is ErrUnknownColumn when it
// is used.
func Column[T, V any](field func(*T) *V) Col[T, V] { return Col[T, V]{newRef(fieldOf(field))} }

// NullColumn is Column for a field that is a pointer. Its conditions take the plain value; IsNull asks for NULL.
func NullColumn[T, V any](field func(*T) **V) Col[T, V] { return Col[T, V]{newRef(fieldOf(field))} }

func newRef(ref columnRef) *columnRef { return &ref }

// fieldOf returns the field of a model that a function from P names.
func fieldOf[P, F any](field func(P) *F) columnRef {
	at := func(p row) spot {
		typed, _ := rowAs[P](p, nil)
		return spotOf(field(typed))
	}
	return locate(reflect.TypeFor[P]().Elem(), reflect.TypeFor[F](), at)
}

// fieldAt finds the field of a model whose address a function returns.
func locate(m, field reflect.Type, at func(probe row) spot) (ref columnRef) {
	ref = columnRef{model: m, typ: field}
	defer func() {
		if recover() != nil {
			ref.err = wrong(ErrUnknownColumn, "lucid: the function that names a field of %s panics: "+
				"return the address of a field", m)
		}
	}()
	probe := rowIn(reflect.New(m))
	found := at(probe)
	ref.offset = probe.offsetOf(found)
	if found.isNil() || ref.offset >= m.Size() {
		ref.offset, ref.err = 0, wrong(ErrUnknownColumn, "lucid: the function that names a field of %s "+
			"returns another address: return the address of a field of its argument", m)
	}
	return ref
}

// Name returns the column's name in the database. It returns "" for a Col that names no column.
//
//go:noinline
func (c ColOf[P, V]) Name() string {
	column, err := c.ref.find()
	if err != nil {
		return ""
	}
	return column.name
}

// Columns makes a composite key of several columns, in this order. A nil column is ErrUnknownColumn when the key is
// used.
func Columns[T any](cols ...ColumnOf[T]) ColumnOf[T] { return &columnList[*T]{cols} }

type columnList[P any] struct{ cols []ColumnsOf[P] }

func (l *columnList[P]) columnsOf(p P) []columnRef {
	var refs []columnRef
	for _, c := range l.cols {
		if c == nil {
			refs = append(refs, columnRef{}) // an error when the key is used
			continue
		}
		refs = append(refs, c.columnsOf(p)...)
	}
	return refs
}

// Cond is a condition on model T, for Filter. The methods of a [Col], [And], [Or] and [Not] make one, and so do a
// relation's Any, None, Is and Contains. The zero value is an error of the finishing call.
//
// It is an alias of [CondOf], which has no exported methods.
type Cond[T any] = CondOf[*T]

// CondOf is the type behind [Cond]: Cond[User] is CondOf[*User].
type CondOf[P any] struct{ c *condition }

// condition is a Cond without its type.
type condition struct {
	cond cond
	in   func(q *query) (cond, error) // makes the condition for one query; nil if it is the same in every query
	err  error
}

// conditionsOf takes the type off conditions.
func conditionsOf[P any](conds []CondOf[P]) []*condition {
	out := make([]*condition, len(conds))
	for i, c := range conds {
		out[i] = c.c
	}
	return out
}

// of returns the condition for a query.
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

// compare makes column op v. A nil v means NULL.
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
		return nil, wrong(ErrInvalidOperator, "lucid: column %q: %s with nil is never true: use IsNull or NotNull",
			c.name, op)
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

// Eq is column = v. If v is nil, it is IS NULL.
//
//go:noinline
func (c ColOf[P, V]) Eq(v V) CondOf[P] { return CondOf[P]{c.ref.compare("=", v)} }

// Ne is column <> v. If v is nil, it is IS NOT NULL. A row whose column is NULL does not match.
//
//go:noinline
func (c ColOf[P, V]) Ne(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<>", v)} }

// Gt is column > v. If v is nil, it is ErrInvalidOperator.
//
//go:noinline
func (c ColOf[P, V]) Gt(v V) CondOf[P] { return CondOf[P]{c.ref.compare(">", v)} }

// Gte is column >= v. If v is nil, it is ErrInvalidOperator.
//
//go:noinline
func (c ColOf[P, V]) Gte(v V) CondOf[P] { return CondOf[P]{c.ref.compare(">=", v)} }

// Lt is column < v. If v is nil, it is ErrInvalidOperator.
//
//go:noinline
func (c ColOf[P, V]) Lt(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<", v)} }

// Lte is column <= v. If v is nil, it is ErrInvalidOperator.
//
//go:noinline
func (c ColOf[P, V]) Lte(v V) CondOf[P] { return CondOf[P]{c.ref.compare("<=", v)} }

// In is column IN (vs). If vs is empty, it matches no row. A nil value is an error.
//
//go:noinline
func (c ColOf[P, V]) In(vs ...V) CondOf[P] { return CondOf[P]{c.ref.in(anys(vs), false)} }

// NotIn is column NOT IN (vs). If vs is empty, it matches every row. A nil value is an error.
//
//go:noinline
func (c ColOf[P, V]) NotIn(vs ...V) CondOf[P] { return CondOf[P]{c.ref.in(anys(vs), true)} }

// anys returns values as a slice of any.
func anys[V any](vs []V) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

// Between is column BETWEEN lo AND hi, which includes both bounds. A nil bound is an error.
//
//go:noinline
func (c ColOf[P, V]) Between(lo, hi V) CondOf[P] { return CondOf[P]{c.ref.between(lo, hi)} }

// Like is column LIKE pattern. Case matters as in [QueryOf.WhereLike].
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

// And means that all of conds hold. If conds is empty, it always holds.
func And[T any](conds ...Cond[T]) Cond[T] { return Cond[T]{allOf(conditionsOf(conds))} }

// Or means that at least one of conds holds. If conds is empty, it never holds.
func Or[T any](conds ...Cond[T]) Cond[T] { return Cond[T]{combine(conditionsOf(conds), true)} }

// Not negates a condition.
func Not[T any](c Cond[T]) Cond[T] { return Cond[T]{negation(c.c)} }

// allOf joins conditions by AND.
func allOf(conds []*condition) *condition { return combine(conds, false) }

func negation(c *condition) *condition {
	return combined([]*condition{c}, func(inner group) cond { return group{{cond: inner, not: true}} })
}

// combine joins conditions by AND or OR. Without conditions, AND always holds and OR never holds.
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

// combined makes one condition of several. If one of them depends on the query, it does so in that query; else at
// once.
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

// Filter adds typed conditions. All of them must hold. If conds is empty, it adds nothing. An error in a condition
// is an error of the finishing call.
//
//go:noinline
func (q *QueryOf[P]) Filter(conds ...CondOf[P]) *QueryOf[P] {
	q.q.data().filter(conditionsOf(conds))
	return q
}

// OrFilter adds an alternative, joined by OR: all of conds hold. If conds is empty, it adds nothing.
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
