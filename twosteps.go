package lucid

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// A many-to-many relation of many parents is loaded in two steps: the pivot rows, then each related row
// once. A join sends a related row again for each of its pivot rows: for 1,000 parents, 5,000 pivot rows and
// 200 related rows it takes 1.4 times as long on each database. For few parents the second round
// trip would cost more than it saves.

// manyParents is from how many parents on a relation is loaded in two steps.
const manyParents = 100

// steps is the pivot rows of one relation being loaded.
type steps struct {
	columns []pivotColumn
	extras  *extraSet // the names of those without a field
	slabs   []*pivotSlab
	count   int             // of pivot rows
	byFar   map[int64]int32 // where a related key is in fars
	fars    []farKey
	nears   []any          // the key of each group, as an extra
	set     keySet         // of the related rows
	scratch unsafe.Pointer // a row
}

// pivotColumn is a column that is read of the pivot table. The first two are the keys.
type pivotColumn struct {
	col  *column // the related model's field for it; nil where it is an extra
	into func(p unsafe.Pointer) any
	conv converter
}

// farKey is a related key that pivot rows have.
type farKey struct {
	last int32          // the last pivot row that has it
	key  any            // it as an extra
	row  unsafe.Pointer // the related row that has it; nil where none does
}

// pivotRow is one pivot row: the parents' group, the related key, and the pivot row before it with the same one.
type pivotRow struct{ group, far, before int32 }

// pivotSlab is pivot rows, and the rows of the related model that the parents get for them.
type pivotSlab struct {
	rows   [largeSlab]pivotRow
	first  unsafe.Pointer // of the rows of the model
	states []state
	values []any
}

// row is a pivot row, and the row that a parent gets for it.
func (s *steps) row(m *model, at int32) (*pivotRow, unsafe.Pointer) {
	slab, i := s.slabs[at/largeSlab], at%largeSlab
	return &slab.rows[i], unsafe.Add(slab.first, uintptr(i)*m.typ.Size())
}

// inSteps reports whether the relation can be loaded in two steps: keys are integers, and the scopes
// ask for nothing of the pivot table and for nothing that counts rows.
func (j *job) inSteps() bool {
	q, r := j.q, j.rel
	if r.pivot == nil || len(j.keys) < manyParents || j.set.ints == nil || len(r.far) != 1 || r.far[0].kind != kindInt || r.far[0].null {
		return false
	}
	if len(q.joins) != 1 || q.distinct || len(q.groupBy) > 0 || q.groupLimit != nil || q.most() != nil || q.offset > 0 || q.lock.mode != 0 || len(q.hidden) > 0 {
		return false
	}
	m := mentions{src: q.middle}
	for _, l := range q.conditions() {
		l.write(&m)
	}
	for _, t := range q.order {
		t.write(&m)
	}
	for _, sel := range q.selects {
		m.column(sel.column)
		m.found = m.found || sel.raw != nil
	}
	return !m.found && len(q.computed) == 0
}

// mentions looks for a table in conditions; a subquery and SQL of the user's may mention it.
type mentions struct {
	src   *source
	found bool
}

func (m *mentions) facts() *dialect           { return postgres }
func (m *mentions) sole() bool                { return false }
func (m *mentions) text(string)               {}
func (m *mentions) arg(any)                   {}
func (m *mentions) inserted(string)           {}
func (m *mentions) fail(error)                { m.found = true }
func (m *mentions) raw(rawSQL)                { m.found = true }
func (m *mentions) sub(subselect, ...item)    { m.found = true }
func (m *mentions) check(e expr)              { e.write(m) }
func (m *mentions) ref(src *source, _ string) { m.found = m.found || src == m.src }
func (m *mentions) column(name string) {
	m.found = m.found || strings.HasPrefix(name, m.src.prefix+".") || strings.HasPrefix(name, m.src.table+".")
}

// pivotStatement reads the pivot rows of some parents.
func (j *job) pivotStatement(d *dialect, chunk keySet) (*statement, func(r rows) error, error) {
	src := &source{table: j.q.middle.table, prefix: j.q.middle.prefix}
	items := j.rel.besides(src)
	for _, name := range j.q.pivots {
		it := item{expr: ref{src, name}, as: src.prefix + "_" + name}
		if !slices.ContainsFunc(items, func(other item) bool { return other.as == it.as }) {
			items = append(items, it)
		}
	}
	st := &selectStmt{from: src, items: items, where: []condList{{{cond: inKeys{left: []expr{ref{src, j.rel.match[0]}}, keys: chunk}}}}}
	text, args, err := compile(d, st)
	if j.steps == nil {
		j.steps = newSteps(j.rel.related, d, items, len(j.keys))
	}
	return &statement{path: j.path, sql: text, args: args, generated: true}, j.readPivot, err
}

func newSteps(m *model, d *dialect, items []item, parents int) *steps {
	s := &steps{byFar: map[int64]int32{}, nears: make([]any, parents), extras: &extraSet{}}
	for i, it := range items {
		col := m.extras[it.as]
		pc := pivotColumn{col: col, conv: it.conv}
		if col == nil {
			s.extras.names = append(s.extras.names, it.as)
		} else if i > 1 {
			pc.into = col.destination(d)
		}
		s.columns = append(s.columns, pc)
	}
	return s
}

// readPivot reads pivot rows; the first value is the key of the parent, the second that of the related row. What has
// a field is read into the row that the parent gets.
func (j *job) readPivot(r rows) error {
	s, m := j.steps, j.rel.related
	var near int64 // the two keys, which are integers
	var far *int64
	dest, loose := make([]any, len(s.columns)), make([]any, len(s.columns))
	for i := range dest {
		dest[i] = &loose[i]
	}
	dest[0], dest[1] = &near, &far
	for r.Next() {
		row, p := s.room(m)
		for i, c := range s.columns {
			if c.into != nil {
				dest[i] = c.into(p)
			}
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		g, known := j.ints[near]
		if !known || far == nil {
			continue // it refers to no row
		}
		at, met := s.byFar[*far]
		if !met {
			at = int32(len(s.fars))
			s.byFar[*far], s.fars = at, append(s.fars, farKey{last: -1, key: *far})
			s.set.add([]key{{kind: kindInt, n: *far}}, nil)
		}
		if s.nears[g] == nil {
			s.nears[g] = near
		}
		key := &s.fars[at]
		loose[0], loose[1] = s.nears[g], key.key
		if err := s.keep(m, p, r, loose); err != nil {
			return err
		}
		*row = pivotRow{int32(g), at, key.last}
		key.last = int32(s.count)
		s.count++
	}
	return r.Err()
}

// room is the next pivot row and its row of the related model, which are kept when they are counted.
func (s *steps) room(m *model) (*pivotRow, unsafe.Pointer) {
	if s.count == len(s.slabs)*largeSlab {
		s.slabs = append(s.slabs, &pivotSlab{
			first:  reflect.MakeSlice(m.slice, largeSlab, largeSlab).UnsafePointer(),
			states: make([]state, largeSlab),
			values: make([]any, largeSlab*len(s.extras.names)),
		})
	}
	return s.row(m, int32(s.count))
}

// keep gives the row at p, which is the next, its extras.
func (s *steps) keep(m *model, p unsafe.Pointer, r rows, loose []any) (err error) {
	slab, at, n := s.slabs[len(s.slabs)-1], s.count%largeSlab, len(s.extras.names)
	values := slab.values[at*n : at*n : (at+1)*n]
	for i, c := range s.columns {
		v := loose[i]
		switch {
		case c.into != nil:
			continue
		case c.col != nil:
			if err := c.col.assign(p, v); err != nil {
				return err
			}
			continue
		case i > 1:
			if v = r.Plain(i, v); c.conv != nil {
				if v, err = c.conv(v); err != nil {
					return err
				}
			}
		}
		values = append(values, v)
	}
	st := &slab.states[at]
	st.extras, st.values = s.extras, values
	m.row(p).state = st
	return nil
}

// readRelated reads the related rows of all jobs that have pivot rows, and gives each pivot row its own.
func readRelated(ctx context.Context, s *session, d *dialect, level []*job) error {
	var sts []*statement
	var plans []*plan
	var of []*job
	for _, j := range level {
		if j.steps == nil {
			continue
		}
		for _, chunk := range j.steps.set.chunks(d) {
			if chunk.len() == 0 {
				continue
			}
			q := j.relatedRows(chunk)
			st, p, err := q.compile(d)
			if err != nil {
				return failed("preload "+j.path, err)
			}
			sts, plans, of = append(sts, st), append(plans, p), append(of, j)
		}
	}
	read := make([][]unsafe.Pointer, len(sts))
	i, err := s.readAll(ctx, sts, func(i int, r rows) (err error) {
		read[i], err = plans[i].read(r)
		return err
	})
	if err != nil {
		path := level[0].path
		if i >= 0 && i < len(of) {
			path = of[i].path
		}
		return failed("preload "+path, err)
	}
	for i, j := range of {
		if err := j.join(read[i]); err != nil {
			return failed("preload "+j.path, err)
		}
	}
	for _, j := range level {
		if j.steps != nil {
			j.steps.fillAll(j.rel.related)
		}
	}
	return nil
}

// relatedRows is the job's query on the related table alone.
func (j *job) relatedRows(keys keySet) *query {
	q := j.q.clone()
	q.joins, q.middle, q.beside, q.pivots, q.partition = nil, nil, nil, nil, nil
	far := j.rel.far[0].name
	q.needs = []string{far}
	q.guard = condList{{cond: inKeys{left: []expr{ref{q.main, far}}, keys: keys}}}
	return q
}

// join puts the rows of the pivot rows in the order of their related rows.
func (j *job) join(related []unsafe.Pointer) error {
	far, m, s := j.rel.far[0], j.rel.related, j.steps
	j.rows, j.found = slices.Grow(j.rows, s.count), slices.Grow(j.found, s.count)
	for _, row := range related {
		k, err := far.readKey(row, false)
		if err != nil {
			return err
		}
		i, ok := s.byFar[k.n]
		if !ok {
			continue
		}
		key := &s.fars[i]
		another := key.row != nil // has the same key
		if !another {
			key.row = row
		}
		for at := key.last; at >= 0; {
			pivot, to := s.row(m, at)
			if another {
				to = m.copy(to)
				s.fill(m, to, row)
			}
			j.rows, j.found = append(j.rows, to), append(j.found, pivot.group)
			at = pivot.before
		}
	}
	return nil
}

// fillAll gives each row what its related row has: in the order in which they lie in memory, which takes half the
// time of any other.
func (s *steps) fillAll(m *model) {
	for at := range int32(s.count) {
		pivot, to := s.row(m, at)
		if from := s.fars[pivot.far].row; from != nil {
			s.fill(m, to, from)
		}
	}
}

// fill makes the row at to that at from, but for what it has of its pivot row.
func (s *steps) fill(m *model, to, from unsafe.Pointer) {
	if s.scratch == nil {
		s.scratch = reflect.New(m.typ).UnsafePointer()
	}
	st := m.row(to).state
	s.carry(s.scratch, to)
	reflect.NewAt(m.typ, to).Elem().Set(reflect.NewAt(m.typ, from).Elem())
	s.carry(to, s.scratch)
	st.persisted, st.read = true, m.row(from).state.read
	m.row(to).state = st
}

// carry copies what a row has of its pivot row.
func (s *steps) carry(to, from unsafe.Pointer) {
	for _, c := range s.columns {
		if c.col != nil {
			c.col.copy(to, from)
		}
	}
}
