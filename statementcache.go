package lucid

import (
	"sync"
	"sync/atomic"
)

// cachedStatement is what a shape makes: the text of the statement, and the places of its columns.
type cachedStatement struct {
	text string
	plan any // a *plan; this file need not know the type
}

// statementCache keeps what shapes make, in two generations. When the younger is full, it becomes the older. A
// cached statement that is used in the older returns to the younger.
type statementCache struct {
	mu         sync.RWMutex
	young, old map[string]cachedStatement
	made       atomic.Int64 // how often a shape was not known
}

// generation is how many shapes a generation has.
const generation = 1024

// lookup finds a cached statement; the key is not kept.
func (c *statementCache) lookup(key []byte) (cachedStatement, bool) {
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

func (c *statementCache) keep(key []byte, r cachedStatement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.young == nil || len(c.young) >= generation {
		c.old, c.young = c.young, map[string]cachedStatement{}
	}
	c.young[string(key)] = r
}
