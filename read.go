package lucid

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// All reads all rows that match. It sends one statement, and one more for each Preload. If no row matches, it
// returns an empty slice.
//
//go:noinline
func (q *QueryOf[P]) All(ctx context.Context) ([]P, error) {
	return rowsAs[P](q.q.data().all(ctx, "All"))
}

// First reads the first row. If the query has no order, it orders by primary key. It sends one statement, and one
// more for each Preload. If no row matches, the error is ErrNotFound.
//
//go:noinline
func (q *QueryOf[P]) First(ctx context.Context) (P, error) {
	data := q.q.data()
	return rowAs[P](data.model.only(data.clone().first(ctx, "First")))
}

// Find reads the row with this primary key, if the row also meets the query's conditions. The id of a composite key
// is a Key. Find sends one statement, and one more for each Preload. If there is no such row, the error is
// ErrNotFound. If id is nil, or does not have one value for each column of the key, it is ErrMissingKey.
//
//go:noinline
func (q *QueryOf[P]) Find(ctx context.Context, id any) (P, error) {
	data := q.q.data().clone()
	data.whereKey("Find", id)
	data.limit = &one
	return rowAs[P](data.model.only(data.all(ctx, "Find")))
}

// FindMany reads rows by primary key, in the order of ids. It leaves out ids that have no row. If an id is given
// twice, it returns the row once. A slice as the only argument is a list of ids. FindMany sends one statement, and
// one more for each Preload. If there are no ids, it sends nothing and returns an empty slice. A nil id is
// ErrMissingKey.
//
//go:noinline
func (q *QueryOf[P]) FindMany(ctx context.Context, ids ...any) ([]P, error) {
	return rowsAs[P](q.q.data().findMany(ctx, ids))
}

// FindBy reads the first row whose column has this value. Value and errors are as in Where. FindBy sends one
// statement, and one more for each Preload. If no row matches, the error is ErrNotFound.
//
//go:noinline
func (q *QueryOf[P]) FindBy(ctx context.Context, column string, value any) (P, error) {
	data := q.q.data().clone()
	c, err := data.comparison("FindBy", column, []any{value})
	if err != nil {
		data.fail(err)
	} else {
		data.guard = append(data.guard, term{cond: c})
	}
	return rowAs[P](data.model.only(data.first(ctx, "FindBy")))
}

// Sole reads the only row that matches. It sends one statement, and one more for each Preload. If no row matches,
// the error is ErrNotFound. If several rows match, it is ErrMultiple.
//
//go:noinline
func (q *QueryOf[P]) Sole(ctx context.Context) (P, error) {
	data := q.q.data().clone()
	if two := 2; data.limit == nil || *data.limit > two {
		data.limit = &two
	}
	rows, err := data.all(ctx, "Sole")
	if err == nil && len(rows) > 1 {
		err = wrong(ErrMultiple, "lucid: %s: more than one row found where one is wanted", data.path)
	}
	return rowAs[P](data.model.only(rows, err))
}

// SQL returns the select statement and its arguments, without sending anything. If NewSQL made the handle and the
// handle has not been used yet, SQL takes the dialect that NewSQL was given: it cannot tell MariaDB from MySQL
// then.
//
//go:noinline
func (q *QueryOf[P]) SQL() (string, []any, error) {
	data := q.q.data()
	if data.err != nil {
		return "", nil, data.err
	}
	d, err := data.s.dialect()
	if err != nil {
		return "", nil, err
	}
	st, _, err := data.compile(d)
	if err != nil {
		return "", nil, err
	}
	return st.sql, st.args, nil
}

// Explain returns the database's plan for the select, as the database prints it. It sends one statement and reads
// no rows.
//
//go:noinline
func (q *QueryOf[P]) Explain(ctx context.Context) (string, error) {
	data := q.q.data()
	d, err := data.start(ctx, "Explain")
	if err != nil {
		return "", err
	}
	st, _, err := data.compile(d)
	if err != nil {
		return "", err
	}
	st.sql, st.generated = d.explain+" "+st.sql, false
	text, err := data.s.text(ctx, st)
	return text, failed("explain "+data.path, err)
}

// text returns a result as lines of tab-separated values.
func (s *session) text(ctx context.Context, st *statement) (string, error) {
	var lines []string
	err := s.read(ctx, st, func(r rows) error {
		columns, err := r.Columns()
		values := make([]any, len(columns))
		dest := addresses(values)
		for err == nil && r.Next() {
			if err = r.Scan(dest...); err == nil {
				cells := make([]string, len(values))
				for i, v := range values {
					cells[i] = fmt.Sprint(r.Plain(i, v))
				}
				lines = append(lines, strings.Join(cells, "\t"))
			}
		}
		return err
	})
	return strings.Join(lines, "\n"), err
}

// elem returns the model's type for its pointer type P.
func elem[P any]() reflect.Type { return reflect.TypeFor[P]().Elem() }

// only returns the first row, or ErrNotFound if there is none.
func (m *model) only(rows []row, err error) (row, error) {
	if err != nil {
		return row{}, err
	}
	if len(rows) == 0 {
		return row{}, wrong(ErrNotFound, "lucid: %s: no row found", m.name)
	}
	return rows[0], nil
}

// all reads the rows, loads what is preloaded, and runs AfterFind.
func (q *query) all(ctx context.Context, verb string) ([]row, error) {
	d, err := q.start(ctx, verb)
	if err != nil {
		return nil, err
	}
	rows, err := q.fetch(ctx, d)
	if err != nil {
		return nil, err
	}
	return rows, q.follow(ctx, rows)
}

// fetch sends the query and reads its rows.
func (q *query) fetch(ctx context.Context, d *dialect) ([]row, error) {
	st, p, err := q.compile(d)
	if err != nil {
		return nil, err
	}
	var found []row
	err = q.s.read(ctx, st, func(r rows) error {
		found, err = p.read(r)
		return err
	})
	return found, failed("select "+q.path, err)
}

// follow loads what is preloaded and runs AfterFind. No result is open then.
func (q *query) follow(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	if q.eager != nil {
		if err := q.eager.load(ctx, q, rows); err != nil {
			return err
		}
	}
	return q.model.runHooks(ctx, q.s.self, rows, afterFind)
}

// first limits the query to its first row and reads it.
func (q *query) first(ctx context.Context, verb string) ([]row, error) {
	if len(q.order) == 0 && len(q.groupBy) == 0 && !q.distinct {
		q.order = q.byKey(false)
	}
	q.limit = &one
	return q.all(ctx, verb)
}

// whereKey keeps only the row with this primary key.
func (q *query) whereKey(verb string, id any) {
	parts, err := q.model.keyParts(verb, id)
	if err != nil {
		q.fail(err)
		return
	}
	for i, c := range q.model.key {
		q.guard = append(q.guard, term{cond: compare{ref{q.main, c.name}, "=", value{parts[i]}}})
	}
}

// keyParts splits a primary key's value into one value for each column.
func (m *model) keyParts(verb string, id any) ([]any, error) {
	if err := m.err(); err != nil {
		return nil, err
	}
	parts := []any{id}
	switch k := id.(type) {
	case Key:
		parts = k
	case []any:
		if len(m.key) > 1 {
			parts = k
		}
	}
	if len(m.key) == 0 {
		return nil, wrong(ErrMissingKey, "lucid: %s: %s: the model has no primary key: tag a field with db:\",pk\"",
			m.name, verb)
	}
	if len(parts) != len(m.key) {
		return nil, wrong(ErrMissingKey, "lucid: %s: %s: the primary key has %d columns (%s) and the id %d: "+
			"pass a lucid.Key with one value each",
			m.name, verb, len(m.key), strings.Join(namesOf(m.key), ", "), len(parts))
	}
	out := make([]any, len(parts))
	for i, part := range parts {
		v, err := plain(part)
		if err == nil && v == nil {
			err = wrong(ErrMissingKey, "lucid: %s: %s: the id is nil in column %q", m.name, verb, m.key[i].name)
		}
		if err != nil {
			return nil, failed(m.name+": "+verb, err)
		}
		out[i] = v
	}
	return out, nil
}

// findMany reads rows by primary key in the order of ids, loads what is preloaded, and runs AfterFind.
func (q *query) findMany(ctx context.Context, ids []any) ([]row, error) {
	rows, err := q.fetchMany(ctx, "FindMany", ids)
	if err != nil {
		return nil, err
	}
	return rows, q.follow(ctx, rows)
}

// fetchMany reads rows by primary key and puts them in the order of ids.
func (q *query) fetchMany(ctx context.Context, verb string, ids []any) ([]row, error) {
	d, err := q.start(ctx, verb)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	set, place, err := q.model.keySetOf(spread(ids, len(q.model.key) > 1))
	if err != nil || set.len() == 0 {
		return nil, err
	}
	var rows []row
	for _, chunk := range set.chunks(d) {
		part := q.clone()
		left := make([]expr, len(q.model.key))
		for i, c := range q.model.key {
			left[i] = ref{q.main, c.name}
			part.needs = append(part.needs, c.name)
		}
		part.guard = append(part.guard, term{cond: inKeys{left: left, keys: chunk}})
		found, err := part.fetch(ctx, d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return q.model.inOrder(rows, place)
}

// spread replaces a slice that is the only id by its elements, unless the slice is itself a composite key.
func spread(ids []any, composite bool) []any {
	if len(ids) != 1 || ids[0] == nil {
		return ids
	}
	v := reflect.ValueOf(ids[0])
	_, anys := ids[0].([]any)
	_, isKey := ids[0].(Key)
	if v.Kind() != reflect.Slice || isBytes(v.Type()) || isKey || anys && composite {
		return ids
	}
	out := make([]any, v.Len())
	for i := range out {
		out[i] = v.Index(i).Interface()
	}
	return out
}

// keySetOf returns ids as a set of keys, and the place of each key.
func (m *model) keySetOf(ids []any) (set keySet, place map[key]int, err error) {
	place = map[key]int{}
	for _, id := range ids {
		values, err := m.keyParts("FindMany", id)
		if err != nil {
			return set, nil, err
		}
		parts := make([]key, len(values))
		for i, v := range values {
			if parts[i], err = m.key[i].keyOf(v); err != nil {
				return set, nil, failed(m.name+": FindMany", err)
			}
		}
		k := joinKeys(parts)
		if _, twice := place[k]; !twice {
			place[k] = len(place)
			set.add(parts, m.key)
		}
	}
	return set, place, nil
}

// inOrder puts rows in their places. A row may equal an id only by the database's collation: inOrder puts it at the
// end.
func (m *model) inOrder(rows []row, place map[key]int) ([]row, error) {
	ordered := make([]row, len(place))
	var rest []row
	for _, p := range rows {
		parts := make([]key, len(m.key))
		for i, c := range m.key {
			var err error
			if parts[i], err = c.readKey(p, c.kind == kindUUID); err != nil {
				return nil, failed(m.name+": FindMany", err)
			}
		}
		if i, ok := place[joinKeys(parts)]; ok && ordered[i].isNil() {
			ordered[i] = p
		} else {
			rest = append(rest, p)
		}
	}
	out := ordered[:0]
	for _, p := range ordered {
		if !p.isNil() {
			out = append(out, p)
		}
	}
	return append(out, rest...), nil
}

// Pluck reads one column of the rows that match. It sends one statement and runs no preloads. If the column can be
// NULL, V must be a pointer, a sql.Null or another sql.Scanner. If no row matches, Pluck returns an empty slice.
// The column may also be the name of something that the query selects; an unknown one is ErrUnknownColumn.
func Pluck[V, T any](ctx context.Context, q *Query[T], column string) ([]V, error) {
	return pluck[V](ctx, q.q.data(), column)
}

func pluck[V any](ctx context.Context, q *query, column string) ([]V, error) {
	data := q.clone()
	d, err := data.start(ctx, "Pluck")
	if err != nil {
		return nil, err
	}
	data.eager, data.needs, data.extraItems = nil, nil, nil
	data.hidden, data.selects = data.selects, pluckSelection(data, column)
	st, _, err := data.compile(d)
	if err != nil {
		return nil, err
	}
	wrap := wrapper(reflect.TypeFor[V](), d)
	out := []V{}
	err = data.s.read(ctx, st, func(r rows) error {
		for r.Next() {
			var v V
			dest := any(&v)
			if wrap != nil {
				dest = wrap(spotOf(&v))
			}
			if err := r.Scan(dest); err != nil {
				return err
			}
			if loose, ok := any(&v).(*any); ok {
				*loose = r.Plain(0, *loose)
			}
			out = append(out, v)
		}
		return nil
	})
	if err != nil {
		return nil, failed(fmt.Sprintf("pluck %q of %s", column, data.path), err)
	}
	return out, nil
}

// pluckSelection returns the selection of this name. If there is none, it returns the column.
func pluckSelection(q *query, column string) []selection {
	for _, sel := range q.selects {
		if sel.as == column {
			return []selection{sel}
		}
	}
	sel := selection{column: column}
	if q.model.byName[column] == nil {
		sel.as = strings.ReplaceAll(column, ".", "_")
	}
	return []selection{sel}
}

var errRows = errors.New("the result has no row")

// scalar reads one value that a statement computes over the query's rows.
func (q *query) scalar(ctx context.Context, verb string, s *selectStmt, into any) error {
	d, err := q.start(ctx, verb)
	if err != nil {
		return err
	}
	text, args, err := compile(d, s)
	if err != nil {
		return err
	}
	err = q.s.read(ctx, &statement{path: q.path, sql: text, args: args, generated: true}, func(r rows) error {
		if !r.Next() {
			if err := r.Err(); err != nil {
				return err
			}
			return errRows
		}
		if err := r.Scan(into); err != nil {
			return err
		}
		if v, ok := into.(*any); ok {
			*v = r.Plain(0, *v)
		}
		return nil
	})
	return failed(strings.ToLower(verb)+" "+q.path, err)
}
