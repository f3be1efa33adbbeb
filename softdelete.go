package lucid

import "context"

// A model with a column tagged softdelete keeps the rows that are deleted: the column says when. They
// are hidden wherever the model's table is read or changed, by one rule: query.visible in lower.go.

// WithTrashed also reads or changes rows that were deleted softly. It is nothing for a model without a
// column tagged softdelete.
//
//go:noinline
func (q *QueryOf[P]) WithTrashed() *QueryOf[P] {
	q.q.data().trashed = withTrashed
	return q
}

// OnlyTrashed reads or changes only rows that were deleted softly; of a model without a column tagged
// softdelete it is an error.
//
//go:noinline
func (q *QueryOf[P]) OnlyTrashed() *QueryOf[P] {
	data := q.q.data()
	data.fail(data.model.trashable("OnlyTrashed"))
	data.trashed = onlyTrashed
	return q
}

// Restore brings softly deleted rows that match back and returns how many there were, in one
// statement, as Update changes them; other rows are left alone.
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

// ForceDelete deletes rows for good, as Delete does for a model without a column tagged softdelete. Rows that
// were deleted softly are hidden from it too: WithTrashed shows them.
//
//go:noinline
func (q *QueryOf[P]) ForceDelete(ctx context.Context) (int64, error) {
	return q.q.data().change(ctx, "ForceDelete", nil)
}

// trashable is the error of a model whose rows are not deleted softly.
func (m *model) trashable(verb string) error {
	if m.trash != nil || len(m.errs) > 0 {
		return nil
	}
	return wrong(nil, "lucid: %s: %s: the model has no column for it: tag a *time.Time with db:\",softdelete\"", m.name, verb)
}
