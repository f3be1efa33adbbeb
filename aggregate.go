package lucid

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Aggregate is a value computed over related rows of P. A relation's Count, Sum, Avg, Min, Max and Exists make one.
// The zero value is an error when it is used.
//
// The method is on [AggregateOf]: write Aggregate[User], read AggregateOf.
type Aggregate[P any] = AggregateOf[*P]

// AggregateOf has the method of [Aggregate]: Aggregate[User] is AggregateOf[*User].
type AggregateOf[P any] struct{ a *aggregate }

// As names the result. The default names are such as posts_count, posts_sum_likes and posts_exists.
//
//go:noinline
func (a AggregateOf[P]) As(name string) AggregateOf[P] {
	return AggregateOf[P]{a.a.called(name)}
}

// WithCount adds the number of related rows as an extra. The name is such as posts_count; As changes it. Scopes of
// a relation narrow the rows that count; WithCount ignores their order, limit and preloads. It is a subquery of the
// same statement:
//
//	SELECT users.…, (SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) AS posts_count FROM users
//
// The query still reads the model's columns. If a field is tagged extra and has the result's name, the value fills
// that field. If the name is a column of the model, or two results have the same name, the finishing call returns
// an error.
//
//go:noinline
func (q *QueryOf[P]) WithCount(rels ...RelationOf[P]) *QueryOf[P] {
	q.q.data().computeAll(countsOf(relationsIn(rels)))
	return q
}

// WithAggregate adds aggregates of related rows as extras. The name is such as posts_sum_likes; As changes it. If
// there are no related rows, Count is 0, Exists is false, and every other aggregate is NULL. Statement and errors
// are as in WithCount.
//
//go:noinline
func (q *QueryOf[P]) WithAggregate(aggs ...AggregateOf[P]) *QueryOf[P] {
	q.q.data().computeAll(aggregatesOf(aggs))
	return q
}

// aggregate is an Aggregate without its type.
type aggregate struct {
	scopedRelation
	function string // "count", "sum", "avg", "min", "max", "exists"
	column   string
}

// countsOf returns the counts of relations.
func countsOf(uses []scopedRelation) []aggregate {
	aggs := make([]aggregate, len(uses))
	for i, u := range uses {
		aggs[i] = aggregate{scopedRelation: u, function: "count"}
	}
	return aggs
}

// aggregatesOf takes the type off aggregates.
func aggregatesOf[P any](aggs []AggregateOf[P]) []aggregate {
	out := make([]aggregate, len(aggs))
	for i, a := range aggs {
		if a.a != nil {
			out[i] = *a.a
		}
	}
	return out
}

func (a aggregate) ready(m *model) error {
	if a.rel == nil && a.function == "" {
		return wrong(nil, "lucid: %s: an empty Aggregate: make it with a relation's Count, Sum, Avg, Min, Max or Exists",
			m.name)
	}
	return a.scopedRelation.ready(m)
}

// called returns the aggregate with another name for its result.
func (a *aggregate) called(name string) *aggregate {
	var named aggregate
	if a != nil {
		named = *a
	}
	named.as = name
	return &named
}

// name returns the name of the result.
func (a aggregate) name() string {
	if a.as != "" {
		return a.as
	}
	name := snake(a.rel.name) + "_" + a.function
	if a.column != "" {
		name += "_" + strings.ReplaceAll(a.column, ".", "_")
	}
	return name
}

// computeAll adds aggregates to the select list.
func (q *query) computeAll(aggs []aggregate) {
	for _, a := range aggs {
		if err := a.ready(q.model); err != nil {
			q.fail(err)
			return
		}
		q.compute(a)
	}
}

// compute adds an aggregate to the select list.
func (q *query) compute(a aggregate) {
	name := a.name()
	switch {
	case q.model.byName[name] != nil:
		q.fail(wrong(nil, "lucid: %s: %s has a column %q: give the result another name with As",
			a.rel.title(), q.model.name, name))
		return
	case slices.ContainsFunc(q.computed, func(it item) bool { return it.as == name }):
		q.fail(wrong(nil, "lucid: %s: two results are called %q: give one another name with As", a.rel.title(), name))
		return
	}
	it, err := a.item(q, name)
	if err != nil {
		q.fail(err)
		return
	}
	q.computed = append(q.computed, it)
}

// item returns the aggregate as an entry of the outer query's select list.
func (a aggregate) item(outer *query, name string) (item, error) {
	inner := a.correlated(outer)
	switch {
	case inner.err != nil:
		return item{}, inner.err
	case a.function == "exists":
		return item{expr: exists{q: inner}, as: name, conv: toBool, firm: true}, nil
	case len(inner.groupBy) > 0 || inner.distinct:
		return item{}, wrong(nil, "lucid: %s: the scope merges rows, and one value cannot be computed over them then: "+
			"leave GroupBy and Distinct out", a.rel.title())
	case a.function == "count":
		return item{expr: computed{inner, countAll}, as: name, conv: toInt, firm: true}, nil
	}
	k := inner.kindOf(a.column)
	of := item{expr: aggregateOf{strings.ToUpper(a.function), named(a.column), k}}
	conv := func(v any) (any, error) { return aggregated(v, k, a.function == "avg") }
	firm := a.function != "avg" && (a.function != "sum" || k == kindInt)
	return item{expr: computed{inner, of}, as: name, conv: conv, firm: firm}, nil
}

func toBool(v any) (any, error) { return convert[bool](v) }

func toInt(v any) (any, error) { return convert[int64](v) }

// loadAggregates computes aggregates for rows that the caller has, in one statement for all of them.
func loadAggregates(ctx context.Context, ex Executor, m *model, rows []row, aggs []aggregate) error {
	s := sessionOf(ex)
	if s == nil {
		return wrong(nil, "lucid: load %s: the executor is nil: pass a *DB or a *Tx", m.name)
	}
	q := newQuery(s, m)
	for _, a := range aggs {
		if err := a.ready(m); err != nil {
			return err
		}
		q.compute(a)
	}
	set, groups, err := m.rowKeys(rows)
	if err == nil {
		err = q.err
	}
	if err != nil || len(rows) == 0 || len(aggs) == 0 {
		return err
	}
	d, err := q.start(ctx, "LoadAggregate")
	if err != nil {
		return err
	}
	q.readOnly, q.trashed = true, withTrashed
	var left []expr
	for _, c := range m.key {
		q.selects = append(q.selects, selection{column: c.name})
		left = append(left, ref{q.main, c.name})
	}
	var found []row
	for _, chunk := range set.chunks(d) {
		part := q.clone()
		part.guard = append(part.guard, term{cond: inKeys{left: left, keys: chunk}})
		read, err := part.fetch(ctx, d)
		if err != nil {
			return err
		}
		found = append(found, read...)
	}
	return m.takeExtras(found, groups, q.computed)
}

// rowKeys returns the primary keys of rows, and for each key the rows that have it.
func (m *model) rowKeys(rows []row) (set keySet, groups map[key][]row, err error) {
	groups = map[key][]row{}
	if len(m.key) == 0 {
		return set, nil, wrong(ErrMissingKey, "lucid: %s has no primary key to load aggregates by: "+
			"tag a field with db:\",pk\"", m.name)
	}
	for i, p := range rows {
		if p.isNil() {
			return set, nil, wrong(nil, "lucid: load %s: row %d is nil", m.name, i)
		}
		if !m.row(p).IsPersisted() {
			return set, nil, wrong(ErrNotPersisted, "lucid: load %s: row %d is not in the database: save it first", m.name, i)
		}
		parts, err := m.rowKey(p)
		if err != nil {
			return set, nil, err
		}
		k := joinKeys(parts)
		if groups[k] == nil {
			set.add(parts, m.key)
		}
		groups[k] = append(groups[k], p)
	}
	return set, groups, nil
}

// rowKey returns the primary key of the row at p.
func (m *model) rowKey(p row) ([]key, error) {
	parts := make([]key, len(m.key))
	for i, c := range m.key {
		if st := m.row(p).state; st != nil && st.read != nil && !st.read.has[c.index] {
			return nil, wrong(ErrMissingKey, "lucid: load %s: the row was read without its key: add column %q to Select",
				m.name, c.name)
		}
		k, err := c.readKey(p, c.kind == kindUUID)
		if err != nil {
			return nil, failed(fmt.Sprintf("load %s: key %q", m.name, c.name), err)
		}
		parts[i] = k
	}
	return parts, nil
}

// takeExtras copies computed values from the rows found to the rows of the caller.
func (m *model) takeExtras(found []row, groups map[key][]row, computed []item) error {
	for _, src := range found {
		parts, err := m.rowKey(src)
		if err != nil {
			return err
		}
		for _, dst := range groups[joinKeys(parts)] {
			for _, it := range computed {
				if c := m.extras[it.as]; c != nil {
					c.pointer(dst).Elem().Set(c.pointer(src).Elem())
				}
			}
			m.row(dst).state = m.row(dst).state.withExtras(m.row(src).state)
		}
	}
	return nil
}

// withExtras returns a new state that also has the extras of another. If both have an extra, the other's value
// counts.
func (st *state) withExtras(from *state) *state {
	if from == nil || from.extras == nil {
		return st
	}
	next := *st
	var names []string
	if st.extras != nil {
		names = slices.Clone(st.extras.names)
	}
	next.values = slices.Clone(st.values)
	for i, name := range from.extras.names {
		at := slices.Index(names, name)
		if at < 0 {
			at = len(names)
			names, next.values = append(names, name), append(next.values, nil)
		}
		next.values[at] = from.values[i]
	}
	next.extras = &extraSet{names}
	return &next
}
