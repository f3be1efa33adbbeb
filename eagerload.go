package lucid

import (
	"fmt"
	"slices"
)

// eagerLoad is one relation of one level: the statement that loads it, and the places of its rows.
type eagerLoad struct {
	matching
	scopes  []scopeFunc
	top     bool // its parents are the rows that the load started with
	parents []row
	group   []int  // the group of each parent; -1 if its key is NULL
	parts   []key  // room for one key
	q       *query // nil if no parent has a key
	rows    []row
	split   *splitRows // nil if one statement loads everything
}

// prepare collects the parents' keys and shapes the query that finds their rows.
func (j *eagerLoad) prepare(s *session, lazy bool) error {
	j.ints, j.byKey, j.group = map[int64]int{}, map[key]int{}, make([]int, len(j.parents))
	for i, p := range j.parents {
		if err := j.addParent(i, p); err != nil {
			return err
		}
	}
	if j.set.len() == 0 {
		return nil
	}
	j.q = j.rel.query(s, j.path)
	j.q.scoped(j.scopes)
	j.q.parents = j.set.len()
	if (j.q.limit != nil || j.q.offset > 0) && (!lazy || !j.top || j.set.len() > 1) {
		return wrong(nil, "lucid: preload %s: a Limit or Offset would cut the rows of all parents together: use GroupLimit",
			j.path)
	}
	return j.q.err
}

func (j *eagerLoad) addParent(i int, p row) error {
	if err := j.rel.present(p); err != nil {
		return err
	}
	parts, err := j.rel.sourceKeyOf(p, j.parts[:0])
	if err != nil {
		return err
	}
	if parts == nil {
		j.group[i] = -1
		return nil
	}
	j.parts = parts
	if j.rel.kind != "BelongsTo" && !j.rel.parent.row(p).IsPersisted() && zeroKey(parts) {
		return wrong(ErrNotPersisted, "lucid: preload %s: the %s is not in the database and has no key: save it first",
			j.path, j.rel.parent.name)
	}
	g, known := j.grouped(joinKeys(parts))
	if !known {
		j.set.add(parts, j.rel.binds)
	}
	j.group[i] = g
	return nil
}

// statement returns the statement that reads the related rows of some parents.
func (j *eagerLoad) statement(d *dialect, chunk keySet) (*statement, func(r rows) error, error) {
	q := j.q.clone()
	q.guard = append(q.guard, term{cond: inKeys{left: q.partition, keys: chunk}})
	st, p, err := q.compile(d)
	return st, func(r rows) error { return j.take(p, r) }, err
}

// take reads the rows of one statement and their keys.
func (j *eagerLoad) take(p *scanPlan, r rows) error {
	read, err := p.read(r)
	if err != nil {
		return err
	}
	targets := make([]target, len(j.rel.targetKey))
	for i, name := range j.rel.targetNames() {
		t, ok := p.find(name)
		if !ok {
			return wrong(ErrMissingKey, "lucid: preload %s: column %q was not read", j.path, name)
		}
		targets[i] = t
	}
	parts := make([]key, len(targets))
	j.found = slices.Grow(j.found, len(read))
	for _, one := range read {
		for i, t := range targets {
			if parts[i], err = t.key(p.model, one, j.rel.asUUID); err != nil {
				return fmt.Errorf("column %q: %w", t.name, err)
			}
		}
		j.met(joinKeys(parts))
	}
	if j.rows == nil {
		j.rows = read
	} else {
		j.rows = append(j.rows, read...)
	}
	return nil
}

// give puts each parent's rows into its relation, in the order in which they were read.
func (j *eagerLoad) give() {
	lists := j.lists()
	given := make([]bool, len(lists))
	set := setter{rel: j.rel}
	for i, p := range j.parents {
		g := j.group[i]
		if g < 0 {
			set.rows(p, nil)
			continue
		}
		list := lists[g]
		if given[g] && !j.rel.one {
			list = slices.Clone(list) // parents with one key share rows, but no array
		}
		given[g] = true
		set.rows(p, list)
	}
}

// lists returns the rows of each group. All lists are parts of one array.
func (j *eagerLoad) lists() [][]row {
	counts := make([]int, len(j.keys))
	total := 0
	j.each(func(g int, _ row) { counts[g]++; total++ })
	all := make([]row, total)
	lists := make([][]row, len(j.keys))
	at := 0
	for g, n := range counts {
		lists[g] = all[at : at : at+n]
		at += n
	}
	j.each(func(g int, p row) { lists[g] = append(lists[g], p) })
	return lists
}

// each calls visit for every row, with each group that the row belongs to.
func (j *eagerLoad) each(visit func(g int, p row)) {
	for i, p := range j.rows {
		if g := j.found[i]; g >= 0 {
			visit(int(g), p)
		}
		if j.alias == nil {
			continue
		}
		for _, g := range j.alias[j.keyOf(i)] {
			visit(g, p)
		}
	}
}

// setter gives related rows to parents. Rows that were read together share one state. setter keeps it that way.
type setter struct {
	rel      *relation
	old, new *state
}

func (s *setter) rows(p row, list []row) {
	r := s.rel
	if list == nil {
		list = []row{}
	}
	if !r.hasField {
		s.keep(p, list)
		return
	}
	if r.one {
		*fieldAt[row](p, r.field.offset) = firstOf(list)
	} else {
		*fieldAt[[]row](p, r.field.offset) = list
	}
	inner := r.parent.row(p)
	if inner.state != s.old || s.new == nil {
		s.old, s.new = inner.state, inner.state.with(r)
	}
	inner.state = s.new
}

// keep stores rows inside the Model, for a relation without a field.
func (s *setter) keep(p row, list []row) {
	r := s.rel
	inner := r.parent.row(p)
	next := inner.state.with(r)
	next.related = slices.Clone(next.related)
	for len(next.related) <= r.slot {
		next.related = append(next.related, nil)
	}
	if r.one {
		next.related[r.slot] = firstOf(list)
	} else {
		next.related[r.slot] = list
	}
	inner.state = next
}

func firstOf(list []row) row {
	if len(list) == 0 {
		return row{}
	}
	return list[0]
}

// with returns a new state in which a relation is loaded.
func (st *state) with(r *relation) *state {
	next := &state{}
	if st != nil {
		*next = *st
	}
	next.loaded |= 1 << r.slot
	return next
}
