// Package server reaches the database servers that the tests run on, without lucid: what sets up and
// inspects a test's database must not depend on what is being tested.
package server

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Source turns the URL of a server or of a database into what sql.Open takes. The drivers' own
// defaults are kept: nothing is set that the URL doesn't say.
func Source(rawURL string) (driver, source string, err error) {
	if path, ok := strings.CutPrefix(rawURL, "sqlite:"); ok {
		return "sqlite", path, nil
	}
	u, err := parse(rawURL)
	if err != nil {
		return "", "", err
	}
	switch u.Scheme {
	case "postgres", "postgresql":
		return "pgx", rawURL, nil
	case "mysql":
		source, err = mysqlSource(u)
		return "mysql", source, err
	}
	return "", "", fmt.Errorf("unknown scheme %q", u.Scheme)
}

// WithDatabase is rawURL with the database name instead of its own.
func WithDatabase(rawURL, name string) (string, error) {
	u, err := parse(rawURL)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// WithParam is rawURL with the parameter key set to value.
func WithParam(rawURL, key, value string) (string, error) {
	u, err := parse(rawURL)
	if err != nil {
		return "", err
	}
	params := u.Query()
	params.Set(key, value)
	u.RawQuery = params.Encode()
	return u.String(), nil
}

// Open opens a handle that logs in once: it never holds more than one connection.
func Open(ctx context.Context, rawURL string) (*sql.DB, error) {
	driver, source, err := Source(rawURL)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Version is what the server says about itself, such as "10.11.19-MariaDB".
func Version(ctx context.Context, db *sql.DB) (string, error) {
	var version string
	err := db.QueryRowContext(ctx, "SELECT version()").Scan(&version)
	return version, err
}

func mysqlSource(u *url.URL) (string, error) {
	config, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return "", err
	}
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr += ":3306"
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	return config.FormatDSN(), nil
}

// parse is url.Parse with an error that doesn't repeat the URL, which may hold a password.
func parse(rawURL string) (*url.URL, error) {
	u, err := url.Parse(rawURL)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return nil, fmt.Errorf("malformed URL: %w", wrapped.Err)
	}
	return u, err
}
