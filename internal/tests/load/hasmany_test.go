package load_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHasMany is the posts of users 1 to 4 under each way to ask for them.
func TestHasMany(t *testing.T) {
	tests := []struct {
		name  string
		rel   lucid.Relation[app.User]
		wants [][]int64
	}{
		{"in the query's order", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"in another order", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderByDesc("likes") }), [][]int64{{1, 3, 2}, {5, 4}, {6}, {}}},
		{"a scope", app.UserPosts.With(app.Published, func(q *lucid.Query[app.Post]) { q.OrderBy("id") }), [][]int64{{1, 3}, {4}, {6}, {}}},
		{"a scope that excludes all", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("likes", ">", 99) }), [][]int64{{}, {}, {}, {}}},
		{"two scopes, both hold", app.UserPosts.With(app.Published).With(func(q *lucid.Query[app.Post]) { q.Where("likes", ">", 5).OrderBy("id") }), [][]int64{{1, 3}, {}, {}, {}}},
		{"Apply inside a scope", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Apply(app.Published).OrderBy("id") }), [][]int64{{1, 3}, {4}, {6}, {}}},
		{"a nil scope is none", app.UserPosts.With(nil, func(q *lucid.Query[app.Post]) { q.OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"only some columns", app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Select("id").OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"a join that orders", app.UserPosts.With(func(q *lucid.Query[app.Post]) {
			q.Join("users", "users.id = posts.user_id").OrderByDesc("users.email").OrderByDesc("id")
		}), [][]int64{{3, 2, 1}, {5, 4}, {6}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users, err := lucid.From[app.User](db).Preload(tt.rel).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				for i, u := range users {
					assert.NotNil(t, u.Posts, "loaded, though there may be none")
					assert.Equal(t, tt.wants[i], app.PostIDs(u.Posts), "user %d", u.ID)
					for _, p := range u.Posts {
						assert.Equal(t, u.ID, p.UserID)
					}
				}
			})
		}
	})
}

// TestHasManyWithoutField keeps what it loads inside the row.
func TestHasManyWithoutField(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).Preload(app.UserLatestPosts, app.UserPublished).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		latest, err := app.UserLatestPosts.Get(users[0])
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 2, 1}, app.PostIDs(latest))
		published, err := app.UserPublished.Get(users[0])
		require.NoError(t, err)
		assert.ElementsMatch(t, []int64{1, 3}, app.PostIDs(published))
		none, err := app.UserPublished.Get(users[3])
		require.NoError(t, err)
		assert.NotNil(t, none)
		assert.Empty(t, none)
		assert.False(t, app.UserPosts.Loaded(users[0]), "relations are told apart by descriptor")
		assert.Nil(t, users[0].Posts)
		_, err = app.UserPosts.Get(users[0])
		assert.ErrorIs(t, err, lucid.ErrNotLoaded)
	})
}

// TestHasManySelect: what a preload needs of the rows is read whatever is selected, and once.
func TestHasManySelect(t *testing.T) {
	tests := []struct {
		name  string
		scope func(*lucid.Query[app.Post])
		want  string // the select list on SQLite
	}{
		{"without the key", func(q *lucid.Query[app.Post]) { q.Select("title") }, `"posts"."title", "posts"."user_id"`},
		{"with the key", func(q *lucid.Query[app.Post]) { q.Select("title", "user_id") }, `"posts"."title", "posts"."user_id"`},
		{"everything", func(q *lucid.Query[app.Post]) { q.Select("*") },
			`"posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at"`},
		{"everything of the table and the key again", func(q *lucid.Query[app.Post]) { q.Select("posts.*", "user_id", "posts.user_id") },
			`"posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at"`},
		{"with keys of nested preloads", func(q *lucid.Query[app.Post]) { q.Select("title").Preload(app.PostComments, app.PostAuthor) },
			`"posts"."title", "posts"."user_id", "posts"."id"`},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users := app.AllUsers(t, db)
				require.NoError(t, app.UserPosts.With(tt.scope).Load(t.Context(), db, users...))
				assert.Equal(t, []int{3, 2, 1, 0}, []int{len(users[0].Posts), len(users[1].Posts), len(users[2].Posts), len(users[3].Posts)})
				assert.Empty(t, users[0].Posts[0].Extras())
				if db.Dialect == lucid.SQLite {
					assert.Equal(t, "SELECT "+tt.want+` FROM "posts" WHERE "posts"."user_id" IN (?, ?, ?, ?)`, db.Sent.Of("User.Posts")[0].SQL)
				}
			})
		}
	})
}

// TestHasManyRawSelect: expressions of the related rows become their extras.
func TestHasManyRawSelect(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		scope := func(q *lucid.Query[app.Post]) { q.SelectRaw("likes * ? AS twice", 2).Select("title").OrderBy("title") }
		require.NoError(t, app.UserPosts.With(scope).Load(t.Context(), db, users...))
		require.Len(t, users[1].Posts, 2)
		twice, err := lucid.Extra[int](users[1].Posts[0], "twice")
		require.NoError(t, err)
		assert.Equal(t, 6, twice)
		assert.Equal(t, "delta", users[1].Posts[0].Title)
	})
}

// TestHasManyOptions is what Register says about keys that are not there, all at once.
func TestHasManyOptions(t *testing.T) {
	type Keyless struct {
		lucid.Model
		Name string
	}
	name := lucid.Column(func(s *app.Skill) *string { return &s.Name })
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the parent has no primary key", func() { lucid.Register[Keyless](&lucid.HasMany[Keyless, app.Post]{}) },
			"lucid: Keyless.Posts: Keyless has no primary key: tag a field with db:\",pk\" or set LocalKey"},
		{"the related model has no foreign key", func() { lucid.Register[app.Skill](&lucid.HasMany[app.Skill, app.Post]{}) },
			`lucid: Skill.Posts: Post has no column "skill_id": add the field or set ForeignKey`},
		{"the foreign key is named after the local key", func() { lucid.Register[app.Skill](&lucid.HasMany[app.Skill, app.Post]{LocalKey: name}) },
			`lucid: Skill.Posts: Post has no column "skill_name": add the field or set ForeignKey`},
		{"the kinds of the keys differ", func() {
			lucid.Register[app.Skill](&lucid.HasMany[app.Skill, app.Post]{LocalKey: name, ForeignKey: app.PostUserID})
		},
			`lucid: Skill.Posts: "name" is of kind string and "user_id" of kind integer: they cannot be compared`},
		{"two mistakes in one panic", func() {
			lucid.Register[app.Skill](&lucid.HasMany[app.Skill, app.Post]{}, &lucid.HasMany[app.Skill, app.Comment]{})
		},
			"lucid: Skill.Posts: Post has no column \"skill_id\": add the field or set ForeignKey\n" +
				"lucid: Skill.Comments: Comment has no column \"skill_id\": add the field or set ForeignKey"},
		{"registered twice", func() { lucid.Register[app.User](app.UserPosts) }, "lucid: User.Posts: is registered twice"},
		{"a scoped use is no descriptor", func() { lucid.Register[app.User](app.UserPosts.With(app.Published)) },
			"lucid: User: relation 1 is a *lucid.Scoped[github.com/lucid-go/lucid/internal/tests/app.User,github.com/lucid-go/lucid/internal/tests/app.Post]: register the descriptor itself"},
		{"two relations share a field", func() {
			lucid.Register[app.User](&lucid.HasMany[app.User, app.Post]{Field: func(u *app.User) *[]*app.Post { return &u.Posts }})
		}, "lucid: User.Posts: two relations share this field: give each its own, or none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, app.Mistakes(tt.register)) })
	}
}
