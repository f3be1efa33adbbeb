package lucid

import (
	"regexp"
	"slices"
	"strings"
)

// Select reads only the given columns. Further calls add columns. If the query selects nothing, or "*", it reads
// all columns of the model.
//
// "users.name AS author" renames a column. A renamed column, and a column of a joined table, become extras. Select
// adds the keys that a Preload needs. The finishing call returns ErrUnknownColumn.
//
//go:noinline
func (q *QueryOf[P]) Select(columns ...string) *QueryOf[P] {
	data := q.q.data()
	for _, c := range columns {
		sel := selection{column: strings.TrimSpace(c)}
		if m := asName.FindStringSubmatch(sel.column); m != nil {
			sel.column, sel.as = m[1], m[2]
		}
		data.selects = append(data.selects, sel)
	}
	return q
}

var asName = regexp.MustCompile(`(?i)^(\S+)\s+AS\s+(\S+)$`)

// SelectRaw selects an SQL expression: SelectRaw("length(title) AS size"). As with Select, the query then reads
// only what it selects: add Select("*") to keep the model's columns. If the result's name is a column of the model,
// the value fills that field. Otherwise it becomes an extra. SelectRaw takes ? placeholders on every database.
//
//go:noinline
func (q *QueryOf[P]) SelectRaw(sql string, args ...any) *QueryOf[P] {
	expr, as := splitAlias(sql)
	data := q.q.data()
	data.selects = append(data.selects, selection{as: as, raw: &rawSQL{"SelectRaw", expr, args}})
	return q
}

var (
	tailAlias = regexp.MustCompile(`(?is)^(.+?)\s+AS\s+["` + "`" + `]?(\w+)["` + "`" + `]?\s*$`)
	listComma = regexp.MustCompile(`'[^']*'|\(|\)|,`)
)

// splitAlias splits "expression AS name" into expression and name. A list of several expressions stays as it is.
func splitAlias(sql string) (expr, as string) {
	depth := 0
	for _, tok := range listComma.FindAllString(sql, -1) {
		switch tok {
		case "(":
			depth++
		case ")":
			depth--
		case ",":
			if depth == 0 {
				return sql, ""
			}
		}
	}
	if m := tailAlias.FindStringSubmatch(sql); m != nil {
		return m[1], m[2]
	}
	return sql, ""
}

// Distinct merges rows that have the same selected values.
//
//go:noinline
func (q *QueryOf[P]) Distinct() *QueryOf[P] {
	q.q.data().distinct = true
	return q
}

// Join adds an inner join. on is "a.x = b.y", or several comparisons joined by AND. Names are checked and quoted.
// "users AS u" renames the table. A row comes once for each match: to filter by a relation, use Has. A table or an
// on of another form is an error: use JoinRaw.
//
//go:noinline
func (q *QueryOf[P]) Join(table, on string) *QueryOf[P] { return q.join("Join", "INNER", table, on) }

// LeftJoin is Join, but keeps rows without a match.
//
//go:noinline
func (q *QueryOf[P]) LeftJoin(table, on string) *QueryOf[P] {
	return q.join("LeftJoin", "LEFT", table, on)
}

// JoinRaw adds a join as SQL: JoinRaw("JOIN countries c ON c.id = users.country_id AND c.name = ?", name). The
// chain can use the names that the join brings; they are not checked.
//
//go:noinline
func (q *QueryOf[P]) JoinRaw(sql string, args ...any) *QueryOf[P] {
	data := q.q.data()
	data.joins = append(data.joins, join{raw: rawSQL{"JoinRaw", sql, args}})
	return q
}

var (
	joinTable = regexp.MustCompile(`(?i)^([\w.$]+)(?:\s+(?:AS\s+)?(\w+))?$`)
	joinAnd   = regexp.MustCompile(`(?i)\s+AND\s+`)
	joinOn    = regexp.MustCompile(`^([\w.$]+)\s*(=|<>|!=|<=|>=|<|>)\s*([\w.$]+)$`)
)

//go:noinline
func (q *QueryOf[P]) join(method, kind, table, on string) *QueryOf[P] {
	data := q.q.data()
	m := joinTable.FindStringSubmatch(strings.TrimSpace(table))
	if m == nil {
		data.fail(wrong(nil, "lucid: %s: %s: %q is not a table's name: use JoinRaw for more", data.model.name, method, table))
		return q
	}
	j := join{kind: kind, src: &source{table: m[1], as: m[2]}}
	if data.joined(j.src.called()) {
		data.fail(wrong(nil, "lucid: %s: %s(%q): the query has a table %q already: name this one, as in %q",
			data.model.name, method, table, j.src.called(), m[1]+" AS other"))
		return q
	}
	if known := modelsOf(m[1]); len(known) > 0 {
		j.src.model, j.src.others = known[0], known[1:]
	}
	for _, part := range joinAnd.Split(strings.TrimSpace(on), -1) {
		cmp := joinOn.FindStringSubmatch(part)
		if cmp == nil {
			data.fail(wrong(nil, "lucid: %s: %s(%q): %q is not of the form a.x = b.y: use JoinRaw for more",
				data.model.name, method, table, part))
			return q
		}
		j.on = append(j.on, compare{named(cmp[1]), operators[cmp[2]], named(cmp[3])})
	}
	data.joins = append(data.joins, j)
	return q
}

// joined reports whether the query has a table of this name.
func (q *query) joined(name string) bool {
	named := func(j join) bool { return j.src != nil && j.src.called() == name }
	return q.main.called() == name || slices.ContainsFunc(q.joins, named)
}

// OrderBy orders the rows by a column, or by the name of something selected. dir is "asc" (the default) or "desc";
// anything else is ErrInvalidOperator. Further calls order the rows that are still equal.
//
//go:noinline
func (q *QueryOf[P]) OrderBy(column string, dir ...string) *QueryOf[P] {
	data := q.q.data()
	if t, ok := data.orderTerm("OrderBy", column, dir); ok {
		data.order = append(data.order, t)
	}
	return q
}

// OrderByDesc is OrderBy with "desc".
//
//go:noinline
func (q *QueryOf[P]) OrderByDesc(column string) *QueryOf[P] { return q.OrderBy(column, "desc") }

// OrderByRaw orders the rows by SQL, which includes the direction: OrderByRaw("length(title) DESC").
//
//go:noinline
func (q *QueryOf[P]) OrderByRaw(sql string, args ...any) *QueryOf[P] {
	data := q.q.data()
	data.order = append(data.order, orderTerm{expr: rawSQL{"OrderByRaw", sql, args}, raw: true})
	return q
}

func (q *query) orderTerm(method, column string, dir []string) (orderTerm, bool) {
	t := orderTerm{expr: named(column)}
	if len(dir) > 1 {
		q.fail(wrong(ErrInvalidOperator, "lucid: %s: %s(%q) takes one direction; it got %d",
			q.model.name, method, column, len(dir)))
		return t, false
	}
	for _, d := range dir {
		switch strings.ToLower(strings.TrimSpace(d)) {
		case "asc":
		case "desc":
			t.desc = true
		default:
			q.fail(wrong(ErrInvalidOperator, "lucid: %s: %s(%q): invalid direction %q: use asc or desc",
				q.model.name, method, column, d))
			return t, false
		}
	}
	return t, true
}

// GroupBy merges rows that have the same values in these columns.
//
//go:noinline
func (q *QueryOf[P]) GroupBy(columns ...string) *QueryOf[P] {
	data := q.q.data()
	for _, c := range columns {
		data.groupBy = append(data.groupBy, named(c))
	}
	return q
}

// Having keeps groups that meet a condition. It takes the arguments of Where. column may also be the name of
// something that SelectRaw selects. Without GroupBy it is an error.
//
//go:noinline
func (q *QueryOf[P]) Having(column string, args ...any) *QueryOf[P] {
	data := q.q.data()
	c, err := data.comparison("Having", column, args)
	if err != nil {
		data.fail(err)
		return q
	}
	data.having = append(data.having, term{cond: c})
	return q
}

// HavingRaw keeps groups that meet an SQL condition, in brackets: HavingRaw("COUNT(*) > ?", 1). Without GroupBy it
// is an error.
//
//go:noinline
func (q *QueryOf[P]) HavingRaw(sql string, args ...any) *QueryOf[P] {
	data := q.q.data()
	data.having = append(data.having, term{cond: fragment{"(", rawSQL{"HavingRaw", sql, args}, ")"}})
	return q
}

// Limit reads at most n rows. If n is 0, it reads none. A negative n is an error. In a scope of a Preload it is an
// error too, because it would limit the rows of all parents together: use GroupLimit. Load of a single parent
// allows it.
//
//go:noinline
func (q *QueryOf[P]) Limit(n int) *QueryOf[P] {
	data := q.q.data()
	if n < 0 {
		data.fail(wrong(nil, "lucid: %s: Limit(%d): a limit is 0 or more", data.model.name, n))
		return q
	}
	data.limit = &n
	return q
}

// Offset skips the first n rows. A negative n is an error. In a scope of a Preload it is an error, as Limit is.
//
//go:noinline
func (q *QueryOf[P]) Offset(n int) *QueryOf[P] {
	data := q.q.data()
	if n < 0 {
		data.fail(wrong(nil, "lucid: %s: Offset(%d): an offset is 0 or more", data.model.name, n))
		return q
	}
	data.offset = n
	return q
}

// ForUpdate locks the rows until the transaction ends, so that no other transaction can change or lock them. On
// SQLite it does nothing: there a write transaction locks the whole database.
//
//go:noinline
func (q *QueryOf[P]) ForUpdate() *QueryOf[P] {
	q.q.data().lock.mode = lockUpdate
	return q
}

// ForShare locks the rows against changes until the transaction ends. On SQLite it does nothing.
//
//go:noinline
func (q *QueryOf[P]) ForShare() *QueryOf[P] {
	q.q.data().lock.mode = lockShare
	return q
}

// SkipLocked leaves out rows that another transaction has locked. Without ForUpdate or ForShare it is an error.
//
//go:noinline
func (q *QueryOf[P]) SkipLocked() *QueryOf[P] {
	q.q.data().lock.wait = "SKIP LOCKED"
	return q
}

// NoWait fails at once if another transaction has locked a row. Without ForUpdate or ForShare it is an error.
//
//go:noinline
func (q *QueryOf[P]) NoWait() *QueryOf[P] {
	q.q.data().lock.wait = "NOWAIT"
	return q
}

// Comment puts text in a comment before the statement, for logs and tracing. A ? in text becomes a space.
//
//go:noinline
func (q *QueryOf[P]) Comment(text string) *QueryOf[P] {
	q.q.data().comment = text
	return q
}

// ReadOnly reads rows without tracking their changes. That saves time, and 8 bytes for each column of a row. Save
// of such a row is an error until Refresh reads it again, and Changed returns nil. Delete and writes through
// relations work.
//
//go:noinline
func (q *QueryOf[P]) ReadOnly() *QueryOf[P] {
	q.q.data().readOnly = true
	return q
}

// Unconditional allows an Update or Delete without a condition. Such a call changes every row of the table.
//
//go:noinline
func (q *QueryOf[P]) Unconditional() *QueryOf[P] {
	q.q.data().meant = true
	return q
}

// GroupLimit keeps the first n related rows of each parent. Their order is GroupOrderBy's, else OrderBy's, else the
// latest first by primary key.
//
// In a scope of a to-many relation it is one statement with a window function. On the Query of a single parent it
// is a LIMIT. If n < 1, or the relation is a to-one relation, or the query does not belong to a relation, it is an
// error.
//
//go:noinline
func (q *QueryOf[P]) GroupLimit(n int) *QueryOf[P] {
	data := q.q.data()
	if n < 1 {
		data.fail(wrong(nil, "lucid: %s: GroupLimit(%d): a group limit is 1 or more", data.model.name, n))
		return q
	}
	data.groupLimit = &n
	return q
}

// GroupOrderBy orders the rows of each parent, for GroupLimit. dir is "asc" (the default) or "desc"; anything else
// is ErrInvalidOperator. Without GroupLimit it is an error.
//
//go:noinline
func (q *QueryOf[P]) GroupOrderBy(column string, dir ...string) *QueryOf[P] {
	data := q.q.data()
	if t, ok := data.orderTerm("GroupOrderBy", column, dir); ok {
		data.groupOrder = append(data.groupOrder, t)
	}
	return q
}

// PivotColumns also selects these columns of the pivot table, as extras named pivot_<name>. Outside a scope or a
// Query of a many-to-many relation it is an error.
//
//go:noinline
func (q *QueryOf[P]) PivotColumns(names ...string) *QueryOf[P] {
	data := q.q.data()
	data.pivots = append(data.pivots, names...)
	return q
}
