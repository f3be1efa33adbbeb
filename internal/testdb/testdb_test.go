package testdb_test

import (
	"context"
	"database/sql"
	"sync/atomic"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const createTable = "CREATE TABLE things (id integer PRIMARY KEY)"

func TestEachIsolates(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		other := testdb.Open(t, db.Dialect)
		for _, db := range []*testdb.DB{db, other} {
			_, err := db.Exec(t.Context(), createTable)
			require.NoError(t, err)
		}
		assert.NotEqual(t, db.URL, other.URL)

		_, err := db.Exec(t.Context(), "INSERT INTO things (id) VALUES (1)")
		require.NoError(t, err)
		n, err := other.Exec(t.Context(), "DELETE FROM things")
		require.NoError(t, err)
		assert.Zero(t, n, "a row of one database is seen in the other")

		again, err := lucid.Open(t.Context(), db.URL)
		require.NoError(t, err)
		defer func() { assert.NoError(t, again.Close()) }()
		n, err = again.Exec(t.Context(), "DELETE FROM things")
		require.NoError(t, err)
		assert.EqualValues(t, 1, n, "URL leads to another database")
	})
}

func TestEachDrops(t *testing.T) {
	t.Parallel()
	for _, dialect := range []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL} {
		var driver, source string
		if !t.Run("use", func(t *testing.T) {
			driver, source = testdb.Source(t, dialect)
			require.NoError(t, execute(driver, source, createTable))
		}) || source == "" {
			continue
		}
		require.Error(t, execute(driver, source, "INSERT INTO things (id) VALUES (1)"))
	}
}

func TestEachWithOwnOptions(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	t.Run("group", func(t *testing.T) {
		testdb.EachWith(t, func() []lucid.Option {
			calls.Add(1)
			return []lucid.Option{lucid.WithQueryHook(nothing{})}
		}, func(t *testing.T, db *testdb.DB) {
			_, err := db.Exec(t.Context(), createTable)
			require.NoError(t, err)
		})
	})
	assert.EqualValues(t, 3, calls.Load(), "options are made for each database")
}

type nothing struct{}

func (nothing) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }
func (nothing) AfterQuery(context.Context, *lucid.QueryEvent)                        {}

func execute(driver, source, query string) error {
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(context.Background(), query)
	return err
}
