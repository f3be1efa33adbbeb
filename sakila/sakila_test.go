// Package sakila_test runs lucid on the Sakila sample database, a DVD rental shop of 47,000 rows, and compares
// what it loads with SQL written by hand:
//
//	LUCID_SAKILA_DIR=/path/to/sakila go test ./sakila
//
// The directory holds one tab-separated file per table, actor.tsv to store.tsv: column names in the first
// line, \N for NULL, t and f for booleans.
package sakila_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/testdb/server"
)

// TestSakila loads the data once into each database and runs every check on it. One of them alone:
//
//	go test ./sakila -run TestSakila/PostgreSQL/GroupLimit
func TestSakila(t *testing.T) {
	dir := dataDir(t)
	hook := func() []lucid.Option { return []lucid.Option{lucid.WithQueryHook(recorder{})} }
	testdb.EachWith(t, hook, func(t *testing.T, empty *testdb.DB) {
		require.NoError(t, load(t.Context(), empty.DB, empty.Dialect, dir))
		db := &database{DB: empty.DB, raw: rawHandle(t, empty)}
		t.Run("Load", func(t *testing.T) { testLoaded(t, db, dir) })
		t.Run("Fields", func(t *testing.T) { testFields(t, db) })
		t.Run("Preload", func(t *testing.T) { testPreload(t, db) })
		t.Run("Nothing", func(t *testing.T) { testNothingToLoad(t, db) })
		t.Run("Siblings", func(t *testing.T) { testSiblings(t, db) })
		t.Run("Scopes", func(t *testing.T) { testScopes(t, db) })
		t.Run("Select", func(t *testing.T) { testSelect(t, db) })
		t.Run("Pivot", func(t *testing.T) { testPivot(t, db) })
		t.Run("Nesting", func(t *testing.T) { testNesting(t, db) })
		t.Run("BackReferences", func(t *testing.T) { testBackReferences(t, db) })
		t.Run("Cycle", func(t *testing.T) { testCycle(t, db) })
		t.Run("GroupLimit", func(t *testing.T) { testGroupLimit(t, db) })
		t.Run("GroupLimitNested", func(t *testing.T) { testGroupLimitNested(t, db) })
		t.Run("LazyLoad", func(t *testing.T) { testLazyLoad(t, db) })
		t.Run("LazyLoadOne", func(t *testing.T) { testLazyLoadOne(t, db) })
		t.Run("Each", func(t *testing.T) { testEach(t, db) })
		t.Run("CompositeKey", func(t *testing.T) { testCompositeKey(t, db) })
	})
}

func dataDir(t *testing.T) string {
	dir := os.Getenv("LUCID_SAKILA_DIR")
	if _, err := os.Stat(filepath.Join(dir, "actor.tsv")); dir == "" || err != nil {
		t.Skipf("no Sakila data in %q: set LUCID_SAKILA_DIR to the directory that holds actor.tsv and the other tables", dir)
	}
	return dir
}

// database is a loaded database and a second handle on it that knows nothing of lucid.
type database struct {
	*lucid.DB
	raw *sql.DB
}

func rawHandle(t *testing.T, db *testdb.DB) *sql.DB {
	url := db.URL
	if db.Dialect == lucid.MySQL {
		var err error
		url, err = server.WithParam(url, "parseTime", "true")
		require.NoError(t, err)
	}
	raw, err := server.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, raw.Close()) })
	return raw
}

// tuples reads a result without lucid. A time is its microseconds since 1970.
func (db *database) tuples(t *testing.T, query string) [][]int64 {
	t.Helper()
	var tuples [][]int64
	db.scan(t, query, func(rows *sql.Rows) {
		columns, err := rows.Columns()
		require.NoError(t, err)
		values := make([]any, len(columns))
		dest := make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		require.NoError(t, rows.Scan(dest...))
		tuple := make([]int64, len(columns))
		for i, v := range values {
			tuple[i] = number(t, v)
		}
		tuples = append(tuples, tuple)
	})
	return tuples
}

// texts reads a result of two texts without lucid.
func (db *database) texts(t *testing.T, query string) [][2]string {
	t.Helper()
	var texts [][2]string
	db.scan(t, query, func(rows *sql.Rows) {
		var text [2]string
		require.NoError(t, rows.Scan(&text[0], &text[1]))
		texts = append(texts, text)
	})
	return texts
}

func (db *database) scan(t *testing.T, query string, row func(*sql.Rows)) {
	t.Helper()
	rows, err := db.raw.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer func() { assert.NoError(t, rows.Close()) }()
	for rows.Next() {
		row(rows)
	}
	require.NoError(t, rows.Err())
}

func number(t *testing.T, v any) int64 {
	t.Helper()
	switch v := v.(type) {
	case int64:
		return v
	case time.Time:
		return v.UnixMicro()
	case []byte:
		n, err := strconv.ParseInt(string(v), 10, 64)
		require.NoError(t, err)
		return n
	}
	require.Failf(t, "not a number", "%T", v)
	return 0
}

// model is a pointer to a model of this package.
type model[T any] interface {
	lucid.ModelPtr[T]
	TableName() string
	IsPersisted() bool
	key() []int64
}

// byKey orders a query by its model's primary key.
func byKey[T any, P model[T]](q *lucid.Query[T]) {
	table := P(new(T)).TableName()
	for _, tb := range tables {
		if tb.name == table {
			for column := range strings.SplitSeq(tb.key, ", ") {
				q.OrderBy(column)
			}
		}
	}
}

// joined is the keys of rows that hang together, as a hand-written join selects them.
func joined(keys ...[]int64) []int64 { return slices.Concat(keys...) }

func sorted(tuples [][]int64) [][]int64 {
	return slices.SortedFunc(slices.Values(tuples), slices.Compare)
}

// assertTuples compares results and shows where they part, not all of them.
func assertTuples(t *testing.T, want, got [][]int64) {
	t.Helper()
	require.NotEmpty(t, want, "the hand-written SQL finds nothing, so it proves nothing")
	if slices.EqualFunc(want, got, slices.Equal) {
		return
	}
	i := 0
	for i < min(len(want), len(got)) && slices.Equal(want[i], got[i]) {
		i++
	}
	assert.Failf(t, "not what the hand-written SQL finds", "%d tuples, want %d; from tuple %d on: %v, want %v",
		len(got), len(want), i, got[i:min(i+5, len(got))], want[i:min(i+5, len(want))])
}

// statements collects what was sent under a context.
type statements struct {
	mu   sync.Mutex
	sent []lucid.QueryEvent
}

type statementsKey struct{}

// recorded is a context whose statements are collected.
func recorded(t *testing.T) (context.Context, *statements) {
	s := &statements{}
	return context.WithValue(t.Context(), statementsKey{}, s), s
}

func (s *statements) count() int { return len(s.sent) }

// rows is how many rows the last statement read.
func (s *statements) rows() int { return int(s.sent[len(s.sent)-1].Rows) }

func (s *statements) String() string {
	var b strings.Builder
	for _, event := range s.sent {
		fmt.Fprintf(&b, "%s: %d rows: %.300s\n", event.Path, event.Rows, event.SQL)
	}
	return cmp.Or(b.String(), "no statements")
}

// recorder is the hook that fills statements.
type recorder struct{}

func (recorder) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }

func (recorder) AfterQuery(ctx context.Context, event *lucid.QueryEvent) {
	if s, ok := ctx.Value(statementsKey{}).(*statements); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sent = append(s.sent, *event)
	}
}
