package lucid

import (
	"context"
	"slices"
	"strings"
)

// loader eager loads relations level by level. The relations of one level are sent together, with one statement
// each, however many parents there are. Then come the relations of the rows that they returned.
type loader struct {
	s    *session
	d    *dialect
	lazy bool // the rows are the caller's, not those that a query has just found
	jobs []*eagerLoad
}

// run loads uses for rows of a model.
func (l *loader) run(ctx context.Context, rows []row, uses []scopedRelation, path string) error {
	level, err := l.level(uses, rows, path, true)
	for err == nil && len(level) > 0 {
		l.jobs = append(l.jobs, level...)
		if err = l.read(ctx, level); err == nil {
			level, err = l.below(level)
		}
	}
	if err != nil {
		return err
	}
	return l.assign(ctx)
}

// below returns the next level: the relations that the rows just read preload themselves.
func (l *loader) below(level []*eagerLoad) ([]*eagerLoad, error) {
	var next []*eagerLoad
	for _, j := range level {
		if len(j.rows) == 0 {
			continue
		}
		jobs, err := l.level(preloadsOf(j.q), j.rows, j.path, false)
		if err != nil {
			return nil, err
		}
		next = append(next, jobs...)
	}
	return next, nil
}

func (l *loader) level(uses []scopedRelation, rows []row, path string, top bool) ([]*eagerLoad, error) {
	jobs := make([]*eagerLoad, len(uses))
	for i, u := range uses {
		m := matching{rel: u.rel, path: path + "." + u.rel.name}
		j := &eagerLoad{matching: m, scopes: u.scopes, parents: rows, top: top}
		if err := j.prepare(l.s, l.lazy); err != nil {
			return nil, failed("preload "+j.path, err)
		}
		jobs[i] = j
	}
	return jobs, nil
}

// read sends the statements of a level and reads their rows.
func (l *loader) read(ctx context.Context, level []*eagerLoad) error {
	var sts []*statement
	var lanes []int
	var reads []func(r rows) error
	var paths []string
	for lane, j := range level {
		if j.q == nil {
			continue
		}
		statement := j.statement
		if j.splits() {
			statement = j.pivotStatement
		}
		for _, chunk := range j.chunks(l.d) {
			st, read, err := statement(l.d, chunk)
			if err != nil {
				return failed("preload "+j.path, err)
			}
			sts, lanes, reads, paths = append(sts, st), append(lanes, lane), append(reads, read), append(paths, j.path)
		}
	}
	i, err := l.s.readConcurrently(ctx, sts, lanes, func(i int, r rows) error { return reads[i](r) })
	if i >= 0 && len(paths) > 0 {
		paths = paths[i : i+1] // the one that failed, if that is known
	}
	if err != nil {
		return failed("preload "+strings.Join(paths, ", "), err)
	}
	if err := readRelated(ctx, l.s, l.d, level); err != nil {
		return err
	}
	for _, j := range level {
		if err := j.collate(ctx, l.s, l.d); err != nil {
			return failed("preload "+j.path, err)
		}
	}
	return nil
}

// assign gives the rows to their parents and runs AfterFind, deepest level first. It changes the rows that the load
// started with last, when nothing can fail any more.
func (l *loader) assign(ctx context.Context) error {
	for _, j := range slices.Backward(l.jobs) {
		if err := j.rel.related.runHooks(ctx, l.s.self, j.rows, afterFind); err != nil {
			return err
		}
		if !j.top {
			j.give()
		}
	}
	for _, j := range l.jobs {
		if j.top {
			j.give()
		}
	}
	return nil
}

// preload is a relation to load for the rows that a query finds.
type preloads []scopedRelation

// preloadsOf is a list of the preloads of a query that may be changed.
func preloadsOf(q *query) []scopedRelation {
	list, _ := q.eager.(preloads)
	return slices.Clone(list)
}

func (p preloads) columns() []*column {
	var out []*column
	for _, u := range p {
		out = append(out, u.rel.sourceKey...)
	}
	return out
}

func (p preloads) load(ctx context.Context, q *query, rows []row) error {
	d, err := q.s.ready(ctx)
	if err != nil {
		return err
	}
	l := &loader{s: q.s, d: d}
	return l.run(ctx, rows, p, q.path)
}
