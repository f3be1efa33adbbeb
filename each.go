package lucid

import (
	"context"
	"iter"
	"math"
	"slices"
)

// eachBatch is how many rows Each reads before it loads their preloads.
const eachBatch = 500

// Each reads rows one by one:
//
//	for post, err := range lucid.From[Post](db).Each(ctx) {
//		if err != nil {
//			return err
//		}
//	}
//
// If the query has no Preload and the model has no AfterFind, Each streams the result of one statement. The
// statement stays open while the loop runs. So inside a transaction the loop's body cannot send a statement.
//
// Otherwise Each reads batches of 500 rows, with one statement for each batch and one more for each Preload. No
// statement is open in the loop's body. A batch starts after the last row of the batch before, in the query's order
// and then by primary key. So the loop sees rows as they are when their batch is read.
//
// Batches need an order by integers, booleans, uuids, times (not on SQLite, which stores them as text) or the
// primary key. With any other order, and with joins, Distinct, GroupBy or GroupLimit, Each reads all rows first; it
// still loads preloads batch by batch.
//
// An error ends the sequence. If you break out of the loop, Each closes the result.
//
//go:noinline
func (q *QueryOf[P]) Each(ctx context.Context) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		q.q.data().each(ctx, func(p row, err error) bool { return yield(rowAs[P](p, err)) })
	}
}

type yielder func(p row, err error) bool

func (q *query) each(ctx context.Context, yield yielder) {
	d, err := q.start(ctx, "Each")
	switch {
	case err != nil:
		yield(row{}, err)
	case q.eager == nil && !q.model.hooks[afterFind]:
		q.stream(ctx, d, yield)
	default:
		if terms, ok := q.keyset(); ok && len(q.joins) == 0 && exact(terms, d) {
			q.eachPage(ctx, d, terms, yield)
		} else {
			q.eachOf(ctx, d, yield)
		}
	}
}

// stream yields rows while the result is open.
func (q *query) stream(ctx context.Context, d *dialect, yield yielder) {
	st, p, err := q.compile(d)
	if err != nil {
		yield(row{}, err)
		return
	}
	stopped := false
	err = q.s.read(ctx, st, func(r rows) error {
		rd, err := newReader(p, r)
		for err == nil && !stopped && r.Next() {
			var p row
			if p, err = rd.one(); err == nil {
				stopped = !yield(p, nil)
			}
		}
		return err
	})
	if err != nil && !stopped {
		yield(row{}, failed("select "+q.path, err))
	}
}

// eachOf reads all rows, and loads preloads and yields batch by batch.
func (q *query) eachOf(ctx context.Context, d *dialect, yield yielder) {
	rows, err := q.fetch(ctx, d)
	if err != nil {
		yield(row{}, err)
		return
	}
	for len(rows) > 0 {
		n := min(eachBatch, len(rows))
		if !q.yieldAll(ctx, rows[:n], yield) {
			return
		}
		rows = rows[n:]
	}
}

// yieldAll loads the preloads of rows and yields the rows. It reports whether to go on.
func (q *query) yieldAll(ctx context.Context, rows []row, yield yielder) bool {
	if err := q.follow(ctx, rows); err != nil {
		yield(row{}, err)
		return false
	}
	for _, p := range rows {
		if !yield(p, nil) {
			return false
		}
	}
	return true
}

// eachPage reads one batch at a time, each with its own statement.
func (q *query) eachPage(ctx context.Context, d *dialect, terms []keysetTerm, yield yielder) {
	left := math.MaxInt // the rows that the query's own limit still allows
	if q.limit != nil {
		left = *q.limit
	}
	page := q.clone()
	page.ordered(terms)
	guard := page.guard
	for left > 0 {
		n := min(eachBatch, left)
		page.limit = &n
		rows, err := page.fetch(ctx, d)
		if err != nil {
			yield(row{}, err)
			return
		}
		if len(rows) == 0 {
			return
		}
		place, err := q.placeOf(terms, rows[len(rows)-1]) // before the loop's body can change the row
		if err != nil {
			yield(row{}, err)
			return
		}
		if !q.yieldAll(ctx, rows, yield) || len(rows) < n {
			return
		}
		left -= len(rows)
		page.offset = 0
		page.guard = slices.Concat(guard, condList{{cond: after(terms, place, d)}})
	}
}
