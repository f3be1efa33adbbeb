package lucid

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
)

// NewSQL wraps a database/sql handle, with any driver of the dialect. Close closes the handle.
//
// NewSQL itself sends nothing. Before the first statement, lucid asks the server what it is: with one statement on
// MySQL and MariaDB, which tells them apart, and with a ping elsewhere. If the handle lacks a setting that lucid
// needs (parseTime on MySQL), the error names it. An unknown dialect is an error of the first call.
func NewSQL(db *sql.DB, kind Dialect, opts ...Option) *DB {
	facts := dialectOf(kind)
	ready := &prepared{db: db}
	closing := func() error {
		ready.close()
		return db.Close()
	}
	c := newDB(nil, facts, closing, opts)
	if c.core.unprepared {
		ready = nil
	}
	c.use(sqlPool{sqlConn{q: db, textTimes: facts != nil && facts.textTimes, prepared: ready}, db})
	c.core.probe = func(ctx context.Context) (*dialect, error) { return probeSQL(ctx, db, kind) }
	return c
}

// probeSQL asks a server behind database/sql what it is.
func probeSQL(ctx context.Context, db *sql.DB, kind Dialect) (*dialect, error) {
	facts := dialectOf(kind)
	switch {
	case facts == nil:
		return nil, wrong(nil, "lucid: NewSQL: unknown dialect %d: pass PostgreSQL, MySQL or SQLite", kind)
	case kind != MySQL:
		return facts, db.PingContext(ctx)
	}
	var version string
	var now any
	var step int64
	r := db.QueryRowContext(ctx, "SELECT VERSION(), NOW(), @@auto_increment_increment")
	if err := r.Scan(&version, &now, &step); err != nil {
		return nil, err
	}
	if _, ok := now.(time.Time); !ok {
		return nil, wrong(nil, "lucid: NewSQL: the MySQL handle reads times as text: add parseTime=true to its DSN")
	}
	if strings.Contains(strings.ToLower(version), "mariadb") {
		return mariadb, nil
	}
	own := *mysql8
	own.idStep = step
	return &own, nil
}

// sqlQuerier is what a pool and a transaction of database/sql have in common.
type sqlQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// sqlConn sends statements to a pool or a transaction.
type sqlConn struct {
	q         sqlQuerier
	textTimes bool
	prepared  *prepared // nil: statements are sent as text
	tx        *sql.Tx   // nil outside a transaction
}

func (c sqlConn) query(ctx context.Context, st *statement) (rows, error) {
	r, err := sendSQL(ctx, c, st, (*sql.Stmt).QueryContext, c.q.QueryContext)
	if err != nil {
		return nil, err
	}
	return &sqlRows{Rows: r, blobs: c.textTimes}, nil
}

// sendSQL sends a statement. It uses a prepared statement if the same text came before. If the server refuses the
// prepared statement, it sends the text.
func sendSQL[R any](
	ctx context.Context, c sqlConn, st *statement,
	prepared func(*sql.Stmt, context.Context, ...any) (R, error),
	text func(context.Context, string, ...any) (R, error),
) (R, error) {
	args := bound(st.args, c.textTimes)
	if c.prepared == nil || !st.generated {
		return text(ctx, st.sql, args...)
	}
	p, err := c.prepared.take(ctx, st.sql, c.tx != nil)
	if err != nil {
		var none R
		return none, err
	}
	if p == nil {
		return text(ctx, st.sql, args...)
	}
	defer c.prepared.give(p)
	stmt := p.stmt
	if c.tx != nil {
		stmt = c.tx.StmtContext(ctx, stmt) // closed with the transaction
	}
	r, err := prepared(stmt, ctx, args...)
	if err != nil && outdated(err) {
		c.prepared.forget(p)
		if c.tx == nil {
			return text(ctx, st.sql, args...)
		}
	}
	return r, err
}

func (c sqlConn) exec(ctx context.Context, st *statement) (int64, error) {
	res, err := sendSQL(ctx, c, st, (*sql.Stmt).ExecContext, c.q.ExecContext)
	if err != nil {
		return 0, err
	}
	if st.lastID != nil {
		if *st.lastID, err = res.LastInsertId(); err != nil {
			return 0, err
		}
	}
	return res.RowsAffected()
}

type sqlPool struct {
	sqlConn
	db *sql.DB
}

// spare returns how many connections are free. If the pool keeps all connections that it opens, the ones that it
// may still open count too.
func (p sqlPool) spare(want int) int {
	stats := p.db.Stats()
	free := stats.Idle
	if stats.MaxIdleClosed == 0 {
		free = want
		if stats.MaxOpenConnections > 0 {
			free = stats.MaxOpenConnections - stats.InUse
		}
	}
	return min(want, free)
}

func (p sqlPool) begin(ctx context.Context, opts *sql.TxOptions) (txConn, error) {
	tx, err := p.db.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return sqlTx{sqlConn{q: tx, textTimes: p.textTimes, prepared: p.prepared, tx: tx}}, nil
}

type sqlTx struct{ sqlConn }

func (t sqlTx) commit(ctx context.Context) error {
	defer t.prepared.settle(ctx)
	return t.tx.Commit()
}

func (t sqlTx) rollback(ctx context.Context) error {
	defer t.prepared.settle(ctx)
	return t.tx.Rollback()
}

// bound returns the arguments as the database takes them. If the database stores times as text, times become text.
func bound(args []any, textTimes bool) []any {
	if !textTimes {
		return args
	}
	out := args
	for i, arg := range args {
		if t, ok := arg.(time.Time); ok {
			if &out[0] == &args[0] {
				out = slices.Clone(args)
			}
			out[i] = t.UTC().Format(timeText)
		}
	}
	return out
}

// sqlRows is a result of database/sql.
type sqlRows struct {
	*sql.Rows
	blobs  bool   // the driver gives []byte for bytes only
	binary []bool // per column: []byte is bytes and not text

	guards []guard // of the destinations that are a sql.Scanner
	dest   []any   // with the guards in their place; nil before the first row
}

// guard calls a sql.Scanner. A panic of the Scanner would leave database/sql's result locked, so that nobody could
// close it. So guard keeps the panic, which continues when the result is unlocked.
type guard struct {
	column   int
	to       sql.Scanner
	panicked any
}

// Scan calls the Scanner's Scan.
func (g *guard) Scan(v any) (err error) {
	defer func() {
		if g.panicked = recover(); g.panicked != nil {
			err = errors.New("the Scanner panics")
		}
	}()
	return g.to.Scan(v)
}

func (r *sqlRows) Scan(dest ...any) error {
	if r.dest == nil {
		r.dest = make([]any, len(dest))
		for i, to := range dest {
			if _, ok := to.(sql.Scanner); ok {
				if r.guards == nil {
					r.guards = make([]guard, 0, len(dest)-i)
				}
				r.guards = append(r.guards, guard{column: i})
			}
		}
	}
	if len(r.guards) == 0 {
		return r.Rows.Scan(dest...)
	}
	copy(r.dest, dest)
	for i := range r.guards {
		g := &r.guards[i]
		g.to = dest[g.column].(sql.Scanner)
		r.dest[g.column] = g
	}
	err := r.Rows.Scan(r.dest...)
	for i := range r.guards {
		if p := r.guards[i].panicked; p != nil {
			panic(p)
		}
	}
	return err
}

// Plain turns the []byte that drivers use for text into a string, by the column's type.
func (r *sqlRows) Plain(column int, v any) any {
	b, ok := v.([]byte)
	if !ok || r.blobs {
		return v
	}
	if r.binary == nil {
		types, err := r.ColumnTypes()
		if err != nil {
			return v
		}
		r.binary = make([]bool, len(types))
		for i, t := range types {
			name := t.DatabaseTypeName()
			r.binary[i] = strings.Contains(name, "BLOB") || strings.Contains(name, "BINARY") || name == "BYTEA"
		}
	}
	if r.binary[column] {
		return v
	}
	return string(b)
}
