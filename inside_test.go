package lucid_test

import (
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreateWithoutReturning: where an INSERT returns nothing, the keys are the block that the server
// hands out for one statement, and other columns are asked for.
func TestCreateWithoutReturning(t *testing.T) {
	db := app.Open(t, lucid.MySQL)
	testdb.ExecAll(t, db.DB, app.Gazettes)
	lucid.AsMySQL(db.DB.DB)
	rows := []*app.Gazette{{Title: "one"}, {ID: 40, Title: "three"}, {Title: "fifteen", Status: "live"}, {Title: "two"}}
	db.Sent.Reset()
	require.NoError(t, lucid.Create(t.Context(), db, rows...))
	for _, g := range rows {
		stored, err := lucid.From[app.Gazette](db).Find(t.Context(), g.ID)
		require.NoError(t, err)
		assert.Equal(t, app.Columns(t, stored), app.Columns(t, g))
	}
	skills := []*app.Skill{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	db.Sent.Reset()
	require.NoError(t, lucid.Create(t.Context(), db, skills...))
	assert.Equal(t, []string{"Skill.Create"}, db.Sent.Paths(), "keys alone need no question")
	for _, s := range skills {
		stored, err := lucid.From[app.Skill](db).Find(t.Context(), s.ID)
		require.NoError(t, err)
		assert.Equal(t, s.Name, stored.Name)
	}
	rows[0].Title = "changed"
	require.NoError(t, lucid.Save(t.Context(), db, rows[0]))
	assert.EqualValues(t, 7, rows[0].Size)
}

// TestPreparedAfterTransactions: what comes again in transactions only is prepared when one of them is over, where a
// connection is free.
func TestPreparedAfterTransactions(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect == lucid.PostgreSQL {
			return // pgx prepares
		}
		ctx := t.Context()
		one := testdb.Single(t, db.DB)
		find := func(ex lucid.Executor) {
			t.Helper()
			s, err := lucid.From[app.Skill](ex).Find(ctx, 1)
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
				_, err := lucid.From[app.Skill](tx).Count(ctx)
				require.NoError(t, err)
				return other
			}), other)
		}
		assert.Equal(t, 2, lucid.Prepared(one), "and when it is rolled back")
	})
}

// TestShapes: a query of a shape that was there is not compiled again, whatever its values; and two
// shapes that differ never share a statement.
func TestShapes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ask := func(id int64, published bool, limit int) {
			_, err := lucid.From[app.User](db).Where("id", ">", id).Has(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("published", published) })).
				WithCount(app.UserPosts).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(limit).Preload(app.PostComments) })).
				OrderBy("id").Limit(limit).All(t.Context())
			require.NoError(t, err)
		}
		for i := range 6 { // one parent and many are two shapes, and so are key lists of other lengths
			ask(int64(i%3), i%2 == 0, 2+i%3)
		}
		made := lucid.ShapesMade(db.DB.DB)
		for i := range 50 {
			ask(int64(i%3), i%2 == 0, 2+i%3)
		}
		assert.Equal(t, made, lucid.ShapesMade(db.DB.DB))
	})
}
