package load_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHasManyThrough is the posts of countries 1 to 3 under each way to ask for them.
func TestHasManyThrough(t *testing.T) {
	tests := []struct {
		name  string
		scope func(*lucid.Query[app.Post])
		wants [][]int64
	}{
		{"those of all its users", func(q *lucid.Query[app.Post]) { q.OrderBy("id") }, [][]int64{{1, 2, 3, 4, 5}, {6}, {}}},
		{"a scope", func(q *lucid.Query[app.Post]) { q.Apply(app.Published).OrderByDesc("likes") }, [][]int64{{1, 3, 4}, {6}, {}}},
		{"an ambiguous name is the related table's", func(q *lucid.Query[app.Post]) { q.Where("id", 4) }, [][]int64{{4}, {}, {}}},
		{"and so it is in Select, Where and OrderBy", func(q *lucid.Query[app.Post]) {
			q.Select("id").WhereNotNull("created_at").OrderBy("id")
		}, [][]int64{{1, 2, 4, 5}, {6}, {}}},
		{"the through table's column", func(q *lucid.Query[app.Post]) { q.Where("through.email", "bob@example.com").OrderBy("id") }, [][]int64{{4, 5}, {}, {}}},
		{"WhereIn of it", func(q *lucid.Query[app.Post]) { q.WhereIn("through.id", []int{2, 3}).OrderBy("id") }, [][]int64{{4, 5}, {6}, {}}},
		{"WhereNull of it", func(q *lucid.Query[app.Post]) { q.WhereNull("through.parent_id").OrderBy("id") }, [][]int64{{1, 2, 3}, {}, {}}},
		{"OrderBy it", func(q *lucid.Query[app.Post]) { q.OrderByDesc("through.email").OrderBy("id") }, [][]int64{{4, 5, 1, 2, 3}, {6}, {}}},
		{"WhereColumn with it", func(q *lucid.Query[app.Post]) { q.WhereColumn("through.created_at", "=", "created_at") }, [][]int64{{1}, {}, {}}},
		{"by the table's own name", func(q *lucid.Query[app.Post]) { q.Where("users.id", 1).Where("posts.id", 2) }, [][]int64{{2}, {}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				countries, err := lucid.From[app.Country](db).Preload(app.CountryPosts.With(tt.scope)).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				for i, c := range countries {
					assert.NotNil(t, c.Posts)
					assert.Equal(t, tt.wants[i], app.PostIDs(c.Posts), "country %d", c.ID)
					for _, p := range c.Posts {
						assert.Equal(t, map[string]any{"through_country_id": c.ID}, p.Extras())
					}
				}
			})
		}
	})
}

// TestHasOneThrough: of several rows the one with the lowest key, or the first in the query's order.
func TestHasOneThrough(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		countries := app.AllCountries(t, db)
		require.NoError(t, app.CountryProfile.Load(t.Context(), db, countries...))
		assert.Equal(t, int64(1), countries[0].Profile.ID)
		assert.Nil(t, countries[1].Profile, "user 3 has no profile")
		assert.True(t, app.CountryProfile.Loaded(countries[1]))

		last := app.CountryProfile.With(func(q *lucid.Query[app.Profile]) { q.OrderByDesc("id") })
		require.NoError(t, last.Load(t.Context(), db, countries...))
		assert.Equal(t, int64(3), countries[0].Profile.ID)

		through := app.CountryProfile.With(func(q *lucid.Query[app.Profile]) { q.OrderByDesc("through.email").OrderByDesc("id") })
		require.NoError(t, through.Load(t.Context(), db, countries...))
		assert.Equal(t, int64(3), countries[0].Profile.ID)
		got, err := app.CountryProfile.Get(countries[1])
		require.NoError(t, err)
		assert.Nil(t, got)
	})
}

// TestThroughNests: what is loaded through a model loads on.
func TestThroughNests(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		country, err := lucid.From[app.Country](db).Preload(app.CountryPosts.With(func(q *lucid.Query[app.Post]) {
			q.Select("title").OrderBy("id").Preload(app.PostComments.With(func(q *lucid.Query[app.Comment]) { q.OrderBy("id") }), app.PostAuthor)
		})).OrderBy("id").First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, app.CommentIDs(country.Posts[0].Comments))
		assert.Equal(t, "bob@example.com", country.Posts[4].Author.Email)
		assert.Zero(t, country.Posts[0].Likes, "not selected")
	})
}

// TestThroughOptions is what Register says about keys that are not there.
func TestThroughOptions(t *testing.T) {
	type Keyless struct {
		lucid.Model
		UserID int64
	}
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the parent has no primary key", func() { lucid.Register[Keyless](&lucid.HasManyThrough[Keyless, app.User, app.Post]{}) },
			"lucid: Keyless.Posts: Keyless has no primary key: tag a field with db:\",pk\" or set LocalKey"},
		{"the through model has no key to the parent", func() { lucid.Register[app.Skill](&lucid.HasManyThrough[app.Skill, app.User, app.Post]{}) },
			`lucid: Skill.Posts: User has no column "skill_id": add the field or set ThroughForeignKey`},
		{"the through model has no primary key", func() { lucid.Register[app.User](&lucid.HasManyThrough[app.User, Keyless, app.Post]{}) },
			"lucid: User.Posts: Keyless has no primary key: tag a field with db:\",pk\" or set ThroughLocalKey"},
		{"the related model has no key to it", func() { lucid.Register[app.Country](&lucid.HasOneThrough[app.Country, app.User, app.Skill]{}) },
			`lucid: Country.Skill: Skill has no column "user_id": add the field or set ForeignKey`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, app.Mistakes(tt.register)) })
	}
}

// TestThroughKeys: every key can be another, and null where it may be.
func TestThroughKeys(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, app.UserCompatriotPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") }).Load(t.Context(), db, users...))
		for i, want := range [][]int64{{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, {6}, {}} {
			posts, err := app.UserCompatriotPosts.Get(users[i])
			require.NoError(t, err)
			assert.Equal(t, want, app.PostIDs(posts), "user %d", i+1)
		}
	})
}

// TestThroughItself: where one table stands twice in a statement, a name is the related row's, and
// through. is the row between.
func TestThroughItself(t *testing.T) {
	tests := []struct {
		name  string
		scope func(*lucid.Query[app.User])
		wants [][]int64
	}{
		{"all", nil, [][]int64{{3}, {}, {}, {}}},
		{"by the related row", func(q *lucid.Query[app.User]) { q.Where("email", "cyd@example.com").Where("users.id", 3).OrderBy("id") }, [][]int64{{3}, {}, {}, {}}},
		{"by the row between", func(q *lucid.Query[app.User]) { q.Where("through.email", "bob@example.com") }, [][]int64{{3}, {}, {}, {}}},
		{"not by the row between", func(q *lucid.Query[app.User]) { q.Where("through.email", "cyd@example.com") }, [][]int64{{}, {}, {}, {}}},
		{"with a group limit", func(q *lucid.Query[app.User]) { q.GroupLimit(1).GroupOrderBy("through.id") }, [][]int64{{3}, {}, {}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			users := app.AllUsers(t, db)
			require.NoError(t, app.UserGrandchildren.With(tt.scope).Load(t.Context(), db, users...), tt.name)
			for i, want := range tt.wants {
				rows, err := app.UserGrandchildren.Get(users[i])
				require.NoError(t, err)
				assert.Equal(t, want, app.UserIDs(rows), "%s, user %d", tt.name, i+1)
			}
		}
	})
}
