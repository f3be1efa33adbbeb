package lucid_test

import (
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLucid is the library as the guide tells it, a step at a time, on every database. The models are those of
// internal/tests/app and the rows those of its Seed. What each step leaves out is in the areas of internal/tests.
func TestLucid(t *testing.T) {
	steps := []struct {
		name string
		run  func(t *testing.T, db *app.DB)
	}{
		{"find a row by its key", find},
		{"ask with conditions", where},
		{"preload each kind of relation", preload},
		{"nest, scope and limit what is preloaded", preloadNested},
		{"ask for rows by what they are related to", has},
		{"count related rows", counts},
		{"read in pages", pages},
		{"create, save and delete", write},
		{"write through relations", writeRelated},
		{"roll a transaction back", rollBack},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) { app.Each(t, step.run) })
	}
}

func find(t *testing.T, db *app.DB) {
	post, err := lucid.From[Post](db).Find(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, "gamma", post.Title)
	assert.True(t, post.IsPersisted())

	_, err = lucid.From[Post](db).Find(t.Context(), 99)
	require.ErrorIs(t, err, lucid.ErrNotFound)
}

func where(t *testing.T, db *app.DB) {
	for name, tt := range map[string]struct {
		query *lucid.Query[Post]
		want  []int64
	}{
		"all of them":       {lucid.From[Post](db).OrderByDesc("id").Limit(2), []int64{6, 5}},
		"names and values":  {lucid.From[Post](db).Where("published", true).Where("likes", ">", 5).OrderBy("id"), []int64{1, 3}},
		"either":            {lucid.From[Post](db).Where("title", "beta").OrWhere("likes", "<", 2).OrderBy("id"), []int64{2, 6}},
		"a list":            {lucid.From[Post](db).WhereIn("user_id", []int64{2, 3}).OrderBy("id"), []int64{4, 5, 6}},
		"no value":          {lucid.From[Post](db).WhereNull("created_at"), []int64{3}},
		"typed columns":     {lucid.From[Post](db).Filter(lucid.Or(PostLikes.Gt(9), PostTitle.Eq("zeta"))).OrderBy("id"), []int64{1, 6}},
		"a scope of a name": {lucid.From[Post](db).Apply(Published).OrderByDesc("likes").Limit(1), []int64{1}},
	} {
		posts, err := tt.query.All(t.Context())
		require.NoError(t, err, name)
		assert.Equal(t, tt.want, app.PostIDs(posts), name)
	}

	_, err := lucid.From[Post](db).Where("titel", "alpha").All(t.Context())
	assert.EqualError(t, err, `lucid: Post has no column "titel": did you mean "title"?`)
}

func preload(t *testing.T, db *app.DB) {
	users, err := lucid.From[User](db).Preload(UserCountry, UserProfile, UserPosts, UserSkills).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	bob, dee := users[1], users[3]
	assert.Equal(t, "Kenya", bob.Country.Name, "belongs to")
	assert.Equal(t, "about bob", bob.Profile.Bio, "has one")
	assert.Equal(t, []int64{4, 5}, app.SortedIDs(app.PostIDs(bob.Posts)), "has many")
	assert.Equal(t, []int64{2}, app.SkillIDs(bob.Skills), "many to many")
	proficiency, err := lucid.Extra[string](bob.Skills[0], "pivot_proficiency")
	require.NoError(t, err)
	assert.Equal(t, "expert", proficiency, "a column of the pivot table")
	assert.Nil(t, dee.Country)
	assert.Empty(t, dee.Posts)
	assert.Len(t, db.Sent.Paths(), 5, "one statement for the users and one for each relation")

	kenya, err := lucid.From[Country](db).Preload(CountryPosts, CountryProfile).First(t.Context())
	require.NoError(t, err)
	assert.Len(t, kenya.Posts, 5, "has many through")
	assert.Equal(t, "about ann", kenya.Profile.Bio, "has one through")

	ann, err := lucid.From[User](db).Find(t.Context(), 1)
	require.NoError(t, err)
	require.NoError(t, UserPosts.Load(t.Context(), db, ann))
	assert.Len(t, ann.Posts, 3, "loaded later")
}

func preloadNested(t *testing.T, db *app.DB) {
	latest := UserPosts.With(func(q *lucid.Query[Post]) { q.OrderByDesc("id").GroupLimit(1).Preload(PostComments) })
	users, err := lucid.From[User](db).Preload(latest, UserChildren.Preload(UserPosts.With(Published))).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	for i, want := range [][]int64{{3}, {5}, {6}, {}} {
		assert.Equal(t, want, app.PostIDs(users[i].Posts), "the latest of user %d", i+1)
	}
	assert.NotNil(t, users[0].Posts[0].Comments, "loaded, and there are none")
	assert.Equal(t, []int64{4}, app.PostIDs(users[0].Children[0].Posts))
}

func has(t *testing.T, db *app.DB) {
	for name, tt := range map[string]struct {
		query *lucid.Query[User]
		want  []int64
	}{
		"has":            {lucid.From[User](db).Has(UserPosts), []int64{1, 2, 3}},
		"has, with":      {lucid.From[User](db).Has(UserPosts.With(func(q *lucid.Query[Post]) { q.Where("likes", ">", 7) })), []int64{1, 2}},
		"has, so many":   {lucid.From[User](db).Has(UserPosts, lucid.Count(">=", 3)), []int64{1}},
		"doesn't have":   {lucid.From[User](db).DoesntHave(UserPosts), []int64{4}},
		"any, by column": {lucid.From[User](db).Filter(UserPosts.Any(PostTitle.Eq("epsilon"))), []int64{2}},
		"nested":         {lucid.From[User](db).Filter(UserChildren.Any(UserPosts.Any())), []int64{1, 2}},
	} {
		users, err := tt.query.OrderBy("id").All(t.Context())
		require.NoError(t, err, name)
		assert.Equal(t, tt.want, app.UserIDs(users), name)
	}
}

func counts(t *testing.T, db *app.DB) {
	users, err := lucid.From[User](db).
		WithCount(UserPosts, UserPosts.With(Published).As("published")).
		WithAggregate(UserPosts.Max("likes").As("best")).
		OrderByDesc("posts_count").All(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"posts_count": int64(3), "published": int64(2), "best": int64(10)}, users[0].Extras())
	assert.Equal(t, map[string]any{"posts_count": int64(0), "published": int64(0), "best": nil}, users[3].Extras())

	n, err := lucid.From[Post](db).Apply(Published).Count(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 4, n)
}

func pages(t *testing.T, db *app.DB) {
	page, err := lucid.From[Post](db).OrderBy("id").Paginate(t.Context(), 2, 4)
	require.NoError(t, err)
	assert.Equal(t, []int64{5, 6}, app.PostIDs(page.Data))
	assert.EqualValues(t, 6, page.Total)
	assert.Equal(t, 2, page.LastPage)

	first, err := lucid.From[Post](db).OrderByDesc("likes").CursorPaginate(t.Context(), "", 4)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 5, 3, 2}, app.PostIDs(first.Data))
	last, err := lucid.From[Post](db).OrderByDesc("likes").CursorPaginate(t.Context(), first.Next, 4)
	require.NoError(t, err)
	assert.Equal(t, []int64{4, 6}, app.PostIDs(last.Data))
	assert.Empty(t, last.Next)
}

func write(t *testing.T, db *app.DB) {
	post := &Post{UserID: 4, Title: "eta"}
	require.NoError(t, lucid.Create(t.Context(), db, post))
	assert.Positive(t, post.ID, "the database made the key")

	post.Likes = 2
	assert.Equal(t, []string{"likes"}, lucid.Changed(post))
	require.NoError(t, lucid.Save(t.Context(), db, post))
	assert.Empty(t, lucid.Changed(post))
	n, err := lucid.From[Post](db).Where("likes", "<", 3).Update(t.Context(), lucid.Values{"published": false})
	require.NoError(t, err)
	assert.EqualValues(t, 2, n, "eta and zeta")

	require.NoError(t, lucid.Delete(t.Context(), db, post))
	assert.False(t, post.IsPersisted())
	_, err = lucid.From[Post](db).Find(t.Context(), post.ID)
	assert.ErrorIs(t, err, lucid.ErrNotFound)
}

func writeRelated(t *testing.T, db *app.DB) {
	ctx := t.Context()
	users := app.AllUsers(t, db)
	ann, dee := users[0], users[3]

	post := &Post{Title: "eta"}
	require.NoError(t, UserPosts.Create(ctx, db, dee, post))
	assert.Equal(t, dee.ID, post.UserID)
	require.NoError(t, PostAuthor.Associate(ctx, db, post, ann))
	assert.Equal(t, ann.ID, post.UserID)

	require.NoError(t, UserSkills.Attach(ctx, db, dee, 1, lucid.Pivot{ID: 2, Values: lucid.Values{"proficiency": "novice"}}))
	result, err := UserSkills.Sync(ctx, db, dee, 2, 3)
	require.NoError(t, err)
	assert.Len(t, result.Attached, 1)
	assert.Len(t, result.Detached, 1)
	require.NoError(t, UserSkills.Load(ctx, db, dee))
	assert.Equal(t, []int64{2, 3}, app.SortedIDs(app.SkillIDs(dee.Skills)))
}

func rollBack(t *testing.T, db *app.DB) {
	changedMyMind := errors.New("changed my mind")
	err := db.Transaction(t.Context(), func(tx *lucid.Tx) error {
		return errors.Join(lucid.Create(t.Context(), tx, &Skill{Name: "zig"}), changedMyMind)
	})
	require.ErrorIs(t, err, changedMyMind)
	require.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
		return lucid.Create(t.Context(), tx, &Skill{Name: "ada"})
	}))
	names, err := lucid.Pluck[string](t.Context(), lucid.From[Skill](db).OrderBy("id"), "name")
	require.NoError(t, err)
	assert.Equal(t, []string{"go", "sql", "css", "ada"}, names)
}

// TestReadWithRelations is the whole reading side in one query: every kind of relation, nested, with
// scopes and a group limit, on every database.
func TestReadWithRelations(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[User](db).
			Preload(
				UserCountry.Preload(CountryPosts, CountryProfile),
				UserProfile,
				UserPosts.With(func(q *lucid.Query[Post]) {
					q.OrderByDesc("id").GroupLimit(2).Preload(PostComments.Preload(CommentUser))
				}),
				UserSkills, app.UserParent, UserChildren, UserFollows,
			).
			OrderBy("id").
			All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 3, 4}, app.UserIDs(users))
		ann, bob, dee := users[0], users[1], users[3]

		assert.Equal(t, "Kenya", ann.Country.Name)
		assert.Same(t, ann.Country, bob.Country, "parents with one key share the related row")
		assert.Equal(t, []int64{1, 2, 3, 4, 5}, app.SortedIDs(app.PostIDs(ann.Country.Posts)))
		assert.Equal(t, int64(1), ann.Country.Profile.ID, "of several rows the one with the lowest key")
		assert.Equal(t, int64(2), bob.Profile.ID)
		assert.Equal(t, []int64{3, 2}, app.PostIDs(ann.Posts), "the latest two")
		assert.Equal(t, "cyd@example.com", ann.Posts[1].Comments[0].User.Email)
		assert.Equal(t, []int64{1, 2}, app.SortedIDs(app.SkillIDs(ann.Skills)))
		assert.Equal(t, ann.ID, bob.Parent.ID)
		assert.Equal(t, []int64{2}, app.UserIDs(ann.Children))
		assert.Equal(t, []int64{2, 3}, app.SortedIDs(app.UserIDs(ann.Follows)))

		assert.Nil(t, dee.Country)
		assert.True(t, UserCountry.Loaded(dee), "loaded, and there is none")
		assert.NotNil(t, dee.Posts)
		assert.Empty(t, dee.Posts)
		assert.Len(t, db.Sent.Paths(), 12, "one statement for the users and one for each relation")
	})
}
