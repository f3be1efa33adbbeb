package write_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSyncAtOnce: of several syncs of one parent one payload stands at the end, whole and once.
func TestSyncAtOnce(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		skills := make([]*app.Skill, 12)
		for i := range skills {
			skills[i] = &app.Skill{Name: fmt.Sprint("skill ", i)}
		}
		require.NoError(t, lucid.Create(ctx, db, skills...))
		dee := app.AllUsers(t, db)[3]
		payload := func(i int) []any {
			var ids []any
			for j := range 5 {
				ids = append(ids, lucid.Pivot{ID: skills[(i+j)%len(skills)], Values: lucid.Values{"level": i}})
			}
			return ids
		}
		for range 5 {
			errs := testdb.AtOnce(func(i int) error {
				own := *dee
				ids := payload(i)
				for j, id := range ids { // a row in memory is one goroutine's
					ids[j] = lucid.Pivot{ID: id.(lucid.Pivot).ID.(*app.Skill).ID, Values: id.(lucid.Pivot).Values}
				}
				_, err := app.UserSkills.Sync(ctx, db, &own, ids...)
				return err
			})
			require.NoError(t, errors.Join(errs...))
			rows, err := lucid.From[app.SkillUser](db).Where("user_id", dee.ID).OrderBy("skill_id").All(ctx)
			require.NoError(t, err)
			require.Len(t, rows, 5)
			winner := int(*rows[0].Level)
			var want []int64
			for _, id := range payload(winner) {
				want = append(want, id.(lucid.Pivot).ID.(*app.Skill).ID)
			}
			assert.ElementsMatch(t, want, app.IDs(rows, func(r *app.SkillUser) int64 { return r.SkillID }))
			for _, r := range rows {
				assert.EqualValues(t, winner, *r.Level)
			}
		}
	})
}

// TestFirstOrCreateAtOnce makes one row, and everybody gets it.
func TestFirstOrCreateAtOnce(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, accountSchema...)
		tests := map[string]func(ctx context.Context, ex lucid.Executor, name string) (*ledger, error){
			"first": func(ctx context.Context, ex lucid.Executor, name string) (*ledger, error) {
				return lucid.FirstOrCreate(ctx, ex, lucid.Values{"nickname": name}, &ledger{Email: name})
			},
			"first in a transaction": func(ctx context.Context, ex lucid.Executor, name string) (row *ledger, err error) {
				err = db.Transaction(ctx, func(tx *lucid.Tx) error {
					if _, err := lucid.From[ledger](tx).Count(ctx); err != nil { // a snapshot that does not see what the others do
						return err
					}
					row, err = lucid.FirstOrCreate(ctx, tx, lucid.Values{"nickname": name}, &ledger{Email: name})
					return err
				})
				return row, err
			},
			"update": func(ctx context.Context, ex lucid.Executor, name string) (*ledger, error) {
				return lucid.UpdateOrCreate(ctx, ex, lucid.Values{"nickname": name}, &ledger{Email: name, Balance: 7})
			},
			"fetch many": func(ctx context.Context, ex lucid.Executor, name string) (*ledger, error) {
				rows, err := lucid.FetchOrCreateMany(ctx, ex, []*ledger{{Nickname: &name, Email: name}, {Nickname: new(name + "2"), Email: name + "2"}}, "nickname")
				if err != nil {
					return nil, err
				}
				return rows[0], nil
			},
			"update many": func(ctx context.Context, ex lucid.Executor, name string) (*ledger, error) {
				rows, err := lucid.UpdateOrCreateMany(ctx, ex, []*ledger{{Nickname: &name, Email: name}, {Nickname: new(name + "2"), Email: name + "2"}}, "nickname")
				if err != nil {
					return nil, err
				}
				return rows[0], nil
			},
		}
		for name, call := range tests {
			for round := range 3 {
				nickname := fmt.Sprint(name, " ", round)
				found := make([]*ledger, testdb.Goroutines)
				errs := testdb.AtOnce(func(i int) (err error) {
					found[i], err = call(t.Context(), db, nickname)
					return err
				})
				require.NoError(t, errors.Join(errs...), name)
				n, err := lucid.From[ledger](db).Where("nickname", nickname).Count(t.Context())
				require.NoError(t, err)
				assert.EqualValues(t, 1, n, name)
				for _, row := range found {
					assert.Equal(t, found[0].ID, row.ID, name)
				}
			}
		}
	})
}

// crosser locks two users in opposite orders from its hook, so that two of them meet in a deadlock.
type crosser struct {
	lucid.Model
	ID   int64
	Name string

	meet  func() // waits for the other
	first int64
	then  int64
}

func (*crosser) TableName() string { return "skills" }

func (c *crosser) BeforeSave(ctx context.Context, ex lucid.Executor) error {
	touch := func(id int64) error {
		_, err := lucid.From[app.User](ex).Where("id", id).Update(ctx, lucid.Values{"email": c.Name})
		return err
	}
	if err := touch(c.first); err != nil {
		return err
	}
	c.meet()
	return touch(c.then)
}

// TestDeadlock: a transaction that is the package's own begins again after a deadlock; one of the
// caller's is reported, with the driver's own error.
func TestDeadlock(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect == lucid.SQLite { // one writer at a time: the second waits for the first
			return
		}
		pair := func() []*crosser {
			var once [2]sync.Once
			var met sync.WaitGroup
			met.Add(2)
			rows := []*crosser{{Name: "a", first: 1, then: 2}, {Name: "b", first: 2, then: 1}}
			for i := range rows {
				rows[i].meet = func() { once[i].Do(func() { met.Done(); met.Wait() }) }
			}
			return rows
		}
		both := func(fn func(row *crosser) error) []error {
			rows := pair()
			errs := make([]error, len(rows))
			var wg sync.WaitGroup
			for i, row := range rows {
				wg.Go(func() { errs[i] = fn(row) })
			}
			wg.Wait()
			return errs
		}
		errs := both(func(row *crosser) error { return lucid.Create(t.Context(), db, row) })
		require.NoError(t, errors.Join(errs...))
		names, err := lucid.Pluck[string](t.Context(), lucid.From[app.Skill](db).WhereIn("name", []string{"a", "b"}), "name")
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"a", "b"}, names, "both are there, each once")

		errs = both(func(row *crosser) error {
			return db.Transaction(t.Context(), func(tx *lucid.Tx) error { return lucid.Create(t.Context(), tx, row) })
		})
		failed := slices.DeleteFunc(errs, func(err error) bool { return err == nil })
		require.Len(t, failed, 1, "one of them is the victim")
		assert.Regexp(t, `(?i)deadlock`, failed[0].Error())
	})
}
