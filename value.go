package lucid

import (
	"database/sql"
	"database/sql/driver"
	"reflect"
	"time"

	"github.com/google/uuid"
)

var (
	int64Type         = reflect.TypeFor[int64]()
	nullableInt64Type = reflect.TypeFor[*int64]()
	stringType        = reflect.TypeFor[string]()
	timeType          = reflect.TypeFor[time.Time]()
	scannerType       = reflect.TypeFor[sql.Scanner]()
	valuerType        = reflect.TypeFor[driver.Valuer]()
)

// isNil reports whether v is nil, a typed nil pointer or a nil []byte.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil() || isBytes(rv.Type()) && rv.IsNil()
}

// isBytes reports whether a slice is a []byte, or json.RawMessage and its like, rather than a list.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem() == reflect.TypeFor[byte]()
}

// plain is a value as it is bound: pointers followed, nil for all that means NULL, times in UTC, since
// drivers differ in what they make of a zone, and the text of a uuid in 16 bytes.
func plain(v any) (any, error) {
	if isNil(v) {
		return nil, nil
	}
	if t, ok := v.(time.Time); ok {
		return t.UTC(), nil
	}
	if valuer, ok := v.(driver.Valuer); ok {
		bare, err := valuer.Value()
		if t, isTime := bare.(time.Time); isTime {
			return t.UTC(), err
		}
		if err != nil || bare == nil {
			return nil, err
		}
		return v, nil // the driver may know a better form
	}
	rv := reflect.ValueOf(v)
	switch {
	case rv.Kind() == reflect.Pointer:
		return plain(rv.Elem().Interface())
	case isUUID(rv.Type()):
		return uuidOf(rv).String(), nil
	}
	return v, nil
}

// isUUID reports whether a type is 16 bytes, as uuids are.
func isUUID(t reflect.Type) bool {
	return t.Kind() == reflect.Array && t.Len() == 16 && t.Elem().Kind() == reflect.Uint8
}

// uuidOf is the uuid of a value whose type isUUID.
func uuidOf(v reflect.Value) (id uuid.UUID) {
	reflect.Copy(reflect.ValueOf(&id).Elem(), v)
	return id
}

// addresses is the addresses of values, to scan into.
func addresses(values []any) []any {
	out := make([]any, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}
