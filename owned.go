package lucid

import (
	"context"
	"reflect"
	"slices"
)

// Writes through relations with a foreign key on one side. They first save a parent that is new or has changes, in
// the same transaction. They do not write a parent without changes.

// linking is one call that writes through a relation.
type linking struct {
	r      *relation
	why    purpose
	s      *session
	parent row
}

// link checks a relation, its parent and the related rows of a call.
func (r *relation) link(ex Executor, verb string, parentType reflect.Type, parent row,
	related ...row) (*linking, error) {
	if err := r.ready(parentType); err != nil {
		return nil, err
	}
	l := &linking{r: r, why: purpose{verb, r.title()}, parent: parent}
	if parent.isNil() {
		return nil, wrong(ErrNotPersisted, "lucid: %s: the %s is nil", l.why.what(), r.parent.name)
	}
	if err := r.parent.err(); err != nil {
		return nil, err
	}
	var err error
	l.s, err = writable(ex, r.related, l.why, related...)
	return l, err
}

// unsaved reports whether a row is new or has changes that are not written.
func (m *model) unsaved(p row) bool {
	inner := m.row(p)
	return !inner.IsPersisted() || inner.prints != nil && len(m.dirty(p)) > 0
}

// settle saves a row of the relation's other side if it is unsaved.
func (s *session) settle(ctx context.Context, m *model, p row) error {
	if !m.unsaved(p) {
		return nil
	}
	return s.save(ctx, m, purpose{"Save", m.name}, p)
}

// keyFields returns the columns that hold a key, with the values of that key in the row at p of a model.
func (l *linking) keyFields(holds []*column, m *model, key []*column, p row) ([]field, error) {
	st := m.row(p).state
	out := make([]field, len(holds))
	for i, c := range key {
		if st != nil && st.read != nil && !st.read.has[c.index] {
			return nil, wrong(ErrMissingKey, "lucid: %s: the row was read without its key: add column %q of %s to Select",
				l.why.what(), c.name, m.name)
		}
		v, err := c.argument(p)
		if err != nil {
			return nil, failed(l.why.what(), err)
		}
		if v == nil {
			return nil, wrong(ErrMissingKey, "lucid: %s: the key %q of the %s is NULL: set it", l.why.what(), c.name, m.name)
		}
		out[i] = field{holds[i], v}
	}
	return out, nil
}

// assign sets fields of the row at p.
func (l *linking) assign(p row, fields []field) error {
	for _, f := range fields {
		if err := f.c.assign(p, f.v); err != nil {
			return failed(l.why.what(), err)
		}
	}
	return nil
}

// saveAll inserts the new rows together, and updates the others one by one.
func (s *session) saveAll(ctx context.Context, m *model, why purpose, rows []row) error {
	var fresh []row
	for _, p := range rows {
		if !m.row(p).IsPersisted() {
			fresh = append(fresh, p)
			continue
		}
		if err := s.update(ctx, m, why, p); err != nil {
			return err
		}
	}
	return s.insert(ctx, m, why, fresh)
}

// own creates or saves related rows that have a foreign key to the parent.
func (r *relation) own(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	children ...row) error {
	l, err := r.link(ex, verb, parentType, parent, children...)
	if err != nil || len(children) == 0 {
		return err
	}
	write := (*session).insert
	if verb == "Save" || verb == "SaveMany" {
		write = (*session).saveAll
	}
	several := r.parent.unsaved(parent) || r.related.hooks.any(savers...) || len(children) > 1 ||
		r.related.generated() != nil
	kept := []snapshot{r.parent.remember(parent), r.related.remember(children...)}
	return l.s.write(ctx, several, kept, func(s *session) error {
		if err := s.settle(ctx, r.parent, parent); err != nil {
			return err
		}
		fields, err := l.keyFields(r.binds, r.parent, r.sourceKey, parent)
		if err != nil {
			return err
		}
		for _, p := range children {
			if err := l.assign(p, fields); err != nil {
				return err
			}
		}
		if err := write(s, ctx, r.related, l.why, children); err != nil {
			return err
		}
		r.putLoaded(parent, children...)
		return nil
	})
}

// putLoaded adds related rows to the relation of the parent at p, if the relation is loaded.
func (r *relation) putLoaded(p row, related ...row) {
	if !r.loadedIn(p) {
		return
	}
	list := slices.Clone(related)
	if !r.one {
		list = slices.Clip(r.loadedRows(p))
		for _, one := range related {
			if !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
	}
	set := setter{rel: r}
	set.rows(p, list)
}

// loadedRows returns the rows that a to-many relation has loaded.
func (r *relation) loadedRows(p row) []row {
	if r.hasField {
		return *fieldAt[[]row](p, r.field.offset)
	}
	rows, _ := r.parent.row(p).state.related[r.slot].([]row)
	return rows
}

// findOwned runs FirstOrCreate or one of its kind among the related rows of a parent. check finds mistakes in its
// arguments.
func (r *relation) findOwned(ctx context.Context, ex Executor, verb string, parentType reflect.Type, parent row,
	check func(k *finder) error, seek func(k *finder, ex Executor) ([]row, error)) (out []row, err error) {
	l, err := r.link(ex, verb, parentType, parent)
	if err != nil {
		return nil, err
	}
	k := &finder{m: r.related, why: l.why, owned: true}
	if err := check(k); err != nil { // before the parent is saved
		return nil, err
	}
	err = l.s.write(ctx, r.parent.unsaved(parent), []snapshot{r.parent.remember(parent)}, func(s *session) error {
		if err := s.settle(ctx, r.parent, parent); err != nil {
			return err
		}
		if k.fixed, err = l.keyFields(r.binds, r.parent, r.sourceKey, parent); err != nil {
			return err
		}
		if out, err = seek(k, s.self); err == nil {
			r.putNew(parent, out)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// putNew adds rows to the relation of the parent at p, if the relation is loaded. It leaves out a row whose key is
// there already.
func (r *relation) putNew(p row, rows []row) {
	if !r.loadedIn(p) {
		return
	}
	if r.one {
		r.putLoaded(p, rows...)
		return
	}
	has := map[key]bool{}
	for _, one := range r.loadedRows(p) {
		if _, k, err := r.related.storedKeyOf(one); err == nil {
			has[k] = true
		}
	}
	for _, one := range rows {
		if _, k, err := r.related.storedKeyOf(one); err == nil && !has[k] {
			has[k] = true
			r.putLoaded(p, one)
		}
	}
}

// associate makes owner the related row of child, which has the foreign key.
func (r *relation) associate(ctx context.Context, ex Executor, childType reflect.Type, child, owner row) error {
	l, err := r.link(ex, "Associate", childType, child, owner)
	if err != nil {
		return err
	}
	several := r.related.unsaved(owner) || r.parent.hooks.any(savers...) || r.parent.generated() != nil
	kept := []snapshot{r.parent.remember(child), r.related.remember(owner)}
	return l.s.write(ctx, several, kept, func(s *session) error {
		if err := s.settle(ctx, r.related, owner); err != nil {
			return err
		}
		fields, err := l.keyFields(r.sourceKey, r.related, r.binds, owner)
		if err != nil {
			return err
		}
		if err := l.assign(child, fields); err != nil {
			return err
		}
		if err := s.save(ctx, r.parent, l.why, child); err != nil {
			return err
		}
		r.putLoaded(child, owner)
		return nil
	})
}

// dissociate sets the foreign key of child to NULL.
func (r *relation) dissociate(ctx context.Context, ex Executor, childType reflect.Type, child row) error {
	l, err := r.link(ex, "Dissociate", childType, child)
	if err != nil {
		return err
	}
	var fields []field
	for _, c := range r.sourceKey {
		if c.null && !c.pk { // of a composite key one column is enough
			fields = append(fields, field{c: c})
		}
	}
	if len(fields) == 0 {
		return wrong(ErrNotNullable, "lucid: %s: column %q of %s cannot be NULL: "+
			"make the field a pointer and the column nullable, or Delete the row",
			l.why.what(), r.sourceKey[0].name, r.parent.name)
	}
	several := r.parent.hooks.any(savers...) || r.parent.generated() != nil
	return l.s.write(ctx, several, []snapshot{r.parent.remember(child)}, func(s *session) error {
		if err := l.assign(child, fields); err != nil {
			return err
		}
		if err := s.save(ctx, r.parent, l.why, child); err != nil {
			return err
		}
		if r.loadedIn(child) {
			set := setter{rel: r}
			set.rows(child, nil)
		}
		return nil
	})
}
