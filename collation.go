package lucid

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A database can hold two different texts equal: "A" and "a" under a collation that ignores case. Its rows then
// come back with keys that equal no parent's key exactly. This file guesses which keys are alike, and asks the
// database which are equal.

// matching matches the keys of parents with the keys of the rows that were read.
type matching struct {
	rel   *relation
	path  string
	keys  []key         // the parents' keys, each once; each key is a group of rows
	ints  map[int64]int // the groups of keys that are one integer, which hashes fastest
	byKey map[key]int   // the groups of all other keys
	set   keySet        // the same keys as arguments
	found []int32       // the group of each row; -1, -2, … if its key equals no parent's exactly: stray[0], stray[1], …
	stray []key

	// alias lists further groups that a row's key belongs to, in addition to the group with exactly this key.
	alias map[key][]int
}

// groupOf returns the group of a key.
func (m *matching) groupOf(k key) (int, bool) {
	if k.kind == kindInt {
		g, ok := m.ints[k.n]
		return g, ok
	}
	g, ok := m.byKey[k]
	return g, ok
}

// grouped returns the group of a key. It makes a new group if there is none, and reports whether there was one.
func (m *matching) grouped(k key) (int, bool) {
	if g, known := m.groupOf(k); known {
		return g, true
	}
	g := len(m.keys)
	m.keys = append(m.keys, k)
	if k.kind == kindInt {
		m.ints[k.n] = g
	} else {
		m.byKey[k] = g
	}
	return g, false
}

// met notes the key of a row.
func (m *matching) met(k key) {
	if g, ok := m.groupOf(k); ok {
		m.found = append(m.found, int32(g))
		return
	}
	m.stray = append(m.stray, k)
	m.found = append(m.found, int32(-len(m.stray)))
}

// keyOf returns the key of a row.
func (m *matching) keyOf(i int) key {
	if g := m.found[i]; g >= 0 {
		return m.keys[g]
	}
	return m.stray[-m.found[i]-1]
}

// collate finds the parents of rows whose keys only the database holds equal. It sends a statement only if two
// different keys are alike.
func (m *matching) collate(ctx context.Context, s *session, d *dialect) error {
	texts := slices.Contains(m.set.kinds, kindString)
	if texts && len(m.found) > 0 {
		if err := m.askAll(ctx, s, d, m.ambiguous()); err != nil {
			return err
		}
	}
	if texts && m.loose() { // a collation that the folder does not know
		all := make([]int, len(m.keys))
		for g := range all {
			all[g] = g
		}
		if err := m.askAll(ctx, s, d, all); err != nil {
			return err
		}
	}
	if m.loose() {
		return wrong(nil, "lucid: preload %s: the database returned rows whose %s equals that of no parent: "+
			"give both columns one type and one collation",
			m.path, strings.Join(m.rel.targetKey, ", "))
	}
	return nil
}

// loose reports whether there is a row without a parent.
func (m *matching) loose() bool {
	return slices.ContainsFunc(m.stray, func(k key) bool { return len(m.alias[k]) == 0 })
}

func (m *matching) askAll(ctx context.Context, s *session, d *dialect, groups []int) error {
	for part := range slices.Chunk(groups, 200) {
		if err := m.askEqual(ctx, s, d, part); err != nil {
			return err
		}
	}
	return nil
}

// ambiguous returns the groups whose key is like another key, of a parent or of a row, but not the same.
func (m *matching) ambiguous() []int {
	f := newFolder(m.keys, m.stray)
	first := map[string]key{} // a key of each fold
	alike := map[string]bool{}
	note := func(k key) string {
		fold := f.fold(k)
		if other, ok := first[fold]; !ok {
			first[fold] = k
		} else if other != k {
			alike[fold] = true
		}
		return fold
	}
	folds := make([]string, len(m.keys))
	for g, k := range m.keys {
		folds[g] = note(k)
	}
	for _, k := range m.stray {
		note(k)
	}
	var out []int
	for g, fold := range folds {
		if alike[fold] {
			out = append(out, g)
		}
	}
	return out
}

// folder removes differences of case, accents and trailing spaces from texts.
type folder struct {
	c   *collate.Collator // nil if all texts are ASCII: then lower case is enough
	buf collate.Buffer
}

func newFolder(lists ...[]key) *folder {
	for _, list := range lists {
		for _, k := range list {
			if strings.ContainsFunc(k.s, func(r rune) bool { return r > unicode.MaxASCII }) {
				return &folder{c: collate.New(language.Und, collate.Loose)}
			}
		}
	}
	return &folder{}
}

func (f *folder) fold(k key) string {
	parts := strings.Split(k.s, keySep)
	for i, text := range parts {
		parts[i] = f.foldText(strings.TrimRight(text, " "))
	}
	return strings.Join(parts, keySep)
}

func (f *folder) foldText(text string) string {
	if f.c == nil {
		return strings.ToLower(text)
	}
	f.buf.Reset()
	return string(f.c.KeyFromString(&f.buf, text))
}

// chunks cuts the keys into statements. Keys that are alike stay in one statement, so that no two statements find
// the same rows.
func (m *matching) chunks(d *dialect) []keySet {
	size := m.set.chunkSize(d)
	if m.set.len() <= size || !slices.Contains(m.set.kinds, kindString) {
		return m.set.chunks(d)
	}
	f := newFolder(m.keys)
	folds := make([]string, len(m.keys))
	order := make([]int, len(m.keys))
	for g, k := range m.keys {
		order[g], folds[g] = g, f.fold(k)
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(folds[a], folds[b]) })
	var out []keySet
	for len(order) > 0 {
		n := min(size, len(order))
		if cut := n; n < len(order) {
			for cut > 1 && folds[order[cut-1]] == folds[order[cut]] {
				cut--
			}
			if cut > 1 {
				n = cut
			}
		}
		chunk := keySet{kinds: m.set.kinds}
		for _, g := range order[:n] {
			chunk.rows = append(chunk.rows, m.set.row(g))
		}
		out, order = append(out, chunk), order[n:]
	}
	return out
}

// askEqual asks the database which of the relation's keys equal the keys of some groups.
func (m *matching) askEqual(ctx context.Context, s *session, d *dialect, groups []int) error {
	table := &source{table: m.rel.related.table}
	if m.rel.middle != nil {
		table = &source{table: m.rel.middle.table}
	}
	stmts := make([]*selectStmt, len(groups))
	for i, g := range groups {
		one := &selectStmt{from: table, items: []item{{expr: literal(i), as: "lucid_group"}}}
		var equal condList
		for c, name := range m.rel.targetKey {
			one.items = append(one.items, item{expr: ref{table, name}})
			equal = append(equal, term{cond: compare{ref{table, name}, "=", value{m.set.row(g)[c]}}})
		}
		one.where = []condList{equal}
		stmts[i] = one
	}
	text, args, err := compileUnion(d, stmts)
	if err != nil {
		return err
	}
	st := &statement{path: m.path, sql: text, args: args, generated: true}
	return s.read(ctx, st, func(r rows) error { return m.readEqual(r, groups) })
}

func (m *matching) readEqual(r rows, groups []int) error {
	values := make([]any, len(m.rel.targetKey)+1)
	dest := addresses(values)
	if m.alias == nil {
		m.alias = map[key][]int{}
	}
	for r.Next() {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		i, err := convert[int](r.Plain(0, values[0]))
		if err != nil {
			return err
		}
		parts := make([]key, len(values)-1)
		for c := range parts {
			if parts[c], err = keyOf(r.Plain(c+1, values[c+1]), m.rel.asUUID); err != nil {
				return err
			}
		}
		g := groups[i]
		if k := joinKeys(parts); k != m.keys[g] && !slices.Contains(m.alias[k], g) {
			m.alias[k] = append(m.alias[k], g)
		}
	}
	return nil
}
