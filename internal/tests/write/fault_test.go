package write_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// saboteur makes the driver fail at one statement: its context is over before it is sent.
type saboteur struct {
	at   int // 0: none
	sent int
}

func (s *saboteur) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context {
	if s.sent++; s.sent != s.at {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

func (*saboteur) AfterQuery(context.Context, *lucid.QueryEvent) {}

// contents is all rows of the tables that writes touch, as text.
func contents(t *testing.T, ex lucid.Executor) map[string]string {
	t.Helper()
	out := map[string]string{}
	keep := func(table string, rows any, err error) {
		require.NoError(t, err)
		text, err := json.Marshal(rows)
		require.NoError(t, err)
		out[table] = string(text)
	}
	ctx := t.Context()
	users, err := lucid.From[app.User](ex).OrderBy("id").All(ctx)
	keep("users", users, err)
	profiles, err := lucid.From[app.Profile](ex).OrderBy("id").All(ctx)
	keep("profiles", profiles, err)
	posts, err := lucid.From[app.Post](ex).OrderBy("id").All(ctx)
	keep("posts", posts, err)
	skills, err := lucid.From[app.Skill](ex).OrderBy("id").All(ctx)
	keep("skills", skills, err)
	pivots, err := lucid.From[app.SkillUser](ex).OrderBy("user_id").OrderBy("skill_id").OrderBy("level").All(ctx)
	keep("skill_user", pivots, err)
	issues, err := lucid.From[app.Gazette](ex).WithTrashed().OrderBy("id").All(ctx)
	keep("gazettes", issues, err)
	return out
}

// TestFaults: whichever statement of a write fails, the database and the rows in memory are exactly
// as they were before the call; and the same rows can be written once nothing fails any more.
func TestFaults(t *testing.T) {
	type memory = []any // pointers to the rows of a write
	type world struct {
		ann    *app.User // in the database, with posts and skills loaded
		dee    *app.User // in the database, with nothing
		fresh  *app.User
		post   *app.Post // of ann
		posts  []*app.Post
		skill  *app.Skill
		skills []*app.Skill
		issue  *app.Gazette // in the database
		issues []*app.Gazette
	}
	tests := []struct {
		name string
		do   func(ctx context.Context, ex lucid.Executor, w *world) error
	}{
		{"create with hooks", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return lucid.Create(ctx, ex, w.issues...)
		}},
		{"save with hooks and a computed column", func(ctx context.Context, ex lucid.Executor, w *world) error {
			w.issue.Title = "changed"
			return lucid.Save(ctx, ex, w.issue)
		}},
		{"delete softly", func(ctx context.Context, ex lucid.Executor, w *world) error { return lucid.Delete(ctx, ex, w.issue) }},
		{"restore", func(ctx context.Context, ex lucid.Executor, w *world) error { return lucid.Restore(ctx, ex, w.issue) }},
		{"delete for good", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return lucid.ForceDelete(ctx, ex, w.issue)
		}},
		{"update or create", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := lucid.UpdateOrCreate(ctx, ex, lucid.Values{"title": "sought"}, w.issues[0])
			return err
		}},
		{"update or create many", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := lucid.UpdateOrCreateMany(ctx, ex, w.issues, "title")
			return err
		}},
		{"fetch or create many", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := lucid.FetchOrCreateMany(ctx, ex, w.issues, "title")
			return err
		}},
		{"create of a new parent", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserPosts.Create(ctx, ex, w.fresh, w.posts[0])
		}},
		{"create of a changed parent", func(ctx context.Context, ex lucid.Executor, w *world) error {
			w.ann.Email = "changed@example.com"
			return app.UserProfile.Create(ctx, ex, w.ann, &app.Profile{Bio: "x"})
		}},
		{"create many", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserPosts.CreateMany(ctx, ex, w.fresh, w.posts...)
		}},
		{"save many, one of another parent", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserPosts.SaveMany(ctx, ex, w.dee, append(w.posts, w.post)...)
		}},
		{"first or create of a new parent", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserPosts.FirstOrCreate(ctx, ex, w.fresh, lucid.Values{"title": "sought"}, w.posts[0])
			return err
		}},
		{"update or create of a relation", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserPosts.UpdateOrCreate(ctx, ex, w.ann, lucid.Values{"title": "alpha"}, w.posts[0])
			return err
		}},
		{"fetch or create many of a relation", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserPosts.FetchOrCreateMany(ctx, ex, w.fresh, w.posts, "title")
			return err
		}},
		{"update or create many of a relation", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserPosts.UpdateOrCreateMany(ctx, ex, w.ann, append(w.posts, &app.Post{Title: "alpha", Likes: 99}), "title")
			return err
		}},
		{"associate a new owner", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.PostAuthor.Associate(ctx, ex, w.post, w.fresh)
		}},
		{"dissociate", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserCountry.Dissociate(ctx, ex, w.ann)
		}},
		{"attach", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserSkills.Attach(ctx, ex, w.dee, w.skill, lucid.Pivot{ID: 3, Values: lucid.Values{"level": 1}})
		}},
		{"detach", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserSkills.Detach(ctx, ex, w.ann, 1, 2)
		}},
		{"sync", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserSkills.Sync(ctx, ex, w.ann, lucid.Pivot{ID: w.skill, Values: lucid.Values{"level": 99}}, 3)
			return err
		}},
		{"update a pivot row", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserSkills.UpdatePivot(ctx, ex, w.ann, w.skill, lucid.Values{"level": 50})
		}},
		{"toggle", func(ctx context.Context, ex lucid.Executor, w *world) error {
			_, err := app.UserSkills.Toggle(ctx, ex, w.ann, w.skill, 3)
			return err
		}},
		{"create related", func(ctx context.Context, ex lucid.Executor, w *world) error {
			return app.UserSkills.CreateMany(ctx, ex, w.fresh, w.skills, lucid.Values{"level": 1}, nil)
		}},
		{"save related, new and linked ones", func(ctx context.Context, ex lucid.Executor, w *world) error {
			w.skill.Name = "golang"
			return app.UserSkills.SaveMany(ctx, ex, w.ann, append(w.skills, w.skill), nil, nil, lucid.Values{"level": 3})
		}},
	}
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			hook := &saboteur{}
			db := testdb.Open(t, dialect, lucid.WithQueryHook(hook))
			other, err := lucid.Open(t.Context(), db.URL)
			require.NoError(t, err)
			defer func() { assert.NoError(t, other.Close()) }()
			app.Seed(t, db)
			testdb.ExecAll(t, db, app.Gazettes)
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) {
					w := &world{
						fresh: &app.User{Email: "fresh@example.com"}, posts: []*app.Post{{Title: "p1"}, {Title: "p2", Likes: 3}},
						skills: []*app.Skill{{Name: "s1"}, {Name: "s2"}}, issues: []*app.Gazette{{Title: "g1"}, {Title: "g2", Status: "set"}},
						issue: &app.Gazette{Title: "issue of " + tt.name},
					}
					require.NoError(t, lucid.Create(t.Context(), other, w.issue))
					if tt.name == "restore" {
						require.NoError(t, lucid.Delete(t.Context(), other, w.issue))
					}
					users, err := lucid.From[app.User](other).Preload(app.UserPosts, app.UserSkills, app.UserProfile, app.UserCountry).OrderBy("id").All(t.Context())
					require.NoError(t, err)
					w.ann, w.dee = users[0], users[3]
					w.skill, err = lucid.From[app.Skill](other).Find(t.Context(), 1)
					require.NoError(t, err)
					w.post, err = lucid.From[app.Post](other).Preload(app.PostAuthor).Find(t.Context(), 1)
					require.NoError(t, err)

					rows := memory{w.ann, w.dee, w.fresh, w.post, w.posts[0], w.posts[1], w.skill, w.skills[0], w.skills[1], w.issue, w.issues[0], w.issues[1]}
					edited := func(row any) any { return reflect.ValueOf(row).Elem().Interface() }
					before := contents(t, other)
					var was []any
					for n := 1; ; n++ {
						hook.at, hook.sent = 0, 0
						if was == nil { // after the edit that the write itself makes: once it has failed before anything was sent
							ctx, cancel := context.WithCancel(t.Context())
							cancel()
							require.Error(t, tt.do(ctx, db, w))
							for _, row := range rows {
								was = append(was, edited(row))
							}
						}
						hook.at, hook.sent = n, 0
						err := tt.do(t.Context(), db, w)
						if hook.sent < n {
							require.NoError(t, err)
							require.Greater(t, n, 1, "it sends nothing")
							return
						}
						require.ErrorIs(t, err, context.Canceled, "statement %d", n)
						for i, row := range rows {
							require.Equal(t, was[i], edited(row), "statement %d: row %d, a %T", n, i, row)
						}
						require.Equal(t, before, contents(t, other), "statement %d", n)
					}
				})
			}
		})
	}
}

// TestSyncAtTheEnd: the last statements of Sync go out with the commit where the protocol can. What fails then fails Sync.
func TestSyncAtTheEnd(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		if db.Dialect == lucid.PostgreSQL {
			testdb.ExecAll(t, db.DB, "ALTER TABLE skill_user ADD CONSTRAINT low CHECK (level < 100)",
				"ALTER TABLE skill_user ADD CONSTRAINT words UNIQUE (proficiency, level) DEFERRABLE INITIALLY DEFERRED")
		}
		testdb.ExecAll(t, db.DB, app.Gazettes) // which contents reads
		users := app.AllUsers(t, db)
		before := contents(t, db)
		mistakes := map[string][]any{"a skill that is not there": {1, 99}}
		if db.Dialect == lucid.PostgreSQL {
			mistakes["a check"] = []any{1, lucid.Pivot{ID: 3, Values: lucid.Values{"level": 100}}}
			mistakes["a constraint at the commit"] = []any{lucid.Pivot{ID: 1, Values: lucid.Values{"proficiency": "x", "level": 1}}, lucid.Pivot{ID: 3, Values: lucid.Values{"proficiency": "x", "level": 1}}}
		}
		for name, ids := range mistakes {
			_, err := app.UserSkills.Sync(ctx, db, users[0], ids...)
			var violated *lucid.ConstraintError
			require.ErrorAs(t, err, &violated, name)
			require.ErrorContains(t, err, "lucid: sync User.Skills: ", name)
			require.Equal(t, before, contents(t, db), name)
		}
		result, err := app.UserSkills.Sync(ctx, db, users[0], 1, 3)
		require.NoError(t, err)
		assert.Equal(t, []any{int64(3)}, result.Attached)
	})
}
