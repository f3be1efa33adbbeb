package filter_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestQueryOfParents: the related rows of one parent, and of several.
func TestQueryOfParents(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		ann, bob, dee := users[0], users[1], users[3]

		posts, err := app.UserPosts.Query(db, ann).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3}, app.PostIDs(posts))
		assert.False(t, app.UserPosts.Loaded(ann), "a query loads nothing into its parents")
		posts, err = app.UserPosts.Query(db, ann, bob, ann, dee).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3, 4, 5}, app.PostIDs(posts))
		posts, err = app.UserPosts.Query(db, dee).All(t.Context())
		require.NoError(t, err)
		assert.NotNil(t, posts)
		assert.Empty(t, posts)
		post, err := app.UserPosts.Query(db, ann).Find(t.Context(), 2)
		require.NoError(t, err)
		assert.Equal(t, "beta", post.Title)
		_, err = app.UserPosts.Query(db, ann).Find(t.Context(), 4)
		require.ErrorIs(t, err, lucid.ErrNotFound, "another user's")
		posts, err = app.UserPosts.Query(db, ann).FindMany(t.Context(), 4, 3, 1)
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 1}, app.PostIDs(posts))

		profiles, err := app.UserProfile.Query(db, bob).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, app.ProfileIDs(profiles), "a relation to one row has one")
		profiles, err = app.UserProfile.Query(db, bob).OrderByDesc("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, app.ProfileIDs(profiles))
		profiles, err = app.UserProfile.Query(db, ann, bob).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3}, app.ProfileIDs(profiles), "of several parents all their rows")

		country, err := app.UserCountry.Query(db, ann).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "Kenya", country.Name)
		_, err = app.UserCountry.Query(db, dee).First(t.Context())
		require.ErrorIs(t, err, lucid.ErrNotFound, "a null key has no row")
		all, err := app.UserCountry.Query(db, users...).All(t.Context())
		require.NoError(t, err)
		assert.Len(t, all, 2)

		skills, err := app.UserSkills.Query(db, ann).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, app.SkillIDs(skills))
		assert.Equal(t, "expert", skills[0].Extras()["pivot_proficiency"])
		posts, err = app.CountryPosts.Query(db, countries[0]).OrderByDesc("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{5, 4, 3, 2, 1}, app.PostIDs(posts))
		assert.Equal(t, int64(1), posts[0].Extras()["through_country_id"])
		profile, err := app.CountryProfile.Query(db, countries[0]).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), profile.ID)
	})
}

// TestQueryFinishes: every way to read and count keeps to the parent.
func TestQueryFinishes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		n, err := app.UserPosts.Query(db, users[0]).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(3), n)
		n, err = app.UserPosts.Query(db, users[0]).Where("likes", 3).OrWhere("likes", ">", 6).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(2), n)
		n, err = app.UserSkills.Query(db, users[2]).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(2), n, "by two pivot rows")
		yes, err := app.UserPosts.Query(db, users[3]).Exists(t.Context())
		require.NoError(t, err)
		assert.False(t, yes)
		sum, err := app.UserPosts.Query(db, users[0], users[1]).Sum(t.Context(), "likes")
		require.NoError(t, err)
		assert.EqualValues(t, 33, sum)
		level, err := app.UserSkills.Query(db, users[0]).Max(t.Context(), "pivot.level")
		require.NoError(t, err)
		assert.EqualValues(t, 9, level)
		titles, err := lucid.Pluck[string](t.Context(), app.UserPosts.Query(db, users[1]).OrderByDesc("id"), "title")
		require.NoError(t, err)
		assert.Equal(t, []string{"epsilon", "delta"}, titles)
		levels, err := lucid.Pluck[int](t.Context(), app.UserSkills.Query(db, users[0]).OrderBy("id"), "pivot.level")
		require.NoError(t, err)
		assert.Equal(t, []int{9, 2}, levels)
		got := []int64{}
		for p, err := range app.UserPosts.Query(db, users[0]).OrderBy("id").Each(t.Context()) {
			require.NoError(t, err)
			got = append(got, p.ID)
		}
		assert.Equal(t, []int64{1, 2, 3}, got)
		skill, err := app.UserSkills.Query(db, users[0]).FindBy(t.Context(), "pivot.level", 2)
		require.NoError(t, err)
		assert.Equal(t, int64(2), skill.ID)
	})
}

// TestQueryOfNobody is a mistake, never everybody's rows.
func TestQueryOfNobody(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		_, err := app.UserPosts.Query(db).All(t.Context())
		require.ErrorContains(t, err, "User.Posts: Query needs a parent")
		_, err = app.UserPosts.Query(db).Count(t.Context())
		require.ErrorContains(t, err, "User.Posts: Query needs a parent")
		_, err = app.UserPosts.Query(db, []*app.User{}...).Where("id", 1).All(t.Context())
		require.Error(t, err)
		_, err = lucid.From[app.Post](db).WhereIn("id", app.UserPosts.Query(db).Select("id")).All(t.Context())
		require.ErrorContains(t, err, "Query needs a parent")

		for name, parent := range map[string]*app.User{"new": {Email: "new"}, "new with a key": {ID: 1}, "nil": nil} {
			_, err = app.UserPosts.Query(db, parent).All(t.Context())
			require.ErrorIs(t, err, lucid.ErrNotPersisted, name)
			require.ErrorContains(t, err, "User.Posts", name)
			_, err = app.UserSkills.Query(db, users[0], parent).All(t.Context())
			require.ErrorIs(t, err, lucid.ErrNotPersisted, name)
		}
		_, err = app.UserPosts.Query(nil, users[0]).All(t.Context())
		require.ErrorContains(t, err, "executor is nil")
		_, err = (&lucid.HasMany[app.User, app.Comment]{}).Query(db, users[0]).All(t.Context())
		require.ErrorContains(t, err, "lucid.Register[User]")
		assert.Empty(t, db.Sent.Paths())
	})
}

// TestQueryAsValue: the related rows inside another query, as a list and as a question.
func TestQueryAsValue(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		type post = lucid.Query[app.Post]
		tests := []struct {
			name  string
			where func(*post)
			want  []int64
		}{
			{"WhereIn", func(q *post) { q.WhereIn("id", app.UserPosts.Query(db, users[0]).Select("id")) }, []int64{1, 2, 3}},
			{"WhereIn of several parents", func(q *post) { q.WhereIn("id", app.UserPosts.Query(db, users[0], users[2]).Select("id")) }, []int64{1, 2, 3, 6}},
			{"WhereNotIn", func(q *post) { q.WhereNotIn("id", app.UserPosts.Query(db, users[0]).Select("id")) }, []int64{4, 5, 6}},
			{"another column", func(q *post) { q.WhereIn("user_id", app.CountryUsers.Query(db, countries[0]).Select("id")) }, []int64{1, 2, 3, 4, 5}},
			{"through", func(q *post) { q.WhereIn("id", app.CountryPosts.Query(db, countries[1]).Select("id")) }, []int64{6}},
			{"to one", func(q *post) { q.Where("user_id", app.UserParent.Query(db, users[1]).Select("id")) }, []int64{1, 2, 3}},
			{"many to many selects one column", func(q *post) { q.WhereIn("user_id", app.UserFollows.Query(db, users[0]).Select("id")) }, []int64{4, 5, 6}},
			{"WhereExists", func(q *post) { q.WhereExists(app.UserSkills.Query(db, users[0])) }, []int64{1, 2, 3, 4, 5, 6}},
			{"WhereExists of nothing", func(q *post) { q.WhereExists(app.UserSkills.Query(db, users[3])) }, []int64{}},
			{"WhereNotExists", func(q *post) { q.WhereNotExists(app.UserSkills.Query(db, users[3])) }, []int64{1, 2, 3, 4, 5, 6}},
			{"WhereExists about this row", func(q *post) {
				q.WhereExists(app.CountryUsers.Query(db, countries[1]).WhereColumn("users.id", "=", "posts.user_id"))
			}, []int64{6}},
			{"with an OR", func(q *post) {
				q.WhereIn("id", app.UserPosts.Query(db, users[1]).Select("id").Where("id", 1).OrWhere("id", 4))
			}, []int64{4}},
		}
		for _, tt := range tests {
			q := lucid.From[app.Post](db).OrderBy("id")
			tt.where(q)
			posts, err := q.All(t.Context())
			require.NoError(t, err, tt.name)
			assert.Equal(t, tt.want, app.PostIDs(posts), tt.name)
		}
	})
}

// TestQueryColumns: pivot. and through. name the middle table in every method that takes a column,
// and a name that both tables have is the related table's.
func TestQueryColumns(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		type q = *lucid.Query[app.Skill]
		tests := []struct {
			name  string
			chain func(q) q
			want  []int64 // of user 1, who has 1 (expert, 9) and 2 (novice, 2)
		}{
			{"Where", func(q q) q { return q.Where("pivot.level", 9) }, []int64{1}},
			{"OrWhere", func(q q) q { return q.Where("id", 7).OrWhere("pivot.level", 2) }, []int64{2}},
			{"WhereNot", func(q q) q { return q.WhereNot("pivot.level", 9) }, []int64{2}},
			{"WhereIn", func(q q) q { return q.WhereIn("pivot.level", []int{9}) }, []int64{1}},
			{"WhereNotIn", func(q q) q { return q.WhereNotIn("pivot.level", []int{9}) }, []int64{2}},
			{"WhereNull", func(q q) q { return q.WhereNull("pivot.level") }, []int64{}},
			{"WhereNotNull", func(q q) q { return q.WhereNotNull("pivot.level").OrderBy("id") }, []int64{1, 2}},
			{"WhereBetween", func(q q) q { return q.WhereBetween("pivot.level", 1, 3) }, []int64{2}},
			{"WhereNotBetween", func(q q) q { return q.WhereNotBetween("pivot.level", 1, 3) }, []int64{1}},
			{"WhereLike", func(q q) q { return q.WhereLike("pivot.proficiency", "ex%") }, []int64{1}},
			{"WhereILike", func(q q) q { return q.WhereILike("pivot.proficiency", "EX%") }, []int64{1}},
			{"WhereColumn", func(q q) q { return q.WhereColumn("pivot.level", ">", "pivot.skill_id") }, []int64{1}},
			{"WhereGroup", func(q q) q {
				return q.WhereGroup(func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 1).OrWhere("pivot.level", 2) })
			}, []int64{2}},
			{"OrderBy", func(q q) q { return q.OrderBy("pivot.level") }, []int64{2, 1}},
			{"OrderByDesc", func(q q) q { return q.OrderByDesc("pivot.level") }, []int64{1, 2}},
			{"GroupOrderBy", func(q q) q { return q.GroupLimit(1).GroupOrderBy("pivot.level") }, []int64{2}},
			{"OrderBy an extra", func(q q) q { return q.OrderBy("pivot_proficiency") }, []int64{1, 2}},
			{"Select", func(q q) q { return q.Select("id", "pivot.level").OrderBy("pivot_level") }, []int64{2, 1}},
			{"GroupBy and Having", func(q q) q { return q.Select("id").GroupBy("id", "pivot.level").Having("pivot.level", ">", 5) }, []int64{1}},
			{"an ambiguous name", func(q q) q { return q.Select("id").Where("id", ">", 0).WhereNotIn("id", []int{3}).OrderByDesc("id") }, []int64{2, 1}},
		}
		for _, tt := range tests {
			skills, err := tt.chain(app.UserSkills.Query(db, users[0])).All(t.Context())
			require.NoError(t, err, tt.name)
			assert.Equal(t, tt.want, app.SkillIDs(skills), tt.name)
		}
		skills, err := app.UserSkills.Query(db, users[0]).Select("id", "pivot.level", "pivot.level AS grade").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(9), skills[0].Extras()["pivot_level"])
		assert.Equal(t, int64(9), skills[0].Extras()["grade"])

		posts, err := app.CountryPosts.Query(db, countries[0]).Select("id", "through.email").Where("through.id", 2).OrderBy("through.email").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{4, 5}, app.PostIDs(posts))
		assert.Equal(t, "bob@example.com", posts[0].Extras()["through_email"])
		_, err = app.CountryPosts.Query(db, countries[0]).Where("through.emial", "x").All(t.Context())
		require.ErrorIs(t, err, lucid.ErrUnknownColumn)
		assert.ErrorContains(t, err, `"email"`, "the nearest")
	})
}

// TestQueryScoped: a scoped use starts its query with its scopes, each in brackets of its own; what
// is chained after them narrows it further.
func TestQueryScoped(t *testing.T) {
	either := func(q *lucid.Query[app.Post]) { q.Where("id", 1).OrWhere("id", 2).OrWhere("id", 4) }
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		scoped := app.UserPosts.With(either).With(app.Published)
		posts, err := scoped.Query(db, users[0]).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.PostIDs(posts))
		posts, err = scoped.Query(db, users[0], users[1]).Where("id", 5).OrWhere("id", 4).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{4}, app.PostIDs(posts))
		posts, err = app.UserPosts.Query(db, users[0]).Apply(either).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, app.PostIDs(posts))

		base := app.UserPosts.Query(db, users[0]).OrderBy("id")
		one := base.Clone().Where("id", 1)
		posts, err = base.All(t.Context())
		require.NoError(t, err)
		assert.Len(t, posts, 3)
		posts, err = one.All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.PostIDs(posts), "a clone keeps to the parent")
		posts, err = app.UserPosts.Query(db, users[0]).OrderBy("id").Limit(1).Offset(1).Preload(app.PostComments).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, app.PostIDs(posts))
		assert.Len(t, posts[0].Comments, 1)
	})
}
