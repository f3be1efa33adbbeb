package lucid

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Update sets values on every row that matches, in one statement, and returns the number of rows. A value can be a
// *Query of one column. No hooks run, and preloads are ignored. On a relation's Query, Update changes the related
// rows of these parents.
//
// Update also sets columns tagged autoupdate to the time, and counts a version up, unless values has them. If the
// query has joins, a limit, an offset, GroupLimit, Distinct or GroupBy, a subquery chooses the rows by primary key.
//
// Without a condition and without a limit, Update returns an error: if you mean all rows, call Unconditional. Empty
// values, and a read-only column, are errors. A column that the model does not have is ErrUnknownColumn. Nothing is
// sent then.
//
//go:noinline
func (q *QueryOf[P]) Update(ctx context.Context, values Values) (int64, error) {
	data := q.q.data()
	set, err := data.assignments(values)
	if err != nil {
		return 0, err
	}
	return data.change(ctx, "Update", set)
}

// Increment adds by to a column of every row that matches, in one statement, and returns the number of rows. If by
// is not a number, it is an error. Everything else is as in Update.
//
//go:noinline
func (q *QueryOf[P]) Increment(ctx context.Context, column string, by any) (int64, error) {
	return q.q.data().step(ctx, "Increment", column, "+", by)
}

// Decrement subtracts by from a column. Everything else is as in Increment.
//
//go:noinline
func (q *QueryOf[P]) Decrement(ctx context.Context, column string, by any) (int64, error) {
	return q.q.data().step(ctx, "Decrement", column, "-", by)
}

// Delete deletes every row that matches, in one statement, and returns the number of rows. If the model has a
// column tagged softdelete, it sets that column instead. On a relation's Query it deletes the related rows, and no
// rows of a pivot table. Conditions, hooks and errors are as in Update.
//
//go:noinline
func (q *QueryOf[P]) Delete(ctx context.Context) (int64, error) {
	data := q.q.data()
	if data.model.trash == nil {
		return data.change(ctx, "Delete", nil)
	}
	return data.change(ctx, "Delete", []assignment{{data.model.trash.name, value{now()}}})
}

// assignments returns values sorted by name, so that equal updates have equal texts.
func (q *query) assignments(values Values) ([]assignment, error) {
	if q.err != nil {
		return nil, q.err
	}
	if len(values) == 0 {
		return nil, wrong(nil, "lucid: %s: Update without values", q.path)
	}
	var set []assignment
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := q.writable(name); err != nil {
			return nil, err
		}
		if sub, ok := values[name].(Subquery); ok {
			inner, err := q.oneColumn("Update", name, sub)
			if err != nil {
				return nil, err
			}
			set = append(set, assignment{name, subquery{inner}})
			continue
		}
		v, err := plain(values[name])
		if err != nil {
			return nil, failed(q.path+": Update "+name, err)
		}
		set = append(set, assignment{name, value{v}})
	}
	return set, nil
}

// writable returns an error if the column cannot be set.
func (q *query) writable(name string) error {
	if q.model.open {
		return nil
	}
	c := q.model.byName[name]
	if c == nil {
		return q.model.unknown(name)
	}
	if c.readonly {
		return wrong(nil, "lucid: %s: column %q is read-only", q.model.name, name)
	}
	return nil
}

func (q *query) step(ctx context.Context, verb, column, op string, by any) (int64, error) {
	if q.err != nil {
		return 0, q.err
	}
	if err := q.writable(column); err != nil {
		return 0, err
	}
	v, err := plain(by)
	if err != nil {
		return 0, failed(q.path+": "+verb+" "+column, err)
	}
	if !isNumber(v) {
		return 0, wrong(nil, "lucid: %s: %s(%q) takes a number, not a %T", q.path, verb, column, by)
	}
	return q.change(ctx, verb, []assignment{{column, compare{named(column), op, value{v}}}})
}

// isNumber reports whether a value can be added. For a type that the package does not know, it assumes so.
func isNumber(v any) bool {
	if v == nil {
		return false
	}
	k, _ := kindOf(reflect.TypeOf(v))
	return k == kindInt || k == kindFloat || k == kindOther
}

// change sends an UPDATE. If set is empty, it sends a DELETE.
func (q *query) change(ctx context.Context, verb string, set []assignment) (int64, error) {
	d, err := q.start(ctx, verb)
	if err != nil {
		return 0, err
	}
	st, err := q.changeStatement(d, verb, set)
	if err != nil {
		return 0, err
	}
	st.path = q.path
	n, err := q.s.exec(ctx, st)
	return n, failed(strings.ToLower(verb)+" "+q.path, err)
}

func (q *query) changeStatement(d *dialect, verb string, set []assignment) (*statement, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	s := &changeStmt{comment: q.comment, table: q.main, set: q.withAutomatic(set)}
	frame := q.frame()
	if len(q.groups)+len(q.where)+len(q.guard) == 0 && !q.meant && q.limit == nil {
		return nil, wrong(nil, "lucid: %s: %s without a condition would change every row: "+
			"call Unconditional where that is meant", q.path, verb)
	}
	if q.chosen() {
		return q.changeChosen(d, verb, s)
	}
	s.where = frame.where
	st, nested, err := q.s.changing(d, s)
	if err == nil && nested && d.changesBlind {
		return q.changeChosen(d, verb, s)
	}
	return st, err
}

// withAutomatic returns what an UPDATE sets, including the columns that every update sets.
func (q *query) withAutomatic(set []assignment) []assignment {
	if len(set) == 0 {
		return nil
	}
	set = slices.Clip(set)
	add := func(name string, e expr) {
		if !slices.ContainsFunc(set, func(a assignment) bool { return a.column == name }) {
			set = append(set, assignment{name, e})
		}
	}
	for _, c := range q.model.columns {
		switch {
		case c.autoupdate:
			add(c.name, value{now()})
		case c.version:
			add(c.name, compare{named(c.name), "+", value{1}})
		}
	}
	if q.touched != "" {
		add(q.touched, value{now()})
	}
	return set
}

// now is the time that the package writes. It has the precision that the databases keep.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// chosen reports whether something else than conditions on the table chooses the rows.
func (q *query) chosen() bool {
	return len(q.joins) > 0 || q.limit != nil || q.offset > 0 || q.groupLimit != nil || len(q.groupBy) > 0 || q.distinct
}

// changeChosen chooses the rows by primary key:
//
//	UPDATE skills SET … WHERE id IN (SELECT skills.id FROM skills INNER JOIN skill_user ON … WHERE …)
func (q *query) changeChosen(d *dialect, verb string, s *changeStmt) (*statement, error) {
	if len(q.model.key) == 0 {
		return nil, wrong(ErrMissingKey, "lucid: %s: %s chooses rows by primary key, and %s has none: "+
			"tag a field with db:\",pk\"", q.path, verb, q.model.name)
	}
	table := &source{table: q.model.table, model: q.model}
	keys := q.clone()
	keys.selects, keys.single, keys.computed = nil, false, nil
	in := inQuery{q: uncorrelated{keys}}
	for _, c := range q.model.key {
		keys.selects = append(keys.selects, selection{column: c.name})
		in.left = append(in.left, ref{table, c.name})
	}
	if d.changesBlind {
		in.q = uncorrelated{materialized{keys}}
	}
	where := []condList{{{cond: in}}}
	st, _, err := q.s.changing(d, &changeStmt{comment: s.comment, table: table, set: s.set, where: where})
	return st, err
}

// materialized is a query inside a derived table, so that a statement can choose rows from the table that it
// changes. DISTINCT keeps the optimizer from merging the two.
type materialized struct{ q *query }

func (m materialized) statement(d *dialect) (*selectStmt, error) {
	inner, err := m.q.statement(d)
	if err != nil {
		return nil, err
	}
	inner.distinct = inner.distinct || inner.limit == nil && len(inner.groupBy) == 0
	if inner.limit == nil {
		inner.order = nil
	}
	return behindTable(inner, "lucid_keys"), nil
}
