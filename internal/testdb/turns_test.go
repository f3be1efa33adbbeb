package testdb

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTurns: no more tests use a server at once than there are turns, and one that has a turn never waits.
func TestTurns(t *testing.T) {
	s := newTurns(2)
	var now, most atomic.Int32
	t.Run("group", func(t *testing.T) {
		for range 8 {
			t.Run("test", func(t *testing.T) {
				t.Parallel()
				s.take(t)
				n := now.Add(1)
				t.Cleanup(func() { now.Add(-1) })
				s.take(t)
				t.Run("part", func(t *testing.T) { s.take(t) })
				if old := most.Load(); n > old {
					most.CompareAndSwap(old, n)
				}
			})
		}
	})
	assert.LessOrEqual(t, most.Load(), int32(2))
	assert.Empty(t, s.free, "all turns are given back")
}
