package read_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seedMany adds posts until there are n, numbered; a third of them have no time, and likes repeat.
func seedMany(t *testing.T, db *testdb.DB, n int) {
	t.Helper()
	var rows [][]any
	for id := 7; id <= n; id++ {
		var at any
		if id%3 != 0 {
			at = app.Day(1 + id%20)
		}
		rows = append(rows, []any{id, 1 + id%3, fmt.Sprintf("post %d", id), id % 7, id%2 == 0, at})
	}
	testdb.Insert(t, db, "posts", "id, user_id, title, likes, published, created_at", rows...)
}

// collect is what Each yields: the ids, and the error that ends it.
func collect(ctx context.Context, q app.PostQuery) (got []int64, err error) {
	for p, err := range q.Each(ctx) {
		if err != nil {
			return got, err
		}
		got = append(got, p.ID)
		if len(got) > 10_000 {
			return got, errors.New("it does not end")
		}
	}
	return got, nil
}

func TestEachStreams(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		db.Sent.Reset()
		got, err := collect(t.Context(), lucid.From[app.Post](db).OrderByDesc("id").Limit(1100).Offset(10))
		require.NoError(t, err)
		assert.Len(t, got, 1100)
		assert.Equal(t, int64(1190), got[0])
		require.Len(t, db.Sent.Paths(), 1, "one statement, without batches")
		assert.Equal(t, int64(1100), db.Sent.Last().Rows)

		db.Sent.Reset()
		for range lucid.From[app.Post](db).Each(t.Context()) {
			break
		}
		require.Len(t, db.Sent.Paths(), 1, "the statement has ended")
		assert.NoError(t, db.Sent.Last().Err)
		got, err = collect(t.Context(), lucid.From[app.Post](db).Where("id", 0))
		require.NoError(t, err)
		assert.Empty(t, got)
	})
}

// narrow is a second handle on the database, whose pool has one connection.
func narrow(t *testing.T, db *app.DB) *lucid.DB {
	t.Helper()
	if db.Dialect == lucid.PostgreSQL {
		sep := "?"
		if strings.Contains(db.URL, "?") {
			sep = "&"
		}
		one, err := lucid.Open(t.Context(), db.URL+sep+"pool_max_conns=1")
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, one.Close()) })
		return one
	}
	driver, source := "sqlite", strings.TrimPrefix(db.URL, "sqlite:")
	if db.Dialect == lucid.MySQL {
		at := strings.TrimPrefix(db.URL, "mysql://")
		login, rest, _ := strings.Cut(at, "@")
		host, name, _ := strings.Cut(rest, "/")
		driver, source = "mysql", fmt.Sprintf("%s@tcp(%s)/%s", login, host, name)
		if !strings.Contains(source, "?") {
			source += "?"
		}
		source += "&parseTime=true&loc=UTC"
	}
	pool, err := sql.Open(driver, source)
	require.NoError(t, err)
	pool.SetMaxOpenConns(1)
	one := lucid.NewSQL(pool, db.Dialect)
	t.Cleanup(func() { assert.NoError(t, one.Close()) })
	return one
}

// TestEachGivesTheConnectionBack: a pool of one connection serves the next statement, however the loop ended.
func TestEachGivesTheConnectionBack(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		one := narrow(t, db)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // a pool that is used up would wait for ever
		defer cancel()
		usable := func(after string) {
			t.Helper()
			n, err := lucid.From[app.Post](one).Count(ctx)
			require.NoError(t, err, after)
			assert.Equal(t, int64(1200), n, after)
		}
		for range lucid.From[app.Post](one).Each(ctx) {
			break
		}
		usable("break")
		for range lucid.From[app.Post](one).Each(ctx) {
		}
		usable("the end")
		for range lucid.From[app.Post](one).Preload(app.PostAuthor).Each(ctx) {
			usable("in the body of a loop with preloads")
			break
		}
		usable("break with preloads")
		assert.Panics(t, func() {
			for range lucid.From[app.Post](one).Each(ctx) {
				panic("in the body")
			}
		})
		usable("panic")
		_, err := collect(ctx, lucid.From[app.Post](one).SelectRaw("NULL AS title"))
		require.Error(t, err)
		usable("a row that cannot be read")
		stopped, stop := context.WithCancel(ctx)
		_, _ = collect(stopped, lucid.From[app.Post](one).Apply(func(app.PostQuery) { stop() }))
		usable("a cancelled context")
	})
}

func TestEachInBatches(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		for name, tc := range map[string]struct {
			scope   func(q app.PostQuery)
			batches int
		}{
			"by key":                    {func(app.PostQuery) {}, 3},
			"exactly two batches":       {func(q app.PostQuery) { q.Where("id", "<=", 1000) }, 3}, // the last tells that there are no more
			"one row":                   {func(q app.PostQuery) { q.Where("id", 7) }, 1},
			"none":                      {func(q app.PostQuery) { q.Where("id", 0) }, 1},
			"limit":                     {func(q app.PostQuery) { q.Limit(700) }, 2},
			"limit of a batch":          {func(q app.PostQuery) { q.Limit(500) }, 1},
			"limit beyond the end":      {func(q app.PostQuery) { q.Limit(5000) }, 3},
			"limit 0":                   {func(q app.PostQuery) { q.Limit(0) }, 0},
			"offset":                    {func(q app.PostQuery) { q.Offset(300) }, 2},
			"limit and offset":          {func(q app.PostQuery) { q.Limit(600).Offset(600).OrderByDesc("id") }, 2},
			"descending":                {func(q app.PostQuery) { q.OrderByDesc("id") }, 3},
			"by a column that repeats":  {func(q app.PostQuery) { q.OrderBy("likes") }, 3},
			"by two, in two directions": {func(q app.PostQuery) { q.OrderBy("published").OrderByDesc("likes") }, 3},
			"NULLs, ascending":          {func(q app.PostQuery) { q.OrderBy("created_at") }, 3},
			"NULLs, descending":         {func(q app.PostQuery) { q.OrderByDesc("created_at") }, 3},
			"NULLs in the second place": {func(q app.PostQuery) { q.OrderByDesc("likes").OrderBy("created_at") }, 3},
			"NULLs, then descending":    {func(q app.PostQuery) { q.OrderBy("created_at").OrderByDesc("id") }, 3},
			"only NULLs":                {func(q app.PostQuery) { q.WhereNull("created_at").OrderByDesc("created_at").Limit(380) }, 1},
			"a column twice":            {func(q app.PostQuery) { q.OrderBy("likes").OrderByDesc("likes") }, 3},
			"an order not selected":     {func(q app.PostQuery) { q.Select("id", "title").OrderBy("created_at") }, 3},
			"with an Or":                {func(q app.PostQuery) { q.Where("user_id", 1).OrWhere("user_id", 2).OrderByDesc("likes") }, 2},
			"with the table's name":     {func(q app.PostQuery) { q.OrderBy("posts.likes").OrderBy("id") }, 3},
			"a join": {func(q app.PostQuery) {
				q.Join("users", "users.id = user_id").Where("users.email", "!=", "x").OrderBy("likes").OrderBy("id")
			}, 1},
			"an order by a joined table": {func(q app.PostQuery) { q.Join("users", "users.id = user_id").OrderBy("users.email").OrderBy("id") }, 1},
			"a raw order":                {func(q app.PostQuery) { q.OrderByRaw("likes % 3").OrderBy("id") }, 1},
			"distinct":                   {func(q app.PostQuery) { q.Distinct().OrderBy("id") }, 1},
		} {
			q := lucid.From[app.Post](db).Preload(app.PostAuthor).Apply(tc.scope)
			all := q.Clone()
			if !strings.Contains(name, "raw") && !strings.Contains(name, "distinct") && !strings.Contains(name, "then desc") && name != "descending" {
				all.OrderBy("id")
			}
			want, err := all.All(t.Context())
			require.NoError(t, err, name)
			db.Sent.Reset()
			got, err := collect(t.Context(), q)
			require.NoError(t, err, name)
			assert.Equal(t, app.PostIDs(want), append([]int64{}, got...), name)
			if name != "with the table's name" { // it can be continued, and need not be
				sent, batches := db.Sent.Of("Post"), tc.batches
				if db.Dialect == lucid.SQLite && len(sent) > 0 && regexp.MustCompile(`ORDER BY .*created_at`).MatchString(sent[0].SQL) {
					batches = 1 // SQLite's times are texts, which need not compare as they read: all rows are read first
				}
				assert.Len(t, sent, batches, name)
			}
		}
	})
}

// TestEachFollowsEveryBatch: each batch has its preloads when the body sees it, and all are one statement a batch.
func TestEachFollowsEveryBatch(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		for name, scope := range map[string]func(q app.PostQuery){"continued": func(q app.PostQuery) { q.OrderBy("id") }, "read at once": func(q app.PostQuery) { q.OrderByRaw("id") }} {
			db.Sent.Reset()
			n := 0
			for p, err := range lucid.From[app.Post](db).Preload(app.PostAuthor.Preload(app.UserCountry)).Apply(scope).Each(t.Context()) {
				require.NoError(t, err)
				if assert.NotNil(t, p.Author) {
					assert.Equal(t, p.UserID, p.Author.ID)
				}
				n++
			}
			assert.Equal(t, 1200, n, name)
			assert.Len(t, db.Sent.Of("Post.Author"), 3, name)
			assert.Len(t, db.Sent.Of("Post.Author.Country"), 3, name)
		}
		db.Sent.Reset()
		for range lucid.From[app.Post](db).Preload(app.PostAuthor).Each(t.Context()) {
			break
		}
		assert.Equal(t, []string{"Post", "Post.Author"}, db.Sent.Paths(), "what is not asked for is not read")
	})
}

// TestEachWhileRowsChange: the body may change the row it has, in memory and in the database.
func TestEachWhileRowsChange(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		seen := map[int64]bool{}
		require.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
			for p, err := range lucid.From[app.Post](tx).Where("published", true).Preload(app.PostAuthor).Each(t.Context()) {
				if err != nil {
					return err
				}
				assert.False(t, seen[p.ID])
				seen[p.ID] = true
				if _, err := tx.Exec(t.Context(), "UPDATE posts SET published = ? WHERE id = ?", false, p.ID); err != nil {
					return err
				}
				p.ID = -1
			}
			return nil
		}))
		assert.Len(t, seen, 601)
		n, err := lucid.From[app.Post](db).Where("published", true).Count(t.Context())
		require.NoError(t, err)
		assert.Zero(t, n)
	})
}

// TestEachBySelectedName: an expression in a column's place is not what the order continues by.
func TestEachBySelectedName(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		got, err := collect(t.Context(), lucid.From[app.Post](db).Select("id", "user_id").SelectRaw("0 - likes AS likes").OrderBy("likes").Preload(app.PostAuthor))
		require.NoError(t, err)
		assert.Len(t, got, 1200)
	})
}

// TestEachEnds: values that compare with one another otherwise than in Go end the loop all the same.
func TestEachEnds(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		switch db.Dialect {
		case lucid.SQLite: // times as another program writes them
			testdb.ExecAll(t, db.DB, "UPDATE posts SET created_at = '2026-01-02T03:04:05Z'")
		case lucid.PostgreSQL, lucid.MySQL:
			testdb.ExecAll(t, db.DB, "UPDATE posts SET created_at = '2026-01-02 03:04:05'")
		}
		got, err := collect(t.Context(), lucid.From[app.Post](db).OrderBy("created_at").Preload(app.PostAuthor))
		require.NoError(t, err)
		assert.Len(t, got, 1200)
	})
}

func TestEachErrors(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 1200)
		db.Sent.Reset()
		for _, q := range []app.PostQuery{lucid.From[app.Post](db).Where("titel", 1), lucid.From[app.Post](db).Preload(app.PostAuthor).Limit(-1)} {
			calls := 0
			for p, err := range q.Each(t.Context()) {
				calls++
				assert.Nil(t, p)
				assert.ErrorContains(t, err, "lucid: Post")
			}
			assert.Equal(t, 1, calls, "an error ends the sequence")
		}
		assert.Empty(t, db.Sent.Paths())
		_, err := collect(t.Context(), lucid.From[app.Post](db).WhereRaw("no_such_function(1) = 1").Preload(app.PostAuthor))
		assert.ErrorContains(t, err, "Post")
		_, err = collect(t.Context(), lucid.From[app.Post](db).Preload(app.PostAuthor.With(func(q *lucid.Query[app.User]) { q.WhereRaw("no_such_function(1) = 1") })))
		assert.ErrorContains(t, err, "Author")

		for name, q := range map[string]app.PostQuery{
			"batches": lucid.From[app.Post](db).Preload(app.PostAuthor), "read at once": lucid.From[app.Post](db).Preload(app.PostAuthor).OrderByRaw("id"),
		} {
			ctx, cancel := context.WithCancel(t.Context())
			n := 0
			var end error
			for _, err := range q.Each(ctx) {
				if end = err; err == nil {
					n++
				}
				cancel()
			}
			cancel()
			assert.ErrorIs(t, end, context.Canceled, name)
			assert.Equal(t, 500, n, "%s: the batch at hand is complete", name)
		}
		done, cancel := context.WithCancel(t.Context())
		cancel()
		got, err := collect(done, lucid.From[app.Post](db))
		assert.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, got)
	})
}

// TestEachCancelledWhileStreaming: a loop that is cancelled never passes for complete.
func TestEachCancelledWhileStreaming(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 20_000)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		var end error
		for _, err := range lucid.From[app.Post](db).Each(ctx) {
			if end = err; err == nil {
				n++
			}
			cancel()
		}
		assert.ErrorIs(t, end, context.Canceled)
		assert.Less(t, n, 20_000)
	})
}
