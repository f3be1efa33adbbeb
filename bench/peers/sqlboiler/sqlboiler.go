// Package sqlboiler does the works with the models that SQLBoiler generates from each database.
package sqlboiler

import (
	"context"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/peers/sqlboiler/mariadb"
	"github.com/lucid-go/lucid/bench/peers/sqlboiler/postgres"
	"github.com/lucid-go/lucid/bench/peers/sqlboiler/sqlite"
)

// Peer is SQLBoiler.
var Peer = peer.Peer{Name: "sqlboiler", Module: "github.com/aarondl/sqlboiler/v4", Open: open}

func open(_ context.Context, at *database.Database) (*peer.Ops, error) {
	handle, err := at.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	switch at.Kind {
	case database.SQLite:
		return sqlite.Ops(handle), nil
	case database.Postgres:
		return postgres.Ops(handle), nil
	default:
		return mariadb.Ops(handle), nil
	}
}
