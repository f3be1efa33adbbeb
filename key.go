package lucid

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// key is a key's value in a form that compares with ==, whatever type held it. int32 3, int64 3 and *int64 3 are
// one key. The bytes of a uuid and its text are one key too.
type key struct {
	kind kind
	n    int64
	s    string
}

// nullKey stands for NULL.
var nullKey = key{kind: -1}

func (k key) null() bool { return k.kind == -1 }

// arg returns the key as an argument.
func (k key) arg() any {
	switch k.kind {
	case kindInt:
		return k.n
	case kindBool:
		return k.n != 0
	case kindFloat:
		return math.Float64frombits(uint64(k.n))
	case kindTime:
		return time.UnixMicro(k.n).UTC()
	case kindBytes:
		return []byte(k.s)
	}
	return k.s
}

// keyOf returns a value as a key. With asUUID it reads texts as uuids, because the other side holds bytes.
func keyOf(v any, asUUID bool) (key, error) {
	switch v := v.(type) {
	case nil:
		return nullKey, nil
	case int64:
		return key{kind: kindInt, n: v}, nil
	case int:
		return key{kind: kindInt, n: int64(v)}, nil
	case string:
		return textKey(v, asUUID), nil
	case time.Time:
		return key{kind: kindTime, n: v.UnixMicro()}, nil
	case []byte:
		return bytesKey(v, asUUID), nil
	}
	return reflectKey(reflect.ValueOf(v), asUUID)
}

func textKey(s string, asUUID bool) key {
	if asUUID {
		if id, err := uuid.Parse(s); err == nil {
			return key{kind: kindString, s: id.String()}
		}
	}
	return key{kind: kindString, s: s}
}

func bytesKey(b []byte, asUUID bool) key {
	if b == nil {
		return nullKey
	}
	if id, err := uuid.FromBytes(b); asUUID && err == nil {
		return key{kind: kindString, s: id.String()}
	}
	if asUUID {
		return textKey(string(b), true)
	}
	return key{kind: kindBytes, s: string(b)}
}

// keyOf returns a value as a key of the column. If the column holds integers, the text of an integer and a float
// that is an integer become that integer.
func (c *column) keyOf(v any) (key, error) {
	k, err := keyOf(v, c.kind == kindUUID)
	if err != nil || c.kind != kindInt {
		return k, err
	}
	switch k.kind {
	case kindString:
		if n, err := strconv.ParseInt(k.s, 10, 64); err == nil {
			return key{kind: kindInt, n: n}, nil
		}
	case kindFloat:
		if f := math.Float64frombits(uint64(k.n)); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return key{kind: kindInt, n: int64(f)}, nil
		}
	}
	return k, nil
}

// bind returns the key in the form that the column's field would send: a uuid can be a text or bytes.
func (c *column) bind(k key) any {
	t := c.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if k.kind != kindString || !isUUID(t) {
		return k.arg()
	}
	id, err := uuid.Parse(k.s)
	if err != nil {
		return k.arg()
	}
	field := reflect.New(t).Elem()
	reflect.Copy(field, reflect.ValueOf(id))
	return uuidArg(field.Interface())
}

// uuidArg returns a uuid in the form that its type sends: its Value, or else its text.
func uuidArg(id any) any {
	if valuer, ok := id.(driver.Valuer); ok {
		if v, err := valuer.Value(); err == nil {
			return v
		}
		return id
	}
	return uuidOf(reflect.ValueOf(id)).String()
}

// reflectKey is keyOf for types that are not common.
func reflectKey(v reflect.Value, asUUID bool) (key, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nullKey, nil
		}
		return keyOf(v.Elem().Interface(), asUUID)
	}
	if isUUID(v.Type()) {
		return key{kind: kindString, s: uuidOf(v).String()}, nil
	}
	if valuer, ok := v.Interface().(driver.Valuer); ok {
		plain, err := valuer.Value()
		if err != nil {
			return nullKey, err
		}
		if _, again := plain.(driver.Valuer); again {
			return nullKey, fmt.Errorf("the Value of a %s is a driver.Valuer", v.Type())
		}
		return keyOf(plain, asUUID)
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return key{kind: kindInt, n: v.Int()}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if u := v.Uint(); u <= math.MaxInt64 {
			return key{kind: kindInt, n: int64(u)}, nil
		}
		return key{kind: kindString, s: strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.String:
		return textKey(v.String(), asUUID), nil
	case reflect.Bool:
		if v.Bool() {
			return key{kind: kindBool, n: 1}, nil
		}
		return key{kind: kindBool}, nil
	case reflect.Float32, reflect.Float64:
		return key{kind: kindFloat, n: int64(math.Float64bits(v.Float()))}, nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return bytesKey(v.Bytes(), asUUID), nil
		}
	}
	return nullKey, fmt.Errorf("a %s cannot be a key", v.Type())
}

// readKey returns the key that a column holds in the struct at p. It handles the common types without reflection.
func (c *column) readKey(p row, asUUID bool) (key, error) {
	at := p.at(c.offset)
	switch c.typ {
	case int64Type:
		return key{kind: kindInt, n: *valueAt[int64](at)}, nil
	case nullableInt64Type:
		if n := *valueAt[*int64](at); n != nil {
			return key{kind: kindInt, n: *n}, nil
		}
		return nullKey, nil
	case stringType:
		return textKey(*valueAt[string](at), asUUID), nil
	}
	return keyOf(c.value(p), asUUID)
}

// keySep separates the parts of a composite key. Inside a part it is escaped.
const keySep = "\x00\x00"

var keyEscape = strings.NewReplacer("\x00", "\x00\x01")

// joinKeys returns a composite key as one key. If a part is NULL, the whole key is NULL.
func joinKeys(parts []key) key {
	if len(parts) == 1 {
		return parts[0]
	}
	var b strings.Builder
	for i, p := range parts {
		if p.null() {
			return nullKey
		}
		if i > 0 {
			b.WriteString(keySep)
		}
		if p.kind == kindString || p.kind == kindBytes {
			b.WriteString(keyEscape.Replace(p.s))
		} else {
			b.WriteString(strconv.Itoa(int(p.kind)) + ":" + strconv.FormatInt(p.n, 10))
		}
	}
	return key{kind: kindOther, s: b.String()}
}

// zeroKey reports whether all parts of a key are the zero value.
func zeroKey(parts []key) bool {
	for _, p := range parts {
		if p.n != 0 || p.s != "" && p.s != uuid.Nil.String() {
			return false
		}
	}
	return true
}

// keySet is the distinct keys of a condition, in the order in which they came.
type keySet struct {
	ints  []int64 // if every key is one integer
	rows  [][]any // else
	kinds []kind  // of each column; kindOther if the rows differ
}

func (k *keySet) len() int { return len(k.ints) + len(k.rows) }

// row returns one key, as one value for each column.
func (k *keySet) row(i int) []any {
	if k.ints != nil {
		return []any{k.ints[i]}
	}
	return k.rows[i]
}

// add adds a key in the form that the columns on the other side send. Without columns it adds the key as it is.
func (k *keySet) add(parts []key, columns []*column) {
	if len(parts) == 1 && parts[0].kind == kindInt && k.rows == nil {
		if k.kinds == nil {
			k.kinds = []kind{kindInt}
		}
		k.ints = append(k.ints, parts[0].n)
		return
	}
	k.spread()
	tuple := make([]any, len(parts))
	for i, p := range parts {
		tuple[i] = p.arg()
		if columns != nil {
			tuple[i] = columns[i].bind(p)
		}
		kd := p.kind
		if text, ok := tuple[i].(string); kd == kindString && (!ok || !plainText(text)) {
			kd = kindOther
		}
		switch {
		case len(k.rows) == 0:
			k.kinds = append(k.kinds, kd)
		case k.kinds[i] != kd: // a set of several kinds is sent one by one
			k.kinds[i] = kindOther
		}
	}
	k.rows = append(k.rows, tuple)
}

// spread turns the integers into rows, before a key that is no integer is added.
func (k *keySet) spread() {
	for _, n := range k.ints {
		k.rows = append(k.rows, []any{n})
	}
	k.ints = nil
}

// plainText reports whether a text survives JSON and arrays as it is.
func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// addValue adds a value of a single column. An integer or a text gets the form that compares; another value stays
// as it is.
func (k *keySet) addValue(v any) {
	if isUUID(reflect.TypeOf(v)) {
		v = uuidArg(v)
	}
	if part, err := keyOf(v, false); err == nil && (part.kind == kindInt || part.kind == kindString) {
		k.add([]key{part}, nil)
		return
	}
	k.spread()
	k.rows, k.kinds = append(k.rows, []any{v}), []kind{kindOther}
}

// form returns how the set is sent: in the database's own form if the keys fit it, else as a list. A composite key
// with strings is no array, because an array must name the column's SQL type: text, varchar or uuid.
func (k *keySet) form(d *dialect) keyForm {
	for _, kd := range k.kinds {
		switch {
		case kd == kindInt:
		case kd == kindString && (d.keys == keyJSON || len(k.kinds) == 1):
		default:
			return keyList
		}
	}
	if d.keys == keyJSON && k.len() <= d.fewKeys {
		return keyList
	}
	return d.keys
}

// array returns one column of the set as a typed slice.
func (k *keySet) array(column int) any {
	if k.ints != nil {
		return k.ints
	}
	if k.kinds[column] == kindInt {
		return columnValues[int64](k.rows, column)
	}
	return columnValues[string](k.rows, column)
}

func columnValues[V any](rows [][]any, column int) []V {
	out := make([]V, len(rows))
	for i, tuple := range rows {
		out[i] = tuple[column].(V)
	}
	return out
}

// json returns the set as a JSON array of keys, or of arrays of keys.
func (k *keySet) json() string {
	if k.ints != nil {
		return jsonInts(k.ints)
	}
	var v any = k.rows
	if len(k.kinds) == 1 {
		flat := make([]any, len(k.rows))
		for i, tuple := range k.rows {
			flat[i] = tuple[0]
		}
		v = flat
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // integers and strings always encode
	return strings.TrimSuffix(b.String(), "\n")
}

// jsonInts returns integers as a JSON array.
func jsonInts(ints []int64) string {
	buf := make([]byte, 0, 8*len(ints)+2)
	for i, n := range ints {
		buf = strconv.AppendInt(append(buf, "[,"[min(i, 1)]), n, 10)
	}
	return string(append(buf, ']'))
}

// chunks cuts a set into parts that one statement can bind. Only a set that is sent as a list is cut.
func (k *keySet) chunks(d *dialect) []keySet {
	size := k.chunkSize(d)
	if k.len() <= size {
		return []keySet{*k}
	}
	var out []keySet
	for ints := range slices.Chunk(k.ints, size) {
		out = append(out, keySet{ints: ints, kinds: k.kinds})
	}
	for rows := range slices.Chunk(k.rows, size) {
		out = append(out, keySet{rows: rows, kinds: k.kinds})
	}
	return out
}

// chunkSize returns how many keys one statement can have. It is a power of two, so that full lists have one text.
func (k *keySet) chunkSize(d *dialect) int {
	if k.form(d) != keyList || k.len() == 0 {
		return math.MaxInt
	}
	limit := d.listParams() / len(k.kinds)
	if len(k.kinds) > 1 && d.maxTuples > 0 {
		limit = min(limit, d.maxTuples)
	}
	size := 1
	for size*2 <= limit {
		size *= 2
	}
	return size
}
