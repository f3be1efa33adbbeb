package lucid

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// Query reads, counts, updates or deletes rows of model T. [From] starts one, and so does a relation's Query.
//
// Chained calls change the query and return it; Clone copies it. A finishing call sends statements and does not
// change the query, so you can run it again. If a chain has a mistake, the finishing call returns the first one and
// sends nothing.
//
// A query serves one goroutine at a time. The zero value has no database and no model: its finishing calls return
// an error.
//
// The methods are on [QueryOf]: write Query[Post], read QueryOf.
type Query[T any] = QueryOf[*T]

// Every method of a generic type in this package has a go:noinline directive. The compiler makes a wrapper of such a
// method for every model. If it could inline the method, it would compile the method's body again in each wrapper.

// QueryOf has the methods of [Query]: Query[Post] is QueryOf[*Post].
//
// # Conditions
//
//   - By name: [QueryOf.Where], [QueryOf.OrWhere], [QueryOf.WhereNot], [QueryOf.WhereIn], [QueryOf.WhereNull],
//     [QueryOf.WhereBetween], [QueryOf.WhereLike], [QueryOf.WhereILike], [QueryOf.WhereColumn]
//   - Typed: [QueryOf.Filter], [QueryOf.OrFilter]
//   - In brackets: [QueryOf.WhereGroup]
//   - Subqueries: [QueryOf.Where], [QueryOf.WhereIn], [QueryOf.WhereExists]
//   - SQL: [QueryOf.WhereRaw]
//   - Softly deleted rows: [QueryOf.WithTrashed], [QueryOf.OnlyTrashed]
//
// # Relations
//
//   - Eager load: [QueryOf.Preload]
//   - Filter by related rows: [QueryOf.Has], [QueryOf.OrHas], [QueryOf.DoesntHave], [QueryOf.OrDoesntHave]
//   - Compute over related rows: [QueryOf.WithCount], [QueryOf.WithAggregate]
//   - In a scope of a relation: [QueryOf.GroupLimit], [QueryOf.GroupOrderBy], [QueryOf.PivotColumns]
//
// # Shape
//
//   - Columns: [QueryOf.Select], [QueryOf.SelectRaw], [QueryOf.Distinct]
//   - Joins: [QueryOf.Join], [QueryOf.LeftJoin], [QueryOf.JoinRaw]
//   - Order: [QueryOf.OrderBy], [QueryOf.OrderByDesc], [QueryOf.OrderByRaw], [QueryOf.Limit], [QueryOf.Offset]
//   - Groups: [QueryOf.GroupBy], [QueryOf.Having], [QueryOf.HavingRaw]
//   - Locks: [QueryOf.ForUpdate], [QueryOf.ForShare], [QueryOf.SkipLocked], [QueryOf.NoWait]
//   - Scopes and copies: [QueryOf.Apply], [QueryOf.If], [QueryOf.Clone]
//   - Options: [QueryOf.ReadOnly], [QueryOf.Unconditional], [QueryOf.Comment]
//
// # Finish
//
//   - Rows: [QueryOf.All], [QueryOf.First], [QueryOf.Find], [QueryOf.FindMany], [QueryOf.FindBy], [QueryOf.Sole],
//     [QueryOf.Each]
//   - Pages: [QueryOf.Paginate], [QueryOf.CursorPaginate]
//   - Values: [QueryOf.Count], [QueryOf.Exists], [QueryOf.Sum], [QueryOf.Avg], [QueryOf.Min], [QueryOf.Max], and
//     the function [Pluck]
//   - Changes: [QueryOf.Update], [QueryOf.Increment], [QueryOf.Decrement], [QueryOf.Delete], [QueryOf.ForceDelete],
//     [QueryOf.Restore]
//   - The statement itself: [QueryOf.SQL], [QueryOf.Explain]
type QueryOf[P any] struct{ q query }

// queryOf is a query as one on rows of type P. Both are the same in memory; the rules for unsafe stand in row.go.
func queryOf[P any](q *query) *QueryOf[P] { return (*QueryOf[P])(unsafe.Pointer(q)) }

// scopeFunc is a user's scope without its type.
type scopeFunc func(*query)

// scopeOf takes the type off a user's scope; nil stays nil.
func scopeOf[P any](fn func(*QueryOf[P])) scopeFunc {
	if fn == nil {
		return nil
	}
	return func(q *query) { fn(queryOf[P](q)) }
}

// query is a Query without its type: it holds as data what the user asked for.
type query struct {
	s     *session
	model *model
	path  string // names its statements in errors and events
	err   error  // the first mistake
	scope string // while a scope shapes the query: the scope's relation; else ""

	main   *source
	joins  []join
	groups []condList // one group for OnQuery and one for each scope
	where  condList
	guard  condList // limits a relation's query to its parents

	selects  []selection // nil: all columns
	computed []item      // values computed over relations, in addition to the selected ones
	hidden   []selection // not selected, but Having or OrderBy names them
	pivots   []string    // PivotColumns
	distinct bool
	groupBy  []expr
	having   condList
	order    []orderTerm
	limit    *int
	offset   int
	lock     lock
	comment  string
	readOnly bool     // lucid does not track changes of the rows
	trashed  trashed  // whether softly deleted rows are included
	touched  string   // a column that an update also sets to the time; "" if there is none beside the model's
	times    []string // the columns that hold times, for a model whose columns are not known
	meant    bool     // Unconditional

	eager eagerLoads // what is loaded for the rows that are found; nil: nothing
	ofRelation
}

// ofRelation is what only the query of a relation has; it is zero elsewhere.
type ofRelation struct {
	relation     string      // "User.Posts"
	middle       *source     // the pivot or through table
	toOne        bool        // the query wants at most one row for each parent
	own          bool        // a relation's Query made it, not a preload
	single       bool        // a select reads one row; an update or delete changes all
	parents      int         // the number of different parents
	partition    []expr      // the columns that hold the parent's key
	needs        []string    // columns that the query always reads
	extraItems   []item      // selected in addition to the model's columns
	defaultOrder []orderTerm // if the query has no order
	groupLimit   *int
	groupOrder   []orderTerm
}

// trashed says which rows a query sees: live rows, all rows, or softly deleted rows.
type trashed int

const (
	withoutTrashed trashed = iota
	withTrashed
	onlyTrashed
)

// one is the limit of a query that reads one row.
var one = 1

// selection is one entry of the select list, as the user asked for it.
type selection struct {
	column string // as the user wrote it; "*" means all columns of the model
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

// modelFor returns the model of a row's type. row is a pointer and may be nil. It is not generic, because a generic
// function would be compiled again for each model.
func modelFor(p any) *model { return modelOf(reflect.TypeOf(p).Elem()) }

// data returns the query. A zero query becomes one that fails.
func (q *query) data() *query {
	if q.model == nil {
		*q = *newQuery(nil, unknownModel)
	}
	return q
}

// unknownModel is the model of a zero Query.
var unknownModel = &model{name: "Query"}

// scoped runs scopes on the query. The conditions of each scope become a group of their own.
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

// collect runs a scope and returns the conditions that it adds, without adding them to the chain.
func (q *query) collect(scope scopeFunc) condList {
	outer := q.where
	q.where = nil
	scope(q)
	inner := q.where
	q.where = outer
	return inner
}

// sessionOf returns an executor's session. It returns nil for a nil executor, a nil *DB and a nil *Tx.
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

// fail keeps the first mistake of a chain.
func (q *query) fail(err error) {
	if q.err == nil && err != nil {
		q.err = err
	}
}

// Clone copies the query. Calls chained to one copy do not change the other.
//
//go:noinline
func (q *QueryOf[P]) Clone() *QueryOf[P] { return queryOf[P](q.q.data().clone()) }

// Apply runs scopes on the query, in order. It adds their conditions to this chain without brackets. (A relation's
// With puts the conditions of each scope in brackets.) It ignores a nil scope.
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

// If applies scope if cond is true. It ignores a nil scope.
//
//go:noinline
func (q *QueryOf[P]) If(cond bool, scope func(*QueryOf[P])) *QueryOf[P] {
	if cond {
		return q.Apply(scope)
	}
	return q
}

// start checks that a finishing call can run, and returns the database's dialect.
func (q *query) start(ctx context.Context, verb string) (*dialect, error) {
	if q.err != nil {
		return nil, q.err
	}
	if q.scope != "" {
		return nil, wrong(nil, "lucid: %s in a scope of %s: a scope only shapes the relation's statement: "+
			"run a query of its own with %s.Query", verb, q.scope, q.scope)
	}
	return q.s.ready(ctx)
}

// clone copies the query, so that appending to one copy does not change the other.
func (q *query) clone() *query {
	c := *q
	c.joins, c.groups = slices.Clip(q.joins), slices.Clip(q.groups)
	c.where, c.guard = slices.Clip(q.where), slices.Clip(q.guard)
	c.selects, c.computed, c.pivots = slices.Clip(q.selects), slices.Clip(q.computed), slices.Clip(q.pivots)
	c.groupBy, c.having, c.order = slices.Clip(q.groupBy), slices.Clip(q.having), slices.Clip(q.order)
	c.hidden, c.needs = slices.Clip(q.hidden), slices.Clip(q.needs)
	c.extraItems, c.partition = slices.Clip(q.extraItems), slices.Clip(q.partition)
	c.groupOrder, c.defaultOrder, c.times = slices.Clip(q.groupOrder), slices.Clip(q.defaultOrder), slices.Clip(q.times)
	return &c
}

// selected returns what the user selects. It replaces "*", and an empty list, by the model's columns.
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
