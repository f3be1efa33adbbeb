package lucid

import (
	"reflect"
)

// The pivot rows of a relation that is loaded in two steps. Each has the related row that its parent gets.

// steps is the pivot rows of one relation while it is loaded.
type splitRows struct {
	columns []pivotColumn
	extras  *extraSet // the names of those without a field
	slabs   []*pivotSlab
	count   int             // of pivot rows
	byFar   map[int64]int32 // the index of a related key in fars
	fars    []farKey
	nears   []any  // the key of each group, as an extra
	set     keySet // of the related rows
	scratch row    // a row
}

// pivotColumn is a column of the pivot table that is read. The first two are the keys.
type pivotColumn struct {
	col  *column // the related model's field for it; nil if it is an extra
	into func(p row) any
	conv converter
}

// farKey is a related key of pivot rows.
type farKey struct {
	last int32 // the last pivot row with this key
	key  any   // the key as an extra
	row  row   // the related row with this key; nil if there is none
}

// pivotRow is one pivot row: the parents' group, the related key, and the previous pivot row with the same related
// key.
type pivotRow struct{ group, far, before int32 }

// pivotSlab is pivot rows, and the rows of the related model that parents get for them.
type pivotSlab struct {
	rows   [largeSlab]pivotRow
	first  row // of the rows of the model
	states []state
	values []any
}

// row returns a pivot row, and the row that a parent gets for it.
func (s *splitRows) row(m *model, at int32) (*pivotRow, row) {
	slab, i := s.slabs[at/largeSlab], at%largeSlab
	return &slab.rows[i], slab.first.step(int(i), m.typ.Size())
}

func newSplitRows(m *model, d *dialect, items []item, parents int) *splitRows {
	s := &splitRows{byFar: map[int64]int32{}, nears: make([]any, parents), extras: &extraSet{}}
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

// room returns the next pivot row and its row of the related model. They are kept when count is increased.
func (s *splitRows) room(m *model) (*pivotRow, row) {
	if s.count == len(s.slabs)*largeSlab {
		s.slabs = append(s.slabs, &pivotSlab{
			first:  newSlab(m.slice, largeSlab),
			states: make([]state, largeSlab),
			values: make([]any, largeSlab*len(s.extras.names)),
		})
	}
	return s.row(m, int32(s.count))
}

// keep gives the next row, at p, its extras.
func (s *splitRows) keep(m *model, p row, r rows, loose []any) (err error) {
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

// fillAll copies to each row what its related row has, in the order of memory.
func (s *splitRows) fillAll(m *model) {
	for at := range int32(s.count) {
		pivot, to := s.row(m, at)
		if from := s.fars[pivot.far].row; !from.isNil() {
			s.fill(m, to, from)
		}
	}
}

// fill copies the row at from to the row at to, except what the latter has of its pivot row.
func (s *splitRows) fill(m *model, to, from row) {
	if s.scratch.isNil() {
		s.scratch = rowIn(reflect.New(m.typ))
	}
	st := m.row(to).state
	s.carry(s.scratch, to)
	to.set(m.typ, from)
	s.carry(to, s.scratch)
	st.persisted, st.read = true, m.row(from).state.read
	m.row(to).state = st
}

// carry copies what a row has of its pivot row.
func (s *splitRows) carry(to, from row) {
	for _, c := range s.columns {
		if c.col != nil {
			c.col.copy(to, from)
		}
	}
}
