// Package bob does the works with the models that Bob generates from each database.
package bob

import (
	"context"
	"errors"

	"github.com/stephenafamo/bob"
	"github.com/stephenafamo/bob/drivers/pgx"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/bob/postgres"
	"github.com/lucid-go/lucid/bench/peers/bob/sqlite"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// Peer is Bob, on PostgreSQL with both of its drivers. Its generator does not run on MariaDB: it asks
// information_schema.statistics for a column, expression, that only MySQL has.
var Peer = peer.Peer{Name: "bob", Module: "github.com/stephenafamo/bob", Open: open}

func open(ctx context.Context, at *database.Database) (*peer.Ops, error) {
	if at.Kind == database.MariaDB {
		return nil, nil
	}
	handle, err := at.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	ops := &peer.Ops{Of: map[*spec.Work][]spec.Op{}, Close: handle.Close}
	if at.Kind == database.SQLite {
		sqlite.Add(ops, "", bob.NewDB(handle))
		return ops, nil
	}
	pool, err := at.Pgx(ctx, database.PoolSize)
	if err != nil {
		return nil, errors.Join(err, handle.Close())
	}
	postgres.Add(ops, "sql", bob.NewDB(handle))
	postgres.Add(ops, "pgx", pgx.NewPool(pool))
	ops.Close = func() error { pool.Close(); return handle.Close() }
	return ops, nil
}
