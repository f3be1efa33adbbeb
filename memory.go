package lucid

import (
	"bytes"
	"reflect"
	"slices"
	"unsafe"
)

// A write also changes rows in memory: their keys, timestamps, and loaded relations. If the write fails, or its
// transaction is rolled back, the rows become what they were before the call.

// memory is rows as they were before a write, and as the write left them.
type memory struct {
	m     *model
	rows  []unsafe.Pointer
	was   reflect.Value // a slice of structs
	after reflect.Value
}

// remember copies rows of a model as they are now.
func (m *model) remember(rows ...unsafe.Pointer) memory {
	return memory{m: m, rows: rows, was: m.copies(rows)}
}

func (m *model) copies(rows []unsafe.Pointer) reflect.Value {
	out := reflect.MakeSlice(m.slice, len(rows), len(rows))
	for i, p := range rows {
		out.Index(i).Set(reflect.NewAt(m.typ, p).Elem())
	}
	return out
}

// restore undoes what a failed write did.
func (k memory) restore() {
	for i, p := range k.rows {
		reflect.NewAt(k.m.typ, p).Elem().Set(k.was.Index(i))
	}
}

// undo undoes what a write changed, when its transaction is rolled back. Later changes of the program stay.
func (k memory) undo() {
	for i, p := range k.rows {
		undoFields(k.m.typ, p, k.was.Index(i).Addr().UnsafePointer(), k.after.Index(i).Addr().UnsafePointer())
	}
}

// undoFields resets the fields of the struct at p that differ between the two copies.
func undoFields(t reflect.Type, p, was, after unsafe.Pointer) {
	for i := range t.NumField() {
		f := t.Field(i)
		to, from, later := unsafe.Add(p, f.Offset), unsafe.Add(was, f.Offset), unsafe.Add(after, f.Offset)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != modelType:
			undoFields(f.Type, to, from, later)
		case !sameBytes(from, later, f.Type.Size()):
			reflect.NewAt(f.Type, to).Elem().Set(reflect.NewAt(f.Type, from).Elem())
		}
	}
}

// sameBytes reports whether two values of one type are the same in memory.
func sameBytes(a, b unsafe.Pointer, size uintptr) bool {
	return bytes.Equal(unsafe.Slice((*byte)(a), size), unsafe.Slice((*byte)(b), size))
}

// writes runs fn, which changes rows. If fn fails, the rows become what they were. If the session's transaction is
// rolled back later, fn's changes are undone.
func (s *session) writes(kept []memory, fn func() error) error {
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
