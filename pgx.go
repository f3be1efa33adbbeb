package lucid

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// NewPgx wraps a pgx pool: the binary protocol, its statement cache, and batches for sibling
// preloads. Close closes the pool.
func NewPgx(pool *pgxpool.Pool, opts ...Option) *DB {
	return newDB(pgxPool{pgxConn{pool}, pool}, postgres, func() error { pool.Close(); return nil }, opts)
}

// openPgx is Open for postgres:// URLs.
func openPgx(ctx context.Context, url string, opts []Option) (*DB, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return NewPgx(pool, opts...), nil
}

// pgxQuerier is what a pool and a transaction of pgx have in common.
type pgxQuerier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// pgxConn sends statements to a pool or a transaction.
type pgxConn struct{ q pgxQuerier }

func (c pgxConn) query(ctx context.Context, st *statement) (rows, error) {
	r, err := c.q.Query(ctx, st.sql, st.args...)
	if err != nil {
		return nil, err
	}
	return pgxRows{r}, nil
}

func (c pgxConn) exec(ctx context.Context, st *statement) (int64, error) {
	tag, err := c.q.Exec(ctx, st.sql, st.args...)
	return tag.RowsAffected(), err
}

func (c pgxConn) batch(ctx context.Context, sts []*statement, read func(int, rows) error) (bool, error) {
	batch := &pgx.Batch{}
	for _, st := range sts {
		batch.Queue(st.sql, st.args...)
	}
	results := c.q.SendBatch(ctx, batch)
	err := readBatch(results, len(sts), read)
	if cerr := results.Close(); err == nil {
		err = cerr
	}
	return true, err
}

func readBatch(results pgx.BatchResults, n int, read func(int, rows) error) error {
	for i := range n {
		r, err := results.Query()
		if err != nil {
			return err
		}
		if err := read(i, pgxRows{r}); err != nil {
			return err
		}
	}
	return nil
}

type pgxPool struct {
	pgxConn
	pool *pgxpool.Pool
}

func (p pgxPool) begin(ctx context.Context, opts *sql.TxOptions) (txConn, error) {
	o, err := pgxTxOptions(opts)
	if err != nil {
		return nil, err
	}
	tx, err := p.pool.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return pgxTx{pgxConn{tx}, tx}, nil
}

type pgxTx struct {
	pgxConn
	tx pgx.Tx
}

func (t pgxTx) commit(ctx context.Context) error   { return t.tx.Commit(ctx) }
func (t pgxTx) rollback(ctx context.Context) error { return t.tx.Rollback(ctx) }

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

// pgxRows is a result of pgx.
type pgxRows struct{ pgx.Rows }

func (r pgxRows) Close() error { r.Rows.Close(); return r.Rows.Err() }

func (r pgxRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

// Plain narrows what pgx decodes into an any: its own types, such as a numeric, to the text that
// the database would print.
func (r pgxRows) Plain(_ int, v any) any {
	switch v := v.(type) {
	case int64, float64, string, bool, []byte, nil:
		return v
	case int32:
		return int64(v)
	case int16:
		return int64(v)
	case float32:
		return float64(v)
	case [16]byte:
		return uuid.UUID(v).String()
	case driver.Valuer:
		if plain, err := v.Value(); err == nil {
			return plain
		}
	}
	return v
}
