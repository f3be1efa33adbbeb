package lucid

import (
	"reflect"
	"slices"
	"unsafe"
)

// row is a pointer to a struct of some model. The code below the generic types reads and writes structs whose types it
// does not know: it holds rows, and the model beside them says what is in them. Only this file and query.go import
// unsafe; the linter sees to that.
//
// The rules:
//
//   - Anything may hold a row. It is a pointer that the garbage collector sees, to a struct or into an array of
//     structs, and it keeps that alive. No address is made a uintptr and then a pointer again, since the collector
//     does not see what is a number in between; offsetOf and numberOf make numbers that are only compared.
//   - A row is of one model, and nothing in it says of which. Who passes a row also passes its model, or a relation, a
//     column or a query that has it. A P becomes a row in pointer and pointers, and a row becomes a P in rowAs and
//     rowsAs. P is a pointer to the struct of the row's model, every time.
//   - An offset comes from reflect (model.base, column.offset, home.offset) and goes with rows of its own model only. A
//     field is read as the type that reflect found there, or as one of the same memory: fieldAt[int64] stands behind a
//     test of the column's type, and a named [16]byte is read as a uuid.UUID.
//   - A pointer stays in its struct. Only step moves on to another one, in a slab, and its caller knows that there is
//     one: a pointer behind the end of the slab would point into memory of somebody else.
//   - A row is laid out as the pointer in it. So a []row is in memory what a []*T is, and a field of type *T or []*T is
//     read and set as a row or a []row; nil is the same in both. All pointers have one size, and the collector learns
//     from an allocation what is in it, and not from the pointer. Structs are therefore allocated as their own type, by
//     reflect where the package makes them.
//   - A []*T of the user's is the same array as a []row. It is cloned before it is kept or changed.
//   - A value that may hold pointers is set as its own type: by typed, fieldAt or valueAt. Its bytes are compared, and
//     never written.
//   - A *query is a *QueryOf[P] for any P: the query is the only field of that struct, and does not depend on P. The
//     conversion is queryOf, in query.go.
//
// The race detector turns on the compiler's checkptr, so that make test checks conversions and pointer arithmetic.
type row struct{ p unsafe.Pointer }

// isNil reports whether the row is none.
func (r row) isNil() bool { return r.p == nil }

// at is the field at an offset.
func (r row) at(offset uintptr) spot { return spot{unsafe.Add(r.p, offset)} }

// typed is the row as the *T that it is; t is T.
func (r row) typed(t reflect.Type) reflect.Value { return reflect.NewAt(t, r.p) }

// set copies a whole struct of type t from another row.
func (r row) set(t reflect.Type, from row) {
	reflect.NewAt(t, r.p).Elem().Set(reflect.NewAt(t, from.p).Elem())
}

// step is the row n structs further on in the same slab.
func (r row) step(n int, size uintptr) row { return row{unsafe.Add(r.p, uintptr(n)*size)} }

// offsetOf is how far a spot lies behind the start of the row; more than the struct's size where it is not in it.
func (r row) offsetOf(s spot) uintptr { return uintptr(s.p) - uintptr(r.p) }

// fieldAt is the address of a field of type F.
func fieldAt[F any](r row, offset uintptr) *F { return (*F)(unsafe.Add(r.p, offset)) }

// rowIn is the struct that a pointer points to, or the first one of a slice of structs.
func rowIn(v reflect.Value) row { return row{v.UnsafePointer()} }

// newSlab is the first of n new structs that lie in one array; slice is the type of a slice of them.
func newSlab(slice reflect.Type, n int) row { return rowIn(reflect.MakeSlice(slice, n, n)) }

// pointer is a row without its type.
func pointer[P any](p P) row { return *(*row)(unsafe.Pointer(&p)) }

// pointers is rows without their type, in a slice of their own.
func pointers[P any](rows []P) []row { return slices.Clone(*(*[]row)(unsafe.Pointer(&rows))) }

// rowAs is one row as what it is.
func rowAs[P any](r row, err error) (P, error) { return *(*P)(unsafe.Pointer(&r)), err }

// rowsAs is rows as what they are; none is an empty slice.
func rowsAs[P any](rows []row, err error) ([]P, error) {
	if err != nil {
		return nil, err
	}
	if rows == nil {
		return []P{}, nil
	}
	return *(*[]P)(unsafe.Pointer(&rows)), nil
}

// spot is the address of a value that is no row: a field, what a field points to, or a variable. The rules of rows
// hold for it too, with the type of the value for the model.
type spot struct{ p unsafe.Pointer }

// isNil reports whether the spot is none.
func (s spot) isNil() bool { return s.p == nil }

// at is the field at an offset of a struct.
func (s spot) at(offset uintptr) spot { return spot{unsafe.Add(s.p, offset)} }

// typed is the address as the *T that it is; t is T.
func (s spot) typed(t reflect.Type) reflect.Value { return reflect.NewAt(t, s.p) }

// bytes is what is in memory there.
func (s spot) bytes(size uintptr) []byte { return unsafe.Slice((*byte)(s.p), size) }

// valueAt is the address as a *V.
func valueAt[V any](s spot) *V { return (*V)(s.p) }

// spotOf is where a variable is.
func spotOf[V any](v *V) spot { return spot{unsafe.Pointer(v)} }

// spotIn is where an addressable value is.
func spotIn(v reflect.Value) spot { return spot{v.Addr().UnsafePointer()} }

// printsFrom is n fingerprints that lie one behind the other.
func printsFrom(first *uint64, n int) []uint64 { return unsafe.Slice(first, n) }

// numberOf tells a variable from every other one, as long as it is not freed.
func numberOf[V any](v *V) uint64 { return uint64(uintptr(unsafe.Pointer(v))) }
