package lucid

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// FirstOrCreate and its kind, for a model and for a relation. They look for rows by some of their columns, and
// insert rows that are missing.

// finder looks for rows of a model.
type finder struct {
	m     *model
	why   purpose
	owned bool    // it looks only among the related rows of a parent
	fixed []field // the foreign key that these rows have
}

// field is a value of a column.
type field struct {
	c *column
	v any
}

// given checks the rows of a call. A row may be given twice.
func (k *finder) given(rows ...row) error {
	if i := slices.Index(rows, row{}); i >= 0 {
		return wrong(nil, "lucid: %s: row %d is nil", k.why.what(), i)
	}
	return nil
}

// start returns the session of a call with some rows.
func (k *finder) start(ex Executor, rows ...row) (*session, error) {
	if err := k.given(rows...); err != nil {
		return nil, err
	}
	return writable(ex, k.m, k.why)
}

// fields returns search as columns, sorted by name.
func (k *finder) fields(search Values) ([]field, error) {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(search)) {
		c := k.m.byName[name]
		if c == nil {
			return nil, k.m.unknown(name)
		}
		v, err := plain(search[name])
		if err != nil {
			return nil, failed(k.why.what()+": column "+name, err)
		}
		out = append(out, field{c, v})
	}
	if len(out) == 0 && !k.owned {
		return nil, wrong(nil, "lucid: %s: the search is empty and would match any row: name the columns that tell it",
			k.why.what())
	}
	return append(out, k.fixed...), nil
}

// query starts the query that looks for rows. With a lock it also reads what others have committed meanwhile.
func (k *finder) query(s *session, lock bool) *query {
	q := newQuery(s, k.m)
	q.path, q.order = k.why.path(), q.byKey(false)
	if lock {
		q.lock.mode = lockUpdate
	}
	return q
}

func (q *query) whereFields(fields []field) {
	for _, f := range fields {
		left := ref{q.main, f.c.name}
		c := cond(compare{left, "=", value{f.v}})
		if f.v == nil {
			c = isNull{left: left}
		}
		q.guard = append(q.guard, term{cond: c})
	}
}

// find returns the first row with these fields; nil if there is none.
func (k *finder) find(ctx context.Context, s *session, fields []field, lock bool) (row, error) {
	q := k.query(s, lock)
	q.whereFields(fields)
	found, err := q.first(ctx, k.why.verb)
	if err != nil || len(found) == 0 {
		return row{}, err
	}
	return found[0], nil
}

// fill sets fields of the row at p.
func (k *finder) fill(p row, fields []field) error {
	for _, f := range fields {
		if f.c.readonly {
			continue
		}
		if err := f.c.assign(p, f.v); err != nil {
			return failed(k.why.what(), err)
		}
	}
	return nil
}

// create inserts rows. late is true if another program inserted one of them first. Inside a transaction it uses a
// savepoint, so that a violated constraint leaves the transaction usable.
func (k *finder) create(ctx context.Context, s *session, rows []row, fields []field) (late bool, err error) {
	several := k.m.hooks.any(savers...) || s.tx != nil
	err = s.write(ctx, several, []snapshot{k.m.remember(rows...)}, func(s *session) error {
		for _, p := range rows {
			if err := k.fill(p, fields); err != nil {
				return err
			}
		}
		return s.insert(ctx, k.m, k.why, rows)
	})
	var clash *ConstraintError
	return errors.As(err, &clash) && clash.Kind == Unique, err
}

// firstOrCreate returns the row that matches search, else inserts row.
func (k *finder) firstOrCreate(ctx context.Context, ex Executor, search Values, given row) (row, error) {
	s, err := k.start(ex, given)
	if err != nil {
		return row{}, err
	}
	fields, err := k.fields(search)
	if err != nil {
		return row{}, err
	}
	found, err := k.find(ctx, s, fields, false)
	if err != nil || !found.isNil() {
		return found, err
	}
	late, err := k.create(ctx, s, []row{given}, fields)
	if err == nil {
		return given, nil
	}
	if late {
		if found, ferr := k.find(ctx, s, fields, s.tx != nil); ferr != nil || !found.isNil() {
			return found, ferr
		}
	}
	return row{}, err
}

// updateOrCreate updates the row that matches search with the values of row, else inserts row.
func (k *finder) updateOrCreate(ctx context.Context, ex Executor, search Values, given row) (out row, err error) {
	s, err := k.start(ex, given)
	if err != nil {
		return row{}, err
	}
	fields, err := k.fields(search)
	if err != nil {
		return row{}, err
	}
	err = s.atomically(ctx, func(s *session) error {
		if out, err = k.find(ctx, s, fields, true); err == nil && out.isNil() {
			var late bool
			if late, err = k.create(ctx, s, []row{given}, fields); err == nil {
				out = given
				return nil
			}
			if late {
				clash := err
				if out, err = k.find(ctx, s, fields, true); err == nil && out.isNil() {
					return clash
				}
			}
		}
		if err != nil {
			return err
		}
		return k.overwrite(ctx, s, out, given, fields)
	})
	if err != nil {
		return row{}, err
	}
	return out, nil
}

// overwrite saves the values of given over the row that was found.
func (k *finder) overwrite(ctx context.Context, s *session, found, given row, fields []field) error {
	return s.writes([]snapshot{k.m.remember(found)}, func() error {
		for _, c := range k.m.columns {
			if c.pk || c.readonly || c.autocreate || c.version {
				continue
			}
			c.pointer(found).Elem().Set(c.pointer(given).Elem())
		}
		if err := k.fill(found, fields); err != nil {
			return err
		}
		return s.update(ctx, k.m, k.why, found)
	})
}

// sought is the rows of a call, grouped by their values in the match columns.
type sought struct {
	finder
	match []*column
	rows  []row
	group []int // the group of each row; rows of one group have equal match values
	keys  []key // the key of each group
	byKey map[key]int
	set   keySet
	found []row // the stored row of each group; nil if there is none yet
}

func (k *finder) seek(rows []row, match []string) (*sought, error) {
	so := &sought{finder: *k, rows: rows, group: make([]int, len(rows)), byKey: map[key]int{}}
	if len(match) == 0 {
		return nil, wrong(nil, "lucid: %s: no match columns: name those that tell one row from another", k.why.what())
	}
	for _, name := range match {
		c := k.m.byName[name]
		if c == nil {
			return nil, k.m.unknown(name)
		}
		so.match = append(so.match, c)
	}
	for i, p := range rows {
		parts := make([]key, len(so.match))
		for j, c := range so.match {
			var err error
			if parts[j], err = c.readKey(p, c.kind == kindUUID); err != nil {
				return nil, failed(k.why.what()+": column "+c.name, err)
			}
			if parts[j].null() {
				return nil, wrong(ErrMissingKey, "lucid: %s: row %d has NULL in the match column %q, which equals nothing: set it",
					k.why.what(), i, c.name)
			}
		}
		joined := joinKeys(parts)
		g, known := so.byKey[joined]
		if !known {
			g = len(so.keys)
			so.byKey[joined] = g
			so.keys = append(so.keys, joined)
			so.set.add(parts, so.match)
		}
		so.group[i] = g
	}
	return so, nil
}

// look reads the stored rows of all groups.
func (so *sought) look(ctx context.Context, s *session, lock bool) error {
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	so.found = make([]row, len(so.keys))
	for _, chunk := range so.set.chunks(d) {
		q := so.query(s, lock)
		left := make([]expr, len(so.match))
		for i, c := range so.match {
			left[i] = ref{q.main, c.name}
		}
		q.whereFields(so.fixed)
		q.guard = append(q.guard, term{cond: inKeys{left: left, keys: chunk}})
		found, err := q.all(ctx, so.why.verb)
		if err != nil {
			return err
		}
		if err := so.sort(found); err != nil {
			return err
		}
	}
	return nil
}

// sort gives the rows found to their groups. If a row's key equals no group's key exactly, the database's collation
// holds it equal to one: sort finds the group whose key is alike.
func (so *sought) sort(found []row) error {
	var alike map[string]int
	var f *folder
	for _, p := range found {
		parts := make([]key, len(so.match))
		for j, c := range so.match {
			var err error
			if parts[j], err = c.readKey(p, c.kind == kindUUID); err != nil {
				return failed(so.why.what()+": column "+c.name, err)
			}
		}
		joined := joinKeys(parts)
		g, ok := so.byKey[joined]
		if !ok {
			if f = newFolder(so.keys, []key{joined}); alike == nil {
				alike = map[string]int{}
				for i, k := range so.keys {
					alike[f.fold(k)] = i
				}
			}
			if g, ok = alike[f.fold(joined)]; !ok {
				continue
			}
		}
		if so.found[g].isNil() {
			so.found[g] = p
		}
	}
	return nil
}

// missing returns a row of each group that has no stored row: the group's last row or its first.
func (so *sought) missing(last bool) (rows []row, groups []int) {
	rowOf := so.counting(last)
	for g, p := range so.found {
		if p.isNil() {
			rows, groups = append(rows, rowOf[g]), append(groups, g)
		}
	}
	return rows, groups
}

// counting returns the row of each group that counts: its last or its first.
func (so *sought) counting(last bool) []row {
	out := make([]row, len(so.keys))
	for i, p := range so.rows {
		if g := so.group[i]; last || out[g].isNil() {
			out[g] = p
		}
	}
	return out
}

// complete looks for the rows and inserts the missing ones. It returns the groups that it inserted. Another program
// may insert some of them first; then complete looks again.
func (so *sought) complete(ctx context.Context, s *session, lock, last bool) (map[int]bool, error) {
	for try := 1; ; try++ {
		if err := so.look(ctx, s, lock || try > 1 && s.tx != nil); err != nil {
			return nil, err
		}
		rows, groups := so.missing(last)
		inserted := map[int]bool{}
		if len(rows) == 0 {
			return inserted, nil
		}
		late, err := so.create(ctx, s, rows, so.fixed)
		if err == nil {
			for i, g := range groups {
				so.found[g], inserted[g] = rows[i], true
			}
			return inserted, nil
		}
		if !late || try == tries {
			return nil, err
		}
	}
}

// result returns the stored row of each given row.
func (so *sought) result() []row {
	out := make([]row, len(so.rows))
	for i, g := range so.group {
		out[i] = so.found[g]
	}
	return out
}

// startMany checks the arguments of a call for many rows.
func (k *finder) startMany(ex Executor, rows []row, match []string) (*session, *sought, error) {
	s, err := k.start(ex, rows...)
	if err != nil {
		return nil, nil, err
	}
	so, err := k.seek(rows, match)
	return s, so, err
}

func (k *finder) fetchOrCreateMany(ctx context.Context, ex Executor, rows []row, match []string) ([]row, error) {
	s, so, err := k.startMany(ex, rows, match)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if _, err := so.complete(ctx, s, false, false); err != nil {
		return nil, err
	}
	return so.result(), nil
}

func (k *finder) updateOrCreateMany(ctx context.Context, ex Executor, rows []row, match []string) ([]row, error) {
	s, so, err := k.startMany(ex, rows, match)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	err = s.atomically(ctx, func(s *session) error {
		inserted, err := so.complete(ctx, s, true, true)
		if err != nil {
			return err
		}
		for g, p := range so.counting(true) {
			if inserted[g] {
				continue
			}
			if err := k.overwrite(ctx, s, so.found[g], p, k.fixed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return so.result(), nil
}
