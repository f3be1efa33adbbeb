package lucid

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// Query reads, counts, updates or deletes rows of model T. Start one with From or a relation's
// Query.
//
// # Building
//
// Chained calls change and return the same query; Clone copies it. Conditions: [Query.Where] and
// its forms, typed ones with [Query.Filter]. Shape: [Query.Select], [Query.OrderBy], [Query.Limit],
// [Query.Join]. Relations: [Query.Preload], [Query.Has], [Query.WithCount]. Scopes are plain
// functions: [Query.Apply].
//
// # Finishing
//
// A finishing call ([Query.All], [Query.First], [Query.Each], [Query.Count], …) sends statements and
// leaves the query as it was, so it can be run again. The first mistake in a chain is kept and
// returned by the finishing call; nothing is sent then.
//
// A query serves one goroutine at a time. The zero value has no database and no model: finishing it
// is an error.
//
// The methods are those of [QueryOf].
type Query[T any] = QueryOf[*T]

// QueryOf is what [Query] is an alias of: write Query[Post], which is QueryOf[*Post]. It is declared over
// the pointer so that all models share its compiled code.
type QueryOf[P any] struct{ q query }

// queryOf is a query as one on rows of type P. Both are the same in memory; the rules for unsafe stand in row.go.
func queryOf[P any](q *query) *QueryOf[P] { return (*QueryOf[P])(unsafe.Pointer(q)) }

// scopeFunc is a scope of the user's without its type.
type scopeFunc func(*query)

// scopeOf is a user's scope without its type; nil for nil.
func scopeOf[P any](fn func(*QueryOf[P])) scopeFunc {
	if fn == nil {
		return nil
	}
	return func(q *query) { fn(queryOf[P](q)) }
}

// query is a Query without its type: what was asked, as data.
type query struct {
	s     *session
	model *model
	path  string // what its statements are for
	err   error  // the first mistake
	scope string // the relation whose scope this query is being shaped by; "" elsewhere

	main   *source
	joins  []join
	groups []condList // of OnQuery and of each scope
	where  condList
	guard  condList // what keeps a relation's query to its parents

	selects  []selection // nil: all columns
	computed []item      // values computed over relations, beside what is selected
	hidden   []selection // not selected, but named by Having or OrderBy
	pivots   []string    // PivotColumns
	distinct bool
	groupBy  []expr
	having   condList
	order    []orderTerm
	limit    *int
	offset   int
	lock     lock
	comment  string
	readOnly bool     // what is read is not tracked
	trashed  trashed  // what becomes of rows that were deleted softly
	touched  string   // a column that an update sets to the time; "" for those of the model only
	times    []string // columns that are times, of a model whose columns are not known
	meant    bool     // Unconditional

	eager eagerLoads // what is loaded for the rows that are found; nil: nothing
	ofRelation
}

// ofRelation is what only the query of a relation has; it is zero elsewhere.
type ofRelation struct {
	relation     string      // "User.Posts"
	middle       *source     // the pivot or through table
	toOne        bool        // at most one row of each parent is wanted
	own          bool        // it is a query of its own, rather than a preload's
	single       bool        // a select reads one row, an update or delete changes all
	parents      int         // how many different parents it is for
	partition    []expr      // the columns that tell the parents apart
	needs        []string    // columns that have to be read whatever is selected
	beside       []item      // selected beside the model's columns
	defaultOrder []orderTerm // if the query has no order
	groupLimit   *int
	groupOrder   []orderTerm
}

// trashed is what becomes of softly deleted rows in a query.
type trashed int

const (
	withoutTrashed trashed = iota
	withTrashed
	onlyTrashed
)

// one is the limit of a query for one row.
var one = 1

// selection is one thing that a query selects.
type selection struct {
	column string // as the user wrote it; "*" for all of the model's
	as     string // its name in the result; "" for the column's own
	raw    *rawSQL
}

// eagerLoads are the relations that a query loads for its rows. The reader knows the columns that they need, and
// that they load.
type eagerLoads interface {
	columns() []*column
	load(ctx context.Context, q *query, rows []row) error
}

func newQuery(s *session, m *model) *query {
	q := &query{s: s, model: m, path: m.name, main: &source{table: m.table, model: m}}
	if s == nil {
		q.fail(wrong(nil, "lucid: %s: the executor is nil: pass a *DB or a *Tx", m.name))
	}
	q.fail(m.err())
	return q
}

// modelFor is the model of a pointer's type; the pointer may be nil. It is no generic function, since that
// would be compiled for each model.
func modelFor(p any) *model { return modelOf(reflect.TypeOf(p).Elem()) }

// data is the query, which fails where it is the zero value.
func (q *query) data() *query {
	if q.model == nil {
		*q = *newQuery(nil, unknownModel)
	}
	return q
}

// unknownModel is what a zero Query is about.
var unknownModel = &model{name: "Query"}

// scoped runs scopes on the query; the conditions of each are a group of their own.
func (q *query) scoped(scopes []scopeFunc) {
	outer := q.scope
	q.scope = q.relation
	for _, scope := range scopes {
		if scope == nil {
			continue
		}
		if g := q.collect(scope); len(g) > 0 {
			q.groups = append(q.groups, g)
		}
	}
	q.scope = outer
}

// collect is the conditions that a scope adds, taken out of the chain.
func (q *query) collect(scope scopeFunc) condList {
	outer := q.where
	q.where = nil
	scope(q)
	inner := q.where
	q.where = outer
	return inner
}

// sessionOf is an executor's session; nil for a nil *DB or *Tx too.
func sessionOf(ex Executor) *session {
	switch ex := ex.(type) {
	case nil:
		return nil
	case *DB:
		if ex == nil {
			return nil
		}
	case *Tx:
		if ex == nil {
			return nil
		}
	}
	return ex.executor()
}

// fail keeps the first mistake.
func (q *query) fail(err error) {
	if q.err == nil && err != nil {
		q.err = err
	}
}

// Clone copies the query; what is chained to one does not reach the other.
//
//go:noinline
func (q *QueryOf[P]) Clone() *QueryOf[P] { return queryOf[P](q.q.data().clone()) }

// Apply runs scopes on the query, in order. What they add is part of this chain: flat, and not
// bracketed as the scopes of a relation are. A nil scope is ignored.
//
//go:noinline
func (q *QueryOf[P]) Apply(scopes ...func(*QueryOf[P])) *QueryOf[P] {
	for _, scope := range scopes {
		if scope != nil {
			scope(q)
		}
	}
	return q
}

// If applies scope where cond holds.
//
//go:noinline
func (q *QueryOf[P]) If(cond bool, scope func(*QueryOf[P])) *QueryOf[P] {
	if cond {
		return q.Apply(scope)
	}
	return q
}

// start checks that a finishing call can run, and asks the session what its database is.
func (q *query) start(ctx context.Context, verb string) (*dialect, error) {
	if q.err != nil {
		return nil, q.err
	}
	if q.scope != "" {
		return nil, wrong(nil, "lucid: %s in a scope of %s: a scope only shapes the relation's statement: run a query of its own with %s.Query", verb, q.scope, q.scope)
	}
	return q.s.ready(ctx)
}

// clone copies the query so that nothing that is appended to one is seen by the other.
func (q *query) clone() *query {
	c := *q
	c.joins, c.groups, c.where, c.guard = slices.Clip(q.joins), slices.Clip(q.groups), slices.Clip(q.where), slices.Clip(q.guard)
	c.selects, c.computed, c.pivots = slices.Clip(q.selects), slices.Clip(q.computed), slices.Clip(q.pivots)
	c.groupBy, c.having, c.order = slices.Clip(q.groupBy), slices.Clip(q.having), slices.Clip(q.order)
	c.hidden, c.needs, c.beside, c.partition = slices.Clip(q.hidden), slices.Clip(q.needs), slices.Clip(q.beside), slices.Clip(q.partition)
	c.groupOrder, c.defaultOrder, c.times = slices.Clip(q.groupOrder), slices.Clip(q.defaultOrder), slices.Clip(q.times)
	return &c
}

// selected is what the user selects, "*" and nothing spelled out.
func (q *query) selected() []selection {
	if len(q.selects) == 0 {
		return q.everything()
	}
	var out []selection
	seen := map[string]bool{}
	for _, sel := range q.selects {
		if sel.raw != nil {
			out = append(out, sel)
			continue
		}
		expanded := []selection{sel}
		if sel.column == "*" || sel.column == q.main.table+".*" {
			expanded = q.everything()
		}
		for _, one := range expanded {
			if id := strings.TrimPrefix(one.column, q.main.table+".") + " " + one.as; !seen[id] {
				seen[id] = true
				out = append(out, one)
			}
		}
	}
	return out
}

func (q *query) everything() []selection {
	out := make([]selection, len(q.model.columns))
	for i, c := range q.model.columns {
		out[i] = selection{column: c.name}
	}
	return out
}
