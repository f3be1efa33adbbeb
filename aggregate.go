package lucid

// Aggregate is a value computed over a relation of P.
type Aggregate[P any] struct {
	u        use
	function string
	column   string
}

// As names the result.
func (a Aggregate[P]) As(name string) Aggregate[P] {
	a.u.as = name
	return a
}

// WithCount adds the number of related rows as an extra, by default posts_count. Not built yet: the
// finishing call is an error.
func (q *Query[T]) WithCount(...Relation[T]) *Query[T] { return q.unbuilt("WithCount") }

// WithAggregate adds aggregates of related rows as extras, by default posts_sum_likes. Not built yet:
// the finishing call is an error.
func (q *Query[T]) WithAggregate(...Aggregate[T]) *Query[T] { return q.unbuilt("WithAggregate") }
