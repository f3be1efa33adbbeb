package filter_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	SkillName = lucid.Column(func(s *app.Skill) *string { return &s.Name })
	CountryID = lucid.Column(func(c *app.Country) *int64 { return &c.ID })
	ProfileID = lucid.Column(func(p *app.Profile) *int64 { return &p.ID })
)

// TestAny: typed filters over every kind of relation, alone, combined and nested.
func TestAny(t *testing.T) {
	type find func(t *testing.T, db *app.DB) ([]int64, error)
	users := func(conds ...lucid.Cond[app.User]) find {
		return func(t *testing.T, db *app.DB) ([]int64, error) {
			rows, err := lucid.From[app.User](db).Filter(conds...).OrderBy("id").All(t.Context())
			return app.UserIDs(rows), err
		}
	}
	countries := func(conds ...lucid.Cond[app.Country]) find {
		return func(t *testing.T, db *app.DB) ([]int64, error) {
			rows, err := lucid.From[app.Country](db).Filter(conds...).OrderBy("id").All(t.Context())
			return app.IDs(rows, func(c *app.Country) int64 { return c.ID }), err
		}
	}
	tests := map[string]struct {
		find find
		want []int64
	}{
		"has one":                        {users(app.UserProfile.Any()), []int64{1, 2}},
		"has one with a value":           {users(app.UserProfile.Any(ProfileID.Eq(3))), []int64{2}},
		"has many":                       {users(app.UserPosts.Any(app.PostLikes.Gt(7))), []int64{1, 2}},
		"two conditions hold of one row": {users(app.UserPosts.Any(app.PostLikes.Gt(7), app.PostTitle.Eq("beta"))), []int64{}},
		"two rows":                       {users(app.UserPosts.Any(app.PostLikes.Gt(7)), app.UserPosts.Any(app.PostTitle.Eq("beta"))), []int64{1}},
		"none":                           {users(app.UserPosts.None(app.PostLikes.Gt(7))), []int64{3, 4}},
		"none at all":                    {users(app.UserPosts.None()), []int64{4}},
		"belongs to":                     {users(app.UserCountry.Any(CountryID.Eq(2))), []int64{3}},
		"many to many":                   {users(app.UserSkills.Any(SkillName.Eq("go"))), []int64{1}},
		"through":                        {countries(app.CountryPosts.Any(app.PostLikes.Lt(2))), []int64{2}},
		"one through":                    {countries(app.CountryProfile.Any()), []int64{1}},
		"or, and, not": {users(lucid.Or(lucid.And(app.UserPosts.Any(app.PostLikes.Gt(7)), app.UserSkills.Any(SkillName.Eq("go"))),
			lucid.Not(app.UserPosts.Any()))), []int64{1, 4}},
		"nested":                        {users(app.UserPosts.Any(app.PostComments.Any())), []int64{1, 2}},
		"nested, of itself":             {users(app.UserChildren.Any(app.UserChildren.Any())), []int64{1}},
		"nested, of itself, other side": {users(app.UserParent.Any(app.UserParent.Any())), []int64{3}},
		"the parent's posts":            {users(app.UserParent.Any(app.UserPosts.Any(app.PostTitle.Eq("alpha")))), []int64{2}},
		"in a scope":                    {users(app.UserPosts.With(app.Published).Any(app.PostLikes.Gt(5))), []int64{1}},
		"with OnQuery":                  {users(app.UserPublished.Any(app.PostLikes.Lt(5))), []int64{2, 3}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tt := range tests {
			got, err := tt.find(t, db)
			require.NoError(t, err, name)
			assert.Equal(t, tt.want, got, name)
		}
		posts, err := lucid.From[app.User](db).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) {
			q.Filter(app.PostComments.None()).OrderBy("id")
		})).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, app.PostIDs(posts[0].Posts), "in a preload's scope")
		n, err := lucid.From[app.Post](db).Filter(app.PostComments.None()).Update(t.Context(), lucid.Values{"likes": 0})
		require.NoError(t, err)
		assert.EqualValues(t, 3, n, "in an update")
		n, err = lucid.From[app.User](db).Filter(app.UserChildren.Any()).Update(t.Context(), lucid.Values{"email": "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 2, n, "in an update of the very table that it reads")
	})
}

// TestIs: filters by rows that the caller has.
func TestIs(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		all := app.AllUsers(t, db)
		posts, err := lucid.From[app.Post](db).Filter(app.PostAuthor.Is(all[1], all[2])).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{4, 5, 6}, app.PostIDs(posts))
		assert.NotContains(t, db.Sent.Last().SQL, "EXISTS", "the key is the post's own")
		none, err := lucid.From[app.Post](db).Filter(app.PostAuthor.Is()).All(ctx)
		require.NoError(t, err)
		assert.Empty(t, none)
		others, err := lucid.From[app.Post](db).Filter(lucid.Not(app.PostAuthor.Is(all[0]))).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, others)

		skills, err := lucid.From[app.Skill](db).OrderBy("id").All(ctx)
		require.NoError(t, err)
		users, err := lucid.From[app.User](db).Filter(app.UserSkills.Contains(skills[0], skills[2])).All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.UserIDs(users))
		users, err = lucid.From[app.User](db).Filter(app.UserPosts.Contains(posts[2]), app.UserParent.Is(all[1])).All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, app.UserIDs(users))
		countries, err := lucid.From[app.Country](db).Filter(app.CountryPosts.Contains(posts...)).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Len(t, countries, 2)

		db.Sent.Reset()
		part, err := lucid.From[app.User](db).Select("email").First(ctx)
		require.NoError(t, err)
		db.Sent.Reset()
		_, err = lucid.From[app.Post](db).Filter(app.PostAuthor.Is(part)).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrMissingKey)
		_, err = lucid.From[app.Post](db).Filter(app.PostAuthor.Is(&app.User{ID: 1})).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrNotPersisted)
		_, err = lucid.From[app.Post](db).Filter(app.PostAuthor.Is(nil)).All(ctx)
		assert.EqualError(t, err, "lucid: Post.Author: row 0 is nil")
		_, err = lucid.From[app.User](db).Filter((&lucid.HasMany[app.User, app.Post]{}).Any()).All(ctx)
		assert.ErrorContains(t, err, "before it is registered")
		assert.Empty(t, db.Sent.Paths())
	})
}
