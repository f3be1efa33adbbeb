package load_test

import (
	"encoding/json"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBelongsTo is the owner of profiles 1 to 4 under each way to ask for it. Profiles 2 and 3 are
// of user 2, profile 4 is nobody's.
func TestBelongsTo(t *testing.T) {
	tests := []struct {
		name  string
		rel   lucid.Relation[app.Profile]
		wants []int64 // 0 is none
	}{
		{"a null key is no relation", app.ProfileUser, []int64{1, 2, 2, 0}},
		{"a scope", app.ProfileUser.With(func(q *lucid.Query[app.User]) { q.Filter(app.UserEmail.Eq("bob@example.com")) }), []int64{0, 2, 2, 0}},
		{"a scope that nothing satisfies", app.ProfileUser.With(func(q *lucid.Query[app.User]) { q.Where("id", -1) }), []int64{0, 0, 0, 0}},
		{"without its key selected", app.ProfileUser.With(func(q *lucid.Query[app.User]) { q.Select("email") }), []int64{1, 2, 2, 0}},
		{"with its key selected", app.ProfileUser.With(func(q *lucid.Query[app.User]) { q.Select("email", "id") }), []int64{1, 2, 2, 0}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				profiles, err := lucid.From[app.Profile](db).Preload(tt.rel).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				got := []int64{}
				for _, p := range profiles {
					assert.True(t, app.ProfileUser.Loaded(p))
					if p.User == nil {
						got = append(got, 0)
						continue
					}
					got = append(got, p.User.ID)
					assert.Empty(t, p.User.Extras())
				}
				assert.Equal(t, tt.wants, got)
			})
		}
	})
}

// TestBelongsToShares: rows with one key share one owner, also where rows of several levels do.
func TestBelongsToShares(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts, err := lucid.From[app.Post](db).Preload(app.PostAuthor.Preload(app.UserCountry)).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Same(t, posts[0].Author, posts[1].Author)
		assert.NotSame(t, posts[0].Author, posts[3].Author)
		assert.Same(t, posts[0].Author.Country, posts[3].Author.Country, "users 1 and 2 are of one country")
		assert.Equal(t, []string{"Post", "Post.Author", "Post.Author.Country"}, db.Sent.Paths())
	})
}

// TestBelongsToNothing: where every key is null nothing is sent, and the relation counts as loaded.
func TestBelongsToNothing(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		fail := func(*lucid.Query[app.User]) { t.Error("a scope runs only where a statement is sent") }
		p, err := lucid.From[app.Profile](db).Where("id", 4).Preload(app.ProfileUser.With(fail)).First(t.Context())
		require.NoError(t, err)
		assert.Nil(t, p.User)
		assert.True(t, app.ProfileUser.Loaded(p))
		require.NoError(t, app.ProfileUser.With(fail).Load(t.Context(), db, p))
		assert.Equal(t, []string{"Profile"}, db.Sent.Paths())

		text, err := json.Marshal(p)
		require.NoError(t, err)
		assert.JSONEq(t, `{"ID": 4, "UserID": null, "Bio": "nobody"}`, string(text))
	})
}

// TestBelongsToDangling: a key that no row has is no relation.
func TestBelongsToDangling(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		p := &app.Profile{UserID: new(int64(99))}
		require.NoError(t, app.ProfileUser.Load(t.Context(), db, p), "a row that is not saved has a foreign key all the same")
		assert.Nil(t, p.User)
		assert.True(t, app.ProfileUser.Loaded(p))
		assert.Len(t, db.Sent.Paths(), 1)
	})
}

// TestBelongsToUsesTheKeyOfNow: the key in the row decides, not the one that was read.
func TestBelongsToUsesTheKeyOfNow(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		p, err := lucid.From[app.Profile](db).Preload(app.ProfileUser).Find(t.Context(), 1)
		require.NoError(t, err)
		p.UserID = new(int64(3))
		require.NoError(t, app.ProfileUser.Load(t.Context(), db, p))
		assert.Equal(t, int64(3), p.User.ID)
	})
}

// TestBelongsToOptions is what Register says about keys that are not there.
func TestBelongsToOptions(t *testing.T) {
	type Keyless struct {
		lucid.Model
		Name string
	}
	type Note struct {
		lucid.Model
		ID   int64
		Text string
	}
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the owner has no primary key", func() { lucid.Register[Note](&lucid.BelongsTo[Note, Keyless]{}) },
			"lucid: Note.Keyless: Keyless has no primary key: tag a field with db:\",pk\" or set OwnerKey"},
		{"there is no foreign key", func() { lucid.Register[Note](&lucid.BelongsTo[Note, app.User]{}) },
			`lucid: Note.User: Note has no column "user_id": add the field or set ForeignKey`},
		{"the foreign key is named after the owner key", func() { lucid.Register[Note](&lucid.BelongsTo[Note, app.User]{OwnerKey: app.UserEmail}) },
			`lucid: Note.User: Note has no column "user_email": add the field or set ForeignKey`},
		{"the kinds of the keys differ", func() {
			lucid.Register[Note](&lucid.BelongsTo[Note, app.User]{ForeignKey: lucid.Column(func(n *Note) *string { return &n.Text })})
		}, `lucid: Note.User: "text" is of kind string and "id" of kind integer: they cannot be compared`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, app.Mistakes(tt.register)) })
	}
}
