// Package database makes the databases that are measured, fills them and looks into them.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lucid-go/lucid/bench/spec"
)

// A Kind is one of the databases that are measured.
type Kind string

// The databases that are measured.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
	MariaDB  Kind = "mariadb"
)

// Kinds is all of them, in the order of the report.
var Kinds = []Kind{SQLite, Postgres, MariaDB}

// Named is the databases with these names; all of them where there are none.
func Named(names ...string) ([]Kind, error) {
	if len(names) == 0 {
		return Kinds, nil
	}
	var out []Kind
	for _, name := range names {
		if !slices.Contains(Kinds, Kind(name)) {
			return nil, fmt.Errorf("there is no database %q", name)
		}
		out = append(out, Kind(name))
	}
	return out, nil
}

// PoolSize is how many connections each peer has.
const PoolSize = 4

// ErrMissing is in the error of a database whose server does not answer.
var ErrMissing = errors.New("server does not answer")

// A Database is one that was made for this process, and is gone after Close.
type Database struct {
	Kind    Kind
	Version string // of the server or the library

	url  string
	drop func(ctx context.Context) error
	sql  *sql.DB // the verifier's own handle
}

// Create makes a database, empty.
func Create(ctx context.Context, kind Kind) (*Database, error) {
	d := &Database{Kind: kind}
	var err error
	switch kind {
	case SQLite:
		err = d.createSQLite()
	case Postgres:
		err = d.createPostgres(ctx)
	case MariaDB:
		err = d.createMariaDB(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	if d.sql, err = d.SQL(PoolSize); err != nil {
		return nil, errors.Join(err, d.drop(ctx))
	}
	if err := d.describe(ctx); err != nil {
		return nil, errors.Join(err, d.Close(ctx))
	}
	return d, nil
}

// CreateFilled is Create with the schema and the data of the works.
func CreateFilled(ctx context.Context, kind Kind, data *spec.Data) (*Database, error) {
	d, err := Create(ctx, kind)
	if err != nil {
		return nil, err
	}
	if err := d.fill(ctx, data); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: fill: %w", kind, err), d.Close(ctx))
	}
	return d, nil
}

// Close removes the database.
func (d *Database) Close(ctx context.Context) error {
	return errors.Join(d.sql.Close(), d.drop(context.WithoutCancel(ctx)))
}

// URL is the database's in the form that lucid.Open takes.
func (d *Database) URL() string { return d.url }

// SQL opens a pool of so many connections.
func (d *Database) SQL(conns int) (*sql.DB, error) {
	driver, dsn := d.dsn()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// dsn is the driver that a database/sql handle uses and what it is told.
func (d *Database) dsn() (driver, dsn string) {
	switch d.Kind {
	case SQLite:
		return "sqlite", d.url[len("sqlite:"):]
	case Postgres:
		return "pgx", d.url
	default:
		return "mysql", mysqlDSN(d.url)
	}
}

// Pgx opens a pool of pgx, of so many connections.
func (d *Database) Pgx(ctx context.Context, conns int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(d.url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(conns)
	return pgxpool.NewWithConfig(ctx, config)
}

// createSQLite makes a file, in the temporary directory.
func (d *Database) createSQLite() error {
	dir, err := os.MkdirTemp("", "lucid_bench_")
	if err != nil {
		return err
	}
	d.url = "sqlite:file:" + filepath.Join(dir, "bench.db") +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=foreign_keys(ON)&_pragma=busy_timeout(5000)&_txlock=immediate&_time_format=datetime"
	d.drop = func(context.Context) error { return os.RemoveAll(dir) }
	return nil
}

// name is unique among the processes that share a server.
func name() string { return fmt.Sprintf("lucid_bench_%d", os.Getpid()) }

// describe finds the version and the settings that matter to the times.
func (d *Database) describe(ctx context.Context) error {
	query := map[Kind]string{
		SQLite: `SELECT 'SQLite ' || sqlite_version() || ' (modernc.org/sqlite), journal_mode=WAL, synchronous=OFF'`,
		Postgres: `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ', fsync=' || current_setting('fsync') ||
			', synchronous_commit=' || current_setting('synchronous_commit') || ', jit=' || current_setting('jit') || ', shared_buffers=' || current_setting('shared_buffers')`,
		MariaDB: `SELECT CONCAT(VERSION(), ', innodb_flush_log_at_trx_commit=', @@innodb_flush_log_at_trx_commit, ', innodb_buffer_pool_size=', @@innodb_buffer_pool_size DIV 1048576, 'MB')`,
	}[d.Kind]
	return d.sql.QueryRowContext(ctx, query).Scan(&d.Version)
}
