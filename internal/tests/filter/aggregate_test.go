package filter_test

import (
	"slices"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRelationAggregates: values computed over relations are extras of one Go type on every database.
func TestRelationAggregates(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).
			WithCount(app.UserPosts, app.UserPosts.With(app.Published).As("published"), app.UserSkills, app.UserFollows, app.UserChildren).
			WithAggregate(app.UserPosts.Sum("likes"), app.UserPosts.Avg("likes"), app.UserPosts.Min("title"), app.UserPosts.Max("created_at"),
				app.UserProfile.Exists(), app.UserSkills.Max("pivot.level"), app.UserPosts.With(app.Published).Max("likes").As("best")).
			OrderByDesc("posts_count").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Len(t, db.Sent.Paths(), 1)
		assert.Equal(t, []int64{1, 2, 3, 4}, app.UserIDs(users))
		assert.Equal(t, map[string]any{
			"posts_count": int64(3), "published": int64(2), "skills_count": int64(2), "follows_count": int64(2), "children_count": int64(1),
			"posts_sum_likes": int64(22), "posts_avg_likes": 22.0 / 3, "posts_min_title": "alpha", "posts_max_created_at": app.Day(2),
			"profile_exists": true, "skills_max_pivot_level": int64(9), "best": int64(10),
		}, users[0].Extras())
		none := users[3].Extras()
		assert.Equal(t, int64(0), none["posts_count"])
		assert.Equal(t, false, none["profile_exists"])
		for _, name := range []string{"posts_sum_likes", "posts_avg_likes", "posts_max_created_at", "best"} {
			assert.Nil(t, none[name], name)
		}
		sum, err := lucid.Extra[*float64](users[3], "posts_avg_likes")
		require.NoError(t, err)
		assert.Nil(t, sum)
	})
}

// TestAggregatesCompose: counts stand beside a selection, a group limit and in preloads.
func TestAggregatesCompose(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).Select("id").WithCount(app.UserPosts).Has(app.UserPosts).
			Preload(app.UserPosts.With(func(q app.PostQuery) {
				q.WithCount(app.PostComments).OrderByDesc("comments_count").OrderBy("id").GroupLimit(1)
			})).
			OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3}, app.UserIDs(users))
		assert.Empty(t, users[0].Email)
		require.Len(t, users[0].Posts, 1)
		assert.Equal(t, map[string]any{"comments_count": int64(2)}, users[0].Posts[0].Extras(), "the most discussed")
		countries, err := lucid.From[app.Country](db).WithCount(app.CountryPosts, app.CountryUsers).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"posts_count": int64(5), "users_count": int64(2)}, countries[0].Extras())
		assert.Equal(t, map[string]any{"posts_count": int64(0), "users_count": int64(0)}, countries[2].Extras())
		n, err := lucid.From[app.User](db).WithCount(app.UserPosts).OrderBy("posts_count").Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(4), n)
	})
}

// TestLoadCount fills rows already read, in one statement, and touches nothing else.
func TestLoadCount(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).Preload(app.UserPosts).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		twice := slices.Concat(users, users[:1])
		cp := *users[1]
		users[0].Email = "changed"
		db.Sent.Reset()
		require.NoError(t, lucid.LoadCount(t.Context(), db, twice, app.UserPosts, app.UserSkills.As("n")))
		require.NoError(t, lucid.LoadAggregate(t.Context(), db, users, app.UserPosts.Sum("likes")))
		assert.Equal(t, []string{"User", "User"}, db.Sent.Paths())
		assert.Equal(t, map[string]any{"posts_count": int64(3), "n": int64(2), "posts_sum_likes": int64(22)}, users[0].Extras())
		assert.Equal(t, "changed", users[0].Email)
		assert.True(t, app.UserPosts.Loaded(users[0]))
		assert.Empty(t, cp.Extras(), "a copy of a row is a row of its own")
		require.NoError(t, lucid.LoadCount(t.Context(), db, []*app.User{}, app.UserPosts))
		require.ErrorIs(t, lucid.LoadCount(t.Context(), db, []*app.User{{}}, app.UserPosts), lucid.ErrNotPersisted)
		assert.Len(t, db.Sent.Paths(), 2)
	})
}

func TestAggregateMistakes(t *testing.T) {
	db := testdb.Open(t, lucid.SQLite)
	for want, q := range map[string]app.UserQuery{
		`lucid: User.Posts: User has a column "email": give the result another name with As`:             lucid.From[app.User](db).WithCount(app.UserPosts.As("email")),
		`lucid: User.Posts: two results are called "posts_count": give one another name with As`:         lucid.From[app.User](db).WithCount(app.UserPosts, app.UserPosts.With(app.Published)),
		`lucid: Post has no column "lieks": did you mean "likes"?`:                                       lucid.From[app.User](db).WithAggregate(app.UserPosts.Sum("lieks")),
		`lucid: User: an empty Aggregate: make it with a relation's Count, Sum, Avg, Min, Max or Exists`: lucid.From[app.User](db).WithAggregate(lucid.Aggregate[app.User]{}),
	} {
		_, err := q.All(t.Context())
		assert.EqualError(t, err, want)
	}
}
