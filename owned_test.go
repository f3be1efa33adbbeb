package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreateRelated: the parent once, only where it has to be, then the children together.
func TestCreateRelated(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		ann := allUsers(t, db)[0]
		post := &Post{Title: "new", UserID: 4}
		require.NoError(t, UserPosts.Create(ctx, db, ann, post))
		assert.Equal(t, []string{"User.Posts.Create"}, db.sent.paths(), "a clean parent is not written")
		assert.EqualValues(t, 1, post.UserID, "whatever stood there")
		assert.False(t, UserPosts.Loaded(ann), "a relation that was never loaded stays so")

		db.sent.reset()
		fresh := &User{Email: "fresh@example.com"}
		posts := []*Post{{Title: "a"}, {Title: "b"}, {Title: "c"}}
		require.NoError(t, UserPosts.CreateMany(ctx, db, fresh, posts...))
		assert.Equal(t, []string{"User.Save", "User.Posts.CreateMany"}, db.sent.paths())
		for i, p := range posts {
			assert.Equal(t, fresh.ID, p.UserID)
			if i > 0 {
				assert.Greater(t, p.ID, posts[i-1].ID)
			}
		}

		db.sent.reset()
		fresh.Email = "changed@example.com"
		require.NoError(t, UserProfile.Create(ctx, db, fresh, &Profile{Bio: "x"}))
		assert.Equal(t, []string{"User.Save", "User.Profile.Create"}, db.sent.paths(), "a parent's own changes are saved with it")

		db.sent.reset()
		nobody := &User{Email: "nobody@example.com"}
		require.NoError(t, UserPosts.CreateMany(ctx, db, nobody))
		require.NoError(t, UserPosts.SaveMany(ctx, db, nobody))
		assert.Empty(t, db.sent.paths(), "no children send nothing")
		assert.False(t, nobody.IsPersisted())
	})
}

// TestSaveRelated moves a child that is there, and inserts one that is not.
func TestSaveRelated(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		users := allUsers(t, db)
		post, err := lucid.From[Post](db).Find(ctx, 6)
		require.NoError(t, err)
		db.sent.reset()
		require.NoError(t, UserPosts.Save(ctx, db, users[0], post))
		assert.Equal(t, []string{"User.Posts.Save"}, db.sent.paths())
		assert.EqualValues(t, 1, post.UserID)
		require.NoError(t, UserPosts.Save(ctx, db, users[0], post))
		assert.Len(t, db.sent.paths(), 1, "it is there already")
		db.sent.reset()
		require.NoError(t, UserPosts.SaveMany(ctx, db, users[3], &Post{Title: "x"}, post, &Post{Title: "y"}))
		assert.Len(t, db.sent.of("User.Posts.SaveMany"), 2, "an update, and one insert")
		n, err := UserPosts.Query(db, users[3]).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)

		old, err := UserProfile.Query(db, users[0]).First(ctx)
		require.NoError(t, err)
		require.NoError(t, UserProfile.Save(ctx, db, users[0], &Profile{Bio: "second"}))
		n, err = lucid.From[Profile](db).Where("user_id", 1).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n, "an older row stays")
		assert.EqualValues(t, 1, old.ID)
	})
}

// TestLoadedFollows: what a write adds is in the loaded relation, which keeps its own array.
func TestLoadedFollows(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		ann, err := lucid.From[User](db).Preload(UserPosts, UserProfile, UserLatestPosts, UserSkills, UserCountry).Find(ctx, 1)
		require.NoError(t, err)
		copied := *ann
		post := &Post{Title: "new"}
		require.NoError(t, UserPosts.Create(ctx, db, ann, post))
		require.Len(t, ann.Posts, 4)
		assert.Same(t, post, ann.Posts[3])
		assert.Len(t, copied.Posts, 3, "a copy of the row is another row")
		require.NoError(t, UserPosts.Save(ctx, db, ann, post))
		assert.Len(t, ann.Posts, 4, "it is there already")
		require.NoError(t, UserLatestPosts.Create(ctx, db, ann, &Post{Title: "fieldless"}))
		latest, err := UserLatestPosts.Get(ann)
		require.NoError(t, err)
		assert.Len(t, latest, 4)

		profile := &Profile{Bio: "new"}
		require.NoError(t, UserProfile.Create(ctx, db, ann, profile))
		assert.Same(t, profile, ann.Profile)
		kenya := &Country{Name: "New"}
		require.NoError(t, UserCountry.Associate(ctx, db, ann, kenya))
		assert.Same(t, kenya, ann.Country)
		require.NoError(t, UserCountry.Dissociate(ctx, db, ann))
		assert.Nil(t, ann.Country)
		assert.True(t, UserCountry.Loaded(ann))

		skill := &Skill{Name: "zig"}
		require.NoError(t, UserSkills.Create(ctx, db, ann, skill, lucid.Values{"proficiency": "new"}))
		require.Len(t, ann.Skills, 3)
		assert.Same(t, skill, ann.Skills[2])

		found, err := UserPosts.FirstOrCreate(ctx, db, ann, lucid.Values{"title": "alpha"}, &Post{})
		require.NoError(t, err)
		assert.EqualValues(t, 1, found.ID)
		assert.Len(t, ann.Posts, 4)
		made, err := UserPosts.FirstOrCreate(ctx, db, ann, lucid.Values{"title": "made"}, &Post{})
		require.NoError(t, err)
		require.Len(t, ann.Posts, 5)
		assert.Same(t, made, ann.Posts[4])
	})
}

// TestOrCreateRelated looks among the parent's own rows only.
func TestOrCreateRelated(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		users := allUsers(t, db)
		zeta, err := UserPosts.FirstOrCreate(ctx, db, users[0], lucid.Values{"title": "zeta"}, &Post{Likes: 1})
		require.NoError(t, err)
		assert.NotEqual(t, int64(6), zeta.ID, "that of another parent does not count")
		assert.EqualValues(t, 1, zeta.UserID)

		any1, err := UserProfile.FirstOrCreate(ctx, db, users[1], lucid.Values{}, &Profile{Bio: "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 2, any1.ID, "an empty search is any row of the parent's, the first by key")
		made, err := UserProfile.FirstOrCreate(ctx, db, users[3], lucid.Values{}, &Profile{Bio: "x"})
		require.NoError(t, err)
		assert.EqualValues(t, 4, *made.UserID)
		changed, err := UserProfile.UpdateOrCreate(ctx, db, users[3], lucid.Values{}, &Profile{Bio: "y"})
		require.NoError(t, err)
		assert.Equal(t, []any{made.ID, "y", int64(4)}, []any{changed.ID, changed.Bio, *changed.UserID})

		rows, err := UserPosts.FetchOrCreateMany(ctx, db, users[0], []*Post{{Title: "delta"}, {Title: "alpha"}}, "title")
		require.NoError(t, err)
		assert.NotEqual(t, int64(4), rows[0].ID)
		assert.EqualValues(t, 1, rows[1].ID)
		rows, err = UserPosts.UpdateOrCreateMany(ctx, db, users[1], []*Post{{Title: "delta", Likes: 70}, {Title: "alpha", Likes: 71}}, "title")
		require.NoError(t, err)
		assert.EqualValues(t, 4, rows[0].ID)
		stored, err := lucid.From[Post](db).FindMany(ctx, 1, 4, rows[1].ID)
		require.NoError(t, err)
		assert.Equal(t, []int{10, 70, 71}, []int{stored[0].Likes, stored[1].Likes, stored[2].Likes})

		db.sent.reset()
		fresh := &User{Email: "fresh@example.com"}
		_, err = UserPosts.FirstOrCreate(ctx, db, fresh, lucid.Values{"titel": "x"}, &Post{})
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		_, err = UserPosts.FetchOrCreateMany(ctx, db, fresh, []*Post{{}})
		assert.ErrorContains(t, err, "no match columns")
		_, err = UserPosts.UpdateOrCreate(ctx, db, fresh, lucid.Values{"title": "x"}, nil)
		assert.ErrorContains(t, err, "row 0 is nil")
		none, err := UserPosts.FetchOrCreateMany(ctx, db, fresh, nil, "title")
		require.NoError(t, err)
		assert.Equal(t, []*Post{}, none)
		assert.Empty(t, db.sent.paths())
		assert.False(t, fresh.IsPersisted())
	})
}

// TestAssociate saves the owner where it is new, and the child with its key.
func TestAssociate(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		profile, user := &Profile{Bio: "x"}, &User{Email: "new@example.com"}
		require.NoError(t, ProfileUser.Associate(ctx, db, profile, user))
		assert.Equal(t, []string{"User.Save", "Profile.User.Associate"}, db.sent.paths())
		assert.Equal(t, user.ID, *profile.UserID)
		assert.False(t, ProfileUser.Loaded(profile))
		db.sent.reset()
		require.NoError(t, ProfileUser.Associate(ctx, db, profile, user))
		assert.Empty(t, db.sent.paths(), "it is associated already")
		require.NoError(t, ProfileUser.Dissociate(ctx, db, profile))
		assert.Equal(t, []string{"Profile.User.Dissociate"}, db.sent.paths())
		assert.Nil(t, profile.UserID)

		self := allUsers(t, db)
		require.NoError(t, UserParent.Associate(ctx, db, self[3], self[0]))
		assert.EqualValues(t, 1, self[3].ParentID.V)
		require.NoError(t, UserParent.Dissociate(ctx, db, self[3]))
		assert.False(t, self[3].ParentID.Valid)
	})
}

// TestRelationWriteMistakes come before any statement.
func TestRelationWriteMistakes(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ctx := t.Context()
		ann := allUsers(t, db)[0]
		post, err := lucid.From[Post](db).Find(ctx, 1)
		require.NoError(t, err)
		part, err := lucid.From[User](db).Select("email").Where("id", 1).First(ctx)
		require.NoError(t, err)
		db.sent.reset()
		fresh := &User{}
		tests := map[string]struct {
			err  error
			kind error
			want string
		}{
			"not nullable":      {PostAuthor.Dissociate(ctx, db, post), lucid.ErrNotNullable, `Post.Author: column "user_id" of Post cannot be NULL`},
			"no parent":         {UserPosts.Create(ctx, db, nil, &Post{}), lucid.ErrNotPersisted, "create User.Posts: the User is nil"},
			"no child":          {UserPosts.Create(ctx, db, ann, nil), nil, "create User.Posts: row 0 is nil"},
			"a child twice":     {UserPosts.SaveMany(ctx, db, ann, post, post), nil, "row 1 is there twice"},
			"no owner":          {PostAuthor.Associate(ctx, db, post, nil), nil, "associate Post.Author: row 0 is nil"},
			"no executor":       {UserPosts.Create(ctx, nil, ann, &Post{}), nil, "the executor is nil"},
			"a parent in part":  {UserPosts.Create(ctx, db, part, &Post{}), lucid.ErrMissingKey, `add column "id" of User to Select`},
			"attach of a new":   {UserSkills.Attach(ctx, db, fresh, 1), lucid.ErrNotPersisted, "attach User.Skills: the User is not in the database"},
			"detach of a new":   {UserSkills.Detach(ctx, db, fresh, 1), lucid.ErrNotPersisted, "User.Skills"},
			"attach a slice":    {UserSkills.Attach(ctx, db, ann, []int{1, 2}), nil, "it is a []int: pass the ids one by one"},
			"attach nil":        {UserSkills.Attach(ctx, db, ann, nil), lucid.ErrMissingKey, "attach User.Skills: id 0: it is nil"},
			"attach a stranger": {UserSkills.Attach(ctx, db, ann, post), nil, "it is a *lucid_test.Post: pass a *Skill or its key"},
			"attach an unsaved": {UserSkills.Attach(ctx, db, ann, &Skill{}), lucid.ErrNotPersisted, "the Skill is not in the database"},
			"attach a word":     {UserSkills.Attach(ctx, db, ann, "go"), nil, `key "id"`},
			"attach a key":      {UserSkills.Attach(ctx, db, ann, lucid.Key{1, 2}), lucid.ErrMissingKey, "the key has 1 columns (id) and the id 2"},
			"a key as a value":  {UserSkills.Attach(ctx, db, ann, lucid.Pivot{ID: 1, Values: lucid.Values{"user_id": 2}}), nil, `"user_id" is a key of the pivot table`},
			"values of others":  {UserSkills.CreateMany(ctx, db, ann, []*Skill{{}, {}}, nil), nil, "2 rows and the values of 1 pivot rows"},
			"no values":         {UserSkills.UpdatePivot(ctx, db, ann, 1, nil), nil, "update pivot User.Skills: no values"},
		}
		for name, tt := range tests {
			require.Error(t, tt.err, name)
			assert.Contains(t, tt.err.Error(), tt.want, name)
			if tt.kind != nil {
				assert.ErrorIs(t, tt.err, tt.kind, name)
			}
		}
		assert.Empty(t, db.sent.paths())
		_, err = UserSkills.PivotQuery(db, fresh).All(ctx)
		assert.ErrorIs(t, err, lucid.ErrNotPersisted)
		err = (&lucid.HasMany[User, Post]{}).Create(ctx, db, ann, &Post{})
		assert.ErrorContains(t, err, "before it is registered")
		assert.Empty(t, db.sent.paths())
	})
}
