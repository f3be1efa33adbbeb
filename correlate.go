package lucid

import (
	"slices"
)

// correlated is the related rows of the row that the outer query is at: a subquery for Has and for
// aggregates. It refers to the outer query's own use of its table, so that self relations nest to
// any depth. What does not change which rows there are is left out.
func (u use) correlated(outer *query) *query {
	q := u.rel.query(outer.s, outer.path+"."+u.rel.name)
	q.scoped(u.scopes)
	bare := q.unordered()
	bare.needs, bare.beside = nil, nil
	for i, e := range bare.partition {
		bare.guard = append(bare.guard, term{cond: compare{e, "=", ref{outer.main, u.rel.near[i].name}}})
	}
	return bare
}

// useOf is a relation as a use, or why it cannot be used.
func useOf[T any](r Relation[T], m *model) (use, error) {
	if isNil(r) {
		return use{}, wrong(nil, "lucid: %s: the relation is nil", m.name)
	}
	u := r.relationOf(nil)
	return u, u.rel.ready(m.typ)
}

// usesFor is relations as uses, of a relation that is there twice only the later.
func usesFor[T any](rels []Relation[T], m *model) ([]use, error) {
	var uses []use
	for _, r := range rels {
		u, err := useOf(r, m)
		if err != nil {
			return nil, err
		}
		uses = slices.DeleteFunc(uses, func(old use) bool { return old.rel == u.rel })
		uses = append(uses, u)
	}
	return uses, nil
}
