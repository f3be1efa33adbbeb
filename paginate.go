package lucid

import (
	"context"
	"fmt"
	"slices"
)

// Page is one page of rows, from Paginate. As JSON it is {"data": […], "meta": {"total": …, …}}.
//
// The fields are on [PageOf]: write Page[Post], read PageOf.
type Page[T any] = PageOf[*T]

// PageOf has the fields of [Page]: Page[Post] is PageOf[*Post]. If the page has no rows, Data is empty and not nil.
type PageOf[P any] struct {
	Data     []P `json:"data"`
	PageMeta `json:"meta"`
}

// PageMeta says how many rows and pages there are. Pages start at 1. LastPage is at least 1.
type PageMeta struct {
	Total       int64 `json:"total"`
	PerPage     int   `json:"per_page"`
	CurrentPage int   `json:"current_page"`
	LastPage    int   `json:"last_page"`
	FirstPage   int   `json:"first_page"`
}

// CursorPage is one page of rows with cursors of its neighbors, from CursorPaginate. As JSON it is {"data": […],
// "meta": {…}}.
//
// The fields are on [CursorPageOf]: write CursorPage[Post], read CursorPageOf.
type CursorPage[T any] = CursorPageOf[*T]

// CursorPageOf has the fields of [CursorPage]: CursorPage[Post] is CursorPageOf[*Post]. If the page has no rows,
// Data is empty and not nil.
type CursorPageOf[P any] struct {
	Data       []P `json:"data"`
	CursorMeta `json:"meta"`
}

// CursorMeta has the cursors of the next and the previous page. A cursor is opaque text. If it is "", there is no
// such page.
type CursorMeta struct {
	PerPage int    `json:"per_page"`
	Next    string `json:"next_cursor"`
	Prev    string `json:"prev_cursor"`
}

// Paginate counts all rows that match and reads one page of them. Pages start at 1. It sends two statements, and
// one more for each Preload. If the page is behind the last row, it sends only the count and returns an empty page.
//
// If the query has no order, rows are ordered by primary key, so that pages do not overlap. Paginate ignores the
// query's own limit and offset. If page < 1 or perPage < 1, it is an error. A query with GroupLimit, and the query
// of a to-one relation, are errors too.
//
//go:noinline
func (q *QueryOf[P]) Paginate(ctx context.Context, page, perPage int) (*PageOf[P], error) {
	data := q.q.data()
	total, rows, err := data.paginate(ctx, page, perPage)
	if err != nil {
		return nil, err
	}
	list, err := rowsAs[P](rows, nil)
	last := max(1, int((total+int64(perPage)-1)/int64(perPage)))
	return &PageOf[P]{list, PageMeta{total, perPage, page, last, 1}}, err
}

func (q *query) paginate(ctx context.Context, page, perPage int) (int64, []row, error) {
	if err := q.pageable("Paginate", perPage); err != nil {
		return 0, nil, err
	}
	if page < 1 {
		return 0, nil, wrong(nil, "lucid: %s: Paginate: page %d: pages start at 1", q.path, page)
	}
	total, err := q.count(ctx, "Paginate")
	if err != nil || total == 0 || int64(page-1) >= (total+int64(perPage)-1)/int64(perPage) {
		return total, nil, err
	}
	one := q.clone()
	if len(one.order) == 0 && len(one.groupBy) == 0 && !one.distinct {
		one.order = one.byKey(false)
	}
	one.limit, one.offset = &perPage, (page-1)*perPage
	rows, err := one.all(ctx, "Paginate")
	return total, rows, err
}

// pageable returns an error if the query cannot be read by pages.
func (q *query) pageable(verb string, perPage int) error {
	switch {
	case q.err != nil:
		return q.err
	case q.toOne:
		return wrong(nil, "lucid: %s: %s of a relation to one row: read it with First", q.relation, verb)
	case q.groupLimit != nil:
		return wrong(nil, "lucid: %s: %s with GroupLimit: leave one of them out", q.path, verb)
	case perPage < 1:
		return wrong(nil, "lucid: %s: %s: %d rows a page: it takes 1 or more", q.path, verb, perPage)
	}
	return nil
}

// CursorPaginate reads the page after cursor. The cursor "" means the first page. It sends one statement, and one
// more for each Preload.
//
// A page starts after a certain row, not after a number of rows. So a page is cheap however far it is from the
// first, and inserted or deleted rows do not move the rows of other pages.
//
// A cursor comes from the Next or Prev of another page of the same query. It only fits the order that it was made
// for. A cursor of another order, and a changed cursor, are errors.
//
// The order may have columns of the model, columns of a pivot table, and results of WithCount and WithAggregate.
// Directions may differ, and values may be NULL. The primary key decides between equal rows. CursorPaginate ignores
// the query's own limit and offset.
//
// These are errors: perPage < 1, a model without a primary key, Distinct, GroupBy, GroupLimit, a join, an order by
// SQL, an order by an average or by a sum that is no integer, and the query of a to-one relation.
//
//go:noinline
func (q *QueryOf[P]) CursorPaginate(ctx context.Context, cursor string, perPage int) (*CursorPageOf[P], error) {
	rows, meta, err := q.q.data().cursorPaginate(ctx, cursor, perPage)
	if err != nil {
		return nil, err
	}
	list, err := rowsAs[P](rows, nil)
	return &CursorPageOf[P]{list, meta}, err
}

func (q *query) cursorPaginate(ctx context.Context, text string, perPage int) ([]row, CursorMeta, error) {
	meta := CursorMeta{PerPage: perPage}
	if err := q.pageable("CursorPaginate", perPage); err != nil {
		return nil, meta, err
	}
	terms, ok := q.keyset()
	if !ok {
		return nil, meta, wrong(nil, "lucid: %s: CursorPaginate: the order must be columns of %s or of the pivot table, or "+
			"results of WithCount and WithAggregate that are no average, without Distinct and GroupBy: use Paginate",
			q.path, q.model.name)
	}
	d, err := q.start(ctx, "CursorPaginate")
	if err != nil {
		return nil, meta, err
	}
	place, err := parseCursor(text, terms)
	if err != nil {
		return nil, meta, wrong(err, "lucid: %s: CursorPaginate: %v", q.path, err)
	}
	rows, more, err := q.readPage(ctx, d, terms, place, perPage)
	if err != nil {
		return nil, meta, err
	}
	if meta, err = q.cursorsOf(rows, terms, place, more, perPage); err != nil {
		return nil, meta, failed(q.path, err)
	}
	return rows, meta, q.follow(ctx, rows)
}

// readPage reads the page that starts at a place. It also returns whether there are more rows in that direction.
func (q *query) readPage(ctx context.Context, d *dialect, terms []keysetTerm, place cursor,
	perPage int) ([]row, bool, error) {
	page := q.clone()
	if place.back {
		terms = reversed(terms)
	}
	page.ordered(terms)
	if place.values != nil {
		page.guard = append(page.guard, term{cond: after(terms, place.values, d)})
	}
	limit := perPage + 1 // one row more tells whether there is a page behind
	page.limit, page.offset = &limit, 0
	rows, err := page.fetch(ctx, d)
	if err != nil {
		return nil, false, err
	}
	more := len(rows) > perPage
	rows = rows[:min(len(rows), perPage)]
	if err := q.advanced(terms, place, rows); err != nil {
		return nil, false, err
	}
	if place.back {
		slices.Reverse(rows)
	}
	return rows, more, nil
}

// advanced checks that a page does not start with the row that it must start after.
func (q *query) advanced(terms []keysetTerm, place cursor, rows []row) error {
	if place.values == nil || len(rows) == 0 {
		return nil
	}
	first, err := q.placeOf(terms, rows[0])
	if err != nil {
		return err
	}
	if fmt.Sprint(first) == fmt.Sprint(place.values) {
		return wrong(nil, "lucid: %s: CursorPaginate: a column of the order compares otherwise than it reads, such as a "+
			"time kept in texts of several forms: order by another column", q.path)
	}
	return nil
}

// cursorsOf returns the cursors of a page's neighbors.
func (q *query) cursorsOf(rows []row, terms []keysetTerm, place cursor, more bool, perPage int) (CursorMeta, error) {
	meta := CursorMeta{PerPage: perPage}
	if len(rows) == 0 {
		return meta, nil
	}
	first, last := rows[0], rows[len(rows)-1]
	var err error
	if more || place.back {
		meta.Next, err = q.cursorAt(terms, last, false)
	}
	if err == nil && (place.back && more || !place.back && place.values != nil) {
		meta.Prev, err = q.cursorAt(terms, first, true)
	}
	return meta, err
}

// cursorAt returns the cursor of the row at p.
func (q *query) cursorAt(terms []keysetTerm, p row, back bool) (string, error) {
	place, err := q.placeOf(terms, p)
	if err != nil {
		return "", err
	}
	return cursor{back, place}.encode(terms)
}
