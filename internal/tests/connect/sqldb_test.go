package connect_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/testdb/server"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same program runs on a database/sql handle, whose driver is the user's choice: on PostgreSQL pgx's own.
func TestNewSQL(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		sent := &testdb.Recorder{}
		mine := lucid.NewSQL(testdb.SingleSQL(t, db.DB), db.Dialect, lucid.WithQueryHook(sent))
		defer func() { assert.NoError(t, mine.Close()) }()

		users, err := lucid.From[app.User](mine).
			WhereIn("id", []int64{1, 2, 3}).
			Preload(app.UserPosts.Preload(app.PostComments), app.UserCountry.Preload(app.CountryPosts), app.UserSkills, app.UserProfile, app.UserFollows).
			OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 3}, app.UserIDs(users))
		assert.Equal(t, []int64{1, 2, 3}, app.SortedIDs(app.PostIDs(users[0].Posts)))
		assert.True(t, app.Day(1).Equal(users[0].CreatedAt), "%v", users[0].CreatedAt)
		assert.Equal(t, "Kenya", users[0].Country.Name)
		assert.Equal(t, []int64{1, 2}, app.SortedIDs(app.SkillIDs(users[0].Skills)))
		level, err := lucid.Extra[string](users[0].Skills[0], "pivot_proficiency")
		require.NoError(t, err)
		assert.Contains(t, []string{"expert", "novice"}, level)
		assert.Len(t, sent.Paths(), 8, "the probe is not one of the program's statements")

		require.NoError(t, mine.Transaction(t.Context(), func(tx *lucid.Tx) error {
			inner := tx.Transaction(t.Context(), func(tx *lucid.Tx) error {
				return addSkill(t.Context(), tx, 1) // taken
			})
			require.Error(t, inner)
			return addSkill(t.Context(), tx, 10)
		}))
		assert.Equal(t, []int64{10}, newSkills(t, mine))
		n, err := mine.Exec(t.Context(), "UPDATE posts SET created_at = ? WHERE created_at = ?", app.Day(9), app.Day(1))
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
	})
}

// Nothing is sent to a MySQL handle that reads times as text, but the question whether it does.
func TestNewSQLWithoutParseTime(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.MySQL {
			t.Skip("parseTime is a setting of MySQL's driver")
		}
		driver, source, err := server.Source(db.URL)
		require.NoError(t, err)
		handle, err := sql.Open(driver, source)
		require.NoError(t, err)
		sent := &testdb.Recorder{}
		mine := lucid.NewSQL(handle, lucid.MySQL, lucid.WithQueryHook(sent))
		defer func() { assert.NoError(t, mine.Close()) }()
		const want = "lucid: NewSQL: the MySQL handle reads times as text: add parseTime=true to its DSN"
		for range 2 { // it stays so
			_, err = mine.Exec(t.Context(), "DELETE FROM comments")
			require.EqualError(t, err, want)
			_, err = lucid.From[app.User](mine).All(t.Context())
			require.EqualError(t, err, want)
			_, err = mine.Begin(t.Context())
			require.EqualError(t, err, want)
			require.EqualError(t, app.UserPosts.Load(t.Context(), mine, app.AllUsers(t, db)[0]), want)
		}
		assert.Empty(t, sent.Paths())
		n, err := lucid.From[app.Comment](db).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 4, n)
	})
}

func TestNewSQLUnknownDialect(t *testing.T) {
	t.Parallel()
	for _, dialect := range []lucid.Dialect{0, 99, -1} {
		handle, err := sql.Open("sqlite", ":memory:")
		require.NoError(t, err)
		db := lucid.NewSQL(handle, dialect)
		_, err = db.Exec(t.Context(), "SELECT 1")
		require.ErrorContains(t, err, "lucid: NewSQL: unknown dialect")
		assert.ErrorContains(t, err, "pass PostgreSQL, MySQL or SQLite")
		_, err = lucid.From[app.User](db).All(t.Context())
		require.ErrorContains(t, err, "lucid: NewSQL: unknown dialect")
		_, _, err = lucid.From[app.User](db).SQL()
		require.ErrorContains(t, err, "lucid: NewSQL: unknown dialect", "there is no SQL to show")
		require.NoError(t, db.Close())
	}
}

// SQL needs no server, and takes the dialect that the handle was made with.
func TestNewSQLShowsSQLUnused(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[lucid.Dialect]string{lucid.PostgreSQL: `"id" = $1`, lucid.MySQL: "`id` = ?", lucid.SQLite: `"id" = ?`} {
		db := lucid.NewSQL(sql.OpenDB(&standIn{err: errStop}), dialect)
		text, args, err := lucid.From[app.User](db).Where("id", 1).SQL()
		require.NoError(t, err, dialect)
		assert.Contains(t, text, want)
		assert.Equal(t, []any{1}, args)
	}
}

// standIn is a connector that fails with err; if waiting is set, it first waits until that is closed.
type standIn struct {
	err     error
	begun   chan struct{}
	waiting chan struct{}
	once    sync.Once
}

func (c *standIn) Driver() driver.Driver { return nil }

func (c *standIn) Connect(ctx context.Context) (driver.Conn, error) {
	if c.waiting != nil {
		c.once.Do(func() { close(c.begun) })
		select {
		case <-c.waiting:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, c.err
}

func TestNewSQLWithoutServer(t *testing.T) {
	t.Parallel()
	for _, dialect := range []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL, lucid.SQLite} {
		db := lucid.NewSQL(sql.OpenDB(&standIn{err: errStop}), dialect)
		_, err := lucid.From[app.User](db).All(t.Context())
		require.ErrorIs(t, err, errStop, dialect)
		assert.ErrorContains(t, err, "lucid: connect: ")
	}
}

// While one caller waits for a server that does not answer, another gives up when its own context ends.
func TestNewSQLFirstUseIsNotHeldUp(t *testing.T) {
	t.Parallel()
	server := &standIn{err: errStop, begun: make(chan struct{}), waiting: make(chan struct{})}
	db := lucid.NewSQL(sql.OpenDB(server), lucid.MySQL)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(server.waiting)
	wg.Go(func() {
		_, err := lucid.From[app.User](db).All(context.WithoutCancel(t.Context()))
		assert.ErrorIs(t, err, errStop)
	})
	<-server.begun
	impatient := make(chan error, 1)
	wg.Go(func() {
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		cancel()
		_, err := lucid.From[app.User](db).All(ctx)
		impatient <- err
	})
	select {
	case err := <-impatient:
		require.ErrorIs(t, err, context.Canceled)
	case <-time.After(testdb.Patience):
		t.Error("a caller with a cancelled context waits for another's connection")
	}
}

func TestNewPgx(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.PostgreSQL {
			t.Skip("pgx speaks to PostgreSQL only")
		}
		url, err := server.WithParam(db.URL, "pool_max_conns", "1")
		require.NoError(t, err)
		pool, err := pgxpool.New(t.Context(), url)
		require.NoError(t, err)
		mine := lucid.NewPgx(pool)
		users, err := lucid.From[app.User](mine).Preload(app.UserPosts, app.UserSkills, app.UserProfile).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Len(t, users, 4)
		require.NoError(t, mine.Transaction(t.Context(), func(tx *lucid.Tx) error {
			return lucid.Load(t.Context(), tx, users, app.UserPosts, app.UserSkills, app.UserFollows)
		}))
		app.RequireUsable(t, mine)
		assert.EqualValues(t, 0, pool.Stat().AcquiredConns())
		require.NoError(t, mine.Close())
		require.Error(t, pool.Ping(t.Context()), "Close closes the pool")
	})
}

func TestCloseClosesWhatIsWrapped(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		handle := testdb.SingleSQL(t, db.DB)
		mine := lucid.NewSQL(handle, db.Dialect)
		app.RequireUsable(t, mine)
		require.NoError(t, mine.Close())
		require.Error(t, handle.PingContext(t.Context()))
	})
}

func TestUseAfterClose(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ann := app.AllUsers(t, db)[0]
		opened, err := lucid.Open(t.Context(), db.URL)
		require.NoError(t, err)
		for _, mine := range []*lucid.DB{opened, lucid.NewSQL(testdb.SingleSQL(t, db.DB), db.Dialect)} {
			require.NoError(t, mine.Close())
			for name, use := range everyUse(t, ann) {
				require.Error(t, use(mine), name)
			}
			require.NoError(t, mine.Close(), "twice is once")
		}
	})
}

func TestZeroDB(t *testing.T) {
	t.Parallel()
	const want = "lucid: this handle has no database: make it with Open, NewPgx or NewSQL"
	db := &lucid.DB{}
	for name, use := range everyUse(t, &app.User{ID: 1}) {
		require.EqualError(t, use(db), want, name)
	}
	_, _, err := lucid.From[app.User](db).SQL()
	require.EqualError(t, err, want)
	require.NoError(t, db.Close())
}

func TestNilDB(t *testing.T) {
	t.Parallel()
	for _, ex := range []lucid.Executor{nil, (*lucid.DB)(nil), (*lucid.Tx)(nil)} {
		_, err := lucid.From[app.User](ex).All(t.Context())
		require.EqualError(t, err, "lucid: User: the executor is nil: pass a *DB or a *Tx")
		require.ErrorContains(t, app.UserPosts.Load(t.Context(), ex, &app.User{ID: 1}), "the executor is nil")
		_, err = app.UserPosts.Query(ex, &app.User{ID: 1}).All(t.Context())
		require.ErrorContains(t, err, "the executor is nil")
	}
}

// everyUse are the ways in which a handle is used.
func everyUse(t *testing.T, user *app.User) map[string]func(db *lucid.DB) error {
	ctx := t.Context()
	return map[string]func(db *lucid.DB) error{
		"Exec":  func(db *lucid.DB) error { _, err := db.Exec(ctx, "SELECT 1"); return err },
		"Begin": func(db *lucid.DB) error { _, err := db.Begin(ctx); return err },
		"Transaction": func(db *lucid.DB) error {
			return db.Transaction(ctx, func(*lucid.Tx) error { return errors.New("the function runs") })
		},
		"All":   func(db *lucid.DB) error { _, err := lucid.From[app.User](db).All(ctx); return err },
		"Find":  func(db *lucid.DB) error { _, err := lucid.From[app.User](db).Find(ctx, 1); return err },
		"Count": func(db *lucid.DB) error { _, err := lucid.From[app.User](db).Count(ctx); return err },
		"Pluck": func(db *lucid.DB) error {
			_, err := lucid.Pluck[string](ctx, lucid.From[app.User](db), "email")
			return err
		},
		"Each": func(db *lucid.DB) error {
			for _, err := range lucid.From[app.User](db).Each(ctx) {
				return err
			}
			return nil
		},
		"Load": func(db *lucid.DB) error { return app.UserPosts.Load(ctx, db, user) },
	}
}
