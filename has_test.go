package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type (
	userQuery  = *lucid.Query[User]
	skillQuery = *lucid.Query[Skill]
)

// TestHas: which users have related rows, by every kind of relation and composition.
func TestHas(t *testing.T) {
	tests := map[string]struct {
		scope func(q userQuery)
		want  []int64
	}{
		"has many":           {func(q userQuery) { q.Has(UserPosts) }, []int64{1, 2, 3}},
		"has one":            {func(q userQuery) { q.Has(UserProfile) }, []int64{1, 2}},
		"belongs to":         {func(q userQuery) { q.Has(UserCountry) }, []int64{1, 2, 3}},
		"many to many":       {func(q userQuery) { q.Has(UserSkills) }, []int64{1, 2, 3}},
		"none":               {func(q userQuery) { q.DoesntHave(UserPosts) }, []int64{4}},
		"more than":          {func(q userQuery) { q.Has(UserPosts, lucid.Count(">", 2)) }, []int64{1}},
		"not more than":      {func(q userQuery) { q.DoesntHave(UserPosts, lucid.Count(">", 1)) }, []int64{3, 4}},
		"none by count":      {func(q userQuery) { q.Has(UserPosts, lucid.Count("=", 0)) }, []int64{4}},
		"not none":           {func(q userQuery) { q.DoesntHave(UserPosts, lucid.Count("<", 1)) }, []int64{1, 2, 3}},
		"all counts hold":    {func(q userQuery) { q.Has(UserPosts, lucid.Count(">", 1), lucid.Count("<", 3)) }, []int64{2}},
		"with a scope":       {func(q userQuery) { q.Has(UserPosts.With(Published), lucid.Count(">=", 2)) }, []int64{1}},
		"an OR in the scope": {func(q userQuery) { q.Has(UserPosts.With(liked)) }, []int64{1, 3}},
		"by OnQuery":         {func(q userQuery) { q.Has(UserPublished, lucid.Count("=", 1)) }, []int64{2, 3}},
		"by the pivot":       {func(q userQuery) { q.Has(UserSkills.With(func(q skillQuery) { q.Where("pivot.level", ">", 8) })) }, []int64{1}},
		"or":                 {func(q userQuery) { q.Has(UserPosts, lucid.Count(">", 2)).OrHas(UserPosts, lucid.Count("=", 1)) }, []int64{1, 3}},
		"or none":            {func(q userQuery) { q.Where("id", 1).OrDoesntHave(UserSkills) }, []int64{1, 4}},
		"in a group": {func(q userQuery) {
			q.Where("id", "<", 4).WhereGroup(func(q userQuery) { q.DoesntHave(UserProfile).OrHas(UserChildren) })
		}, []int64{1, 2, 3}},
		"of itself, nested": {func(q userQuery) { q.Has(UserChildren.With(func(q userQuery) { q.Has(UserChildren) })) }, []int64{1}},
		"the parent's, not its own": {func(q userQuery) {
			q.Has(UserParent.With(func(q userQuery) { q.Has(UserSkills, lucid.Count(">", 1)) }))
		}, []int64{2}},
		"through itself": {func(q userQuery) {
			q.Has(UserFollows.With(func(q userQuery) { q.Has(UserFollows.With(func(q userQuery) { q.Where("id", 1) })) }))
		}, []int64{1}},
		"order and limit ignored": {func(q userQuery) {
			q.Has(UserPosts.With(func(q postQuery) { q.OrderBy("id").Limit(1) }), lucid.Count("=", 3))
		}, []int64{1}},
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		for name, tt := range tests {
			db.sent.reset()
			q := lucid.From[User](db).Apply(tt.scope).OrderBy("id")
			users, err := q.All(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, tt.want, userIDs(users), name)
			assert.Len(t, db.sent.paths(), 1, name)
			n, err := q.Count(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, int64(len(tt.want)), n, name)
		}
		countries, err := lucid.From[Country](db).Has(CountryPosts, lucid.Count(">", 2)).OrHas(CountryProfile).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, ids(countries, func(c *Country) int64 { return c.ID }))
		users, err := lucid.From[User](db).Preload(UserPosts.With(func(q postQuery) { q.Has(PostComments).OrderBy("id") })).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, postIDs(users[0].Posts), "in the scope of a preload")
	})
}

func liked(q postQuery) { q.Where("likes", ">", 9).OrWhere("likes", 1) }

// TestHasSQL: a count that only asks whether there are rows is an EXISTS.
func TestHasSQL(t *testing.T) {
	db := offline(t, lucid.PostgreSQL)
	const exists = `EXISTS (SELECT 1 FROM "posts" WHERE "posts"."user_id" = "users"."id")`
	for want, q := range map[string]userQuery{
		exists:          lucid.From[User](db).Has(UserPosts, lucid.Count(">=", 1)),
		"NOT " + exists: lucid.From[User](db).DoesntHave(UserPosts, lucid.Count(">", 0)),
		`NOT ((SELECT COUNT(*) FROM "posts" WHERE "posts"."user_id" = "users"."id") > $1)`:       lucid.From[User](db).DoesntHave(UserPosts, lucid.Count(">", 1)),
		`EXISTS (SELECT 1 FROM "users" AS "users_2" WHERE "users_2"."parent_id" = "users"."id")`: lucid.From[User](db).Has(UserChildren),
	} {
		text, _, err := q.Select("id").SQL()
		require.NoError(t, err)
		assert.Equal(t, `SELECT "users"."id" FROM "users" WHERE `+want, text)
	}
}

func TestHasMistakes(t *testing.T) {
	db := testdb.Open(t, lucid.SQLite)
	for name, q := range map[string]userQuery{
		"operator": lucid.From[User](db).Has(UserPosts, lucid.Count("~", 1)),
		"empty":    lucid.From[User](db).Has(UserPosts, lucid.CountCond{}),
	} {
		_, err := q.All(t.Context())
		require.ErrorIs(t, err, lucid.ErrInvalidOperator, name)
	}
	_, err := lucid.From[User](db).Has(UserPosts.With(func(q postQuery) { q.Where("titel", "x") })).All(t.Context())
	require.ErrorIs(t, err, lucid.ErrUnknownColumn)
	_, err = lucid.From[User](db).Has(nil).All(t.Context())
	require.ErrorContains(t, err, "the relation is nil")
}
