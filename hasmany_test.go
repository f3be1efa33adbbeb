package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHasMany is the posts of users 1 to 4 under each way to ask for them.
func TestHasMany(t *testing.T) {
	tests := []struct {
		name  string
		rel   lucid.Relation[User]
		wants [][]int64
	}{
		{"in the query's order", UserPosts.With(func(q *lucid.Query[Post]) { q.OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"in another order", UserPosts.With(func(q *lucid.Query[Post]) { q.OrderByDesc("likes") }), [][]int64{{1, 3, 2}, {5, 4}, {6}, {}}},
		{"a scope", UserPosts.With(Published, func(q *lucid.Query[Post]) { q.OrderBy("id") }), [][]int64{{1, 3}, {4}, {6}, {}}},
		{"a scope that excludes all", UserPosts.With(func(q *lucid.Query[Post]) { q.Where("likes", ">", 99) }), [][]int64{{}, {}, {}, {}}},
		{"two scopes, both hold", UserPosts.With(Published).With(func(q *lucid.Query[Post]) { q.Where("likes", ">", 5).OrderBy("id") }), [][]int64{{1, 3}, {}, {}, {}}},
		{"Apply inside a scope", UserPosts.With(func(q *lucid.Query[Post]) { q.Apply(Published).OrderBy("id") }), [][]int64{{1, 3}, {4}, {6}, {}}},
		{"a nil scope is none", UserPosts.With(nil, func(q *lucid.Query[Post]) { q.OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"only some columns", UserPosts.With(func(q *lucid.Query[Post]) { q.Select("id").OrderBy("id") }), [][]int64{{1, 2, 3}, {4, 5}, {6}, {}}},
		{"a join that orders", UserPosts.With(func(q *lucid.Query[Post]) {
			q.Join("users", "users.id = posts.user_id").OrderByDesc("users.email").OrderByDesc("id")
		}), [][]int64{{3, 2, 1}, {5, 4}, {6}, {}}},
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users, err := lucid.From[User](db).Preload(tt.rel).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				for i, u := range users {
					assert.NotNil(t, u.Posts, "loaded, though there may be none")
					assert.Equal(t, tt.wants[i], postIDs(u.Posts), "user %d", u.ID)
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
	eachDB(t, func(t *testing.T, db *fixture) {
		users, err := lucid.From[User](db).Preload(UserLatestPosts, UserPublished).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		latest, err := UserLatestPosts.Get(users[0])
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 2, 1}, postIDs(latest))
		published, err := UserPublished.Get(users[0])
		require.NoError(t, err)
		assert.ElementsMatch(t, []int64{1, 3}, postIDs(published))
		none, err := UserPublished.Get(users[3])
		require.NoError(t, err)
		assert.NotNil(t, none)
		assert.Empty(t, none)
		assert.False(t, UserPosts.Loaded(users[0]), "relations are told apart by descriptor")
		assert.Nil(t, users[0].Posts)
		_, err = UserPosts.Get(users[0])
		assert.ErrorIs(t, err, lucid.ErrNotLoaded)
	})
}

// TestHasManySelect: what a preload needs of the rows is read whatever is selected, and once.
func TestHasManySelect(t *testing.T) {
	tests := []struct {
		name  string
		scope func(*lucid.Query[Post])
		want  string // the select list on SQLite
	}{
		{"without the key", func(q *lucid.Query[Post]) { q.Select("title") }, `"posts"."title", "posts"."user_id"`},
		{"with the key", func(q *lucid.Query[Post]) { q.Select("title", "user_id") }, `"posts"."title", "posts"."user_id"`},
		{"everything", func(q *lucid.Query[Post]) { q.Select("*") },
			`"posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at"`},
		{"everything of the table and the key again", func(q *lucid.Query[Post]) { q.Select("posts.*", "user_id", "posts.user_id") },
			`"posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at"`},
		{"with keys of nested preloads", func(q *lucid.Query[Post]) { q.Select("title").Preload(PostComments, PostAuthor) },
			`"posts"."title", "posts"."user_id", "posts"."id"`},
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users := allUsers(t, db)
				require.NoError(t, UserPosts.With(tt.scope).Load(t.Context(), db, users...))
				assert.Equal(t, []int{3, 2, 1, 0}, []int{len(users[0].Posts), len(users[1].Posts), len(users[2].Posts), len(users[3].Posts)})
				assert.Empty(t, users[0].Posts[0].Extras())
				if db.Dialect == lucid.SQLite {
					assert.Equal(t, "SELECT "+tt.want+` FROM "posts" WHERE "posts"."user_id" IN (?, ?, ?, ?)`, db.sent.of("User.Posts")[0].SQL)
				}
			})
		}
	})
}

// TestHasManyRawSelect: expressions of the related rows become their extras.
func TestHasManyRawSelect(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		scope := func(q *lucid.Query[Post]) { q.SelectRaw("likes * ? AS twice", 2).Select("title").OrderBy("title") }
		require.NoError(t, UserPosts.With(scope).Load(t.Context(), db, users...))
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
	name := lucid.Column(func(s *Skill) *string { return &s.Name })
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the parent has no primary key", func() { lucid.Register[Keyless](&lucid.HasMany[Keyless, Post]{}) },
			"lucid: Keyless.Posts: Keyless has no primary key: tag a field with db:\",pk\" or set LocalKey"},
		{"the related model has no foreign key", func() { lucid.Register[Skill](&lucid.HasMany[Skill, Post]{}) },
			`lucid: Skill.Posts: Post has no column "skill_id": add the field or set ForeignKey`},
		{"the foreign key is named after the local key", func() { lucid.Register[Skill](&lucid.HasMany[Skill, Post]{LocalKey: name}) },
			`lucid: Skill.Posts: Post has no column "skill_name": add the field or set ForeignKey`},
		{"the kinds of the keys differ", func() { lucid.Register[Skill](&lucid.HasMany[Skill, Post]{LocalKey: name, ForeignKey: PostUserID}) },
			`lucid: Skill.Posts: "name" is of kind string and "user_id" of kind integer: they cannot be compared`},
		{"two mistakes in one panic", func() { lucid.Register[Skill](&lucid.HasMany[Skill, Post]{}, &lucid.HasMany[Skill, Comment]{}) },
			"lucid: Skill.Posts: Post has no column \"skill_id\": add the field or set ForeignKey\n" +
				"lucid: Skill.Comments: Comment has no column \"skill_id\": add the field or set ForeignKey"},
		{"registered twice", func() { lucid.Register[User](UserPosts) }, "lucid: User.Posts: is registered twice"},
		{"a scoped use is no descriptor", func() { lucid.Register[User](UserPosts.With(Published)) },
			"lucid: User: relation 1 is a *lucid.Scoped[github.com/lucid-go/lucid_test.User,github.com/lucid-go/lucid_test.Post]: register the descriptor itself"},
		{"two relations share a field", func() {
			lucid.Register[User](&lucid.HasMany[User, Post]{Field: func(u *User) *[]*Post { return &u.Posts }})
		}, "lucid: User.Posts: two relations share this field: give each its own, or none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, mistakes(tt.register)) })
	}
}
