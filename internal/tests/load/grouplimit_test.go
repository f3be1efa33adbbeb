package load_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGroupLimitHasMany is the posts of users 1 to 4. By likes: 1 (10), 3 (7), 2 (5); 5 (8), 4 (3); 6 (1).
func TestGroupLimitHasMany(t *testing.T) {
	type q = *lucid.Query[app.Post]
	tests := []struct {
		name  string
		scope func(q)
		wants [][]int64
	}{
		{"the latest by key", func(q q) { q.GroupLimit(2) }, [][]int64{{3, 2}, {5, 4}, {6}, {}}},
		{"one", func(q q) { q.GroupLimit(1) }, [][]int64{{3}, {5}, {6}, {}}},
		{"more than there are", func(q q) { q.GroupLimit(99) }, [][]int64{{3, 2, 1}, {5, 4}, {6}, {}}},
		{"in the scope's order", func(q q) { q.OrderByDesc("likes").GroupLimit(2) }, [][]int64{{1, 3}, {5, 4}, {6}, {}}},
		{"the order after the limit", func(q q) { q.GroupLimit(2).OrderBy("likes") }, [][]int64{{2, 3}, {4, 5}, {6}, {}}},
		{"an order of two columns", func(q q) { q.OrderByDesc("published").OrderBy("likes").GroupLimit(2) }, [][]int64{{3, 1}, {4, 5}, {6}, {}}},
		{"in an order of its own", func(q q) { q.GroupLimit(2).GroupOrderBy("title", "asc") }, [][]int64{{1, 2}, {4, 5}, {6}, {}}},
		{"which goes before the scope's", func(q q) { q.OrderByDesc("likes").GroupLimit(2).GroupOrderBy("id") }, [][]int64{{1, 2}, {4, 5}, {6}, {}}},
		{"of what the conditions leave", func(q q) { q.WhereNotNull("created_at").GroupLimit(2) }, [][]int64{{2, 1}, {5, 4}, {6}, {}}},
		{"an OR stays inside", func(q q) { q.Where("id", ">", 4).OrWhere("id", 1).GroupLimit(1) }, [][]int64{{1}, {5}, {6}, {}}},
		{"the last of two", func(q q) { q.GroupLimit(3).GroupLimit(1) }, [][]int64{{3}, {5}, {6}, {}}},
		{"with a raw condition that names the table", func(q q) { q.WhereRaw("posts.likes > ?", 4).GroupLimit(1) }, [][]int64{{3}, {5}, {}, {}}},
		{"with a raw order that names the table", func(q q) { q.OrderByRaw("posts.likes DESC").GroupLimit(1) }, [][]int64{{1}, {5}, {6}, {}}},
		{"with a join", func(q q) {
			q.Join("users", "users.id = posts.user_id").Where("users.email", "<>", "bob@example.com").GroupLimit(1)
		}, [][]int64{{3}, {}, {6}, {}}},
		{"with a raw join", func(q q) { q.JoinRaw("JOIN users u ON u.id = posts.user_id").Where("u.id", "<", 3).GroupLimit(1) }, [][]int64{{3}, {5}, {}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users := app.AllUsers(t, db)
				require.NoError(t, app.UserPosts.With(tt.scope).Load(t.Context(), db, users...))
				for i, u := range users {
					assert.Equal(t, tt.wants[i], app.PostIDs(u.Posts), "user %d", u.ID)
					for _, p := range u.Posts {
						assert.Empty(t, p.Extras(), "the counter is nowhere")
						assert.NotEmpty(t, p.Title)
					}
				}
				assert.Equal(t, []string{"User.Posts"}, db.Sent.Paths())
			})
		}
	})
}

// TestGroupLimitManyToMany is the skills of users 1 to 4.
func TestGroupLimitManyToMany(t *testing.T) {
	type q = *lucid.Query[app.Skill]
	tests := []struct {
		name  string
		scope func(q)
		wants [][]int64
	}{
		{"the latest by the related key", func(q q) { q.GroupLimit(1) }, [][]int64{{2}, {2}, {2}, {}}},
		{"a pivot row that stands twice counts twice", func(q q) { q.GroupLimit(2) }, [][]int64{{2, 1}, {2}, {2, 2}, {}}},
		{"after a condition on the pivot", func(q q) { q.Where("pivot.proficiency", "expert").GroupLimit(1) }, [][]int64{{1}, {2}, {}, {}}},
		{"in the order of the pivot", func(q q) { q.GroupLimit(1).GroupOrderBy("pivot.level", "desc") }, [][]int64{{1}, {2}, {2}, {}}},
		{"in the scope's order of the pivot", func(q q) { q.OrderByDesc("pivot.level").GroupLimit(2) }, [][]int64{{1, 2}, {2}, {2, 2}, {}}},
		{"by the table's name", func(q q) { q.GroupLimit(1).GroupOrderBy("skills.name", "asc") }, [][]int64{{1}, {2}, {2}, {}}},
		{"an OR stays inside", func(q q) { q.Where("id", 1).OrWhere("pivot.level", 8).GroupLimit(1) }, [][]int64{{1}, {2}, {}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users := app.AllUsers(t, db)
				require.NoError(t, app.UserSkills.With(tt.scope).Load(t.Context(), db, users...))
				for i, u := range users {
					assert.Equal(t, tt.wants[i], app.SkillIDs(u.Skills), "user %d", u.ID)
					for _, s := range u.Skills {
						assert.Len(t, s.Extras(), 5, "of the pivot, and no counter")
						assert.Equal(t, u.ID, s.Extras()["pivot_user_id"])
					}
				}
			})
		}
	})
}

// TestGroupLimitThrough is the posts of countries 1 to 3.
func TestGroupLimitThrough(t *testing.T) {
	type q = *lucid.Query[app.Post]
	tests := []struct {
		name  string
		scope func(q)
		wants [][]int64
	}{
		{"the latest by the related key", func(q q) { q.GroupLimit(2) }, [][]int64{{5, 4}, {6}, {}}},
		{"after a condition", func(q q) { q.WhereNotNull("created_at").Where("likes", "<", 8).GroupLimit(2) }, [][]int64{{4, 2}, {6}, {}}},
		{"in an order of its own", func(q q) { q.GroupLimit(2).GroupOrderBy("posts.title", "asc") }, [][]int64{{1, 2}, {6}, {}}},
		{"in the order of the through table", func(q q) { q.GroupLimit(2).GroupOrderBy("through.email", "desc").GroupOrderBy("id") }, [][]int64{{4, 5}, {6}, {}}},
		{"an OR stays inside", func(q q) { q.Where("id", 1).OrWhere("through.id", 3).GroupLimit(2) }, [][]int64{{1}, {6}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				countries := app.AllCountries(t, db)
				require.NoError(t, app.CountryPosts.With(tt.scope).Load(t.Context(), db, countries...))
				for i, c := range countries {
					assert.Equal(t, tt.wants[i], app.PostIDs(c.Posts), "country %d", c.ID)
					for _, p := range c.Posts {
						assert.Equal(t, map[string]any{"through_country_id": c.ID}, p.Extras())
					}
				}
			})
		}
	})
}

// TestGroupLimitSelect: the keys are read whatever is selected, the counter never.
func TestGroupLimitSelect(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Select("title").GroupLimit(1) }).Load(t.Context(), db, users...))
		p := users[0].Posts[0]
		assert.Equal(t, "gamma", p.Title)
		assert.Zero(t, p.Likes)
		assert.Equal(t, int64(1), p.UserID)
		assert.Empty(t, p.Extras())

		require.NoError(t, app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Select("name").PivotColumns("level").GroupLimit(1) }).Load(t.Context(), db, users...))
		s := users[0].Skills[0]
		assert.Equal(t, "sql", s.Name)
		assert.Equal(t, int64(2), s.Extras()["pivot_level"])
		assert.Equal(t, app.Day(1), s.Extras()["pivot_created_at"])

		require.NoError(t, app.UserPosts.With(func(q *lucid.Query[app.Post]) {
			q.Select("*").SelectRaw("posts.likes * ? AS twice", 2).GroupLimit(1).OrderBy("twice")
		}).Load(t.Context(), db, users...))
		twice, err := lucid.Extra[int](users[0].Posts[0], "twice")
		require.NoError(t, err)
		assert.Equal(t, 10, twice)
		assert.Equal(t, "beta", users[0].Posts[0].Title)

		err = app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.SelectRaw("likes, title").GroupLimit(1) }).Load(t.Context(), db, users...)
		assert.ErrorContains(t, err, "AS name")
	})
}

// TestGroupLimitNests: what is left is what nested relations load for, limits of their own included.
func TestGroupLimitNests(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		countries, err := lucid.From[app.Country](db).OrderBy("id").Preload(app.CountryUsers.With(func(q *lucid.Query[app.User]) {
			q.GroupOrderBy("id").GroupLimit(1).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) {
				q.GroupOrderBy("id").GroupLimit(2).Preload(app.PostComments.With(func(q *lucid.Query[app.Comment]) { q.GroupLimit(1) }), app.PostAuthor)
			}))
		})).All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1}, app.UserIDs(countries[0].Users))
		posts := countries[0].Users[0].Posts
		require.Equal(t, []int64{1, 2}, app.PostIDs(posts))
		assert.Equal(t, []int64{2}, app.CommentIDs(posts[0].Comments))
		assert.Equal(t, []int64{3}, app.CommentIDs(posts[1].Comments))
		assert.Equal(t, int64(1), posts[0].Author.ID)
	})
}

// TestGroupLimitOfOneParent is a limit; of several it is for each of them.
func TestGroupLimitOfOneParent(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		tests := []struct {
			name  string
			query *lucid.Query[app.Post]
			want  []int64
		}{
			{"the latest", app.UserPosts.Query(db, users[0]).GroupLimit(2), []int64{3, 2}},
			{"in its order", app.UserPosts.Query(db, users[0]).GroupLimit(2).GroupOrderBy("likes", "desc"), []int64{1, 3}},
			{"in the query's order", app.UserPosts.Query(db, users[0]).GroupLimit(2).OrderBy("likes"), []int64{2, 3}},
			{"in a scope", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(1) }).Query(db, users[0]), []int64{3}},
			{"through", app.CountryPosts.Query(db, countries[0]).GroupLimit(2), []int64{5, 4}},
			{"the smaller of two limits", app.UserPosts.Query(db, users[0]).GroupLimit(3).Limit(1), []int64{3}},
		}
		for _, tt := range tests {
			posts, err := tt.query.All(t.Context())
			require.NoError(t, err, tt.name)
			assert.Equal(t, tt.want, app.PostIDs(posts), tt.name)
		}
		skills, err := app.UserSkills.Query(db, users[0]).GroupLimit(1).GroupOrderBy("pivot.level", "desc").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.SkillIDs(skills))

		posts, err := app.UserPosts.Query(db, users[0], users[1]).GroupLimit(1).All(t.Context())
		require.NoError(t, err)
		assert.ElementsMatch(t, []int64{3, 5}, app.PostIDs(posts))
		posts, err = app.UserPosts.Query(db, users[0], users[0]).GroupLimit(1).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, app.PostIDs(posts), "one parent given twice")
	})
}

// TestGroupLimitMistakes are refused before anything is sent.
func TestGroupLimitMistakes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		tests := []struct {
			name string
			err  error
			want string
		}{
			{"has one", app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.GroupLimit(1) }).Load(t.Context(), db, users...), "User.Profile"},
			{"belongs to", app.UserCountry.With(func(q *lucid.Query[app.Country]) { q.GroupLimit(1) }).Load(t.Context(), db, users...), "User.Country"},
			{"one through", app.CountryProfile.With(func(q *lucid.Query[app.Profile]) { q.GroupLimit(1) }).Load(t.Context(), db, countries...), "Country.Profile"},
			{"zero", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(0) }).Load(t.Context(), db, users...), "GroupLimit(0)"},
			{"negative", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(-1) }).Load(t.Context(), db, users...), "GroupLimit(-1)"},
			{"an order without it", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupOrderBy("id") }).Load(t.Context(), db, users...), "GroupOrderBy without GroupLimit"},
			{"a wrong direction", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(1).GroupOrderBy("id", "up") }).Load(t.Context(), db, users...), `"up"`},
			{"an unknown column", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(1).GroupOrderBy("idd") }).Load(t.Context(), db, users...), `"idd"`},
		}
		_, err := lucid.From[app.User](db).GroupLimit(1).All(t.Context())
		require.ErrorContains(t, err, "GroupLimit")
		_, err = app.UserProfile.Query(db, users[0]).GroupLimit(1).All(t.Context())
		require.ErrorContains(t, err, "GroupLimit")
		for _, tt := range tests {
			require.Error(t, tt.err, tt.name)
			assert.ErrorContains(t, tt.err, tt.want, tt.name)
		}
		assert.Empty(t, db.Sent.Paths())
	})
}
