package load_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHasOne is what each user's profile is under each way to ask for it. User 2 has two profiles,
// user 4 none.
func TestHasOne(t *testing.T) {
	tests := []struct {
		name  string
		rel   lucid.Relation[app.User]
		wants []int64 // the profile of users 1 to 4; 0 is none
	}{
		{"the one row; of several the lowest key", app.UserProfile, []int64{1, 2, 0, 0}},
		{"of several the first in the order asked for",
			app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.OrderByDesc("id") }), []int64{1, 3, 0, 0}},
		{"what a scope excludes is not there",
			app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Where("bio", "about ann") }), []int64{1, 0, 0, 0}},
		{"a scope that nothing satisfies leaves the parents",
			app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Where("bio", "none has it") }), []int64{0, 0, 0, 0}},
		{"a scope changes which of several is the lowest",
			app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Where("id", ">", 2) }), []int64{0, 3, 0, 0}},
		{"scopes add up", app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Where("id", 3) }).
			With(func(q *lucid.Query[app.Profile]) { q.OrderBy("id") }), []int64{0, 3, 0, 0}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				users, err := lucid.From[app.User](db).Preload(tt.rel).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				got := []int64{}
				for _, u := range users {
					assert.True(t, app.UserProfile.Loaded(u), "user %d", u.ID)
					if u.Profile == nil {
						got = append(got, 0)
						continue
					}
					assert.Equal(t, u.ID, *u.Profile.UserID)
					assert.True(t, u.Profile.IsPersisted())
					got = append(got, u.Profile.ID)
				}
				assert.Equal(t, tt.wants, got)
			})
		}
	})
}

// TestHasOneLoadsAndGets: not loaded, none and one are three answers.
func TestHasOneLoadsAndGets(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		assert.False(t, app.UserProfile.Loaded(users[0]))
		_, err := app.UserProfile.Get(users[0])
		require.ErrorIs(t, err, lucid.ErrNotLoaded)
		assert.ErrorContains(t, err, "User.Profile")

		require.NoError(t, app.UserProfile.Load(t.Context(), db, users...))
		p, err := app.UserProfile.Get(users[1])
		require.NoError(t, err)
		assert.Equal(t, int64(2), p.ID)
		p, err = app.UserProfile.Get(users[3])
		require.NoError(t, err)
		assert.Nil(t, p)
		assert.Equal(t, []string{"User.Profile"}, db.Sent.Paths())
	})
}

// TestHasOneSelect: the foreign key is read whatever is selected, and once.
func TestHasOneSelect(t *testing.T) {
	for _, columns := range [][]string{{"bio"}, {"bio", "user_id"}, {"user_id", "bio", "profiles.user_id"}} {
		app.Each(t, func(t *testing.T, db *app.DB) {
			users := app.AllUsers(t, db)
			require.NoError(t, app.UserProfile.With(func(q *lucid.Query[app.Profile]) { q.Select(columns...) }).Load(t.Context(), db, users...))
			p := users[0].Profile
			require.NotNil(t, p)
			assert.Equal(t, "about ann", p.Bio)
			assert.Equal(t, int64(1), *p.UserID)
			assert.Zero(t, p.ID, "not selected")
			assert.Empty(t, p.Extras())
		})
	}
}

// TestHasOneBackReference: the way there and back ends at a row of its own.
func TestHasOneBackReference(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u, err := lucid.From[app.User](db).Preload(app.UserProfile.Preload(app.ProfileUser.Preload(app.UserCountry))).OrderBy("id").First(t.Context())
		require.NoError(t, err)
		back := u.Profile.User
		assert.Equal(t, u.ID, back.ID)
		assert.NotSame(t, u, back)
		assert.Equal(t, "Kenya", back.Country.Name)
		assert.False(t, app.UserProfile.Loaded(back))
	})
}

// manager is a user by embedding: a relation's key and home can be promoted fields.
type manager struct{ app.User }

func (manager) TableName() string { return "users" }

var managerProfile = &lucid.HasOne[manager, app.Profile]{
	Field:      func(m *manager) **app.Profile { return &m.Profile },
	LocalKey:   lucid.Column(func(m *manager) *int64 { return &m.ID }),
	ForeignKey: lucid.NullColumn(func(p *app.Profile) **int64 { return &p.UserID }),
}

func init() { lucid.Register[manager](managerProfile) }

func TestHasOneOfAnEmbeddedModel(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		m, err := lucid.From[manager](db).Preload(managerProfile).OrderBy("id").First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "about ann", m.Profile.Bio)
	})
}

// TestHasOneOptions is what Register says about keys that are not there.
func TestHasOneOptions(t *testing.T) {
	type Keyless struct {
		lucid.Model
		Name string
	}
	type Badge struct {
		lucid.Model
		ID   int64
		Name string
		Text string `db:"user_id"`
	}
	uid := func(u *app.User) *int64 { return &u.ID }
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the parent has no primary key", func() { lucid.Register[Keyless](&lucid.HasOne[Keyless, app.Profile]{}) },
			"lucid: Keyless.Profile: Keyless has no primary key: tag a field with db:\",pk\" or set LocalKey"},
		{"the related model has no foreign key", func() { lucid.Register[app.Post](&lucid.HasOne[app.Post, app.Profile]{}) },
			`lucid: Post.Profile: Profile has no column "post_id": add the field or set ForeignKey`},
		{"the kinds of the keys differ", func() { lucid.Register[app.User](&lucid.HasOne[app.User, Badge]{}) },
			`lucid: User.Badge: "id" is of kind integer and "user_id" of kind string: they cannot be compared`},
		{"the key is no field", func() {
			lucid.Register[app.User](&lucid.HasOne[app.User, app.Profile]{LocalKey: lucid.Column(func(*app.User) *int64 { return new(int64) })})
		}, "lucid: User.Profile: LocalKey: the function that names a field of app.User returns another address: return the address of a field of its argument"},
		{"the keys have different lengths", func() {
			lucid.Register[app.User](&lucid.HasOne[app.User, app.Profile]{LocalKey: lucid.Columns(lucid.Column(uid), app.UserEmail)})
		}, `lucid: User.Profile: Profile has no column "user_email": add the field or set ForeignKey`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, app.Mistakes(tt.register)) })
	}
}
