package lucid

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/huandu/go-sqlbuilder"
)

// compile returns the text and arguments of a select. Only this file knows go-sqlbuilder. That library reads a "$"
// in its strings as a placeholder, so this file escapes all text that it passes on.
func compile(d *dialect, s *selectStmt) (string, []any, error) {
	sb, err := compileSelect(d, s, nil)
	if err != nil {
		return "", nil, err
	}
	text, args := sb.Build()
	return text, args, nil
}

// compileUnion returns several selects as one.
func compileUnion(d *dialect, stmts []*selectStmt) (string, []any, error) {
	builders := make([]sqlbuilder.Builder, len(stmts))
	for i, s := range stmts {
		sb, err := compileSelect(d, s, nil)
		if err != nil {
			return "", nil, err
		}
		builders[i] = sb
	}
	if len(builders) == 1 {
		text, args := builders[0].Build()
		return text, args, nil
	}
	text, args := flavor(d).NewUnionBuilder().UnionAll(builders...).Build()
	return text, args, nil
}

// compileChange returns the text and arguments of an UPDATE or DELETE, and whether it has a subquery.
func compileChange(d *dialect, s *changeStmt) (*statement, bool, error) {
	sc := &scope{main: s.table, names: map[*source]string{}}
	sc.add(s.table)
	w := &writer{d: d, scope: sc}
	var build func() (string, []any)
	if len(s.set) > 0 {
		ub := flavor(d).NewUpdateBuilder()
		w.vars = ub
		addSQL(ub, w.comment(s.comment))
		ub.Update(w.piece(func() { w.path(s.table.table) }))
		ub.Set(w.each(len(s.set), func(i int) { w.assign(s.set[i]) })...)
		ub.Where(w.conditions(s.where)...)
		addSQL(ub, w.returning(s.returning))
		build = ub.Build
	} else {
		db := flavor(d).NewDeleteBuilder()
		w.vars = db
		addSQL(db, w.comment(s.comment))
		db.DeleteFrom(w.piece(func() { w.path(s.table.table) }))
		db.Where(w.conditions(s.where)...)
		build = db.Build
	}
	if w.err != nil {
		return nil, false, w.err
	}
	text, args := build()
	return &statement{sql: text, args: args, generated: true}, w.nested, nil
}

// compileInsert returns the text and arguments of an INSERT.
func compileInsert(d *dialect, s *insertStmt) (*statement, error) {
	ib := flavor(d).NewInsertBuilder()
	src := &source{table: s.table}
	names := map[*source]string{src: s.table}
	w := &writer{d: d, vars: ib, scope: &scope{main: src, sources: []*source{src}, names: names}}
	ib.InsertInto(unescaped(w.piece(func() { w.path(s.table) })))
	columns := w.each(len(s.columns), func(i int) { w.name(s.columns[i]) })
	for i, name := range columns {
		columns[i] = unescaped(name)
	}
	ib.Cols(columns...)
	for _, tuple := range s.rows {
		for i, v := range tuple {
			if _, ok := v.(defaultValue); ok {
				tuple[i] = sqlbuilder.Raw(d.defaultWord)
			}
		}
		ib.Values(tuple...)
	}
	addSQL(ib, w.piece(func() { w.onClash(s.onClash) }))
	addSQL(ib, w.returning(s.returning))
	if w.err != nil {
		return nil, w.err
	}
	text, args := ib.Build()
	return &statement{sql: text, args: args, generated: true}, nil
}

// addSQL adds a clause at the builder's end, if there is one.
func addSQL[B interface{ SQL(sql string) B }](b B, clause string) {
	if clause != "" {
		b.SQL(clause)
	}
}

// unescaped undoes escaped, for methods of the builder that escape on their own.
func unescaped(text string) string { return strings.ReplaceAll(text, "$$", "$") }

// returning returns the RETURNING clause; "" if no columns are read back. The builder has one too, but it does not
// know MariaDB's RETURNING.
func (w *writer) returning(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return w.piece(func() {
		w.text("RETURNING ")
		w.names(columns)
	})
}

func (w *writer) names(columns []string) {
	for i, c := range columns {
		if i > 0 {
			w.text(", ")
		}
		w.name(c)
	}
}

// onClash writes what happens to a row that exists already.
func (w *writer) onClash(c *onClash) {
	if c == nil {
		return
	}
	set := c.set
	if w.d.onConflict {
		w.text("ON CONFLICT (")
		w.names(c.columns)
		w.text(") DO ")
		if len(set) == 0 {
			w.text("NOTHING")
			return
		}
		w.text("UPDATE SET ")
	} else {
		w.text("ON DUPLICATE KEY UPDATE ")
		if len(set) == 0 { // not IGNORE, which would ignore other errors too
			set = []assignment{{c.columns[0], named(c.columns[0])}}
		}
	}
	for i, a := range set {
		if i > 0 {
			w.text(", ")
		}
		w.assign(a)
	}
}

// inserted writes the value that the INSERT tried to insert.
func (w *writer) inserted(column string) {
	if w.d.onConflict {
		w.text("excluded.")
		w.name(column)
		return
	}
	w.text("VALUES(")
	w.name(column)
	w.text(")")
}

func (w *writer) assign(a assignment) {
	w.name(a.column)
	w.text(" = ")
	a.value.write(w)
}

// comment returns a comment before a statement; "" if there is none.
func (w *writer) comment(text string) string {
	if text == "" {
		return ""
	}
	return escaped("/* " + commentText(text) + " */")
}

// conditions returns the groups of a WHERE.
func (w *writer) conditions(groups []condList) []string {
	return w.each(len(groups), func(i int) { w.bracketed(groups[i], len(groups) > 1) })
}

func flavor(d *dialect) sqlbuilder.Flavor {
	switch d.kind {
	case PostgreSQL:
		return sqlbuilder.PostgreSQL
	case MySQL:
		return sqlbuilder.MySQL
	}
	return sqlbuilder.SQLite
}

// scope is the tables that a select can name: its own, and those of the selects around it.
type scope struct {
	parent  *scope
	main    *source
	sources []*source
	names   map[*source]string // the name of each source in the SQL
	open    bool               // a raw join may bring unknown tables
}

func newScope(parent *scope, s *selectStmt) *scope {
	sc := &scope{parent: parent, main: s.from, names: map[*source]string{}}
	if s.from != nil {
		sc.add(s.from)
	}
	for _, j := range s.joins {
		if j.kind == "" {
			sc.open = true
			continue
		}
		sc.add(j.src)
	}
	return sc
}

// add names a source: by its table, or with a number if the statement already has that name.
func (sc *scope) add(src *source) {
	name := src.called()
	for n := 2; sc.taken(name); n++ {
		name = src.called() + "_" + strconv.Itoa(n)
	}
	sc.sources = append(sc.sources, src)
	sc.names[src] = name
}

func (sc *scope) taken(name string) bool {
	for ; sc != nil; sc = sc.parent {
		for _, used := range sc.names {
			if used == name {
				return true
			}
		}
	}
	return false
}

// nameOf returns the name of a source in the SQL. If several selects have the source, the nearest one counts.
func (sc *scope) nameOf(src *source) (string, bool) {
	for ; sc != nil; sc = sc.parent {
		if name, ok := sc.names[src]; ok {
			return name, true
		}
	}
	return "", false
}

// writer renders the parts of one select into a builder.
type writer struct {
	d        *dialect
	sb       *sqlbuilder.SelectBuilder      // nil if the statement is not a select
	vars     interface{ Var(v any) string } // the builder, for its arguments
	nested   bool                           // a subquery was written
	onlyCond bool                           // the condition being written is the only one, and all rows are wanted
	scope    *scope
	buf      []byte
	items    []item // the select list; some clauses can use its names
	hidden   []item // items that clauses can name too, but that are not in the list
	alias    aliasForm
	err      error // the first error
}

// aliasForm says what a name of the select list becomes in the current clause.
type aliasForm int

const (
	aliasUnknown aliasForm = iota
	aliasName              // the name: ORDER BY takes it
	aliasExpr              // the expression again: HAVING does not take the name on every database
)

func compileSelect(d *dialect, s *selectStmt, parent *scope) (*sqlbuilder.SelectBuilder, error) {
	sb := flavor(d).NewSelectBuilder()
	w := &writer{d: d, sb: sb, vars: sb, scope: newScope(parent, s)}
	addSQL(sb, w.comment(s.comment))
	w.items, w.hidden, w.alias = s.items, s.hidden, aliasExpr
	w.sb.Select(w.each(len(s.items), func(i int) { w.item(s.items[i]) })...)
	if s.distinct {
		w.sb.Distinct()
	}
	w.alias = aliasUnknown
	if s.from != nil {
		w.sb.From(w.piece(func() { w.tables(s) }))
	}
	w.onlyCond = isOnlyCondition(s.where, s.limit)
	w.sb.Where(w.conditions(s.where)...)
	w.onlyCond = false
	if len(s.groupBy) > 0 {
		w.sb.GroupBy(w.each(len(s.groupBy), func(i int) { s.groupBy[i].write(w) })...)
		if len(s.having) > 0 {
			w.alias = aliasExpr
			w.sb.Having(w.piece(func() { s.having.write(w) }))
		}
	}
	if len(s.order) > 0 {
		w.alias = aliasName
		w.sb.OrderBy(w.each(len(s.order), func(i int) { s.order[i].write(w) })...)
	}
	w.limit(s)
	w.lock(s)
	return w.sb, w.err
}

// piece returns what fn writes.
func (w *writer) piece(fn func()) string {
	start := len(w.buf)
	fn()
	text := string(w.buf[start:])
	w.buf = w.buf[:start]
	return text
}

func (w *writer) each(n int, fn func(i int)) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.piece(func() { fn(i) })
	}
	return out
}

func (w *writer) item(it item) {
	it.expr.write(w)
	if it.as != "" {
		w.text(" AS ")
		w.name(it.as)
	}
}

func (w *writer) tables(s *selectStmt) {
	w.table(s.from)
	for _, j := range s.joins {
		if j.kind == "" {
			w.text(" ")
			w.raw(j.raw)
			continue
		}
		w.text(" " + j.kind + " JOIN ")
		w.table(j.src)
		w.text(" ON ")
		for i, on := range j.on {
			if i > 0 {
				w.text(" AND ")
			}
			on.write(w)
		}
	}
}

func (w *writer) table(src *source) {
	name := w.scope.names[src]
	if src.sub != nil {
		w.derived(src.sub, w.scope.parent)
		w.text(" AS ")
		w.name(name)
		return
	}
	w.path(src.table)
	if name != src.table {
		w.text(" AS ")
		w.name(name)
	}
}

// bracketed writes a group of conditions. If it stands beside others, it is in brackets.
func (w *writer) bracketed(l condList, beside bool) {
	if beside && len(l) > 1 {
		group(l).write(w)
		return
	}
	l.write(w)
}

func (w *writer) limit(s *selectStmt) {
	switch {
	case s.limit != nil:
		w.sb.Limit(*s.limit)
	case s.offset > 0 && w.d.offsetNeedsLimit:
		w.sb.Limit(math.MaxInt64)
	}
	if s.offset > 0 {
		w.sb.Offset(s.offset)
	}
}

// lock writes a clause such as FOR UPDATE. If selects take no locks, it writes nothing.
func (w *writer) lock(s *selectStmt) {
	if s.lock.mode == 0 || w.d.share == "" {
		return
	}
	text := "FOR UPDATE"
	switch {
	case s.lock.mode == lockShare:
		text = w.d.share
	case s.lock.mode == lockParent && w.d.lockParent != "":
		text = w.d.lockParent
	}
	if w.d.lockOf && len(s.joins) > 0 { // an outer join's empty side cannot be locked
		name := w.scope.names[s.from]
		text += " OF " + w.piece(func() { w.name(name[strings.LastIndexByte(name, '.')+1:]) })
	}
	if s.lock.wait != "" {
		text += " " + s.lock.wait
	}
	w.sb.SQL(text)
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) check(e expr) { w.piece(func() { e.write(w) }) }

func (w *writer) facts() *dialect { return w.d }

func (w *writer) onlyCondition() bool { return w.onlyCond }

// escaped returns text in the form that go-sqlbuilder takes.
func escaped(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// commentText keeps a comment from ending early, from opening another and from looking like a placeholder.
func commentText(text string) string {
	text = strings.NewReplacer("?", " ", "\x00", " ").Replace(text)
	for strings.Contains(text, "*/") || strings.Contains(text, "/*") {
		text = strings.NewReplacer("*/", "* /", "/*", "/ *").Replace(text)
	}
	return text
}

func (w *writer) text(sql string) { w.buf = append(w.buf, escaped(sql)...) }

func (w *writer) arg(v any) { w.buf = append(w.buf, w.vars.Var(v)...) }

// name writes one quoted identifier.
func (w *writer) name(name string) {
	if strings.ContainsRune(name, 0) {
		w.fail(wrong(nil, "lucid: the name %q has a NUL character", name))
	}
	q := w.d.quote
	w.text(q + strings.ReplaceAll(name, q, q+q) + q)
}

// path writes a table's name, with its schema if it has one.
func (w *writer) path(name string) {
	for i, part := range strings.Split(name, ".") {
		if i > 0 {
			w.text(".")
		}
		w.name(part)
	}
}

func (w *writer) ref(src *source, column string) {
	name, ok := w.scope.nameOf(src)
	if !ok {
		w.fail(wrong(nil, "lucid: column %q is of a table that the statement does not have: %s", column, src.table))
		return
	}
	w.qualified(name, name == src.table, column)
}

func (w *writer) qualified(table string, isPath bool, column string) {
	if isPath {
		w.path(table)
	} else {
		w.name(table)
	}
	w.text(".")
	w.name(column)
}

// column writes a column as users name it: a column of the model, or table.column.
func (w *writer) column(name string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		w.bare(name)
		return
	}
	prefix, column := name[:dot], name[dot+1:]
	for sc := w.scope; sc != nil; sc = sc.parent {
		for _, src := range sc.sources {
			if src.prefix != prefix && src.called() != prefix {
				continue
			}
			if !src.has(column) {
				w.fail(src.model.unknown(column))
				return
			}
			w.ref(src, column)
			return
		}
		if sc.open {
			w.qualified(prefix, true, column)
			return
		}
	}
	w.fail(w.unknownTable(prefix, name))
}

func (w *writer) unknownTable(prefix, name string) error {
	switch prefix {
	case "pivot":
		return wrong(ErrUnknownColumn, "lucid: %q: there is no pivot table here: "+
			"pivot. is for the scopes and queries of a many-to-many relation", name)
	case "through":
		return wrong(ErrUnknownColumn, "lucid: %q: there is no through table here: "+
			"through. is for the scopes and queries of a through relation", name)
	}
	var tables []string
	for sc := w.scope; sc != nil; sc = sc.parent {
		for _, src := range sc.sources {
			tables = append(tables, src.table)
		}
	}
	return wrong(ErrUnknownColumn, "lucid: %q: the query has no table %q: join it%s",
		name, prefix, didYouMean(prefix, tables))
}

// bare writes a column without a table. It belongs to the model, or to the only joined model that has it.
func (w *writer) bare(name string) {
	if w.scope.main.has(name) {
		w.ref(w.scope.main, name)
		return
	}
	if w.byAlias(name) {
		return
	}
	having := slices.DeleteFunc(slices.Clone(w.scope.sources), func(src *source) bool {
		return src.model == nil || !src.has(name)
	})
	switch len(having) {
	case 0:
		w.fail(w.scope.main.model.unknown(name))
	case 1:
		w.ref(having[0], name)
	default:
		w.fail(wrong(ErrUnknownColumn, "lucid: %s: several joined tables have a column %q: write the table before it",
			w.scope.main.model.name, name))
	}
}

// byAlias writes a name of the select list, if the clause can use one.
func (w *writer) byAlias(name string) bool {
	if w.alias == aliasUnknown {
		return false
	}
	named := func(it item) bool { return it.as == name }
	if i := slices.IndexFunc(w.items, named); i >= 0 {
		if w.alias == aliasName {
			w.name(name)
		} else {
			w.inBrackets(w.items[i].expr)
		}
		return true
	}
	if i := slices.IndexFunc(w.hidden, named); i >= 0 {
		w.inBrackets(w.hidden[i].expr)
		return true
	}
	return false
}

// inBrackets writes the expression behind a name. The expression cannot use names of the list itself.
func (w *writer) inBrackets(e expr) {
	form := w.alias
	w.alias = aliasUnknown
	w.text("(")
	e.write(w)
	w.text(")")
	w.alias = form
}

// sub writes a select in brackets. The select can name the tables of this one.
func (w *writer) sub(q subselect, items ...item) {
	s, err := q.statement(w.d)
	if err != nil {
		w.fail(err)
		return
	}
	if len(items) > 0 {
		plain := *s
		plain.items, plain.hidden, plain.order, plain.distinct = items, append(slices.Clip(s.hidden), s.items...), nil, false
		s = &plain
	}
	if s.limit != nil && len(items) == 0 && !w.d.limitInSub {
		s = behindTable(s, "limited")
	}
	if _, ok := q.(uncorrelated); ok {
		w.derived(s, nil)
		return
	}
	w.derived(s, w.scope)
}

// behindTable makes a select a table of another select. It serves subqueries that cannot have a limit, or cannot
// read the table that the statement changes.
func behindTable(s *selectStmt, name string) *selectStmt {
	src := &source{table: name, sub: s}
	out := &selectStmt{from: src}
	for _, it := range s.items {
		out.items = append(out.items, item{expr: ref{src, it.name()}})
	}
	return out
}

// derived writes a select in brackets, inside a scope. The scope is the outer select's. For a table in the outer
// FROM, it is the scope around the outer select.
func (w *writer) derived(s *selectStmt, parent *scope) {
	sb, err := compileSelect(w.d, s, parent)
	if err != nil {
		w.fail(err)
		return
	}
	w.nested = true
	w.buf = append(w.buf, "("+w.vars.Var(sb)+")"...)
}

// raw writes a user's SQL. Each ? outside quotes and comments is an argument; ?? is a ?.
func (w *writer) raw(r rawSQL) {
	parts := splitRaw(r.sql, w.d)
	if len(parts)-1 != len(r.args) {
		w.fail(wrong(nil, "lucid: %s: the SQL has %d placeholders and %d arguments are given",
			r.method, len(parts)-1, len(r.args)))
		return
	}
	for i, part := range parts {
		if i > 0 {
			v, err := plain(r.args[i-1])
			if err != nil {
				w.fail(failed(r.method, err))
			}
			w.arg(v)
		}
		w.text(part)
	}
	if strings.Contains(r.sql, "--") || strings.Contains(r.sql, "#") {
		w.text("\n") // what follows is not part of a comment at the end
	}
}
