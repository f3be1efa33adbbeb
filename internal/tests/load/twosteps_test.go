package load_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestManyToManyOfManyParents: for many parents the pivot rows and the related rows are two statements, where the scope
// allows it; each parent has the rows that it would have by one.
func TestManyToManyOfManyParents(t *testing.T) {
	const users, skills = 300, 20
	byName := func(q *lucid.Query[app.Skill]) { q.OrderByDesc("name") }
	tests := map[string]struct {
		scope func(q *lucid.Query[app.Skill])
		sent  int
		keep  func(skill int) bool
	}{
		"all":                {byName, 2, func(int) bool { return true }},
		"some":               {func(q *lucid.Query[app.Skill]) { q.Where("id", ">", 5).OrWhere("name", "skill 02").OrderByDesc("name") }, 2, func(s int) bool { return s > 5 || s == 2 }},
		"part of the row":    {func(q *lucid.Query[app.Skill]) { q.Select("name").OrderByDesc("name") }, 2, func(int) bool { return true }},
		"a pivot column":     {func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", ">", -1).OrderByDesc("name") }, 1, func(int) bool { return true }},
		"ordered by a pivot": {func(q *lucid.Query[app.Skill]) { q.OrderByDesc("name").OrderBy("pivot.level") }, 1, func(int) bool { return true }},
		"a filter":           {func(q *lucid.Query[app.Skill]) { q.Has(app.SkillUsers).OrderByDesc("name") }, 1, func(int) bool { return true }},
		"more of the pivot":  {func(q *lucid.Query[app.Skill]) { q.PivotColumns("level").OrderByDesc("name") }, 2, func(int) bool { return true }},
		"nested":             {func(q *lucid.Query[app.Skill]) { q.OrderByDesc("name").Preload(app.SkillUsers) }, 3, func(int) bool { return true }},
		"limited":            {func(q *lucid.Query[app.Skill]) { q.OrderByDesc("name").GroupLimit(99) }, 1, func(int) bool { return true }},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, "DELETE FROM skill_user", "DELETE FROM skills")
		var rows, names, pivots [][]any
		for i := range users {
			rows = append(rows, []any{i + 1000, fmt.Sprint("user ", i), app.Day(1)})
		}
		for i := range skills {
			names = append(names, []any{i + 1, fmt.Sprintf("skill %02d", i+1)})
		}
		want := map[int64][]int{}
		for i := range users {
			for k := range i % 7 {
				skill := (i*3+k*5)%skills + 1
				want[int64(i+1000)] = append(want[int64(i+1000)], skill)
				pivots = append(pivots, []any{i + 1000, skill, fmt.Sprint("word ", i, " ", skill), k, app.Day(2)})
			}
		}
		pivots = append(pivots, pivots[0]) // a pivot row that stands twice
		want[int64(pivots[0][0].(int))] = append(want[int64(pivots[0][0].(int))], pivots[0][1].(int))
		testdb.Insert(t, db.DB, "users", "id, email, created_at", rows...)
		testdb.Insert(t, db.DB, "skills", "id, name", names...)
		testdb.Insert(t, db.DB, "skill_user", "user_id, skill_id, proficiency, level, created_at", pivots...)
		for name, tt := range tests {
			db.Sent.Reset()
			all, err := lucid.From[app.User](db).Where("id", ">=", 1000).Preload(app.UserSkills.With(tt.scope)).OrderBy("id").All(t.Context())
			require.NoError(t, err, name)
			assert.Len(t, db.Sent.Paths(), 1+tt.sent, name)
			seen := map[*app.Skill]bool{}
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
					require.Equal(t, app.Day(2), extras["pivot_created_at"], name)
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
		all, err := lucid.From[app.User](db).Where("id", ">=", 1000).Preload(app.UserSkills.With(byName)).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		all[6].Skills[0].Name = "changed"
		require.NoError(t, lucid.Save(t.Context(), db, all[6].Skills[0]), "a row is one of its own, and can be saved")
	})
}

// marked is a skill with fields for all that its pivot row has.
type marked struct {
	lucid.Model
	ID      int64
	Name    string
	UserID  int64      `db:"pivot_user_id,extra"`
	SkillID int64      `db:"pivot_skill_id,extra"`
	Level   *int64     `db:"pivot_level,extra"`
	Since   time.Time  `db:"pivot_created_at,extra"`
	Until   *time.Time `db:"pivot_updated_at,extra"`
}

func (marked) TableName() string { return "skills" }

var (
	userMarked = &lucid.ManyToMany[app.User, marked]{
		PivotTable: "skill_user", PivotRelatedForeignKey: "skill_id",
		PivotColumns: []string{"level", "proficiency", "created_at", "updated_at"},
	}
	// userLiked is the posts that have as many likes as a skill of the user has an id: several, of one key.
	userLiked = &lucid.ManyToMany[app.User, app.Post]{
		PivotTable: "skill_user", PivotRelatedForeignKey: "skill_id", PivotColumns: []string{"level"},
		RelatedKey: lucid.Column(func(p *app.Post) *int { return &p.Likes }),
	}
)

func init() { lucid.Register[app.User](userMarked, userLiked) }

// manyLinks creates users 1000 to 1299 with skills 1 and 2 each, and level 3 for skill 2.
func manyLinks(t *testing.T, db *app.DB) {
	t.Helper()
	testdb.ExecAll(t, db.DB, "DELETE FROM skill_user")
	var rows, pivots [][]any
	for i := range 300 {
		rows = append(rows, []any{i + 1000, fmt.Sprint("user ", i), app.Day(1)})
		pivots = append(pivots, []any{i + 1000, 2, fmt.Sprint("word ", i), 3, app.Day(2)}, []any{i + 1000, 1, nil, nil, app.Day(3)})
	}
	testdb.Insert(t, db.DB, "users", "id, email, created_at", rows...)
	testdb.Insert(t, db.DB, "skill_user", "user_id, skill_id, proficiency, level, created_at", pivots...)
}

// TestManyToManyOfManyParentsFields: fields get their values of the pivot row; what has no field is an extra.
func TestManyToManyOfManyParentsFields(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		manyLinks(t, db)
		db.Sent.Reset()
		users, err := lucid.From[app.User](db).Where("id", ">=", 1000).
			Preload(userMarked.With(func(q *lucid.Query[marked]) { q.OrderBy("id") })).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Len(t, db.Sent.Paths(), 3)
		for i, u := range users {
			skills, err := userMarked.Get(u)
			require.NoError(t, err)
			require.Len(t, skills, 2)
			for k, s := range skills {
				require.Equal(t, []int64{u.ID, int64(k + 1), int64(k + 1)}, []int64{s.UserID, s.SkillID, s.ID})
				require.NotEmpty(t, s.Name)
				require.Nil(t, s.Until)
				require.True(t, s.IsPersisted())
				require.Nil(t, lucid.Changed(s))
			}
			require.Nil(t, skills[0].Level)
			require.Equal(t, app.Day(3), skills[0].Since)
			require.Equal(t, map[string]any{"pivot_proficiency": nil}, skills[0].Extras())
			require.Equal(t, int64(3), *skills[1].Level)
			require.Equal(t, app.Day(2), skills[1].Since)
			require.Equal(t, map[string]any{"pivot_proficiency": fmt.Sprint("word ", i)}, skills[1].Extras())
		}
	})
}

// TestManyToManyOfManyParentsSharedKey: of related rows with one key, each pivot row gives each.
func TestManyToManyOfManyParentsSharedKey(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		manyLinks(t, db)
		testdb.ExecAll(t, db.DB, "UPDATE posts SET likes = 50", "UPDATE posts SET likes = 2 WHERE id IN (1, 2, 3)", "UPDATE posts SET likes = 1 WHERE id = 4")
		db.Sent.Reset()
		users, err := lucid.From[app.User](db).Where("id", ">=", 1000).
			Preload(userLiked.With(func(q *lucid.Query[app.Post]) { q.OrderBy("id") })).All(t.Context())
		require.NoError(t, err)
		assert.Len(t, db.Sent.Paths(), 3)
		seen := map[*app.Post]bool{}
		for _, u := range users {
			posts, err := userLiked.Get(u)
			require.NoError(t, err)
			require.Len(t, posts, 4)
			for i, p := range posts {
				require.False(t, seen[p], "a row of two parents")
				seen[p] = true
				require.Equal(t, int64(i+1), p.ID)
				require.NotEmpty(t, p.Title)
				level := any(int64(3))
				if i == 3 {
					level = nil
				}
				require.Equal(t, map[string]any{"pivot_user_id": u.ID, "pivot_skill_id": int64(p.Likes), "pivot_level": level}, p.Extras())
			}
		}
	})
}
