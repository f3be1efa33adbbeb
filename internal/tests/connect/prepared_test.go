package connect_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPrepared: statements that come again are prepared, and stay right when the table changes, in
// transactions, on a pool of one connection, and when more come than are kept.
func TestPrepared(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		one := testdb.Single(t, db.DB)
		find := func(ex lucid.Executor, id int64) string {
			t.Helper()
			s, err := lucid.From[app.Skill](ex).Find(ctx, id)
			require.NoError(t, err)
			return s.Name
		}
		for range 3 {
			assert.Equal(t, "go", find(one, 1))
			require.NoError(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
				assert.Equal(t, "sql", find(tx, 2))
				_, err := lucid.From[app.Skill](tx).Where("id", 2).Update(ctx, lucid.Values{"name": "sql"})
				return err
			}))
			require.NoError(t, lucid.Create(ctx, one, &app.Skill{Name: "new"}))
		}
		testdb.ExecAll(t, db.DB, "ALTER TABLE skills ADD COLUMN level INTEGER NULL")
		for range 3 {
			assert.Equal(t, "go", find(one, 1), "after a change of the table")
			require.NoError(t, lucid.Create(ctx, one, &app.Skill{Name: "new"}))
		}
		for i := range 300 {
			for range 2 {
				_, err := lucid.From[app.Skill](one).Comment(fmt.Sprint("text ", i)).Where("id", i).Count(ctx)
				require.NoError(t, err)
			}
		}
		assert.Equal(t, "go", find(one, 1), "after many others")

		plain := testdb.Single(t, db.DB, lucid.WithoutPreparedStatements())
		for range 3 {
			assert.Equal(t, "go", find(plain, 1))
		}
	})
}

// TestPreparedAtOnce: goroutines share prepared statements while others drop out.
func TestPreparedAtOnce(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		errs := testdb.AtOnce(func(i int) error {
			for n := range 60 {
				q := lucid.From[app.Skill](db).Comment(fmt.Sprint("text ", (n*7+i)%90))
				if _, err := q.Where("id", 1).All(context.WithoutCancel(t.Context())); err != nil {
					return err
				}
			}
			return nil
		})
		for _, err := range errs {
			require.NoError(t, err)
		}
	})
}
