package lucid

// correlated returns the subquery for Has and for aggregates: the related rows of the outer query's current row. It
// refers to the outer query's own use of its table, so self relations nest to any depth. It leaves out whatever
// does not change which rows there are.
func (u scopedRelation) correlated(outer *query) *query {
	q := u.rel.query(outer.s, outer.path+"."+u.rel.name)
	q.scoped(u.scopes)
	bare := q.unordered()
	bare.needs, bare.extraItems = nil, nil
	for i, e := range bare.partition {
		bare.guard = append(bare.guard, term{cond: compare{e, "=", ref{outer.main, u.rel.sourceKey[i].name}}})
	}
	return bare
}
