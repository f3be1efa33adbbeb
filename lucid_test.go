package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReadWithRelations is the whole reading side in one query: every kind of relation, nested, with
// scopes and a group limit, on every database.
func TestReadWithRelations(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users, err := lucid.From[User](db).
			Preload(
				UserCountry.Preload(CountryPosts, CountryProfile),
				UserProfile,
				UserPosts.With(func(q *lucid.Query[Post]) {
					q.OrderByDesc("id").GroupLimit(2).Preload(PostComments.Preload(CommentUser))
				}),
				UserSkills, UserParent, UserChildren, UserFollows,
			).
			OrderBy("id").
			All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 3, 4}, userIDs(users))
		ann, bob, dee := users[0], users[1], users[3]

		assert.Equal(t, "Kenya", ann.Country.Name)
		assert.Same(t, ann.Country, bob.Country, "parents with one key share the related row")
		assert.Equal(t, []int64{1, 2, 3, 4, 5}, sortedIDs(postIDs(ann.Country.Posts)))
		assert.Equal(t, int64(1), ann.Country.Profile.ID, "of several rows the one with the lowest key")
		assert.Equal(t, int64(2), bob.Profile.ID)
		assert.Equal(t, []int64{3, 2}, postIDs(ann.Posts), "the latest two")
		assert.Equal(t, "cyd@example.com", ann.Posts[1].Comments[0].User.Email)
		assert.Equal(t, []int64{1, 2}, sortedIDs(skillIDs(ann.Skills)))
		assert.Equal(t, ann.ID, bob.Parent.ID)
		assert.Equal(t, []int64{2}, userIDs(ann.Children))
		assert.Equal(t, []int64{2, 3}, sortedIDs(userIDs(ann.Follows)))

		assert.Nil(t, dee.Country)
		assert.True(t, UserCountry.Loaded(dee), "loaded, and there is none")
		assert.NotNil(t, dee.Posts)
		assert.Empty(t, dee.Posts)
		assert.Len(t, db.sent.paths(), 12, "one statement for the users and one for each relation")
	})
}
