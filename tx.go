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

// Tx is a transaction, or a savepoint inside one. Like a connection it serves one goroutine at a
// time. A Tx that was committed or rolled back answers every call with sql.ErrTxDone.
type Tx struct {
	session
	state *txState
}

func (tx *Tx) executor() *session { return &tx.session }

// txState is one transaction or savepoint.
type txState struct {
	ctx       context.Context // of Begin: the transaction ends with it
	conn      txConn
	parent    *txState // nil for the transaction itself
	savepoint string   // "" for the transaction itself
	mu        sync.Mutex
	done      bool
	points    int      // savepoints named so far; kept by the outermost
	undo      []func() // what a rollback has to undo in memory
	own       bool     // it is the package's own, and ends when the write does that it is for
	last      *lastWrite
}

// lastWrite is the last statements of a transaction, which go out with its end.
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

// live is the transaction's state; a zero Tx has none.
func (tx *Tx) live() (*txState, error) {
	if tx.state == nil {
		return nil, wrong(sql.ErrTxDone, "lucid: this Tx is no transaction: make one with Begin or Transaction")
	}
	return tx.state, nil
}

// end marks the transaction as over; the second call is an error.
func (t *txState) end() error {
	if err := t.usable(); errors.Is(err, sql.ErrTxDone) {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = true
	return nil
}

// Begin starts a transaction that the caller ends with Commit or Rollback. Prefer Transaction. When
// ctx ends, so does the transaction: statements fail, and Commit rolls back. On
// SQLite it begins IMMEDIATE where Open made the handle, so that it cannot fail half-way for the lock.
// Through pgx the server hears of it with the first statement, and not at all where there is none.
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
		return nil, wrong(nil, "lucid: begin: %s has no transactions of this kind (read-only: %t, isolation: %s): leave the options out", d.server, o.ReadOnly, o.Isolation)
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

// Transaction commits when fn returns nil, else rolls back; so does a panic, which goes on. Rows in
// memory that were written in a transaction that is rolled back are then as they were before it. The
// error of fn is returned as it is, joined with the rollback's own where that fails too.
func (db *DB) Transaction(ctx context.Context, fn func(tx *Tx) error, opts ...*sql.TxOptions) error {
	tx, err := db.Begin(ctx, opts...)
	if err != nil {
		return err
	}
	return tx.run(ctx, fn)
}

// Transaction is a savepoint: an error undoes what fn did and leaves the outer transaction usable.
func (tx *Tx) Transaction(ctx context.Context, fn func(tx *Tx) error) error {
	if _, err := tx.ready(ctx); err != nil {
		return err
	}
	outermost := tx.state
	for outermost.parent != nil {
		outermost = outermost.parent
	}
	outermost.points++
	point := &txState{ctx: ctx, conn: tx.state.conn, parent: tx.state, savepoint: fmt.Sprintf("lucid_%d", outermost.points)}
	if _, err := tx.exec(ctx, &statement{path: "savepoint", sql: "SAVEPOINT " + point.savepoint}); err != nil {
		return failed("savepoint", err)
	}
	return newTx(tx.core, point).run(ctx, fn)
}

// run calls fn and ends the transaction by its outcome.
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

// Commit makes the transaction's changes permanent; of a savepoint, a part of the outer transaction.
// A context that was cancelled rolls back instead and returns its error.
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

// ender is a transaction that sends its last statements and its end in one round trip. Where that fails it has to be
// rolled back.
type ender interface {
	batchAndCommit(ctx context.Context, sts []*statement, read func(i int, r batchRows) error) error
}

// committing is an ender as a batcher.
type committing struct{ ender }

func (c committing) batch(ctx context.Context, sts []*statement, read func(i int, r batchRows) error) error {
	return c.batchAndCommit(ctx, sts, read)
}

// execLast sends the last statements of a write: with the end of the transaction, where that is the write's own.
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

// undoing is a context that goes on when ctx is cancelled, but does not wait for ever for a dead server.
func undoing(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

// toSavepoint undoes what a savepoint did, also when ctx is already cancelled.
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

// Rollback undoes the transaction's changes, also when ctx is already cancelled: in the database, and
// of rows in memory that were written in it. After a Commit or Rollback it returns an error that is
// sql.ErrTxDone, so that it can be deferred.
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

// Exec runs SQL with ? placeholders on every dialect and returns the rows affected; ?? is a literal
// ?. A number of arguments that does not fit is an error before anything is sent.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return tx.execRaw(ctx, sql, args)
}

// atomically runs fn in a transaction, or in a savepoint of the session's.
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

// tries is how often a write is tried that meets a deadlock, and retryTime how long: what waited for a lock
// until the database gave up is not begun again.
const (
	tries     = 10
	retryTime = 4 * time.Second
)

// retried runs fn again where the database ended it for a deadlock, or because it cannot be
// serialized: nothing of it is left then, in the database or in memory. Inside a transaction it runs
// once, since all of that is lost, and only the caller can begin it again.
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
