package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	SkillName = lucid.Column(func(s *Skill) *string { return &s.Name })
	CountryID = lucid.Column(func(c *Country) *int64 { return &c.ID })
	ProfileID = lucid.Column(func(p *Profile) *int64 { return &p.ID })
)

// TestAny: typed filters over every kind of relation, alone, combined and nested.
func TestAny(t *testing.T) {
	type find func(db *fixture) ([]int64, error)
	users := func(conds ...lucid.Cond[User]) find {
		return func(db *fixture) ([]int64, error) {
			rows, err := lucid.From[User](db).Filter(conds...).OrderBy("id").All(db.t.Context())
			return userIDs(rows), err
		}
	}
	countries := func(conds ...lucid.Cond[Country]) find {
		return func(db *fixture) ([]int64, error) {
			rows, err := lucid.From[Country](db).Filter(conds...).OrderBy("id").All(db.t.Context())
			return ids(rows, func(c *Country) int64 { return c.ID }), err
		}
	}
	tests := map[string]struct {
		find find
		want []int64
	}{
		"has one":                        {users(UserProfile.Any()), []int64{1, 2}},
		"has one with a value":           {users(UserProfile.Any(ProfileID.Eq(3))), []int64{2}},
		"has many":                       {users(UserPosts.Any(PostLikes.Gt(7))), []int64{1, 2}},
		"two conditions hold of one row": {users(UserPosts.Any(PostLikes.Gt(7), PostTitle.Eq("beta"))), []int64{}},
		"two rows":                       {users(UserPosts.Any(PostLikes.Gt(7)), UserPosts.Any(PostTitle.Eq("beta"))), []int64{1}},
		"none":                           {users(UserPosts.None(PostLikes.Gt(7))), []int64{3, 4}},
		"none at all":                    {users(UserPosts.None()), []int64{4}},
		"belongs to":                     {users(UserCountry.Any(CountryID.Eq(2))), []int64{3}},
		"many to many":                   {users(UserSkills.Any(SkillName.Eq("go"))), []int64{1}},
		"through":                        {countries(CountryPosts.Any(PostLikes.Lt(2))), []int64{2}},
		"one through":                    {countries(CountryProfile.Any()), []int64{1}},
		"or, and, not": {users(lucid.Or(lucid.And(UserPosts.Any(PostLikes.Gt(7)), UserSkills.Any(SkillName.Eq("go"))),
			lucid.Not(UserPosts.Any()))), []int64{1, 4}},
		"nested":                        {users(UserPosts.Any(PostComments.Any())), []int64{1, 2}},
		"nested, of itself":             {users(UserChildren.Any(UserChildren.Any())), []int64{1}},
		"nested, of itself, other side": {users(UserParent.Any(UserParent.Any())), []int64{3}},
		"the parent's posts":            {users(UserParent.Any(UserPosts.Any(PostTitle.Eq("alpha")))), []int64{2}},
		"in a scope":                    {users(UserPosts.With(Published).Any(PostLikes.Gt(5))), []int64{1}},
		"with OnQuery":                  {users(UserPublished.Any(PostLikes.Lt(5))), []int64{2, 3}},
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		for name, tt := range tests {
			got, err := tt.find(db)
			require.NoError(t, err, name)
			assert.Equal(t, tt.want, got, name)
		}
		posts, err := lucid.From[User](db).Preload(UserPosts.With(func(q *lucid.Query[Post]) {
			q.Filter(PostComments.None()).OrderBy("id")
		})).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, postIDs(posts[0].Posts), "in a preload's scope")
		n, err := lucid.From[Post](db).Filter(PostComments.None()).Update(t.Context(), lucid.Values{"likes": 0})
		require.NoError(t, err)
		assert.EqualValues(t, 3, n, "in an update")
		n, err = lucid.From[User](db).Filter(UserChildren.Any()).Update(t.Context(), lucid.Values{"email": "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 2, n, "in an update of the very table that it reads")
	})
}

// TestIs: filters by rows that the caller has.
func TestIs(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		all := allUsers(t, db)
		posts, err := lucid.From[Post](db).Filter(PostAuthor.Is(all[1], all[2])).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{4, 5, 6}, postIDs(posts))
		assert.NotContains(t, db.sent.last().SQL, "EXISTS", "the key is the post's own")
		none, err := lucid.From[Post](db).Filter(PostAuthor.Is()).All(ctx)
		require.NoError(t, err)
		assert.Empty(t, none)
		others, err := lucid.From[Post](db).Filter(lucid.Not(PostAuthor.Is(all[0]))).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, others)

		skills, err := lucid.From[Skill](db).OrderBy("id").All(ctx)
		require.NoError(t, err)
		users, err := lucid.From[User](db).Filter(UserSkills.Contains(skills[0], skills[2])).All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, userIDs(users))
		users, err = lucid.From[User](db).Filter(UserPosts.Contains(posts[2]), UserParent.Is(all[1])).All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, userIDs(users))
		countries, err := lucid.From[Country](db).Filter(CountryPosts.Contains(posts...)).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Len(t, countries, 2)

		db.sent.reset()
		part, err := lucid.From[User](db).Select("email").First(ctx)
		require.NoError(t, err)
		db.sent.reset()
		_, err = lucid.From[Post](db).Filter(PostAuthor.Is(part)).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrMissingKey)
		_, err = lucid.From[Post](db).Filter(PostAuthor.Is(&User{ID: 1})).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrNotPersisted)
		_, err = lucid.From[Post](db).Filter(PostAuthor.Is(nil)).All(ctx)
		assert.EqualError(t, err, "lucid: Post.Author: row 0 is nil")
		_, err = lucid.From[User](db).Filter((&lucid.HasMany[User, Post]{}).Any()).All(ctx)
		assert.ErrorContains(t, err, "before it is registered")
		assert.Empty(t, db.sent.paths())
	})
}
