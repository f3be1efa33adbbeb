package lucid

import (
	"database/sql"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/google/uuid"
)

// assign sets the column's field in the struct at p to a value of another type with the same meaning. It follows or
// makes pointers, converts between integer widths, and calls a Scanner. nil means NULL, which the field must be
// able to hold.
func (c *column) assign(p row, v any) error {
	if err := setTo(c.pointer(p).Elem(), v); err != nil {
		return fmt.Errorf("column %q: %w", c.name, err)
	}
	return nil
}

func setTo(field reflect.Value, v any) error {
	given := reflect.ValueOf(v)
	if v != nil && given.Type().AssignableTo(field.Type()) {
		field.Set(given)
		return nil
	}
	bare, err := plain(v)
	if err != nil {
		return err
	}
	if scanner, ok := field.Addr().Interface().(sql.Scanner); ok {
		if t, isTime := timeValue(bare); isTime {
			bare = t
		}
		return scanner.Scan(bare)
	}
	if bare == nil {
		switch field.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
			field.SetZero()
			return nil
		}
		return fmt.Errorf("NULL into a %s: make the field a pointer", field.Type())
	}
	if field.Kind() == reflect.Pointer {
		to := reflect.New(field.Type().Elem())
		if err := setTo(to.Elem(), v); err != nil {
			return err
		}
		field.Set(to)
		return nil
	}
	return setBare(field, bare)
}

// setBare sets a field that is no pointer and no Scanner.
func setBare(field reflect.Value, bare any) error {
	if field.Type() == timeType {
		t, ok := timeValue(bare)
		if !ok {
			return fmt.Errorf("a %T is no time", bare)
		}
		field.Set(reflect.ValueOf(t))
		return nil
	}
	if isUUID(field.Type()) {
		k, err := keyOf(bare, true)
		if err != nil {
			return err
		}
		id, err := uuid.Parse(k.s)
		if err != nil {
			return fmt.Errorf("a %T is no uuid", bare)
		}
		reflect.Copy(field, reflect.ValueOf(id))
		return nil
	}
	from := reflect.ValueOf(bare)
	switch {
	case field.CanInt() && from.CanInt() && !field.OverflowInt(from.Int()):
		field.SetInt(from.Int())
	case field.CanInt() && from.CanUint() && from.Uint() <= math.MaxInt64 && !field.OverflowInt(int64(from.Uint())):
		field.SetInt(int64(from.Uint()))
	case field.CanUint() && from.CanUint() && !field.OverflowUint(from.Uint()):
		field.SetUint(from.Uint())
	case field.CanUint() && from.CanInt() && from.Int() >= 0 && !field.OverflowUint(uint64(from.Int())):
		field.SetUint(uint64(from.Int()))
	case field.CanFloat() && from.CanFloat():
		field.SetFloat(from.Float())
	case field.CanFloat() && from.CanInt():
		field.SetFloat(float64(from.Int()))
	case field.Kind() == from.Kind() && from.CanConvert(field.Type()),
		isBytes(field.Type()) && from.Kind() == reflect.String,
		field.Kind() == reflect.String && isBytes(from.Type()):
		field.Set(from.Convert(field.Type()))
	default:
		return fmt.Errorf("a %T does not fit into a %s", bare, field.Type())
	}
	return nil
}

func timeValue(v any) (time.Time, bool) {
	t, ok, err := timeOf(v)
	return t, ok && err == nil
}
