package lucid

import (
	"reflect"
	"slices"
	"unsafe"
)

// A write changes rows in memory too: their keys, timestamps, and what is loaded. Where it fails, or
// the transaction that it is part of is rolled back, they are as they were before the call.

// memory is rows as they were.
type memory struct {
	typ  reflect.Type
	rows []unsafe.Pointer
	was  reflect.Value // a slice of structs
}

// remember keeps rows of a model as they are now.
func (m *model) remember(rows ...unsafe.Pointer) memory {
	k := memory{m.typ, rows, reflect.MakeSlice(m.slice, len(rows), len(rows))}
	for i, p := range rows {
		k.was.Index(i).Set(k.row(p))
	}
	return k
}

func (k memory) row(p unsafe.Pointer) reflect.Value { return reflect.NewAt(k.typ, p).Elem() }

func (k memory) restore() {
	for i, p := range k.rows {
		k.row(p).Set(k.was.Index(i))
	}
}

// restoreAll restores what was remembered, the latest first.
func restoreAll(kept []memory) {
	for _, k := range slices.Backward(kept) {
		k.restore()
	}
}

// writes runs fn, which changes rows. Where it fails, and where the session's transaction is rolled
// back later, the rows are as they were.
func (s *session) writes(kept []memory, fn func() error) error {
	done := false
	defer func() {
		if !done { // an error, or a panic of a hook
			restoreAll(kept)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	done = true
	if s.tx != nil {
		s.tx.onRollback(func() { restoreAll(kept) })
	}
	return nil
}
