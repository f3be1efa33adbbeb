package lucid

import (
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"sync"
)

// The text of a statement depends on the shape of its query: the columns, operators and nesting, but not the
// values. So text and plan are made once for a shape, and kept. A statement key is a query's shape as bytes, and its
// values in the order of the statement's placeholders. Making one costs about a tenth of lowering and compiling the
// query.

// keyWriter writes a statement key. It takes the parts of a query as the compiler does. So a new kind of condition has
// a statement key without any code for it.
type keyWriter struct {
	d          *dialect
	buf        []byte
	args       []any
	sources    []*source // identified by their place, not by their address
	onlyCond   bool      // the condition being written is the only one, and all rows are wanted
	incomplete bool      // it has something that the shape does not include
}

func (s *keyWriter) facts() *dialect     { return s.d }
func (s *keyWriter) onlyCondition() bool { return s.onlyCond }
func (s *keyWriter) fail(error)          { s.incomplete = true }
func (s *keyWriter) check(e expr)        { e.write(s) }

func (s *keyWriter) text(sql string) { s.buf = append(s.buf, sql...) }

// word writes a user's text with its length, so that different lists of texts have different statement keys.
func (s *keyWriter) word(text string) {
	s.number(len(text))
	s.buf = append(s.buf, text...)
}

func (s *keyWriter) number(n int) { s.buf = binary.AppendVarint(s.buf, int64(n)) }

func (s *keyWriter) flags(flags ...bool) {
	for _, f := range flags {
		s.buf = append(s.buf, '0'+byte(truth(f)))
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *keyWriter) model(m *model) {
	s.buf = binary.LittleEndian.AppendUint64(s.buf, numberOf(m)) // models live for ever
}

func (s *keyWriter) arg(v any) {
	if s.args == nil {
		s.args = make([]any, 0, 4)
	}
	s.buf = append(s.buf, 1)
	s.args = append(s.args, v)
}

func (s *keyWriter) column(name string) {
	s.buf = append(s.buf, 2)
	s.word(name)
}

func (s *keyWriter) inserted(column string) { s.word(column) }

func (s *keyWriter) ref(src *source, name string) {
	i := slices.Index(s.sources, src)
	if i < 0 {
		s.incomplete = true
	}
	s.buf = append(s.buf, 3)
	s.number(i)
	s.word(name)
}

func (s *keyWriter) raw(r rawSQL) {
	s.buf = append(s.buf, 4)
	s.word(r.sql)
	s.number(len(r.args))
	for _, arg := range r.args {
		v, err := plain(arg)
		if err != nil {
			s.incomplete = true
		}
		s.arg(v)
	}
}

func (s *keyWriter) sub(sub subselect, items ...item) {
	if g, ok := sub.(interface{ writeKey(s *keyWriter) }); ok {
		g.writeKey(s)
		return
	}
	q, ok := sub.(*query)
	if !ok || q.err != nil || q.groupLimit != nil {
		s.incomplete = true
		return
	}
	s.text("(")
	s.number(len(items))
	s.query(q, true, items)
	s.text(")")
}

// source adds a table to the known sources.
func (s *keyWriter) source(src *source) {
	s.sources = append(s.sources, src)
	s.word(src.table)
	s.word(src.as)
	s.word(src.prefix)
	s.model(src.model)
	s.number(len(src.others))
	s.incomplete = s.incomplete || src.sub != nil
}

// query writes a query. For a subquery it writes only what a subquery has.
func (s *keyWriter) query(q *query, inner bool, items []item) {
	if q.check() != nil { // what is wrong with it is not in the shape
		s.incomplete = true
		return
	}
	s.model(q.model)
	s.source(q.main)
	if q.middle != nil {
		s.source(q.middle)
	}
	for _, j := range q.joins {
		if j.src != nil && j.src != q.middle {
			s.source(j.src)
		}
	}
	s.flags(inner, q.distinct, q.single, q.own, q.toOne, q.readOnly, q.middle != nil,
		q.groupLimit != nil, q.groupLimit != nil && q.parents == 1, q.offset > 0)
	s.number(int(q.trashed))
	s.list(q, inner, items)
	if q.groupLimit != nil && q.parents != 1 { // the order is a part of the select list then
		s.exprs(q.partition)
		s.orders(q.groupOrdering())
	}
	for _, j := range q.joins {
		s.word(j.kind)
		if j.kind == "" {
			s.raw(j.raw)
			continue
		}
		s.number(len(j.on))
		for _, on := range j.on {
			on.write(s)
		}
	}
	lists := q.conditions()
	s.number(len(lists))
	s.onlyCond = isOnlyCondition(lists, q.most())
	for _, l := range lists {
		s.conds(l)
	}
	s.onlyCond = false
	s.exprs(q.groupBy)
	s.conds(q.having)
	s.ending(q, inner)
}

// list writes what is selected.
func (s *keyWriter) list(q *query, inner bool, items []item) {
	s.number(len(q.selects))
	for _, it := range items {
		it.expr.write(s)
		s.word(it.as)
	}
	for _, last := range [2]bool{false, true} { // expressions without a name stand at the end of the statement
		for _, sel := range q.selects {
			if (sel.raw != nil && sel.as == "") != last {
				continue
			}
			s.word(sel.column)
			s.word(sel.as)
			if sel.raw != nil {
				s.raw(*sel.raw)
			}
		}
		if last || inner {
			continue
		}
		s.words(q.needs)
		s.words(q.eagerColumns())
		s.items(q.extraItems)
		s.items(q.computed)
		s.words(q.pivots)
	}
	if len(q.hidden) > 0 || inner && len(q.computed) > 0 { // clauses write the expressions of these names again
		s.incomplete = true
	}
}

func (s *keyWriter) items(items []item) {
	s.number(len(items))
	for _, it := range items {
		it.expr.write(s)
		s.word(it.as)
		s.flags(it.conv != nil)
	}
}

func (s *keyWriter) words(words []string) {
	s.number(len(words))
	for _, word := range words {
		s.word(word)
	}
}

func (s *keyWriter) conds(l condList) {
	s.number(len(l))
	l.write(s)
}

func (s *keyWriter) exprs(list []expr) {
	s.number(len(list))
	for _, e := range list {
		e.write(s)
	}
}

func (s *keyWriter) orders(list []orderTerm) {
	s.number(len(list))
	for _, t := range list {
		t.write(s)
	}
}

// ending writes order, limits and lock.
func (s *keyWriter) ending(q *query, inner bool) {
	s.words(q.times)
	switch {
	case q.groupLimit == nil:
		s.orders(q.ordering())
	case q.parents == 1:
		s.orders(q.groupOrdering())
	default:
		s.arg(*q.groupLimit)
	}
	limit := q.most()
	s.flags(limit != nil, limit != nil && *limit == 1) // room is made for one row
	switch {
	case limit != nil:
		s.arg(*limit)
	case q.offset > 0 && s.d.offsetNeedsLimit:
		s.arg(maxLimit)
	}
	if q.offset > 0 {
		s.arg(q.offset)
	}
	if !inner {
		s.number(int(q.lock.mode))
		s.word(q.lock.wait)
		s.word(q.comment)
	}
}

// maxLimit is a LIMIT that limits nothing.
const maxLimit = math.MaxInt64

// keyWriters keeps keyWriters for reuse, with their buffers.
var keyWriters = sync.Pool{New: func() any { return &keyWriter{} }}

func (s *keyWriter) done() {
	clear(s.sources)
	s.args = nil
	keyWriters.Put(s)
}

// compile returns the query as a statement, with the plan for its rows.
func (q *query) compile(d *dialect) (*statement, *scanPlan, error) {
	if q.err != nil {
		return nil, nil, q.err
	}
	if q.s.core == nil {
		return q.build(d)
	}
	g := newKeyWriter(d)
	defer g.done()
	g.query(q, false, nil)
	st, p, err := q.s.shaped(g, func() (*statement, any, error) {
		st, p, err := q.build(d)
		return st, p, err
	})
	if err != nil {
		return nil, nil, err
	}
	st.path = q.path
	return st, p.(*scanPlan), nil
}

func newKeyWriter(d *dialect) *keyWriter {
	g := keyWriters.Get().(*keyWriter)
	*g = keyWriter{d: d, buf: g.buf[:0], sources: g.sources[:0]}
	return g
}

// shaped is the statement of a statement key: the one that is kept, else the one that build makes.
func (s *session) shaped(g *keyWriter, build func() (*statement, any, error)) (*statement, any, error) {
	if g.incomplete {
		return build()
	}
	cache := &s.core.recipes
	if checkShapes {
		cache = sharedStatements(g.d)
	}
	if r, ok := cache.lookup(g.buf); ok {
		kept := &statement{sql: r.text, args: g.args, generated: true}
		if checkShapes {
			mustEqualFresh(kept, r.plan, build)
		}
		return kept, r.plan, nil
	}
	made, plan, err := build()
	s.core.recipes.made.Add(1)
	if err == nil && slices.EqualFunc(g.args, made.args, sameArg) { // else the statement key does not tell all
		cache.keep(g.buf, cachedStatement{made.sql, plan})
	}
	return made, plan, err
}

// changing is an UPDATE or DELETE as a statement, and whether it has a subquery.
func (s *session) changing(d *dialect, st *changeStmt) (*statement, bool, error) {
	g := newKeyWriter(d)
	defer g.done()
	g.text("change ")
	g.source(st.table)
	g.word(st.comment)
	g.number(len(st.set))
	for _, a := range st.set {
		g.word(a.column)
		a.value.write(g)
	}
	for _, l := range st.where {
		g.conds(l)
	}
	g.words(st.returning)
	made, nested, err := s.shaped(g, func() (*statement, any, error) {
		made, nested, err := compileChange(d, st)
		return made, nested, err
	})
	if err != nil {
		return nil, false, err
	}
	return made, nested.(bool), nil
}

// inserting returns an INSERT as a statement.
func (s *session) inserting(d *dialect, st *insertStmt) (*statement, error) {
	g := newKeyWriter(d)
	defer g.done()
	g.text("insert ")
	g.word(st.table)
	g.words(st.columns)
	g.words(st.returning)
	g.number(len(st.rows))
	g.args = make([]any, 0, len(st.rows)*len(st.columns))
	for i, tuple := range st.rows {
		for j, v := range tuple {
			if _, ok := v.(defaultValue); ok {
				g.number(i*len(tuple) + j)
				continue
			}
			g.args = append(g.args, v)
		}
	}
	if c := st.onClash; c != nil {
		g.text("clash ")
		g.words(c.columns)
		src := &source{table: st.table}
		g.source(src)
		for _, a := range c.set {
			g.word(a.column)
			a.value.write(g)
		}
	}
	made, _, err := s.shaped(g, func() (*statement, any, error) {
		made, err := compileInsert(d, st)
		return made, nil, err
	})
	return made, err
}

// build makes the query a statement, with the plan for its rows.
func (q *query) build(d *dialect) (*statement, *scanPlan, error) {
	s, p, err := q.planSelect(d)
	if err != nil {
		return nil, nil, err
	}
	text, args, err := compile(d, s)
	if err != nil {
		return nil, nil, err
	}
	if s.limit != nil && *s.limit == 1 {
		p.few = 1
	}
	p.ready()
	return &statement{path: q.path, sql: text, args: args, generated: true}, p, nil
}

// sameArg reports whether two arguments are the same value.
func sameArg(a, b any) bool { return reflect.DeepEqual(a, b) }
