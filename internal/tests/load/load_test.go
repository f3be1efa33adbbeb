package load_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLoad: relations of rows that the program holds, in one statement each.
func TestLoad(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		byID := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") })
		require.NoError(t, lucid.Load(t.Context(), db, users, byID.Preload(app.PostComments), app.UserProfile, app.UserCountry, app.UserSkills))
		assert.Equal(t, []int64{1, 2, 3}, app.PostIDs(users[0].Posts))
		assert.Len(t, users[0].Posts[0].Comments, 2)
		assert.Equal(t, int64(2), users[1].Profile.ID)
		assert.Equal(t, "Japan", users[2].Country.Name)
		assert.Empty(t, users[3].Skills)
		assert.ElementsMatch(t, []string{"User.Posts", "User.Posts.Comments", "User.Profile", "User.Country", "User.Skills"}, db.Sent.Paths())
	})
}

// TestLoadReplaces what was loaded, rows and scope.
func TestLoadReplaces(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, app.UserPosts.Load(t.Context(), db, users...))
		require.NoError(t, app.UserPosts.With(app.Published).Load(t.Context(), db, users[0]))
		assert.Len(t, users[0].Posts, 2)
		assert.Len(t, users[1].Posts, 2, "not loaded again")
		old := users[0].Posts
		require.NoError(t, app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("id", -1) }).Load(t.Context(), db, users[0]))
		assert.NotNil(t, users[0].Posts)
		assert.Empty(t, users[0].Posts)
		assert.Len(t, old, 2, "who kept the old rows has them")
		require.NoError(t, app.UserProfile.Load(t.Context(), db, users[0]))
		require.NoError(t, app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Where("id", -1) }).Load(t.Context(), db, users[0]))
		assert.Nil(t, users[0].Profile)
	})
}

// TestLoadReplacesNothingOnError: neither the relation that fails nor its siblings.
func TestLoadReplacesNothingOnError(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		failing := map[string]lucid.Relation[app.User]{
			"an unknown column": app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Where("nam", "go") }),
			"the database":      app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.WhereRaw("no_such_column = 1") }),
			"a nested relation": app.UserCountry.Preload(app.CountryUsers.With(func(q *lucid.Query[app.User]) { q.WhereRaw("no_such_column = 1") })),
		}
		for name, rel := range failing {
			users := app.AllUsers(t, db)
			require.NoError(t, app.UserPosts.Load(t.Context(), db, users...))
			old := users[0].Posts
			err := lucid.Load(t.Context(), db, users, app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("id", -1) }), app.UserProfile, rel)
			require.Error(t, err, name)
			assert.Equal(t, old, users[0].Posts, name)
			assert.False(t, app.UserProfile.Loaded(users[0]), name)
			assert.Nil(t, users[0].Profile, name)
		}
	})
}

// TestLoadMissing loads what is not there yet, of the rows that lack it.
func TestLoadMissing(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, app.UserPosts.With(app.Published).Load(t.Context(), db, users[0]))
		require.NoError(t, app.UserProfile.Load(t.Context(), db, users...))
		db.Sent.Reset()

		require.NoError(t, lucid.LoadMissing(t.Context(), db, users, app.UserPosts, app.UserProfile))
		assert.Len(t, users[0].Posts, 2, "loaded before, with a scope")
		assert.Len(t, users[1].Posts, 2)
		assert.Equal(t, []string{"User.Posts"}, db.Sent.Paths())

		require.NoError(t, lucid.LoadMissing(t.Context(), db, users, app.UserPosts, app.UserProfile))
		assert.Len(t, db.Sent.Paths(), 1, "nothing is missing any more")
		assert.ErrorContains(t, lucid.LoadMissing(t.Context(), db, []*app.User{users[0], nil}, app.UserPosts), "row")
	})
}

// TestLoadWithoutKey: a row that was read without the relation's key, or that has none yet.
func TestLoadWithoutKey(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		partial, err := lucid.From[app.User](db).Select("email", "country_id").OrderBy("email").First(t.Context())
		require.NoError(t, err)
		noCountry, err := lucid.From[app.User](db).Select("id").Find(t.Context(), 1)
		require.NoError(t, err)
		noKey, err := lucid.From[app.Country](db).Select("name").OrderBy("name").First(t.Context())
		require.NoError(t, err)
		tests := []struct {
			name  string
			load  func() error
			kind  error
			names []string
		}{
			{"has one", func() error { return app.UserProfile.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Profile", `"id" of User`}},
			{"has many", func() error { return app.UserPosts.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Posts", `"id" of User`}},
			{"many to many", func() error { return app.UserSkills.Load(t.Context(), db, partial) }, lucid.ErrMissingKey, []string{"User.Skills", `"id" of User`}},
			{"belongs to", func() error { return app.UserCountry.Load(t.Context(), db, noCountry) }, lucid.ErrMissingKey, []string{"User.Country", `"country_id" of User`}},
			{"through", func() error { return app.CountryPosts.Load(t.Context(), db, noKey) }, lucid.ErrMissingKey, []string{"Country.Posts", `"id" of Country`}},
			{"one of several rows", func() error { return app.UserPosts.Load(t.Context(), db, noCountry, partial) }, lucid.ErrMissingKey, []string{"User.Posts"}},
			{"LoadMissing", func() error { return lucid.LoadMissing(t.Context(), db, []*app.User{partial}, app.UserPosts) }, lucid.ErrMissingKey, []string{"User.Posts"}},
			{"Query", func() error { _, err := app.UserPosts.Query(db, partial).All(t.Context()); return err }, lucid.ErrMissingKey, []string{"User.Posts", `"id" of User`}},
			{"unsaved, has one", func() error { return app.UserProfile.Load(t.Context(), db, &app.User{}) }, lucid.ErrNotPersisted, []string{"User.Profile"}},
			{"unsaved, has many", func() error { return app.UserPosts.Load(t.Context(), db, &app.User{Email: "new"}) }, lucid.ErrNotPersisted, []string{"User.Posts"}},
			{"unsaved, many to many", func() error { return app.UserSkills.Load(t.Context(), db, &app.User{}) }, lucid.ErrNotPersisted, []string{"User.Skills"}},
			{"unsaved, through", func() error { return app.CountryPosts.Load(t.Context(), db, &app.Country{}) }, lucid.ErrNotPersisted, []string{"Country.Posts"}},
		}
		db.Sent.Reset()
		for _, tt := range tests {
			err := tt.load()
			require.ErrorIs(t, err, tt.kind, tt.name)
			for _, part := range tt.names {
				assert.ErrorContains(t, err, part, tt.name)
			}
		}
		assert.Empty(t, db.Sent.Paths())
		require.NoError(t, app.UserCountry.Load(t.Context(), db, partial), "this key was read")
		assert.Equal(t, "Kenya", partial.Country.Name)
		require.NoError(t, app.UserPosts.Load(t.Context(), db, noCountry))
		assert.Len(t, noCountry.Posts, 3)
	})
}

// TestLoadCopies: a copy of a row is a row of its own.
func TestLoadCopies(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u := app.AllUsers(t, db)[0]
		copied := *u
		require.NoError(t, app.UserPosts.Load(t.Context(), db, &copied))
		require.NoError(t, app.UserLatestPosts.Load(t.Context(), db, &copied))
		assert.True(t, app.UserPosts.Loaded(&copied))
		assert.False(t, app.UserPosts.Loaded(u))
		assert.Nil(t, u.Posts)
		assert.False(t, app.UserLatestPosts.Loaded(u))

		require.NoError(t, app.UserPublished.Load(t.Context(), db, u))
		assert.False(t, app.UserPublished.Loaded(&copied))
		again := copied
		require.NoError(t, app.UserLatestPosts.With(app.Published).Load(t.Context(), db, &again))
		rows, err := app.UserLatestPosts.Get(&copied)
		require.NoError(t, err)
		assert.Len(t, rows, 3, "the copy's rows are as they were")
		rows, err = app.UserLatestPosts.Get(&again)
		require.NoError(t, err)
		assert.Len(t, rows, 2)
	})
}

// TestLoadTwice: a row given twice, and two rows with one key, all get their rows.
func TestLoadTwice(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u := app.AllUsers(t, db)[0]
		same := *u
		require.NoError(t, lucid.Load(t.Context(), db, []*app.User{u, u, &same}, app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") }), app.UserSkills, app.UserProfile))
		for _, row := range []*app.User{u, &same} {
			assert.Equal(t, []int64{1, 2, 3}, app.PostIDs(row.Posts))
			assert.Len(t, row.Skills, 2)
			assert.Equal(t, int64(1), row.Profile.ID)
		}
		u.Posts = append(u.Posts[:1], &app.Post{ID: 99})
		assert.Equal(t, []int64{1, 2, 3}, app.PostIDs(same.Posts), "no array is shared")
	})
}

// TestLoadNothing: no rows and no relations send nothing; a nil row and a nil executor are mistakes.
func TestLoadNothing(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		fail := app.UserPosts.With(func(*lucid.Query[app.Post]) { t.Error("a scope ran") })
		require.NoError(t, fail.Load(t.Context(), db))
		require.NoError(t, lucid.Load(t.Context(), db, nil, fail))
		require.NoError(t, lucid.Load(t.Context(), db, []*app.User{}, fail))
		require.NoError(t, lucid.Load(t.Context(), db, users))
		require.NoError(t, lucid.LoadMissing(t.Context(), db, nil, fail))
		require.ErrorContains(t, fail.Load(t.Context(), db, users[0], nil), "row 1 is nil")
		require.ErrorContains(t, lucid.Load(t.Context(), nil, users, fail), "executor is nil")
		require.ErrorContains(t, lucid.Load(t.Context(), db, users, lucid.Relation[app.User](nil)), "relation is nil")
		assert.Empty(t, db.Sent.Paths())
	})
}
