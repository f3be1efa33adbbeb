package lucid

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Writes of a pivot table. They write only pivot rows of the parent, and never the related table.

// Pivot is a related id with values for its pivot row, for Attach, Sync and the other methods of ManyToMany that
// take ids. ID is a related key's value, a Key, or a related row. The values must not name the pivot table's keys:
// that is an error. Nil Values set nothing.
type Pivot struct {
	ID     any
	Values Values
}

// pivoting is one call that writes pivot rows of a parent.
type pivoting struct {
	linking
	d    *dialect
	near []any // the values of the pivot's key to the parent
}

// pivotID is a related key with the values of its pivot row.
type pivotID struct {
	parts  []key
	joined key
	id     any // in the type of the related row's field
	row    row // nil if the id was not given as a row
	values Values
}

// pivotCall checks a call with ids.
func (r *relation) pivotCall(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	ids []any) (*pivoting, []pivotID, error) {
	l, err := r.link(ex, verb, parentType, parent)
	if err != nil {
		return nil, nil, err
	}
	if !r.parent.row(parent).IsPersisted() {
		return nil, nil, wrong(ErrNotPersisted, "lucid: %s: the %s is not in the database: save it first",
			l.why.what(), r.parent.name)
	}
	w := &pivoting{linking: *l}
	if err := w.bindParent(); err != nil {
		return nil, nil, err
	}
	list := make([]pivotID, len(ids))
	for i, id := range ids {
		if list[i], err = w.parse(id); err != nil {
			return nil, nil, wrong(err, "lucid: %s: id %d: %s", w.why.what(), i, strings.TrimPrefix(err.Error(), "lucid: "))
		}
	}
	w.d, err = w.s.ready(ctx)
	return w, list, err
}

// bindParent reads the parent's key.
func (w *pivoting) bindParent() error {
	fields, err := w.keyFields(w.r.sourceKey, w.r.parent, w.r.sourceKey, w.parent)
	if err != nil {
		return err
	}
	w.near = make([]any, len(fields))
	for i, f := range fields {
		w.near[i] = f.v
	}
	return nil
}

// parse reads one id: a related key's value, a row of the related model, or a Pivot with one of these.
func (w *pivoting) parse(id any) (pivotID, error) {
	var out pivotID
	switch p := id.(type) {
	case Pivot:
		id, out.values = p.ID, p.Values
	case *Pivot:
		if p != nil {
			id, out.values = p.ID, p.Values
		}
	}
	for name := range out.values {
		if slices.Contains(w.r.targetKey, name) || slices.Contains(w.r.middle.join, name) {
			return out, wrong(nil, "%q is a key of the pivot table: it is set by itself", name)
		}
	}
	if isNil(id) {
		return out, wrong(ErrMissingKey, "it is nil")
	}
	if given, ok := id.(Row); ok {
		return out, w.parseRow(given, &out)
	}
	parts := []any{id}
	if k, ok := id.(Key); ok {
		parts = k
	} else if t := reflect.TypeOf(id); t.Kind() == reflect.Slice && !isBytes(t) {
		return out, wrong(nil, "it is a %T: pass the ids one by one, as ids...", id)
	}
	if len(parts) != len(w.r.relatedKey) {
		return out, wrong(ErrMissingKey, "the key has %d columns (%s) and the id %d: pass a lucid.Key with one value each",
			len(w.r.relatedKey), strings.Join(namesOf(w.r.relatedKey), ", "), len(parts))
	}
	return out, w.settleID(&out, parts)
}

func (w *pivoting) parseRow(given Row, out *pivotID) error {
	m := w.r.related
	v := reflect.ValueOf(given)
	if v.Type() != reflect.PointerTo(m.typ) {
		return wrong(nil, "it is a %T: pass a *%s or its key", given, m.name)
	}
	out.row = rowIn(v)
	if !m.row(out.row).IsPersisted() {
		return wrong(ErrNotPersisted, "the %s is not in the database: save it first", m.name)
	}
	fields, err := w.keyFields(w.r.relatedKey, m, w.r.relatedKey, out.row)
	if err != nil {
		return err
	}
	parts := make([]any, len(fields))
	for i, f := range fields {
		parts[i] = f.v
	}
	return w.settleID(out, parts)
}

// settleID converts the parts of an id to the forms for comparing and for returning.
func (w *pivoting) settleID(out *pivotID, parts []any) error {
	own := make(Key, len(parts))
	for i, part := range parts {
		c := w.r.relatedKey[i]
		k, err := c.keyOf(part)
		if err != nil {
			return err
		}
		if k.null() {
			return wrong(ErrMissingKey, "key %q is NULL", c.name)
		}
		t := c.typ
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		field := reflect.New(t).Elem()
		if err := setTo(field, c.bind(k)); err != nil {
			return wrong(nil, "key %q: %v", c.name, err)
		}
		out.parts, own[i] = append(out.parts, k), field.Interface()
	}
	out.joined, out.id = joinKeys(out.parts), own
	if len(own) == 1 {
		out.id = own[0]
	}
	return nil
}

// lastOfEach returns each id once. If an id is given twice, its last values count.
func lastOfEach(ids []pivotID) []pivotID {
	out := make([]pivotID, 0, len(ids))
	at := make(map[key]int, len(ids))
	for _, id := range ids {
		if i, known := at[id.joined]; known {
			out[i] = id
			continue
		}
		at[id.joined] = len(out)
		out = append(out, id)
	}
	return out
}

// send sends statements. If there are several, they are one transaction.
func (w *pivoting) send(ctx context.Context, s *session, sts []*statement) (n int64, err error) {
	all := func(s *session) (err error) {
		n, err = s.execAll(ctx, sts)
		return err
	}
	if len(sts) > 1 && s.tx == nil {
		err = s.atomically(ctx, all)
	} else {
		err = all(s)
	}
	return n, failed(w.why.what(), err)
}

// insert inserts pivot rows.
func (w *pivoting) insert(ctx context.Context, s *session, ids []pivotID) error {
	sts, carry, err := w.inserts(s, ids)
	if err == nil {
		_, err = w.send(ctx, s, sts)
	}
	if err == nil {
		carry()
	}
	return err
}

// inserts returns the statements that insert pivot rows. Rows with different values share one list of columns.
// carry gives the values to the related rows that were given as ids.
func (w *pivoting) inserts(s *session, ids []pivotID) (sts []*statement, carry func(), err error) {
	written, own := valueNames(ids), w.r.pivot.timestamps.names()
	stamps := slices.DeleteFunc(slices.Clone(own), func(name string) bool { return slices.Contains(written, name) })
	names := slices.Concat(w.r.targetKey, w.r.middle.join, written, stamps)
	at := now()
	rows := make([][]any, len(ids))
	for i, id := range ids {
		if rows[i], err = w.pivotRow(id, written, own, at); err != nil {
			return nil, nil, err
		}
		for range stamps {
			rows[i] = append(rows[i], at)
		}
	}
	for part := range slices.Chunk(rows, w.d.maxParams/len(names)) {
		st, err := s.inserting(w.d, &insertStmt{table: w.r.middle.table, columns: names, rows: part})
		if err != nil {
			return nil, nil, failed(w.why.what(), err)
		}
		st.path = w.why.path()
		sts = append(sts, st)
	}
	return sts, func() {
		for _, id := range ids {
			w.carry(id, at, stamps, own)
		}
	}, nil
}

// valueNames returns the columns that have values, sorted.
func valueNames(ids []pivotID) []string {
	names := map[string]bool{}
	for _, id := range ids {
		for name := range id.values {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// pivotRow returns the keys of one pivot row and its written columns. A timestamp without a value is the time.
func (w *pivoting) pivotRow(id pivotID, written, stamps []string, at time.Time) ([]any, error) {
	tuple := make([]any, 0, len(w.near)+len(w.r.relatedKey)+len(written)+len(stamps))
	tuple = append(tuple, w.near...)
	for i, c := range w.r.relatedKey {
		tuple = append(tuple, c.bind(id.parts[i]))
	}
	for _, name := range written {
		v, given := id.values[name]
		switch {
		case given:
			bare, err := plain(v)
			if err != nil {
				return nil, failed(w.why.what()+": column "+name, err)
			}
			tuple = append(tuple, bare)
		case slices.Contains(stamps, name):
			tuple = append(tuple, at)
		default:
			tuple = append(tuple, defaultValue{})
		}
	}
	return tuple, nil
}

// carry gives a related row the values of its pivot row as extras, as a preload does.
func (w *pivoting) carry(id pivotID, at time.Time, fresh, stamps []string) {
	if id.row.isNil() {
		return
	}
	values := Values{}
	for i, name := range w.r.targetKey {
		values[name] = w.near[i]
	}
	for i, name := range w.r.middle.join {
		values[name] = id.parts[i].arg()
	}
	for _, name := range stamps {
		if slices.Contains(fresh, name) {
			values[name] = at
		}
	}
	maps.Copy(values, id.values)
	w.setExtras(id.row, values)
}

func (w *pivoting) setExtras(p row, values Values) {
	m := w.r.related
	set := &state{extras: &extraSet{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v, err := plain(values[name])
		if err != nil {
			continue // it was sent, so it has a value
		}
		if c := m.extras["pivot_"+name]; c != nil {
			_ = c.assign(p, v) // a field that cannot hold it keeps what it had
			continue
		}
		set.extras.names, set.values = append(set.extras.names, "pivot_"+name), append(set.values, asRead(v))
	}
	inner := m.row(p)
	inner.state = inner.state.withExtras(set)
}

// asRead returns a value in the form in which the database would return it.
func asRead(v any) any {
	if k, err := keyOf(v, false); err == nil && !k.null() && k.kind != kindTime {
		return k.arg()
	}
	return v
}

// mine returns the condition for this parent's pivot rows.
func (w *pivoting) mine(table *source) condList { return w.keyed(table, w.r.targetKey) }

// keyed returns the condition that columns equal this parent's key.
func (w *pivoting) keyed(table *source, columns []string) condList {
	var l condList
	for i, name := range columns {
		l = append(l, term{cond: compare{ref{table, name}, "=", value{w.near[i]}}})
	}
	return l
}

// conditions returns the conditions for the pivot rows of some ids: one for as many ids as a statement can bind.
func (w *pivoting) conditions(table *source, ids []pivotID) []condList {
	var set keySet
	for _, id := range ids {
		set.add(id.parts, w.r.relatedKey)
	}
	if set.len() == 0 {
		return nil
	}
	left := make([]expr, len(w.r.middle.join))
	for i, name := range w.r.middle.join {
		left[i] = ref{table, name}
	}
	var out []condList
	for _, chunk := range set.chunks(w.d) {
		out = append(out, append(w.mine(table), term{cond: inKeys{left: left, keys: chunk}}))
	}
	return out
}

// changes returns the statements that set values on this parent's pivot rows of some ids. If set is empty, they
// delete the rows.
func (w *pivoting) changes(s *session, ids []pivotID, set []assignment) (sts []*statement, err error) {
	table := &source{table: w.r.middle.table}
	for _, where := range w.conditions(table, ids) {
		st, err := w.change(s, &changeStmt{table: table, set: set, where: []condList{where}})
		if err != nil {
			return nil, err
		}
		sts = append(sts, st)
	}
	return sts, nil
}

// change returns an UPDATE or DELETE of pivot rows as a statement.
func (w *pivoting) change(s *session, change *changeStmt) (*statement, error) {
	st, _, err := s.changing(w.d, change)
	if err != nil {
		return nil, failed(w.why.what(), err)
	}
	st.path = w.why.path()
	return st, nil
}

// remove deletes this parent's pivot rows of some ids.
func (w *pivoting) remove(ctx context.Context, s *session, ids []pivotID) error {
	sts, err := w.changes(s, ids, nil)
	if err == nil {
		_, err = w.send(ctx, s, sts)
	}
	return err
}

// updates returns the statements that set values on this parent's pivot rows of some ids.
func (w *pivoting) updates(s *session, ids []pivotID, values Values) ([]*statement, error) {
	set, err := w.assignments(values)
	if err != nil {
		return nil, err
	}
	return w.changes(s, ids, set)
}

// update sets values on this parent's pivot rows of some ids, and returns the number of rows.
func (w *pivoting) update(ctx context.Context, s *session, ids []pivotID, values Values) (int64, error) {
	sts, err := w.updates(s, ids, values)
	if err != nil {
		return 0, err
	}
	return w.send(ctx, s, sts)
}

func (w *pivoting) assignments(values Values) ([]assignment, error) {
	var set []assignment
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v, err := plain(values[name])
		if err != nil {
			return nil, failed(w.why.what()+": column "+name, err)
		}
		set = append(set, assignment{name, value{v}})
	}
	if name := w.r.pivot.timestamps.UpdatedAt; name != "" {
		if _, given := values[name]; !given {
			set = append(set, assignment{name, value{now()}})
		}
	}
	return set, nil
}

// attach inserts pivot rows.
func (r *relation) attach(ctx context.Context, ex Executor, parentType reflect.Type, parent row, ids []any) error {
	w, list, err := r.pivotCall(ctx, ex, "Attach", parentType, parent, ids)
	if err != nil || len(list) == 0 {
		return err
	}
	return w.s.write(ctx, false, w.kept(list), func(s *session) error { return w.insert(ctx, s, list) })
}

// kept remembers the related rows that were given as ids.
func (w *pivoting) kept(ids []pivotID) []snapshot {
	var rows []row
	for _, id := range ids {
		if !id.row.isNil() {
			rows = append(rows, id.row)
		}
	}
	return []snapshot{w.r.related.remember(rows...)}
}

// detach deletes the pivot rows of some ids.
func (r *relation) detach(ctx context.Context, ex Executor, parentType reflect.Type, parent row, ids []any) error {
	w, list, err := r.pivotCall(ctx, ex, "Detach", parentType, parent, ids)
	if err != nil || len(list) == 0 {
		return err
	}
	list = lastOfEach(list)
	several := len(list) > w.d.listParams()/len(w.r.relatedKey)
	return w.s.write(ctx, several, nil, func(s *session) error { return w.remove(ctx, s, list) })
}

// detachAll deletes all pivot rows of the parent.
func (r *relation) detachAll(ctx context.Context, ex Executor, parentType reflect.Type, parent row) error {
	w, _, err := r.pivotCall(ctx, ex, "DetachAll", parentType, parent, nil)
	if err != nil {
		return err
	}
	table := &source{table: r.middle.table}
	st, err := w.change(w.s, &changeStmt{table: table, where: []condList{w.mine(table)}})
	if err != nil {
		return err
	}
	return w.s.retried(ctx, func() error {
		_, err := w.send(ctx, w.s, []*statement{st})
		return err
	})
}

// pivotQuery starts a query on a parent's pivot rows.
func (r *relation) pivotQuery(ex Executor, parentType reflect.Type, parent row) *query {
	q := newQuery(sessionOf(ex), modelOf(reflect.TypeFor[PivotRow]()))
	if err := r.ready(parentType); err != nil {
		q.fail(err)
		return q
	}
	q.path = r.title() + ".PivotQuery"
	q.main = &source{table: r.middle.table, prefix: r.middle.prefix, model: q.model}
	q.touched = r.pivot.timestamps.UpdatedAt
	q.times = r.pivot.timestamps.names()
	parts, err := r.ownKey(parent)
	if err != nil {
		q.fail(err)
		return q
	}
	var set keySet
	if parts != nil {
		set.add(parts, r.binds)
	}
	for _, name := range r.targetKey {
		q.partition = append(q.partition, ref{q.main, name})
	}
	q.keepTo(set)
	q.partition = nil
	return q
}
