package lucid

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Relation is a relation of parent P: a descriptor such as a *HasMany[P, R], or a *Scoped[P, R]. Other packages
// cannot implement it.
//
// It is an alias of [RelationOf], which has no exported methods. The methods of relations are on [ScopedOf] and on
// the descriptors, such as [HasManyOf].
type Relation[P any] = RelationOf[*P]

// RelationOf is the interface behind [Relation]: Relation[User] is RelationOf[*User].
type RelationOf[P any] interface{ relationOf(P) *scopedRelation }

// scopedRelation is a relation as a chain uses it: with scopes, and with a name for its result.
type scopedRelation struct {
	rel    *relation
	scopes []scopeFunc
	as     string
}

// relation is a registered descriptor. The kinds of relation differ in their keys. Everything that follows from the
// keys is written once, on this type.
//
// A parent's source key equals the target key. The target key is columns of the related table, or of a middle table: a
// pivot table, or the table of a through model. The middle table's join columns equal the related key of the related
// table.
type relation struct {
	declaration
	name       string // "Posts"
	parent     *model
	related    *model
	slot       int // the bit in state.loaded
	sourceKey  []*column
	targetKey  []string
	binds      []*column // how the key is sent: the target columns if a model has them, else the source columns
	relatedKey []*column // only with a middle table
	middle     *middle
	asUUID     bool // one side of the keys is a uuid: the other side's texts are compared as uuids

	registered bool
}

// middle is the table between parent and related rows.
type middle struct {
	table  string
	prefix string   // "pivot", "through"
	model  *model   // nil for a pivot
	join   []string // the columns that equal the related key
}

// declaration is a descriptor as data: what its kind and its options say.
type declaration struct {
	kind     string // "HasMany"
	one      bool   // at most one related row is wanted
	lowest   bool   // of several related rows, it wants the one with the lowest primary key
	types    types
	field    columnRef // the field for loaded rows
	hasField bool
	onQuery  scopeFunc

	sourceOption, targetOption, joinOption, relatedOption keyOption
	pivot                                                 *pivotOptions
}

// types are the models of a relation other than its parent. through is nil if there is none.
type types struct{ related, through reflect.Type }

// keyOption is one key option of a descriptor and the columns that it names. Without columns the default counts.
type keyOption struct {
	option string // "ForeignKey"
	refs   []columnRef
}

// pivotOptions are the options of a pivot table.
type pivotOptions struct {
	table, foreignKey, relatedForeignKey string
	columns                              []string
	timestamps                           PivotTimestamps
}

// PivotTimestamps names the timestamp columns of a pivot table. If a name is "", lucid does not write that column.
// The zero value has none.
type PivotTimestamps struct{ CreatedAt, UpdatedAt string }

// DefaultPivotTimestamps are the columns created_at and updated_at.
var DefaultPivotTimestamps = PivotTimestamps{CreatedAt: "created_at", UpdatedAt: "updated_at"}

// names returns the columns that are turned on.
func (t PivotTimestamps) names() []string {
	return slices.DeleteFunc([]string{t.CreatedAt, t.UpdatedAt}, func(s string) bool { return s == "" })
}

// declarer is a descriptor; a scoped use of one is none.
type declarer interface{ declare() declaration }

// keyed returns an option's columns. If the option is not set, there are none.
func keyed[P any](option string, cols ColumnsOf[P]) keyOption {
	o := keyOption{option: option}
	if cols != nil {
		var none P
		o.refs = cols.columnsOf(none)
	}
	return o
}

// setField finds the field that a descriptor's Field function returns.
func setField[P, F any](d *declaration, field func(P) *F) {
	if field != nil {
		d.hasField, d.field = true, fieldOf(field)
	}
}

// relationIn returns a relation as a scoped relation. For nil it returns an empty one.
func relationIn[P any](r RelationOf[P]) (u scopedRelation) {
	if isNil(r) {
		return u
	}
	var none P
	return *r.relationOf(none)
}

// ready returns an error if the relation cannot be used with rows of a model.
func (u scopedRelation) ready(m *model) error {
	if u.rel == nil {
		return wrong(nil, "lucid: %s: the relation is nil", m.name)
	}
	return u.rel.ready(m.typ)
}

// relationsIn returns relations as scoped relations.
func relationsIn[P any](rels []RelationOf[P]) []scopedRelation {
	uses := make([]scopedRelation, len(rels))
	for i, r := range rels {
		uses[i] = relationIn(r)
	}
	return uses
}

// readyRelations returns scoped relations, or an error if one cannot be used with rows of a model. If a relation is
// given twice, the later use counts.
func readyRelations(uses []scopedRelation, m *model) ([]scopedRelation, error) {
	var out []scopedRelation
	for _, u := range uses {
		if err := u.ready(m); err != nil {
			return nil, err
		}
		out = slices.DeleteFunc(out, func(old scopedRelation) bool { return old.rel == u.rel })
		out = append(out, u)
	}
	return out, nil
}

// Register declares relations of P. Call it in init. It checks every key of every relation: the field exists, the
// field is a column, and the two sides can be compared. If anything is wrong, it panics once with a message that
// lists everything. Without relations it checks only the model itself. It sends nothing.
func Register[P any, M ModelPtr[P]](rels ...Relation[P]) {
	register(modelFor((*P)(nil)), registrants(rels))
}

// registrant is an argument of Register: the value, and the use of a relation that it is.
type registrant struct {
	value any
	use   scopedRelation
}

func registrants[P any](rels []RelationOf[P]) []registrant {
	out := make([]registrant, len(rels))
	for i, r := range rels {
		out[i] = registrant{r, relationIn(r)}
	}
	return out
}

// publicType returns the type of a value as its public alias: *lucid.Scoped[User,Post] for
// *lucid.ScopedOf[*User,*Post].
func publicType(v any) string {
	return strings.NewReplacer("Of[*", "[", ",*", ",").Replace(fmt.Sprintf("%T", v))
}

func register(m *model, rels []registrant) {
	problems := slices.Clone(m.errs)
	for i, r := range rels {
		d, ok := r.value.(declarer)
		if isNil(r.value) {
			problems = append(problems, fmt.Errorf("%s: relation %d is nil", m.name, i+1))
			continue
		}
		if !ok {
			problems = append(problems, fmt.Errorf("%s: relation %d is a %s: register the descriptor itself",
				m.name, i+1, publicType(r.value)))
			continue
		}
		b := builder{parent: m, decl: d.declare()}
		problems = append(problems, b.build(r.use.rel)...)
	}
	if len(problems) == 0 {
		return
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = "lucid: " + strings.TrimPrefix(p.Error(), "lucid: ")
	}
	panic(&mistake{text: strings.Join(texts, "\n")})
}

// builder makes a relation from its declaration, and collects what is wrong with it.
type builder struct {
	parent   *model
	decl     declaration
	name     string
	problems []error
}

func (b *builder) wrong(format string, args ...any) {
	for i, arg := range args {
		if err, ok := arg.(error); ok { // the package is named once, at the front
			args[i] = strings.TrimPrefix(err.Error(), "lucid: ")
		}
	}
	b.problems = append(b.problems, fmt.Errorf("%s.%s: %s", b.parent.name, b.name, fmt.Sprintf(format, args...)))
}

func (b *builder) build(rel *relation) []error {
	d := &b.decl
	b.name = b.parent.relationName(d)
	if !isModel(d.types.related) {
		b.wrong("%s is not a model: embed lucid.Model in it", d.types.related)
		return b.problems
	}
	related := modelOf(d.types.related)
	if d.field.err != nil {
		b.wrong("Field: %v", d.field.err)
	}
	b.model(related)
	out := relation{declaration: *d, name: b.name, parent: b.parent, related: related}
	if d.types.through == nil && d.pivot == nil {
		b.direct(&out)
	} else {
		b.throughMiddle(&out)
	}
	if len(b.problems) == 0 {
		b.install(rel, out)
	}
	return b.problems
}

// model adds what is wrong with another model of the relation.
func (b *builder) model(m *model) {
	for _, err := range m.errs {
		b.wrong("%v", err)
	}
}

// relationName returns a relation's name: the name of its field, or the related type's name, in the plural for a
// to-many relation.
func (m *model) relationName(d *declaration) string {
	if d.hasField {
		for _, h := range m.relationFields {
			if h.offset == d.field.offset {
				return h.field
			}
		}
	}
	name := d.types.related.Name()
	if d.one {
		return name
	}
	return pluralName(name)
}

// direct matches columns of the parent and of the related table.
func (b *builder) direct(r *relation) {
	var match []*column
	if r.kind == "BelongsTo" {
		match = b.key(r.related, r.targetOption, primary(r.related))
		r.sourceKey = b.key(r.parent, r.sourceOption, foreign(r.related.name, match))
	} else {
		r.sourceKey = b.key(r.parent, r.sourceOption, primary(r.parent))
		match = b.key(r.related, r.targetOption, foreign(r.parent.name, r.sourceKey))
	}
	r.targetKey, r.binds = namesOf(match), match
	b.compare(r, r.sourceKey, match)
}

// throughMiddle matches the parent with a middle table, and the middle table with the related table.
func (b *builder) throughMiddle(r *relation) {
	r.sourceKey = b.key(r.parent, r.sourceOption, primary(r.parent))
	if r.pivot != nil {
		b.throughPivot(r)
		return
	}
	if !isModel(r.types.through) {
		b.wrong("%s is not a model: embed lucid.Model in it", r.types.through)
		return
	}
	through := modelOf(r.types.through)
	b.model(through)
	match := b.key(through, r.targetOption, foreign(r.parent.name, r.sourceKey))
	join := b.key(through, r.joinOption, primary(through))
	r.relatedKey = b.key(r.related, r.relatedOption, foreign(through.name, join))
	r.targetKey, r.binds = namesOf(match), match
	r.middle = &middle{through.table, "through", through, namesOf(join)}
	b.compare(r, r.sourceKey, match)
	b.compare(r, join, r.relatedKey)
}

func (b *builder) throughPivot(r *relation) {
	r.relatedKey = b.key(r.related, r.relatedOption, primary(r.related))
	table := r.pivot.table
	if table == "" {
		table = joinNames(r.parent.name, r.related.name)
	}
	r.targetKey = b.pivotKey("PivotForeignKey", r.pivot.foreignKey, r.parent.name, r.sourceKey)
	r.binds = r.sourceKey
	r.asUUID = slices.ContainsFunc(r.sourceKey, func(c *column) bool { return c.kind == kindUUID })
	join := b.pivotKey("PivotRelatedForeignKey", r.pivot.relatedForeignKey, r.related.name, r.relatedKey)
	r.middle = &middle{table, "pivot", nil, join}
	if slices.Equal(r.targetKey, r.middle.join) {
		b.wrong("both sides of the pivot table %q are column %q: set PivotForeignKey and PivotRelatedForeignKey",
			table, strings.Join(r.targetKey, ", "))
	}
}

// pivotKey returns the columns of a pivot table for a key: the given ones, separated by commas, or the default.
func (b *builder) pivotKey(option, given, owner string, key []*column) []string {
	var names []string
	for _, name := range strings.Split(given, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		for _, c := range key {
			names = append(names, snake(owner)+"_"+c.name)
		}
	}
	if len(names) != len(key) && len(key) > 0 {
		b.wrong("%s has %d columns and the key %d (%s): list them comma-separated, in order",
			option, len(names), len(key), strings.Join(namesOf(key), ", "))
	}
	return names
}

// primary and foreign are the default columns of a key, by name.
func primary(m *model) []string { return namesOf(m.key) }

func foreign(owner string, key []*column) []string {
	names := make([]string, len(key))
	for i, c := range key {
		names[i] = snake(owner) + "_" + c.name
	}
	return names
}

// key returns the columns of a key on a model: the option's, or the default's.
func (b *builder) key(m *model, o keyOption, fallback []string) []*column {
	var cols []*column
	for _, ref := range o.refs {
		c, err := ref.find()
		if err != nil {
			b.wrong("%s: %v", o.option, err)
			return nil
		}
		cols = append(cols, c)
	}
	if len(o.refs) > 0 {
		return cols
	}
	if len(fallback) == 0 {
		if len(m.key) == 0 && len(b.problems) == 0 {
			b.wrong("%s has no primary key: tag a field with db:\",pk\" or set %s", m.name, o.option)
		}
		return nil
	}
	for _, name := range fallback {
		c := m.byName[name]
		if c == nil {
			b.wrong("%s has no column %q: add the field or set %s", m.name, name, o.option)
			return nil
		}
		cols = append(cols, c)
	}
	return cols
}

// compare checks that two keys can be equal.
func (b *builder) compare(r *relation, left, right []*column) {
	if len(left) == 0 || len(right) == 0 {
		return // already told
	}
	if len(left) != len(right) {
		b.wrong("the keys have %d columns (%s) and %d (%s)",
			len(left), strings.Join(namesOf(left), ", "), len(right), strings.Join(namesOf(right), ", "))
		return
	}
	for i := range left {
		if !left[i].kind.comparable(right[i].kind) {
			b.wrong("%q is of kind %s and %q of kind %s: they cannot be compared",
				left[i].name, left[i].kind, right[i].name, right[i].kind)
		}
		r.asUUID = r.asUUID || left[i].kind == kindUUID || right[i].kind == kindUUID
	}
}

// maxRelations is how many relations a model can have. One bit of a row's state says whether a relation is loaded.
const maxRelations = 64

// install makes the descriptor's relation known.
func (b *builder) install(rel *relation, out relation) {
	m := b.parent
	m.mu.Lock()
	defer m.mu.Unlock()
	if rel.registered {
		b.wrong("is registered twice")
		return
	}
	home := slot{out.hasField, out.field.offset}
	if out.hasField && slices.Contains(m.slots, home) {
		b.wrong("two relations share this field: give each its own, or none")
		return
	}
	if len(m.slots) == maxRelations {
		b.wrong("the model has more than %d relations", maxRelations)
		return
	}
	out.slot, out.registered = len(m.slots), true
	*rel = out
	m.slots = append(m.slots, home)
}

// title returns the relation's name in errors and events: "User.Posts".
func (r *relation) title() string { return r.parent.name + "." + r.name }

// ready returns an error if the descriptor was never registered.
func (r *relation) ready(parent reflect.Type) error {
	if r != nil && r.registered {
		return nil
	}
	return wrong(nil, "lucid: a relation of %s is used before it is registered: call lucid.Register[%s] with it in init",
		parent.Name(), parent.Name())
}

// query starts a query on the related rows. The caller adds the guard, which limits it to some parents. OnQuery's
// conditions are a group of their own, so that an OR in a scope does not undo them.
func (r *relation) query(s *session, path string) *query {
	q := newQuery(s, r.related)
	q.path, q.relation, q.toOne = path, r.title(), r.one
	src := q.main
	if m := r.middle; m != nil {
		q.middle = &source{table: m.table, prefix: m.prefix, model: m.model}
		j := join{kind: "INNER", src: q.middle}
		for i, c := range r.relatedKey {
			j.on = append(j.on, compare{ref{q.main, c.name}, "=", ref{q.middle, m.join[i]}})
		}
		q.joins, src = []join{j}, q.middle
		q.extraItems = r.middleColumns(q.middle)
	}
	for _, name := range r.targetKey {
		q.partition = append(q.partition, ref{src, name})
	}
	if r.middle == nil {
		q.needs = r.targetKey
	}
	if r.lowest {
		q.defaultOrder = q.byKey(false)
	}
	q.scoped([]scopeFunc{r.onQuery})
	return q
}

// middleColumns returns what a query selects of the middle table: its keys and, for a pivot table, its columns.
func (r *relation) middleColumns(src *source) []item {
	var items []item
	add := func(conv converter, names ...string) {
		for _, name := range names {
			it := item{expr: ref{src, name}, as: src.prefix + "_" + name, conv: conv}
			if !slices.ContainsFunc(items, func(other item) bool { return other.as == it.as }) {
				items = append(items, it)
			}
		}
	}
	add(nil, r.targetKey...)
	if r.pivot != nil {
		add(nil, r.middle.join...)
		add(toUTC, r.pivot.timestamps.names()...)
		add(nil, r.pivot.columns...)
	}
	return items
}

// targetNames returns the names of the target key in the result.
func (r *relation) targetNames() []string {
	if r.middle == nil {
		return r.targetKey
	}
	names := make([]string, len(r.targetKey))
	for i, name := range r.targetKey {
		names[i] = r.middle.prefix + "_" + name
	}
	return names
}

// sourceKeyOf returns the key of a parent, appended to parts. If a part of it is NULL, it returns nil.
func (r *relation) sourceKeyOf(p row, parts []key) ([]key, error) {
	for _, c := range r.sourceKey {
		k, err := c.readKey(p, r.asUUID)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", c.name, err)
		}
		if k.null() {
			return nil, nil
		}
		parts = append(parts, k)
	}
	return parts, nil
}

// present checks that the parent at p was read with its key.
func (r *relation) present(p row) error {
	st := r.parent.row(p).state
	if st == nil || st.read == nil {
		return nil
	}
	for _, c := range r.sourceKey {
		if !st.read.has[c.index] {
			return wrong(ErrMissingKey, "lucid: %s: the row was read without its key: add column %q of %s to Select",
				r.title(), c.name, r.parent.name)
		}
	}
	return nil
}

// loadedIn reports whether the row at p has the relation loaded.
func (r *relation) loadedIn(p row) bool {
	if p.isNil() || r == nil || !r.registered {
		return false
	}
	st := r.parent.row(p).state
	return st != nil && st.loaded&(1<<r.slot) != 0
}
