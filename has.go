package lucid

// Has keeps rows that have related rows: at least one, or as many as counts say. Not built yet: the
// finishing call is an error.
func (q *Query[T]) Has(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("Has") }

// OrHas is Has joined by OR. Not built yet: the finishing call is an error.
func (q *Query[T]) OrHas(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("OrHas") }

// DoesntHave negates Has. Not built yet: the finishing call is an error.
func (q *Query[T]) DoesntHave(Relation[T], ...CountCond) *Query[T] { return q.unbuilt("DoesntHave") }

// OrDoesntHave is DoesntHave joined by OR. Not built yet: the finishing call is an error.
func (q *Query[T]) OrDoesntHave(Relation[T], ...CountCond) *Query[T] {
	return q.unbuilt("OrDoesntHave")
}

// CountCond is a condition on a number of related rows.
type CountCond struct {
	op string
	n  int
}

// Count compares with =, !=, <>, <, <=, > or >=.
func Count(op string, n int) CountCond { return CountCond{op, n} }
