package lucid

import (
	"hash/maphash"
	"math"
	"reflect"
	"time"
)

// For each column lucid keeps a fingerprint of 64 bits of what it was when the row was read or saved. It is half
// the size of a copy, and the garbage collector has nothing to follow. A change behind a pointer or inside a slice
// is seen too. An integer and a boolean are their own fingerprint. Two different texts have the same fingerprint
// once in 2^64.

// printer makes the fingerprint of a column's field.
type printer struct {
	form printForm
	of   func(at spot) uint64 // for printOther
}

// printForm is a common type, which needs no call through a function value.
type printForm int

const (
	printOther printForm = iota
	printInt64
	printInt
	printBool
	printString
	printTime
	printInt64Ptr
)

var (
	printSeed = maphash.MakeSeed()
	nullPrint = maphash.String(printSeed, "NULL")
)

func printerOf(t reflect.Type) printer {
	switch t {
	case int64Type:
		return printer{form: printInt64}
	case reflect.TypeFor[int]():
		return printer{form: printInt}
	case reflect.TypeFor[bool]():
		return printer{form: printBool}
	case stringType:
		return printer{form: printString}
	case timeType:
		return printer{form: printTime}
	case nullableInt64Type:
		return printer{form: printInt64Ptr}
	}
	return printer{of: printFunc(t)}
}

// print returns the fingerprint of the field at an address.
func (p printer) print(at spot) uint64 {
	switch p.form {
	case printInt64:
		return uint64(*valueAt[int64](at))
	case printInt:
		return uint64(*valueAt[int](at))
	case printBool:
		return uint64(*valueAt[uint8](at))
	case printString:
		return maphash.String(printSeed, *valueAt[string](at))
	case printTime:
		return timePrint(*valueAt[time.Time](at))
	case printInt64Ptr:
		if n := *valueAt[*int64](at); n != nil {
			return uint64(*n)
		}
		return nullPrint
	}
	return p.of(at)
}

// timePrint returns the fingerprint of a moment, whatever its zone is.
func timePrint(t time.Time) uint64 {
	return uint64(t.Unix())*0x9e3779b97f4a7c15 + uint64(t.Nanosecond())
}

func printFunc(t reflect.Type) func(at spot) uint64 {
	switch {
	case t == timeType:
		return func(at spot) uint64 { return timePrint(*valueAt[time.Time](at)) }
	case t.Kind() == reflect.Pointer:
		of := printFunc(t.Elem())
		return func(at spot) uint64 {
			to := *valueAt[spot](at)
			if to.isNil() {
				return nullPrint
			}
			return of(to)
		}
	case isNullStruct(t):
		of, valid := printFunc(t.Field(0).Type), t.Field(1).Offset
		return func(at spot) uint64 {
			if !*valueAt[bool](at.at(valid)) {
				return nullPrint
			}
			return of(at)
		}
	case isBytes(t):
		return func(at spot) uint64 {
			b := *valueAt[[]byte](at)
			if b == nil {
				return nullPrint
			}
			return maphash.Bytes(printSeed, b)
		}
	}
	return func(at spot) uint64 { return deepPrint(at.typed(t).Elem(), 0) }
}

// isNullStruct reports whether a type is sql.Null[T], sql.NullInt64 or alike.
func isNullStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(1).Name == "Valid" &&
		t.Field(1).Type.Kind() == reflect.Bool
}

// maxPrintDepth ends the walk through a value that contains itself.
const maxPrintDepth = 32

// deepPrint returns the fingerprint of any value, by its content.
func deepPrint(v reflect.Value, depth int) uint64 {
	if depth > maxPrintDepth {
		return 0
	}
	mix := func(h, x uint64) uint64 { return (h ^ x) * 0x9e3779b97f4a7c15 }
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return uint64(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return math.Float64bits(v.Float())
	case reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case reflect.String:
		return maphash.String(printSeed, v.String())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nullPrint
		}
		return deepPrint(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nullPrint
		}
		h := uint64(v.Len()) + 1
		for i := range v.Len() {
			h = mix(h, deepPrint(v.Index(i), depth+1))
		}
		return h
	case reflect.Struct:
		h := uint64(v.NumField()) + 2
		for i := range v.NumField() {
			h = mix(h, deepPrint(v.Field(i), depth+1))
		}
		return h
	case reflect.Map:
		if v.IsNil() {
			return nullPrint
		}
		h := uint64(v.Len()) + 3
		for it := v.MapRange(); it.Next(); { // a sum, since maps have no order
			h += mix(deepPrint(it.Key(), depth+1), deepPrint(it.Value(), depth+1))
		}
		return h
	}
	return 0
}
