package lucid

import (
	"context"
	"reflect"
	"slices"
)

// Writes of related rows together with their pivot rows, and of a single pivot row.

// addTo creates or saves related rows and their pivot rows.
func (r *relation) addTo(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	related []row, values []Values) error {
	l, err := r.link(ex, verb, parentType, parent, related...)
	if err != nil {
		return err
	}
	if len(values) > 0 && len(values) != len(related) {
		return wrong(nil, "lucid: %s: %d rows and the values of %d pivot rows: pass none, or one Values or nil for each row",
			l.why.what(), len(related), len(values))
	}
	if len(related) == 0 {
		return nil
	}
	w := &pivoting{linking: *l}
	if w.d, err = w.s.ready(ctx); err != nil {
		return err
	}
	save := verb == "Save" || verb == "SaveMany"
	kept := []snapshot{r.parent.remember(parent), r.related.remember(related...)}
	return w.s.write(ctx, true, kept, func(s *session) error {
		if err := s.settle(ctx, r.parent, parent); err != nil {
			return err
		}
		if err := w.bindParent(); err != nil {
			return err
		}
		linked := save && slices.ContainsFunc(related, func(p row) bool { return r.related.row(p).IsPersisted() })
		write := (*session).insert
		if save {
			write = (*session).saveAll
		}
		if err := write(s, ctx, r.related, w.why, related); err != nil {
			return err
		}
		ids := make([]pivotID, len(related))
		for i, p := range related {
			var v Values
			if len(values) > 0 {
				v = values[i]
			}
			if ids[i], err = w.parse(Pivot{ID: p.typed(r.related.typ).Interface(), Values: v}); err != nil {
				return failed(w.why.what(), err)
			}
		}
		if err := w.place(ctx, s, ids, linked); err != nil {
			return err
		}
		r.putLoaded(parent, related...)
		return nil
	})
}

// place inserts pivot rows. If linked is set, it updates the pivot rows that exist already.
func (w *pivoting) place(ctx context.Context, s *session, ids []pivotID, linked bool) error {
	if !linked {
		return w.insert(ctx, s, ids)
	}
	if _, err := w.sync(ctx, s, syncMode{}, lastOfEach(ids)); err != nil {
		return err
	}
	for _, id := range ids {
		if !id.row.isNil() {
			w.carry(id, now(), nil, nil)
		}
	}
	return nil
}

// updatePivot sets values on a pivot row.
func (r *relation) updatePivot(ctx context.Context, ex Executor, parentType reflect.Type, parent row, id any,
	values Values) error {
	w, list, err := r.pivotCall(ctx, ex, "UpdatePivot", parentType, parent, []any{Pivot{ID: id, Values: values}})
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return wrong(nil, "lucid: %s: no values: name the columns to set", w.why.what())
	}
	return w.s.write(ctx, false, w.kept(list), func(s *session) error {
		n, err := w.update(ctx, s, list, values)
		if err == nil && n == 0 && w.d.countsChanged {
			var there *attachedRows
			if there, err = w.existing(ctx, s, false, list, nil); err == nil {
				n = int64(len(there.list))
			}
		}
		if err == nil && n == 0 {
			err = wrong(ErrNotFound, "lucid: %s: the %s has no pivot row of this id", w.why.what(), r.parent.name)
		}
		if err == nil && !list[0].row.isNil() {
			w.setExtras(list[0].row, values)
		}
		return err
	})
}
