package testdb

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb/server"
)

const (
	// connectTimeout is how long a server may take to answer before it counts as missing.
	connectTimeout = 5 * time.Second
	// statementTimeout ends a drop that waits for a transaction which a test left open.
	statementTimeout = 30 * time.Second
)

// backend is a kind of database and how to get an empty one.
type backend struct {
	name    string // of the subtest
	dialect lucid.Dialect
	create  func(t testing.TB) (url string)
}

var backends = []backend{
	{"SQLite", lucid.SQLite, createFile},
	{"PostgreSQL", lucid.PostgreSQL, postgres.create},
	{"MySQL", lucid.MySQL, mysql.create},
}

func backendOf(t testing.TB, dialect lucid.Dialect) backend {
	t.Helper()
	for _, backend := range backends {
		if backend.dialect == dialect {
			return backend
		}
	}
	t.Fatalf("testdb: no database speaks %s", dialect)
	return backend{}
}

func createFile(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}

// serverBackend makes databases on a server, through one administrator's connection for the whole process.
type serverBackend struct {
	env, defaultURL string
	createSQL       string // "?" stands for the database's name
	dropSQL         string
	urlOf           func(serverURL, name string) (string, error)
	admin           func() (*sql.DB, error) // connects at most once
	turns           *turns
}

var postgres = newServer(serverBackend{
	env:        "LUCID_POSTGRES_URL",
	defaultURL: "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable",
	// A schema of its own separates tests as well as a database would, and costs a tenth.
	createSQL: "CREATE SCHEMA ?",
	dropSQL:   "DROP SCHEMA ? CASCADE",
	urlOf: func(serverURL, name string) (string, error) {
		return server.WithParam(serverURL, "search_path", name)
	},
})

var mysql = newServer(serverBackend{
	env:        "LUCID_MYSQL_URL",
	defaultURL: "mysql://root@127.0.0.1:3306/",
	createSQL:  "CREATE DATABASE ? CHARACTER SET utf8mb4",
	dropSQL:    "DROP DATABASE ?",
	urlOf:      server.WithDatabase,
})

func newServer(b serverBackend) *serverBackend {
	b.turns = newTurns(max(1, mostTests/min(runtime.GOMAXPROCS(0), areas)))
	b.admin = sync.OnceValues(func() (*sql.DB, error) {
		ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
		defer cancel()
		return server.Open(ctx, b.url())
	})
	return &b
}

func (b *serverBackend) url() string { return cmp.Or(os.Getenv(b.env), b.defaultURL) }

func (b *serverBackend) create(t testing.TB) string {
	t.Helper()
	admin, err := b.admin()
	if err != nil {
		b.missing(t, err)
	}
	b.turns.take(t)
	name := "lucid_test_" + strings.ToLower(rand.Text())
	url, err := b.urlOf(b.url(), name)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(admin, b.createSQL, name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if err := run(admin, b.dropSQL, name); err != nil {
			t.Errorf("drop database, is a handle or a transaction of the test still open? %v", err)
		}
	})
	return url
}

// missing skips the test, or fails it where every database is required.
func (b *serverBackend) missing(t testing.TB, err error) {
	t.Helper()
	const text = "no database server answers; set %s to the URL of one, such as %s\n%v"
	switch require := os.Getenv("LUCID_REQUIRE"); require {
	case "all":
		t.Fatalf(text, b.env, b.defaultURL, err)
	case "":
		t.Skipf(text, b.env, b.defaultURL, err)
	default:
		t.Fatalf("LUCID_REQUIRE is %q: it must be empty or all", require)
	}
}

func run(admin *sql.DB, query, name string) error {
	// Not the test's context, which is done by the time that cleanups run.
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	_, err := admin.ExecContext(ctx, strings.Replace(query, "?", name, 1))
	return err
}
