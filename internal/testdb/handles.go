package testdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Patience is how long a test waits for what must come, before it fails.
const Patience = 5 * time.Second

// Memory is an empty SQLite database in memory, for what has nothing to do with the dialect.
func Memory(t testing.TB, opts ...lucid.Option) *DB {
	t.Helper()
	db, err := lucid.Open(t.Context(), "sqlite::memory:", opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return &DB{DB: db, Dialect: lucid.SQLite}
}

// ErrOffline is what connecting to an Offline handle fails with.
var ErrOffline = errors.New("no server")

type nowhere struct{}

func (nowhere) Connect(context.Context) (driver.Conn, error) { return nil, ErrOffline }
func (nowhere) Driver() driver.Driver                        { return nil }

// Offline is a handle of a dialect without a server: the text of a query asks nothing of it.
func Offline(t testing.TB, dialect lucid.Dialect) *lucid.DB {
	t.Helper()
	db := lucid.NewSQL(sql.OpenDB(nowhere{}), dialect)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// Single is another handle on the database whose pool is one connection, so that a result or a
// transaction left open blocks whatever comes next.
func Single(t testing.TB, db *DB, opts ...lucid.Option) *lucid.DB {
	t.Helper()
	var one *lucid.DB
	if db.Dialect == lucid.PostgreSQL {
		url, err := server.WithParam(db.URL, "pool_max_conns", "1")
		require.NoError(t, err)
		one, err = lucid.Open(t.Context(), url, opts...)
		require.NoError(t, err)
	} else {
		one = lucid.NewSQL(SingleSQL(t, db), db.Dialect, opts...)
	}
	t.Cleanup(func() { CloseSoon(t, one) })
	return one
}

// SingleSQL is a database/sql handle of one connection on the database, with what NewSQL needs.
func SingleSQL(t testing.TB, db *DB) *sql.DB {
	t.Helper()
	url := db.URL
	if db.Dialect == lucid.MySQL {
		var err error
		url, err = server.WithParam(url, "parseTime", "true")
		require.NoError(t, err)
	}
	driver, source, err := server.Source(url)
	require.NoError(t, err)
	handle, err := sql.Open(driver, source)
	require.NoError(t, err)
	handle.SetMaxOpenConns(1)
	return handle
}

// CloseSoon closes a handle; a connection that was never given back fails the test and does not hang it.
func CloseSoon(t testing.TB, db *lucid.DB) {
	t.Helper()
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	select {
	case err := <-closed:
		assert.NoError(t, err)
	case <-time.After(Patience):
		t.Error("Close waits for a connection that was never given back")
	}
}

// Goroutines is how many AtOnce starts.
const Goroutines = 8

// AtOnce runs fn in several goroutines that begin together, and returns their errors.
func AtOnce(fn func(i int) error) []error {
	var wg sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, Goroutines)
	for i := range Goroutines {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}
