package load_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPreloadNests six levels deep, in one statement each.
func TestPreloadNests(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		countries, err := lucid.From[app.Country](db).OrderBy("id").Preload(
			app.CountryUsers.With(func(q *lucid.Query[app.User]) { q.OrderBy("id") }).Preload(
				app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") }).Preload(
					app.PostComments.With(func(q *lucid.Query[app.Comment]) { q.OrderBy("id") }).Preload(
						app.CommentUser.Preload(
							app.UserProfile.Preload(
								app.ProfileUser))))),
		).All(t.Context())
		require.NoError(t, err)
		comments := countries[0].Users[0].Posts[0].Comments
		require.Equal(t, []int64{1, 2}, app.CommentIDs(comments))
		assert.Equal(t, "bob@example.com", comments[0].User.Profile.User.Email)
		assert.Nil(t, comments[1].User, "nobody's comment")
		assert.Empty(t, countries[2].Users)
		assert.Equal(t, []string{
			"Country", "Country.Users", "Country.Users.Posts", "Country.Users.Posts.Comments", "Country.Users.Posts.Comments.User",
			"Country.Users.Posts.Comments.User.Profile", "Country.Users.Posts.Comments.User.Profile.User",
		}, db.Sent.Paths())
	})
}

// TestPreloadOfOneTable: a chain of users by their parents, up and down at once.
func TestPreloadOfOneTable(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).OrderBy("id").Preload(
			app.UserParent.Preload(app.UserParent.Preload(app.UserParent)),
			app.UserChildren.Preload(app.UserChildren.Preload(app.UserChildren), app.UserParent),
		).All(t.Context())
		require.NoError(t, err)
		one, three := users[0], users[2]
		assert.Nil(t, one.Parent)
		assert.Equal(t, int64(1), three.Parent.Parent.ID)
		assert.Nil(t, three.Parent.Parent.Parent)
		assert.True(t, app.UserParent.Loaded(three.Parent.Parent))
		assert.Equal(t, int64(3), one.Children[0].Children[0].ID)
		assert.Empty(t, one.Children[0].Children[0].Children)
		assert.Equal(t, int64(1), one.Children[0].Parent.ID)
	})
}

// TestPreloadAgain: of two uses of one relation the later counts, scope and all.
func TestPreloadAgain(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		never := func(*lucid.Query[app.Post]) { t.Error("this use was replaced") }
		byID := func(q *lucid.Query[app.Post]) { q.OrderBy("id") }
		q := lucid.From[app.User](db).OrderBy("id").Preload(app.UserPosts.With(never), app.UserProfile)
		users, err := q.Preload(app.UserPosts.With(app.Published, byID)).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 3}, app.PostIDs(users[0].Posts))
		assert.Equal(t, []string{"User", "User.Profile", "User.Posts"}, db.Sent.Paths())

		require.NoError(t, lucid.Load(t.Context(), db, users, app.UserPosts.With(never), app.UserPosts.With(byID)))
		assert.Equal(t, []int64{1, 2, 3}, app.PostIDs(users[0].Posts))
	})
}

// TestPreloadScopesRunOnce per statement, whatever the parents and the groups in them; and not at
// all where nothing is sent.
func TestPreloadScopesRunOnce(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		runs := 0
		counting := app.UserPosts.With(func(q *lucid.Query[app.Post]) {
			runs++
			q.WhereGroup(func(q *lucid.Query[app.Post]) {
				q.WhereGroup(func(q *lucid.Query[app.Post]) { q.Where("likes", ">", 0) })
			})
		})
		_, err := lucid.From[app.User](db).Preload(counting).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, runs)
		_, err = lucid.From[app.User](db).Where("id", -1).Preload(counting).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, runs, "no parents")
		_, err = app.UserPosts.With(func(*lucid.Query[app.Post]) { runs++ }).Query(db, app.AllUsers(t, db)[0]).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2, runs)
	})
}

// TestPreloadIsIgnoredByCounts and the like: they read no rows.
func TestPreloadIsIgnoredByCounts(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.User](db).Preload(app.UserPosts.With(func(*lucid.Query[app.Post]) { t.Error("a scope ran") }))
		n, err := q.Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(4), n)
		yes, err := q.Exists(t.Context())
		require.NoError(t, err)
		assert.True(t, yes)
		emails, err := lucid.Pluck[string](t.Context(), q, "email")
		require.NoError(t, err)
		assert.Len(t, emails, 4)
		assert.Equal(t, []string{"User", "User", "User"}, db.Sent.Paths())
	})
}

// TestPreloadAddsKeys to what the parents' query selects, each once.
func TestPreloadAddsKeys(t *testing.T) {
	tests := []struct {
		name   string
		fields []string
		want   string // the select list on SQLite
	}{
		{"one column", []string{"email"}, `"users"."email", "users"."id", "users"."country_id"`},
		{"a key and a column", []string{"country_id", "email"}, `"users"."country_id", "users"."email", "users"."id"`},
		{"all", []string{"*"}, `"users"."id", "users"."email", "users"."country_id", "users"."parent_id", "users"."created_at"`},
		{"all, and a key again", []string{"users.*", "users.id", "id"}, `"users"."id", "users"."email", "users"."country_id", "users"."parent_id", "users"."created_at"`},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				db.Sent.Reset()
				users, err := lucid.From[app.User](db).Select(tt.fields...).OrderBy("id").Preload(app.UserProfile, app.UserPosts, app.UserCountry).All(t.Context())
				require.NoError(t, err)
				assert.Len(t, users[0].Posts, 3)
				assert.Equal(t, "Kenya", users[0].Country.Name)
				assert.Empty(t, users[0].Extras())
				if db.Dialect == lucid.SQLite {
					assert.Equal(t, "SELECT "+tt.want+` FROM "users" ORDER BY "users"."id" ASC`, db.Sent.Of("User")[0].SQL)
				}
			})
		}
	})
}

// TestPreloadWithDistinct and GroupBy: a key is never added where it would change which rows are
// merged; where it is selected, all works.
func TestPreloadWithDistinct(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts, err := lucid.From[app.Post](db).Distinct().Select("user_id").OrderBy("user_id").Preload(app.PostAuthor).All(t.Context())
		require.NoError(t, err)
		require.Len(t, posts, 3)
		assert.Equal(t, "cyd@example.com", posts[2].Author.Email)

		posts, err = lucid.From[app.Post](db).Select("user_id").SelectRaw("SUM(likes) AS total").GroupBy("user_id").OrderBy("user_id").Preload(app.PostAuthor).All(t.Context())
		require.NoError(t, err)
		require.Len(t, posts, 3)
		assert.Equal(t, "ann@example.com", posts[0].Author.Email)
		total, err := lucid.Extra[int](posts[0], "total")
		require.NoError(t, err)
		assert.Equal(t, 22, total)

		for name, q := range map[string]*lucid.Query[app.Post]{
			"Distinct": lucid.From[app.Post](db).Distinct().Select("published"),
			"GroupBy":  lucid.From[app.Post](db).Select("published").GroupBy("published"),
		} {
			db.Sent.Reset()
			_, err := q.Preload(app.PostAuthor).All(t.Context())
			require.ErrorIs(t, err, lucid.ErrMissingKey, name)
			require.ErrorContains(t, err, `"user_id"`, name)
			assert.Empty(t, db.Sent.Paths(), name)
		}

		users := app.AllUsers(t, db)
		distinct := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Distinct().Select("published", "user_id").OrderBy("published") })
		require.NoError(t, distinct.Load(t.Context(), db, users...))
		assert.Len(t, users[0].Posts, 2)
		assert.Len(t, users[2].Posts, 1)
		sums := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Select("user_id").SelectRaw("COUNT(*) AS n").GroupBy("user_id") })
		require.NoError(t, sums.Load(t.Context(), db, users...))
		n, err := lucid.Extra[int](users[0].Posts[0], "n")
		require.NoError(t, err)
		assert.Equal(t, 3, n)
		err = app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Distinct().Select("published") }).Load(t.Context(), db, users...)
		assert.ErrorIs(t, err, lucid.ErrMissingKey)
	})
}

// TestPreloadLimit: it would cut the rows of all parents together, so it is refused; of one parent
// that the program holds it is a limit.
func TestPreloadLimit(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		limited := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id").Limit(2).Offset(1) })
		offset := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Offset(1) })
		tests := map[string]func() error{
			"Preload": func() error {
				_, err := lucid.From[app.User](db).Preload(limited).All(t.Context())
				return err
			},
			"Preload of a query that finds one row": func() error {
				_, err := lucid.From[app.User](db).Preload(limited).Find(t.Context(), 1)
				return err
			},
			"Offset":              func() error { return offset.Load(t.Context(), db, users...) },
			"Load of two parents": func() error { return limited.Load(t.Context(), db, users[:2]...) },
			"nested in one's Load": func() error {
				return app.UserCountry.Preload(app.CountryUsers.With(func(q *lucid.Query[app.User]) { q.Limit(1) })).Load(t.Context(), db, users[0])
			},
			"many to many": func() error {
				return app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Limit(1) }).Load(t.Context(), db, users...)
			},
			"a Limit in two scopes": func() error { return limited.With(app.Published).Load(t.Context(), db, users...) },
		}
		for name, load := range tests {
			err := load()
			require.Error(t, err, name)
			assert.ErrorContains(t, err, "use GroupLimit", name)
		}
		assert.False(t, app.UserPosts.Loaded(users[0]))

		require.NoError(t, limited.Load(t.Context(), db, users[0]))
		assert.Equal(t, []int64{2, 3}, app.PostIDs(users[0].Posts))
		require.NoError(t, limited.Load(t.Context(), db, users[0], users[0]))
		assert.Equal(t, []int64{2, 3}, app.PostIDs(users[0].Posts), "one parent given twice is one")
	})
}

// TestPreloadFinishInScope: a scope shapes the relation's statement; reading in it is a mistake.
func TestPreloadFinishInScope(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ran := false
		_, err := lucid.From[app.User](db).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) {
			ran = true
			_, err := q.All(t.Context())
			assert.ErrorContains(t, err, "All in a scope of User.Posts")
			_, err = q.Paginate(t.Context(), 1, 10)
			assert.ErrorContains(t, err, "Paginate")
			_, err = q.Count(t.Context())
			assert.ErrorContains(t, err, "Count in a scope of User.Posts")
		})).All(t.Context())
		require.NoError(t, err)
		assert.True(t, ran)
	})
}

// TestPreloadMistakes: the first one is returned, and nothing is loaded.
func TestPreloadMistakes(t *testing.T) {
	unregistered := &lucid.HasMany[app.User, app.Comment]{}
	app.Each(t, func(t *testing.T, db *app.DB) {
		_, err := lucid.From[app.User](db).Preload(unregistered).All(t.Context())
		require.ErrorContains(t, err, "lucid.Register[User]")
		_, err = lucid.From[app.User](db).Preload(nil).All(t.Context())
		require.ErrorContains(t, err, "the relation is nil")
		var none *lucid.HasMany[app.User, app.Post]
		_, err = lucid.From[app.User](db).Preload(none).All(t.Context())
		require.ErrorContains(t, err, "the relation is nil")
		assert.Empty(t, db.Sent.Paths())

		_, err = lucid.From[app.User](db).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("likess", 1) })).All(t.Context())
		require.ErrorIs(t, err, lucid.ErrUnknownColumn)
		assert.ErrorContains(t, err, `"likess"`)
		assert.ErrorContains(t, err, `"likes"`, "the nearest")
		assert.Equal(t, []string{"User"}, db.Sent.Paths())
		_, err = lucid.From[app.User](db).Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("likes", "is", 1) })).All(t.Context())
		assert.ErrorIs(t, err, lucid.ErrInvalidOperator)
	})
}

// TestPreloadInTransaction sees what the transaction wrote, and only until it is undone.
func TestPreloadInTransaction(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		undo := errors.New("undo")
		byID := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id").Preload(app.PostComments) })
		err := db.Transaction(t.Context(), func(tx *lucid.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO posts (id, user_id, title, likes, published) VALUES (7, 4, 'eta', 0, ?)", true)
			require.NoError(t, err)
			users, err := lucid.From[app.User](tx).Preload(byID, app.UserSkills, app.UserCountry, app.UserProfile).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int64{7}, app.PostIDs(users[3].Posts))
			require.NoError(t, byID.Load(t.Context(), tx, users[3]))
			assert.Equal(t, []int64{7}, app.PostIDs(users[3].Posts))
			return undo
		})
		require.ErrorIs(t, err, undo)
		users, err := lucid.From[app.User](db).Preload(byID).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Empty(t, users[3].Posts)
	})
}

// sequence is a hook that remembers when statements begin and end, against each other.
type sequence struct {
	mu    sync.Mutex
	steps []string
}

func (s *sequence) add(step string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, step)
}

type fromCaller struct{}

func (s *sequence) BeforeQuery(ctx context.Context, e *lucid.QueryEvent) context.Context {
	if name, ok := ctx.Value(fromCaller{}).(string); ok {
		s.add(name + " sends " + e.Path)
	}
	return ctx
}

func (s *sequence) AfterQuery(_ context.Context, e *lucid.QueryEvent) { s.add("read " + e.Path) }

// TestPreloadSiblings: on PostgreSQL the relations of one level go out in one round trip, so all of
// them are sent before the first is read; elsewhere one after the other. Hooks see the caller's context.
func TestPreloadSiblings(t *testing.T) {
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			seq := &sequence{}
			db := testdb.Open(t, dialect, lucid.WithQueryHook(seq))
			app.Seed(t, db)
			ctx := context.WithValue(t.Context(), fromCaller{}, "test")
			read := func(ex lucid.Executor) []string {
				seq.steps = nil
				_, err := lucid.From[app.User](ex).Preload(app.UserProfile, app.UserPosts.Preload(app.PostComments), app.UserCountry).All(ctx)
				require.NoError(t, err)
				return slices.Clone(seq.steps)
			}
			together := []string{
				"test sends User", "read User", "test sends User.Profile", "test sends User.Posts", "test sends User.Country",
				"read User.Profile", "read User.Posts", "read User.Country", "test sends User.Posts.Comments", "read User.Posts.Comments",
			}
			oneByOne := []string{
				"test sends User", "read User", "test sends User.Profile", "read User.Profile", "test sends User.Posts", "read User.Posts",
				"test sends User.Country", "read User.Country", "test sends User.Posts.Comments", "read User.Posts.Comments",
			}
			single := oneByOne // on one connection
			if dialect == lucid.PostgreSQL {
				single = together
			}
			assert.Equal(t, together, read(db))
			require.NoError(t, db.Transaction(ctx, func(tx *lucid.Tx) error {
				steps := slices.DeleteFunc(read(tx), func(step string) bool { return !slices.Contains(together, step) })
				assert.Equal(t, single, steps, "in a transaction")
				return nil
			}))
		})
	}
}

// bomb is a profile whose bio panics.
type bomb struct {
	lucid.Model
	ID, UserID int64
	Bio        fuse
}

func (bomb) TableName() string { return "profiles" }

type fuse struct{}

func (*fuse) Scan(any) error { panic("bang") }

var userBomb = &lucid.HasOne[app.User, bomb]{}

// userLost is a relation whose table is not there.
type lost struct {
	lucid.Model
	ID, UserID int64
}

var userLost = &lucid.HasMany[app.User, lost]{}

func init() { lucid.Register[app.User](userBomb, userLost) }

// TestPreloadSiblingsFail: one of the siblings fails, and the error is of that one; nothing is loaded, and the
// connections can be used.
func TestPreloadSiblingsFail(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for range 5 {
			users := app.AllUsers(t, db)
			err := lucid.Load(t.Context(), db, users, app.UserPosts, userLost, app.UserProfile, app.UserSkills)
			require.ErrorContains(t, err, "User.losts", "the error of that one")
			require.NotErrorIs(t, err, context.Canceled)
			require.Nil(t, users[0].Posts)
			require.PanicsWithValue(t, "bang", func() { _ = lucid.Load(t.Context(), db, users, app.UserPosts, userBomb, app.UserSkills) })
			require.Nil(t, users[0].Posts)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, lucid.Load(ctx, db, users, app.UserPosts, app.UserSkills), context.Canceled)
			require.NoError(t, lucid.Load(t.Context(), db, users, app.UserPosts, app.UserSkills))
			require.Len(t, users[0].Posts, 3)
		}
	})
}

// TestPreloadSiblingsAtOnce: goroutines that preload siblings share few connections.
func TestPreloadSiblingsAtOnce(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		few := testdb.Single(t, db.DB)
		for _, err := range testdb.AtOnce(func(int) error {
			for range 20 {
				for _, ex := range []*lucid.DB{db.DB.DB, few} {
					users, err := lucid.From[app.User](ex).Preload(app.UserPosts, app.UserSkills, app.UserProfile, app.UserCountry).OrderBy("id").All(t.Context())
					if err != nil {
						return err
					}
					if len(users[0].Posts) != 3 || len(users[0].Skills) != 2 {
						return fmt.Errorf("user 1 has %d posts and %d skills", len(users[0].Posts), len(users[0].Skills))
					}
				}
			}
			return nil
		}) {
			require.NoError(t, err)
		}
	})
}

// TestPreloadCancelled: the caller's context serves every statement.
func TestPreloadCancelled(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := lucid.From[app.User](db).Preload(app.UserPosts.With(func(*lucid.Query[app.Post]) { cancel() })).All(ctx)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

// TestPreloadKeepsTheQuery: a query is as it was after it ran, and a clone is a query of its own.
func TestPreloadKeepsTheQuery(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		base := lucid.From[app.User](db).OrderBy("id").Preload(app.UserProfile)
		clone := base.Clone().Preload(app.UserPosts)
		for range 2 {
			users, err := base.All(t.Context())
			require.NoError(t, err)
			assert.True(t, app.UserProfile.Loaded(users[0]))
			assert.False(t, app.UserPosts.Loaded(users[0]))
		}
		users, err := clone.All(t.Context())
		require.NoError(t, err)
		assert.True(t, app.UserProfile.Loaded(users[0]))
		assert.Len(t, users[0].Posts, 3)

		narrow := app.UserPosts.With(app.Published)
		_ = narrow.With(func(q *lucid.Query[app.Post]) { q.Where("id", -1) })
		require.NoError(t, narrow.Load(t.Context(), db, users...))
		assert.Len(t, users[0].Posts, 2, "a scoped relation is a value: With makes a new one")
	})
}

// TestPreloadEachAndFirst: every way to read rows loads what is preloaded.
func TestPreloadEachAndFirst(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.User](db).OrderBy("id").Preload(app.UserPosts)
		lens := []int{}
		for u, err := range q.Each(t.Context()) {
			require.NoError(t, err)
			lens = append(lens, len(u.Posts))
		}
		assert.Equal(t, []int{3, 2, 1, 0}, lens)
		for name, read := range map[string]func() (*app.User, error){
			"First":  func() (*app.User, error) { return q.First(t.Context()) },
			"Find":   func() (*app.User, error) { return q.Find(t.Context(), 1) },
			"FindBy": func() (*app.User, error) { return q.FindBy(t.Context(), "email", "ann@example.com") },
			"Sole":   func() (*app.User, error) { return q.Clone().Where("id", 1).Sole(t.Context()) },
		} {
			u, err := read()
			require.NoError(t, err, name)
			assert.Len(t, u.Posts, 3, name)
		}
		users, err := q.FindMany(t.Context(), 3, 1)
		require.NoError(t, err)
		assert.Len(t, users[0].Posts, 1)
		assert.Len(t, users[1].Posts, 3)
	})
}
