package filter_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type skillQuery = *lucid.Query[app.Skill]

// TestHas: which users have related rows, by every kind of relation and composition.
func TestHas(t *testing.T) {
	tests := map[string]struct {
		scope func(q app.UserQuery)
		want  []int64
	}{
		"has many":           {func(q app.UserQuery) { q.Has(app.UserPosts) }, []int64{1, 2, 3}},
		"has one":            {func(q app.UserQuery) { q.Has(app.UserProfile) }, []int64{1, 2}},
		"belongs to":         {func(q app.UserQuery) { q.Has(app.UserCountry) }, []int64{1, 2, 3}},
		"many to many":       {func(q app.UserQuery) { q.Has(app.UserSkills) }, []int64{1, 2, 3}},
		"none":               {func(q app.UserQuery) { q.DoesntHave(app.UserPosts) }, []int64{4}},
		"more than":          {func(q app.UserQuery) { q.Has(app.UserPosts, lucid.Count(">", 2)) }, []int64{1}},
		"not more than":      {func(q app.UserQuery) { q.DoesntHave(app.UserPosts, lucid.Count(">", 1)) }, []int64{3, 4}},
		"none by count":      {func(q app.UserQuery) { q.Has(app.UserPosts, lucid.Count("=", 0)) }, []int64{4}},
		"not none":           {func(q app.UserQuery) { q.DoesntHave(app.UserPosts, lucid.Count("<", 1)) }, []int64{1, 2, 3}},
		"all counts hold":    {func(q app.UserQuery) { q.Has(app.UserPosts, lucid.Count(">", 1), lucid.Count("<", 3)) }, []int64{2}},
		"with a scope":       {func(q app.UserQuery) { q.Has(app.UserPosts.With(app.Published), lucid.Count(">=", 2)) }, []int64{1}},
		"an OR in the scope": {func(q app.UserQuery) { q.Has(app.UserPosts.With(liked)) }, []int64{1, 3}},
		"by OnQuery":         {func(q app.UserQuery) { q.Has(app.UserPublished, lucid.Count("=", 1)) }, []int64{2, 3}},
		"by the pivot": {func(q app.UserQuery) {
			q.Has(app.UserSkills.With(func(q skillQuery) { q.Where("pivot.level", ">", 8) }))
		}, []int64{1}},
		"or": {func(q app.UserQuery) {
			q.Has(app.UserPosts, lucid.Count(">", 2)).OrHas(app.UserPosts, lucid.Count("=", 1))
		}, []int64{1, 3}},
		"or none": {func(q app.UserQuery) { q.Where("id", 1).OrDoesntHave(app.UserSkills) }, []int64{1, 4}},
		"in a group": {func(q app.UserQuery) {
			q.Where("id", "<", 4).WhereGroup(func(q app.UserQuery) { q.DoesntHave(app.UserProfile).OrHas(app.UserChildren) })
		}, []int64{1, 2, 3}},
		"of itself, nested": {func(q app.UserQuery) { q.Has(app.UserChildren.With(func(q app.UserQuery) { q.Has(app.UserChildren) })) }, []int64{1}},
		"the parent's, not its own": {func(q app.UserQuery) {
			q.Has(app.UserParent.With(func(q app.UserQuery) { q.Has(app.UserSkills, lucid.Count(">", 1)) }))
		}, []int64{2}},
		"through itself": {func(q app.UserQuery) {
			q.Has(app.UserFollows.With(func(q app.UserQuery) { q.Has(app.UserFollows.With(func(q app.UserQuery) { q.Where("id", 1) })) }))
		}, []int64{1}},
		"order and limit ignored": {func(q app.UserQuery) {
			q.Has(app.UserPosts.With(func(q app.PostQuery) { q.OrderBy("id").Limit(1) }), lucid.Count("=", 3))
		}, []int64{1}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tt := range tests {
			db.Sent.Reset()
			q := lucid.From[app.User](db).Apply(tt.scope).OrderBy("id")
			users, err := q.All(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, tt.want, app.UserIDs(users), name)
			assert.Len(t, db.Sent.Paths(), 1, name)
			n, err := q.Count(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, int64(len(tt.want)), n, name)
		}
		countries, err := lucid.From[app.Country](db).Has(app.CountryPosts, lucid.Count(">", 2)).OrHas(app.CountryProfile).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.IDs(countries, func(c *app.Country) int64 { return c.ID }))
		users, err := lucid.From[app.User](db).Preload(app.UserPosts.With(func(q app.PostQuery) { q.Has(app.PostComments).OrderBy("id") })).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, app.PostIDs(users[0].Posts), "in the scope of a preload")
	})
}

func liked(q app.PostQuery) { q.Where("likes", ">", 9).OrWhere("likes", 1) }

// TestHasSQL: a count that only asks whether there are rows is an EXISTS.
func TestHasSQL(t *testing.T) {
	db := testdb.Offline(t, lucid.PostgreSQL)
	const exists = `EXISTS (SELECT 1 FROM "posts" WHERE "posts"."user_id" = "users"."id")`
	for want, q := range map[string]app.UserQuery{
		exists:          lucid.From[app.User](db).Has(app.UserPosts, lucid.Count(">=", 1)),
		"NOT " + exists: lucid.From[app.User](db).DoesntHave(app.UserPosts, lucid.Count(">", 0)),
		`NOT ((SELECT COUNT(*) FROM "posts" WHERE "posts"."user_id" = "users"."id") > $1)`:       lucid.From[app.User](db).DoesntHave(app.UserPosts, lucid.Count(">", 1)),
		`EXISTS (SELECT 1 FROM "users" AS "users_2" WHERE "users_2"."parent_id" = "users"."id")`: lucid.From[app.User](db).Has(app.UserChildren),
	} {
		text, _, err := q.Select("id").SQL()
		require.NoError(t, err)
		assert.Equal(t, `SELECT "users"."id" FROM "users" WHERE `+want, text)
	}
}

func TestHasMistakes(t *testing.T) {
	db := testdb.Open(t, lucid.SQLite)
	for name, q := range map[string]app.UserQuery{
		"operator": lucid.From[app.User](db).Has(app.UserPosts, lucid.Count("~", 1)),
		"empty":    lucid.From[app.User](db).Has(app.UserPosts, lucid.CountCond{}),
	} {
		_, err := q.All(t.Context())
		require.ErrorIs(t, err, lucid.ErrInvalidOperator, name)
	}
	_, err := lucid.From[app.User](db).Has(app.UserPosts.With(func(q app.PostQuery) { q.Where("titel", "x") })).All(t.Context())
	require.ErrorIs(t, err, lucid.ErrUnknownColumn)
	_, err = lucid.From[app.User](db).Has(nil).All(t.Context())
	require.ErrorContains(t, err, "the relation is nil")
}
