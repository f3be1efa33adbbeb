package lucid

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Model makes a struct a model. It holds what the struct's columns cannot hold: extras and loaded relations. Embed
// it by value, and first. The zero value is a new row, which is not in the database.
//
// A copy of a model is a row of its own. Changes of one copy do not reach the other.
type Model struct {
	state  *state
	prints *uint64 // the first fingerprint of the stored columns; nil: changes are not tracked
	stored spot    // the stored primary key, of model.keyType; nil if the fingerprints are the key
}

// Row is the interface of every model's pointer. Embedding Model implements it.
type Row interface{ lucidModel() *Model }

// ModelPtr constrains P to *T, for a model T. Generic code over models needs it:
//
//	func Latest[T any, P lucid.ModelPtr[T]](ctx context.Context, db *lucid.DB) (*T, error) {
//		return lucid.From[T, P](db).OrderByDesc("id").First(ctx)
//	}
type ModelPtr[T any] interface {
	*T
	Row
}

// Values maps column names of the database to values.
type Values map[string]any

// Key is the value of a composite key, in the order of the key's columns: Find(ctx, lucid.Key{7, "A-1"}).
type Key []any

func (m *Model) lucidModel() *Model { return m }

// state is what a row has in addition to its columns. The package never changes a state, it only replaces it. So
// rows that are read together, and copies of a row, share one.
type state struct {
	persisted bool
	read      *columnSet // the columns that were read; nil: all of them
	extras    *extraSet
	values    []any  // of extras
	loaded    uint64 // a bit for each loaded relation
	related   []any  // rows of relations without a field, by the relation's slot
}

// columnSet is a set of a model's columns, by their position.
type columnSet struct{ has []bool }

// extraSet is the names of extras. Rows that are read together share one.
type extraSet struct{ names []string }

// persistedState is the state of every row that was read with all columns and has nothing else.
var persistedState = &state{persisted: true}

// Extras returns the values that a query selected in addition to the struct's columns: counts, aggregates, pivot
// columns and raw expressions. It makes a new map each time. If there are none, the map is empty.
func (m *Model) Extras() map[string]any {
	out := map[string]any{}
	if m.state != nil && m.state.extras != nil {
		for i, name := range m.state.extras.names {
			out[name] = m.state.values[i]
		}
	}
	return out
}

// IsPersisted reports whether the row was read from the database or written to it, and not deleted since.
func (m *Model) IsPersisted() bool { return m.state != nil && m.state.persisted }

// Extra reads one extra as a V. Numbers are converted if they fit. If the value can be NULL, V must be a pointer, a
// sql.Null or another sql.Scanner. An unknown name is ErrUnknownColumn; the message lists the names. A nil row is
// ErrNotPersisted. A value that does not fit is an error.
func Extra[V any](row Row, name string) (V, error) {
	var none V
	if isNil(row) {
		return none, wrong(ErrNotPersisted, "lucid: Extra(%q): the row is nil", name)
	}
	m := row.lucidModel()
	var names []string
	if m.state != nil && m.state.extras != nil {
		names = m.state.extras.names
	}
	i := slices.Index(names, name)
	if i < 0 {
		return none, wrong(ErrUnknownColumn, "lucid: %T has no extra %q%s", row, name, didYouMean(name, names))
	}
	v, err := convert[V](m.state.values[i])
	if err != nil {
		return none, wrong(err, "lucid: extra %q of %T: %v", name, row, err)
	}
	return v, nil
}

// convert returns a value that was read as a V, by the rules of database/sql.
func convert[V any](value any) (V, error) {
	if v, ok := value.(V); ok {
		return v, nil
	}
	var out sql.Null[V]
	if value == nil {
		if s, ok := any(&out.V).(sql.Scanner); ok {
			return out.V, s.Scan(nil)
		}
		if k := reflect.TypeFor[V]().Kind(); k == reflect.Pointer || k == reflect.Interface {
			return out.V, nil
		}
		return out.V, fmt.Errorf("it is NULL: read it as a *%[1]v or sql.Null[%[1]v]", reflect.TypeFor[V]())
	}
	if text, ok := value.(string); ok {
		switch any(&out.V).(type) {
		case *time.Time, **time.Time, *sql.Null[time.Time], *sql.NullTime:
			if t, err := parseTime(text); err == nil {
				value = t
			}
		}
	}
	err := out.Scan(value)
	return out.V, err
}

// model is what the package knows about one model type.
type model struct {
	typ            reflect.Type
	slice          reflect.Type // of typ
	name           string       // "User"
	table          string
	columns        []*column // of the table, in the struct's order
	byName         map[string]*column
	extras         map[string]*column // fields tagged extra
	key            []*column          // the primary key
	relationFields []relationField    // fields of related rows
	base           uintptr            // the offset of Model in the struct
	open           bool               // the columns are not known: every name is accepted
	hooks          hookSet            // the hooks that the model has
	trash          *column            // the column tagged softdelete; nil if there is none
	version        *column            // the column tagged version; nil if there is none
	keyType        reflect.Type       // a struct of the primary key's fields; nil if the fingerprints are the key
	errs           []error            // what is wrong with the declaration

	mu    sync.Mutex
	slots []slot // of its relations
}

// column is a field that the package reads from the database.
type column struct {
	name   string
	field  string // the field's Go name
	typ    reflect.Type
	offset uintptr
	index  int // in model.columns
	kind   kind
	null   bool // the field can hold NULL
	print  printer

	pk, autocreate, autoupdate, readonly, extra, deflt, version, softdelete bool
}

// home is a field for related rows: a *Model or a []*Model.
type relationField struct {
	field  string
	offset uintptr
}

// slot is a registered relation of a model: its bit in state.loaded.
type slot struct {
	hasField bool
	field    uintptr
}

var (
	rowType   = reflect.TypeFor[Row]()
	modelType = reflect.TypeFor[Model]()

	models sync.Map // reflect.Type → *model
)

// isModel reports whether T is a struct that embeds Model.
func isModel(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(rowType)
}

// modelOf returns the model of a struct type. It declares a model once.
func modelOf(t reflect.Type) *model {
	if m, ok := models.Load(t); ok {
		return m.(*model)
	}
	m, known := models.LoadOrStore(t, declare(t))
	if !known {
		addTable(m.(*model))
	}
	return m.(*model)
}

var (
	tablesMu sync.Mutex
	tables   = map[string][]*model{} // of the models seen so far
)

func addTable(m *model) {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	tables[m.table] = append(tables[m.table], m)
}

// modelsOf returns the models of a table that the program has used so far.
func modelsOf(table string) []*model {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	return slices.Clip(tables[table])
}

func declare(t reflect.Type) *model {
	m := &model{
		typ: t, slice: reflect.SliceOf(t), name: t.Name(),
		byName: map[string]*column{}, extras: map[string]*column{},
	}
	if !isModel(t) {
		m.errs = append(m.errs, fmt.Errorf("%s is not a model: embed lucid.Model in it", t))
		return m
	}
	m.table = plural(m.name)
	if namer, ok := reflect.New(t).Interface().(interface{ TableName() string }); ok {
		m.table = namer.TableName()
	}
	f := fieldScan{m: m, depth: map[string]int{}, marked: -1}
	f.scan(t, 0, 0)
	f.settle()
	if f.marked < 0 {
		m.errs = append(m.errs, fmt.Errorf("%s is not a model: "+
			"embed lucid.Model by value, in it or in a struct that it embeds", t))
	}
	for _, c := range m.columns {
		if c.pk {
			m.key = append(m.key, c)
		}
	}
	if id := f.id(); len(m.key) == 0 && id != nil {
		id.pk = true
		m.key = []*column{id}
	}
	if t == reflect.TypeFor[PivotRow]() {
		m.open = true
	}
	m.keyType = keyTypeOf(m.key)
	m.hooks = hooksOf(t)
	m.errs = append(m.errs, hookMistakes(t)...)
	m.roles()
	return m
}

// fieldScan collects the columns of a struct and of the structs embedded in it.
type fieldScan struct {
	m      *model
	depth  map[string]int // how deep the field of each column is embedded
	clash  []clash
	marked int // how deep Model is embedded; -1: not yet seen
}

// clash is two fields of the same depth with the same column name.
type clash struct {
	name, old string
	depth     int
	sf        reflect.StructField
}

func (f *fieldScan) scan(t reflect.Type, base uintptr, depth int) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name, opts, err := parseTag(sf)
		offset := base + sf.Offset
		switch {
		case sf.Type == modelType && sf.Anonymous:
			if f.marked < 0 || depth < f.marked { // the outermost is the one that Go promotes
				f.m.base, f.marked = offset, depth
			}
		case sf.Anonymous && sf.Type.Kind() == reflect.Struct && isModel(sf.Type), name != "-" && isEmbedded(sf):
			f.scan(sf.Type, offset, depth+1)
		case name == "-":
		case sf.Anonymous && sf.Type.Kind() == reflect.Pointer:
			f.wrong(sf, "is embedded by pointer: embed it by value, so that its columns are always there")
		case !sf.IsExported():
		case isHome(sf.Type):
			f.m.relationFields = append(f.m.relationFields, relationField{sf.Name, offset})
		case err != nil:
			f.wrong(sf, err.Error())
		default:
			f.add(sf, name, opts, offset, depth)
		}
	}
}

// id returns the outermost field named ID; nil if there is none.
func (f *fieldScan) id() *column {
	var id *column
	for _, c := range f.m.columns {
		if c.field == "ID" && (id == nil || f.depth[c.name] < f.depth[id.name]) {
			id = c
		}
	}
	return id
}

// settle reports fields with the same column name, unless an outer field hides them, as in Go.
func (f *fieldScan) settle() {
	for _, c := range f.clash {
		if f.depth[c.name] == c.depth {
			f.wrong(c.sf, fmt.Sprintf("and %s are both column %q: name one of them with a db tag", c.old, c.name))
		}
	}
	for i, c := range f.m.columns {
		c.index = i
	}
}

func (f *fieldScan) wrong(sf reflect.StructField, text string) {
	f.m.errs = append(f.m.errs, fmt.Errorf("%s.%s %s", f.m.name, sf.Name, text))
}

// isEmbedded reports whether a field's own fields are columns. That holds for an embedded struct that is not a
// value itself, as time.Time and a sql.Scanner are.
func isEmbedded(sf reflect.StructField) bool {
	return sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Type != timeType &&
		!reflect.PointerTo(sf.Type).Implements(scannerType) && !sf.Type.Implements(valuerType)
}

// isHome reports whether a field holds related rows: *Model or []*Model.
func isHome(t reflect.Type) bool {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Pointer && isModel(t.Elem())
}

func (f *fieldScan) add(sf reflect.StructField, name string, opts map[string]bool, offset uintptr, depth int) {
	c := &column{
		name: name, field: sf.Name, typ: sf.Type, offset: offset,
		pk: opts["pk"], autocreate: opts["autocreate"], autoupdate: opts["autoupdate"], readonly: opts["readonly"],
		extra: opts["extra"], deflt: opts["default"], version: opts["version"], softdelete: opts["softdelete"],
	}
	c.kind, c.null = kindOf(sf.Type)
	c.print = printerOf(sf.Type)
	if c.extra {
		f.m.extras[c.name] = c
		return
	}
	if old := f.m.byName[c.name]; old != nil {
		if f.depth[c.name] < depth { // an outer field hides an embedded one, as in Go
			return
		}
		if f.depth[c.name] == depth {
			f.clash = append(f.clash, clash{c.name, old.field, depth, sf})
			return
		}
		f.m.columns = slices.DeleteFunc(f.m.columns, func(x *column) bool { return x == old })
	}
	f.m.columns = append(f.m.columns, c)
	f.m.byName[c.name], f.depth[c.name] = c, depth
}

var tagOptions = []string{"pk", "autocreate", "autoupdate", "readonly", "extra", "default", "version", "softdelete"}

// parseTag reads a db tag: name,option,…. Without a name, the name is the field's in snake_case.
func parseTag(sf reflect.StructField) (string, map[string]bool, error) {
	parts := strings.Split(sf.Tag.Get("db"), ",")
	name := strings.TrimSpace(parts[0])
	if name == "" {
		name = snake(sf.Name)
	}
	opts := map[string]bool{}
	for _, opt := range parts[1:] {
		opt = strings.TrimSpace(opt)
		if !slices.Contains(tagOptions, opt) {
			return name, opts, fmt.Errorf("has an unknown option %q in its db tag%s", opt, didYouMean(opt, tagOptions))
		}
		opts[opt] = true
	}
	return name, opts, nil
}

// roles finds the columns that the package writes on its own, and reports fields that cannot hold their values.
func (m *model) roles() {
	one := func(role **column, c *column, option string) {
		if *role != nil {
			m.errs = append(m.errs, fmt.Errorf("%s.%s and %s are both tagged %s: a model has one",
				m.name, (*role).field, c.field, option))
		}
		*role = c
	}
	for _, c := range m.columns {
		if (c.autocreate || c.autoupdate) && c.kind != kindTime {
			m.errs = append(m.errs, fmt.Errorf("%s.%s is a %s: "+
				"autocreate and autoupdate take a time.Time, or one that can be NULL", m.name, c.field, c.typ))
		}
		if c.softdelete {
			one(&m.trash, c, "softdelete")
			if c.kind != kindTime || !c.null {
				m.errs = append(m.errs, fmt.Errorf("%s.%s is a %s: softdelete takes a time that can be NULL, such as *time.Time",
					m.name, c.field, c.typ))
			}
		}
		if c.version {
			one(&m.version, c, "version")
			if c.kind != kindInt || c.null {
				m.errs = append(m.errs, fmt.Errorf("%s.%s is a %s: version takes an integer", m.name, c.field, c.typ))
			}
		}
	}
}

// err returns everything that is wrong with the model's declaration as one error; nil if nothing is.
func (m *model) err() error {
	if len(m.errs) == 0 {
		return nil
	}
	texts := make([]string, len(m.errs))
	for i, e := range m.errs {
		texts[i] = e.Error()
	}
	return wrong(nil, "lucid: %s", strings.Join(texts, "\n       "))
}

// names returns the model's column names.
func (m *model) names() []string {
	names := make([]string, len(m.columns))
	for i, c := range m.columns {
		names[i] = c.name
	}
	return names
}

// unknown returns the error for a column that the model does not have.
func (m *model) unknown(name string) error {
	return wrong(ErrUnknownColumn, "lucid: %s has no column %q%s", m.name, name, didYouMean(name, m.names()))
}

// row returns the Model inside the struct at p.
func (m *model) row(p row) *Model { return fieldAt[Model](p, m.base) }

// value returns the column's field in the struct at p, as the user sees it.
func (c *column) value(p row) any { return c.pointer(p).Elem().Interface() }

func (c *column) pointer(p row) reflect.Value {
	return p.at(c.offset).typed(c.typ)
}

// copy copies the column's field from the struct at from to the struct at to.
func (c *column) copy(to, from row) {
	switch c.typ {
	case int64Type:
		*fieldAt[int64](to, c.offset) = *fieldAt[int64](from, c.offset)
	case stringType:
		*fieldAt[string](to, c.offset) = *fieldAt[string](from, c.offset)
	default:
		c.pointer(to).Elem().Set(c.pointer(from).Elem())
	}
}

// kind is what a field holds, as far as comparing keys needs it.
type kind int

const (
	kindOther kind = iota // a type of the user's own: comparable with anything
	kindInt
	kindString
	kindUUID
	kindBytes
	kindTime
	kindFloat
	kindBool
)

func (k kind) String() string {
	return [...]string{"value", "integer", "string", "uuid", "bytes", "time", "float", "bool"}[k]
}

// comparable reports whether keys of two kinds can be equal.
func (k kind) comparable(other kind) bool {
	if k == other || k == kindOther || other == kindOther {
		return true
	}
	text := func(k kind) bool { return k == kindString || k == kindUUID || k == kindBytes }
	return text(k) && text(other)
}

// kindOf returns the kind of a field's type, and whether the field can hold NULL.
func kindOf(t reflect.Type) (kind, bool) {
	switch {
	case t.Kind() == reflect.Pointer:
		k, _ := kindOf(t.Elem())
		return k, true
	case t == timeType:
		return kindTime, false
	case isNullStruct(t):
		k, _ := kindOf(t.Field(0).Type)
		return k, true
	case isUUID(t):
		return kindUUID, false
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return kindInt, false
	case reflect.String:
		return kindString, false
	case reflect.Float32, reflect.Float64:
		return kindFloat, false
	case reflect.Bool:
		return kindBool, false
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return kindBytes, true
		}
		return kindOther, true
	case reflect.Map, reflect.Interface:
		return kindOther, true
	}
	return kindOther, reflect.PointerTo(t).Implements(scannerType)
}

// PivotRow is a row of a pivot table. Its columns are extras. ManyToMany's PivotQuery reads it.
type PivotRow struct{ Model }

func namesOf(cols []*column) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.name
	}
	return names
}

// keyTypeOf returns a struct type of a key's fields. It returns nil if all are integers, because an integer is its
// own fingerprint.
func keyTypeOf(cols []*column) reflect.Type {
	ints := true
	fields := make([]reflect.StructField, len(cols))
	for i, c := range cols {
		ints = ints && c.kind == kindInt && !c.null && !c.typ.Implements(valuerType)
		fields[i] = reflect.StructField{Name: fmt.Sprintf("K%d", i), Type: c.typ}
	}
	if ints {
		return nil
	}
	return reflect.StructOf(fields)
}

// runHooks runs the hooks of a list that the model has. It runs all hooks of one row before those of the next row.
func (m *model) runHooks(ctx context.Context, ex Executor, rows []row, hooks ...hook) error {
	if !m.hooks.any(hooks...) {
		return nil
	}
	for _, p := range rows {
		for _, h := range hooks {
			if !m.hooks[h] {
				continue
			}
			if err := h.run(ctx, ex, m.typ, p); err != nil {
				return err
			}
		}
	}
	return nil
}
