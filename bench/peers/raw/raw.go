// Package raw is code written by hand for each work and database, as fast as the drivers' ordinary
// interfaces allow: what the libraries are measured against. Where two ways are close, both are here,
// and the faster one in a run is that run's floor.
package raw

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// Peer is the floor.
var Peer = peer.Peer{
	Name: "raw",
	Open: func(ctx context.Context, db *database.Database) (*peer.Ops, error) {
		if db.Kind == database.Postgres {
			return openPgx(ctx, db)
		}
		return openSQL(db)
	},
}

// concurrently runs functions at the same time and returns what went wrong.
func concurrently(run ...func() error) error {
	errs := make([]error, len(run))
	var group sync.WaitGroup
	for i, f := range run {
		group.Go(func() { errs[i] = f() })
	}
	group.Wait()
	return errors.Join(errs...)
}

// sequentially runs functions one after the other, up to the first error.
func sequentially(run ...func() error) error {
	for _, f := range run {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// cutComments keeps the latest comments of each post, latest first, of those that were attached.
func cutComments(posts []*Post) {
	for _, p := range posts {
		slices.SortFunc(p.Comments, func(a, b *Comment) int { return int(b.ID - a.ID) })
		p.Comments = p.Comments[:min(len(p.Comments), spec.GroupLimitSize)]
	}
}
