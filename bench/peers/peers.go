// Package peers lists what is measured.
package peers

import (
	"fmt"
	"slices"

	"github.com/lucid-go/lucid/bench/peers/bob"
	"github.com/lucid-go/lucid/bench/peers/bun"
	"github.com/lucid-go/lucid/bench/peers/ent"
	"github.com/lucid-go/lucid/bench/peers/gorm"
	"github.com/lucid-go/lucid/bench/peers/lucid"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/peers/raw"
	"github.com/lucid-go/lucid/bench/peers/sqlboiler"
)

// All is every peer, the floor first.
var All = []peer.Peer{raw.Peer, lucid.Peer, gorm.Default, gorm.Tuned, bun.Peer, ent.Peer, bob.Peer, sqlboiler.Peer}

// Named is the peers with these names; all of them where there are none. The floor is always there.
func Named(names ...string) ([]peer.Peer, error) {
	if len(names) == 0 {
		return All, nil
	}
	for _, name := range names {
		if !slices.ContainsFunc(All, func(p peer.Peer) bool { return p.Name == name }) {
			return nil, fmt.Errorf("there is no peer %q", name)
		}
	}
	var out []peer.Peer
	for _, p := range All {
		if p.Name == raw.Peer.Name || slices.Contains(names, p.Name) {
			out = append(out, p)
		}
	}
	return out, nil
}
