package lucid

import (
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type shapeNote struct {
	Model
	ID     int64
	OwnID  int64
	Text   string
	GoneAt *time.Time `db:",softdelete"`
}

// signatureOf is the shape of a query as bytes, and whether a shape tells all of it.
func signatureOf(q *query) (string, bool) {
	g := newKeyWriter(sqlite)
	defer g.done()
	g.query(q, false, nil)
	return string(g.buf), !g.incomplete
}

// shapeQuery is a query that has a part of each kind.
func shapeQuery() *query {
	q := newQuery(&session{}, modelFor((*shapeNote)(nil)))
	q.err = nil
	q.middle = &source{table: "pivot", prefix: "pivot"}
	q.joins = []join{{kind: "INNER", src: q.middle}}
	q.partition = []expr{ref{q.middle, "own_id"}}
	return q
}

// inShape says of each field of a query how to change it so that its shape differs; a text says why the field is
// not in the shape.
var inShape = map[string]any{
	"s":      "the session chooses the cache",
	"model":  func(q *query) { q.model = modelFor((*PivotRow)(nil)) },
	"path":   "it names the statement for hooks and errors",
	"err":    "nothing is sent",
	"scope":  "it is set while scopes run",
	"main":   func(q *query) { q.main = &source{table: "other", model: q.model} },
	"middle": func(q *query) { q.middle.table = "other" },
	"joins":  func(q *query) { q.joins = append(q.joins, join{raw: rawSQL{sql: "JOIN x"}}) },
	"groups": func(q *query) { q.groups = append(q.groups, condList{{cond: isNull{left: named("text")}}}) },
	"where":  func(q *query) { q.where = condList{{cond: isNull{left: named("text")}}} },
	"guard":  func(q *query) { q.guard = condList{{cond: isNull{left: named("text")}}} },

	"selects":  func(q *query) { q.selects = []selection{{column: "text"}} },
	"computed": func(q *query) { q.computed = []item{{expr: literal(1), as: "n"}} },
	"hidden":   func(q *query) { q.hidden = []selection{{column: "text"}} },
	"pivots":   func(q *query) { q.pivots = []string{"level"} },
	"distinct": func(q *query) { q.distinct = true },
	"groupBy":  func(q *query) { q.groupBy = []expr{named("text")} },
	"having":   func(q *query) { q.having = condList{{cond: isNull{left: named("text")}}} },
	"order":    func(q *query) { q.order = []orderTerm{{expr: named("text")}} },
	"limit":    func(q *query) { n := 2; q.limit = &n },
	"offset":   func(q *query) { q.offset = 1 },
	"lock":     func(q *query) { q.lock.mode = lockShare },
	"comment":  func(q *query) { q.comment = "x" },
	"readOnly": func(q *query) { q.readOnly = true },
	"trashed":  func(q *query) { q.trashed = onlyTrashed },
	"touched":  "it is for updates, whose shape has the columns that are set",
	"times":    func(q *query) { q.times = []string{"gone_at"} },

	"relation":     "it names the relation for errors",
	"toOne":        func(q *query) { q.toOne = true },
	"own":          func(q *query) { q.own = true },
	"single":       func(q *query) { q.single = true },
	"parents":      "it counts only with a group limit, and with one it is in the shape",
	"partition":    "it is in the shape with a group limit, and else only in the guard",
	"needs":        func(q *query) { q.needs = []string{"own_id"} },
	"extraItems":   func(q *query) { q.extraItems = []item{{expr: ref{q.middle, "own_id"}, as: "pivot_own_id"}} },
	"defaultOrder": func(q *query) { q.defaultOrder = q.byKey(true) },
	"groupLimit":   func(q *query) { n := 2; q.groupLimit = &n },
	"groupOrder":   func(q *query) { q.groupOrder = []orderTerm{{expr: named("text")}} },

	"eager": func(q *query) { q.eager = preloads{{rel: &relation{sourceKey: q.model.columns[:1]}}} },
	"meant": "it lets an update without a condition pass",
}

// TestEveryFieldIsInTheShape fails for a field of a query that its shape does not know: two queries that differ in
// it would share a statement.
func TestEveryFieldIsInTheShape(t *testing.T) {
	base, fit := signatureOf(shapeQuery())
	require.True(t, fit)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[query]()) {
		name := field.Name
		if field.Anonymous {
			continue // its fields follow
		}
		t.Run(name, func(t *testing.T) {
			require.Contains(t, inShape, name, "write the field into the shape in statementkey.go, and say here how it differs")
			change, ok := inShape[name].(func(*query))
			if !ok {
				return // the entry says why
			}
			q := shapeQuery()
			change(q)
			if got, fit := signatureOf(q); fit {
				assert.NotEqual(t, base, got)
			}
		})
	}
}

// TestGroupLimitIsInTheShape is for the fields that count only with a group limit.
func TestGroupLimitIsInTheShape(t *testing.T) {
	limited := func(change func(*query)) string {
		q, n := shapeQuery(), 2
		q.groupLimit, q.parents = &n, 3
		change(q)
		got, fit := signatureOf(q)
		require.True(t, fit)
		return got
	}
	base := limited(func(*query) {})
	for name, change := range map[string]func(*query){
		"parents":    func(q *query) { q.parents = 1 },
		"partition":  func(q *query) { q.partition = append(q.partition, ref{q.main, "own_id"}) },
		"groupOrder": func(q *query) { q.groupOrder = []orderTerm{{expr: named("text")}} },
	} {
		assert.NotEqual(t, base, limited(change), name)
	}
}

// TestCloneSharesNoRoom: what is appended to a list of a clone does not reach the query, and the reverse.
func TestCloneSharesNoRoom(t *testing.T) {
	q := shapeQuery()
	v := reflect.ValueOf(q).Elem()
	for _, field := range reflect.VisibleFields(v.Type()) {
		if f := v.FieldByIndex(field.Index); f.Kind() == reflect.Slice {
			reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(reflect.MakeSlice(f.Type(), 1, 8))
		}
	}
	c := reflect.ValueOf(q.clone()).Elem()
	for _, field := range reflect.VisibleFields(c.Type()) {
		if f := c.FieldByIndex(field.Index); f.Kind() == reflect.Slice {
			assert.Equal(t, f.Len(), f.Cap(), "clone() leaves %s with room of the query's", field.Name)
		}
	}
}
