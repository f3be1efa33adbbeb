package read_test

import (
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCount(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tc := range map[string]struct {
			scope func(q app.PostQuery)
			want  int64
		}{
			"all":                      {func(app.PostQuery) {}, 6},
			"where":                    {func(q app.PostQuery) { q.Where("user_id", 1).OrWhere("id", 6) }, 4},
			"none":                     {func(q app.PostQuery) { q.Where("id", 99) }, 0},
			"order, limit and offset":  {func(q app.PostQuery) { q.OrderByRaw("likes").Limit(2).Offset(3) }, 6},
			"limit 0":                  {func(q app.PostQuery) { q.Limit(0) }, 6},
			"preloads":                 {func(q app.PostQuery) { q.Preload(app.PostAuthor) }, 6},
			"a lock":                   {func(q app.PostQuery) { q.ForUpdate() }, 6},
			"a selection":              {func(q app.PostQuery) { q.Select("created_at").SelectRaw("likes + ? AS x", 1) }, 6},
			"a join":                   {func(q app.PostQuery) { q.Join("comments", "comments.post_id = posts.id") }, 4},
			"distinct":                 {func(q app.PostQuery) { q.Select("user_id").Distinct() }, 3},
			"distinct rows of a join":  {func(q app.PostQuery) { q.Join("comments", "comments.post_id = posts.id").Distinct() }, 3},
			"distinct with NULL":       {func(q app.PostQuery) { q.Select("created_at").Distinct() }, 6},
			"groups":                   {func(q app.PostQuery) { q.Select("user_id").GroupBy("user_id") }, 3},
			"groups of nothing chosen": {func(q app.PostQuery) { q.GroupBy("user_id") }, 3},
			"groups by an alias": {func(q app.PostQuery) {
				q.Select("user_id").SelectRaw("COUNT(*) AS n").GroupBy("user_id").Having("n", ">", 1).OrderBy("n")
			}, 2},
			"groups by raw SQL": {func(q app.PostQuery) { q.Select("user_id").GroupBy("user_id").HavingRaw("MAX(likes) > ?", 9) }, 1},
		} {
			db.Sent.Reset()
			q := lucid.From[app.Post](db).Apply(tc.scope)
			n, err := q.Count(t.Context())
			if assert.NoError(t, err, name) {
				assert.Equal(t, tc.want, n, name)
			}
			found, err := q.Exists(t.Context())
			if assert.NoError(t, err, name) {
				assert.Equal(t, tc.want > 0, found, name)
			}
			assert.Len(t, db.Sent.Paths(), 2, name)
		}
		_, err := lucid.From[app.Post](db).Where("titel", 1).Count(t.Context())
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		_, err = lucid.From[app.Post](db).Where("titel", 1).Exists(t.Context())
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		_, err = lucid.From[app.Post](db).Having("likes", 1).Count(t.Context())
		assert.ErrorContains(t, err, "Having without GroupBy")
		_, err = lucid.From[app.Post](db).Having("likes", 1).Exists(t.Context())
		assert.ErrorContains(t, err, "Having without GroupBy")
	})
}

// measure has a column of each kind that is added up or compared.
type measure struct {
	lucid.Model
	ID      int64
	Whole   int64
	Small   int8
	Maybe   *int64
	Factor  float64
	Price   string // a decimal
	Name    string
	At      time.Time
	MaybeAt *time.Time
}

func seedMeasures(t *testing.T, db *app.DB, rows ...[]any) {
	t.Helper()
	testdb.ExecAll(t, db.DB, "CREATE TABLE measures (id {id}, whole BIGINT NOT NULL, small SMALLINT NOT NULL, maybe BIGINT NULL, "+
		"factor DOUBLE PRECISION NOT NULL, price DECIMAL(12, 2) NOT NULL, name {text} NOT NULL, at {time} NOT NULL, maybe_at {time} NULL)")
	if len(rows) > 0 {
		testdb.Insert(t, db.DB, "measures", "whole, small, maybe, factor, price, name, at, maybe_at", rows...)
	}
}

// TestAggregates: each is what a field of the column's kind would hold, on every database.
func TestAggregates(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMeasures(t, db, []any{4, 1, nil, 0.5, "1.25", "b", app.Day(2), nil}, []any{1 << 40, 2, 7, 1.0, "2.50", "a", app.Day(1), app.Day(5)}, []any{5, 6, 8, 3.0, "0.25", "c", app.Day(3), nil})
		q := lucid.From[measure](db).OrderByRaw("price").Limit(1).Offset(1)
		for name, tc := range map[string]struct {
			run  func(column string) (any, error)
			want map[string]any
		}{
			"Sum": {func(c string) (any, error) { return q.Sum(t.Context(), c) }, map[string]any{
				"whole": int64(1<<40 + 9), "small": int64(9), "maybe": int64(15), "factor": 4.5, "measures.whole": int64(1<<40 + 9), "measures.factor": 4.5,
			}},
			"Avg": {func(c string) (any, error) { return q.Avg(t.Context(), c) }, map[string]any{"small": 3.0, "maybe": 7.5, "factor": 1.5, "measures.small": 3.0}},
			"Min": {func(c string) (any, error) { return q.Min(t.Context(), c) }, map[string]any{
				"whole": int64(4), "small": int64(1), "maybe": int64(7), "factor": 0.5, "name": "a", "at": app.Day(1), "maybe_at": app.Day(5), "measures.at": app.Day(1),
			}},
			"Max": {func(c string) (any, error) { return q.Max(t.Context(), c) }, map[string]any{
				"whole": int64(1 << 40), "small": int64(6), "maybe": int64(8), "factor": 3.0, "name": "c", "at": app.Day(3), "maybe_at": app.Day(5),
			}},
		} {
			for column, want := range tc.want {
				got, err := tc.run(column)
				if !assert.NoError(t, err, "%s of %s", name, column) {
					continue
				}
				if moment, ok := want.(time.Time); ok {
					require.IsType(t, moment, got, "%s of %s", name, column)
					assert.True(t, moment.Equal(got.(time.Time)), "%s of %s: %v", name, column, got)
					continue
				}
				assert.Equal(t, want, got, "%s of %s", name, column)
			}
			price, err := tc.run("price")
			require.NoError(t, err, name)
			assert.IsType(t, "", price, "%s: a decimal is a string", name)
		}
		sum, err := q.Sum(t.Context(), "price")
		require.NoError(t, err)
		if db.Dialect == lucid.SQLite { // it has no decimals
			assert.Equal(t, "4", sum)
		} else {
			assert.Equal(t, "4.00", sum)
		}
	})
}

// TestAggregatesOfNone: no rows, or only NULLs, have no sum.
func TestAggregatesOfNone(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMeasures(t, db, []any{1, 1, nil, 1.0, "1", "a", app.Day(1), nil})
		none := lucid.From[measure](db).Where("id", 99)
		only := lucid.From[measure](db)
		for name, run := range map[string]func() (any, error){
			"Sum of no rows": func() (any, error) { return none.Sum(t.Context(), "whole") }, "Avg of no rows": func() (any, error) { return none.Avg(t.Context(), "factor") },
			"Min of no rows": func() (any, error) { return none.Min(t.Context(), "at") }, "Max of no rows": func() (any, error) { return none.Max(t.Context(), "name") },
			"Sum of NULLs": func() (any, error) { return only.Sum(t.Context(), "maybe") }, "Max of NULLs": func() (any, error) { return only.Max(t.Context(), "maybe_at") },
		} {
			got, err := run()
			require.NoError(t, err, name)
			assert.Nil(t, got, name)
		}
	})
}

func TestAggregatesOfJoinsAndMistakes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		sum, err := lucid.From[app.Comment](db).Join("posts", "posts.id = comments.post_id").Sum(t.Context(), "posts.likes")
		require.NoError(t, err)
		assert.Equal(t, int64(28), sum, "a joined model's column has a kind too")
		last, err := lucid.From[app.Comment](db).Join("posts", "posts.id = comments.post_id").Max(t.Context(), "posts.created_at")
		require.NoError(t, err)
		if assert.IsType(t, time.Time{}, last) {
			assert.True(t, app.Day(4).Equal(last.(time.Time)))
		}
		db.Sent.Reset()
		_, err = lucid.From[app.Post](db).Sum(t.Context(), "liks")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		assert.ErrorContains(t, err, `"likes"`)
		_, err = lucid.From[app.Post](db).GroupBy("user_id").Sum(t.Context(), "likes")
		assert.ErrorContains(t, err, "SelectRaw")
		_, err = lucid.From[app.Post](db).Distinct().Avg(t.Context(), "likes")
		assert.ErrorContains(t, err, "SelectRaw")
		assert.Empty(t, db.Sent.Paths())
	})
}
