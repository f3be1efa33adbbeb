package main

import (
	"context"
	"errors"
	"os"
	"runtime/pprof"
	"time"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// profileTime is long enough for some hundred samples of the profiler.
const profileTime = 5 * time.Second

// profile runs one cell under the profiler.
func profile(ctx context.Context, db *database.Database, data *spec.Data, o options) (err error) {
	named := o.Peers[len(o.Peers)-1] // raw comes first, unless it is meant
	if len(o.kinds) != 1 || len(o.Works) != 1 || len(o.Peers) > 2 {
		return errors.New("a profile is of one -db, one -work and one -peer")
	}
	suite, err := measure.Open(ctx, db, o.Works, []peer.Peer{named})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, suite.Close()) }()
	suite.Verify(ctx, db, data)
	entry := suite.Rows[0].Best(named.Name)
	if entry == nil {
		return errors.New("the peer does not do this work")
	}
	if entry.Err != nil {
		return entry.Err
	}
	f, err := os.Create(o.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	sample, err := measure.Take(ctx, db, o.Works[0], entry, profileTime)
	o.Log("%s: %v an iteration", entry.Name(), time.Duration(sample.Nanoseconds))
	return err
}
