package lucid

import (
	"reflect"
	"slices"
	"unsafe"
)

// ColumnOf is one or more columns of model T: a Col, or Columns of several.
type ColumnOf[T any] interface{ columnsOf(*T) []columnRef }

// columnRef is a column named by where its field is.
type columnRef struct {
	model  reflect.Type
	offset uintptr
	typ    reflect.Type // of the field
	err    error
}

// find is the column, or what is wrong with naming it.
func (r columnRef) find() (*column, error) {
	if r.err != nil {
		return nil, r.err
	}
	if r.model == nil {
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
type Col[T, V any] struct{ ref columnRef }

func (c Col[T, V]) columnsOf(*T) []columnRef { return []columnRef{c.ref} }

// Column names a column by its field, so that renaming the field or a value of a wrong type does
// not compile:
//
//	var PostLikes = lucid.Column(func(p *Post) *int { return &p.Likes })
//
// A function that returns anything but the address of a field of its argument is an error where
// the column is used.
func Column[T, V any](field func(*T) *V) Col[T, V] { return Col[T, V]{refOf(field)} }

// NullColumn is Column for a nullable field: conditions take the plain value, IsNull asks for NULL.
func NullColumn[T, V any](field func(*T) **V) Col[T, V] { return Col[T, V]{refOf(field)} }

func refOf[T, F any](field func(*T) *F) columnRef {
	r := columnRef{model: reflect.TypeFor[T](), typ: reflect.TypeFor[F]()}
	r.offset, r.err = offsetOf(field)
	return r
}

// offsetOf is where in T the field is whose address a function returns.
func offsetOf[T, F any](field func(*T) *F) (offset uintptr, err error) {
	defer func() {
		if recover() != nil {
			err = wrong(ErrUnknownColumn, "lucid: the function that names a field of %s panics: return the address of a field", reflect.TypeFor[T]())
		}
	}()
	probe := new(T)
	at := uintptr(unsafe.Pointer(field(probe)))
	offset = at - uintptr(unsafe.Pointer(probe))
	if at == 0 || offset >= unsafe.Sizeof(*probe) {
		return 0, wrong(ErrUnknownColumn, "lucid: the function that names a field of %s returns another address: return the address of a field of its argument", reflect.TypeFor[T]())
	}
	return offset, nil
}

// Name is the column's database name; "" for a Col that names no column.
func (c Col[T, V]) Name() string {
	column, err := c.ref.find()
	if err != nil {
		return ""
	}
	return column.name
}

// Columns is a composite key, in order.
func Columns[T any](cols ...ColumnOf[T]) ColumnOf[T] { return columnList[T](cols) }

type columnList[T any] []ColumnOf[T]

func (l columnList[T]) columnsOf(t *T) []columnRef {
	var refs []columnRef
	for _, c := range l {
		if c == nil {
			refs = append(refs, columnRef{}) // an error where the key is used
			continue
		}
		refs = append(refs, c.columnsOf(t)...)
	}
	return refs
}

// Cond is a condition on model T, for Filter. The zero value is an error there.
type Cond[T any] struct {
	cond cond
	in   func(q *query) (cond, error) // makes one that is about the rows of a query; nil where it is the same in all
	err  error
}

// of is the condition in a query.
func (c Cond[T]) of(q *query) (cond, error) {
	switch {
	case c.err != nil:
		return nil, c.err
	case c.in != nil:
		return c.in(q)
	case c.cond == nil:
		return nil, wrong(nil, "lucid: an empty Cond is no condition: make it with a method of a Col")
	}
	return c.cond, nil
}

// on makes a condition on the column.
func (c Col[T, V]) on(make func(left expr) (cond, error)) Cond[T] {
	column, err := c.ref.find()
	if err != nil {
		return Cond[T]{err: err}
	}
	made, err := make(named(column.name))
	return Cond[T]{cond: made, err: err}
}

// compare makes left op v; a nil v is NULL.
func (c Col[T, V]) compare(op string, v V) Cond[T] {
	return c.on(func(left expr) (cond, error) {
		bare, err := plain(v)
		switch {
		case err != nil:
			return nil, err
		case bare != nil:
			return compare{left, op, value{bare}}, nil
		case op == "=" || op == "<>":
			return isNull{left, op == "<>"}, nil
		}
		return nil, wrong(ErrInvalidOperator, "lucid: column %q: %s with nil is never true: use IsNull or NotNull", c.Name(), op)
	})
}

// Eq is column = v; a nil v is IS NULL.
func (c Col[T, V]) Eq(v V) Cond[T] { return c.compare("=", v) }

// Ne is column <> v; a nil v is IS NOT NULL. Rows where the column is NULL do not match.
func (c Col[T, V]) Ne(v V) Cond[T] { return c.compare("<>", v) }

// Gt is column > v.
func (c Col[T, V]) Gt(v V) Cond[T] { return c.compare(">", v) }

// Gte is column >= v.
func (c Col[T, V]) Gte(v V) Cond[T] { return c.compare(">=", v) }

// Lt is column < v.
func (c Col[T, V]) Lt(v V) Cond[T] { return c.compare("<", v) }

// Lte is column <= v.
func (c Col[T, V]) Lte(v V) Cond[T] { return c.compare("<=", v) }

// In is column IN (vs); none matches nothing.
func (c Col[T, V]) In(vs ...V) Cond[T] { return c.in(vs, false) }

// NotIn is column NOT IN (vs); none matches everything.
func (c Col[T, V]) NotIn(vs ...V) Cond[T] { return c.in(vs, true) }

func (c Col[T, V]) in(vs []V, not bool) Cond[T] {
	return c.on(func(left expr) (cond, error) {
		var keys keySet
		for _, v := range vs {
			bare, err := plain(v)
			if err != nil {
				return nil, err
			}
			if bare == nil {
				return nil, wrong(nil, "lucid: column %q: a value of In is nil, which IN never matches: use IsNull", c.Name())
			}
			keys.addValue(bare)
		}
		return inKeys{[]expr{left}, keys, not}, nil
	})
}

// Between is column BETWEEN lo AND hi, both included.
func (c Col[T, V]) Between(lo, hi V) Cond[T] {
	return c.on(func(left expr) (cond, error) {
		low, err := plain(lo)
		if err != nil {
			return nil, err
		}
		high, err := plain(hi)
		if err == nil && (low == nil || high == nil) {
			err = wrong(nil, "lucid: column %q: a bound of Between is nil: use Gte or Lte", c.Name())
		}
		return between{left: left, lo: low, hi: high}, err
	})
}

// Like is column LIKE pattern, as WhereLike is.
func (c Col[T, V]) Like(pattern string) Cond[T] {
	return c.on(func(left expr) (cond, error) { return compare{left, "LIKE", value{pattern}}, nil })
}

// IsNull is column IS NULL.
func (c Col[T, V]) IsNull() Cond[T] {
	return c.on(func(left expr) (cond, error) { return isNull{left: left}, nil })
}

// NotNull is column IS NOT NULL.
func (c Col[T, V]) NotNull() Cond[T] {
	return c.on(func(left expr) (cond, error) { return isNull{left, true}, nil })
}

// And holds where all of conds do; none holds always.
func And[T any](conds ...Cond[T]) Cond[T] { return combine(conds, false, true) }

// Or holds where one of conds does; none holds never.
func Or[T any](conds ...Cond[T]) Cond[T] { return combine(conds, true, false) }

// Not holds where cond does not.
func Not[T any](c Cond[T]) Cond[T] {
	return combined([]Cond[T]{c}, func(inner group) cond { return group{{cond: inner, not: true}} })
}

func combine[T any](conds []Cond[T], or, empty bool) Cond[T] {
	if len(conds) == 0 {
		return Cond[T]{cond: constant(empty)}
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
func combined[T any](conds []Cond[T], join func(g group) cond) Cond[T] {
	conds = slices.Clone(conds)
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
	if slices.ContainsFunc(conds, func(c Cond[T]) bool { return c.in != nil }) {
		return Cond[T]{in: all}
	}
	made, err := all(nil)
	return Cond[T]{cond: made, err: err}
}

// Filter adds typed conditions, all of which must hold; none adds nothing.
func (q *Query[T]) Filter(conds ...Cond[T]) *Query[T] {
	for _, c := range conds {
		q.and(c.of(q.data()))
	}
	return q
}

// OrFilter adds an alternative: all of conds; none adds nothing.
func (q *Query[T]) OrFilter(conds ...Cond[T]) *Query[T] {
	if len(conds) == 0 {
		return q
	}
	return q.or(And(conds...).of(q.data()))
}
