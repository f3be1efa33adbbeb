package lucid

import (
	"reflect"
	"strings"
)

// Subquery is any *Query, used as a value of Where, WhereIn, WhereExists or Update. A nil one is an error of the
// finishing call.
type Subquery interface{ subquery() *query }

//go:noinline
func (q *QueryOf[P]) subquery() *query { return q.q.data() }

// and adds a condition. If err is not nil, it keeps err as the query's mistake.
func (q *query) and(c cond, err error) { q.add(term{cond: c}, err) }

func (q *query) or(c cond, err error) { q.add(term{cond: c, or: true}, err) }

func (q *query) add(t term, err error) {
	q = q.data()
	if err != nil {
		q.fail(err)
		return
	}
	q.where = append(q.where, t)
}

// Where adds a condition: (column, value) or (column, operator, value). The operators are =, !=, <>, <, <=, >, >=,
// like, not like, ilike and not ilike.
//
// A nil value, a typed nil pointer and an invalid sql.Null mean NULL: "=" becomes IS NULL, "!=" becomes IS NOT
// NULL. A *Query as the value is a subquery of one column. A slice is an error: use WhereIn.
//
// SQL's precedence applies to the conditions of one chain: a OR b AND c means a OR (b AND c). Use WhereGroup for
// brackets.
//
// The finishing call returns ErrUnknownColumn and ErrInvalidOperator. Another operator with nil is
// ErrInvalidOperator.
//
//go:noinline
func (q *QueryOf[P]) Where(column string, args ...any) *QueryOf[P] {
	q.q.and(q.q.data().comparison("Where", column, args))
	return q
}

// OrWhere is Where, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhere(column string, args ...any) *QueryOf[P] {
	q.q.or(q.q.data().comparison("OrWhere", column, args))
	return q
}

// WhereNot negates the condition that Where would add.
//
//go:noinline
func (q *QueryOf[P]) WhereNot(column string, args ...any) *QueryOf[P] {
	c, err := q.q.data().comparison("WhereNot", column, args)
	q.q.add(term{cond: c, not: true}, err)
	return q
}

// OrWhereNot is WhereNot, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNot(column string, args ...any) *QueryOf[P] {
	c, err := q.q.data().comparison("OrWhereNot", column, args)
	q.q.add(term{cond: c, not: true, or: true}, err)
	return q
}

// WhereIn keeps rows whose column is one of values. values is a slice, an array, or a *Query of one column; if that
// query selects nothing, it stands for its primary key. An empty or nil slice matches no row. A nil among the
// values is an error, because IN never matches NULL.
//
//go:noinline
func (q *QueryOf[P]) WhereIn(column string, values any) *QueryOf[P] {
	q.q.and(q.q.data().in("WhereIn", column, values, false))
	return q
}

// OrWhereIn is WhereIn, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereIn(column string, values any) *QueryOf[P] {
	q.q.or(q.q.data().in("OrWhereIn", column, values, false))
	return q
}

// WhereNotIn keeps rows whose column is none of values. Arguments and errors are as in WhereIn. An empty or nil
// slice keeps all rows. Otherwise SQL drops the rows whose column is NULL.
//
//go:noinline
func (q *QueryOf[P]) WhereNotIn(column string, values any) *QueryOf[P] {
	q.q.and(q.q.data().in("WhereNotIn", column, values, true))
	return q
}

// OrWhereNotIn is WhereNotIn, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNotIn(column string, values any) *QueryOf[P] {
	q.q.or(q.q.data().in("OrWhereNotIn", column, values, true))
	return q
}

// WhereNull keeps rows whose column is NULL.
//
//go:noinline
func (q *QueryOf[P]) WhereNull(column string) *QueryOf[P] {
	q.q.and(isNull{left: named(column)}, nil)
	return q
}

// OrWhereNull is WhereNull, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNull(column string) *QueryOf[P] {
	q.q.or(isNull{left: named(column)}, nil)
	return q
}

// WhereNotNull keeps rows whose column is not NULL.
//
//go:noinline
func (q *QueryOf[P]) WhereNotNull(column string) *QueryOf[P] {
	q.q.and(isNull{named(column), true}, nil)
	return q
}

// OrWhereNotNull is WhereNotNull, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNotNull(column string) *QueryOf[P] {
	q.q.or(isNull{named(column), true}, nil)
	return q
}

// WhereBetween keeps rows whose column is lo, hi or a value between them. A nil bound is an error.
//
//go:noinline
func (q *QueryOf[P]) WhereBetween(column string, lo, hi any) *QueryOf[P] {
	q.q.and(q.q.data().between("WhereBetween", column, lo, hi, false))
	return q
}

// OrWhereBetween is WhereBetween, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereBetween(column string, lo, hi any) *QueryOf[P] {
	q.q.or(q.q.data().between("OrWhereBetween", column, lo, hi, false))
	return q
}

// WhereNotBetween keeps rows whose column is below lo or above hi. A nil bound is an error.
//
//go:noinline
func (q *QueryOf[P]) WhereNotBetween(column string, lo, hi any) *QueryOf[P] {
	q.q.and(q.q.data().between("WhereNotBetween", column, lo, hi, true))
	return q
}

// OrWhereNotBetween is WhereNotBetween, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNotBetween(column string, lo, hi any) *QueryOf[P] {
	q.q.or(q.q.data().between("OrWhereNotBetween", column, lo, hi, true))
	return q
}

// WhereLike keeps rows whose column matches pattern by the database's own LIKE. PostgreSQL distinguishes upper and
// lower case. MySQL follows the column's collation. SQLite ignores the case of ASCII letters.
//
//go:noinline
func (q *QueryOf[P]) WhereLike(column, pattern string) *QueryOf[P] {
	q.q.and(compare{named(column), "LIKE", value{pattern}}, nil)
	return q
}

// OrWhereLike is WhereLike, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereLike(column, pattern string) *QueryOf[P] {
	q.q.or(compare{named(column), "LIKE", value{pattern}}, nil)
	return q
}

// WhereILike keeps rows whose column matches pattern, and ignores case on every database. SQLite ignores only the
// case of ASCII letters.
//
//go:noinline
func (q *QueryOf[P]) WhereILike(column, pattern string) *QueryOf[P] {
	q.q.and(ilike{left: named(column), pattern: pattern}, nil)
	return q
}

// OrWhereILike is WhereILike, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereILike(column, pattern string) *QueryOf[P] {
	q.q.or(ilike{left: named(column), pattern: pattern}, nil)
	return q
}

// WhereColumn compares two columns with one of Where's operators, except ilike. Inside a subquery, one of the
// columns may belong to the outer query.
//
//go:noinline
func (q *QueryOf[P]) WhereColumn(a, op, b string) *QueryOf[P] {
	q.q.and(q.q.data().columns(a, op, b))
	return q
}

// OrWhereColumn is WhereColumn, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereColumn(a, op, b string) *QueryOf[P] {
	q.q.or(q.q.data().columns(a, op, b))
	return q
}

// WhereExists keeps a row if sub finds a row for it. It ignores what sub selects and how it orders. A nil sub is an
// error.
//
//go:noinline
func (q *QueryOf[P]) WhereExists(sub Subquery) *QueryOf[P] {
	q.q.and(q.q.data().exists("WhereExists", sub, false))
	return q
}

// OrWhereExists is WhereExists, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereExists(sub Subquery) *QueryOf[P] {
	q.q.or(q.q.data().exists("OrWhereExists", sub, false))
	return q
}

// WhereNotExists keeps a row if sub finds no row for it. A nil sub is an error.
//
//go:noinline
func (q *QueryOf[P]) WhereNotExists(sub Subquery) *QueryOf[P] {
	q.q.and(q.q.data().exists("WhereNotExists", sub, true))
	return q
}

// OrWhereNotExists is WhereNotExists, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereNotExists(sub Subquery) *QueryOf[P] {
	q.q.or(q.q.data().exists("OrWhereNotExists", sub, true))
	return q
}

// WhereRaw adds SQL as a condition, in brackets. It takes ? placeholders on every database. A ? inside quotes is
// text, and ?? is the operator ?. If the number of args does not fit, the finishing call returns an error. Never
// put a user's input into the SQL itself.
//
//go:noinline
func (q *QueryOf[P]) WhereRaw(sql string, args ...any) *QueryOf[P] {
	q.q.and(fragment{"(", rawSQL{"WhereRaw", sql, args}, ")"}, nil)
	return q
}

// OrWhereRaw is WhereRaw, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereRaw(sql string, args ...any) *QueryOf[P] {
	q.q.or(fragment{"(", rawSQL{"OrWhereRaw", sql, args}, ")"}, nil)
	return q
}

// WhereGroup puts the conditions that fn adds in brackets. If fn is nil or adds no condition, WhereGroup adds
// nothing.
//
//go:noinline
func (q *QueryOf[P]) WhereGroup(fn func(*QueryOf[P])) *QueryOf[P] {
	q.q.addGroup(scopeOf(fn), false)
	return q
}

// OrWhereGroup is WhereGroup, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrWhereGroup(fn func(*QueryOf[P])) *QueryOf[P] {
	q.q.addGroup(scopeOf(fn), true)
	return q
}

// addGroup adds the conditions of a scope as one condition. If the scope adds none, it adds nothing.
func (q *query) addGroup(scope scopeFunc, or bool) {
	if scope == nil {
		return
	}
	q = q.data()
	if g := q.collect(scope); len(g) > 0 {
		q.add(term{cond: group(g), or: or}, nil)
	}
}

// operators maps an operator that a user writes to SQL.
var operators = map[string]string{
	"=": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "like": "LIKE", "not like": "NOT LIKE",
	"ilike": "ILIKE", "not ilike": "NOT ILIKE",
}

// operator looks up an operator in the fixed list.
func (q *query) operator(method, column, op string) (string, error) {
	if sql, ok := operators[strings.ToLower(strings.TrimSpace(op))]; ok {
		return sql, nil
	}
	hint := ": use one of =, !=, <>, <, <=, >, >=, like, not like, ilike, not ilike"
	switch strings.ToLower(strings.TrimSpace(op)) {
	case "in", "not in", "between", "not between", "is", "is not":
		hint = ": use WhereIn, WhereBetween, WhereNull and their like"
	}
	return "", wrong(ErrInvalidOperator, "lucid: %s: %s(%q): invalid operator %q%s",
		q.model.name, method, column, op, hint)
}

// comparison makes the condition that Where's arguments describe.
func (q *query) comparison(method, column string, args []any) (cond, error) {
	op, v := "=", any(nil)
	switch len(args) {
	case 1:
		v = args[0]
	case 2:
		text, ok := args[0].(string)
		if !ok {
			return nil, wrong(ErrInvalidOperator, "lucid: %s: %s(%q): the operator is a %T: use a string such as \">\"",
				q.model.name, method, column, args[0])
		}
		sql, err := q.operator(method, column, text)
		if err != nil {
			return nil, err
		}
		op, v = sql, args[1]
	default:
		return nil, wrong(nil, "lucid: %s: %s(%q) takes a value, or an operator and a value; it got %d arguments",
			q.model.name, method, column, len(args))
	}
	return q.compareWith(method, column, op, v)
}

func (q *query) compareWith(method, column, op string, v any) (cond, error) {
	left := named(column)
	if sub, ok := v.(Subquery); ok {
		inner, err := q.oneColumn(method, column, sub)
		return compare{left, op, subquery{inner}}, err
	}
	v, err := plain(v)
	if err != nil {
		return nil, failed(q.model.name+": "+method+" "+column, err)
	}
	if v == nil {
		switch op {
		case "=":
			return isNull{left: left}, nil
		case "<>":
			return isNull{left, true}, nil
		}
		return nil, wrong(ErrInvalidOperator, "lucid: %s: %s(%q): %s with nil is never true: use = or != to ask for NULL",
			q.model.name, method, column, op)
	}
	if t := reflect.TypeOf(v); t.Kind() == reflect.Slice && !isBytes(t) && !q.holds(column, t) {
		return nil, wrong(nil, "lucid: %s: %s(%q): the value is a slice: use WhereIn", q.model.name, method, column)
	}
	switch op {
	case "ILIKE":
		return ilike{left: left, pattern: v}, nil
	case "NOT ILIKE":
		return ilike{left, v, true}, nil
	}
	return compare{left, op, value{v}}, nil
}

// holds reports whether the values of a column have a type. An array column has slices as its values.
func (q *query) holds(column string, t reflect.Type) bool {
	c := q.model.byName[column]
	return c != nil && c.typ == t
}

// sub copies a query as it is now, for use inside this one.
func (q *query) sub(method string, s Subquery) (*query, error) {
	if isNil(s) {
		return nil, wrong(nil, "lucid: %s: %s: the subquery is nil", q.model.name, method)
	}
	inner := s.subquery()
	return inner.clone(), inner.err
}

// oneColumn returns a subquery of one column: the one that it selects, or its primary key if it selects nothing.
func (q *query) oneColumn(method, column string, s Subquery) (*query, error) {
	inner, err := q.sub(method, s)
	if err != nil {
		return nil, err
	}
	if len(inner.selects) == 0 && len(inner.model.key) == 1 {
		inner.selects = []selection{{column: inner.model.key[0].name}}
	}
	if len(inner.selected()) != 1 {
		return nil, wrong(nil, "lucid: %s: %s(%q): the subquery selects %d columns: "+
			"call Select with the one that is compared", q.model.name, method, column, len(inner.selected()))
	}
	return inner, nil
}

func (q *query) in(method, column string, values any, not bool) (cond, error) {
	if sub, ok := values.(Subquery); ok {
		inner, err := q.oneColumn(method, column, sub)
		return inQuery{[]expr{named(column)}, inner, not}, err
	}
	v := reflect.ValueOf(values)
	if values == nil || (v.Kind() != reflect.Slice && v.Kind() != reflect.Array) || isBytes(v.Type()) {
		return nil, wrong(nil, "lucid: %s: %s(%q) takes a slice or a *Query, not a %T", q.model.name, method, column, values)
	}
	var keys keySet
	for i := range v.Len() {
		elem, err := plain(v.Index(i).Interface())
		if err != nil {
			return nil, failed(q.model.name+": "+method+" "+column, err)
		}
		if elem == nil {
			return nil, wrong(nil, "lucid: %s: %s(%q): value %d is nil, which IN never matches: add WhereNull or OrWhereNull",
				q.model.name, method, column, i)
		}
		keys.addValue(elem)
	}
	return inKeys{[]expr{named(column)}, keys, not}, nil
}

func (q *query) between(method, column string, lo, hi any, not bool) (cond, error) {
	low, err := plain(lo)
	if err == nil {
		hi, err = plain(hi)
	}
	if err != nil {
		return nil, failed(q.model.name+": "+method+" "+column, err)
	}
	if low == nil || hi == nil {
		return nil, wrong(nil, "lucid: %s: %s(%q): a bound is nil: use Where with >= or <=", q.model.name, method, column)
	}
	return between{named(column), low, hi, not}, nil
}

func (q *query) columns(a, op, b string) (cond, error) {
	sql, err := q.operator("WhereColumn", a, op)
	if err == nil && strings.Contains(sql, "ILIKE") {
		err = wrong(ErrInvalidOperator, "lucid: %s: WhereColumn(%q): ilike compares with a value: use WhereILike",
			q.model.name, a)
	}
	return compare{named(a), sql, named(b)}, err
}

func (q *query) exists(method string, s Subquery, not bool) (cond, error) {
	inner, err := q.sub(method, s)
	return exists{inner, not}, err
}
