package lucid

import (
	"fmt"
	"strconv"
	"strings"
)

// The vocabulary of a statement: expressions, conditions and the parts of a select, as data. Nothing here knows how
// it becomes text. compile.go makes the text.

// sink receives the parts of a statement, in order.
type sink interface {
	facts() *dialect
	text(sql string)              // the package's own SQL
	arg(v any)                    // a bound value
	column(name string)           // a column as a user writes it
	ref(src *source, name string) // a column of a known table
	raw(r rawSQL)
	sub(q subselect, items ...item) // (SELECT …); of these items if any are given
	onlyCondition() bool            // the current condition is the only one, and all rows that meet it are wanted
	inserted(column string)         // the value that an INSERT tried to insert
	check(e expr)                   // finds mistakes in an expression that is not written
	fail(err error)
}

// expr is a value in a statement, cond a condition.
type (
	expr interface{ write(s sink) }
	cond interface{ write(s sink) }
)

// subselect is a query inside another query.
type subselect interface {
	// statement returns the select without the parts that a subquery leaves out.
	statement(d *dialect) (*selectStmt, error)
}

// uncorrelated is a subquery that does not refer to the outer query. Its tables keep their names.
type uncorrelated struct{ subselect }

// source is one use of a table in a statement. Two uses of one table are two sources.
type source struct {
	table  string
	as     string      // the name that a user gave it
	prefix string      // what users may write before its columns instead of the table: "pivot", "through"
	model  *model      // nil if the columns are not known
	others []*model    // further models of a joined table, which may have other columns
	sub    *selectStmt // a derived table, named as table
}

// called returns what users write before the source's columns.
func (s *source) called() string {
	if s.as != "" {
		return s.as
	}
	return s.table
}

func (s *source) has(column string) bool {
	return s.model == nil || s.model.open || s.column(column) != nil
}

// column returns a column of the table as a model has it; nil if no model has it.
func (s *source) column(name string) *column {
	for _, m := range append([]*model{s.model}, s.others...) {
		if m != nil && m.byName[name] != nil {
			return m.byName[name]
		}
	}
	return nil
}

// selectStmt is a select. A part with its zero value is left out.
type selectStmt struct {
	comment  string
	distinct bool
	items    []item
	hidden   []item  // not selected, but clauses can use the names
	from     *source // nil: the select has no table
	joins    []join
	where    []condList // bracketed, joined by AND
	groupBy  []expr
	having   condList
	order    []orderTerm
	limit    *int
	offset   int
	lock     lock
}

// changeStmt is an UPDATE of one table. If set is empty, it is a DELETE.
type changeStmt struct {
	comment   string
	table     *source
	set       []assignment
	where     []condList
	returning []string
}

// insertStmt is an INSERT of one or more rows.
type insertStmt struct {
	table     string
	columns   []string
	rows      [][]any // one value for each column; defaultValue if the database fills it
	onClash   *onClash
	returning []string
}

// defaultValue is the value of a column that the database fills.
type defaultValue struct{}

// onClash says what happens to a row that exists already.
type onClash struct {
	columns []string     // the conflict columns; a database without them in SQL uses all unique keys
	set     []assignment // empty: the row is left alone
}

// inserted is the value that an INSERT tried to insert into a column, in an onClash.
type inserted string

func (c inserted) write(s sink) { s.inserted(string(c)) }

// assignment is column = value.
type assignment struct {
	column string
	value  expr
}

// item is one entry of a select list.
type item struct {
	expr expr
	as   string // "": the expression has a name of its own
	conv converter
	firm bool // what is computed comes back as the database compares it
}

type join struct {
	kind string // "INNER", "LEFT"; "" for raw
	src  *source
	on   []cond
	raw  rawSQL
}

// name returns the item's name in the result; "" if only the database knows it.
func (it item) name() string {
	if it.as != "" {
		return it.as
	}
	switch e := it.expr.(type) {
	case ref:
		return e.name
	case named:
		return string(e[strings.LastIndexByte(string(e), '.')+1:])
	}
	return ""
}

type orderTerm struct {
	expr expr
	desc bool
	raw  bool // the expression includes its direction
}

func (t orderTerm) write(s sink) {
	t.expr.write(s)
	switch {
	case t.raw:
	case t.desc:
		s.text(" DESC")
	default:
		s.text(" ASC")
	}
}

// rowNumber is ROW_NUMBER() inside each partition.
type rowNumber struct {
	partition []expr
	order     []orderTerm
}

func (n rowNumber) write(s sink) {
	s.text("ROW_NUMBER() OVER (PARTITION BY ")
	for i, e := range n.partition {
		if i > 0 {
			s.text(", ")
		}
		e.write(s)
	}
	s.text(" ORDER BY ")
	for i, t := range n.order {
		if i > 0 {
			s.text(", ")
		}
		t.write(s)
	}
	s.text(")")
}

// lock is a clause such as FOR UPDATE.
type lock struct {
	mode lockMode
	wait string // "SKIP LOCKED", "NOWAIT", ""
}

type lockMode int

const (
	lockUpdate lockMode = iota + 1
	lockShare
	lockParent // like lockUpdate, but other rows may still refer to the row
)

// named is a column as a user writes it: "likes", "posts.likes", "pivot.level".
type named string

func (n named) write(s sink) { s.column(string(n)) }

// ref is a column of a known table.
type ref struct {
	src  *source
	name string
}

func (r ref) write(s sink) { s.ref(r.src, r.name) }

// literal is a number that the package writes itself.
type literal int

func (n literal) write(s sink) { s.text(strconv.Itoa(int(n))) }

// rawSQL is SQL from the user, with ? placeholders.
type rawSQL struct {
	method string // for errors
	sql    string
	args   []any
}

func (r rawSQL) write(s sink) { s.raw(r) }

// fragment is the package's own SQL around one expression: COUNT(*), SUM(x).
type fragment struct {
	before string
	expr   expr // may be nil
	after  string
}

func (f fragment) write(s sink) {
	s.text(f.before)
	if f.expr != nil {
		f.expr.write(s)
	}
	s.text(f.after)
}

// aggregateOf is a function over a column: SUM(x). It computes an average of numbers in floating point, because
// some databases would cut it to a few decimals.
type aggregateOf struct {
	function string // "SUM"
	of       expr
	kind     kind // of the column
}

func (a aggregateOf) write(s sink) {
	s.text(a.function + "(")
	if a.function == "AVG" && (a.kind == kindInt || a.kind == kindFloat) {
		s.text(s.facts().toFloat)
	}
	a.of.write(s)
	s.text(")")
}

// condList is conditions joined as they were chained: flat, with SQL's precedence.
type condList []term

type term struct {
	cond cond
	or   bool // joined by OR to the term before it
	not  bool
}

func (l condList) write(s sink) {
	for i, t := range l {
		switch {
		case i == 0:
		case t.or:
			s.text(" OR ")
		default:
			s.text(" AND ")
		}
		if t.not {
			s.text("NOT ")
		}
		t.cond.write(s)
	}
}

// group is conditions in brackets.
type group condList

func (g group) write(s sink) {
	s.text("(")
	condList(g).write(s)
	s.text(")")
}

// constant is a condition that always or never holds.
type constant bool

func (c constant) write(s sink) {
	if c {
		s.text("1 = 1")
		return
	}
	s.text("1 = 0")
}

// compare is left op right.
type compare struct {
	left  expr
	op    string
	right expr
}

func (c compare) write(s sink) {
	c.left.write(s)
	s.text(" " + c.op + " ")
	c.right.write(s)
}

// counted is the condition that a row has a certain number of related rows. It is a subquery for each row:
//
//	(SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) > 2
//
// If no other condition chooses rows, and the condition excludes the number 0, it uses groups:
//
//	users.id IN (SELECT posts.user_id FROM posts GROUP BY posts.user_id HAVING COUNT(*) > 2)
//
// With 10,000 posts and 50,000 comments, groups take 0.3 of the time on PostgreSQL, 0.4 on MariaDB and 0.7 on
// SQLite. If other conditions or a limit leave few rows, the groups of all rows would cost more.
type counted struct {
	each   subselect
	groups subselect // nil if the number can be 0
	key    []expr    // what the groups are compared with
	counts condList  // of COUNT(*)
}

func (c counted) write(s sink) {
	if c.groups == nil || !s.facts().countGroups || !s.onlyCondition() {
		for i, t := range c.counts {
			if i > 0 {
				s.text(" AND ")
			}
			n := t.cond.(compare)
			compare{computed{c.each, countAll}, n.op, n.right}.write(s)
		}
		return
	}
	writeTuple(s, c.key)
	s.text(" IN ")
	s.sub(c.groups)
}

// value is a bound value.
type value struct{ v any }

func (v value) write(s sink) { s.arg(v.v) }

// countAll is the number of rows.
var countAll = item{expr: fragment{before: "COUNT(*)"}}

// isOnlyCondition reports whether one condition alone chooses the rows, and all rows that meet it are wanted.
func isOnlyCondition(lists []condList, limit *int) bool {
	return len(lists) == 1 && len(lists[0]) == 1 && limit == nil
}

// computed is one value computed over the rows of a select: (SELECT COUNT(*) FROM …).
type computed struct {
	q  subselect
	of item
}

func (c computed) write(s sink) { s.sub(c.q, c.of) }

// values is bound values.
func values(vs []any) []expr {
	out := make([]expr, len(vs))
	for i, v := range vs {
		out[i] = value{v}
	}
	return out
}

// subquery is a select as a value.
type subquery struct{ q subselect }

func (q subquery) write(s sink) { s.sub(q.q) }

type isNull struct {
	left expr
	not  bool
}

func (c isNull) write(s sink) {
	c.left.write(s)
	if c.not {
		s.text(" IS NOT NULL")
		return
	}
	s.text(" IS NULL")
}

type between struct {
	left   expr
	lo, hi any
	not    bool
}

func (c between) write(s sink) {
	c.left.write(s)
	if c.not {
		s.text(" NOT")
	}
	s.text(" BETWEEN ")
	s.arg(c.lo)
	s.text(" AND ")
	s.arg(c.hi)
}

// ilike is LIKE without regard to case: the database's own operator, or LOWER on both sides.
type ilike struct {
	left    expr
	pattern any
	not     bool
}

func (c ilike) write(s sink) {
	op := s.facts().ilike
	lower := op == ""
	if lower {
		op = "LIKE"
	}
	if c.not {
		op = "NOT " + op
	}
	if !lower {
		compare{c.left, op, value{c.pattern}}.write(s)
		return
	}
	compare{fragment{"LOWER(", c.left, ")"}, op, fragment{"LOWER(", value{c.pattern}, ")"}}.write(s)
}

type exists struct {
	q   subselect
	not bool
}

func (c exists) write(s sink) {
	if c.not {
		s.text("NOT ")
	}
	s.text("EXISTS ")
	s.sub(c.q, item{expr: fragment{before: "1"}})
}

// inQuery is left IN (SELECT …). A composite key has several left sides.
type inQuery struct {
	left []expr
	q    subselect
	not  bool
}

func (c inQuery) write(s sink) {
	writeTuple(s, c.left)
	if c.not {
		s.text(" NOT")
	}
	s.text(" IN ")
	s.sub(c.q)
}

// writeTuple writes expressions as one value: (a, b).
func writeTuple(s sink, parts []expr) {
	if len(parts) > 1 {
		s.text("(")
	}
	for i, e := range parts {
		if i > 0 {
			s.text(", ")
		}
		e.write(s)
	}
	if len(parts) > 1 {
		s.text(")")
	}
}

// inKeys is left IN (keys). A composite key has several left sides.
type inKeys struct {
	left []expr
	keys keySet
	not  bool
}

func (c inKeys) write(s sink) {
	if c.keys.len() == 0 {
		for _, e := range c.left {
			s.check(e)
		}
		constant(c.not).write(s)
		return
	}
	writeTuple(s, c.left)
	switch c.keys.form(s.facts()) {
	case keyArray:
		c.writeArray(s)
	case keyJSON:
		c.writeJSON(s)
	default:
		c.writeList(s)
	}
}

func (c inKeys) in(s sink) {
	if c.not {
		s.text(" NOT")
	}
	s.text(" IN (")
}

// writeArray sends the keys as typed arrays. The text is the same for every number of keys.
func (c inKeys) writeArray(s sink) {
	if len(c.left) == 1 {
		if c.not {
			s.text(" <> ALL(")
		} else {
			s.text(" = ANY(")
		}
		s.arg(c.keys.array(0))
		if c.keys.kinds[0] == kindInt { // compares with any integer column, and uses its index
			s.text("::bigint[]")
		}
		s.text(")")
		return
	}
	c.in(s)
	s.text("SELECT * FROM unnest(")
	for i := range c.left {
		if i > 0 {
			s.text(", ")
		}
		s.arg(c.keys.array(i))
		s.text("::bigint[]")
	}
	s.text("))")
}

// writeJSON sends the keys as one JSON text.
func (c inKeys) writeJSON(s sink) {
	c.in(s)
	if len(c.left) == 1 {
		s.text("SELECT value FROM json_each(")
	} else {
		s.text("SELECT ")
		for i := range c.left {
			if i > 0 {
				s.text(", ")
			}
			s.text(fmt.Sprintf("json_extract(value, '$[%d]')", i))
		}
		s.text(" FROM json_each(")
	}
	s.arg(c.keys.json())
	s.text("))")
}

// writeList sends the keys one by one. It repeats the last key, so that few lengths serve all numbers of keys.
func (c inKeys) writeList(s sink) {
	c.in(s)
	if len(c.left) > 1 && s.facts().valuesIn {
		s.text("VALUES ")
	}
	n := c.keys.len()
	for i := range roundUp(n, s.facts().listParams()/len(c.left)) {
		if i > 0 {
			s.text(", ")
		}
		writeTuple(s, values(c.keys.row(min(i, n-1))))
	}
	s.text(")")
}

// roundUp returns the next power of two, but not more than limit unless n is.
func roundUp(n, limit int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return max(n, min(p, limit))
}
