package lucid

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"
)

// Open connects to a database by its URL and checks the connection:
//
//	postgres://user:password@host:5432/database?sslmode=disable     (or postgresql://)
//	mysql://user:password@host:3306/database?tls=true               (or mariadb://)
//	sqlite:file.db   sqlite:/path/to/file.db   sqlite::memory:
//
// PostgreSQL: Open uses pgx and takes its URL options.
//
// MySQL and MariaDB: Open takes the options of go-sql-driver/mysql. Unless the URL sets them, it sets parseTime,
// clientFoundRows and interpolateParams, the time zone UTC and the character set utf8mb4.
//
// SQLite: the program imports a driver, such as
//
//	import _ "modernc.org/sqlite"
//
// Every connection checks foreign keys, waits five seconds for a lock, and begins its transactions IMMEDIATE.
// sqlite::memory: is one new database. The whole pool shares it, and Close removes it.
//
// An error names the scheme or the setting that is wrong, never the password.
func Open(ctx context.Context, rawURL string, opts ...Option) (*DB, error) {
	scheme, rest, _ := strings.Cut(rawURL, ":")
	var db *DB
	var err error
	switch scheme {
	case "postgres", "postgresql":
		db, err = openPgx(ctx, rawURL, opts)
	case "mysql", "mariadb":
		db, err = openMySQL(ctx, rawURL, opts)
	case "sqlite":
		db, err = openSQLite(ctx, rest, opts)
	default:
		if !schemeName.MatchString(scheme) || rest == "" {
			return nil, wrong(nil, "lucid: open: the URL has no scheme: use postgres://, mysql:// or sqlite:")
		}
		return nil, wrong(nil, "lucid: open: unknown scheme %q: use postgres://, mysql:// or sqlite:", scheme)
	}
	if err != nil {
		return nil, failed("open "+scheme, stopped(ctx, err))
	}
	return db, nil
}

// schemeName matches the part of a URL that an error may show. The rest may have a password.
var schemeName = regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*$`)

// errURL replaces the errors of URL parsers, whose texts quote the password.
var errURL = errors.New("the URL cannot be parsed: " +
	"it is scheme://user:password@host:port/database, with special characters of the password percent-encoded")

func openMySQL(ctx context.Context, rawURL string, opts []Option) (*DB, error) {
	cfg, err := mysqlConfig(rawURL)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return openSQL(ctx, sql.OpenDB(connector), MySQL, opts)
}

// openSQL wraps a handle that Open made, and asks the server what it is.
func openSQL(ctx context.Context, handle *sql.DB, kind Dialect, opts []Option) (*DB, error) {
	db := NewSQL(handle, kind, opts...)
	if _, err := db.core.known(ctx); err != nil {
		_ = handle.Close()
		return nil, err
	}
	return db, nil
}

// mysqlConfig returns the driver's configuration for a URL. It sets careful defaults; options of the URL take
// precedence.
func mysqlConfig(rawURL string) (*mysql.Config, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Opaque != "" || !strings.Contains(rawURL, "://") {
		return nil, errURL
	}
	params := u.Query()
	for name, value := range map[string]string{
		"parseTime": "true", "clientFoundRows": "true", "interpolateParams": "true",
		"loc": "UTC", "time_zone": "'+00:00'", "charset": "utf8mb4",
	} {
		if !params.Has(name) {
			params.Set(name, value)
		}
	}
	host := u.Host
	if host == "" {
		host = "127.0.0.1:3306"
	} else if u.Port() == "" {
		host += ":3306"
	}
	cfg, err := mysql.ParseDSN("tcp(" + host + ")/?" + params.Encode())
	if err != nil {
		return nil, err
	}
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	cfg.DBName = strings.TrimPrefix(u.Path, "/")
	return cfg, nil
}

// memories numbers the databases of sqlite::memory:, so that each has its own name.
var memories atomic.Int64

func openSQLite(ctx context.Context, name string, opts []Option) (*DB, error) {
	drv, err := sqliteDriver()
	if err != nil {
		return nil, err
	}
	path, query, _ := strings.Cut(strings.TrimPrefix(name, "//"), "?")
	path = strings.TrimPrefix(path, "file:")
	if path == "" {
		return nil, wrong(nil, "lucid: open sqlite: no file: use sqlite:file.db or sqlite::memory:")
	}
	memory := path == ":memory:"
	if memory {
		// The memdb file system shares a database by name between connections, with real locks.
		path, query = fmt.Sprintf("/lucid-%d", memories.Add(1)), joinQuery(query, "vfs=memdb")
	}
	escaped := strings.NewReplacer("%", "%25", "#", "%23").Replace(path)
	dsn := "file:" + escaped + "?" + joinQuery(query, "_txlock=immediate")
	handle := sql.OpenDB(sqliteConnector{drv, dsn, defaultPragmas(query)})
	db, err := openSQL(ctx, handle, SQLite, opts)
	if err != nil || !memory {
		return db, err
	}
	if err := keepOpen(ctx, db, handle); err != nil {
		return nil, err
	}
	return db, nil
}

// keepOpen holds one connection until Close, because a database in memory lives as long as a connection to it.
func keepOpen(ctx context.Context, db *DB, handle *sql.DB) error {
	kept, err := handle.Conn(ctx)
	if err != nil {
		return errors.Join(err, handle.Close())
	}
	finish := db.core.finish
	db.core.finish = func() error {
		_ = kept.Close()
		return finish()
	}
	return nil
}

func joinQuery(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}

// sqliteDriver returns the SQLite driver that the program imported.
func sqliteDriver() (driver.Driver, error) {
	for _, name := range []string{"sqlite", "sqlite3"} {
		for _, registered := range sql.Drivers() {
			if registered != name {
				continue
			}
			handle, err := sql.Open(name, ":memory:")
			if err != nil {
				return nil, err
			}
			return handle.Driver(), handle.Close()
		}
	}
	return nil, wrong(nil, `lucid: open sqlite: the program has no SQLite driver: add import _ "modernc.org/sqlite"`)
}

// sqliteConnector sets up each new connection with statements, which every driver understands. Options in a DSN
// differ between drivers.
type sqliteConnector struct {
	drv   driver.Driver
	dsn   string
	setup []string
}

// defaultPragmas returns the statements for the settings that the URL does not make.
func defaultPragmas(query string) []string {
	var setup []string
	for _, pragma := range [][2]string{{"busy_timeout", "5000"}, {"foreign_keys", "ON"}} {
		if !strings.Contains(query, pragma[0]) {
			setup = append(setup, "PRAGMA "+pragma[0]+" = "+pragma[1])
		}
	}
	return setup
}

func (c sqliteConnector) Driver() driver.Driver { return c.drv }

func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.drv.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	for _, pragma := range c.setup {
		if err := execOn(ctx, conn, pragma); err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

func execOn(ctx context.Context, conn driver.Conn, text string) error {
	if e, ok := conn.(driver.ExecerContext); ok {
		_, err := e.ExecContext(ctx, text, nil)
		return err
	}
	st, err := conn.Prepare(text)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	_, err = st.Exec(nil) //nolint:staticcheck // the drivers without ExecerContext have only this
	return err
}
