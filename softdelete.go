package lucid

import "context"

// If a model has a column tagged softdelete, deleted rows stay in the table, and the column says when they were
// deleted. One rule hides them whenever the model's table is read or changed: query.visible in planner.go.

// WithTrashed makes the query also read or change rows that were deleted softly. If the model has no column tagged
// softdelete, it does nothing.
//
//go:noinline
func (q *QueryOf[P]) WithTrashed() *QueryOf[P] {
	q.q.data().trashed = withTrashed
	return q
}

// OnlyTrashed makes the query read or change only rows that were deleted softly. If the model has no column tagged
// softdelete, the finishing call returns an error.
//
//go:noinline
func (q *QueryOf[P]) OnlyTrashed() *QueryOf[P] {
	data := q.q.data()
	data.fail(data.model.trashable("OnlyTrashed"))
	data.trashed = onlyTrashed
	return q
}

// Restore brings back the softly deleted rows that match, in one statement, and returns the number of rows. It does
// not change other rows. Conditions and errors are as in Update. If the model has no column tagged softdelete, it
// is an error.
//
//go:noinline
func (q *QueryOf[P]) Restore(ctx context.Context) (int64, error) {
	data := q.q.data().clone()
	if data.fail(data.model.trashable("Restore")); data.err != nil {
		return 0, data.err
	}
	data.trashed = onlyTrashed
	return data.change(ctx, "Restore", []assignment{{data.model.trash.name, value{nil}}})
}

// ForceDelete deletes every row that matches for good, in one statement, even if the model has a column tagged
// softdelete. It does not see rows that were deleted softly: WithTrashed includes them. Conditions and errors are
// as in Update.
//
//go:noinline
func (q *QueryOf[P]) ForceDelete(ctx context.Context) (int64, error) {
	return q.q.data().change(ctx, "ForceDelete", nil)
}

// trashable returns an error if the model has no column tagged softdelete.
func (m *model) trashable(verb string) error {
	if m.trash != nil || len(m.errs) > 0 {
		return nil
	}
	return wrong(nil, "lucid: %s: %s: the model has no column for it: tag a *time.Time with db:\",softdelete\"",
		m.name, verb)
}
