package lucid

import (
	"container/list"
	"context"
	"database/sql"
	"sync"
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
}

type preparedStmt struct {
	text  string
	stmt  *sql.Stmt // nil until it comes a second time
	users int       // calls that are about to send it
	gone  bool      // to be closed by the last of them
}

// take is the prepared statement of a text, nil where it is sent as text. In a transaction nothing is
// prepared that is not already: that would take another connection. The caller gives it back.
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
	p.users++
	ready := p.stmt != nil
	c.mu.Unlock()
	if ready {
		return p, nil
	}
	if inTx {
		c.give(p)
		return nil, nil
	}
	stmt, err := c.db.PrepareContext(ctx, text)
	if err != nil { // it is sent as text, and its error is that of sending it
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
