package lucid

import (
	"bytes"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"
)

// scanPlan says where each column of a result goes. It is made once for a statement. So the loop over the rows has no
// names, no maps and no reflection.
type scanPlan struct {
	model   *model
	dialect *dialect
	targets []target
	names   []string          // the names of the extras
	partial *columnSet        // the model's columns that the statement reads; nil: all
	track   bool              // the rows' changes are tracked
	times   []string          // the columns of the tail that hold times
	tail    bool              // the list ends with raw expressions whose names only the result knows
	into    []func(p row) any // the destination of each target that is a field; nil for an extra
	extras  *extraSet         // the names
	base    *state            // the state of a row without extras
	few     int               // the largest number of rows; 0: not known
}

// ready makes what is the same for every row, and for every result of a shape.
func (p *scanPlan) ready() {
	p.into = make([]func(row) any, len(p.targets))
	for i, t := range p.targets {
		if t.col != nil {
			p.into[i] = t.col.destination(p.dialect)
		}
	}
	p.base = persistedState
	if p.partial != nil {
		p.base = &state{persisted: true, read: p.partial}
	}
	if len(p.names) > 0 {
		p.extras = &extraSet{p.names}
	}
}

// target is the place of one column of the result: a field, or an extra by its position.
type target struct {
	name  string
	col   *column
	extra int
	conv  converter
	own   bool // it is the column itself, not another value with its name
}

// add makes a field the target of the next column of the result. If the model has no field of this name, the target
// is an extra.
func (p *scanPlan) add(name string, conv converter) {
	col := p.model.byName[name]
	if col == nil {
		col = p.model.extras[name]
	}
	if col != nil {
		p.targets = append(p.targets, target{name: name, col: col})
		return
	}
	p.targets = append(p.targets, target{name: name, extra: len(p.names), conv: conv})
	p.names = append(p.names, name)
}

// columnsRead returns the model's columns that the plan reads; nil if it reads all of them.
func (p *scanPlan) columnsRead() *columnSet {
	set := &columnSet{has: make([]bool, len(p.model.columns))}
	n := 0
	for _, t := range p.targets {
		if t.col != nil && !t.col.extra && !set.has[t.col.index] {
			set.has[t.col.index] = true
			n++
		}
	}
	if n == len(set.has) {
		return nil
	}
	return set
}

// find returns the target of a name. If there are several, it returns the last, because its value is what the row
// gets.
func (p *scanPlan) find(name string) (target, bool) {
	for _, t := range slices.Backward(p.targets) {
		if t.name == name {
			return t, true
		}
	}
	return target{}, false
}

// key reads the key that a target holds in the row at p.
func (t target) key(m *model, p row, asUUID bool) (key, error) {
	if t.col != nil {
		return t.col.readKey(p, asUUID)
	}
	return keyOf(m.row(p).state.values[t.extra], asUUID)
}

// Rows are allocated in slabs. That takes fewer allocations than growing a slice, and makes half the garbage.
const (
	firstSlab = 8
	largeSlab = 512
)

// reader reads rows of a result into new structs of a model.
type reader struct {
	*scanPlan
	rows  rows
	dest  []any
	loose []any // extras of the current row

	tracker tracker
	next    row
	left    int
	states  []state
	values  []any
	size    int
}

func newReader(p *scanPlan, r rows) (*reader, error) {
	if p.tail {
		var err error
		if p, err = p.withTail(r); err != nil {
			return nil, err
		}
	}
	rd := &reader{scanPlan: p, rows: r, size: firstSlab, tracker: tracker{m: p.model}}
	if p.few > 0 {
		rd.size = min(p.few, firstSlab)
	}
	rd.dest = make([]any, len(p.targets))
	if len(p.names) > 0 {
		rd.loose = make([]any, len(p.names))
		for i, t := range p.targets {
			if t.col == nil {
				rd.dest[i] = &rd.loose[t.extra]
			}
		}
	}
	return rd, nil
}

// withTail returns the plan with the columns that only the result can name.
func (p *scanPlan) withTail(r rows) (*scanPlan, error) {
	columns, err := r.Columns()
	if err != nil {
		return nil, err
	}
	whole := *p
	whole.targets, whole.names = p.targets[:len(p.targets):len(p.targets)], p.names[:len(p.names):len(p.names)]
	for _, name := range columns[min(len(p.targets), len(columns)):] {
		whole.add(name, p.timed(name))
	}
	whole.partial = whole.columnsRead()
	whole.ready()
	return &whole, nil
}

// timed returns the converter of a column that only the result can name.
func (p *scanPlan) timed(name string) converter {
	if slices.Contains(p.times, name) {
		return toUTC
	}
	return nil
}

// all reads the rest of the result.
func (rd *reader) all(limit int) ([]row, error) {
	var out []row
	for (limit <= 0 || len(out) < limit) && rd.rows.Next() {
		p, err := rd.one()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rd.rows.Err()
}

// one reads the current row.
func (rd *reader) one() (row, error) {
	if rd.left == 0 {
		rd.grow()
	}
	p := rd.next
	rd.left--
	rd.next = row{}
	if rd.left > 0 {
		rd.next = p.step(1, rd.model.typ.Size())
	}
	for i, into := range rd.into {
		if into != nil {
			rd.dest[i] = into(p)
		}
	}
	clear(rd.loose)
	if err := rd.rows.Scan(rd.dest...); err != nil {
		return row{}, fmt.Errorf("scan: %w", err)
	}
	if rd.track {
		rd.tracker.track(p)
	}
	var err error
	rd.model.row(p).state, err = rd.state()
	return p, err
}

// state returns the state of the current row.
func (rd *reader) state() (*state, error) {
	if rd.extras == nil {
		return rd.base, nil
	}
	n := len(rd.loose)
	values := rd.values[:n:n]
	rd.values = rd.values[n:]
	for i, t := range rd.targets {
		if t.col != nil {
			continue
		}
		v := rd.rows.Plain(i, rd.loose[t.extra])
		if t.conv != nil {
			var err error
			if v, err = t.conv(v); err != nil {
				return nil, fmt.Errorf("extra %q: %w", t.name, err)
			}
		}
		values[t.extra] = v
	}
	st := &rd.states[0]
	rd.states = rd.states[1:]
	*st = *rd.base
	st.extras, st.values = rd.extras, values
	return st, nil
}

func (rd *reader) grow() {
	rd.next, rd.left = newSlab(rd.model.slice, rd.size), rd.size
	if rd.track {
		rd.tracker.grow(rd.size)
	}
	if rd.extras != nil {
		rd.states = make([]state, rd.size)
		rd.values = make([]any, rd.size*len(rd.loose))
	}
	rd.size = min(rd.size*2, largeSlab)
}

// destination returns what a column's value is scanned into, for the struct at p. Nothing here allocates: a
// pointer, and a struct of one pointer, fit in an interface.
func (c *column) destination(d *dialect) func(p row) any {
	off := c.offset
	switch c.typ {
	case int64Type:
		return func(p row) any { return fieldAt[int64](p, off) }
	case nullableInt64Type:
		return func(p row) any { return fieldAt[*int64](p, off) }
	case stringType:
		return func(p row) any { return fieldAt[string](p, off) }
	case timeType:
		if d.textTimes {
			return func(p row) any { return textTime{fieldAt[time.Time](p, off)} }
		}
		return func(p row) any { return fieldAt[time.Time](p, off) }
	}
	if wrap := wrapper(c.typ, d); wrap != nil {
		return func(p row) any { return wrap(p.at(off)) }
	}
	typ := c.typ
	return func(p row) any { return p.at(off).typed(typ).Interface() }
}

// wrapper returns the destination of a type that drivers cannot fill on their own; nil if they can.
func wrapper(t reflect.Type, d *dialect) func(at spot) any {
	if d.textTimes {
		switch t {
		case timeType:
			return func(at spot) any { return textTime{valueAt[time.Time](at)} }
		case reflect.TypeFor[*time.Time]():
			return func(at spot) any { return textTimePtr{valueAt[*time.Time](at)} }
		case reflect.TypeFor[sql.Null[time.Time]]():
			return func(at spot) any { return textTimeNull{valueAt[sql.Null[time.Time]](at)} }
		case reflect.TypeFor[sql.NullTime]():
			return func(at spot) any { return textNullTime{valueAt[sql.NullTime](at)} }
		}
	}
	switch {
	case d.fillsAll || reflect.PointerTo(t).Implements(scannerType):
		return nil
	case isUUID(t):
		return func(at spot) any { return uuidBytes{valueAt[uuid.UUID](at)} }
	case t.Kind() == reflect.Pointer && isUUID(t.Elem()) && !t.Implements(scannerType):
		return func(at spot) any { return uuidPtr{valueAt[*uuid.UUID](at)} }
	case isBytes(t) && t != reflect.TypeFor[[]byte]():
		return func(at spot) any { return namedBytes{valueAt[[]byte](at)} }
	}
	return nil
}

// uuidBytes scans a uuid.
type uuidBytes struct{ to *uuid.UUID }

// Scan takes a text of a uuid or its bytes.
func (s uuidBytes) Scan(v any) error {
	if v == nil {
		return fmt.Errorf("NULL into 16 bytes: make the field a pointer")
	}
	return s.to.Scan(v)
}

// uuidPtr scans a uuid, with nil for NULL.
type uuidPtr struct{ to **uuid.UUID }

// Scan takes a text of a uuid or its bytes.
func (s uuidPtr) Scan(v any) error {
	*s.to = nil
	if v == nil {
		return nil
	}
	*s.to = new(uuid.UUID)
	return (*s.to).Scan(v)
}

// namedBytes scans into a []byte of another name, such as json.RawMessage.
type namedBytes struct{ to *[]byte }

// Scan takes bytes or a text; NULL is nil.
func (s namedBytes) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.to = nil
	case []byte:
		*s.to = bytes.Clone(v)
	case string:
		*s.to = []byte(v)
	default:
		return fmt.Errorf("a %T is no bytes", v)
	}
	return nil
}

// textTime scans a time that the database may keep as text.
type textTime struct{ to *time.Time }

// Scan takes a time, or a text of a time.
func (s textTime) Scan(v any) error {
	t, ok, err := timeOf(v)
	if err == nil && !ok {
		err = fmt.Errorf("NULL into a time.Time: make the field a *time.Time")
	}
	*s.to = t
	return err
}

type textTimePtr struct{ to **time.Time }

// Scan is textTime's Scan, with nil for NULL.
func (s textTimePtr) Scan(v any) error {
	t, ok, err := timeOf(v)
	*s.to = nil
	if ok {
		*s.to = &t
	}
	return err
}

type textTimeNull struct{ to *sql.Null[time.Time] }

// Scan is textTime's Scan, with Valid false for NULL.
func (s textTimeNull) Scan(v any) error {
	var err error
	s.to.V, s.to.Valid, err = timeOf(v)
	return err
}

type textNullTime struct{ to *sql.NullTime }

// Scan is textTime's Scan, with Valid false for NULL.
func (s textNullTime) Scan(v any) error {
	var err error
	s.to.Time, s.to.Valid, err = timeOf(v)
	return err
}

// read reads a whole result.
func (p *scanPlan) read(r rows) ([]row, error) {
	rd, err := newReader(p, r)
	if err != nil {
		return nil, err
	}
	return rd.all(p.few) // if the limit is known, it does not ask for a row after the last
}
