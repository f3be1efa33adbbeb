package lucid

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A database can hold two texts equal that are not the same: "A" and "a" under a collation that
// ignores case. Its rows then come back with keys that no parent has to the letter. Which keys are
// alike is guessed here; which are equal, the database says.

// aliases are the groups that a row's key belongs to besides the one of the very same key.
type aliases map[key][]int

// collate finds the parents of rows whose keys only the database holds equal. It sends a statement
// only where keys are alike that are not the same.
func (l *loader) collate(ctx context.Context, j *job) error {
	loose, lone := j.unmatched(l.d)
	if len(loose) == 0 && len(lone) == 0 {
		return nil
	}
	candidates := j.alike(loose, lone)
	for part := range slices.Chunk(candidates, 200) {
		if err := l.askEqual(ctx, j, part); err != nil {
			return err
		}
	}
	for k := range loose {
		if len(j.alias[k]) == 0 {
			return wrong(nil, "lucid: preload %s: the database returned rows whose %s equals that of no parent: give both columns one collation",
				j.path, strings.Join(j.rel.match, ", "))
		}
	}
	return nil
}

// unmatched is the keys of rows that no parent has, and the groups that no row was found for. The
// latter matter only where the database's texts usually ignore case.
func (j *job) unmatched(d *dialect) (loose map[key]bool, lone []int) {
	if !slices.Contains(j.set.kinds, kindString) {
		return nil, nil
	}
	loose = map[key]bool{}
	matched := make([]bool, len(j.keys))
	for _, k := range j.found {
		if g, ok := j.byKey[k]; ok {
			matched[g] = true
		} else {
			loose[k] = true
		}
	}
	if len(j.found) > 0 && (d.foldsText || len(loose) > 0) {
		for g, ok := range matched {
			if !ok {
				lone = append(lone, g)
			}
		}
	}
	return loose, lone
}

// alike is the groups whose key is like the key of a row without being the same.
func (j *job) alike(loose map[key]bool, lone []int) []int {
	f := folder{c: collate.New(language.Und, collate.Loose)}
	rows := map[string]bool{}   // folds of all rows' keys
	wanted := map[string]bool{} // folds of loose rows' keys
	for _, k := range j.found {
		rows[f.fold(k)] = true
	}
	for k := range loose {
		wanted[f.fold(k)] = true
	}
	var out []int
	for g, k := range j.keys {
		fold := ""
		if len(wanted) > 0 || slices.Contains(lone, g) {
			fold = f.fold(k)
		}
		if wanted[fold] || rows[fold] && slices.Contains(lone, g) {
			out = append(out, g)
		}
	}
	return out
}

type folder struct {
	c   *collate.Collator
	buf collate.Buffer
}

// fold is the same for texts that differ in case, accents or trailing spaces.
func (f *folder) fold(k key) string {
	f.buf.Reset()
	return "=" + string(f.c.KeyFromString(&f.buf, strings.TrimRight(k.s, " ")))
}

// askEqual asks the database which of the relation's keys equal those of some groups.
func (l *loader) askEqual(ctx context.Context, j *job, groups []int) error {
	table := &source{table: j.rel.related.table}
	if j.rel.middle != nil {
		table = &source{table: j.rel.middle.table}
	}
	stmts := make([]*selectStmt, len(groups))
	for i, g := range groups {
		s := &selectStmt{from: table, items: []item{{expr: literal(i), as: "lucid_group"}}}
		var equal condList
		for c, name := range j.rel.match {
			s.items = append(s.items, item{expr: ref{table, name}})
			equal = append(equal, term{cond: compare{ref{table, name}, "=", value{j.set.rows[g][c]}}})
		}
		s.where = []condList{equal}
		stmts[i] = s
	}
	text, args, err := compileUnion(l.d, stmts)
	if err != nil {
		return err
	}
	r, err := l.s.query(ctx, &statement{j.path, text, args})
	if err != nil {
		return err
	}
	return closing(r, j.readEqual(r, groups))
}

func (j *job) readEqual(r rows, groups []int) error {
	values := make([]any, len(j.rel.match)+1)
	dest := make([]any, len(values))
	for i := range dest {
		dest[i] = &values[i]
	}
	if j.alias == nil {
		j.alias = aliases{}
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
			if parts[c], err = keyOf(r.Plain(c+1, values[c+1]), j.rel.asUUID); err != nil {
				return err
			}
		}
		g := groups[i]
		if k := joinKeys(parts); k != j.keys[g] && !slices.Contains(j.alias[k], g) {
			j.alias[k] = append(j.alias[k], g)
		}
	}
	return r.Err()
}
