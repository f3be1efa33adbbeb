package lucid

import (
	"context"
	"time"
)

// Count is the number of rows that match, in one statement; order, limit, offset and preloads are
// ignored. Of a query with Distinct or GroupBy it counts what remains.
func (q *Query[T]) Count(ctx context.Context) (int64, error) {
	data := q.data()
	s, err := data.countStmt()
	if err != nil {
		return 0, err
	}
	var n int64
	return n, data.scalar(ctx, "Count", s, &n)
}

// Exists reports whether a row matches, in one statement; order, limit, offset and preloads are ignored.
func (q *Query[T]) Exists(ctx context.Context) (bool, error) {
	data := q.data()
	bare := data.unordered()
	bare.offset, bare.limit = 0, nil
	s := &selectStmt{comment: data.comment, items: []item{{expr: exists{q: bare}}}}
	var found bool
	return found, data.scalar(ctx, "Exists", s, &found)
}

// Sum, Avg, Min and Max return what a field of the column's kind would hold (int64, float64, string,
// time.Time; the average of integers is a float64, a decimal is a string), and nil when there is no
// row or all values are NULL. They send one statement; order, limit, offset and preloads are ignored.
func (q *Query[T]) Sum(ctx context.Context, column string) (any, error) {
	return q.data().aggregate(ctx, "Sum", "SUM(", column)
}

// Avg is the average; see Sum.
func (q *Query[T]) Avg(ctx context.Context, column string) (any, error) {
	return q.data().aggregate(ctx, "Avg", "AVG(", column)
}

// Min is the least value; see Sum.
func (q *Query[T]) Min(ctx context.Context, column string) (any, error) {
	return q.data().aggregate(ctx, "Min", "MIN(", column)
}

// Max is the greatest value; see Sum.
func (q *Query[T]) Max(ctx context.Context, column string) (any, error) {
	return q.data().aggregate(ctx, "Max", "MAX(", column)
}

// unordered is the query without what a count ignores.
func (q *query) unordered() *query {
	bare := q.clone()
	bare.order, bare.limit, bare.offset, bare.steps, bare.lock = nil, nil, 0, nil, lock{}
	bare.groupLimit, bare.groupOrder, bare.defaultOrder = nil, nil, false
	return bare
}

func (q *query) countStmt() (*selectStmt, error) {
	bare := q.unordered()
	if err := bare.check(); err != nil {
		return nil, err
	}
	count := []item{{expr: fragment{before: "COUNT(*)"}}}
	if !bare.distinct && len(bare.groupBy) == 0 {
		s := bare.frame()
		s.items = count
		return s, nil
	}
	inner, err := bare.statement(nil)
	if err != nil {
		return nil, err
	}
	return &selectStmt{comment: q.comment, items: count, from: &source{table: "counted", sub: inner}}, nil
}

func (q *query) aggregate(ctx context.Context, verb, function, column string) (any, error) {
	bare := q.unordered()
	if err := bare.check(); err != nil {
		return nil, err
	}
	if bare.distinct || len(bare.groupBy) > 0 {
		return nil, wrong(nil, "lucid: %s: %s of a query with Distinct or GroupBy: select it with SelectRaw", q.model.name, verb)
	}
	s := bare.frame()
	s.items = []item{{expr: fragment{function, named(column), ")"}}}
	var v any
	if err := q.scalar(ctx, verb, s, &v); err != nil || v == nil {
		return nil, err
	}
	out, err := aggregated(v, q.model.byName[column], verb == "Avg")
	return out, failed(verb+" of "+q.path+"."+column, err)
}

// aggregated is an aggregate as a field of the column's kind would hold it.
func aggregated(v any, c *column, average bool) (any, error) {
	k := kindOther
	if c != nil {
		k = c.kind
	}
	switch {
	case k == kindFloat, k == kindInt && average:
		return convert[float64](v)
	case k == kindInt:
		return convert[int64](v)
	case k == kindTime:
		return convert[time.Time](v)
	case k == kindString:
		return convert[string](v)
	}
	return v, nil
}
