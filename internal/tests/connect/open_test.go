package connect_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/testdb/server"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evaluate is an SQL expression as the database sees it from ex.
func evaluate[V any](t testing.TB, ex lucid.Executor, expression string) V {
	t.Helper()
	row, err := lucid.From[app.Country](ex).SelectRaw(expression + " AS outcome").First(t.Context())
	require.NoError(t, err, expression)
	v, err := lucid.Extra[V](row, "outcome")
	require.NoError(t, err, expression)
	return v
}

func TestOpenMistakes(t *testing.T) {
	t.Parallel()
	const unknown = `lucid: open: unknown scheme %q: use postgres://, mysql:// or sqlite:`
	tests := []struct{ name, url, want string }{
		{"empty", "", "lucid: open: the URL has no scheme: use postgres://, mysql:// or sqlite:"},
		{"unknown scheme", "oracle://localhost/app", fmt.Sprintf(unknown, "oracle")},
		{"scheme in capitals", "Oracle://localhost/app", fmt.Sprintf(unknown, "Oracle")},
		{"no file", "sqlite:", "lucid: open sqlite: no file: use sqlite:file.db or sqlite::memory:"},
		{"no file but options", "sqlite:?mode=ro", "lucid: open sqlite: no file: use sqlite:file.db or sqlite::memory:"},
		{"no file after slashes", "sqlite://", "lucid: open sqlite: no file: use sqlite:file.db or sqlite::memory:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db, err := lucid.Open(t.Context(), test.url)
			require.EqualError(t, err, test.want)
			assert.Nil(t, db)
		})
	}
	t.Run("a directory is no database", func(t *testing.T) {
		db, err := lucid.Open(t.Context(), "sqlite:"+t.TempDir())
		require.ErrorContains(t, err, "lucid: open sqlite: ")
		assert.Nil(t, db)
	})
}

// refused is an address of this machine where nothing listens.
func refused(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// The password is in none of the errors, whether the URL can be parsed or not.
func TestOpenNeverShowsThePassword(t *testing.T) {
	t.Parallel()
	host := refused(t)
	urls := map[string]string{
		"no server":               "%s://user:" + url.QueryEscape("ses@me:4/7?1#1%") + "@" + host + "/app",
		"unknown option":          "%s://user:sesame@" + host + "/app?sslmode=nonsense&tls=nonsense&no_such_option=1",
		"password as an option":   "%s://user@" + host + "/app?password=sesame&sslmode=nonsense",
		"port that is no number":  "%s://user:sesame@127.0.0.1:port/app",
		"percent":                 "%s://user:ses%%zame@" + host + "/app",
		"at":                      "%s://user:x@sesame%%zz@" + host + "/app",
		"colon":                   "%s://user:x:sesame%%zz@" + host + "/app",
		"slash":                   "%s://user:sesame/x@" + host + "/app",
		"slash and at":            "%s://user:x/sesame@y@" + host + "/app",
		"question mark":           "%s://user:sesame?x@" + host + "/app",
		"hash":                    "%s://user:sesame#x@" + host + "/app",
		"blank":                   "%s://user:sesame x@" + host + "/app",
		"line break":              "%s://user:sesame\n@" + host + "/app",
		"bracket":                 "%s://user:sesame[@" + host + "/app",
		"one slash":               "%s:/user:sesame@" + host + "/app",
		"no slashes":              "%s:user:sesame@" + host + "/app",
		"forgotten host":          "%s://user:sesame",
		"driver's form of MySQL":  "user:sesame@tcp(" + host + ")/app",
		"driver's form of libpq":  "host=127.0.0.1 password=sesame",
		"the same with a colon":   "password=sesame host=::1",
		"scheme of another world": "oracle://user:sesame@" + host + "/app",
		"no scheme":               "//user:sesame@" + host + "/app",
		"nothing but a password":  "sesame",
	}
	for name, format := range urls {
		for _, scheme := range []string{"postgres", "postgresql", "mysql", "mariadb"} {
			t.Run(name+"/"+scheme, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), testdb.Patience)
				defer cancel()
				text := format
				if strings.Contains(format, "%s") {
					text = fmt.Sprintf(format, scheme)
				}
				db, err := lucid.Open(ctx, text)
				require.Error(t, err)
				assert.Nil(t, db)
				for _, secret := range []string{"sesame", "ses@me", "ses%40me", "ses%zame"} {
					assert.NotContains(t, err.Error(), secret)
				}
				assert.Regexp(t, `^lucid: open`, err.Error())
			})
		}
	}
}

func TestOpenWithoutServer(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"postgres", "mysql"} {
		t.Run(scheme, func(t *testing.T) {
			db, err := lucid.Open(t.Context(), scheme+"://user@"+refused(t)+"/app")
			require.ErrorContains(t, err, "lucid: open "+scheme+": ")
			assert.Nil(t, db)
		})
	}
}

// A server that accepts and never answers is waited for as long as the context says.
func TestOpenCancelled(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	for _, address := range []string{
		"postgres://user@" + listener.Addr().String() + "/app", "mysql://user@" + listener.Addr().String() + "/app",
		"sqlite::memory:", "sqlite:" + filepath.Join(t.TempDir(), "app.db"),
	} {
		t.Run(strings.SplitN(address, "@", 2)[0], func(t *testing.T) {
			cancelled, cancel := context.WithCancel(t.Context())
			cancel()
			db, err := lucid.Open(cancelled, address)
			require.ErrorIs(t, err, context.Canceled)
			assert.Nil(t, db)
			if strings.HasPrefix(address, "sqlite") {
				return
			}
			expiring, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			db, err = lucid.Open(expiring, address)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Nil(t, db)
		})
	}
}

// holding runs fn while n results are open, each of which holds a connection of its own.
func holding(t *testing.T, db *lucid.DB, n int, fn func()) {
	t.Helper()
	if n == 0 {
		fn()
		return
	}
	for _, err := range lucid.From[app.Skill](db).Each(t.Context()) {
		require.NoError(t, err)
		holding(t, db, n-1, fn)
		break
	}
}

// sqliteURLs are the forms of an SQLite URL, each of a database of its own.
func sqliteURLs(t *testing.T) map[string]string {
	return map[string]string{
		"memory":              "sqlite::memory:",
		"memory with slashes": "sqlite://:memory:",
		"file":                "sqlite:" + filepath.Join(t.TempDir(), "app.db"),
		"file with slashes":   "sqlite://" + filepath.Join(t.TempDir(), "app.db"),
	}
}

func TestOpenSQLiteSettings(t *testing.T) {
	t.Parallel()
	for name, address := range sqliteURLs(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := opened(t, address)
			app.Seed(t, db)
			holding(t, db.DB, 3, func() {
				assert.EqualValues(t, 1, evaluate[int](t, db, "(SELECT foreign_keys FROM pragma_foreign_keys)"))
				assert.EqualValues(t, 5000, evaluate[int](t, db, "(SELECT timeout FROM pragma_busy_timeout)"))
			})
			_, err := db.Exec(t.Context(), "INSERT INTO comments (post_id, body) VALUES (99, 'of no post')")
			require.ErrorContains(t, err, "foreign key constraint violated")
		})
	}
}

// opened is a handle that Open made, closed when the test ends.
func opened(t testing.TB, address string) *testdb.DB {
	t.Helper()
	db, err := lucid.Open(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { testdb.CloseSoon(t, db) })
	dialects := map[string]lucid.Dialect{"sqlite": lucid.SQLite, "mysql": lucid.MySQL, "postgres": lucid.PostgreSQL}
	scheme, _, _ := strings.Cut(address, ":")
	return &testdb.DB{DB: db, Dialect: dialects[scheme], URL: address}
}

// A transaction that reads before it writes cannot fail for another's lock: both take it at the start.
func TestOpenSQLiteWritersWait(t *testing.T) {
	t.Parallel()
	for name, address := range sqliteURLs(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := opened(t, address)
			app.Seed(t, db)
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					for range 10 {
						assert.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
							post, err := lucid.From[app.Post](tx).Find(t.Context(), 1)
							if err != nil {
								return err
							}
							_, err = tx.Exec(t.Context(), "UPDATE posts SET likes = ? WHERE id = 1", post.Likes+1)
							return err
						}))
					}
				})
			}
			wg.Wait()
			post, err := lucid.From[app.Post](db).Find(t.Context(), 1)
			require.NoError(t, err)
			assert.Equal(t, 10+3*10, post.Likes)
		})
	}
}

func TestOpenSQLiteMemory(t *testing.T) {
	t.Parallel()
	t.Run("the pool shares it", func(t *testing.T) {
		t.Parallel()
		db := testdb.Memory(t)
		app.Seed(t, db)
		holding(t, db.DB, 5, func() {
			n, err := lucid.From[app.User](db).Count(t.Context())
			require.NoError(t, err)
			assert.EqualValues(t, 4, n)
		})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					users, err := lucid.From[app.User](db).Preload(app.UserPosts).All(t.Context())
					assert.NoError(t, err)
					assert.Len(t, users, 4)
				}
			})
		}
		wg.Wait()
	})
	t.Run("another is another", func(t *testing.T) {
		t.Parallel()
		one, two := testdb.Memory(t), testdb.Memory(t)
		app.Seed(t, one)
		app.Seed(t, two)
		_, err := one.Exec(t.Context(), "DELETE FROM comments")
		require.NoError(t, err)
		n, err := lucid.From[app.Comment](two).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 4, n)
	})
	t.Run("gone after Close", func(t *testing.T) {
		t.Parallel()
		for range 3 {
			db, err := lucid.Open(t.Context(), "sqlite::memory:")
			require.NoError(t, err)
			_, err = db.Exec(t.Context(), "CREATE TABLE things (id INTEGER)")
			require.NoError(t, err, "nothing is left of the one before")
			require.NoError(t, db.Close())
			_, err = db.Exec(t.Context(), "SELECT 1")
			require.Error(t, err)
		}
	})
}

func TestOpenSQLiteFileNames(t *testing.T) {
	for _, name := range []string{"app.db", "with space.db", "100%.db", "a%20b.db", "a#b.db", "a&b=c.db", "a+b.db", "ä ☃.db", "a:b.db", "quote'\".db", "file.db;x"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for form, address := range map[string]string{"absolute": "sqlite:" + filepath.Join(dir, name), "slashes": "sqlite://" + filepath.Join(dir, name)} {
				db, err := lucid.Open(t.Context(), address)
				require.NoError(t, err, form)
				_, err = db.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS things (id INTEGER)")
				require.NoError(t, err)
				require.NoError(t, db.Close())
				assert.Equal(t, []string{name}, filesIn(t, dir), form)
			}
			t.Chdir(dir)
			db, err := lucid.Open(t.Context(), "sqlite:"+name)
			require.NoError(t, err)
			_, err = db.Exec(t.Context(), "INSERT INTO things (id) VALUES (1)")
			require.NoError(t, err, "a relative name is the same file")
			require.NoError(t, db.Close())
			assert.Equal(t, []string{name}, filesIn(t, dir))
		})
	}
}

func filesIn(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// What the URL of an SQLite file asks for is passed on to the driver and to SQLite.
func TestOpenSQLiteOptions(t *testing.T) {
	t.Parallel()
	file := "sqlite:" + filepath.Join(t.TempDir(), "app.db")
	app.Seed(t, opened(t, file))
	db, err := lucid.Open(t.Context(), file+"?mode=ro")
	require.NoError(t, err)
	defer func() { assert.NoError(t, db.Close()) }()
	app.RequireUsable(t, db)
	_, err = db.Exec(t.Context(), "DELETE FROM comments")
	require.ErrorContains(t, err, "readonly")
}

// A user who sets what Open sets wins.
func TestOpenSQLiteUserWins(t *testing.T) {
	t.Parallel()
	db := opened(t, "sqlite:"+filepath.Join(t.TempDir(), "app.db")+"?_txlock=deferred&_pragma=foreign_keys(0)&_pragma=busy_timeout(77)")
	app.Seed(t, db)
	assert.EqualValues(t, 0, evaluate[int](t, db, "(SELECT foreign_keys FROM pragma_foreign_keys)"))
	assert.EqualValues(t, 77, evaluate[int](t, db, "(SELECT timeout FROM pragma_busy_timeout)"))
	first, err := db.Begin(t.Context())
	require.NoError(t, err)
	second, err := db.Begin(t.Context())
	require.NoError(t, err, "transactions that begin DEFERRED don't wait for one another")
	require.NoError(t, first.Rollback(t.Context()))
	require.NoError(t, second.Rollback(t.Context()))
}

// A program without an SQLite driver is told which import to add.
func TestOpenSQLiteWithoutDriver(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(program, []byte(`package main

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

func main() {
	_, err := lucid.Open(context.Background(), "sqlite:app.db")
	fmt.Print(err)
}
`), 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "run", program).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, `lucid: open sqlite: the program has no SQLite driver: add import _ "modernc.org/sqlite"`, string(out))
}

// serverURL is an empty seeded database, and its URL with parameters.
func serverURL(t testing.TB, dialect lucid.Dialect, params ...string) string {
	t.Helper()
	db := testdb.Open(t, dialect)
	app.Seed(t, db)
	address := db.URL
	for i := 0; i < len(params); i += 2 {
		var err error
		address, err = server.WithParam(address, params[i], params[i+1])
		require.NoError(t, err)
	}
	return address
}

func TestOpenMySQLSettings(t *testing.T) {
	t.Parallel()
	db := opened(t, serverURL(t, lucid.MySQL))
	assert.Equal(t, "+00:00", evaluate[string](t, db, "@@session.time_zone"))
	assert.Equal(t, "utf8mb4", evaluate[string](t, db, "@@session.character_set_client"))
	assert.Equal(t, "utf8mb4", evaluate[string](t, db, "@@session.character_set_results"))

	n, err := db.Exec(t.Context(), "UPDATE posts SET likes = 10 WHERE id = 1")
	require.NoError(t, err)
	assert.EqualValues(t, 1, n, "rows found are counted, changed or not")

	post, err := lucid.From[app.Post](db).Find(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, app.Day(1), *post.CreatedAt, "times are read as times, in UTC")

	berlin := time.FixedZone("", 7200)
	_, err = db.Exec(t.Context(), "UPDATE posts SET title = ?, created_at = ? WHERE id = 1", "snow ☃ and 😀", app.Day(5).In(berlin))
	require.NoError(t, err)
	post, err = lucid.From[app.Post](db).Where("title", "snow ☃ and 😀").First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "snow ☃ and 😀", post.Title)
	assert.Equal(t, app.Day(5), *post.CreatedAt, "times are written in UTC")
}

func TestOpenMySQLUserWins(t *testing.T) {
	t.Parallel()
	t.Run("changed rows", func(t *testing.T) {
		t.Parallel()
		db := opened(t, serverURL(t, lucid.MySQL, "clientFoundRows", "false"))
		n, err := db.Exec(t.Context(), "UPDATE posts SET likes = 10 WHERE id = 1")
		require.NoError(t, err)
		assert.Zero(t, n)
	})
	t.Run("time zone", func(t *testing.T) {
		t.Parallel()
		db := opened(t, serverURL(t, lucid.MySQL, "time_zone", "'+05:00'", "loc", "Asia/Karachi"))
		assert.Equal(t, "+05:00", evaluate[string](t, db, "@@session.time_zone"))
		post, err := lucid.From[app.Post](db).Find(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, "Asia/Karachi", post.CreatedAt.Location().String())
	})
	t.Run("character set", func(t *testing.T) {
		t.Parallel()
		db := opened(t, serverURL(t, lucid.MySQL, "charset", "latin1"))
		assert.Equal(t, "latin1", evaluate[string](t, db, "@@session.character_set_client"))
	})
	t.Run("times as text are refused", func(t *testing.T) {
		t.Parallel()
		db, err := lucid.Open(t.Context(), serverURL(t, lucid.MySQL, "parseTime", "false"))
		require.ErrorContains(t, err, "parseTime=true")
		assert.Nil(t, db)
	})
	t.Run("system variable", func(t *testing.T) {
		t.Parallel()
		db := opened(t, serverURL(t, lucid.MySQL, "max_sort_length", "1234"))
		assert.EqualValues(t, 1234, evaluate[int](t, db, "@@session.max_sort_length"))
	})
	t.Run("unknown option", func(t *testing.T) {
		t.Parallel()
		db, err := lucid.Open(t.Context(), serverURL(t, lucid.MySQL, "no_such_option", "1"))
		require.ErrorContains(t, err, "no_such_option")
		assert.Nil(t, db)
	})
}

// MySQL and MariaDB have one scheme each, either of which reaches either; the server itself says which it
// is. Their statements differ in how a select locks for reading.
func TestOpenTellsMariaDBFromMySQL(t *testing.T) {
	t.Parallel()
	address := serverURL(t, lucid.MySQL)
	for _, scheme := range []string{"mysql", "mariadb"} {
		t.Run(scheme, func(t *testing.T) {
			db, err := lucid.Open(t.Context(), scheme+strings.TrimPrefix(address, "mysql"))
			require.NoError(t, err)
			defer func() { assert.NoError(t, db.Close()) }()
			want := "FOR SHARE"
			if strings.Contains(evaluate[string](t, db, "VERSION()"), "MariaDB") {
				want = "LOCK IN SHARE MODE"
			}
			q := lucid.From[app.User](db).ForShare()
			text, _, err := q.SQL()
			require.NoError(t, err)
			assert.Contains(t, text, want)
			_, err = q.All(t.Context())
			require.NoError(t, err)
		})
	}
}

func TestOpenPostgreSQL(t *testing.T) {
	t.Parallel()
	address := serverURL(t, lucid.PostgreSQL, "application_name", "my-app", "pool_max_conns", "1")
	for _, scheme := range []string{"postgres", "postgresql"} {
		t.Run(scheme, func(t *testing.T) {
			db, err := lucid.Open(t.Context(), scheme+"://"+strings.SplitN(address, "://", 2)[1])
			require.NoError(t, err)
			defer func() { assert.NoError(t, db.Close()) }()
			assert.Equal(t, "my-app", evaluate[string](t, db, "current_setting('application_name')"), "URL options are pgx's")
			tx, err := db.Begin(t.Context())
			require.NoError(t, err)
			defer func() { assert.NoError(t, tx.Rollback(t.Context())) }()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err = db.Exec(ctx, "SELECT 1")
			require.ErrorIs(t, err, context.DeadlineExceeded, "the pool has one connection, and it is taken")
		})
	}
}
