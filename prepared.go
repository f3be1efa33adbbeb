package lucid

import (
	"container/list"
	"context"
	"database/sql"
	"slices"
	"sync"
	"time"
)

// Statements of the package's own come again with other values, so those on database/sql are prepared
// when they come a second time: a query by key on embedded SQLite takes 0.6 of the time then. They are
// closed when many others came since, and with the handle.

// maxPrepared is how many statements a handle keeps prepared; each is prepared on each connection that sends it.
const maxPrepared = 256

// longestPrepared is how long a text may be that is kept, such as an INSERT of many rows.
const longestPrepared = 1 << 17

// prepared keeps the prepared statements of a pool.
type prepared struct {
	db *sql.DB

	mu     sync.Mutex
	byText map[string]*list.Element
	recent list.List // of *preparedStmt, the most recent first
	wanted []string  // to be prepared when the transaction is over that sent them
}

type preparedStmt struct {
	text  string
	stmt  *sql.Stmt // nil until it comes a second time
	users int       // calls that are about to send it
	gone  bool      // to be closed by the last of them
}

// take is the prepared statement of a text, nil where it is sent as text. In a transaction nothing is
// prepared that is not already, which would take another connection: that waits for settle. The caller gives it back.
func (c *prepared) take(ctx context.Context, text string, inTx bool) (*preparedStmt, error) {
	if len(text) > longestPrepared {
		return nil, nil
	}
	c.mu.Lock()
	e, known := c.byText[text]
	if !known {
		c.add(text)
		c.mu.Unlock()
		return nil, nil
	}
	c.recent.MoveToFront(e)
	p := e.Value.(*preparedStmt)
	if p.stmt == nil && inTx {
		if !slices.Contains(c.wanted, text) && len(c.wanted) < maxPrepared {
			c.wanted = append(c.wanted, text)
		}
		c.mu.Unlock()
		return nil, nil
	}
	p.users++
	ready := p.stmt != nil
	c.mu.Unlock()
	if ready {
		return p, nil
	}
	return c.prepare(ctx, p)
}

// prepare prepares a statement that is taken; it is given back where that fails, and sent as text, whose error is its own.
func (c *prepared) prepare(ctx context.Context, p *preparedStmt) (*preparedStmt, error) {
	stmt, err := c.db.PrepareContext(ctx, p.text)
	if err != nil {
		c.give(p)
		return nil, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.stmt != nil { // another was first
		_ = stmt.Close()
	} else {
		p.stmt = stmt
	}
	return p, nil
}

// settleTime is how long settle waits for a connection, where another takes the one that it saw free.
const settleTime = 50 * time.Millisecond

// settle prepares what came again in transactions that are over, where a connection is free.
func (c *prepared) settle(ctx context.Context) {
	if c == nil {
		return
	}
	c.mu.Lock()
	texts := c.wanted
	c.wanted = nil
	c.mu.Unlock()
	for _, text := range texts {
		if pool := c.db.Stats(); pool.MaxOpenConnections > 0 && pool.InUse >= pool.MaxOpenConnections {
			return // it is wanted again when it comes again
		}
		short, cancel := context.WithTimeout(ctx, settleTime)
		if p, err := c.take(short, text, false); err == nil && p != nil {
			c.give(p)
		}
		cancel()
	}
}

func (c *prepared) add(text string) {
	if c.byText == nil {
		c.byText = map[string]*list.Element{}
	}
	c.byText[text] = c.recent.PushFront(&preparedStmt{text: text})
	if c.recent.Len() > maxPrepared {
		c.drop(c.recent.Back().Value.(*preparedStmt))
	}
}

// drop forgets a statement, and closes it when nobody is about to send it.
func (c *prepared) drop(p *preparedStmt) {
	e := c.byText[p.text]
	if e == nil || e.Value.(*preparedStmt) != p {
		return
	}
	delete(c.byText, p.text)
	c.recent.Remove(e)
	if p.gone = true; p.users == 0 && p.stmt != nil {
		_ = p.stmt.Close()
	}
}

// give gives a statement back that was taken.
func (c *prepared) give(p *preparedStmt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.users--; p.gone && p.users == 0 && p.stmt != nil {
		_ = p.stmt.Close()
	}
}

// forget drops a statement that the server does not take any more, as after a change of the schema.
func (c *prepared) forget(p *preparedStmt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(p)
}

// close closes all statements; nothing where none are kept.
func (c *prepared) close() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.recent.Len() > 0 {
		c.drop(c.recent.Front().Value.(*preparedStmt))
	}
}
