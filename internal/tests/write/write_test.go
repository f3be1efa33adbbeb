package write_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestChange: an update or delete of a query changes the rows that it selects, and no others.
func TestChange(t *testing.T) {
	zero := lucid.Values{"likes": 0}
	tests := map[string]struct {
		change func(t *testing.T, db *app.DB, u *app.User) (int64, error)
		n      int64
		likes  []int64 // of the posts that are left
	}{
		"by condition": {func(t *testing.T, db *app.DB, _ *app.User) (int64, error) {
			return lucid.From[app.Post](db).Where("likes", ">", 7).Update(t.Context(), zero)
		}, 2, []int64{0, 5, 7, 3, 0, 1}},
		"an OR on a relation": {func(t *testing.T, db *app.DB, u *app.User) (int64, error) {
			return app.UserPosts.Query(db, u).Where("likes", ">", 7).OrWhere("id", 6).Update(t.Context(), zero)
		}, 1, []int64{0, 5, 7, 3, 8, 1}},
		"increment": {func(t *testing.T, db *app.DB, u *app.User) (int64, error) {
			return app.UserPosts.Query(db, u).Increment(t.Context(), "likes", 10)
		}, 3, []int64{20, 15, 17, 3, 8, 1}},
		"decrement by relation": {func(t *testing.T, db *app.DB, _ *app.User) (int64, error) {
			return lucid.From[app.Post](db).Has(app.PostComments).Decrement(t.Context(), "likes", 1)
		}, 3, []int64{9, 4, 7, 2, 8, 1}},
		"delete": {func(t *testing.T, db *app.DB, u *app.User) (int64, error) {
			return app.UserPosts.Query(db, u).Where("published", false).Delete(t.Context())
		}, 1, []int64{10, 7, 3, 8, 1}},
		"the latest two": {func(t *testing.T, db *app.DB, _ *app.User) (int64, error) {
			return lucid.From[app.Post](db).OrderByDesc("id").Limit(2).Update(t.Context(), zero)
		}, 2, []int64{10, 5, 7, 3, 0, 0}},
		"through": {func(t *testing.T, db *app.DB, _ *app.User) (int64, error) {
			japan, err := lucid.From[app.Country](db).Find(t.Context(), 2)
			require.NoError(t, err)
			return app.CountryPosts.Query(db, japan).Update(t.Context(), zero)
		}, 1, []int64{10, 5, 7, 3, 8, 0}},
		"all, and it is meant": {func(t *testing.T, db *app.DB, _ *app.User) (int64, error) {
			return lucid.From[app.Post](db).Unconditional().Update(t.Context(), zero)
		}, 6, []int64{0, 0, 0, 0, 0, 0}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tt := range tests {
			reseed(t, db)
			ann, err := lucid.From[app.User](db).Find(t.Context(), 1)
			require.NoError(t, err)
			n, err := tt.change(t, db, ann)
			require.NoError(t, err, name)
			assert.Equal(t, tt.n, n, name)
			likes, err := lucid.Pluck[int64](t.Context(), lucid.From[app.Post](db).OrderBy("id"), "likes")
			require.NoError(t, err)
			assert.Equal(t, tt.likes, likes, name)
		}
	})
}

// TestChangeRelated: what a relation's query changes is its related rows: of a to-one relation all that
// match, of a many-to-many never the pivot.
func TestChangeRelated(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		n, err := app.UserProfile.Query(db, users[1]).Update(t.Context(), lucid.Values{"bio": "both"})
		require.NoError(t, err)
		assert.Equal(t, int64(2), n, "no limit on an update")
		n, err = app.UserSkills.Query(db, users[0]).Where("pivot.level", ">", 5).Update(t.Context(), lucid.Values{"name": "Go"})
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
		n, err = app.UserFollows.Query(db, users[2]).Update(t.Context(), lucid.Values{"email": "self"})
		require.NoError(t, err)
		assert.Equal(t, int64(1), n, "a table that is read and changed")
		links, err := app.UserSkills.Query(db, users[0]).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(2), links, "the pivot is as it was")
	})
}

func TestChangeMistakes(t *testing.T) {
	db := testdb.Open(t, lucid.SQLite)
	change := func(q app.PostQuery, values lucid.Values) error {
		_, err := q.Update(t.Context(), values)
		return err
	}
	require.ErrorContains(t, change(lucid.From[app.Post](db), lucid.Values{"likes": 1}), "call Unconditional")
	require.ErrorContains(t, change(lucid.From[app.Post](db).Where("id", 1), nil), "without values")
	require.ErrorIs(t, change(lucid.From[app.Post](db).Where("id", 1), lucid.Values{"lieks": 1}), lucid.ErrUnknownColumn)
	_, err := lucid.From[app.Post](db).Delete(t.Context())
	require.ErrorContains(t, err, "call Unconditional")
	_, err = lucid.From[app.Post](db).Where("id", 1).Increment(t.Context(), "likes", "one")
	require.ErrorContains(t, err, "takes a number")
}

// reseed puts the posts back as seed made them.
func reseed(t *testing.T, db *app.DB) {
	t.Helper()
	for _, text := range []string{"DELETE FROM comments", "DELETE FROM posts"} {
		_, err := db.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	app.SeedPosts(t, db.DB)
}
