package lucid

// Typed filters over relations: conditions for Filter, And, Or and Not.

// related returns the condition that a row of a query has related rows that meet conditions, or that it has none.
// It makes the condition for that query, because it refers to the query's table.
func (u scopedRelation) related(outer *query, conds []func(inner *query) (cond, error), not bool) (cond, error) {
	inner := u.correlated(outer)
	var all condList
	for _, make := range conds {
		c, err := make(inner)
		if err != nil {
			return nil, err
		}
		all = append(all, term{cond: c})
	}
	if len(all) > 0 {
		inner.groups = append(inner.groups, all)
	}
	return exists{inner, not}, inner.err
}

// filtered returns the condition that a parent has related rows that meet all of conds, or that it has none.
func (u scopedRelation) filtered(conds []*condition, not bool) *condition {
	makers := make([]func(*query) (cond, error), len(conds))
	for i, c := range conds {
		makers[i] = c.of
	}
	return &condition{in: func(q *query) (cond, error) {
		if err := u.ready(q.model); err != nil {
			return nil, err
		}
		return u.related(q, makers, not)
	}}
}

// isAny returns the condition that one of the rows of a relation is one of the given rows.
func (u scopedRelation) isAny(rows []row) *condition {
	return &condition{in: func(q *query) (cond, error) {
		if err := u.ready(q.model); err != nil {
			return nil, err
		}
		return u.rel.anyOf(q, rows)
	}}
}

// anyOf compares the foreign key that the parent has, if that is enough. Otherwise it looks for the related rows.
func (r *relation) anyOf(q *query, rows []row) (cond, error) {
	held := r.kind == "BelongsTo" && r.onQuery == nil && r.related.trash == nil
	columns := r.related.key
	if held {
		columns = r.binds
	}
	if len(columns) == 0 {
		return nil, wrong(ErrMissingKey, "lucid: %s: %s has no primary key to compare by: tag a field with db:\",pk\"",
			r.title(), r.related.name)
	}
	var keys keySet
	for i, p := range rows {
		parts, err := r.givenKey(columns, i, p)
		if err != nil {
			return nil, err
		}
		keys.add(parts, columns)
	}
	if held {
		return inKeys{left: namedOf(r.sourceKey), keys: keys}, nil
	}
	one := func(*query) (cond, error) { return inKeys{left: namedOf(columns), keys: keys}, nil }
	return scopedRelation{rel: r}.related(q, []func(*query) (cond, error){one}, false)
}

// givenKey returns the key of a related row that the caller has.
func (r *relation) givenKey(columns []*column, i int, p row) ([]key, error) {
	if p.isNil() {
		return nil, wrong(nil, "lucid: %s: row %d is nil", r.title(), i)
	}
	if !r.related.row(p).IsPersisted() {
		return nil, wrong(ErrNotPersisted, "lucid: %s: row %d is not in the database: save it first", r.title(), i)
	}
	parts := make([]key, len(columns))
	st := r.related.row(p).state
	for j, c := range columns {
		if st.read != nil && !st.read.has[c.index] {
			return nil, wrong(ErrMissingKey, "lucid: %s: row %d was read without its key: add column %q of %s to Select",
				r.title(), i, c.name, r.related.name)
		}
		k, err := c.readKey(p, r.asUUID || c.kind == kindUUID)
		if err != nil {
			return nil, failed(r.title(), err)
		}
		if k.null() {
			return nil, wrong(ErrMissingKey, "lucid: %s: the key %q of row %d is NULL", r.title(), c.name, i)
		}
		parts[j] = k
	}
	return parts, nil
}

// namedOf returns columns in the form in which users write them.
func namedOf(columns []*column) []expr {
	out := make([]expr, len(columns))
	for i, c := range columns {
		out[i] = named(c.name)
	}
	return out
}
