package connect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tracer is a hook that writes down when it is called and what the context holds then.
type tracer struct {
	name string
	mu   *sync.Mutex
	log  *[]string
}

type tracerKey string

func (h tracer) BeforeQuery(ctx context.Context, e *lucid.QueryEvent) context.Context {
	h.note(ctx, "before", e)
	return context.WithValue(ctx, tracerKey(h.name), e.Path)
}

func (h tracer) AfterQuery(ctx context.Context, e *lucid.QueryEvent) { h.note(ctx, "after", e) }

func (h tracer) note(ctx context.Context, when string, e *lucid.QueryEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*h.log = append(*h.log, fmt.Sprintf("%s %s %s first=%v second=%v", h.name, when, e.Path, ctx.Value(tracerKey("first")), ctx.Value(tracerKey("second"))))
}

func TestQueryHookOrder(t *testing.T) {
	t.Parallel()
	var log []string
	mu := &sync.Mutex{}
	db := testdb.Memory(t,
		lucid.WithQueryHook(nil),
		lucid.WithQueryHook(tracer{"first", mu, &log}),
		nil,
		lucid.WithQueryHook(tracer{"second", mu, &log}))

	_, err := db.Exec(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"first before exec first=<nil> second=<nil>",
		"second before exec first=exec second=<nil>",
		"first after exec first=exec second=exec",
		"second after exec first=exec second=exec",
	}, log, "hooks run in the order given; each gets the context of those before it, and AfterQuery the last one")
}

// forgetful is a hook that returns no context.
type forgetful struct{ testdb.Recorder }

func (*forgetful) BeforeQuery(context.Context, *lucid.QueryEvent) context.Context { return nil }

func TestQueryHookWithoutContext(t *testing.T) {
	t.Parallel()
	hook := &forgetful{}
	db := testdb.Memory(t, lucid.WithQueryHook(hook))
	_, err := db.Exec(t.Context(), "SELECT 1")
	require.NoError(t, err, "a nil context means the one that was given")
	assert.Equal(t, []string{"exec"}, hook.Paths())
}

// The statement runs with the context that the hooks return.
func TestQueryHookContextReachesTheStatement(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB, lucid.WithQueryHook(canceller{on: "User"}))
		_, err := lucid.From[app.User](one).All(t.Context())
		require.ErrorIs(t, err, context.Canceled)
		app.RequireUsable(t, one)
	})
}

// canceller is a hook that hands statements of a path a context that is already cancelled.
type canceller struct{ on string }

func (h canceller) BeforeQuery(ctx context.Context, e *lucid.QueryEvent) context.Context {
	if e.Path != h.on {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

func (canceller) AfterQuery(context.Context, *lucid.QueryEvent) {}

// balance is a hook that counts both of its calls, by the event that they are about.
type balance struct {
	testdb.Recorder
	mu            sync.Mutex
	before, after map[*lucid.QueryEvent]int
	begun         []string
}

func (h *balance) BeforeQuery(ctx context.Context, e *lucid.QueryEvent) context.Context {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before[e]++
	h.begun = append(h.begun, e.Path)
	return ctx
}

func (h *balance) AfterQuery(ctx context.Context, e *lucid.QueryEvent) {
	h.Recorder.AfterQuery(ctx, e)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.after[e]++
}

func newBalance() *balance {
	return &balance{before: map[*lucid.QueryEvent]int{}, after: map[*lucid.QueryEvent]int{}}
}

// requireOnce checks that each statement was announced once and reported once.
func (h *balance) requireOnce(t testing.TB, paths ...string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, calls := range []map[*lucid.QueryEvent]int{h.before, h.after} {
		for e, n := range calls {
			assert.Equal(t, 1, n, e.Path)
		}
	}
	assert.ElementsMatch(t, paths, h.begun, "announced")
	reported := []string{}
	for e := range h.after {
		assert.Contains(t, h.before, e, "both calls get the same event")
		reported = append(reported, e.Path)
	}
	assert.ElementsMatch(t, paths, reported, "reported")
}

var errStop = errors.New("stop here")

func TestQueryHookOncePerStatement(t *testing.T) {
	badSkills := app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.WhereRaw("no_such_column = 1") })
	tests := []struct {
		name   string
		run    func(ctx context.Context, db *lucid.DB) error
		fails  bool
		paths  []string
		errors []string // paths of the statements that failed
	}{
		{
			name: "exec",
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := db.Exec(ctx, "UPDATE posts SET likes = 1")
				return err
			},
			paths: []string{"exec"},
		},
		{
			name: "exec that fails", fails: true,
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := db.Exec(ctx, "UPDATE no_such_table SET likes = 1")
				return err
			},
			paths: []string{"exec"}, errors: []string{"exec"},
		},
		{
			name: "select that fails", fails: true,
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := lucid.From[app.User](db).WhereRaw("no_such_column = 1").All(ctx)
				return err
			},
			paths: []string{"User"}, errors: []string{"User"},
		},
		{
			name: "nested preloads",
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := lucid.From[app.User](db).Preload(app.UserPosts.Preload(app.PostComments), app.UserProfile, app.UserSkills).All(ctx)
				return err
			},
			paths: []string{"User", "User.Posts", "User.Profile", "User.Skills", "User.Posts.Comments"},
		},
		{
			name: "the last of sibling preloads fails", fails: true,
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := lucid.From[app.User](db).Preload(app.UserPosts, badSkills).All(ctx)
				return err
			},
			errors: []string{"User.Skills"},
		},
		{
			name: "the first of sibling preloads fails", fails: true,
			run: func(ctx context.Context, db *lucid.DB) error {
				_, err := lucid.From[app.User](db).Preload(badSkills, app.UserPosts).All(ctx)
				return err
			},
			errors: []string{"User.Skills"},
		},
		{
			name: "break out of a loop",
			run: func(ctx context.Context, db *lucid.DB) error {
				for _, err := range lucid.From[app.Post](db).Each(ctx) {
					if err != nil {
						return err
					}
					break
				}
				return nil
			},
			paths: []string{"Post"},
		},
		{
			name: "transaction with a savepoint that is undone", fails: true,
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					return tx.Transaction(ctx, func(tx *lucid.Tx) error {
						_, err := tx.Exec(ctx, "UPDATE posts SET likes = 1")
						return errors.Join(err, errStop)
					})
				})
			},
			paths: []string{"savepoint", "exec", "savepoint", "savepoint"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				hook := newBalance()
				err := test.run(t.Context(), testdb.Single(t, db.DB, lucid.WithQueryHook(hook)))
				assert.Equal(t, test.fails, err != nil, "%v", err)
				paths := test.paths
				if paths == nil { // which of the siblings are sent is the protocol's affair
					paths = hook.Paths()
				}
				hook.requireOnce(t, paths...)
				for _, path := range test.errors {
					require.NotEmpty(t, hook.Of(path))
					assert.Error(t, hook.Of(path)[0].Err)
				}
				if !test.fails {
					for _, e := range hook.Events() {
						assert.NoError(t, e.Err, e.Path)
					}
				}
			})
		})
	}
}

func TestFailedPreloadIsNamed(t *testing.T) {
	bad := app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.WhereRaw("no_such_column = 1") })
	tests := []struct {
		name string
		rels []lucid.Relation[app.User]
	}{
		{"first", []lucid.Relation[app.User]{bad, app.UserPosts, app.UserProfile}},
		{"between", []lucid.Relation[app.User]{app.UserPosts, bad, app.UserProfile}},
		{"last", []lucid.Relation[app.User]{app.UserPosts, app.UserProfile, bad}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				_, err := lucid.From[app.User](db).Preload(test.rels...).All(t.Context())
				require.ErrorContains(t, err, "no_such_column")
				if db.Dialect == lucid.PostgreSQL { // pgx does not say which statement of a batch it could not prepare
					assert.Regexp(t, `^lucid: preload (User\.\w+, )*User\.Skills(, User\.\w+)*: `, err.Error())
					return
				}
				assert.ErrorContains(t, err, "lucid: preload User.Skills: ")
			})
		})
	}
}

func TestQueryEvent(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ann := app.AllUsers(t, db)[0]
		tests := []struct {
			name string
			run  func(ctx context.Context) error
			path string // of the last statement
			rows int64
		}{
			{"All", func(ctx context.Context) error { _, err := lucid.From[app.User](db).All(ctx); return err }, "User", 4},
			{"First", func(ctx context.Context) error { _, err := lucid.From[app.User](db).First(ctx); return err }, "User", 1},
			{"no row", func(ctx context.Context) error {
				_, err := lucid.From[app.User](db).Where("id", 99).All(ctx)
				return err
			}, "User", 0},
			{"Count", func(ctx context.Context) error { _, err := lucid.From[app.User](db).Count(ctx); return err }, "User", 1},
			{"Pluck", func(ctx context.Context) error {
				_, err := lucid.Pluck[string](ctx, lucid.From[app.Post](db), "title")
				return err
			}, "Post", 6},
			{"Each", func(ctx context.Context) error {
				for _, err := range lucid.From[app.Post](db).Each(ctx) {
					if err != nil {
						return err
					}
				}
				return nil
			}, "Post", 6},
			{"Preload", func(ctx context.Context) error {
				_, err := lucid.From[app.User](db).Preload(app.UserPosts.Preload(app.PostComments)).All(ctx)
				return err
			}, "User.Posts.Comments", 4},
			{"Load", func(ctx context.Context) error { return app.UserPosts.Load(ctx, db, ann) }, "User.Posts", 3},
			{"Load of a relation without a field", func(ctx context.Context) error {
				return app.UserLatestPosts.Load(ctx, db, ann)
			}, "User.Posts", 3},
			{"Query of a relation", func(ctx context.Context) error {
				_, err := app.UserSkills.Query(db, ann).All(ctx)
				return err
			}, "User.Skills", 2},
			{"Exec", func(ctx context.Context) error {
				_, err := db.Exec(ctx, "UPDATE posts SET likes = likes + ? WHERE user_id = ?", 1, 1)
				return err
			}, "exec", 3},
		}
		for _, test := range tests {
			start := time.Now()
			require.NoError(t, test.run(t.Context()), test.name)
			e := db.Sent.Last()
			assert.Equal(t, test.path, e.Path, test.name)
			assert.Equal(t, test.rows, e.Rows, test.name)
			assert.NotEmpty(t, e.SQL, test.name)
			assert.NoError(t, e.Err, test.name)
			assert.Positive(t, e.Duration, test.name)
			assert.False(t, e.Start.Before(start.Add(-time.Second)), test.name)
		}
		assert.Equal(t, []any{1, 1}, db.Sent.Last().Args)
	})
}

func TestQueryEventOfAFailure(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		_, err := db.Exec(t.Context(), "UPDATE no_such_table SET a = ?", 1)
		require.Error(t, err)
		e := db.Sent.Last()
		require.Error(t, e.Err)
		assert.ErrorIs(t, err, e.Err, "the caller gets what the hook saw, with more words")
		assert.Zero(t, e.Rows)
		assert.Positive(t, e.Duration)
	})
}

// A result that stops half-way is reported with the rows that were read until then, and the error.
func TestQueryEventOfAScanError(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		_, err := lucid.From[dated](db).OrderBy("id").All(t.Context())
		require.Error(t, err)
		e := db.Sent.Last()
		assert.Error(t, e.Err)
		assert.EqualValues(t, 3, e.Rows, "post 3 is the first without a date")
	})
}

// dated reads posts as if each had a date, which the third has not.
type dated struct {
	lucid.Model
	ID        int64
	UserID    int64
	CreatedAt time.Time
}

func (dated) TableName() string { return "posts" }

func TestWithLogger(t *testing.T) {
	t.Parallel()
	const secret = "sesame-4711"
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db := testdb.Memory(t, lucid.WithLogger(logger), lucid.WithLogger(nil))
	ctx := t.Context()
	_, err := db.Exec(ctx, "CREATE TABLE countries (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
	require.NoError(t, err)
	_, err = db.Exec(ctx, "INSERT INTO countries (name) VALUES (?)", secret)
	require.NoError(t, err)
	_, err = lucid.From[app.Country](db).Where("name", secret).All(ctx)
	require.NoError(t, err)
	_, err = db.Exec(ctx, "UPDATE no_such_table SET name = ?", secret)
	require.Error(t, err)

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4, "a line for each statement")
	for _, line := range lines[:3] {
		assert.Contains(t, line, "level=DEBUG")
		assert.NotContains(t, line, "error=")
	}
	assert.Contains(t, lines[2], "path=Country")
	assert.Contains(t, lines[2], "SELECT")
	assert.Contains(t, lines[2], "rows=1")
	assert.Contains(t, lines[2], "duration=")
	assert.Contains(t, lines[3], "level=ERROR")
	assert.Contains(t, lines[3], "no_such_table")
	assert.Contains(t, lines[3], "error=")
	assert.NotContains(t, out.String(), secret, "arguments are not logged")
}

// slow is a condition that keeps each kind of database busy until it is interrupted.
func slow(dialect lucid.Dialect) string {
	switch dialect {
	case lucid.PostgreSQL:
		return "pg_sleep(20) IS NOT NULL"
	case lucid.MySQL:
		// The server finishes it even when the client is gone, and the table stays locked until then.
		return "id = 1 AND SLEEP(2) = 0"
	default:
		return "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) > 0"
	}
}

// finishing are the ways in which a statement is sent, each with a condition.
var finishing = []struct {
	name string
	run  func(ctx context.Context, ex lucid.Executor, condition string) error
}{
	{"All", func(ctx context.Context, ex lucid.Executor, condition string) error {
		_, err := lucid.From[app.Country](ex).WhereRaw(condition).All(ctx)
		return err
	}},
	{"Each", func(ctx context.Context, ex lucid.Executor, condition string) error {
		for _, err := range lucid.From[app.Country](ex).WhereRaw(condition).Each(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	}},
	{"Count", func(ctx context.Context, ex lucid.Executor, condition string) error {
		_, err := lucid.From[app.Country](ex).WhereRaw(condition).Count(ctx)
		return err
	}},
	{"Pluck", func(ctx context.Context, ex lucid.Executor, condition string) error {
		_, err := lucid.Pluck[string](ctx, lucid.From[app.Country](ex).WhereRaw(condition), "name")
		return err
	}},
	{"Preload", func(ctx context.Context, ex lucid.Executor, condition string) error {
		_, err := lucid.From[app.Skill](ex).Preload(app.SkillUsers.With(func(q *lucid.Query[app.User]) {
			q.WhereRaw("EXISTS (SELECT 1 FROM countries WHERE " + condition + ")")
		})).All(ctx)
		return err
	}},
	{"sibling preloads", func(ctx context.Context, ex lucid.Executor, condition string) error {
		_, err := lucid.From[app.Post](ex).Preload(app.PostAuthor, app.PostComments.With(func(q *lucid.Query[app.Comment]) {
			q.WhereRaw("EXISTS (SELECT 1 FROM countries WHERE " + condition + ")")
		})).All(ctx)
		return err
	}},
	{"Exec", func(ctx context.Context, ex lucid.Executor, condition string) error {
		sql := "DELETE FROM countries WHERE name = 'nobody' OR " + condition
		switch ex := ex.(type) {
		case *lucid.DB:
			_, err := ex.Exec(ctx, sql)
			return err
		case *lucid.Tx:
			_, err := ex.Exec(ctx, sql)
			return err
		}
		return nil
	}},
}

func TestCancelledBefore(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		app.RequireUsable(t, one)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		expired, cancel := context.WithTimeout(t.Context(), -time.Second)
		defer cancel()
		for _, f := range finishing {
			require.ErrorIs(t, f.run(cancelled, one, "1 = 1"), context.Canceled, f.name)
			require.ErrorIs(t, f.run(expired, one, "1 = 1"), context.DeadlineExceeded, f.name)
			app.RequireUsable(t, one)
		}
		_, err := one.Begin(cancelled)
		require.ErrorIs(t, err, context.Canceled)
		err = one.Transaction(expired, func(*lucid.Tx) error { t.Error("the function runs"); return nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		app.RequireUsable(t, one)
	})
}

func TestCancelledDuring(t *testing.T) {
	for _, f := range finishing {
		t.Run(f.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				app.RequireUsable(t, one)
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				err := f.run(ctx, one, slow(db.Dialect))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				app.RequireUsable(t, one)
			})
		})
	}
	t.Run("by the caller", func(t *testing.T) {
		app.Each(t, func(t *testing.T, db *app.DB) {
			one := testdb.Single(t, db.DB)
			app.RequireUsable(t, one)
			ctx, cancel := context.WithCancel(t.Context())
			stop := time.AfterFunc(50*time.Millisecond, cancel)
			defer stop.Stop()
			_, err := lucid.From[app.Country](one).WhereRaw(slow(db.Dialect)).All(ctx)
			require.ErrorIs(t, err, context.Canceled)
			app.RequireUsable(t, one)
		})
	})
}

// after is a hook that calls fn when a statement of a path is over.
type after struct {
	path string
	fn   func()
}

func (after) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }

func (h after) AfterQuery(_ context.Context, e *lucid.QueryEvent) {
	if e.Path == h.path {
		h.fn()
	}
}

func TestCancelledBetweenParentsAndPreload(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		sent := &testdb.Recorder{}
		one := testdb.Single(t, db.DB, lucid.WithQueryHook(sent), lucid.WithQueryHook(after{"User", cancel}))
		users, err := lucid.From[app.User](one).Preload(app.UserPosts, app.UserSkills).All(ctx)
		require.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "lucid: preload User.")
		assert.Empty(t, users, "rows without what they were asked to carry are not returned")
		assert.NoError(t, sent.Of("User")[0].Err, "the parents were read")
		app.RequireUsable(t, one)
	})
}

func TestCancelledInsideALoop(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		testdb.Insert(t, db.DB, "skills", "id, name", slices.Collect(func(yield func([]any) bool) {
			for i := range 3000 {
				yield([]any{i + 10, "skill"})
			}
		})...)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for _, err := range lucid.From[app.Skill](one).Each(ctx) {
			last = err
			cancel()
		}
		if last != nil { // a result that had arrived whole may be read to its end
			require.ErrorIs(t, last, context.Canceled)
		}
		app.RequireUsable(t, one)
	})
}

// finder fails in AfterFind.
type finder struct {
	lucid.Model
	ID int64

	Posts []*app.Post
}

func (finder) TableName() string { return "users" }

func (*finder) AfterFind(context.Context, lucid.Executor) error { return errStop }

// exploding panics when it is scanned.
type exploding struct{}

func (*exploding) Scan(any) error { panic(errStop) }

type explosive struct {
	lucid.Model
	ID   int64
	Name exploding
}

func (explosive) TableName() string { return "countries" }

var (
	datedUser     = &lucid.BelongsTo[dated, app.User]{}
	userDated     = &lucid.HasMany[app.User, dated]{}
	userFinder    = &lucid.HasMany[app.User, finder]{ForeignKey: lucid.Column(func(f *finder) *int64 { return &f.ID })}
	userExplosive = &lucid.HasMany[app.User, explosive]{ForeignKey: lucid.Column(func(e *explosive) *int64 { return &e.ID })}
)

func init() {
	lucid.Register[dated](datedUser)
	lucid.Register[app.User](userDated, userFinder, userExplosive)
}

// Whatever happens to a result, its connection goes back: the pool has only one.
func TestRowsAreClosed(t *testing.T) {
	type failure = func(ctx context.Context, db *lucid.DB) error
	tests := []struct {
		name string
		run  failure
	}{
		{"scan error in All", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[dated](db).All(ctx)
			return err
		}},
		{"scan error in Each", func(ctx context.Context, db *lucid.DB) error {
			for _, err := range lucid.From[dated](db).OrderBy("id").Each(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		{"scan error in a batch of Each", func(ctx context.Context, db *lucid.DB) error {
			for _, err := range lucid.From[dated](db).Preload(datedUser).Each(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		{"scan error in Pluck", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.Pluck[int64](ctx, lucid.From[app.Post](db), "title")
			return err
		}},
		{"scan error in FindMany", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[dated](db).FindMany(ctx, 1, 2, 3, 4)
			return err
		}},
		{"scan error in a preload", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).Preload(userDated).All(ctx)
			return err
		}},
		{"scan error in the first of sibling preloads", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).Preload(userDated, app.UserPosts, app.UserSkills).All(ctx)
			return err
		}},
		{"scan error in the last of sibling preloads", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserSkills, userDated).All(ctx)
			return err
		}},
		{"failing statement", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).WhereRaw("no_such_column = 1").All(ctx)
			return err
		}},
		{"failing preload", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.WhereRaw("no_such_column = 1") })).All(ctx)
			return err
		}},
		{"error that the database finds while it sends rows", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.Post](db).WhereRaw(divisionByZero).OrderBy("id").All(ctx)
			return err
		}},
		{"error of AfterFind", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[finder](db).All(ctx)
			return err
		}},
		{"error of AfterFind in Each", func(ctx context.Context, db *lucid.DB) error {
			for _, err := range lucid.From[finder](db).Each(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		}},
		{"error of AfterFind in a preload", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).Preload(userFinder).All(ctx)
			return err
		}},
		{"break out of Each", func(ctx context.Context, db *lucid.DB) error {
			for _, err := range lucid.From[app.Post](db).Each(ctx) {
				if err != nil {
					return err
				}
				break
			}
			return errStop
		}},
		{"panic in the body of Each", func(ctx context.Context, db *lucid.DB) error {
			return recovered(func() {
				for _, err := range lucid.From[app.Post](db).Each(ctx) {
					panic(errors.Join(err, errStop))
				}
			})
		}},
		{"Explain of a failing statement", func(ctx context.Context, db *lucid.DB) error {
			_, err := lucid.From[app.User](db).WhereRaw("no_such_column = 1").Explain(ctx)
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				if db.Dialect != lucid.PostgreSQL && strings.Contains(test.name, "while it sends rows") {
					t.Skip("division by zero is NULL here")
				}
				require.Error(t, test.run(t.Context(), one))
				app.RequireUsable(t, one)

				// And inside a transaction the connection is free for the next statement, save that a
				// failed statement ends a transaction of PostgreSQL.
				err := one.Transaction(t.Context(), func(tx *lucid.Tx) error {
					return tx.Transaction(t.Context(), func(tx *lucid.Tx) error {
						_, err := lucid.From[dated](tx).All(t.Context())
						return err
					})
				})
				require.Error(t, err)
				app.RequireUsable(t, one)
			})
		})
	}
}

// A panic of the program's own Scan, which a server recovers, gives the connection back too.
func TestRowsAreClosedOnPanic(t *testing.T) {
	tests := []struct {
		name string
		run  func(ctx context.Context, db *lucid.DB) error
	}{
		{"panic of a Scanner in All", func(ctx context.Context, db *lucid.DB) error {
			return recovered(func() { _, _ = lucid.From[explosive](db).All(ctx) })
		}},
		{"panic of a Scanner in Each", func(ctx context.Context, db *lucid.DB) error {
			return recovered(func() {
				for _, err := range lucid.From[explosive](db).Each(ctx) {
					_ = err
				}
			})
		}},
		{"panic of a Scanner in Pluck", func(ctx context.Context, db *lucid.DB) error {
			return recovered(func() { _, _ = lucid.Pluck[exploding](ctx, lucid.From[app.Country](db), "name") })
		}},
		{"panic of a Scanner in sibling preloads", func(ctx context.Context, db *lucid.DB) error {
			return recovered(func() { _, _ = lucid.From[app.User](db).Preload(userExplosive, app.UserPosts).All(ctx) })
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				panicked := make(chan error, 1)
				go func() { panicked <- test.run(t.Context(), one) }()
				select {
				case err := <-panicked:
					require.ErrorIs(t, err, errStop, "the panic goes on")
					app.RequireUsable(t, one)
				case <-time.After(testdb.Patience):
					t.Fatal("the panic never comes out: something waits for the connection")
				}
			})
		})
	}
}

// divisionByZero fails for the fourth post only, when the first three are already on their way.
const divisionByZero = "10 / (4 - id) > -100"

// recovered is the error with which fn panics.
func recovered(fn func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err, _ = r.(error)
		}
	}()
	fn()
	return nil
}
