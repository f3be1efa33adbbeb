package lucid_test

import (
	"fmt"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestManyToManyOfManyParents: for many parents the pivot rows and the related rows are two statements, where the scope
// allows it; each parent has the rows that it would have by one.
func TestManyToManyOfManyParents(t *testing.T) {
	const users, skills = 300, 20
	byName := func(q *lucid.Query[Skill]) { q.OrderByDesc("name") }
	tests := map[string]struct {
		scope func(q *lucid.Query[Skill])
		sent  int
		keep  func(skill int) bool
	}{
		"all":                {byName, 2, func(int) bool { return true }},
		"some":               {func(q *lucid.Query[Skill]) { q.Where("id", ">", 5).OrWhere("name", "skill 02").OrderByDesc("name") }, 2, func(s int) bool { return s > 5 || s == 2 }},
		"part of the row":    {func(q *lucid.Query[Skill]) { q.Select("name").OrderByDesc("name") }, 2, func(int) bool { return true }},
		"a pivot column":     {func(q *lucid.Query[Skill]) { q.Where("pivot.level", ">", -1).OrderByDesc("name") }, 1, func(int) bool { return true }},
		"ordered by a pivot": {func(q *lucid.Query[Skill]) { q.OrderByDesc("name").OrderBy("pivot.level") }, 1, func(int) bool { return true }},
		"a filter":           {func(q *lucid.Query[Skill]) { q.Has(SkillUsers).OrderByDesc("name") }, 1, func(int) bool { return true }},
		"more of the pivot":  {func(q *lucid.Query[Skill]) { q.PivotColumns("level").OrderByDesc("name") }, 2, func(int) bool { return true }},
		"nested":             {func(q *lucid.Query[Skill]) { q.OrderByDesc("name").Preload(SkillUsers) }, 3, func(int) bool { return true }},
		"limited":            {func(q *lucid.Query[Skill]) { q.OrderByDesc("name").GroupLimit(99) }, 1, func(int) bool { return true }},
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		execAll(t, db.DB, "DELETE FROM skill_user", "DELETE FROM skills")
		var rows, names, pivots [][]any
		for i := range users {
			rows = append(rows, []any{i + 1000, fmt.Sprint("user ", i), day(1)})
		}
		for i := range skills {
			names = append(names, []any{i + 1, fmt.Sprintf("skill %02d", i+1)})
		}
		want := map[int64][]int{}
		for i := range users {
			for k := range i % 7 {
				skill := (i*3+k*5)%skills + 1
				want[int64(i+1000)] = append(want[int64(i+1000)], skill)
				pivots = append(pivots, []any{i + 1000, skill, fmt.Sprint("word ", i, " ", skill), k, day(2)})
			}
		}
		pivots = append(pivots, pivots[0]) // a pivot row that stands twice
		want[int64(pivots[0][0].(int))] = append(want[int64(pivots[0][0].(int))], pivots[0][1].(int))
		insert(t, db.DB, "users", "id, email, created_at", rows...)
		insert(t, db.DB, "skills", "id, name", names...)
		insert(t, db.DB, "skill_user", "user_id, skill_id, proficiency, level, created_at", pivots...)
		for name, tt := range tests {
			db.sent.reset()
			all, err := lucid.From[User](db).Where("id", ">=", 1000).Preload(UserSkills.With(tt.scope)).OrderBy("id").All(t.Context())
			require.NoError(t, err, name)
			assert.Len(t, db.sent.paths(), 1+tt.sent, name)
			seen := map[*Skill]bool{}
			for _, u := range all {
				got := []int{}
				for i, s := range u.Skills {
					require.False(t, seen[s], "%s: a row of two parents", name)
					seen[s] = true
					if i > 0 && s.Name != "" {
						require.GreaterOrEqual(t, u.Skills[i-1].Name, s.Name, name)
					}
					extras := s.Extras()
					id := int(extras["pivot_skill_id"].(int64))
					got = append(got, id)
					require.Equal(t, u.ID, extras["pivot_user_id"], name)
					require.Equal(t, fmt.Sprint("word ", u.ID-1000, " ", id), extras["pivot_proficiency"], name)
					require.Equal(t, day(2), extras["pivot_created_at"], name)
					require.Nil(t, extras["pivot_updated_at"], name)
					_, more := extras["pivot_level"]
					require.Equal(t, name == "more of the pivot", more, name)
					require.Nil(t, lucid.Changed(s), name)
				}
				expected := []int{}
				for _, s := range want[u.ID] {
					if tt.keep(s) {
						expected = append(expected, s)
					}
				}
				require.ElementsMatch(t, expected, got, name)
			}
		}
		all, err := lucid.From[User](db).Where("id", ">=", 1000).Preload(UserSkills.With(byName)).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		all[6].Skills[0].Name = "changed"
		require.NoError(t, lucid.Save(t.Context(), db, all[6].Skills[0]), "a row is one of its own, and can be saved")
	})
}
