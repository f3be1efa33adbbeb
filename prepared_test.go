package lucid_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPrepared: statements that come again are prepared, and stay right when the table changes, in
// transactions, on a pool of one connection, and when more come than are kept.
func TestPrepared(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		one := single(t, db.DB)
		find := func(ex lucid.Executor, id int64) string {
			t.Helper()
			s, err := lucid.From[Skill](ex).Find(ctx, id)
			require.NoError(t, err)
			return s.Name
		}
		for range 3 {
			assert.Equal(t, "go", find(one, 1))
			require.NoError(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
				assert.Equal(t, "sql", find(tx, 2))
				_, err := lucid.From[Skill](tx).Where("id", 2).Update(ctx, lucid.Values{"name": "sql"})
				return err
			}))
			require.NoError(t, lucid.Create(ctx, one, &Skill{Name: "new"}))
		}
		execAll(t, db.DB, "ALTER TABLE skills ADD COLUMN level INTEGER NULL")
		for range 3 {
			assert.Equal(t, "go", find(one, 1), "after a change of the table")
			require.NoError(t, lucid.Create(ctx, one, &Skill{Name: "new"}))
		}
		for i := range 300 {
			for range 2 {
				_, err := lucid.From[Skill](one).Comment(fmt.Sprint("text ", i)).Where("id", i).Count(ctx)
				require.NoError(t, err)
			}
		}
		assert.Equal(t, "go", find(one, 1), "after many others")

		plain := single(t, db.DB, lucid.WithoutPreparedStatements())
		for range 3 {
			assert.Equal(t, "go", find(plain, 1))
		}
	})
}

// TestPreparedAtOnce: goroutines share prepared statements while others drop out.
func TestPreparedAtOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		errs := atOnce(func(i int) error {
			for n := range 60 {
				q := lucid.From[Skill](db).Comment(fmt.Sprint("text ", (n*7+i)%90))
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

// TestPreparedAfterTransactions: what comes again in transactions only is prepared when one of them is over, where a
// connection is free.
func TestPreparedAfterTransactions(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		if db.Dialect == lucid.PostgreSQL {
			return // pgx prepares
		}
		ctx := t.Context()
		one := single(t, db.DB)
		find := func(ex lucid.Executor) {
			t.Helper()
			s, err := lucid.From[Skill](ex).Find(ctx, 1)
			require.NoError(t, err)
			assert.Equal(t, "go", s.Name)
		}
		for i, want := range []int{0, 1, 1} {
			require.NoError(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
				find(tx)
				return nil
			}))
			assert.Equal(t, want, lucid.Prepared(one), "after transaction %d", i+1)
		}
		other := errors.New("no")
		for range 2 {
			require.ErrorIs(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
				_, err := lucid.From[Skill](tx).Count(ctx)
				require.NoError(t, err)
				return other
			}), other)
		}
		assert.Equal(t, 2, lucid.Prepared(one), "and when it is rolled back")
	})
}
