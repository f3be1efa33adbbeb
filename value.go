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

// isBytes reports whether a slice is a []byte or a type such as json.RawMessage, and not a list.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem() == reflect.TypeFor[byte]()
}

// plain returns a value as it is bound. It follows pointers, and returns nil for everything that means NULL. It
// converts times to UTC, because drivers treat zones differently, and a uuid of 16 bytes to text.
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

// uuidOf returns the uuid in a value whose type isUUID.
func uuidOf(v reflect.Value) (id uuid.UUID) {
	reflect.Copy(reflect.ValueOf(&id).Elem(), v)
	return id
}

// addresses returns the addresses of values, as destinations of a Scan.
func addresses(values []any) []any {
	out := make([]any, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}
