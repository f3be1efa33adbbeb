package lucid

import (
	"fmt"
	"reflect"
	"slices"
)

// Change tracking: lucid keeps, beside each row, what it was when it was read or saved.

// fingerprint returns the fingerprint of the column's field in the struct at p.
func (c *column) fingerprint(p row) uint64 { return c.print.print(p.at(c.offset)) }

// tracker fingerprints rows of a model in slabs.
type tracker struct {
	m      *model
	prints []uint64
	keys   reflect.Value // a slice of model.keyType
	at     int           // the next of keys
}

// grow makes room for n rows.
func (t *tracker) grow(n int) {
	t.prints = make([]uint64, n*len(t.m.columns))
	if t.m.keyType != nil {
		t.keys, t.at = reflect.MakeSlice(reflect.SliceOf(t.m.keyType), n, n), 0
	}
}

// track records the row at p as it is now. Later differences are changes.
func (t *tracker) track(p row) {
	inner, n := t.m.row(p), len(t.m.columns)
	if n == 0 {
		return
	}
	prints := t.prints[:n:n]
	t.prints = t.prints[n:]
	for i, c := range t.m.columns {
		prints[i] = c.fingerprint(p)
	}
	inner.prints = &prints[0]
	if t.m.keyType == nil {
		return
	}
	stored := t.keys.Index(t.at)
	t.at++
	for i, c := range t.m.key {
		stored.Field(i).Set(c.pointer(p).Elem())
	}
	inner.stored = spotIn(stored)
}

// track records rows as they are now.
func (m *model) track(rows ...row) {
	t := tracker{m: m}
	t.grow(len(rows))
	for _, p := range rows {
		t.track(p)
	}
}

// retrack records columns of the row at p as they are now. Changes of other columns stay changes.
func (m *model) retrack(p row, columns []*column) {
	inner := m.row(p)
	if inner.prints == nil {
		return
	}
	old := inner.prints
	m.track(p)
	now := printsFrom(inner.prints, len(m.columns))
	for i, print := range printsFrom(old, len(m.columns)) {
		if !slices.Contains(columns, m.columns[i]) {
			now[i] = print
		}
	}
}

// changed returns the columns of the row at p that differ from what was recorded.
func (m *model) changed(p row) []*column {
	prints := printsFrom(m.row(p).prints, len(m.columns))
	var out []*column
	for i, c := range m.columns {
		if prints[i] != c.fingerprint(p) {
			out = append(out, c)
		}
	}
	return out
}

// storedKey returns the primary key that the row at p has in the database, one value for each column. If changes
// are not tracked, it returns the struct's key.
func (m *model) storedKey(p row) ([]any, error) {
	inner := m.row(p)
	out := make([]any, len(m.key))
	for i, c := range m.key {
		var err error
		switch {
		case inner.prints == nil:
			out[i], err = plain(c.value(p))
		case m.keyType != nil:
			at := inner.stored.at(m.keyType.Field(i).Offset)
			out[i], err = plain(at.typed(c.typ).Elem().Interface())
		default:
			print := printsFrom(inner.prints, len(m.columns))[c.index]
			if out[i] = int64(print); c.typ.Kind() >= reflect.Uint && c.typ.Kind() <= reflect.Uint64 {
				out[i] = print
			}
		}
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", c.name, err)
		}
	}
	return out, nil
}
