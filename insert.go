package lucid

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// purpose says what a write is for: the verb, and the model or relation.
type purpose struct{ verb, of string }

// path returns the name in hooks of statements: "User.Posts.Create".
func (p purpose) path() string { return p.of + "." + p.verb }

// what returns the name in errors: "create User.Posts".
func (p purpose) what() string { return strings.ReplaceAll(snake(p.verb), "_", " ") + " " + p.of }

// insertion is rows of one model that are being inserted.
type insertion struct {
	s     *session
	d     *dialect
	m     *model
	path  string
	rows  []row
	clash *onClash // nil: a row that exists already is an error
}

// insert inserts rows of a model and runs their hooks, in as few statements as the database allows. It fills what
// the database generated. If it fails, the caller restores the rows in memory, and rolls back what hooks and
// earlier statements wrote.
func (s *session) insert(ctx context.Context, m *model, why purpose, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	if err := m.runHooks(ctx, s.self, rows, beforeSave, beforeCreate); err != nil {
		return err
	}
	at := now()
	for _, p := range rows {
		m.row(p).prints = nil // of a copy of another row
		if err := m.stampNew(p, at); err != nil {
			return failed(why.what(), err)
		}
	}
	in := insertion{s: s, d: d, m: m, path: why.path(), rows: rows}
	if err := in.send(ctx); err != nil {
		return failed(why.what(), err)
	}
	for _, p := range rows {
		m.written(p)
	}
	m.track(rows...)
	return m.runHooks(ctx, s.self, rows, afterCreate, afterSave)
}

// stampNew sets timestamps and the version of a new row, if they are zero.
func (m *model) stampNew(p row, at time.Time) error {
	for _, c := range m.columns {
		if !c.autocreate && !c.version || !c.zero(p) {
			continue
		}
		v := any(1)
		if c.autocreate {
			v = at
		}
		if err := c.assign(p, v); err != nil {
			return failed(m.name, err)
		}
	}
	return nil
}

func (c *column) zero(p row) bool { return c.pointer(p).Elem().IsZero() }

// written marks the row at p as stored, with all its columns in memory.
func (m *model) written(p row) {
	inner := m.row(p)
	if inner.state == nil {
		inner.state = persistedState
		return
	}
	next := *inner.state
	next.persisted, next.read = true, nil
	inner.state = &next
}

// left reports whether the database fills a column of the row at p.
func (c *column) left(p row) bool {
	return c.readonly || (c.pk || c.deflt) && c.zero(p)
}

// insertGroup is rows that one statement can insert, because it writes the same columns of them.
type insertGroup struct {
	rows    []row
	columns []*column // the columns to write
	back    []*column // the columns that the database fills in some row
}

// groups puts rows together that one statement can insert. If DEFAULT can stand beside values, and the INSERT
// returns rows, it is one group. Else the rows of a group leave the same columns to the database.
func (in *insertion) groups() []insertGroup {
	var groups []insertGroup
	byLeft := map[string]int{}
	for _, p := range in.rows {
		id := ""
		if !in.d.mixedDefaults || !in.d.returning {
			id = in.leftBy(p)
		}
		g, ok := byLeft[id]
		if !ok {
			g = len(groups)
			byLeft[id] = g
			groups = append(groups, insertGroup{})
		}
		groups[g].rows = append(groups[g].rows, p)
	}
	for i := range groups {
		groups[i].settle(in.m)
	}
	return groups
}

func (in *insertion) leftBy(p row) string {
	left := make([]byte, len(in.m.columns))
	for i, c := range in.m.columns {
		if c.left(p) {
			left[i] = 1
		}
	}
	return string(left)
}

// settle decides which columns the group writes and which it reads back.
func (g *insertGroup) settle(m *model) {
	for _, c := range m.columns {
		if slices.ContainsFunc(g.rows, func(p row) bool { return !c.left(p) }) {
			g.columns = append(g.columns, c)
		}
		if slices.ContainsFunc(g.rows, c.left) {
			g.back = append(g.back, c)
		}
	}
	if len(g.columns) == 0 && len(m.columns) > 0 { // a row of nothing but defaults has to name one
		i := max(0, slices.IndexFunc(m.columns, func(c *column) bool { return c.pk }))
		g.columns = m.columns[i : i+1]
	}
}

// send inserts the rows, as many in a statement as it can bind. Several statements are one transaction.
func (in *insertion) send(ctx context.Context) error {
	var parts []insertGroup
	for _, g := range in.groups() {
		size := max(1, in.d.maxParams/max(1, len(g.columns)))
		for rows := range slices.Chunk(g.rows, size) {
			parts = append(parts, insertGroup{rows, g.columns, g.back})
		}
	}
	if len(parts) == 1 && (in.d.returning || !slices.ContainsFunc(parts[0].back, func(c *column) bool { return !c.pk })) {
		return in.sendPart(ctx, parts[0])
	}
	return in.s.atomically(ctx, func(s *session) error {
		in.s = s
		for _, g := range parts {
			if err := in.sendPart(ctx, g); err != nil {
				return err
			}
		}
		return nil
	})
}

func (in *insertion) sendPart(ctx context.Context, g insertGroup) error {
	values, err := in.values(g)
	if err != nil {
		return err
	}
	s := &insertStmt{table: in.m.table, columns: namesOf(g.columns), rows: values, onClash: in.clash}
	if in.clash != nil { // nothing is read back, since the rows may be other ones
		g.back = nil
	}
	return in.sendRows(ctx, s, g.back, g.rows)
}

// values returns the rows as arguments.
func (in *insertion) values(g insertGroup) ([][]any, error) {
	all := make([]any, len(g.rows)*len(g.columns))
	out := make([][]any, len(g.rows))
	for i, p := range g.rows {
		tuple := all[:len(g.columns):len(g.columns)]
		all = all[len(g.columns):]
		for j, c := range g.columns {
			if c.left(p) {
				tuple[j] = defaultValue{}
				continue
			}
			var err error
			if tuple[j], err = c.argument(p); err != nil {
				return nil, err
			}
		}
		out[i] = tuple
	}
	return out, nil
}

// argument returns the column's value as it is bound. It handles the common types without reflection.
func (c *column) argument(p row) (any, error) {
	at := p.at(c.offset)
	switch c.print.form {
	case printInt64:
		return *valueAt[int64](at), nil
	case printInt:
		return *valueAt[int](at), nil
	case printBool:
		return *valueAt[bool](at), nil
	case printString:
		return *valueAt[string](at), nil
	case printTime:
		return valueAt[time.Time](at).UTC(), nil
	case printInt64Ptr:
		if n := *valueAt[*int64](at); n != nil {
			return *n, nil
		}
		return nil, nil
	}
	v, err := plain(c.value(p))
	if err != nil {
		return nil, fmt.Errorf("column %q: %w", c.name, err)
	}
	return v, nil
}

// sendRows inserts rows with one statement and reads back what the database filled.
func (in *insertion) sendRows(ctx context.Context, s *insertStmt, back []*column, to []row) error {
	if len(back) == 0 || !in.d.returning {
		return in.sendAndAsk(ctx, s, back, to)
	}
	s.returning = namesOf(back)
	st, err := in.s.inserting(in.d, s)
	if err != nil {
		return err
	}
	st.path = in.path
	return in.s.read(ctx, st, func(r rows) error { return readInto(r, in.d, back, to) })
}

// sendAndAsk inserts rows if the INSERT returns nothing. The server generates the keys of one statement as a block,
// and tells the first one. Other columns are read afterwards.
func (in *insertion) sendAndAsk(ctx context.Context, s *insertStmt, back []*column, to []row) error {
	st, err := in.s.inserting(in.d, s)
	if err != nil {
		return err
	}
	st.path = in.path
	var first int64
	if len(back) > 0 {
		st.lastID = &first
	}
	if _, err := in.s.exec(ctx, st); err != nil || len(back) == 0 {
		return err
	}
	var ask []*column
	for _, c := range back {
		if !c.pk {
			ask = append(ask, c)
			continue
		}
		for i, p := range to {
			if err := c.assign(p, first+int64(i)*in.d.idStep); err != nil {
				return err
			}
		}
	}
	return in.s.reread(ctx, in.m, in.path, ask, to)
}

// readInto scans columns of a result into existing rows, in their order.
func readInto(r rows, d *dialect, columns []*column, to []row) error {
	n := 0
	scan := scanner(r, d, columns)
	for ; n < len(to) && r.Next(); n++ {
		if err := scan(to[n]); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if n < len(to) {
		return fmt.Errorf("%d rows were written and the database returned %d of them", len(to), n)
	}
	return nil
}

// scanner returns a function that scans columns of the current row of a result into the struct at p.
func scanner(r rows, d *dialect, columns []*column) func(p row) error {
	into := make([]func(row) any, len(columns))
	for i, c := range columns {
		into[i] = c.destination(d)
	}
	dest := make([]any, len(columns))
	return func(p row) error {
		for i := range into {
			dest[i] = into[i](p)
		}
		if err := r.Scan(dest...); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		return nil
	}
}

// reread reads columns of stored rows again, by primary key, into the rows.
func (s *session) reread(ctx context.Context, m *model, path string, columns []*column, to []row) error {
	if len(columns) == 0 || len(to) == 0 {
		return nil
	}
	q := newQuery(s, m)
	q.path, q.trashed, q.readOnly = path, withTrashed, true
	for _, c := range columns {
		q.selects = append(q.selects, selection{column: c.name})
	}
	ids := make([]any, len(to))
	byKey := map[key][]row{}
	for i, p := range to {
		id, k, err := m.storedKeyOf(p)
		if err != nil {
			return err
		}
		ids[i], byKey[k] = id, append(byKey[k], p)
	}
	found, err := q.fetchMany(ctx, "Refresh", ids)
	if err != nil {
		return err
	}
	if len(found) < len(byKey) {
		return wrong(ErrNotFound, "lucid: %s: the row is not in the database any more", path)
	}
	for _, src := range found {
		_, k, err := m.storedKeyOf(src)
		if err != nil {
			return err
		}
		for _, dst := range byKey[k] {
			for _, c := range columns {
				c.pointer(dst).Elem().Set(c.pointer(src).Elem())
			}
		}
	}
	return nil
}

// storedKeyOf returns the stored primary key of a row, as an id and as a key to compare.
func (m *model) storedKeyOf(p row) (Key, key, error) {
	id, err := m.storedKey(p)
	if err != nil {
		return nil, nullKey, err
	}
	parts := make([]key, len(id))
	for i, v := range id {
		if parts[i], err = m.key[i].keyOf(v); err != nil {
			return nil, nullKey, err
		}
	}
	return id, joinKeys(parts), nil
}
