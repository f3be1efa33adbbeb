package lucid

import (
	"sync"
	"sync/atomic"
)

// recipe is what a shape makes: the text of the statement, and the places of its columns.
type recipe struct {
	text string
	plan any // a *plan; this file need not know the type
}

// recipes keeps what shapes make, in two generations. When the younger is full, it becomes the older. A recipe that
// is used in the older returns to the younger.
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
