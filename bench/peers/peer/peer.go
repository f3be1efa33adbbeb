// Package peer says what each peer gives.
package peer

import (
	"context"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/spec"
)

// A Peer is a library, or the code written by hand.
type Peer struct {
	Name   string
	Module string                                                         // whose version the report states
	Open   func(ctx context.Context, db *database.Database) (*Ops, error) // nil Ops: not on this database
}

// Ops is how a peer does the works on one database. A work that is missing is one that the peer has
// no way to do without SQL written by hand.
type Ops struct {
	Of    map[*spec.Work][]spec.Op
	Close func() error
}
