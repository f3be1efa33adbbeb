package write_test

import (
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFirstOrCreate(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		given := &app.Post{Title: "ignored", UserID: 1}
		found, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"title": "alpha"}, given)
		require.NoError(t, err)
		assert.EqualValues(t, 1, found.ID)
		assert.Equal(t, []string{"Post.FirstOrCreate"}, db.Sent.Paths())
		assert.False(t, given.IsPersisted())
		assert.Equal(t, "ignored", given.Title, "the row given is left as it is")

		db.Sent.Reset()
		given = &app.Post{Likes: 4, UserID: 1}
		made, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"title": "new", "published": true, "created_at": nil}, given)
		require.NoError(t, err)
		assert.Same(t, given, made)
		assert.Len(t, db.Sent.Paths(), 2)
		stored, err := lucid.From[app.Post](db).Find(ctx, made.ID)
		require.NoError(t, err)
		assert.Equal(t, []any{"new", 4, true}, []any{stored.Title, stored.Likes, stored.Published}, "search and row together")
		again, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"title": "new", "created_at": nil}, &app.Post{UserID: 1})
		require.NoError(t, err)
		assert.Equal(t, made.ID, again.ID, "NULL finds NULL")

		db.Sent.Reset()
		for search, want := range map[*lucid.Values]string{
			{}:                   `lucid: first or create Post: the search is empty and would match any row: name the columns that tell it`,
			{"titel": "x"}:       `lucid: Post has no column "titel": did you mean "title"?`,
			{"title": failing{}}: `lucid: first or create Post: column title: no value`,
		} {
			_, err := lucid.FirstOrCreate(ctx, db, *search, &app.Post{})
			assert.EqualError(t, err, want)
		}
		_, err = lucid.FirstOrCreate[app.Post](ctx, db, lucid.Values{"title": "x"}, nil)
		assert.EqualError(t, err, `lucid: first or create Post: row 0 is nil`)
		assert.Empty(t, db.Sent.Paths())
	})
}

func TestUpdateOrCreate(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		given := &app.Post{UserID: 2, Likes: 0, Published: false}
		found, err := lucid.UpdateOrCreate(ctx, db, lucid.Values{"title": "alpha"}, given)
		require.NoError(t, err)
		assert.NotSame(t, given, found)
		stored, err := lucid.From[app.Post](db).Find(ctx, 1)
		require.NoError(t, err)
		assert.Equal(t, []any{"alpha", 0, false, int64(2)}, []any{stored.Title, stored.Likes, stored.Published, stored.UserID}, "zero values too; the search stays")
		assert.Nil(t, stored.CreatedAt)
		assert.False(t, given.IsPersisted())

		db.Sent.Reset()
		_, err = lucid.UpdateOrCreate(ctx, db, lucid.Values{"title": "alpha"}, given)
		require.NoError(t, err)
		assert.Len(t, db.Sent.Of("Post.UpdateOrCreate"), 1, "nothing changes: it only looks")

		made, err := lucid.UpdateOrCreate(ctx, db, lucid.Values{"title": "new"}, given)
		require.NoError(t, err)
		assert.Same(t, given, made)

		stop := errors.New("stop")
		err = db.Transaction(ctx, func(tx *lucid.Tx) error {
			row, err := lucid.UpdateOrCreate(ctx, tx, lucid.Values{"title": "alpha"}, &app.Post{UserID: 3})
			require.NoError(t, err)
			assert.EqualValues(t, 3, row.UserID)
			return stop
		})
		require.ErrorIs(t, err, stop)
		require.NoError(t, lucid.Refresh(ctx, db, stored))
		assert.EqualValues(t, 2, stored.UserID)
	})
}

// TestUpdateOrCreateKeeps what is the package's: the key, the time of creation and the version.
func TestUpdateOrCreateKeeps(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		ctx := t.Context()
		g := &app.Gazette{Title: "one", Status: "live"}
		require.NoError(t, lucid.Create(ctx, db, g))
		found, err := lucid.UpdateOrCreate(ctx, db, lucid.Values{"title": "one"}, &app.Gazette{ID: 77, Status: "dead", Revision: 50})
		require.NoError(t, err)
		assert.Equal(t, g.ID, found.ID)
		assert.Equal(t, 2, found.Revision)
		assert.True(t, found.CreatedAt.Equal(g.CreatedAt))
		assert.Equal(t, "dead", found.Status)
		assert.Equal(t, []string{"BeforeSave+", "BeforeUpdate+", "AfterUpdate+", "AfterSave+"}, found.Ran)
	})
}

func TestFetchOrCreateMany(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		given := []*app.Skill{{Name: "zig"}, {Name: "sql"}, {Name: "ada"}, {Name: "zig"}}
		order := append([]*app.Skill{}, given...)
		rows, err := lucid.FetchOrCreateMany(ctx, db, given, "name")
		require.NoError(t, err)
		assert.Len(t, db.Sent.Of("Skill.FetchOrCreateMany"), 2, "one SELECT, one INSERT")
		assert.Equal(t, order, given)
		assert.EqualValues(t, 2, rows[1].ID)
		assert.Same(t, given[0], rows[0])
		assert.Same(t, given[0], rows[3], "equal rows are one")
		assert.Same(t, given[2], rows[2])
		assert.False(t, given[3].IsPersisted())

		db.Sent.Reset()
		again, err := lucid.FetchOrCreateMany(ctx, db, []*app.Skill{{Name: "ada"}, {Name: "zig"}}, "name")
		require.NoError(t, err)
		assert.Equal(t, []int64{rows[2].ID, rows[0].ID}, app.SkillIDs(again))
		assert.Len(t, db.Sent.Paths(), 1)

		db.Sent.Reset()
		none, err := lucid.FetchOrCreateMany(ctx, db, []*app.Skill{}, "name")
		require.NoError(t, err)
		assert.Equal(t, []*app.Skill{}, none)
		_, err = lucid.FetchOrCreateMany(ctx, db, given)
		assert.EqualError(t, err, `lucid: fetch or create many Skill: no match columns: name those that tell one row from another`)
		_, err = lucid.FetchOrCreateMany(ctx, db, given, "nam")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		_, err = lucid.FetchOrCreateMany(ctx, db, []*app.User{{Email: "x"}}, "email", "country_id")
		require.ErrorIs(t, err, lucid.ErrMissingKey)
		assert.Contains(t, err.Error(), `row 0 has NULL in the match column "country_id"`)
		assert.Empty(t, db.Sent.Paths())
	})
}

func TestUpdateOrCreateMany(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		given := []*app.Post{{Title: "beta", UserID: 1, Likes: 50}, {Title: "new", UserID: 2, Likes: 1}, {Title: "beta", UserID: 2, Likes: 60}, {Title: "new", UserID: 2, Likes: 2}}
		rows, err := lucid.UpdateOrCreateMany(ctx, db, given, "title", "user_id")
		require.NoError(t, err)
		assert.EqualValues(t, 2, rows[0].ID)
		assert.Equal(t, 50, rows[0].Likes)
		assert.Same(t, rows[1], rows[3])
		assert.Equal(t, 2, rows[1].Likes, "of equal rows the last wins")
		assert.NotEqual(t, rows[0].ID, rows[2].ID, "a row matches by all of its columns")
		n, err := lucid.From[app.Post](db).Where("title", "beta").Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		db.Sent.Reset()
		_, err = lucid.UpdateOrCreateMany(ctx, db, []*app.Post{{Title: "beta", UserID: 1, Likes: 50}}, "title", "user_id")
		require.NoError(t, err)
		assert.Len(t, db.Sent.Of("Post.UpdateOrCreateMany"), 1)
	})
}

// TestMatchByCollation: a row that the database finds, and Go does not hold equal, is found and not inserted twice.
func TestMatchByCollation(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.MySQL { // the others compare texts to the letter
			return
		}
		rows, err := lucid.FetchOrCreateMany(t.Context(), db, []*app.Skill{{Name: "SQL"}, {Name: "Go"}}, "name")
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 1}, app.SkillIDs(rows))
	})
}

func TestUpsert(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		ctx := t.Context()
		old := &app.Gazette{Title: "old", Status: "live"}
		require.NoError(t, lucid.Create(ctx, db, old))
		db.Sent.Reset()
		rows := []*app.Gazette{{Title: "old", Status: "dead"}, {Title: "new", Status: "live"}}
		require.NoError(t, lucid.Upsert(ctx, db, rows, []string{"title"}, []string{"status"}))
		assert.Len(t, db.Sent.Paths(), 1)
		assert.Equal(t, []*app.Gazette{{Title: "old", Status: "dead"}, {Title: "new", Status: "live"}}, rows, "nothing is filled, and no hook runs")
		was := old.UpdatedAt
		require.NoError(t, lucid.Refresh(ctx, db, old))
		assert.Equal(t, []any{"dead", 2, true}, []any{old.Status, old.Revision, old.UpdatedAt.After(was)})
		assert.True(t, old.CreatedAt.Equal(was))

		require.NoError(t, lucid.Upsert(ctx, db, []*app.Gazette{{Title: "old", Status: "x"}, {Title: "newer", Status: "x"}}, []string{"title"}, nil))
		require.NoError(t, lucid.Refresh(ctx, db, old))
		assert.Equal(t, "dead", old.Status, "a collision is left alone")
		n, err := lucid.From[app.Gazette](db).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)

		db.Sent.Reset()
		require.NoError(t, lucid.Upsert(ctx, db, []*app.Gazette{}, []string{"title"}, nil))
		assert.EqualError(t, lucid.Upsert(ctx, db, rows, nil, nil), `lucid: upsert Gazette: no conflict columns: name those of the unique key`)
		assert.ErrorIs(t, lucid.Upsert(ctx, db, rows, []string{"titel"}, nil), lucid.ErrUnknownColumn)
		assert.ErrorContains(t, lucid.Upsert(ctx, db, rows, []string{"title"}, []string{"size"}), "read-only")
		assert.Empty(t, db.Sent.Paths())
	})
}

// failing is a value that has none.
type failing struct{}

func (failing) Value() (driver.Value, error) { return nil, errors.New("no value") }
