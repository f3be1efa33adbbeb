package lucid

import (
	"reflect"
	"strings"
)

// Subquery is any *Query, as a value of WhereIn or WhereExists.
type Subquery interface{ subquery() *query }

func (q *Query[T]) subquery() *query { return q.data() }

// and adds a condition, or keeps the mistake in making it.
func (q *Query[T]) and(c cond, err error) *Query[T] { return q.add(term{cond: c}, err) }

func (q *Query[T]) or(c cond, err error) *Query[T] { return q.add(term{cond: c, or: true}, err) }

func (q *Query[T]) add(t term, err error) *Query[T] {
	data := q.data()
	if err != nil {
		data.fail(err)
		return q
	}
	data.where = append(data.where, t)
	return q
}

// Where adds a condition: (column, value) or (column, operator, value). The operators are =, !=, <>,
// <, <=, >, >=, like, not like, ilike and not ilike. A nil value, a typed nil pointer and an invalid
// sql.Null are NULL: IS NULL, or IS NOT NULL with "!=". A *Query as the value is a subquery of one
// value. Conditions of one chain are flat with SQL's precedence: a OR b AND c is a OR (b AND c).
//
// ErrUnknownColumn and ErrInvalidOperator come from the finishing call.
func (q *Query[T]) Where(column string, args ...any) *Query[T] {
	return q.and(q.data().comparison("Where", column, args))
}

// OrWhere is Where joined by OR.
func (q *Query[T]) OrWhere(column string, args ...any) *Query[T] {
	return q.or(q.data().comparison("OrWhere", column, args))
}

// WhereNot negates the condition that Where would add.
func (q *Query[T]) WhereNot(column string, args ...any) *Query[T] {
	c, err := q.data().comparison("WhereNot", column, args)
	return q.add(term{cond: c, not: true}, err)
}

// OrWhereNot is WhereNot joined by OR.
func (q *Query[T]) OrWhereNot(column string, args ...any) *Query[T] {
	c, err := q.data().comparison("OrWhereNot", column, args)
	return q.add(term{cond: c, not: true, or: true}, err)
}

// WhereIn keeps rows whose column is one of values: a slice, or a *Query of one column. An empty or
// nil slice matches nothing. A nil among the values is an error, since IN never matches NULL.
func (q *Query[T]) WhereIn(column string, values any) *Query[T] {
	return q.and(q.data().in("WhereIn", column, values, false))
}

// OrWhereIn is WhereIn joined by OR.
func (q *Query[T]) OrWhereIn(column string, values any) *Query[T] {
	return q.or(q.data().in("OrWhereIn", column, values, false))
}

// WhereNotIn keeps rows whose column is none of values; an empty slice keeps all. Rows where the
// column is NULL are not kept, as SQL has it.
func (q *Query[T]) WhereNotIn(column string, values any) *Query[T] {
	return q.and(q.data().in("WhereNotIn", column, values, true))
}

// OrWhereNotIn is WhereNotIn joined by OR.
func (q *Query[T]) OrWhereNotIn(column string, values any) *Query[T] {
	return q.or(q.data().in("OrWhereNotIn", column, values, true))
}

// WhereNull keeps rows whose column is NULL.
func (q *Query[T]) WhereNull(column string) *Query[T] {
	return q.and(isNull{left: named(column)}, nil)
}

// OrWhereNull is WhereNull joined by OR.
func (q *Query[T]) OrWhereNull(column string) *Query[T] {
	return q.or(isNull{left: named(column)}, nil)
}

// WhereNotNull keeps rows whose column is not NULL.
func (q *Query[T]) WhereNotNull(column string) *Query[T] {
	return q.and(isNull{named(column), true}, nil)
}

// OrWhereNotNull is WhereNotNull joined by OR.
func (q *Query[T]) OrWhereNotNull(column string) *Query[T] {
	return q.or(isNull{named(column), true}, nil)
}

// WhereBetween keeps rows whose column is lo, hi or between them. A nil bound is an error.
func (q *Query[T]) WhereBetween(column string, lo, hi any) *Query[T] {
	return q.and(q.data().between("WhereBetween", column, lo, hi, false))
}

// OrWhereBetween is WhereBetween joined by OR.
func (q *Query[T]) OrWhereBetween(column string, lo, hi any) *Query[T] {
	return q.or(q.data().between("OrWhereBetween", column, lo, hi, false))
}

// WhereNotBetween keeps rows whose column is below lo or above hi. A nil bound is an error.
func (q *Query[T]) WhereNotBetween(column string, lo, hi any) *Query[T] {
	return q.and(q.data().between("WhereNotBetween", column, lo, hi, true))
}

// OrWhereNotBetween is WhereNotBetween joined by OR.
func (q *Query[T]) OrWhereNotBetween(column string, lo, hi any) *Query[T] {
	return q.or(q.data().between("OrWhereNotBetween", column, lo, hi, true))
}

// WhereLike is the database's own LIKE: it tells upper from lower case on PostgreSQL, by the
// column's collation on MySQL, and not for ASCII letters on SQLite.
func (q *Query[T]) WhereLike(column, pattern string) *Query[T] {
	return q.and(compare{named(column), "LIKE", value{pattern}}, nil)
}

// OrWhereLike is WhereLike joined by OR.
func (q *Query[T]) OrWhereLike(column, pattern string) *Query[T] {
	return q.or(compare{named(column), "LIKE", value{pattern}}, nil)
}

// WhereILike is LIKE whatever the case, on every database; on SQLite that is the case of ASCII letters.
func (q *Query[T]) WhereILike(column, pattern string) *Query[T] {
	return q.and(ilike{left: named(column), pattern: pattern}, nil)
}

// OrWhereILike is WhereILike joined by OR.
func (q *Query[T]) OrWhereILike(column, pattern string) *Query[T] {
	return q.or(ilike{left: named(column), pattern: pattern}, nil)
}

// WhereColumn compares two columns; inside a subquery one of them may be of the query around it.
func (q *Query[T]) WhereColumn(a, op, b string) *Query[T] {
	return q.and(q.data().columns(a, op, b))
}

// OrWhereColumn is WhereColumn joined by OR.
func (q *Query[T]) OrWhereColumn(a, op, b string) *Query[T] {
	return q.or(q.data().columns(a, op, b))
}

// WhereExists keeps rows for which sub has a row. What sub selects and how it orders is left out.
func (q *Query[T]) WhereExists(sub Subquery) *Query[T] {
	return q.and(q.data().exists("WhereExists", sub, false))
}

// OrWhereExists is WhereExists joined by OR.
func (q *Query[T]) OrWhereExists(sub Subquery) *Query[T] {
	return q.or(q.data().exists("OrWhereExists", sub, false))
}

// WhereNotExists keeps rows for which sub has no row.
func (q *Query[T]) WhereNotExists(sub Subquery) *Query[T] {
	return q.and(q.data().exists("WhereNotExists", sub, true))
}

// OrWhereNotExists is WhereNotExists joined by OR.
func (q *Query[T]) OrWhereNotExists(sub Subquery) *Query[T] {
	return q.or(q.data().exists("OrWhereNotExists", sub, true))
}

// WhereRaw adds SQL as a condition, in brackets. It takes ? placeholders on every dialect; a ? inside
// quotes is text, and ?? is an operator's. Never put a user's input into the SQL itself.
func (q *Query[T]) WhereRaw(sql string, args ...any) *Query[T] {
	return q.and(fragment{"(", rawSQL{"WhereRaw", sql, args}, ")"}, nil)
}

// OrWhereRaw is WhereRaw joined by OR.
func (q *Query[T]) OrWhereRaw(sql string, args ...any) *Query[T] {
	return q.or(fragment{"(", rawSQL{"OrWhereRaw", sql, args}, ")"}, nil)
}

// WhereGroup puts the conditions that fn adds between brackets; a group without any adds nothing.
func (q *Query[T]) WhereGroup(fn func(*Query[T])) *Query[T] {
	if g := q.grouped(fn); len(g) > 0 {
		return q.and(g, nil)
	}
	return q
}

// OrWhereGroup is WhereGroup joined by OR.
func (q *Query[T]) OrWhereGroup(fn func(*Query[T])) *Query[T] {
	if g := q.grouped(fn); len(g) > 0 {
		return q.or(g, nil)
	}
	return q
}

func (q *Query[T]) grouped(fn func(*Query[T])) group {
	if fn == nil {
		return nil
	}
	return group(q.data().collect(func() { fn(q) }))
}

// operators maps what users write to SQL.
var operators = map[string]string{
	"=": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "like": "LIKE", "not like": "NOT LIKE",
	"ilike": "ILIKE", "not ilike": "NOT ILIKE",
}

// operator is an operator from the fixed list.
func (q *query) operator(method, column, op string) (string, error) {
	if sql, ok := operators[strings.ToLower(strings.TrimSpace(op))]; ok {
		return sql, nil
	}
	hint := ": use one of =, !=, <>, <, <=, >, >=, like, not like, ilike, not ilike"
	switch strings.ToLower(strings.TrimSpace(op)) {
	case "in", "not in", "between", "not between", "is", "is not":
		hint = ": use WhereIn, WhereBetween, WhereNull and their like"
	}
	return "", wrong(ErrInvalidOperator, "lucid: %s: %s(%q): invalid operator %q%s", q.model.name, method, column, op, hint)
}

// comparison is the condition of Where's arguments.
func (q *query) comparison(method, column string, args []any) (cond, error) {
	op, v := "=", any(nil)
	switch len(args) {
	case 1:
		v = args[0]
	case 2:
		text, ok := args[0].(string)
		if !ok {
			return nil, wrong(ErrInvalidOperator, "lucid: %s: %s(%q): the operator is a %T: use a string such as \">\"", q.model.name, method, column, args[0])
		}
		sql, err := q.operator(method, column, text)
		if err != nil {
			return nil, err
		}
		op, v = sql, args[1]
	default:
		return nil, wrong(nil, "lucid: %s: %s(%q) takes a value, or an operator and a value; it got %d arguments", q.model.name, method, column, len(args))
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
		return nil, wrong(ErrInvalidOperator, "lucid: %s: %s(%q): %s with nil is never true: use = or != to ask for NULL", q.model.name, method, column, op)
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

// holds reports whether the model's column has values of a type, as an array column has slices.
func (q *query) holds(column string, t reflect.Type) bool {
	c := q.model.byName[column]
	return c != nil && c.typ == t
}

// sub is a query as it is now, for use inside this one.
func (q *query) sub(method string, s Subquery) (*query, error) {
	if isNil(s) {
		return nil, wrong(nil, "lucid: %s: %s: the subquery is nil", q.model.name, method)
	}
	inner := s.subquery()
	return inner.clone(), inner.err
}

// oneColumn is a subquery as a value: what it selects, else its primary key.
func (q *query) oneColumn(method, column string, s Subquery) (*query, error) {
	inner, err := q.sub(method, s)
	if err != nil {
		return nil, err
	}
	if len(inner.selects) == 0 && len(inner.model.key) == 1 {
		inner.selects = []selection{{column: inner.model.key[0].name}}
	}
	if len(inner.selected()) != 1 {
		return nil, wrong(nil, "lucid: %s: %s(%q): the subquery selects %d columns: call Select with the one that is compared", q.model.name, method, column, len(inner.selected()))
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
			return nil, wrong(nil, "lucid: %s: %s(%q): value %d is nil, which IN never matches: add WhereNull or OrWhereNull", q.model.name, method, column, i)
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
		err = wrong(ErrInvalidOperator, "lucid: %s: WhereColumn(%q): ilike compares with a value: use WhereILike", q.model.name, a)
	}
	return compare{named(a), sql, named(b)}, err
}

func (q *query) exists(method string, s Subquery, not bool) (cond, error) {
	inner, err := q.sub(method, s)
	return exists{inner, not}, err
}
