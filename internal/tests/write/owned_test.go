package write_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreateRelated: the parent once, only where it has to be, then the children together.
func TestCreateRelated(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		ann := app.AllUsers(t, db)[0]
		post := &app.Post{Title: "new", UserID: 4}
		require.NoError(t, app.UserPosts.Create(ctx, db, ann, post))
		assert.Equal(t, []string{"User.Posts.Create"}, db.Sent.Paths(), "a clean parent is not written")
		assert.EqualValues(t, 1, post.UserID, "whatever stood there")
		assert.False(t, app.UserPosts.Loaded(ann), "a relation that was never loaded stays so")

		db.Sent.Reset()
		fresh := &app.User{Email: "fresh@example.com"}
		posts := []*app.Post{{Title: "a"}, {Title: "b"}, {Title: "c"}}
		require.NoError(t, app.UserPosts.CreateMany(ctx, db, fresh, posts...))
		assert.Equal(t, []string{"User.Save", "User.Posts.CreateMany"}, db.Sent.Paths())
		for i, p := range posts {
			assert.Equal(t, fresh.ID, p.UserID)
			if i > 0 {
				assert.Greater(t, p.ID, posts[i-1].ID)
			}
		}

		db.Sent.Reset()
		fresh.Email = "changed@example.com"
		require.NoError(t, app.UserProfile.Create(ctx, db, fresh, &app.Profile{Bio: "x"}))
		assert.Equal(t, []string{"User.Save", "User.Profile.Create"}, db.Sent.Paths(), "a parent's own changes are saved with it")

		db.Sent.Reset()
		nobody := &app.User{Email: "nobody@example.com"}
		require.NoError(t, app.UserPosts.CreateMany(ctx, db, nobody))
		require.NoError(t, app.UserPosts.SaveMany(ctx, db, nobody))
		assert.Empty(t, db.Sent.Paths(), "no children send nothing")
		assert.False(t, nobody.IsPersisted())
	})
}

// TestSaveRelated moves a child that is there, and inserts one that is not.
func TestSaveRelated(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		users := app.AllUsers(t, db)
		post, err := lucid.From[app.Post](db).Find(ctx, 6)
		require.NoError(t, err)
		db.Sent.Reset()
		require.NoError(t, app.UserPosts.Save(ctx, db, users[0], post))
		assert.Equal(t, []string{"User.Posts.Save"}, db.Sent.Paths())
		assert.EqualValues(t, 1, post.UserID)
		require.NoError(t, app.UserPosts.Save(ctx, db, users[0], post))
		assert.Len(t, db.Sent.Paths(), 1, "it is there already")
		db.Sent.Reset()
		require.NoError(t, app.UserPosts.SaveMany(ctx, db, users[3], &app.Post{Title: "x"}, post, &app.Post{Title: "y"}))
		assert.Len(t, db.Sent.Of("User.Posts.SaveMany"), 2, "an update, and one insert")
		n, err := app.UserPosts.Query(db, users[3]).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)

		old, err := app.UserProfile.Query(db, users[0]).First(ctx)
		require.NoError(t, err)
		require.NoError(t, app.UserProfile.Save(ctx, db, users[0], &app.Profile{Bio: "second"}))
		n, err = lucid.From[app.Profile](db).Where("user_id", 1).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n, "an older row stays")
		assert.EqualValues(t, 1, old.ID)
	})
}

// TestLoadedFollows: what a write adds is in the loaded relation, which keeps its own array.
func TestLoadedFollows(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		ann, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserProfile, app.UserLatestPosts, app.UserSkills, app.UserCountry).Find(ctx, 1)
		require.NoError(t, err)
		copied := *ann
		post := &app.Post{Title: "new"}
		require.NoError(t, app.UserPosts.Create(ctx, db, ann, post))
		require.Len(t, ann.Posts, 4)
		assert.Same(t, post, ann.Posts[3])
		assert.Len(t, copied.Posts, 3, "a copy of the row is another row")
		require.NoError(t, app.UserPosts.Save(ctx, db, ann, post))
		assert.Len(t, ann.Posts, 4, "it is there already")
		require.NoError(t, app.UserLatestPosts.Create(ctx, db, ann, &app.Post{Title: "fieldless"}))
		latest, err := app.UserLatestPosts.Get(ann)
		require.NoError(t, err)
		assert.Len(t, latest, 4)

		profile := &app.Profile{Bio: "new"}
		require.NoError(t, app.UserProfile.Create(ctx, db, ann, profile))
		assert.Same(t, profile, ann.Profile)
		kenya := &app.Country{Name: "New"}
		require.NoError(t, app.UserCountry.Associate(ctx, db, ann, kenya))
		assert.Same(t, kenya, ann.Country)
		require.NoError(t, app.UserCountry.Dissociate(ctx, db, ann))
		assert.Nil(t, ann.Country)
		assert.True(t, app.UserCountry.Loaded(ann))

		skill := &app.Skill{Name: "zig"}
		require.NoError(t, app.UserSkills.Create(ctx, db, ann, skill, lucid.Values{"proficiency": "new"}))
		require.Len(t, ann.Skills, 3)
		assert.Same(t, skill, ann.Skills[2])

		found, err := app.UserPosts.FirstOrCreate(ctx, db, ann, lucid.Values{"title": "alpha"}, &app.Post{})
		require.NoError(t, err)
		assert.EqualValues(t, 1, found.ID)
		assert.Len(t, ann.Posts, 4)
		made, err := app.UserPosts.FirstOrCreate(ctx, db, ann, lucid.Values{"title": "made"}, &app.Post{})
		require.NoError(t, err)
		require.Len(t, ann.Posts, 5)
		assert.Same(t, made, ann.Posts[4])
	})
}

// TestOrCreateRelated looks among the parent's own rows only.
func TestOrCreateRelated(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		users := app.AllUsers(t, db)
		zeta, err := app.UserPosts.FirstOrCreate(ctx, db, users[0], lucid.Values{"title": "zeta"}, &app.Post{Likes: 1})
		require.NoError(t, err)
		assert.NotEqual(t, int64(6), zeta.ID, "that of another parent does not count")
		assert.EqualValues(t, 1, zeta.UserID)

		any1, err := app.UserProfile.FirstOrCreate(ctx, db, users[1], lucid.Values{}, &app.Profile{Bio: "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 2, any1.ID, "an empty search is any row of the parent's, the first by key")
		made, err := app.UserProfile.FirstOrCreate(ctx, db, users[3], lucid.Values{}, &app.Profile{Bio: "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 4, *made.UserID)
		changed, err := app.UserProfile.UpdateOrCreate(ctx, db, users[3], lucid.Values{}, &app.Profile{Bio: "y"})
		require.NoError(t, err)
		assert.Equal(t, []any{made.ID, "y", int64(4)}, []any{changed.ID, changed.Bio, *changed.UserID})

		rows, err := app.UserPosts.FetchOrCreateMany(ctx, db, users[0], []*app.Post{{Title: "delta"}, {Title: "alpha"}}, "title")
		require.NoError(t, err)
		assert.NotEqual(t, int64(4), rows[0].ID)
		assert.EqualValues(t, 1, rows[1].ID)
		rows, err = app.UserPosts.UpdateOrCreateMany(ctx, db, users[1], []*app.Post{{Title: "delta", Likes: 70}, {Title: "alpha", Likes: 71}}, "title")
		require.NoError(t, err)
		assert.EqualValues(t, 4, rows[0].ID)
		stored, err := lucid.From[app.Post](db).FindMany(ctx, 1, 4, rows[1].ID)
		require.NoError(t, err)
		assert.Equal(t, []int{10, 70, 71}, []int{stored[0].Likes, stored[1].Likes, stored[2].Likes})

		db.Sent.Reset()
		fresh := &app.User{Email: "fresh@example.com"}
		_, err = app.UserPosts.FirstOrCreate(ctx, db, fresh, lucid.Values{"titel": "x"}, &app.Post{})
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		_, err = app.UserPosts.FetchOrCreateMany(ctx, db, fresh, []*app.Post{{}})
		assert.ErrorContains(t, err, "no match columns")
		_, err = app.UserPosts.UpdateOrCreate(ctx, db, fresh, lucid.Values{"title": "x"}, nil)
		assert.ErrorContains(t, err, "row 0 is nil")
		none, err := app.UserPosts.FetchOrCreateMany(ctx, db, fresh, nil, "title")
		require.NoError(t, err)
		assert.Equal(t, []*app.Post{}, none)
		assert.Empty(t, db.Sent.Paths())
		assert.False(t, fresh.IsPersisted())
	})
}

// TestAssociate saves the owner where it is new, and the child with its key.
func TestAssociate(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		profile, user := &app.Profile{Bio: "x"}, &app.User{Email: "new@example.com"}
		require.NoError(t, app.ProfileUser.Associate(ctx, db, profile, user))
		assert.Equal(t, []string{"User.Save", "Profile.User.Associate"}, db.Sent.Paths())
		assert.Equal(t, user.ID, *profile.UserID)
		assert.False(t, app.ProfileUser.Loaded(profile))
		db.Sent.Reset()
		require.NoError(t, app.ProfileUser.Associate(ctx, db, profile, user))
		assert.Empty(t, db.Sent.Paths(), "it is associated already")
		require.NoError(t, app.ProfileUser.Dissociate(ctx, db, profile))
		assert.Equal(t, []string{"Profile.User.Dissociate"}, db.Sent.Paths())
		assert.Nil(t, profile.UserID)

		self := app.AllUsers(t, db)
		require.NoError(t, app.UserParent.Associate(ctx, db, self[3], self[0]))
		assert.EqualValues(t, 1, self[3].ParentID.V)
		require.NoError(t, app.UserParent.Dissociate(ctx, db, self[3]))
		assert.False(t, self[3].ParentID.Valid)
	})
}

// TestRelationWriteMistakes come before any statement.
func TestRelationWriteMistakes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		ann := app.AllUsers(t, db)[0]
		post, err := lucid.From[app.Post](db).Find(ctx, 1)
		require.NoError(t, err)
		part, err := lucid.From[app.User](db).Select("email").Where("id", 1).First(ctx)
		require.NoError(t, err)
		db.Sent.Reset()
		fresh := &app.User{}
		tests := map[string]struct {
			err  error
			kind error
			want string
		}{
			"not nullable":      {app.PostAuthor.Dissociate(ctx, db, post), lucid.ErrNotNullable, `Post.Author: column "user_id" of Post cannot be NULL`},
			"no parent":         {app.UserPosts.Create(ctx, db, nil, &app.Post{}), lucid.ErrNotPersisted, "create User.Posts: the User is nil"},
			"no child":          {app.UserPosts.Create(ctx, db, ann, nil), nil, "create User.Posts: row 0 is nil"},
			"a child twice":     {app.UserPosts.SaveMany(ctx, db, ann, post, post), nil, "row 1 is there twice"},
			"no owner":          {app.PostAuthor.Associate(ctx, db, post, nil), nil, "associate Post.Author: row 0 is nil"},
			"no executor":       {app.UserPosts.Create(ctx, nil, ann, &app.Post{}), nil, "the executor is nil"},
			"a parent in part":  {app.UserPosts.Create(ctx, db, part, &app.Post{}), lucid.ErrMissingKey, `add column "id" of User to Select`},
			"attach of a new":   {app.UserSkills.Attach(ctx, db, fresh, 1), lucid.ErrNotPersisted, "attach User.Skills: the User is not in the database"},
			"detach of a new":   {app.UserSkills.Detach(ctx, db, fresh, 1), lucid.ErrNotPersisted, "User.Skills"},
			"attach a slice":    {app.UserSkills.Attach(ctx, db, ann, []int{1, 2}), nil, "it is a []int: pass the ids one by one"},
			"attach nil":        {app.UserSkills.Attach(ctx, db, ann, nil), lucid.ErrMissingKey, "attach User.Skills: id 0: it is nil"},
			"attach a stranger": {app.UserSkills.Attach(ctx, db, ann, post), nil, "it is a *app.Post: pass a *Skill or its key"},
			"attach an unsaved": {app.UserSkills.Attach(ctx, db, ann, &app.Skill{}), lucid.ErrNotPersisted, "the Skill is not in the database"},
			"attach a word":     {app.UserSkills.Attach(ctx, db, ann, "go"), nil, `key "id"`},
			"attach a key":      {app.UserSkills.Attach(ctx, db, ann, lucid.Key{1, 2}), lucid.ErrMissingKey, "the key has 1 columns (id) and the id 2"},
			"a key as a value":  {app.UserSkills.Attach(ctx, db, ann, lucid.Pivot{ID: 1, Values: lucid.Values{"user_id": 2}}), nil, `"user_id" is a key of the pivot table`},
			"values of others":  {app.UserSkills.CreateMany(ctx, db, ann, []*app.Skill{{}, {}}, nil), nil, "2 rows and the values of 1 pivot rows"},
			"no values":         {app.UserSkills.UpdatePivot(ctx, db, ann, 1, nil), nil, "update pivot User.Skills: no values"},
		}
		for name, tt := range tests {
			require.Error(t, tt.err, name)
			assert.Contains(t, tt.err.Error(), tt.want, name)
			if tt.kind != nil {
				assert.ErrorIs(t, tt.err, tt.kind, name)
			}
		}
		assert.Empty(t, db.Sent.Paths())
		_, err = app.UserSkills.PivotQuery(db, fresh).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrNotPersisted)
		err = (&lucid.HasMany[app.User, app.Post]{}).Create(ctx, db, ann, &app.Post{})
		assert.ErrorContains(t, err, "before it is registered")
		assert.Empty(t, db.Sent.Paths())
	})
}
