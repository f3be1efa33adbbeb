// Package testdb runs a test on every database that lucid speaks, each time on an empty database of its
// own that is gone when the test ends:
//
//	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
//		_, err := db.Exec(ctx, "CREATE TABLE users (id bigint PRIMARY KEY)")
//		…
//	})
//
// SQLite is always there. PostgreSQL and MySQL (or MariaDB) are looked for at LUCID_POSTGRES_URL and
// LUCID_MYSQL_URL; unset, that is 127.0.0.1 on the standard port, as postgres and as root without a
// password. A test skips a server that doesn't answer, and says so; with LUCID_REQUIRE=all it fails.
//
// The package imports lucid, so tests use it from package lucid_test.
package testdb

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb/server"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// poolSize keeps mostTests, each with a pool of its own, below PostgreSQL's default of 100 connections.
const poolSize = "4"

// DB is a handle on an empty database that belongs to one test.
type DB struct {
	*lucid.DB
	Dialect lucid.Dialect
	URL     string // of this database, for a second handle on it
}

// Each runs fn in a parallel subtest for each database: SQLite, PostgreSQL and MySQL.
func Each(t *testing.T, fn func(t *testing.T, db *DB)) {
	t.Helper()
	EachWith(t, func() []lucid.Option { return nil }, fn)
}

// EachWith is Each with options for the handles. It calls opts once for each database, in its subtest,
// so that a hook that collects isn't shared.
func EachWith(t *testing.T, opts func() []lucid.Option, fn func(t *testing.T, db *DB)) {
	t.Helper()
	for _, backend := range backends {
		t.Run(backend.name, func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, backend.dialect, opts()...))
		})
	}
}

// Open opens an empty database. The handle is closed, and the database dropped, when the test ends.
func Open(t testing.TB, dialect lucid.Dialect, opts ...lucid.Option) *DB {
	t.Helper()
	url := URL(t, dialect)
	pooled := url
	if dialect == lucid.PostgreSQL {
		var err error
		if pooled, err = server.WithParam(url, "pool_max_conns", poolSize); err != nil {
			t.Fatal(err)
		}
	}
	db, err := lucid.Open(t.Context(), pooled, opts...)
	if err != nil {
		t.Fatalf("open %s: %v", dialect, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close %s: %v", dialect, err)
		}
	})
	return &DB{DB: db, Dialect: dialect, URL: url}
}

// URL creates an empty database and returns its URL, for a test that opens handles itself. The database is
// dropped when the test ends; the test closes its handles before that, in a defer or a later t.Cleanup.
func URL(t testing.TB, dialect lucid.Dialect) string {
	t.Helper()
	return backendOf(t, dialect).create(t)
}

// Source creates an empty database and returns what sql.Open takes to reach it, with the driver's own
// defaults for everything else.
func Source(t testing.TB, dialect lucid.Dialect) (driver, source string) {
	t.Helper()
	driver, source, err := server.Source(URL(t, dialect))
	if err != nil {
		t.Fatal(err)
	}
	return driver, source
}
