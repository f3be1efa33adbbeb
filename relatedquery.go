package lucid

import (
	"reflect"
)

// relatedQuery returns a query on the related rows of some parents. The conditions that the user chains to it are a
// group of their own, as a scope's conditions are.
func relatedQuery(s *session, u scopedRelation, parent, related reflect.Type, parents []row) *query {
	r := u.rel
	if err := r.ready(parent); err != nil {
		q := newQuery(s, modelOf(related))
		q.fail(err)
		return q
	}
	q := r.query(s, r.title())
	q.scoped(u.scopes)
	var set keySet
	seen := map[key]bool{}
	for _, p := range parents {
		parts, err := r.ownKey(p)
		if err != nil {
			q.fail(err)
			return q
		}
		if k := joinKeys(parts); parts != nil && !seen[k] {
			seen[k] = true
			set.add(parts, r.binds)
		}
	}
	if len(parents) == 0 {
		q.fail(wrong(nil, "lucid: %s: Query needs a parent: without one it would be everybody's rows", r.title()))
	}
	q.parents = len(parents)
	q.needs, q.own = nil, true
	q.keepTo(set)
	q.single = r.one && len(parents) == 1
	return q
}

// ownKey returns the key of a parent for a query. The parent must be in the database.
func (r *relation) ownKey(p row) ([]key, error) {
	if p.isNil() {
		return nil, wrong(ErrNotPersisted, "lucid: %s: Query: a parent is nil", r.title())
	}
	if !r.parent.row(p).IsPersisted() {
		return nil, wrong(ErrNotPersisted, "lucid: %s: Query: the %s is not in the database: save it first",
			r.title(), r.parent.name)
	}
	if err := r.present(p); err != nil {
		return nil, err
	}
	return r.sourceKeyOf(p, nil)
}

// keepTo limits a relation's query to the parents with some keys: = for one key, IN for several.
func (q *query) keepTo(set keySet) {
	if set.len() != 1 {
		q.guard = append(q.guard, term{cond: inKeys{left: q.partition, keys: set}})
		return
	}
	for i, e := range q.partition {
		q.guard = append(q.guard, term{cond: compare{e, "=", value{set.row(0)[i]}}})
	}
}
