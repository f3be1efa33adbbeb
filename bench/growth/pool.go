package growth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lucid-go/lucid"
	connect "github.com/lucid-go/lucid/bench/peers/lucid"
)

const clients = 16

// pool has many clients share a few connections. Sibling preloads may use several connections at once,
// and must neither wait for one another for ever where there is one, nor starve where there are few.
var pool = &Study{
	Name:    "Connections",
	About:   fmt.Sprintf("%d goroutines at once, each reading 10 owners with two relations of theirs.", clients),
	Of:      "connections",
	Columns: []string{"reads per second", "slowest"},
	Sizes:   []int{1, 2, 4, 8, 16},
	Measure: func(ctx context.Context, at *Bench, conns int) (values []Value, err error) {
		db, err := connect.Connect(ctx, at.Database, conns)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		read := func(client int) error {
			owners, err := lucid.From[Owner](db).WhereBetween("id", client*10+1, client*10+10).Preload(ownerItems, ownerFirst).All(ctx)
			if err == nil && len(owners) != 10 {
				err = fmt.Errorf("%d owners instead of 10", len(owners))
			}
			return err
		}
		if err := read(0); err != nil {
			return nil, err
		}
		n, slowest, err := together(5*at.BenchTime, read)
		return []Value{whole(float64(n) / (5 * at.BenchTime).Seconds()), took(float64(slowest))}, err
	},
}

// together has every client read until the time is over, and counts the reads.
func together(benchTime time.Duration, read func(client int) error) (n int, slowest time.Duration, err error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	end := time.Now().Add(benchTime)
	for client := range clients {
		group.Go(func() {
			for time.Now().Before(end) {
				start := time.Now()
				readErr := read(client)
				mu.Lock()
				n, slowest, err = n+1, max(slowest, time.Since(start)), errors.Join(err, readErr)
				mu.Unlock()
				if readErr != nil {
					return
				}
			}
		})
	}
	group.Wait()
	return n, slowest, err
}
