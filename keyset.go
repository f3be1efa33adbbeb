package lucid

import (
	"slices"
	"strings"
)

// A keyset is the place of a row in an order of columns: the place where the next page begins. With it a page is
// cheap however far it is from the first, and correct while rows come and go.

// keysetTerm is one column of the order. It belongs to the model, or to the pivot or through table, or is computed
// over a relation.
type keysetTerm struct {
	expr expr
	name string  // its name in the result
	col  *column // nil if it is an extra
	null bool    // it can be NULL
	desc bool
}

// value returns what the row at p has in the term's column.
func (t keysetTerm) value(m *model, p row) (any, error) {
	if t.col != nil {
		return plain(t.col.value(p))
	}
	st := m.row(p).state
	if st.extras != nil {
		if i := slices.Index(st.extras.names, t.name); i >= 0 {
			return plain(st.values[i])
		}
	}
	return nil, wrong(ErrMissingKey, "lucid: %s: %q was not read", m.name, t.name)
}

// keyset returns the query's order, followed by the primary key, so that no two rows have the same place. It
// returns false if the order has anything else than columns.
func (q *query) keyset() ([]keysetTerm, bool) {
	own := 0 // joins of the relation itself
	if q.middle != nil {
		own = 1
	}
	if q.distinct || len(q.groupBy) > 0 || q.groupLimit != nil || len(q.model.key) == 0 || len(q.joins) > own {
		return nil, false
	}
	var terms []keysetTerm
	add := func(t keysetTerm) {
		if !slices.ContainsFunc(terms, func(other keysetTerm) bool { return other.name == t.name }) {
			terms = append(terms, t)
		}
	}
	for _, o := range q.order {
		name, ok := o.expr.(named)
		if !ok {
			return nil, false
		}
		t, ok := q.keysetTerm(string(name))
		if !ok || slices.ContainsFunc(q.selects, func(sel selection) bool { return sel.as == t.name }) {
			return nil, false // or another value has the column's place in the row
		}
		t.desc = o.desc
		add(t)
	}
	for _, c := range q.model.key {
		add(keysetTerm{expr: ref{q.main, c.name}, name: c.name, col: c})
	}
	if q.middle != nil && q.parents != 1 { // a row stands once for each parent
		for _, e := range q.partition {
			add(q.middleTerm(e.(ref).name))
		}
	}
	return terms, true
}

// exact reports whether every term's value comes back from the database as the database compares it. That may not
// hold for a time that is stored as text, a float, and a text of an enumeration.
func exact(terms []keysetTerm, d *dialect) bool {
	return !slices.ContainsFunc(terms, func(t keysetTerm) bool {
		if t.col == nil {
			return true
		}
		switch t.col.kind {
		case kindInt, kindBool, kindUUID:
			return false
		case kindTime:
			return d.textTimes
		}
		return t.col.kind != kindString || !t.col.pk
	})
}

// keysetTerm returns the term of a column as a user writes it. A value computed over a relation can be a term if it
// comes back as the database compares it. An average may not.
func (q *query) keysetTerm(name string) (keysetTerm, bool) {
	own := strings.TrimPrefix(name, q.main.table+".")
	if c := q.model.byName[own]; c != nil {
		return keysetTerm{expr: ref{q.main, own}, name: own, col: c, null: c.null}, true
	}
	if i := slices.IndexFunc(q.computed, func(it item) bool { return it.as == name }); i >= 0 {
		it := q.computed[i]
		return keysetTerm{expr: fragment{"(", it.expr, ")"}, name: name, col: q.model.extras[name], null: true}, it.firm
	}
	if q.middle == nil || !strings.HasPrefix(name, q.middle.prefix+".") {
		return keysetTerm{}, false
	}
	t := q.middleTerm(strings.TrimPrefix(name, q.middle.prefix+"."))
	t.null = true
	return t, q.middle.has(t.expr.(ref).name)
}

func (q *query) middleTerm(column string) keysetTerm {
	name := q.middle.prefix + "_" + column
	return keysetTerm{expr: ref{q.middle, column}, name: name, col: q.model.extras[name]}
}

// ordered gives the query the terms' order, and makes it read their columns.
func (q *query) ordered(terms []keysetTerm) {
	q.order = make([]orderTerm, len(terms))
	for i, t := range terms {
		q.order[i] = orderTerm{expr: t.expr, desc: t.desc}
		column, ok := t.expr.(ref)
		switch {
		case !ok: // it is computed, and so it is selected
			q.order[i].expr = named(t.name)
		case column.src == q.main:
			q.needs = append(q.needs, t.name)
		case !slices.ContainsFunc(q.extraItems, func(it item) bool { return it.as == t.name }):
			q.extraItems = append(q.extraItems, item{expr: t.expr, as: t.name})
		}
	}
}

// reversed returns the order backwards.
func reversed(terms []keysetTerm) []keysetTerm {
	out := slices.Clone(terms)
	for i := range out {
		out[i].desc = !out[i].desc
	}
	return out
}

// placeOf returns the place of the row at p in the order.
func (q *query) placeOf(terms []keysetTerm, p row) ([]any, error) {
	values := make([]any, len(terms))
	for i, t := range terms {
		v, err := t.value(q.model, p)
		if err != nil {
			return nil, failed(q.path+": column "+t.name, err)
		}
		values[i] = v
	}
	return values, nil
}

// after returns the condition of the rows that follow a place:
//
//	(a > x) OR (a = x AND b > y) OR …
//
// NULLs stand at the end that the database gives them.
func after(terms []keysetTerm, place []any, d *dialect) cond {
	var alternatives group
	var equal condList
	for i, t := range terms {
		v := place[i]
		if beyond := t.beyond(v, d); beyond != nil {
			alternatives = append(alternatives, term{cond: group(append(slices.Clip(equal), term{cond: beyond})), or: true})
		}
		same := cond(compare{t.expr, "=", value{v}})
		if v == nil {
			same = isNull{left: t.expr}
		}
		equal = append(equal, term{cond: same})
	}
	if len(alternatives) == 0 {
		return constant(false)
	}
	return alternatives
}

// beyond returns the condition of the values that come after v in the order; nil if there are none.
func (t keysetTerm) beyond(v any, d *dialect) cond {
	nullsAfter := d.nullsLast != t.desc
	switch {
	case v == nil && nullsAfter:
		return nil
	case v == nil:
		return isNull{t.expr, true}
	}
	op := ">"
	if t.desc {
		op = "<"
	}
	c := compare{t.expr, op, value{v}}
	if !nullsAfter || !t.null {
		return c
	}
	return group{{cond: c}, {cond: isNull{left: t.expr}, or: true}}
}
