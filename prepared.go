package lucid

import (
	"container/list"
	"context"
	"database/sql"
	"slices"
	"sync"
	"time"
)

// The package's own statements come again with other values. So on database/sql they are prepared when they come
// the second time. A query by key on embedded SQLite then takes 0.6 of the time. A statement is closed after many
// others have come, and with the handle.

// maxPrepared is how many statements a handle keeps prepared. Each is prepared on each connection that sends it.
const maxPrepared = 256

// longestPrepared is the length up to which texts are kept. A longer one is, for example, an INSERT of many rows.
const longestPrepared = 1 << 17

// prepared keeps the prepared statements of a pool.
type prepared struct {
	db *sql.DB

	mu     sync.Mutex
	byText map[string]*list.Element
	recent list.List // of *preparedStmt, the most recent first
	wanted []string  // to be prepared when the transaction that sent them is over
}

type preparedStmt struct {
	text  string
	stmt  *sql.Stmt // nil until it comes a second time
	users int       // calls that are about to send it
	gone  bool      // to be closed by the last of them
}

// take returns the prepared statement of a text; nil if it is to be sent as text. The caller gives the statement
// back. In a transaction, take does not prepare anything, because that would take another connection; settle does
// it later.
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

// prepare prepares a statement that is taken. If that fails, it gives the statement back, and the text is sent
// instead, which has its own error.
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

// settleTime is how long settle waits for a connection, in case another goroutine takes the one that it saw free.
const settleTime = 50 * time.Millisecond

// settle prepares the statements that came again in finished transactions, if a connection is free.
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

// give gives back a statement that was taken.
func (c *prepared) give(p *preparedStmt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.users--; p.gone && p.users == 0 && p.stmt != nil {
		_ = p.stmt.Close()
	}
}

// forget drops a statement that the server refuses, for example after a change of the schema.
func (c *prepared) forget(p *preparedStmt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(p)
}

// close closes all statements. On a nil receiver it does nothing.
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
