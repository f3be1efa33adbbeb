package lucid

import (
	"context"
	"strings"
	"time"
)

// Count returns the number of rows that match. It sends one statement. It ignores order, limit, offset and
// preloads. If the query has Distinct or GroupBy, it counts the rows that remain after merging.
//
//go:noinline
func (q *QueryOf[P]) Count(ctx context.Context) (int64, error) {
	return q.q.data().count(ctx, "Count")
}

func (q *query) count(ctx context.Context, verb string) (int64, error) {
	s, err := q.countStmt()
	if err != nil {
		return 0, err
	}
	var n int64
	err = q.scalar(ctx, verb, s, &n)
	return n, err
}

// Exists reports whether a row matches. It sends one statement. It ignores order, limit, offset and preloads.
//
//go:noinline
func (q *QueryOf[P]) Exists(ctx context.Context) (bool, error) {
	return q.q.data().found(ctx)
}

func (q *query) found(ctx context.Context) (bool, error) {
	s := &selectStmt{comment: q.comment, items: []item{{expr: exists{q: q.unordered()}}}}
	var found bool
	return found, q.scalar(ctx, "Exists", s, &found)
}

// Sum returns the sum of a column over the rows that match. It sends one statement. It ignores order, limit, offset
// and preloads. If no row matches, or all values are NULL, it returns nil. Distinct and GroupBy are errors.
//
// The result has the type that a field of the column's kind would have: int64, float64, string or time.Time. The
// average of integers is a float64. A decimal is a string.
//
//go:noinline
func (q *QueryOf[P]) Sum(ctx context.Context, column string) (any, error) {
	return q.q.data().aggregate(ctx, "SUM", column)
}

// Avg returns the average of a column. Everything else is as in Sum.
//
//go:noinline
func (q *QueryOf[P]) Avg(ctx context.Context, column string) (any, error) {
	return q.q.data().aggregate(ctx, "AVG", column)
}

// Min returns the smallest value of a column. Everything else is as in Sum.
//
//go:noinline
func (q *QueryOf[P]) Min(ctx context.Context, column string) (any, error) {
	return q.q.data().aggregate(ctx, "MIN", column)
}

// Max returns the largest value of a column. Everything else is as in Sum.
//
//go:noinline
func (q *QueryOf[P]) Max(ctx context.Context, column string) (any, error) {
	return q.q.data().aggregate(ctx, "MAX", column)
}

// unordered returns the query without the parts that a count ignores.
func (q *query) unordered() *query {
	bare := q.clone()
	bare.order, bare.limit, bare.offset, bare.eager, bare.lock = nil, nil, 0, nil, lock{}
	bare.groupLimit, bare.groupOrder, bare.defaultOrder, bare.single = nil, nil, nil, false
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
	if len(bare.groupBy) > 0 && len(bare.selects) == 0 { // the groups themselves
		inner.items = []item{{expr: literal(1), as: "one"}}
	}
	return &selectStmt{comment: q.comment, items: count, from: &source{table: "counted", sub: inner}}, nil
}

func (q *query) aggregate(ctx context.Context, function, column string) (any, error) {
	verb := function[:1] + strings.ToLower(function[1:])
	bare := q.unordered()
	if err := bare.check(); err != nil {
		return nil, err
	}
	if bare.distinct || len(bare.groupBy) > 0 {
		return nil, wrong(nil, "lucid: %s: %s of a query with Distinct or GroupBy: select it with SelectRaw",
			q.model.name, verb)
	}
	s := bare.frame()
	k := q.kindOf(column)
	s.items = []item{{expr: aggregateOf{function, named(column), k}}}
	var v any
	if err := q.scalar(ctx, verb, s, &v); err != nil {
		return nil, err
	}
	out, err := aggregated(v, k, function == "AVG")
	return out, failed(verb+" of "+q.path+"."+column, err)
}

// kindOf returns the kind of a column as a user writes it: a column of the model, or of a joined model.
func (q *query) kindOf(column string) kind {
	if c := q.model.byName[column]; c != nil {
		return c.kind
	}
	dot := strings.LastIndexByte(column, '.')
	sources := []*source{q.main}
	for _, j := range q.joins {
		if j.src != nil && j.src.model != nil {
			sources = append(sources, j.src)
		}
	}
	for _, src := range sources {
		c := src.column(column[dot+1:])
		if c != nil && (dot < 0 || src.called() == column[:dot] || src.prefix != "" && src.prefix == column[:dot]) {
			return c.kind
		}
	}
	return kindOther
}

// aggregated returns an aggregate in the type that a field of the column's kind would have. NULL becomes nil.
func aggregated(v any, k kind, average bool) (any, error) {
	switch {
	case v == nil:
		return nil, nil
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
