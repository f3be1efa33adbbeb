package lucid

import (
	"reflect"
	"unsafe"
)

// Typed filters over relations: conditions for Filter, And, Or and Not.

// related is the condition that a row has related rows for which conditions hold, or that it has none. The
// subquery is made where the condition is written, since only there it is known which row it is about.
type related struct {
	use
	conds condList
	not   bool
}

func (c related) write(s sink) {
	inner := c.correlatedTo(s.main())
	if inner.err != nil {
		s.fail(inner.err)
		return
	}
	if len(c.conds) > 0 {
		inner.groups = append(inner.groups, c.conds)
	}
	exists{inner, c.not}.write(s)
}

// filtered is the condition that a parent has related rows for which all of conds hold, or none.
func filtered[P, R any](u use, conds []Cond[R], not bool) Cond[P] {
	if err := u.rel.ready(reflect.TypeFor[P]()); err != nil {
		return Cond[P]{err: err}
	}
	c := related{use: u, not: not}
	for _, cond := range conds {
		inner, err := cond.parts()
		if err != nil {
			return Cond[P]{err: err}
		}
		c.conds = append(c.conds, term{cond: inner})
	}
	return Cond[P]{cond: c}
}

// isAny is the condition that one of the rows of a relation is one of those given.
func isAny[P, R any](rel *relation, rows []*R) Cond[P] {
	if err := rel.ready(reflect.TypeFor[P]()); err != nil {
		return Cond[P]{err: err}
	}
	c, err := rel.anyOf(pointers(rows))
	return Cond[P]{cond: c, err: err}
}

// anyOf compares the key that the parent itself holds, where that says all; else it looks for the rows.
func (r *relation) anyOf(rows []unsafe.Pointer) (cond, error) {
	held := r.kind == "BelongsTo" && r.onQuery == nil && r.related.trash == nil
	columns := r.related.key
	if held {
		columns = r.binds
	}
	if len(columns) == 0 {
		return nil, wrong(ErrMissingKey, "lucid: %s: %s has no primary key to compare by: tag a field with db:\",pk\"", r.title(), r.related.name)
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
		return inKeys{left: namedOf(r.near), keys: keys}, nil
	}
	return related{use: use{rel: r}, conds: condList{{cond: inKeys{left: namedOf(columns), keys: keys}}}}, nil
}

// givenKey is the key of a related row that the caller has.
func (r *relation) givenKey(columns []*column, i int, p unsafe.Pointer) ([]key, error) {
	if p == nil {
		return nil, wrong(nil, "lucid: %s: row %d is nil", r.title(), i)
	}
	if !r.related.row(p).IsPersisted() {
		return nil, wrong(ErrNotPersisted, "lucid: %s: row %d is not in the database: save it first", r.title(), i)
	}
	parts := make([]key, len(columns))
	st := r.related.row(p).state
	for j, c := range columns {
		if st.read != nil && !st.read.has[c.index] {
			return nil, wrong(ErrMissingKey, "lucid: %s: row %d was read without its key: add column %q of %s to Select", r.title(), i, c.name, r.related.name)
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

// namedOf is columns as users write them.
func namedOf(columns []*column) []expr {
	out := make([]expr, len(columns))
	for i, c := range columns {
		out[i] = named(c.name)
	}
	return out
}
