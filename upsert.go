package lucid

import (
	"context"
	"slices"
)

// upsertRows inserts rows, or updates the rows that they collide with.
func upsertRows(ctx context.Context, ex Executor, m *model, rows []row, conflict, update []string) error {
	why := purpose{"Upsert", m.name}
	s, err := writable(ex, m, why, rows...)
	if err != nil {
		return err
	}
	clash, err := m.clash(why, conflict, update)
	if err != nil || len(rows) == 0 {
		return err
	}
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	kept := m.remember(rows...)
	defer kept.restore() // what is set for the statement is no key, and maybe not what is stored
	at := now()
	for _, p := range rows {
		if err := m.stampNew(p, at); err != nil {
			return failed(why.what(), err)
		}
	}
	in := insertion{s: s, d: d, m: m, path: why.path(), rows: rows, clash: clash}
	return failed(why.what(), s.retried(ctx, func() error { return in.send(ctx) }))
}

// clash says what an upsert does with a row that it collides with.
func (m *model) clash(why purpose, conflict, update []string) (*onClash, error) {
	if len(conflict) == 0 {
		return nil, wrong(nil, "lucid: %s: no conflict columns: name those of the unique key", why.what())
	}
	for _, name := range slices.Concat(conflict, update) {
		c := m.byName[name]
		if c == nil {
			return nil, m.unknown(name)
		}
		if c.readonly {
			return nil, wrong(nil, "lucid: %s: column %q is read-only", why.what(), name)
		}
	}
	out := &onClash{columns: conflict}
	for _, name := range update {
		out.set = append(out.set, assignment{name, inserted(name)})
	}
	if len(update) == 0 {
		return out, nil
	}
	for _, c := range m.columns {
		switch {
		case slices.Contains(update, c.name):
		case c.autoupdate:
			out.set = append(out.set, assignment{c.name, value{now()}})
		case c.version:
			out.set = append(out.set, assignment{c.name, compare{named(c.name), "+", value{1}}})
		}
	}
	return out, nil
}
