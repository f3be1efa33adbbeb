package lucid

import "context"

// Page is one page of rows. As JSON: {"data": […], "meta": {"total": …, …}}.
type Page[T any] struct {
	Data     []*T `json:"data"`
	PageMeta `json:"meta"`
}

// PageMeta counts a Page's rows. Pages start at 1; LastPage is at least 1.
type PageMeta struct {
	Total       int64 `json:"total"`
	PerPage     int   `json:"per_page"`
	CurrentPage int   `json:"current_page"`
	LastPage    int   `json:"last_page"`
	FirstPage   int   `json:"first_page"`
}

// CursorPage is one page of rows and the way to the next.
type CursorPage[T any] struct {
	Data       []*T `json:"data"`
	CursorMeta `json:"meta"`
}

// CursorMeta holds opaque cursors; "" means there is no such page.
type CursorMeta struct {
	PerPage int    `json:"per_page"`
	Next    string `json:"next_cursor"`
	Prev    string `json:"prev_cursor"`
}

// Paginate reads one page and counts all rows. Not built yet: it is an error.
func (q *Query[T]) Paginate(context.Context, int, int) (*Page[T], error) {
	return nil, notBuilt("Paginate")
}

// CursorPaginate reads the page after cursor; "" is the first. Not built yet: it is an error.
func (q *Query[T]) CursorPaginate(context.Context, string, int) (*CursorPage[T], error) {
	return nil, notBuilt("CursorPaginate")
}
