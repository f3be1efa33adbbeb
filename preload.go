package lucid

import (
	"context"
	"slices"
)

// Preload loads relations of the rows that the query finds. It sends one statement for each relation, however many
// rows there are. If no row has a key, it sends nothing for the relation.
//
//	q.Preload(UserProfile, UserPosts.With(Published))
//
// Preload selects the keys that it needs. If you preload a relation twice, the later call replaces the earlier one
// and its scopes. A scope runs once for a statement, not once for a row. A nil relation, and one that is not
// registered, are errors of the finishing call.
//
// For 100 parents or more, a ManyToMany with integer keys takes two statements: the pivot rows, then each related
// row once. MySQL and MariaDB take another statement if the keys are more than one statement can bind.
//
//go:noinline
func (q *QueryOf[P]) Preload(rels ...RelationOf[P]) *QueryOf[P] {
	q.q.data().preload(relationsIn(rels))
	return q
}

func (q *query) preload(uses []scopedRelation) {
	for _, u := range uses {
		if err := u.ready(q.model); err != nil {
			q.fail(err)
			return
		}
		others := slices.DeleteFunc(preloadsOf(q), func(other scopedRelation) bool { return other.rel == u.rel })
		q.eager = preloads(append(others, u))
	}
}

// loadRelations loads relations of rows that the caller has.
func loadRelations(ctx context.Context, ex Executor, m *model, rows []row, uses []scopedRelation) error {
	s := sessionOf(ex)
	if s == nil {
		return wrong(nil, "lucid: load %s: the executor is nil: pass a *DB or a *Tx", m.name)
	}
	for _, u := range uses {
		if err := u.rel.ready(m.typ); err != nil {
			return err
		}
	}
	for i, p := range rows {
		if p.isNil() {
			return wrong(nil, "lucid: load %s: row %d is nil", m.name, i)
		}
	}
	if len(rows) == 0 || len(uses) == 0 {
		return nil
	}
	d, err := s.ready(ctx)
	if err != nil {
		return err
	}
	l := &loader{s: s, d: d, lazy: true}
	return l.run(ctx, rows, uses, m.name)
}

// loadAll loads relations of rows that the caller has. If a relation is given twice, the later one counts.
func loadAll(ctx context.Context, ex Executor, m *model, rows []row, uses []scopedRelation) error {
	uses, err := readyRelations(uses, m)
	if err != nil {
		return err
	}
	return loadRelations(ctx, ex, m, rows, uses)
}

// loadMissing loads each relation of the rows that do not have it loaded.
func loadMissing(ctx context.Context, ex Executor, m *model, rows []row, uses []scopedRelation) error {
	uses, err := readyRelations(uses, m)
	if err != nil {
		return err
	}
	for _, u := range uses {
		missing := slices.DeleteFunc(slices.Clone(rows), func(p row) bool { return u.rel.loadedIn(p) })
		if err := loadRelations(ctx, ex, m, missing, []scopedRelation{u}); err != nil {
			return err
		}
	}
	return nil
}
