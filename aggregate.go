package lucid

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Aggregate is a value computed over a relation of P: a descriptor's Count, Sum, Avg, Min, Max or
// Exists. The zero value is an error where it is used.
type Aggregate[P any] = AggregateOf[*P]

// AggregateOf is what [Aggregate] is an alias of, over the pointer to the model.
type AggregateOf[P any] struct{ a *aggregate }

// As names the result; by default it is posts_count, posts_sum_likes, posts_exists.
//
//go:noinline
func (a AggregateOf[P]) As(name string) AggregateOf[P] {
	return AggregateOf[P]{a.a.called(name)}
}

// WithCount adds the number of related rows as an extra, by default posts_count; As names it. Scopes
// narrow which rows count; what they order, limit or preload is ignored. It is a part of the same
// statement:
//
//	SELECT users.…, (SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) AS posts_count FROM users
//
// The model's columns stay selected. A field tagged extra with the result's name receives it. A name
// that is a column of the model's, or is there twice, is an error of the finishing call.
//
//go:noinline
func (q *QueryOf[P]) WithCount(rels ...RelationOf[P]) *QueryOf[P] {
	q.q.data().computeAll(countsOf(usesIn(rels)))
	return q
}

// WithAggregate adds aggregates of related rows as extras, by default posts_sum_likes. The count of
// none is 0, whether there are none false, and every other aggregate of none NULL.
//
//go:noinline
func (q *QueryOf[P]) WithAggregate(aggs ...AggregateOf[P]) *QueryOf[P] {
	q.q.data().computeAll(aggregatesOf(aggs))
	return q
}

// aggregate is an Aggregate without its type.
type aggregate struct {
	use
	function string // "count", "sum", "avg", "min", "max", "exists"
	column   string
}

// countsOf is the counts of relations.
func countsOf(uses []use) []aggregate {
	aggs := make([]aggregate, len(uses))
	for i, u := range uses {
		aggs[i] = aggregate{use: u, function: "count"}
	}
	return aggs
}

// aggregatesOf is aggregates without their type.
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
		return wrong(nil, "lucid: %s: an empty Aggregate: make it with a relation's Count, Sum, Avg, Min, Max or Exists", m.name)
	}
	return a.use.ready(m)
}

// called is the aggregate with another name for its result.
func (a *aggregate) called(name string) *aggregate {
	var named aggregate
	if a != nil {
		named = *a
	}
	named.as = name
	return &named
}

// name is what the result is called.
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
		q.fail(wrong(nil, "lucid: %s: %s has a column %q: give the result another name with As", a.rel.title(), q.model.name, name))
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

// item is the aggregate as an entry of the outer query's select list.
func (a aggregate) item(outer *query, name string) (item, error) {
	inner := a.correlated(outer)
	switch {
	case inner.err != nil:
		return item{}, inner.err
	case a.function == "exists":
		return item{expr: exists{q: inner}, as: name, conv: toBool, firm: true}, nil
	case len(inner.groupBy) > 0 || inner.distinct:
		return item{}, wrong(nil, "lucid: %s: the scope merges rows, and one value cannot be computed over them then: leave GroupBy and Distinct out", a.rel.title())
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

// loadAggregates computes aggregates for rows already read: one statement for all of them.
func loadAggregates(ctx context.Context, ex Executor, m *model, rows []row, aggs []aggregate) error {
	s := sessionOf(ex)
	if s == nil {
		return wrong(nil, "lucid: load %s: the executor is nil: pass a *DB or a *Tx", m.name)
	}
	q := newQuery(s, m)
	q.computeAll(aggs)
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

// rowKeys is the primary keys of rows, and the rows that have each.
func (m *model) rowKeys(rows []row) (set keySet, groups map[key][]row, err error) {
	groups = map[key][]row{}
	if len(m.key) == 0 {
		return set, nil, wrong(ErrMissingKey, "lucid: %s has no primary key to load aggregates by: tag a field with db:\",pk\"", m.name)
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

// rowKey is the primary key of the row at p.
func (m *model) rowKey(p row) ([]key, error) {
	parts := make([]key, len(m.key))
	for i, c := range m.key {
		if st := m.row(p).state; st != nil && st.read != nil && !st.read.has[c.index] {
			return nil, wrong(ErrMissingKey, "lucid: load %s: the row was read without its key: add column %q to Select", m.name, c.name)
		}
		k, err := c.readKey(p, c.kind == kindUUID)
		if err != nil {
			return nil, failed(fmt.Sprintf("load %s: key %q", m.name, c.name), err)
		}
		parts[i] = k
	}
	return parts, nil
}

// takeExtras copies what was computed from the rows found to those that the caller has.
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

// withExtras is a new state that also has the extras of another; those take the place of its own.
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
