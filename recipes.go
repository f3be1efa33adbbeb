package lucid

import (
	"sync"
	"sync/atomic"
)

// recipe is what a shape makes: the text of the statement, and where its columns go.
type recipe struct {
	text string
	plan any // a *plan, of which this file need not know
}

// recipes keeps what shapes make, in two generations: when the younger is full it becomes the
// older, and what is used of that comes back.
type recipes struct {
	mu         sync.RWMutex
	young, old map[string]recipe
	made       atomic.Int64 // how often a shape was not known
}

// generation is how many shapes a generation has.
const generation = 1024

// lookup finds a recipe; the key is not kept.
func (c *recipes) lookup(key []byte) (recipe, bool) {
	c.mu.RLock()
	r, ok := c.young[string(key)]
	var aged bool
	if !ok {
		r, aged = c.old[string(key)]
	}
	c.mu.RUnlock()
	if aged {
		c.keep(key, r)
	}
	return r, ok || aged
}

func (c *recipes) keep(key []byte, r recipe) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.young == nil || len(c.young) >= generation {
		c.old, c.young = c.young, map[string]recipe{}
	}
	c.young[string(key)] = r
}
