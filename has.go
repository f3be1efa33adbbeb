package lucid

import "strings"

// Has keeps rows that have related rows. Without counts it means at least one related row. With counts, the number
// of related rows must meet all of them. Scopes of rel narrow the rows that count; Has ignores their order, limit
// and preloads.
//
//	Has(UserPosts)                  EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id)
//	Has(UserPosts, Count(">", 2))   (SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) > 2
//	Has(UserPosts.With(Published))  EXISTS (SELECT 1 FROM posts WHERE (published = true) AND (posts.user_id = users.id))
//
// Has is part of the query's own statement. Count(">=", 1) and counts of the same meaning become EXISTS. An invalid
// operator of a count is ErrInvalidOperator of the finishing call.
//
//go:noinline
func (q *QueryOf[P]) Has(rel RelationOf[P], counts ...CountCond) *QueryOf[P] {
	q.q.data().has("Has", relationIn(rel), counts, false, false)
	return q
}

// OrHas is Has, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrHas(rel RelationOf[P], counts ...CountCond) *QueryOf[P] {
	q.q.data().has("OrHas", relationIn(rel), counts, false, true)
	return q
}

// DoesntHave negates Has. Without counts it keeps rows that have no related row.
//
//go:noinline
func (q *QueryOf[P]) DoesntHave(rel RelationOf[P], counts ...CountCond) *QueryOf[P] {
	q.q.data().has("DoesntHave", relationIn(rel), counts, true, false)
	return q
}

// OrDoesntHave is DoesntHave, joined by OR.
//
//go:noinline
func (q *QueryOf[P]) OrDoesntHave(rel RelationOf[P], counts ...CountCond) *QueryOf[P] {
	q.q.data().has("OrDoesntHave", relationIn(rel), counts, true, true)
	return q
}

// CountCond is a condition on the number of related rows, for Has and DoesntHave. [Count] makes one. The zero value
// is ErrInvalidOperator.
type CountCond struct {
	op string
	n  int
}

// Count makes a condition: the number of related rows compares with n by op. op is =, !=, <>, <, <=, > or >=. If op
// is another operator, the finishing call returns ErrInvalidOperator.
func Count(op string, n int) CountCond { return CountCond{op, n} }

// has adds the condition that a row has related rows, in the number that counts allow. If not is set, it negates
// the condition.
func (q *query) has(method string, u scopedRelation, counts []CountCond, not, or bool) {
	c, err := q.hasCond(method, u, counts)
	if not && err == nil {
		c = negated(c)
	}
	q.add(term{cond: c, or: or}, err)
}

func (q *query) hasCond(method string, u scopedRelation, counts []CountCond) (cond, error) {
	if err := u.ready(q.model); err != nil {
		return nil, err
	}
	inner := u.correlated(q)
	if inner.err != nil {
		return nil, inner.err
	}
	return hasCounts(q, u, inner, method, counts)
}

func hasCounts(q *query, u scopedRelation, inner *query, method string, counts []CountCond) (cond, error) {
	if len(counts) == 0 {
		return exists{q: inner}, nil
	}
	var all group
	c := counted{each: inner}
	some := false
	for _, count := range counts {
		one, err := count.on(inner, u.rel.title()+": "+method)
		if err != nil {
			return nil, err
		}
		all = append(all, term{cond: one})
		op := operators[strings.TrimSpace(count.op)]
		c.counts = append(c.counts, term{cond: compare{countAll.expr, op, value{count.n}}})
		some = some || count.some()
	}
	if _, plain := all[0].cond.(exists); plain && len(all) == 1 {
		return all[0].cond, nil
	}
	if some {
		c.groups, c.key = groupsOf(inner, c.counts), q.refs(u.rel.sourceKey)
	}
	if len(c.counts) > 1 {
		return group{{cond: c}}, nil
	}
	return c, nil
}

// refs returns columns of the query's own table as expressions.
func (q *query) refs(columns []*column) []expr {
	out := make([]expr, len(columns))
	for i, c := range columns {
		out[i] = ref{q.main, c.name}
	}
	return out
}

// groups selects the parents' keys that have an allowed number of related rows.
type groups struct {
	q      *query
	counts condList
}

func groupsOf(inner *query, counts condList) groups {
	all := inner.clone()
	all.guard = all.guard[:len(all.guard)-len(all.partition)] // what ties it to one row
	return groups{all, counts}
}

func (g groups) statement(d *dialect) (*selectStmt, error) {
	s, err := g.q.statement(d)
	if err != nil {
		return nil, err
	}
	s.items, s.hidden, s.order = nil, nil, nil
	for _, e := range g.q.partition {
		s.items = append(s.items, item{expr: e})
	}
	s.groupBy, s.having = g.q.partition, g.counts
	return s, nil
}

// writeKey writes the statement key of the groups.
func (g groups) writeKey(s *keyWriter) {
	s.query(g.q, true, nil)
	s.conds(g.counts)
}

// negated returns the condition that c does not hold.
func negated(c cond) cond {
	if e, ok := c.(exists); ok {
		return exists{e.q, !e.not}
	}
	if n, ok := c.(counted); ok { // NOT IN would leave out rows whose key is NULL
		n.groups = nil
		c = n
	}
	if g, ok := c.(group); ok {
		if n, counts := g[0].cond.(counted); counts {
			n.groups = nil
			c = group{{cond: n}}
		}
	} else {
		c = group{{cond: c}}
	}
	return condList{{cond: c, not: true}}
}

// some reports whether the condition is one of >, >= and =, and excludes the number 0.
func (c CountCond) some() bool {
	switch strings.TrimSpace(c.op) {
	case ">":
		return c.n >= 0
	case ">=", "=":
		return c.n >= 1
	}
	return false
}

// on makes the condition on the number of rows of a query.
func (c CountCond) on(inner *query, where string) (cond, error) {
	op, ok := operators[strings.TrimSpace(c.op)]
	if !ok {
		return nil, wrong(ErrInvalidOperator, "lucid: %s: Count(%q): invalid operator: use one of =, !=, <>, <, <=, >, >=",
			where, c.op)
	}
	switch (CountCond{op, c.n}) {
	case CountCond{">=", 1}, CountCond{">", 0}, CountCond{"<>", 0}:
		return exists{q: inner}, nil
	case CountCond{"=", 0}, CountCond{"<", 1}, CountCond{"<=", 0}:
		return exists{inner, true}, nil
	}
	if len(inner.groupBy) > 0 || inner.distinct {
		return nil, wrong(nil, "lucid: %s: the scope merges rows, which cannot be counted then: "+
			"leave GroupBy and Distinct out", where)
	}
	return compare{computed{inner, countAll}, op, value{c.n}}, nil
}
