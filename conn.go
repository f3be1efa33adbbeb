package lucid

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"
	"time"
)

// Executor runs statements. It is a *DB or a *Tx. A nil one is an error of the call that uses it.
type Executor interface{ executor() *session }

// DB is a database handle. It is safe for concurrent use. Open, NewPgx and NewSQL make one. The zero value has no
// database: every call that needs one returns an error.
type DB struct{ session }

func (db *DB) executor() *session { return &db.session }

// session sends the statements of one DB or one Tx.
type session struct {
	self Executor  // the DB or Tx that hooks get
	core *database // shared by a DB and its transactions
	conn conn
	tx   transaction // nil outside one
}

// transaction is what a session needs of its transaction.
type transaction interface {
	// usable returns an error if the transaction is over.
	usable() error
	// onRollback registers functions to run when the transaction or savepoint is rolled back. The latest runs
	// first.
	onRollback(undo ...func())
}

// database is what a handle and all its transactions share.
type database struct {
	options
	pool   pool
	facts  *dialect                // the facts before the server is asked; nil for an unknown dialect
	asked  atomic.Pointer[dialect] // the facts that the server told; nil before it is asked
	asking chan struct{}           // held by the goroutine that asks
	probe  func(ctx context.Context) (*dialect, error)
	finish func() error

	recipes statementCache
}

// conn sends statements: a pool, or one connection in a transaction.
type conn interface {
	query(ctx context.Context, st *statement) (rows, error)
	exec(ctx context.Context, st *statement) (int64, error)
}

// batcher is a conn that can send several statements in one round trip. It hands each result to read, in order.
type batcher interface {
	batch(ctx context.Context, sts []*statement, read func(i int, r batchRows) error) error
}

// batchRows is the result of one statement of a batch.
type batchRows interface {
	rows
	// affected closes the result of a statement that returns no rows. It returns how many rows the statement
	// changed.
	affected() (int64, error)
}

// pool is a conn that begins transactions.
type pool interface {
	conn
	begin(ctx context.Context, opts *sql.TxOptions) (txConn, error)
}

// txConn is a conn inside a transaction.
type txConn interface {
	conn
	commit(ctx context.Context) error
	rollback(ctx context.Context) error
}

// rows is an open result. Callers ask Err after Next returned false. They may call Close twice.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
	// Columns returns the result's column names.
	Columns() ([]string, error)
	// Plain returns a value that was scanned into an any, as the package hands it out: an int64, float64, bool,
	// string, []byte or time.Time if the column holds one.
	Plain(column int, v any) any
}

// statement is SQL with its arguments, and the name of what it is for.
type statement struct {
	path      string // "User", "User.Posts.Comments"
	sql       string
	args      []any
	generated bool   // the package wrote the text, so it comes again
	lastID    *int64 // receives the id that the database generated; nil: not wanted
}

// Option configures a DB. Open, NewPgx and NewSQL take options; they ignore a nil one.
type Option func(*options)

type options struct {
	hooks      []QueryHook
	unprepared bool
}

// QueryHook observes statements, for tracing, metrics and tests that count.
type QueryHook interface {
	// BeforeQuery runs before a statement is sent. The statement and AfterQuery get the context that it returns. If
	// it returns nil, they get ctx.
	//
	// On pgx, some statements are sent together in one round trip, such as sibling preloads. They share the context
	// of the call: only AfterQuery gets the contexts that BeforeQuery returned. If one of these contexts has ended,
	// none of the statements is sent.
	BeforeQuery(ctx context.Context, event *QueryEvent) context.Context
	// AfterQuery runs when the statement has failed, or when its result is closed.
	AfterQuery(ctx context.Context, event *QueryEvent)
}

// QueryEvent is one statement. The fields up to Start are set when BeforeQuery runs; the others are set when
// AfterQuery runs.
type QueryEvent struct {
	Path     string // what the statement is for: "User", "User.Posts.Comments", "User.Skills.Sync"
	SQL      string
	Args     []any
	Start    time.Time
	Duration time.Duration // from sending the statement to closing its result
	Rows     int64         // rows read or changed
	Err      error
}

// WithQueryHook calls h around every statement. Several hooks run in the order of the options. A nil hook is
// ignored.
func WithQueryHook(h QueryHook) Option {
	return func(o *options) {
		if h != nil {
			o.hooks = append(o.hooks, h)
		}
	}
}

// WithoutPreparedStatements sends every statement on database/sql as text. Proxies such as PgBouncer in transaction
// mode need it. Without this option, lucid prepares a statement of its own when it sends it the second time, and
// keeps up to 256 prepared statements. The option does nothing on pgx, which has its own configuration.
func WithoutPreparedStatements() Option { return func(o *options) { o.unprepared = true } }

// WithLogger logs every statement: at level Debug, and at level Error if it fails. It does not log arguments; a
// QueryHook sees them. A nil logger is ignored.
func WithLogger(l *slog.Logger) Option {
	if l == nil {
		return func(*options) {}
	}
	return WithQueryHook(statementLog{l})
}

// statementLog is the hook behind WithLogger.
type statementLog struct{ *slog.Logger }

func (statementLog) BeforeQuery(ctx context.Context, _ *QueryEvent) context.Context { return ctx }

func (l statementLog) AfterQuery(ctx context.Context, e *QueryEvent) {
	attrs := []slog.Attr{
		slog.String("path", e.Path), slog.String("sql", e.SQL),
		slog.Duration("duration", e.Duration), slog.Int64("rows", e.Rows),
	}
	if e.Err != nil {
		l.LogAttrs(ctx, slog.LevelError, "lucid: statement failed", append(attrs, slog.Any("error", e.Err))...)
		return
	}
	l.LogAttrs(ctx, slog.LevelDebug, "lucid: statement", attrs...)
}

func newDB(p pool, facts *dialect, finish func() error, opts []Option) *DB {
	core := &database{facts: facts, finish: finish, asking: make(chan struct{}, 1)}
	for _, opt := range opts {
		if opt != nil {
			opt(&core.options)
		}
	}
	db := &DB{session{core: core}}
	db.self = db
	db.use(p)
	return db
}

// use makes the handle send its statements to a pool.
func (db *DB) use(p pool) { db.core.pool, db.conn = p, p }

// Close closes the handle and the pool or database/sql handle that it wraps. Later statements fail. On a zero DB it
// does nothing.
func (db *DB) Close() error {
	if db.core == nil {
		return nil
	}
	return db.core.finish()
}

// ready returns the session's dialect. It asks the server before the first statement.
func (s *session) ready(ctx context.Context) (*dialect, error) {
	if s == nil || s.core == nil {
		return nil, wrong(nil, "lucid: this handle has no database: make it with Open, NewPgx or NewSQL")
	}
	if s.tx != nil {
		if err := s.tx.usable(); err != nil {
			return nil, err
		}
	}
	facts, err := s.core.known(ctx)
	return facts, failed("connect", err)
}

// known returns the dialect. The first caller asks the server; other callers wait, but no longer than their
// context.
func (c *database) known(ctx context.Context) (*dialect, error) {
	if facts := c.asked.Load(); facts != nil {
		return facts, nil
	}
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil, failed("connect", ctx.Err())
	}
	if facts := c.asked.Load(); facts != nil {
		return facts, nil
	}
	facts, err := c.probe(ctx)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	c.asked.Store(facts)
	return facts, nil
}

// dialect returns the facts known so far. It does not ask the server.
func (s *session) dialect() (*dialect, error) {
	if s == nil || s.core == nil {
		return nil, wrong(nil, "lucid: this handle has no database: make it with Open, NewPgx or NewSQL")
	}
	if facts := s.core.asked.Load(); facts != nil {
		return facts, nil
	}
	if s.core.facts == nil {
		return s.core.probe(context.Background()) // which refuses it
	}
	return s.core.facts, nil
}

// query sends a select. The caller closes the rows.
func (s *session) query(ctx context.Context, st *statement) (rows, error) {
	ctx, done := s.observe(ctx, st)
	return s.watched(ctx, st, done)
}

// watched sends a select that hooks have been told of.
func (s *session) watched(ctx context.Context, st *statement, done *watch) (rows, error) {
	r, err := s.conn.query(ctx, st)
	if err != nil {
		err = stopped(ctx, err)
		done.tell(0, err)
		return nil, err
	}
	return done.over(r), nil
}

// exec sends a statement that returns no rows.
func (s *session) exec(ctx context.Context, st *statement) (int64, error) {
	ctx, done := s.observe(ctx, st)
	n, err := s.conn.exec(ctx, st)
	err = stopped(ctx, err)
	done.tell(n, err)
	return n, err
}

// read sends a select and calls read with its rows. It closes the rows afterwards, even if read panics.
func (s *session) read(ctx context.Context, st *statement, read func(r rows) error) error {
	r, err := s.query(ctx, st)
	if err != nil {
		return err
	}
	return closing(ctx, r, read)
}

// closing calls read with rows, closes them, and returns the first error.
func closing(ctx context.Context, r rows, read func(r rows) error) (err error) {
	defer func() {
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		err = stopped(ctx, err)
	}()
	if err = read(r); err == nil {
		err = r.Err()
	}
	return err
}

// readAll sends selects, in one round trip if the protocol can, and hands each result to read. It returns which
// statement failed; -1 if that is not known.
func (s *session) readAll(ctx context.Context, sts []*statement, read func(i int, r rows) error) (int, error) {
	if b, ok := s.conn.(batcher); ok && len(sts) > 1 {
		return s.readBatch(ctx, b, sts, read)
	}
	for i, st := range sts {
		if err := s.read(ctx, st, func(r rows) error { return read(i, r) }); err != nil {
			return i, err
		}
	}
	return 0, nil
}

func (s *session) readBatch(
	ctx context.Context, b batcher, sts []*statement, read func(i int, r rows) error,
) (int, error) {
	return s.sendBatch(ctx, b, sts, func(i int, r batchRows, done *watch) error {
		return closing(ctx, done.over(r), func(r rows) error { return read(i, r) })
	})
}

// sendBatch sends a batch and calls take with each result. It tells the hooks of statements whose result did not
// come.
func (s *session) sendBatch(
	ctx context.Context, b batcher, sts []*statement, take func(i int, r batchRows, done *watch) error,
) (int, error) {
	dones := make([]*watch, len(sts))
	at := -1 // the statement that failed, or whose result is being read
	var err error
	for i, st := range sts {
		var own context.Context
		own, dones[i] = s.observe(ctx, st)
		if err == nil && own.Err() != nil {
			at, err = i, own.Err()
		}
	}
	next := 0
	if err == nil {
		err = stopped(ctx, b.batch(ctx, sts, func(i int, r batchRows) error {
			at, next = i, i+1
			err := take(i, r, dones[i])
			if err == nil {
				at = -1
			}
			return err
		}))
	}
	for ; next < len(dones); next++ {
		dones[next].tell(0, err)
	}
	return at, err
}

// execAll sends statements that return no rows, in one round trip if the protocol can. It returns how many rows
// they changed.
func (s *session) execAll(ctx context.Context, sts []*statement) (total int64, err error) {
	if b, ok := s.conn.(batcher); ok && len(sts) > 1 {
		return s.execBatch(ctx, b, sts)
	}
	for _, st := range sts {
		n, err := s.exec(ctx, st)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func (s *session) execBatch(ctx context.Context, b batcher, sts []*statement) (total int64, err error) {
	_, err = s.sendBatch(ctx, b, sts, func(_ int, r batchRows, done *watch) error {
		n, err := r.affected()
		total += n
		done.tell(n, stopped(ctx, err))
		return err
	})
	return total, err
}

// watch is one statement that hooks observe.
type watch struct {
	ctx   context.Context
	hooks []QueryHook
	event QueryEvent
	held  bool // the hooks are told later
}

// observe tells the hooks of a statement. It returns a nil watch if there are no hooks.
func (s *session) observe(ctx context.Context, st *statement) (context.Context, *watch) {
	hooks := s.core.hooks
	if len(hooks) == 0 {
		return ctx, nil
	}
	w := &watch{hooks: hooks, event: QueryEvent{Path: st.path, SQL: st.sql, Args: st.args, Start: time.Now()}}
	for _, h := range hooks {
		if c := h.BeforeQuery(ctx, &w.event); c != nil {
			ctx = c
		}
	}
	w.ctx = ctx
	return ctx, w
}

// tell tells the hooks how the statement ended.
func (w *watch) tell(n int64, err error) {
	if w == nil {
		return
	}
	w.event.Duration, w.event.Rows, w.event.Err = time.Since(w.event.Start), n, err
	if !w.held {
		w.after()
	}
}

func (w *watch) after() {
	for _, h := range w.hooks {
		h.AfterQuery(w.ctx, &w.event)
	}
}

// over returns a result that tells the hooks when it is closed.
func (w *watch) over(r rows) rows {
	if w == nil {
		return r
	}
	return &watchedRows{rows: r, done: w}
}

// watchedRows counts the rows read, and reports the end of the statement once.
type watchedRows struct {
	rows
	done *watch
	n    int64
	err  error
}

func (r *watchedRows) Next() bool {
	if r.rows.Next() {
		r.n++
		return true
	}
	return false
}

func (r *watchedRows) Scan(dest ...any) error {
	err := r.rows.Scan(dest...)
	if err != nil && r.err == nil {
		r.err = err
	}
	return err
}

func (r *watchedRows) Close() error {
	err := r.rows.Close()
	if r.done != nil {
		if r.err == nil {
			r.err = r.Err()
		}
		if r.err == nil {
			r.err = err
		}
		r.done.tell(r.n, stopped(r.done.ctx, r.err))
		r.done = nil
	}
	return err
}
