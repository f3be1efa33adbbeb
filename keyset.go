package lucid

import (
	"slices"
	"unsafe"
)

// A keyset is the place of a row in an order of columns: where the next page begins. It is what
// makes a page cheap however far it is, and right while rows come and go.

// keysetTerm is one column of the order.
type keysetTerm struct {
	col  *column
	desc bool
}

// keyset is the query's order with the primary key behind it, so that no two rows are in one place.
// The order consists of the model's columns.
func (q *query) keyset() []keysetTerm {
	var terms []keysetTerm
	has := func(c *column) bool {
		return slices.ContainsFunc(terms, func(t keysetTerm) bool { return t.col == c })
	}
	for _, t := range q.order {
		if c := q.model.byName[string(t.expr.(named))]; !has(c) {
			terms = append(terms, keysetTerm{c, t.desc})
		}
	}
	for _, c := range q.model.key {
		if !has(c) {
			terms = append(terms, keysetTerm{col: c})
		}
	}
	return terms
}

func (q *query) keysetOrder(terms []keysetTerm) []orderTerm {
	out := make([]orderTerm, len(terms))
	for i, t := range terms {
		out[i] = orderTerm{expr: ref{q.main, t.col.name}, desc: t.desc}
	}
	return out
}

// after is the condition of the rows that follow the one at p:
//
//	(a > x) OR (a = x AND b > y) OR …
//
// with NULLs where the database orders them.
func (q *query) after(terms []keysetTerm, p unsafe.Pointer, d *dialect) cond {
	var alternatives group
	var equal condList
	for _, t := range terms {
		left := ref{q.main, t.col.name}
		v, err := plain(t.col.value(p))
		if err != nil {
			return badCond{failed(q.path, err)}
		}
		if beyond := t.beyond(left, v, d); beyond != nil {
			alternatives = append(alternatives, term{cond: group(append(slices.Clip(equal), term{cond: beyond})), or: true})
		}
		same := cond(compare{left, "=", value{v}})
		if v == nil {
			same = isNull{left: left}
		}
		equal = append(equal, term{cond: same})
	}
	if len(alternatives) == 0 {
		return constant(false)
	}
	return alternatives
}

// beyond is the condition of the values that the order puts after v; nil where there are none.
func (t keysetTerm) beyond(left expr, v any, d *dialect) cond {
	nullsAfter := d.nullsLast != t.desc
	switch {
	case v == nil && nullsAfter:
		return nil
	case v == nil:
		return isNull{left, true}
	}
	op := ">"
	if t.desc {
		op = "<"
	}
	c := compare{left, op, value{v}}
	if !nullsAfter || !t.col.null {
		return c
	}
	return group{{cond: c}, {cond: isNull{left: left}, or: true}}
}

// badCond is a condition that could not be made.
type badCond struct{ err error }

func (c badCond) write(s sink) { s.fail(c.err) }
