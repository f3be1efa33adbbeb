package lucid

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// NewPgx wraps a pgx pool. Statements use pgx's binary protocol and its statement cache. Sibling preloads are sent
// together, in one round trip. Close closes the pool.
func NewPgx(pool *pgxpool.Pool, opts ...Option) *DB {
	db := newDB(pgxPool{pool}, postgres, func() error { pool.Close(); return nil }, opts)
	db.core.asked.Store(postgres)
	return db
}

// errPgxURL replaces pgx's errors about a URL, whose texts may quote the password.
var errPgxURL = errors.New("the URL or one of its options cannot be parsed: " +
	"it is postgres://user:password@host:port/database, with special characters of the password percent-encoded")

// openPgx is Open for postgres:// URLs.
func openPgx(ctx context.Context, url string, opts []Option) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errPgxURL
	}
	config.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return NewPgx(pool, opts...), nil
}

// pgxConn sends statements on one connection.
type pgxConn struct{ conn *pgx.Conn }

func (c pgxConn) query(ctx context.Context, st *statement) (rows, error) {
	r, err := c.conn.Query(ctx, st.sql, st.args...)
	if err != nil {
		return nil, hidden(err)
	}
	return pgxRows{Rows: r}, nil
}

func (c pgxConn) exec(ctx context.Context, st *statement) (int64, error) {
	tag, err := c.conn.Exec(ctx, st.sql, st.args...)
	return tag.RowsAffected(), hidden(err)
}

// hidden removes an argument's value from an error: pgx quotes a value that it cannot encode.
func hidden(err error) error {
	var n int
	if err == nil {
		return nil
	}
	if _, scanErr := fmt.Sscanf(err.Error(), "failed to encode args[%d]", &n); scanErr != nil {
		return err
	}
	return &quiet{err, fmt.Sprintf("argument %d does not fit the type of what it is compared with or stored in", n+1)}
}

// quiet is an error with another text.
type quiet struct {
	cause error
	text  string
}

func (q *quiet) Error() string { return q.text }
func (q *quiet) Unwrap() error { return q.cause }

func (c pgxConn) batch(ctx context.Context, sts []*statement, read func(int, batchRows) error) (err error) {
	batch := &pgx.Batch{}
	for _, st := range sts {
		batch.Queue(st.sql, st.args...)
	}
	results := c.conn.SendBatch(ctx, batch)
	defer func() {
		if cerr := results.Close(); err == nil {
			err = cerr
		}
	}()
	return hidden(readBatch(results, len(sts), read))
}

func readBatch(results pgx.BatchResults, n int, read func(int, batchRows) error) error {
	for i := range n {
		r, err := results.Query()
		if err != nil {
			return err
		}
		if err := read(i, pgxRows{Rows: r}); err != nil {
			return err
		}
	}
	return nil
}

// pgxPool sends each statement on a connection of the pool.
type pgxPool struct{ pool *pgxpool.Pool }

// acquire returns a connection of the pool that reads decimals as text.
func (p pgxPool) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	c, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	types := c.Conn().TypeMap()
	if known, ok := types.TypeForOID(pgtype.NumericOID); ok {
		if _, plain := known.Codec.(pgtype.NumericCodec); plain { // not a codec that the program registered
			types.RegisterType(&pgtype.Type{Name: "numeric", OID: pgtype.NumericOID, Codec: textNumeric{}})
		}
	}
	return c, nil
}

// textNumeric reads decimals as the text that the database prints. pgx's binary form loses the scale of zero: it
// makes "0" of 0.00.
type textNumeric struct{ pgtype.NumericCodec }

// PreferredFormat returns the text format.
func (textNumeric) PreferredFormat() int16 { return pgtype.TextFormatCode }

func (p pgxPool) query(ctx context.Context, st *statement) (rows, error) {
	c, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	r, err := c.Query(ctx, st.sql, st.args...)
	if err != nil {
		c.Release()
		return nil, hidden(err)
	}
	return pgxRows{r, &release{c}}, nil
}

func (p pgxPool) exec(ctx context.Context, st *statement) (int64, error) {
	c, err := p.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Release()
	return pgxConn{c.Conn()}.exec(ctx, st)
}

func (p pgxPool) batch(ctx context.Context, sts []*statement, read func(int, batchRows) error) error {
	c, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	return pgxConn{c.Conn()}.batch(ctx, sts, read)
}

func (p pgxPool) begin(ctx context.Context, opts *sql.TxOptions) (txConn, error) {
	o, err := pgxTxOptions(opts)
	if err != nil {
		return nil, err
	}
	c, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &pgxTx{pgxConn: pgxConn{c.Conn()}, c: c, opening: &statement{sql: beginText(o)}}, nil
}

// pgxTx is a transaction on a connection of its own. It sends BEGIN when it sends the first statement. If the
// package wrote that statement, and it is not a single select, both are one round trip.
type pgxTx struct {
	pgxConn
	c       *pgxpool.Conn
	opening *statement // nil after it was sent
	failed  bool       // the transaction did not begin
}

// errNotBegun is the error of a statement if the first statement failed together with BEGIN. The server gives the
// same answer in a transaction that did begin.
var errNotBegun = errors.New("the transaction's first statement failed, and all others are refused: roll it back")

// open sends BEGIN, together with statements if any are given.
func (t *pgxTx) open(ctx context.Context, sts []*statement, read func(int, batchRows) error) error {
	opening := t.opening
	t.opening = nil
	err := t.pgxConn.batch(ctx, append([]*statement{opening}, sts...), func(i int, r batchRows) error {
		if i == 0 {
			return r.Close()
		}
		return read(i-1, r)
	})
	t.failed = err != nil && t.conn.PgConn().TxStatus() == 'I'
	return err
}

// begun reports whether the transaction began. It returns an error if the transaction cannot go on.
func (t *pgxTx) begun() (bool, error) {
	if t.failed {
		return false, errNotBegun
	}
	return t.opening == nil, nil
}

func (t *pgxTx) query(ctx context.Context, st *statement) (rows, error) {
	begun, err := t.begun()
	if err == nil && !begun {
		err = t.open(ctx, nil, nil)
	}
	if err != nil {
		return nil, err
	}
	return t.pgxConn.query(ctx, st)
}

func (t *pgxTx) exec(ctx context.Context, st *statement) (n int64, err error) {
	begun, err := t.begun()
	switch {
	case err != nil:
		return 0, err
	case begun:
		return t.pgxConn.exec(ctx, st)
	case !st.generated: // it may be several statements, which are no part of a batch
		if err := t.open(ctx, nil, nil); err != nil {
			return 0, err
		}
		return t.pgxConn.exec(ctx, st)
	}
	err = t.open(ctx, []*statement{st}, func(_ int, r batchRows) error {
		n, err = r.affected()
		return err
	})
	return n, err
}

func (t *pgxTx) batch(ctx context.Context, sts []*statement, read func(int, batchRows) error) error {
	begun, err := t.begun()
	switch {
	case err != nil:
		return err
	case begun:
		return t.pgxConn.batch(ctx, sts, read)
	}
	return t.open(ctx, sts, read)
}

// commit is pgx's commit. If a statement failed before, the server rolls back instead, and commit returns an error.
func (t *pgxTx) commit(ctx context.Context) error {
	defer t.c.Release()
	if begun, err := t.begun(); err != nil || !begun {
		if err != nil {
			err = pgx.ErrTxCommitRollback
		}
		return err
	}
	tag, err := t.conn.Exec(ctx, "commit")
	if err == nil {
		err = committed(tag)
	}
	return t.ended(ctx, err)
}

// batchAndCommit sends statements and the COMMIT in one round trip. If a statement fails, the server does not run
// what follows it.
func (t *pgxTx) batchAndCommit(ctx context.Context, sts []*statement, read func(int, batchRows) error) error {
	err := t.batch(ctx, append(slices.Clone(sts), &statement{sql: "commit"}), func(i int, r batchRows) error {
		if i < len(sts) {
			return read(i, r)
		}
		if err := r.Close(); err != nil {
			return err
		}
		return committed(r.(pgxRows).CommandTag())
	})
	if err == nil {
		t.c.Release()
	}
	return err
}

// committed returns an error if the server rolled back instead of committing.
func committed(tag pgconn.CommandTag) error {
	if tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

func (t *pgxTx) rollback(ctx context.Context) error {
	defer t.c.Release()
	if begun, err := t.begun(); err != nil || !begun || t.conn.PgConn().TxStatus() == 'I' {
		return nil
	}
	_, err := t.conn.Exec(ctx, "rollback")
	return t.ended(ctx, err)
}

// ended closes a connection that is still in a transaction, so that the pool does not hand it out again.
func (t *pgxTx) ended(ctx context.Context, err error) error {
	if err != nil && t.conn.PgConn().TxStatus() != 'I' {
		_ = t.conn.Close(ctx)
	}
	return err
}

// beginText returns the BEGIN of a transaction with options.
func beginText(o pgx.TxOptions) string {
	text := "begin"
	if o.IsoLevel != "" {
		text += " isolation level " + string(o.IsoLevel)
	}
	if o.AccessMode != "" {
		text += " " + string(o.AccessMode)
	}
	return text
}

func pgxTxOptions(opts *sql.TxOptions) (pgx.TxOptions, error) {
	var o pgx.TxOptions
	if opts == nil {
		return o, nil
	}
	if opts.ReadOnly {
		o.AccessMode = pgx.ReadOnly
	}
	switch opts.Isolation {
	case sql.LevelDefault:
	case sql.LevelReadUncommitted:
		o.IsoLevel = pgx.ReadUncommitted
	case sql.LevelReadCommitted:
		o.IsoLevel = pgx.ReadCommitted
	case sql.LevelRepeatableRead, sql.LevelSnapshot:
		o.IsoLevel = pgx.RepeatableRead
	case sql.LevelSerializable, sql.LevelLinearizable:
		o.IsoLevel = pgx.Serializable
	default:
		return o, wrong(nil, "lucid: PostgreSQL has no isolation level %q", opts.Isolation)
	}
	return o, nil
}

// pgxRows is a result of pgx, and the connection that it holds.
type pgxRows struct {
	pgx.Rows
	held *release // nil if the result does not hold a connection of its own
}

// release gives a connection back, once.
type release struct{ c *pgxpool.Conn }

func (r pgxRows) Close() error {
	r.Rows.Close()
	if r.held != nil && r.held.c != nil {
		r.held.c.Release()
		r.held.c = nil
	}
	return r.Err()
}

func (r pgxRows) affected() (int64, error) {
	err := r.Close()
	return r.CommandTag().RowsAffected(), err
}

func (r pgxRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

// Plain turns pgx's own types, such as a numeric, into the text that the database prints.
func (r pgxRows) Plain(_ int, v any) any {
	switch v := v.(type) {
	case int64, float64, string, bool, []byte, nil:
		return v
	case time.Time:
		return v.UTC()
	case int32:
		return int64(v)
	case int16:
		return int64(v)
	case float32:
		return float64(v)
	case [16]byte:
		return uuid.UUID(v).String()
	case pgtype.Numeric:
		return decimalText(v)
	case driver.Valuer:
		if plain, err := v.Value(); err == nil {
			return plain
		}
	}
	return v
}

// decimalText returns a decimal as the database prints it, with the zeros of its scale. It returns nil for NULL.
func decimalText(n pgtype.Numeric) any {
	if n.Valid && n.Int != nil && n.Int.Sign() == 0 && n.Exp < 0 {
		return "0." + strings.Repeat("0", int(-n.Exp))
	}
	plain, err := n.Value()
	if err != nil {
		return n
	}
	return plain
}
