package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLoad: relations of rows that the program holds, in one statement each.
func TestLoad(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		byID := UserPosts.With(func(q *lucid.Query[Post]) { q.OrderBy("id") })
		require.NoError(t, lucid.Load(t.Context(), db, users, byID.Preload(PostComments), UserProfile, UserCountry, UserSkills))
		assert.Equal(t, []int64{1, 2, 3}, postIDs(users[0].Posts))
		assert.Len(t, users[0].Posts[0].Comments, 2)
		assert.Equal(t, int64(2), users[1].Profile.ID)
		assert.Equal(t, "Japan", users[2].Country.Name)
		assert.Empty(t, users[3].Skills)
		assert.ElementsMatch(t, []string{"User.Posts", "User.Posts.Comments", "User.Profile", "User.Country", "User.Skills"}, db.sent.paths())
	})
}

// TestLoadReplaces what was loaded, rows and scope.
func TestLoadReplaces(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		require.NoError(t, UserPosts.Load(t.Context(), db, users...))
		require.NoError(t, UserPosts.With(Published).Load(t.Context(), db, users[0]))
		assert.Len(t, users[0].Posts, 2)
		assert.Len(t, users[1].Posts, 2, "not loaded again")
		old := users[0].Posts
		require.NoError(t, UserPosts.With(func(q *lucid.Query[Post]) { q.Where("id", -1) }).Load(t.Context(), db, users[0]))
		assert.NotNil(t, users[0].Posts)
		assert.Empty(t, users[0].Posts)
		assert.Len(t, old, 2, "who kept the old rows has them")
		require.NoError(t, UserProfile.Load(t.Context(), db, users[0]))
		require.NoError(t, UserProfile.With(func(q *lucid.Query[Profile]) { q.Where("id", -1) }).Load(t.Context(), db, users[0]))
		assert.Nil(t, users[0].Profile)
	})
}

// TestLoadReplacesNothingOnError: neither the relation that fails nor its siblings.
func TestLoadReplacesNothingOnError(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		failing := map[string]lucid.Relation[User]{
			"an unknown column": UserSkills.With(func(q *lucid.Query[Skill]) { q.Where("nam", "go") }),
			"the database":      UserSkills.With(func(q *lucid.Query[Skill]) { q.WhereRaw("no_such_column = 1") }),
			"a nested relation": UserCountry.Preload(CountryUsers.With(func(q *lucid.Query[User]) { q.WhereRaw("no_such_column = 1") })),
		}
		for name, rel := range failing {
			users := allUsers(t, db)
			require.NoError(t, UserPosts.Load(t.Context(), db, users...))
			old := users[0].Posts
			err := lucid.Load(t.Context(), db, users, UserPosts.With(func(q *lucid.Query[Post]) { q.Where("id", -1) }), UserProfile, rel)
			require.Error(t, err, name)
			assert.Equal(t, old, users[0].Posts, name)
			assert.False(t, UserProfile.Loaded(users[0]), name)
			assert.Nil(t, users[0].Profile, name)
		}
	})
}

// TestLoadMissing loads what is not there yet, of the rows that lack it.
func TestLoadMissing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		require.NoError(t, UserPosts.With(Published).Load(t.Context(), db, users[0]))
		require.NoError(t, UserProfile.Load(t.Context(), db, users...))
		db.sent.reset()

		require.NoError(t, lucid.LoadMissing(t.Context(), db, users, UserPosts, UserProfile))
		assert.Len(t, users[0].Posts, 2, "loaded before, with a scope")
		assert.Len(t, users[1].Posts, 2)
		assert.Equal(t, []string{"User.Posts"}, db.sent.paths())

		require.NoError(t, lucid.LoadMissing(t.Context(), db, users, UserPosts, UserProfile))
		assert.Len(t, db.sent.paths(), 1, "nothing is missing any more")
		assert.ErrorContains(t, lucid.LoadMissing(t.Context(), db, []*User{users[0], nil}, UserPosts), "row")
	})
}

// TestLoadWithoutKey: a row that was read without the relation's key, or that has none yet.
func TestLoadWithoutKey(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		partial, err := lucid.From[User](db).Select("email", "country_id").OrderBy("email").First(t.Context())
		require.NoError(t, err)
		noCountry, err := lucid.From[User](db).Select("id").Find(t.Context(), 1)
		require.NoError(t, err)
		noKey, err := lucid.From[Country](db).Select("name").OrderBy("name").First(t.Context())
		require.NoError(t, err)
		tests := []struct {
			name  string
			load  func() error
			kind  error
			names []string
		}{
			{"has one", func() error { return UserProfile.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Profile", `"id" of User`}},
			{"has many", func() error { return UserPosts.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Posts", `"id" of User`}},
			{"many to many", func() error { return UserSkills.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Skills", `"id" of User`}},
			{"belongs to", func() error { return UserCountry.Load(t.Context(), db, noCountry) }, lucid.ErrMissingKey, []string{"User.Country", `"country_id" of User`}},
			{"through", func() error { return CountryPosts.Load(t.Context(), db, noKey) }, lucid.ErrMissingKey, []string{"Country.Posts", `"id" of Country`}},
			{"one of several rows", func() error { return UserPosts.Load(t.Context(), db, noCountry, partial) }, lucid.ErrMissingKey, []string{"User.Posts"}},
			{"LoadMissing", func() error { return lucid.LoadMissing(t.Context(), db, []*User{partial}, UserPosts) }, lucid.ErrMissingKey, []string{"User.Posts"}},
			{"Query", func() error { _, err := UserPosts.Query(db, partial).All(t.Context()); return err }, lucid.ErrMissingKey, []string{"User.Posts", `"id" of User`}},
			{"unsaved, has one", func() error { return UserProfile.Load(t.Context(), db, &User{}) }, lucid.ErrNotPersisted, []string{"User.Profile"}},
			{"unsaved, has many", func() error { return UserPosts.Load(t.Context(), db, &User{Email: "new"}) }, lucid.ErrNotPersisted, []string{"User.Posts"}},
			{"unsaved, many to many", func() error { return UserSkills.Load(t.Context(), db, &User{}) }, lucid.ErrNotPersisted, []string{"User.Skills"}},
			{"unsaved, through", func() error { return CountryPosts.Load(t.Context(), db, &Country{}) }, lucid.ErrNotPersisted, []string{"Country.Posts"}},
		}
		db.sent.reset()
		for _, tt := range tests {
			err := tt.load()
			require.ErrorIs(t, err, tt.kind, tt.name)
			for _, part := range tt.names {
				assert.ErrorContains(t, err, part, tt.name)
			}
		}
		assert.Empty(t, db.sent.paths())
		require.NoError(t, UserCountry.Load(t.Context(), db, partial), "this key was read")
		assert.Equal(t, "Kenya", partial.Country.Name)
		require.NoError(t, UserPosts.Load(t.Context(), db, noCountry))
		assert.Len(t, noCountry.Posts, 3)
	})
}

// TestLoadCopies: a copy of a row is a row of its own.
func TestLoadCopies(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		u := allUsers(t, db)[0]
		copied := *u
		require.NoError(t, UserPosts.Load(t.Context(), db, &copied))
		require.NoError(t, UserLatestPosts.Load(t.Context(), db, &copied))
		assert.True(t, UserPosts.Loaded(&copied))
		assert.False(t, UserPosts.Loaded(u))
		assert.Nil(t, u.Posts)
		assert.False(t, UserLatestPosts.Loaded(u))

		require.NoError(t, UserPublished.Load(t.Context(), db, u))
		assert.False(t, UserPublished.Loaded(&copied))
		again := copied
		require.NoError(t, UserLatestPosts.With(Published).Load(t.Context(), db, &again))
		rows, err := UserLatestPosts.Get(&copied)
		require.NoError(t, err)
		assert.Len(t, rows, 3, "the copy's rows are as they were")
		rows, err = UserLatestPosts.Get(&again)
		require.NoError(t, err)
		assert.Len(t, rows, 2)
	})
}

// TestLoadTwice: a row given twice, and two rows with one key, all get their rows.
func TestLoadTwice(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		u := allUsers(t, db)[0]
		same := *u
		require.NoError(t, lucid.Load(t.Context(), db, []*User{u, u, &same}, UserPosts.With(func(q *lucid.Query[Post]) { q.OrderBy("id") }), UserSkills, UserProfile))
		for _, row := range []*User{u, &same} {
			assert.Equal(t, []int64{1, 2, 3}, postIDs(row.Posts))
			assert.Len(t, row.Skills, 2)
			assert.Equal(t, int64(1), row.Profile.ID)
		}
		u.Posts = append(u.Posts[:1], &Post{ID: 99})
		assert.Equal(t, []int64{1, 2, 3}, postIDs(same.Posts), "no array is shared")
	})
}

// TestLoadNothing: no rows and no relations send nothing; a nil row and a nil executor are mistakes.
func TestLoadNothing(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		fail := UserPosts.With(func(*lucid.Query[Post]) { t.Error("a scope ran") })
		require.NoError(t, fail.Load(t.Context(), db))
		require.NoError(t, lucid.Load(t.Context(), db, nil, fail))
		require.NoError(t, lucid.Load(t.Context(), db, []*User{}, fail))
		require.NoError(t, lucid.Load(t.Context(), db, users))
		require.NoError(t, lucid.LoadMissing(t.Context(), db, nil, fail))
		require.ErrorContains(t, fail.Load(t.Context(), db, users[0], nil), "row 1 is nil")
		require.ErrorContains(t, lucid.Load(t.Context(), nil, users, fail), "executor is nil")
		require.ErrorContains(t, lucid.Load(t.Context(), db, users, lucid.Relation[User](nil)), "relation is nil")
		assert.Empty(t, db.sent.paths())
	})
}
