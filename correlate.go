package lucid

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
