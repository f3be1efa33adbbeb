package load_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// linked is a skill with fields for what its pivot row has.
type linked struct {
	lucid.Model
	ID          int64
	Name        string
	Proficiency *string   `db:"pivot_proficiency,extra"`
	Since       time.Time `db:"pivot_created_at,extra"`
}

func (linked) TableName() string { return "skills" }

var (
	userLinked = &lucid.ManyToMany[app.User, linked]{
		PivotTable: "skill_user", PivotRelatedForeignKey: "skill_id",
		PivotColumns: []string{"proficiency", "created_at"},
	}
)

func init() { lucid.Register[app.User](userLinked) }

// TestManyToMany is the skills of users 1 to 4 under each way to ask for them. User 3 has skill 2
// by two pivot rows.
func TestManyToMany(t *testing.T) {
	tests := []struct {
		name  string
		scope func(*lucid.Query[app.Skill])
		wants [][]int64
	}{
		{"a pivot row that stands twice gives the row twice", nil, [][]int64{{1, 2}, {2}, {2, 2}, {}}},
		{"the related table's column", func(q *lucid.Query[app.Skill]) { q.Where("name", "sql") }, [][]int64{{2}, {2}, {2, 2}, {}}},
		{"OrderBy it", func(q *lucid.Query[app.Skill]) { q.OrderByDesc("name") }, [][]int64{{2, 1}, {2}, {2, 2}, {}}},
		{"an ambiguous name is the related table's", func(q *lucid.Query[app.Skill]) { q.Where("id", 1) }, [][]int64{{1}, {}, {}, {}}},
		{"nothing", func(q *lucid.Query[app.Skill]) { q.Where("id", 3) }, [][]int64{{}, {}, {}, {}}},
		{"Where of the pivot", func(q *lucid.Query[app.Skill]) { q.Where("pivot.proficiency", "expert") }, [][]int64{{1}, {2}, {}, {}}},
		{"Where with an operator", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", ">", 2) }, [][]int64{{1}, {2}, {}, {}}},
		{"Where with nil", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", nil) }, [][]int64{{}, {}, {2}, {}}},
		{"Where in a group", func(q *lucid.Query[app.Skill]) {
			q.Where("name", "go").OrWhereGroup(func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 1) })
		}, [][]int64{{1}, {}, {2}, {}}},
		{"OrWhere", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 9).OrWhere("pivot.level", 8) }, [][]int64{{1}, {2}, {}, {}}},
		{"WhereNot", func(q *lucid.Query[app.Skill]) { q.WhereNot("pivot.proficiency", "expert") }, [][]int64{{2}, {}, {2}, {}}},
		{"OrWhereNot", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 9).OrWhereNot("pivot.level", "<", 8) }, [][]int64{{1}, {2}, {}, {}}},
		{"WhereIn", func(q *lucid.Query[app.Skill]) { q.WhereIn("pivot.level", []int{2, 8}) }, [][]int64{{2}, {2}, {}, {}}},
		{"OrWhereIn", func(q *lucid.Query[app.Skill]) { q.Where("id", 1).OrWhereIn("pivot.level", []int{8}) }, [][]int64{{1}, {2}, {}, {}}},
		{"WhereNotIn", func(q *lucid.Query[app.Skill]) { q.WhereNotIn("pivot.level", []int{2, 8}) }, [][]int64{{1}, {}, {2}, {}}},
		{"OrWhereNotIn", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 2).OrWhereNotIn("pivot.level", []int{2, 8}) }, [][]int64{{1, 2}, {}, {2}, {}}},
		{"WhereNull", func(q *lucid.Query[app.Skill]) { q.WhereNull("pivot.proficiency") }, [][]int64{{}, {}, {2}, {}}},
		{"OrWhereNull", func(q *lucid.Query[app.Skill]) { q.Where("id", 1).OrWhereNull("pivot.updated_at") }, [][]int64{{1}, {2}, {2, 2}, {}}},
		{"WhereNotNull", func(q *lucid.Query[app.Skill]) { q.WhereNotNull("pivot.updated_at") }, [][]int64{{1, 2}, {}, {}, {}}},
		{"OrWhereNotNull", func(q *lucid.Query[app.Skill]) { q.Where("pivot.level", 8).OrWhereNotNull("pivot.updated_at") }, [][]int64{{1, 2}, {2}, {}, {}}},
		{"WhereBetween", func(q *lucid.Query[app.Skill]) { q.WhereBetween("pivot.level", 2, 8) }, [][]int64{{2}, {2}, {}, {}}},
		{"WhereNotBetween", func(q *lucid.Query[app.Skill]) { q.WhereNotBetween("pivot.level", 2, 8) }, [][]int64{{1}, {}, {2}, {}}},
		{"WhereLike", func(q *lucid.Query[app.Skill]) { q.WhereLike("pivot.proficiency", "exp%") }, [][]int64{{1}, {2}, {}, {}}},
		{"WhereILike", func(q *lucid.Query[app.Skill]) { q.WhereILike("pivot.proficiency", "EXP%") }, [][]int64{{1}, {2}, {}, {}}},
		{"WhereColumn", func(q *lucid.Query[app.Skill]) { q.WhereColumn("pivot.updated_at", ">", "pivot.created_at") }, [][]int64{{1}, {}, {}, {}}},
		{"WhereColumn of both tables", func(q *lucid.Query[app.Skill]) { q.WhereColumn("pivot.level", "=", "id") }, [][]int64{{2}, {}, {}, {}}},
		{"OrderBy of the pivot", func(q *lucid.Query[app.Skill]) { q.OrderBy("pivot.level") }, [][]int64{{2, 1}, {2}, {2, 2}, {}}},
		{"OrderByDesc of the pivot", func(q *lucid.Query[app.Skill]) { q.OrderByDesc("pivot.level") }, [][]int64{{1, 2}, {2}, {2, 2}, {}}},
		{"the table's own name", func(q *lucid.Query[app.Skill]) { q.Where("skill_user.level", 9).OrWhere("skills.id", 1) }, [][]int64{{1}, {}, {}, {}}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				require.NoError(t, app.UserSkills.With(tt.scope).Load(t.Context(), db, users...))
				for i, u := range users {
					got := app.SkillIDs(u.Skills)
					if !strings.HasPrefix(tt.name, "OrderBy") {
						app.SortedIDs(got)
					}
					assert.Equal(t, tt.wants[i], got, "user %d", u.ID)
				}
			})
		}
	})
}

// TestManyToManyWhereInQuery: a subquery inside the scope, on a column of the pivot.
func TestManyToManyWhereInQuery(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		bob := lucid.From[app.User](db).Select("id").Where("email", "bob@example.com")
		for _, tt := range []struct {
			name  string
			scope func(*lucid.Query[app.Skill])
			wants [][]int64
		}{
			{"WhereIn", func(q *lucid.Query[app.Skill]) { q.WhereIn("pivot.user_id", bob) }, [][]int64{{}, {2}, {}, {}}},
			{"OrWhereIn", func(q *lucid.Query[app.Skill]) { q.Where("id", 1).OrWhereIn("pivot.user_id", bob) }, [][]int64{{1}, {2}, {}, {}}},
			{"WhereNotIn", func(q *lucid.Query[app.Skill]) { q.WhereNotIn("pivot.user_id", bob).OrderBy("id") }, [][]int64{{1, 2}, {}, {2, 2}, {}}},
			{"Where", func(q *lucid.Query[app.Skill]) { q.Where("pivot.user_id", bob) }, [][]int64{{}, {2}, {}, {}}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				require.NoError(t, app.UserSkills.With(tt.scope).Load(t.Context(), db, users...))
				for i, u := range users {
					assert.Equal(t, tt.wants[i], app.SkillIDs(u.Skills), "user %d", u.ID)
				}
			})
		}
	})
}

// TestManyToManyPivot: each related row carries its own pivot row's values.
func TestManyToManyPivot(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.OrderBy("id") }).Load(t.Context(), db, users...))
		ofAnn, ofBob := users[0].Skills[1], users[1].Skills[0]
		assert.NotSame(t, ofAnn, ofBob, "a row that is reached from two parents is two values")
		assert.Equal(t, map[string]any{
			"pivot_user_id": int64(1), "pivot_skill_id": int64(2), "pivot_proficiency": "novice",
			"pivot_created_at": app.Day(1), "pivot_updated_at": app.Day(1),
		}, ofAnn.Extras())
		assert.Equal(t, map[string]any{
			"pivot_user_id": int64(2), "pivot_skill_id": int64(2), "pivot_proficiency": "expert",
			"pivot_created_at": app.Day(3), "pivot_updated_at": nil,
		}, ofBob.Extras())

		since, err := lucid.Extra[time.Time](ofAnn, "pivot_created_at")
		require.NoError(t, err)
		assert.Equal(t, app.Day(1), since)
		assert.Equal(t, time.UTC, since.Location())
		_, err = lucid.Extra[time.Time](ofBob, "pivot_updated_at")
		require.ErrorContains(t, err, "NULL")
		updated, err := lucid.Extra[*time.Time](ofBob, "pivot_updated_at")
		require.NoError(t, err)
		assert.Nil(t, updated)
	})
}

// TestManyToManyExtraFields: a field tagged extra receives its pivot value.
func TestManyToManyExtraFields(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, userLinked.With(func(q *lucid.Query[linked]) { q.OrderBy("id") }).Load(t.Context(), db, users[0], users[1]))
		skills, err := userLinked.Get(users[0])
		require.NoError(t, err)
		require.Len(t, skills, 2)
		assert.Equal(t, "expert", *skills[0].Proficiency)
		assert.Equal(t, "novice", *skills[1].Proficiency)
		assert.Equal(t, app.Day(1), skills[0].Since)
		assert.Equal(t, map[string]any{"pivot_user_id": int64(1), "pivot_skill_id": int64(1)}, skills[0].Extras())
	})
}

// TestManyToManyPivotColumns are asked for at run time, each once.
func TestManyToManyPivotColumns(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		scope := func(q *lucid.Query[app.Skill]) {
			q.PivotColumns("level", "proficiency", "level").Select("name").OrderBy("id")
		}
		want := map[string]any{"pivot_user_id": int64(1), "pivot_skill_id": int64(1), "pivot_level": int64(9), "pivot_proficiency": "expert"}

		require.NoError(t, app.UserBare.With(scope).Load(t.Context(), db, users[0]))
		loaded, err := app.UserBare.Get(users[0])
		require.NoError(t, err)
		assert.Equal(t, want, loaded[0].Extras())
		assert.Zero(t, loaded[0].ID, "not selected")
		assert.Equal(t, "go", loaded[0].Name)

		queried, err := app.UserBare.Query(db, users[0]).Apply(scope).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, queried[0].Extras())

		require.NoError(t, app.UserBare.Load(t.Context(), db, users[0]))
		loaded, err = app.UserBare.Get(users[0])
		require.NoError(t, err)
		assert.Len(t, loaded[0].Extras(), 2, "the keys only, where nothing more is asked for")
	})
}

// TestManyToManyToItself: whom users follow.
func TestManyToManyToItself(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		sorted := func(q *lucid.Query[app.User]) { q.OrderBy("id") }
		users, err := lucid.From[app.User](db).Preload(app.UserFollows.With(sorted).Preload(app.UserFollows.With(sorted))).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 3}, app.UserIDs(users[0].Follows))
		assert.Equal(t, []int64{1}, app.UserIDs(users[1].Follows))
		assert.Equal(t, []int64{3}, app.UserIDs(users[2].Follows))
		assert.Empty(t, users[3].Follows)
		assert.Equal(t, []int64{1}, app.UserIDs(users[0].Follows[0].Follows))
		assert.Equal(t, []int64{3}, app.UserIDs(users[0].Follows[1].Follows))
		assert.NotSame(t, users[0].Follows[1], users[2].Follows[0])
	})
}

// TestManyToManyFromTheOtherSide has the same pivot table by default.
func TestManyToManyFromTheOtherSide(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		skills, err := lucid.From[app.Skill](db).Preload(app.SkillUsers.With(func(q *lucid.Query[app.User]) { q.OrderBy("id") })).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.UserIDs(skills[0].Users))
		assert.Equal(t, []int64{1, 2, 3, 3}, app.UserIDs(skills[1].Users))
		assert.Empty(t, skills[2].Users)
	})
}

// TestManyToManyWrongColumns: nothing is sent, and the error says what there is.
func TestManyToManyWrongColumns(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		err := app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Where("pivot.level", 1) }).Load(t.Context(), db, users...)
		require.ErrorIs(t, err, lucid.ErrUnknownColumn)
		require.ErrorContains(t, err, "there is no pivot table here")
		err = app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Where("through.level", 1) }).Load(t.Context(), db, users...)
		require.ErrorIs(t, err, lucid.ErrUnknownColumn)
		err = app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Where("level", 1) }).Load(t.Context(), db, users...)
		require.ErrorIs(t, err, lucid.ErrUnknownColumn, "a pivot's column has pivot. before it")
		err = app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.PivotColumns("level") }).Load(t.Context(), db, users...)
		require.ErrorContains(t, err, "PivotColumns")
		assert.Empty(t, db.Sent.Paths())
	})
}

// TestManyToManyOptions is what Register says about keys that are not there.
func TestManyToManyOptions(t *testing.T) {
	type Keyless struct {
		lucid.Model
		Name string
	}
	type Pair struct {
		lucid.Model
		A int64 `db:",pk"`
		B int64 `db:",pk"`
	}
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"the parent has no primary key", func() { lucid.Register[Keyless](&lucid.ManyToMany[Keyless, app.Skill]{}) },
			"lucid: Keyless.Skills: Keyless has no primary key: tag a field with db:\",pk\" or set LocalKey"},
		{"the related model has no primary key", func() { lucid.Register[app.Skill](&lucid.ManyToMany[app.Skill, Keyless]{}) },
			"lucid: Skill.Keylesses: Keyless has no primary key: tag a field with db:\",pk\" or set RelatedKey"},
		{"one column for both sides", func() { lucid.Register[app.User](&lucid.ManyToMany[app.User, app.User]{PivotTable: "follows"}) },
			`lucid: User.Users: both sides of the pivot table "follows" are column "user_id": set PivotForeignKey and PivotRelatedForeignKey`},
		{"too few pivot columns", func() { lucid.Register[Pair](&lucid.ManyToMany[Pair, app.Skill]{PivotForeignKey: "pair_a"}) },
			"lucid: Pair.Skills: PivotForeignKey has 1 columns and the key 2 (a, b): list them comma-separated, in order"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, app.Mistakes(tt.register)) })
	}
}
