package lucid

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
)

// SyncResult lists the related ids whose pivot rows Sync inserted, updated and deleted. An id has the type of the
// related model's key field; a composite id is a Key. A list without ids is nil.
type SyncResult struct{ Attached, Updated, Detached []any }

// syncMode says what happens to existing pivot rows.
type syncMode struct {
	verb   string
	detach bool // delete the rows of ids that were not given
	toggle bool // delete the rows of ids that were given
}

// sync makes the parent's pivot rows match ids. It locks the parent's row. So if two calls run at once, the later
// one sees everything that the earlier one did.
func (r *relation) sync(ctx context.Context, ex Executor, mode syncMode, parentType reflect.Type, parent row,
	ids []any) (SyncResult, error) {
	var out SyncResult
	w, list, err := r.pivotCall(ctx, ex, mode.verb, parentType, parent, ids)
	if err != nil || len(list) == 0 && !mode.detach {
		return out, err
	}
	list = lastOfEach(list)
	err = w.s.write(ctx, true, w.kept(list), func(s *session) error {
		out, err = w.sync(ctx, s, mode, list)
		return err
	})
	if err != nil {
		return SyncResult{}, err
	}
	return out, nil
}

func (w *pivoting) sync(ctx context.Context, s *session, mode syncMode, ids []pivotID) (SyncResult, error) {
	only := ids
	if mode.detach {
		only = nil
	}
	there, err := w.existing(ctx, s, true, only, ids)
	if err != nil {
		return SyncResult{}, err
	}
	out, todo := w.compare(there, mode, ids)
	sts, err := w.changes(s, todo.gone, nil)
	if err != nil {
		return out, err
	}
	for _, c := range todo.changes {
		more, err := w.updates(s, c.ids, c.values)
		if err != nil {
			return out, err
		}
		sts = append(sts, more...)
	}
	more, carry, err := w.inserts(s, todo.fresh)
	if err != nil {
		return out, err
	}
	if err = s.execLast(ctx, w.why.what(), append(sts, more...)); err == nil {
		carry()
	}
	return out, err
}

// syncWork is what has to happen to pivot rows.
type syncWork struct {
	fresh, gone []pivotID
	changes     []pivotChange
}

// compare compares the existing pivot rows with ids. It returns the work to do, and the result of doing it.
func (w *pivoting) compare(there *attachedRows, mode syncMode, ids []pivotID) (out SyncResult, todo syncWork) {
	for _, id := range ids {
		at, attached := there.byKey[id.joined]
		switch {
		case !attached:
			todo.fresh = append(todo.fresh, id)
			out.Attached = append(out.Attached, id.id)
			continue
		case mode.toggle:
			todo.gone = append(todo.gone, id)
			out.Detached = append(out.Detached, id.id)
		case there.differ(at, id.values):
			todo.changes = addChange(todo.changes, id)
			out.Updated = append(out.Updated, id.id)
		}
		there.list[at].wanted = true
	}
	if !mode.detach {
		return out, todo
	}
	for _, attached := range there.list {
		if !attached.wanted {
			todo.gone = append(todo.gone, attached.id)
			out.Detached = append(out.Detached, attached.id.id)
		}
	}
	return out, todo
}

// pivotChange is ids whose pivot rows get the same values.
type pivotChange struct {
	ids    []pivotID
	values Values
}

// addChange adds an id to the ids that get the same values, so that they are one statement.
func addChange(changes []pivotChange, id pivotID) []pivotChange {
	for i, c := range changes {
		same := func(v, w any) bool { return sameValue(v, w) && reflect.TypeOf(v) == reflect.TypeOf(w) }
		if maps.EqualFunc(c.values, id.values, same) {
			changes[i].ids = append(changes[i].ids, id)
			return changes
		}
	}
	return append(changes, pivotChange{[]pivotID{id}, id.values})
}

// lockParent returns the statement that locks the parent's row until the transaction ends.
func (w *pivoting) lockParent() *selectStmt {
	src := &source{table: w.r.parent.table, model: w.r.parent}
	where := w.keyed(src, namesOf(w.r.sourceKey))
	one := item{expr: literal(1)}
	return &selectStmt{items: []item{one}, from: src, where: []condList{where}, lock: lock{mode: lockParent}}
}

// attachedRows is the parent's existing pivot rows.
type attachedRows struct {
	names []string      // of the values
	list  []attachedRow // in the order in which they were read
	byKey map[key]int
}

// attachedRow is the pivot rows of one related key.
type attachedRow struct {
	id     pivotID
	values [][]any // of each
	wanted bool
}

// existing reads the parent's pivot rows: all, or those of the ids in only. It reads the columns that have values
// in valued. If locked is set, it locks the parent's row first, in the same round trip if the protocol can send
// several statements.
func (w *pivoting) existing(
	ctx context.Context, s *session, locked bool, only, valued []pivotID,
) (*attachedRows, error) {
	out := &attachedRows{names: valueNames(valued), byKey: map[key]int{}}
	selects, locks := w.existingSelects(locked && w.d.share != "", only, out.names)
	sts := make([]*statement, len(selects))
	for i, st := range selects {
		text, args, err := compile(w.d, st)
		if err != nil {
			return nil, err
		}
		sts[i] = &statement{path: w.why.path(), sql: text, args: args, generated: true}
	}
	_, err := s.readAll(ctx, sts, func(i int, r rows) error {
		if i < locks {
			for r.Next() {
			}
			return nil
		}
		return w.readExisting(r, out)
	})
	return out, failed(w.why.what(), err)
}

// existingSelects returns the selects of existing, and how many of them only lock. On some databases a locking read
// sees what others wrote while it waited. There one select locks and reads.
func (w *pivoting) existingSelects(locked bool, only []pivotID, names []string) (selects []*selectStmt, locks int) {
	table := &source{table: w.r.middle.table}
	wheres := []condList{w.mine(table)}
	if len(only) > 0 {
		wheres = w.conditions(table, only)
	}
	joined := locked && w.d.readsLatest
	if locked && !joined {
		selects, locks = append(selects, w.lockParent()), 1
	}
	for _, where := range wheres {
		st := &selectStmt{from: table, where: []condList{where}, lock: lock{mode: lockUpdate}}
		if joined {
			st = w.lockParent()
			st.joins, st.items = []join{{kind: "LEFT", src: table, on: []cond{group(where)}}}, nil
		}
		for _, name := range slices.Concat(w.r.middle.join, names) {
			st.items = append(st.items, item{expr: ref{table, name}})
		}
		selects = append(selects, st)
	}
	return selects, locks
}

func (w *pivoting) readExisting(r rows, out *attachedRows) error {
	n := len(w.r.middle.join)
	values := make([]any, n+len(out.names))
	dest := addresses(values)
	for r.Next() {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		for i, v := range values {
			values[i] = r.Plain(i, v)
		}
		if slices.Contains(values[:n], nil) {
			continue // it refers to no row
		}
		var id pivotID
		if err := w.settleID(&id, values[:n]); err != nil {
			return err
		}
		at, known := out.byKey[id.joined]
		if !known {
			at = len(out.list)
			out.byKey[id.joined], out.list = at, append(out.list, attachedRow{id: id})
		}
		attached := &out.list[at]
		attached.values = append(attached.values, slices.Clone(values[n:]))
	}
	return nil
}

// differ reports whether at least one pivot row of a related key does not have the given values.
func (a *attachedRows) differ(at int, given Values) bool {
	for name, v := range given {
		i := slices.Index(a.names, name)
		if slices.ContainsFunc(a.list[at].values, func(values []any) bool { return !sameValue(v, values[i]) }) {
			return true
		}
	}
	return false
}

// sameValue reports whether a given value and a read value mean the same. "1" is 1, true is 1 if the database has
// no booleans, and a time equals its text.
func sameValue(given, read any) bool {
	given, err := plain(given)
	if err != nil || given == nil || read == nil {
		return err == nil && given == nil && read == nil
	}
	a, aerr := keyOf(given, false)
	b, berr := keyOf(read, false)
	if aerr != nil || berr != nil {
		return fmt.Sprint(given) == fmt.Sprint(read)
	}
	if a == b {
		return true
	}
	if a.kind == kindTime || b.kind == kindTime {
		at, aok, aerr := timeOf(given)
		bt, bok, berr := timeOf(read)
		return aerr == nil && berr == nil && aok && bok && at.UnixMicro() == bt.UnixMicro()
	}
	if a.kind == kindString && b.kind == kindString {
		return false // "1.0" is not "1" in a text column, and an update that changes nothing does no harm
	}
	return sameText(keyText(a), keyText(b))
}

// sameText reports whether two texts are equal, or are the same number.
func sameText(a, b string) bool {
	if a == b {
		return true
	}
	x, ok := new(big.Rat).SetString(a)
	y, also := new(big.Rat).SetString(b)
	return ok && also && x.Cmp(y) == 0
}

// keyText returns a key as text, and a boolean as a number.
func keyText(k key) string {
	switch k.kind {
	case kindString, kindBytes:
		return k.s
	case kindBool:
		return fmt.Sprint(k.n)
	}
	return fmt.Sprint(k.arg())
}
