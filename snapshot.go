package lucid

import (
	"bytes"
	"reflect"
	"slices"
)

// A write also changes rows in memory: their keys, timestamps, and loaded relations. If the write fails, or its
// transaction is rolled back, the rows become what they were before the call.

// snapshot is rows as they were before a write, and as the write left them.
type snapshot struct {
	m     *model
	rows  []row
	was   reflect.Value // a slice of structs
	after reflect.Value
}

// remember copies rows of a model as they are now.
func (m *model) remember(rows ...row) snapshot {
	return snapshot{m: m, rows: rows, was: m.copies(rows)}
}

func (m *model) copies(rows []row) reflect.Value {
	out := reflect.MakeSlice(m.slice, len(rows), len(rows))
	for i, p := range rows {
		out.Index(i).Set(p.typed(m.typ).Elem())
	}
	return out
}

// restore undoes what a failed write did.
func (k snapshot) restore() {
	for i, p := range k.rows {
		p.typed(k.m.typ).Elem().Set(k.was.Index(i))
	}
}

// undo undoes what a write changed, when its transaction is rolled back. Later changes of the program stay.
func (k snapshot) undo() {
	for i, p := range k.rows {
		undoFields(k.m.typ, p.at(0), spotIn(k.was.Index(i)), spotIn(k.after.Index(i)))
	}
}

// undoFields resets the fields of the struct at p that differ between the two copies.
func undoFields(t reflect.Type, p, was, after spot) {
	for i := range t.NumField() {
		f := t.Field(i)
		to, from, later := p.at(f.Offset), was.at(f.Offset), after.at(f.Offset)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != modelType:
			undoFields(f.Type, to, from, later)
		case !bytes.Equal(from.bytes(f.Type.Size()), later.bytes(f.Type.Size())):
			to.typed(f.Type).Elem().Set(from.typed(f.Type).Elem())
		}
	}
}

// writes runs fn, which changes rows. If fn fails, the rows become what they were. If the session's transaction is
// rolled back later, fn's changes are undone.
func (s *session) writes(kept []snapshot, fn func() error) error {
	done := false
	defer func() {
		if !done { // an error, or a panic of a hook
			for _, k := range slices.Backward(kept) {
				k.restore()
			}
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	done = true
	if s.tx == nil {
		return nil
	}
	for i, k := range kept {
		kept[i].after = k.m.copies(k.rows)
	}
	s.tx.onRollback(func() {
		for _, k := range slices.Backward(kept) {
			k.undo()
		}
	})
	return nil
}
