package lucid

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Tx is a transaction, or a savepoint inside one. It serves one goroutine at a time, as a connection does. After a
// Commit or Rollback every call returns an error that is sql.ErrTxDone. The zero value is no transaction: every
// call returns an error.
type Tx struct {
	session
	state *txState
}

func (tx *Tx) executor() *session { return &tx.session }

// txState is one transaction or savepoint.
type txState struct {
	ctx       context.Context // the context of Begin: the transaction ends with it
	conn      txConn
	parent    *txState // nil for the transaction itself
	savepoint string   // "" for the transaction itself
	mu        sync.Mutex
	done      bool
	points    int      // the number of savepoints so far; only the outermost counts
	undo      []func() // what a rollback undoes in memory
	own       bool     // the package began it for one write, and ends it with the write
	last      *lastWrite
}

// lastWrite is the last statements of a transaction. They are sent together with the COMMIT.
type lastWrite struct {
	what string
	sts  []*statement
}

func (t *txState) onRollback(undo ...func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.undo = append(t.undo, undo...)
}

// undone undoes in memory what the transaction did.
func (t *txState) undone() {
	for _, undo := range slices.Backward(t.undo) {
		undo()
	}
	t.undo = nil
}

func (t *txState) usable() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return wrong(sql.ErrTxDone, "lucid: the transaction was already committed or rolled back")
	}
	if err := t.ctx.Err(); err != nil {
		return failed("the transaction ended with its context", err)
	}
	if t.parent != nil {
		return t.parent.usable()
	}
	return nil
}

// live returns the transaction's state, or an error for a zero Tx.
func (tx *Tx) live() (*txState, error) {
	if tx.state == nil {
		return nil, wrong(sql.ErrTxDone, "lucid: this Tx is no transaction: make one with Begin or Transaction")
	}
	return tx.state, nil
}

// end marks the transaction as over. The second call returns an error.
func (t *txState) end() error {
	if err := t.usable(); errors.Is(err, sql.ErrTxDone) {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = true
	return nil
}

// Begin starts a transaction. End it with Commit or Rollback; Transaction does that for you. If ctx ends, the
// transaction ends too: statements fail, and Commit rolls back.
//
// On SQLite, if Open made the handle, the transaction begins IMMEDIATE: it gets the lock at once, and cannot fail
// halfway for want of it. On pgx, lucid sends BEGIN only when it sends the first statement. If there is no
// statement, it sends nothing.
//
// Options that the database does not have, such as a read-only transaction on SQLite, are an error.
func (db *DB) Begin(ctx context.Context, opts ...*sql.TxOptions) (*Tx, error) {
	d, err := db.ready(ctx)
	if err != nil {
		return nil, err
	}
	var o *sql.TxOptions
	for _, opt := range opts {
		if opt != nil {
			o = opt
		}
	}
	if o != nil && !d.readOnlyTx && (o.ReadOnly || o.Isolation > sql.LevelLinearizable) {
		return nil, wrong(nil, "lucid: begin: %s has no transactions of this kind (read-only: %t, isolation: %s): "+
			"leave the options out", d.server, o.ReadOnly, o.Isolation)
	}
	c, err := db.core.pool.begin(ctx, o)
	if err != nil {
		return nil, failed("begin", stopped(ctx, err))
	}
	return newTx(db.core, &txState{ctx: ctx, conn: c}), nil
}

func newTx(core *database, state *txState) *Tx {
	tx := &Tx{session{core: core, conn: state.conn, tx: state}, state}
	tx.self = tx
	return tx
}

// Transaction runs fn in a transaction. If fn returns nil, it commits. If fn returns an error or panics, it rolls
// back; a panic then continues. After a rollback, the rows in memory that fn wrote are as they were before.
//
// Transaction returns fn's error unchanged. If the rollback fails too, it joins both errors.
func (db *DB) Transaction(ctx context.Context, fn func(tx *Tx) error, opts ...*sql.TxOptions) error {
	tx, err := db.Begin(ctx, opts...)
	if err != nil {
		return err
	}
	return tx.run(ctx, fn)
}

// Transaction runs fn in a savepoint. If fn returns nil, it releases the savepoint. If fn returns an error or
// panics, it rolls back to the savepoint, and the outer transaction stays usable. Errors and rows in memory are as
// in [DB.Transaction].
func (tx *Tx) Transaction(ctx context.Context, fn func(tx *Tx) error) error {
	if _, err := tx.ready(ctx); err != nil {
		return err
	}
	outermost := tx.state
	for outermost.parent != nil {
		outermost = outermost.parent
	}
	outermost.points++
	name := fmt.Sprintf("lucid_%d", outermost.points)
	point := &txState{ctx: ctx, conn: tx.state.conn, parent: tx.state, savepoint: name}
	if _, err := tx.exec(ctx, &statement{path: "savepoint", sql: "SAVEPOINT " + point.savepoint}); err != nil {
		return failed("savepoint", err)
	}
	return newTx(tx.core, point).run(ctx, fn)
}

// run calls fn, and ends the transaction according to its result.
func (tx *Tx) run(ctx context.Context, fn func(tx *Tx) error) error {
	returned := false
	defer func() {
		if !returned { // a panic, or runtime.Goexit
			_ = tx.Rollback(ctx)
		}
	}()
	err := fn(tx)
	returned = true
	if err == nil {
		return tx.Commit(ctx)
	}
	if rerr := tx.Rollback(ctx); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
		return errors.Join(err, rerr)
	}
	return err
}

// Commit makes the transaction's changes permanent. The changes of a savepoint become part of the outer
// transaction. If ctx, or the context of Begin, has ended, Commit rolls back and returns the context's error. If
// the commit fails, the rows in memory are as they were before the transaction. A second call returns an error that
// is sql.ErrTxDone.
func (tx *Tx) Commit(ctx context.Context) error {
	state, err := tx.live()
	if err != nil {
		return err
	}
	err = ctx.Err()
	if err == nil {
		err = state.ctx.Err()
	}
	if err != nil {
		return errors.Join(failed("commit", err), tx.Rollback(ctx))
	}
	if err := state.end(); err != nil {
		return err
	}
	if state.savepoint != "" {
		_, err := tx.exec(ctx, &statement{path: "savepoint", sql: "RELEASE SAVEPOINT " + state.savepoint})
		if err != nil { // the savepoint saw a failed statement: undo it, so that the outer transaction goes on
			return errors.Join(failed("release savepoint", err), tx.toSavepoint(ctx, state))
		}
		state.parent.onRollback(state.undo...)
		return nil
	}
	err = tx.commit(ctx, state)
	if err != nil {
		state.undone()
	}
	return failed("commit", err)
}

func (tx *Tx) commit(ctx context.Context, state *txState) error {
	last := state.last
	if last == nil {
		return stopped(ctx, state.conn.commit(ctx))
	}
	_, err := tx.execBatch(ctx, committing{state.conn.(ender)}, last.sts)
	if err == nil {
		return nil
	}
	err = failed(last.what, err)
	ctx, cancel := undoing(ctx)
	defer cancel()
	if rerr := state.conn.rollback(ctx); rerr != nil {
		err = errors.Join(err, rerr)
	}
	return err
}

// ender is a transaction that can send its last statements and the COMMIT in one round trip. If that fails, the
// caller rolls back.
type ender interface {
	batchAndCommit(ctx context.Context, sts []*statement, read func(i int, r batchRows) error) error
}

// committing makes a batcher of an ender.
type committing struct{ ender }

func (c committing) batch(ctx context.Context, sts []*statement, read func(i int, r batchRows) error) error {
	return c.batchAndCommit(ctx, sts, read)
}

// execLast sends the last statements of a write. If the package began the transaction for this write, they go out
// with the COMMIT.
func (s *session) execLast(ctx context.Context, what string, sts []*statement) error {
	if tx, ok := s.self.(*Tx); ok && tx.state.own && len(sts) > 0 {
		if _, ok := s.conn.(ender); ok {
			tx.state.last = &lastWrite{what, sts}
			return nil
		}
	}
	_, err := s.execAll(ctx, sts)
	return failed(what, err)
}

// undoing returns a context that goes on when ctx is cancelled, but ends after ten seconds, in case the server is
// dead.
func undoing(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

// toSavepoint undoes what a savepoint did, even if ctx is cancelled.
func (tx *Tx) toSavepoint(ctx context.Context, state *txState) error {
	defer state.undone()
	ctx, cancel := undoing(ctx)
	defer cancel()
	_, err := tx.exec(ctx, &statement{path: "savepoint", sql: "ROLLBACK TO SAVEPOINT " + state.savepoint})
	if err == nil {
		_, err = tx.exec(ctx, &statement{path: "savepoint", sql: "RELEASE SAVEPOINT " + state.savepoint})
	}
	return failed("rollback to savepoint", err)
}

// Rollback undoes the transaction's changes, in the database and in the rows in memory. It does so even if ctx is
// cancelled. After a Commit or Rollback it returns an error that is sql.ErrTxDone, and does nothing. So you can
// defer it.
func (tx *Tx) Rollback(ctx context.Context) error {
	state, err := tx.live()
	if err != nil {
		return err
	}
	if err := state.end(); err != nil {
		return err
	}
	if state.savepoint != "" {
		return tx.toSavepoint(ctx, state)
	}
	defer state.undone()
	ctx, cancel := undoing(ctx)
	defer cancel()
	err = state.conn.rollback(ctx)
	if errors.Is(err, sql.ErrTxDone) { // database/sql rolled back when the context ended
		return nil
	}
	return failed("rollback", err)
}

// Exec runs SQL in the transaction and returns the number of rows affected, as [DB.Exec] does.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return tx.execRaw(ctx, sql, args)
}

// atomically runs fn in a transaction. If the session is in a transaction already, it runs fn in a savepoint.
func (s *session) atomically(ctx context.Context, fn func(s *session) error) error {
	if tx, ok := s.self.(*Tx); ok {
		return tx.Transaction(ctx, func(tx *Tx) error { return fn(&tx.session) })
	}
	return s.retried(ctx, func() error {
		return s.self.(*DB).Transaction(ctx, func(tx *Tx) error {
			tx.state.own = true
			return fn(&tx.session)
		})
	})
}

// A write that meets a deadlock is tried up to tries times, and begins again only within retryTime. A write that
// waited for a lock until the database gave up does not begin again.
const (
	tries     = 10
	retryTime = 4 * time.Second
)

// retried runs fn again if the database ended it for a deadlock, or because it could not be serialized. Nothing of
// fn is left then, in the database or in memory. Inside a transaction it runs fn once: the whole transaction is
// lost, and only the caller can begin it again.
func (s *session) retried(ctx context.Context, fn func() error) error {
	start := time.Now()
	for try := 1; ; try++ {
		err := fn()
		if err == nil || s.tx != nil || try == tries || time.Since(start) > retryTime || !retryable(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Duration(try*try) * 5 * time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(err, ctx.Err())
		}
	}
}
