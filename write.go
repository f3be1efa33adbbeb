package lucid

import "context"

// Update sets values on every row that matches and returns how many. Not built yet: it is an error.
func (q *Query[T]) Update(context.Context, Values) (int64, error) { return 0, notBuilt("Update") }

// Increment adds to a column of every row that matches. Not built yet: it is an error.
func (q *Query[T]) Increment(context.Context, string, any) (int64, error) {
	return 0, notBuilt("Increment")
}

// Decrement subtracts from a column of every row that matches. Not built yet: it is an error.
func (q *Query[T]) Decrement(context.Context, string, any) (int64, error) {
	return 0, notBuilt("Decrement")
}

// Delete deletes every row that matches and returns how many. Not built yet: it is an error.
func (q *Query[T]) Delete(context.Context) (int64, error) { return 0, notBuilt("Query.Delete") }
