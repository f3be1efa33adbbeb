package lucid

import (
	"context"
	"slices"
)

// Writes of one row. They find the row by the primary key that it has in the database.

// write runs fn, which writes rows of a model and may run its hooks. If several is set, everything is one
// transaction, or a savepoint of the session's transaction.
func (s *session) write(ctx context.Context, several bool, kept []snapshot, fn func(s *session) error) error {
	if several {
		return s.atomically(ctx, func(s *session) error {
			return s.writes(kept, func() error { return fn(s) })
		})
	}
	return s.retried(ctx, func() error { return s.writes(kept, func() error { return fn(s) }) })
}

// savers are the hooks of inserts and updates.
var savers = []hook{beforeSave, afterSave, beforeCreate, afterCreate, beforeUpdate, afterUpdate}

// writable returns the session of a write, or an error if nothing can be written.
func writable(ex Executor, m *model, why purpose, rows ...row) (*session, error) {
	s := sessionOf(ex)
	if s == nil {
		return nil, wrong(nil, "lucid: %s: the executor is nil: pass a *DB or a *Tx", why.what())
	}
	if err := m.err(); err != nil {
		return nil, err
	}
	for i, p := range rows {
		switch {
		case p.isNil():
			return nil, wrong(nil, "lucid: %s: row %d is nil", why.what(), i)
		case slices.Contains(rows[:i], p):
			return nil, wrong(nil, "lucid: %s: row %d is there twice", why.what(), i)
		}
	}
	return s, nil
}

// createRows inserts new rows.
func createRows(ctx context.Context, ex Executor, m *model, rows []row) error {
	why := purpose{"Create", m.name}
	s, err := writable(ex, m, why, rows...)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.write(ctx, m.hooks.any(savers...), []snapshot{m.remember(rows...)}, func(s *session) error {
		return s.insert(ctx, m, why, rows)
	})
}

// saveRow inserts a new row, or updates what changed.
func saveRow(ctx context.Context, ex Executor, m *model, p row) error {
	why := purpose{"Save", m.name}
	s, err := writable(ex, m, why, p)
	if err != nil {
		return err
	}
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	several := m.hooks.any(savers...) || !d.updateReturning && m.generated() != nil
	return s.write(ctx, several, []snapshot{m.remember(p)}, func(s *session) error { return s.save(ctx, m, why, p) })
}

// save inserts the row at p if it is new, or updates what changed.
func (s *session) save(ctx context.Context, m *model, why purpose, p row) error {
	if !m.row(p).IsPersisted() {
		return s.insert(ctx, m, why, []row{p})
	}
	return s.update(ctx, m, why, p)
}

// generated returns the columns that the database computes; nil if there are none.
func (m *model) generated() []*column {
	var out []*column
	for _, c := range m.columns {
		if c.readonly {
			out = append(out, c)
		}
	}
	return out
}

// dirty returns the columns of a row that an update would write.
func (m *model) dirty(p row) []*column {
	return slices.DeleteFunc(m.changed(p), func(c *column) bool { return c.readonly })
}

// update writes the changed columns of the row at p. If nothing changed, it sends nothing. It runs the before-hooks
// first, because they may change the row.
func (s *session) update(ctx context.Context, m *model, why purpose, p row) error {
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	if m.row(p).prints == nil {
		return wrong(nil, "lucid: %s: the row was read with ReadOnly, so that its changes are not known: "+
			"read it without, or Refresh it", why.what())
	}
	rows := []row{p}
	if err := m.runHooks(ctx, s.self, rows, beforeSave, beforeUpdate); err != nil {
		return err
	}
	if len(m.dirty(p)) == 0 {
		return nil
	}
	if err := s.store(ctx, d, m, why, p, m.dirty); err != nil {
		return failed(why.what(), err)
	}
	return m.runHooks(ctx, s.self, rows, afterUpdate, afterSave)
}

// store writes columns of the row at p, which must be stored, and the columns that every update changes. It reads
// back what the database computes. Other changed columns stay changed.
func (s *session) store(ctx context.Context, d *dialect, m *model, why purpose, p row,
	columns func(p row) []*column) error {
	st := &changeStmt{table: &source{table: m.table, model: m}}
	where, err := m.whereStored(st.table, p)
	if err != nil {
		return err
	}
	stamped, err := m.stampUpdate(p)
	if err != nil {
		return err
	}
	written := columns(p)
	for _, c := range stamped {
		if !slices.Contains(written, c) {
			written = append(written, c)
		}
	}
	for _, c := range written {
		v, err := c.argument(p)
		if err != nil {
			return err
		}
		st.set = append(st.set, assignment{c.name, value{v}})
	}
	st.where = []condList{where}
	back := m.generated()
	if d.updateReturning {
		st.returning = namesOf(back)
	}
	if err := s.sendStore(ctx, d, m, why, p, st, back); err != nil {
		return err
	}
	m.retrack(p, append(written, back...))
	return nil
}

func (s *session) sendStore(ctx context.Context, d *dialect, m *model, why purpose, p row, st *changeStmt,
	back []*column) error {
	sent, _, err := s.changing(d, st)
	if err != nil {
		return err
	}
	sent.path = why.path()
	if len(st.returning) > 0 {
		found := false
		err := s.read(ctx, sent, func(r rows) error {
			if found = r.Next(); found {
				return scanner(r, d, back)(p)
			}
			return nil
		})
		if err == nil && !found {
			err = s.missing(ctx, m, why, p, false)
		}
		return err
	}
	n, err := s.exec(ctx, sent)
	if err == nil && n == 0 {
		err = s.missing(ctx, m, why, p, d.countsChanged)
	}
	if err != nil {
		return err
	}
	m.retrack(p, m.key) // if the key changed, the row now has the new one
	return s.reread(ctx, m, why.path(), back, []row{p})
}

// stampUpdate sets the columns that every update of a row changes, and returns them.
func (m *model) stampUpdate(p row) ([]*column, error) {
	var out []*column
	at := now()
	for _, c := range m.columns {
		var v any
		switch {
		case c.autoupdate:
			v = at
		case c.version:
			v = m.storedVersion(p) + 1
		default:
			continue
		}
		if err := c.assign(p, v); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// storedVersion returns the version of the row at p in the database. If changes are not tracked, it returns the
// struct's version.
func (m *model) storedVersion(p row) int64 {
	if prints := m.row(p).prints; prints != nil { // an integer is its own fingerprint
		return int64(printsFrom(prints, len(m.columns))[m.version.index])
	}
	return int64(m.version.fingerprint(p))
}

// whereStored returns the condition that finds the row at p: the primary key and the version that it has in the
// database.
func (m *model) whereStored(table *source, p row) (condList, error) {
	if len(m.key) == 0 {
		return nil, wrong(ErrMissingKey, "lucid: %s has no primary key to find the row by: tag a field with db:\",pk\"",
			m.name)
	}
	need := m.key
	if m.version != nil {
		need = append(slices.Clip(need), m.version)
	}
	if st := m.row(p).state; st.read != nil {
		for _, c := range need {
			if !st.read.has[c.index] {
				return nil, wrong(ErrMissingKey, "lucid: %s: the row was read without column %q: add it to Select", m.name, c.name)
			}
		}
	}
	key, err := m.storedKey(p)
	if err != nil {
		return nil, err
	}
	var conds condList
	for i, c := range m.key {
		conds = append(conds, term{cond: compare{ref{table, c.name}, "=", value{key[i]}}})
	}
	if m.version != nil {
		conds = append(conds, term{cond: compare{ref{table, m.version.name}, "=", value{m.storedVersion(p)}}})
	}
	return conds, nil
}

// missing returns the error of a write that found no row. If uncounted is set, the database may not have counted
// the row because it had the values already; then missing asks for it, and returns nil if it exists.
func (s *session) missing(ctx context.Context, m *model, why purpose, p row, uncounted bool) error {
	if m.version != nil {
		return wrong(ErrStale, "lucid: %s: the row is gone, or another write changed it since it was read: "+
			"Refresh it and try again", why.what())
	}
	if uncounted {
		q := newQuery(s, m)
		q.path, q.trashed = why.path(), withTrashed
		where, err := m.whereStored(q.main, p)
		if err != nil {
			return err
		}
		q.guard = where
		if found, err := q.found(ctx); err != nil || found {
			return err
		}
	}
	return wrong(ErrNotFound, "lucid: %s: the row is not in the database any more", why.what())
}

// deleteRow deletes a row. With soft deletes it marks the row as deleted, unless the verb is ForceDelete.
func deleteRow(ctx context.Context, ex Executor, m *model, verb string, p row) error {
	why, good := purpose{verb, m.name}, verb == "ForceDelete" || m.trash == nil
	s, err := stored(ex, m, why, p)
	if err != nil {
		return err
	}
	return s.write(ctx, m.hooks.any(beforeDelete, afterDelete), []snapshot{m.remember(p)}, func(s *session) error {
		rows := []row{p}
		if err := m.runHooks(ctx, s.self, rows, beforeDelete); err != nil {
			return err
		}
		if err := s.remove(ctx, m, why, p, good); err != nil {
			return err
		}
		return m.runHooks(ctx, s.self, rows, afterDelete)
	})
}

// remove deletes the row at p, or marks it as deleted.
func (s *session) remove(ctx context.Context, m *model, why purpose, p row, good bool) error {
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	if !good {
		return failed(why.what(), s.mark(ctx, d, m, why, p, now()))
	}
	st := &changeStmt{table: &source{table: m.table, model: m}}
	where, err := m.whereStored(st.table, p)
	if err != nil {
		return failed(why.what(), err)
	}
	st.where = []condList{where}
	sent, _, err := s.changing(d, st)
	if err != nil {
		return failed(why.what(), err)
	}
	sent.path = why.path()
	n, err := s.exec(ctx, sent)
	if err == nil && n == 0 {
		err = s.missing(ctx, m, why, p, false)
	}
	if err != nil {
		return failed(why.what(), err)
	}
	inner := m.row(p)
	gone := *inner.state
	gone.persisted = false
	inner.state, inner.prints, inner.stored = &gone, nil, spot{}
	return nil
}

// mark sets the time at which the row at p was deleted softly. nil brings the row back. mark writes no other change
// of the row.
func (s *session) mark(ctx context.Context, d *dialect, m *model, why purpose, p row, when any) error {
	if err := m.trash.assign(p, when); err != nil {
		return err
	}
	return s.store(ctx, d, m, why, p, func(row) []*column { return []*column{m.trash} })
}

// restoreRow brings back a row that was deleted softly.
func restoreRow(ctx context.Context, ex Executor, m *model, p row) error {
	why := purpose{"Restore", m.name}
	s, err := stored(ex, m, why, p)
	if err == nil {
		err = m.trashable("Restore")
	}
	if err != nil {
		return err
	}
	return s.write(ctx, m.hooks.any(savers...), []snapshot{m.remember(p)}, func(s *session) error {
		d, err := s.ready(ctx)
		if err != nil {
			return err
		}
		rows := []row{p}
		if err := m.runHooks(ctx, s.self, rows, beforeSave, beforeUpdate); err != nil {
			return err
		}
		if err := s.mark(ctx, d, m, why, p, nil); err != nil {
			return failed(why.what(), err)
		}
		return m.runHooks(ctx, s.self, rows, afterUpdate, afterSave)
	})
}

// refreshRow reads the columns of a row again.
func refreshRow(ctx context.Context, ex Executor, m *model, p row) error {
	why := purpose{"Refresh", m.name}
	s, err := stored(ex, m, why, p)
	if err != nil {
		return err
	}
	rows := []row{p}
	return s.writes([]snapshot{m.remember(p)}, func() error {
		if err := s.reread(ctx, m, why.path(), m.columns, rows); err != nil {
			return failed(why.what(), err)
		}
		m.written(p)
		m.track(p)
		return m.runHooks(ctx, s.self, rows, afterFind)
	})
}

// stored is writable for a row that must be in the database.
func stored(ex Executor, m *model, why purpose, p row) (*session, error) {
	s, err := writable(ex, m, why, p)
	if err == nil && !m.row(p).IsPersisted() {
		err = wrong(ErrNotPersisted, "lucid: %s: the row is not in the database: save it first", why.what())
	}
	return s, err
}

// changedNames returns the columns of a row that differ from what was read or saved.
func changedNames(m *model, p row) []string {
	switch {
	case p.isNil():
		return nil
	case !m.row(p).IsPersisted():
		return m.names()
	case m.row(p).prints == nil:
		return nil
	}
	changed := m.changed(p)
	if len(changed) == 0 {
		return nil
	}
	return namesOf(changed)
}
