package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql for PostgreSQL
	_ "modernc.org/sqlite"
)

// The servers that are used where the environment names none.
const (
	defaultPostgres = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	defaultMariaDB  = "mysql://root@127.0.0.1:3306/"
)

// createPostgres makes a database on the server. Commits that do not wait for the disk and no JIT are
// what the works are measured with, whatever the server's own settings.
func (d *Database) createPostgres(ctx context.Context) error {
	server := fromEnv("LUCID_POSTGRES_URL", defaultPostgres)
	url, err := withDatabase(server, name())
	if err != nil {
		return err
	}
	d.url = url
	d.drop = func(ctx context.Context) error {
		return onServer(ctx, "pgx", server, "DROP DATABASE IF EXISTS "+name()+" WITH (FORCE)")
	}
	return onServer(ctx, "pgx", server,
		"DROP DATABASE IF EXISTS "+name()+" WITH (FORCE)",
		"CREATE DATABASE "+name(),
		"ALTER DATABASE "+name()+" SET synchronous_commit = off",
		"ALTER DATABASE "+name()+" SET jit = off")
}

func (d *Database) createMariaDB(ctx context.Context) error {
	server := fromEnv("LUCID_MYSQL_URL", defaultMariaDB)
	url, err := withDatabase(server, name())
	if err != nil {
		return err
	}
	d.url = url
	d.drop = func(ctx context.Context) error {
		return onServer(ctx, "mysql", mysqlDSN(server), "DROP DATABASE IF EXISTS "+name())
	}
	return onServer(ctx, "mysql", mysqlDSN(server),
		"DROP DATABASE IF EXISTS "+name(),
		"CREATE DATABASE "+name()+" CHARACTER SET utf8mb4")
}

func fromEnv(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", errors.New("the server's URL cannot be parsed")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// mysqlDSN is a mysql:// URL in the driver's own form, with what every peer's connections have.
// interpolateParams saves the round trip that prepares a statement which is used once.
func mysqlDSN(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw // the driver says what is wrong
	}
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User, c.DBName = "tcp", u.Host, u.User.Username(), strings.TrimPrefix(u.Path, "/")
	c.Passwd, _ = u.User.Password()
	c.ParseTime, c.InterpolateParams, c.ClientFoundRows = true, true, true
	c.Params = map[string]string{"charset": "utf8mb4", "time_zone": "'+00:00'"}
	return c.FormatDSN()
}

func onServer(ctx context.Context, driver, dsn string, statements ...string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrMissing, err)
	}
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
