package pivot_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pivots is a user's pivot rows as "skill proficiency", by skill.
func pivots(t *testing.T, db *app.DB, user int64) [][2]any {
	t.Helper()
	rows, err := lucid.From[app.SkillUser](db).Where("user_id", user).OrderBy("skill_id").OrderBy("proficiency").All(t.Context())
	require.NoError(t, err)
	out := [][2]any{}
	for _, r := range rows {
		var p any
		if r.Proficiency != nil {
			p = *r.Proficiency
		}
		out = append(out, [2]any{r.SkillID, p})
	}
	db.Sent.Reset()
	return out
}

func skilled(word string) lucid.Values { return lucid.Values{"proficiency": word} }

func TestAttach(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		dee := app.AllUsers(t, db)[3]
		css, err := lucid.From[app.Skill](db).Find(ctx, 3)
		require.NoError(t, err)
		db.Sent.Reset()
		require.NoError(t, app.UserSkills.Attach(ctx, db, dee, 1, "2", lucid.Pivot{ID: css, Values: skilled("expert")}))
		assert.Equal(t, []string{"User.Skills.Attach"}, db.Sent.Paths(), "one statement, and none of the related table")
		assert.Equal(t, [][2]any{{int64(1), nil}, {int64(2), nil}, {int64(3), "expert"}}, pivots(t, db, 4))
		extras := css.Extras()
		assert.Equal(t, []any{int64(4), int64(3), "expert"}, []any{extras["pivot_user_id"], extras["pivot_skill_id"], extras["pivot_proficiency"]})
		assert.WithinDuration(t, time.Now(), extras["pivot_created_at"].(time.Time), time.Minute)
		loaded, err := lucid.From[app.User](db).Preload(app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.OrderByDesc("id") })).Find(ctx, 4)
		require.NoError(t, err)
		assert.Equal(t, loaded.Skills[0].Extras(), extras, "as a preload reads them")

		db.Sent.Reset()
		require.NoError(t, app.UserSkills.Attach(ctx, db, dee))
		require.NoError(t, app.UserSkills.Detach(ctx, db, dee))
		assert.Empty(t, db.Sent.Paths(), "no ids do nothing")

		users := app.AllUsers(t, db)
		require.NoError(t, app.UserFollows.Attach(ctx, db, users[3], users[0], 2))
		err = app.UserFollows.Attach(ctx, db, users[3], 2)
		violated, ok := errors.AsType[*lucid.ConstraintError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, lucid.Unique, violated.Kind)
		err = app.UserFollows.Attach(ctx, db, users[3], 999)
		violated, ok = errors.AsType[*lucid.ConstraintError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, lucid.ForeignKey, violated.Kind, "whether a related row is there is the database's to say")
	})
}

func TestDetach(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		users := app.AllUsers(t, db)
		sql, err := lucid.From[app.Skill](db).Find(ctx, 2)
		require.NoError(t, err)
		db.Sent.Reset()
		require.NoError(t, app.UserSkills.Detach(ctx, db, users[0], sql, 3, 3))
		assert.Equal(t, []string{"User.Skills.Detach"}, db.Sent.Paths())
		assert.Equal(t, [][2]any{{int64(1), "expert"}}, pivots(t, db, 1))
		assert.Len(t, pivots(t, db, 2), 1, "another parent's rows stay")
		require.NoError(t, app.UserSkills.DetachAll(ctx, db, users[2]))
		assert.Equal(t, []string{"User.Skills.DetachAll"}, db.Sent.Paths())
		assert.Empty(t, pivots(t, db, 3))
		assert.Len(t, pivots(t, db, 2), 1)
		n, err := lucid.From[app.Skill](db).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)
	})
}

// TestSync: the payload is the truth, and what is as it says is left alone.
func TestSync(t *testing.T) {
	type result = lucid.SyncResult
	list := func(ids ...any) []any { return ids }
	one, two, three := int64(1), int64(2), int64(3)
	sync := app.UserSkills.Sync
	tests := []struct {
		name   string
		user   int // of AllUsers
		call   func(ctx context.Context, ex lucid.Executor, parent *app.User, ids ...any) (result, error)
		ids    []any
		want   result
		left   [][2]any
		writes int // statements besides those that lock and read
	}{
		{"the same", 0, sync, list(1, 2), result{}, [][2]any{{one, "expert"}, {two, "novice"}}, 0},
		{"the same values", 0, sync, list(1, lucid.Pivot{ID: 2, Values: lucid.Values{"proficiency": "novice", "level": "2"}}), result{}, [][2]any{{one, "expert"}, {two, "novice"}}, 0},
		{"no values", 0, sync, list(1, lucid.Pivot{ID: 2, Values: lucid.Values{}}), result{}, [][2]any{{one, "expert"}, {two, "novice"}}, 0},
		{"one less", 0, sync, list(1), result{Detached: list(two)}, [][2]any{{one, "expert"}}, 1},
		{"one more", 0, sync, list(1, 2, 3), result{Attached: list(three)}, [][2]any{{one, "expert"}, {two, "novice"}, {three, nil}}, 1},
		{"other values", 0, sync, list(lucid.Pivot{ID: 1, Values: skilled("x")}, lucid.Pivot{ID: "2", Values: skilled("x")}), result{Updated: list(one, two)}, [][2]any{{one, "x"}, {two, "x"}}, 1},
		{"all at once", 0, sync, list(3, lucid.Pivot{ID: 2, Values: skilled("y")}), result{Attached: list(three), Updated: list(two), Detached: list(one)}, [][2]any{{two, "y"}, {three, nil}}, 3},
		{"an id twice, the last counts", 0, sync, list(lucid.Pivot{ID: 1, Values: skilled("a")}, 2, lucid.Pivot{ID: 1, Values: skilled("b")}), result{Updated: list(one)}, [][2]any{{one, "b"}, {two, "novice"}}, 1},
		{"nothing", 0, sync, nil, result{Detached: list(one, two)}, [][2]any{}, 1},
		{"of one who has none", 3, sync, list(2, 1), result{Attached: list(two, one)}, [][2]any{{one, nil}, {two, nil}}, 1},
		{"rows that stand twice", 2, sync, list(2), result{}, [][2]any{{two, nil}, {two, "novice"}}, 0},
		{"NULL", 2, sync, list(lucid.Pivot{ID: 2, Values: lucid.Values{"proficiency": nil}}), result{Updated: list(two)}, [][2]any{{two, nil}, {two, nil}}, 1},
		{"without detaching", 0, app.UserSkills.SyncWithoutDetaching, list(3, lucid.Pivot{ID: 2, Values: skilled("z")}), result{Attached: list(three), Updated: list(two)}, [][2]any{{one, "expert"}, {two, "z"}, {three, nil}}, 2},
		{"toggle", 0, app.UserSkills.Toggle, list(1, 3), result{Attached: list(three), Detached: list(one)}, [][2]any{{two, "novice"}, {three, nil}}, 2},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				testdb.ExecAll(t, db.DB, "DELETE FROM skill_user")
				app.SeedPivots(t, db.DB)
				users := app.AllUsers(t, db)
				got, err := tt.call(t.Context(), db, users[tt.user], tt.ids...)
				require.NoError(t, err)
				writes := 0
				for _, e := range db.Sent.Events() {
					require.NotContains(t, e.SQL, "skills", "the related table is not touched")
					if e.SQL[:6] != "SELECT" {
						writes++
					}
				}
				assert.Equal(t, tt.writes, writes)
				assert.Equal(t, sortedResult(tt.want), sortedResult(got))
				assert.Equal(t, sortNulls(tt.left), sortNulls(pivots(t, db, int64(tt.user+1))))
				assert.Len(t, pivots(t, db, 2), 1, "another parent's rows stay")
			})
		}
	})
}

// sortedResult is a result without the order in which the database returned rows.
func sortedResult(r lucid.SyncResult) [3]map[any]bool {
	var out [3]map[any]bool
	for i, ids := range [][]any{r.Attached, r.Updated, r.Detached} {
		out[i] = map[any]bool{}
		for _, id := range ids {
			out[i][id] = true
		}
	}
	return out
}

// sortNulls puts NULL where it is on every database.
func sortNulls(rows [][2]any) [][2]any {
	slices.SortStableFunc(rows, func(a, b [2]any) int {
		return cmp.Or(cmp.Compare(a[0].(int64), b[0].(int64)), cmp.Compare(fmt.Sprint(a[1]), fmt.Sprint(b[1])))
	})
	return rows
}

// TestSyncOfTexts: texts that are the same number are still other texts, and are written.
func TestSyncOfTexts(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		bob := app.AllUsers(t, db)[1]
		for _, text := range []string{"1", "1.0", "01", "1e0", "2/2"} {
			result, err := app.UserSkills.Sync(t.Context(), db, bob, lucid.Pivot{ID: 2, Values: skilled(text)})
			require.NoError(t, err)
			assert.Equal(t, []any{int64(2)}, result.Updated, text)
			assert.Equal(t, [][2]any{{int64(2), text}}, pivots(t, db, 2))
		}
		result, err := app.UserSkills.Sync(t.Context(), db, bob, lucid.Pivot{ID: 2, Values: lucid.Values{"level": "8"}})
		require.NoError(t, err)
		assert.Empty(t, result.Updated, "a text is the number of a column of numbers")
	})
}

// TestPivotTimestamps: both when a row is attached, updated_at when it is changed, none when it is not.
func TestPivotTimestamps(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		ann := app.AllUsers(t, db)[0]
		stamps := func(skill int64) (created, updated time.Time) {
			r, err := lucid.From[app.SkillUser](db).Where("user_id", 1).Where("skill_id", skill).Sole(ctx)
			require.NoError(t, err)
			return r.CreatedAt.UTC(), r.UpdatedAt.UTC()
		}
		_, err := app.UserSkills.Sync(ctx, db, ann, lucid.Pivot{ID: 1, Values: skilled("new")}, 2, 3)
		require.NoError(t, err)
		created, updated := stamps(1)
		assert.Equal(t, app.Day(1), created)
		assert.WithinDuration(t, time.Now(), updated, time.Minute)
		created, updated = stamps(2)
		assert.Equal(t, []time.Time{app.Day(1), app.Day(1)}, []time.Time{created, updated}, "left alone")
		created, updated = stamps(3)
		assert.WithinDuration(t, time.Now(), created, time.Minute)
		assert.Equal(t, created, updated)

		require.NoError(t, app.UserSkills.UpdatePivot(ctx, db, ann, 2, skilled("changed")))
		created, updated = stamps(2)
		assert.Equal(t, app.Day(1), created)
		assert.WithinDuration(t, time.Now(), updated, time.Minute)
		assert.ErrorIs(t, app.UserSkills.UpdatePivot(ctx, db, ann, 99, skilled("x")), lucid.ErrNotFound)

		own := lucid.Values{"created_at": app.Day(20), "updated_at": app.Day(21)}
		require.NoError(t, app.UserSkills.Detach(ctx, db, ann, 3))
		require.NoError(t, app.UserSkills.Attach(ctx, db, ann, lucid.Pivot{ID: 3, Values: own}))
		created, updated = stamps(3)
		assert.Equal(t, []time.Time{app.Day(20), app.Day(21)}, []time.Time{created, updated}, "times that the program sets are kept")
	})
}

// TestPivotQuery reads and changes the pivot rows of one parent, and no related row.
func TestPivotQuery(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		ann := app.AllUsers(t, db)[0]
		rows, err := app.UserSkills.PivotQuery(db, ann).OrderBy("level").All(ctx)
		require.NoError(t, err)
		require.Len(t, rows, 2)
		assert.Equal(t, map[string]any{
			"user_id": int64(1), "skill_id": int64(2), "proficiency": "novice", "level": int64(2), "created_at": app.Day(1), "updated_at": app.Day(1),
		}, rows[0].Extras())
		n, err := app.UserSkills.PivotQuery(db, ann).Where("proficiency", "expert").OrWhere("user_id", 2).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n, "an OR does not reach another parent's rows")
		words, err := lucid.Pluck[string](ctx, app.UserSkills.PivotQuery(db, ann).OrderBy("skill_id"), "proficiency")
		require.NoError(t, err)
		assert.Equal(t, []string{"expert", "novice"}, words)
		n, err = app.UserSkills.PivotQuery(db, ann).Where("pivot.level", "<", 5).Update(ctx, skilled("better"))
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		assert.Equal(t, [][2]any{{int64(1), "expert"}, {int64(2), "better"}}, pivots(t, db, 1))
		n, err = app.UserSkills.PivotQuery(db, ann).Delete(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		assert.Len(t, pivots(t, db, 2), 1)
		n, err = lucid.From[app.Skill](db).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)
	})
}

// TestManyToManyRows: related rows and their pivot rows, in as few statements as there are kinds of them.
func TestManyToManyRows(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		fresh := &app.User{Email: "fresh@example.com"}
		a, b := &app.Skill{Name: "a"}, &app.Skill{Name: "b"}
		require.NoError(t, app.UserSkills.CreateMany(ctx, db, fresh, []*app.Skill{a, b}, skilled("x"), nil))
		assert.Equal(t, []string{"User.Save", "User.Skills.CreateMany", "User.Skills.CreateMany"}, db.Sent.Paths())
		assert.Equal(t, [][2]any{{a.ID, "x"}, {b.ID, nil}}, pivots(t, db, fresh.ID))

		require.NoError(t, app.UserSkills.Save(ctx, db, fresh, a, skilled("y")))
		assert.Regexp(t, "^UPDATE .skill_user", db.Sent.Last().SQL)
		assert.Equal(t, [][2]any{{a.ID, "y"}, {b.ID, nil}}, pivots(t, db, fresh.ID))
		require.NoError(t, app.UserSkills.Save(ctx, db, fresh, a, skilled("y")))
		a.Name = "a2"
		c := &app.Skill{Name: "c"}
		require.NoError(t, app.UserSkills.SaveMany(ctx, db, fresh, []*app.Skill{c, a}, skilled("z"), nil))
		assert.Equal(t, [][2]any{{a.ID, "y"}, {b.ID, nil}, {c.ID, "z"}}, pivots(t, db, fresh.ID))
		dee := app.AllUsers(t, db)[3]
		require.NoError(t, app.UserSkills.Save(ctx, db, dee, a))
		assert.Equal(t, [][2]any{{a.ID, nil}}, pivots(t, db, 4), "a pivot row for each parent")
		stored, err := lucid.From[app.Skill](db).Find(ctx, a.ID)
		require.NoError(t, err)
		assert.Equal(t, "a2", stored.Name)
	})
}

// TestPivotKeys: composite and text keys on both sides, given as values and as rows.
func TestPivotKeys(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, `CREATE TABLE halls (city VARCHAR(20) NOT NULL, number {ref} NOT NULL, PRIMARY KEY (city, number))`,
			`CREATE TABLE acts (code VARCHAR(20) NOT NULL PRIMARY KEY)`,
			`CREATE TABLE act_hall (hall_city VARCHAR(20) NOT NULL, hall_number {ref} NOT NULL, act_code VARCHAR(20) NOT NULL, fee INTEGER NULL, PRIMARY KEY (hall_city, hall_number, act_code))`)
		ctx := t.Context()
		h, other := &Hall{City: "Oslo", Number: 1}, &Hall{City: "Oslo", Number: 2}
		require.NoError(t, lucid.Create(ctx, db, h, other))
		act := &Act{Code: "fire"}
		require.NoError(t, lucid.Create(ctx, db, act, &Act{Code: "ice"}, &Act{Code: "wind"}))
		require.NoError(t, HallActs.Attach(ctx, db, h, act, lucid.Pivot{ID: "ice", Values: lucid.Values{"fee": 5}}))
		require.NoError(t, HallActs.Attach(ctx, db, other, "ice"))
		res, err := HallActs.Sync(ctx, db, h, "wind", lucid.Pivot{ID: "ice", Values: lucid.Values{"fee": 6}})
		require.NoError(t, err)
		assert.Equal(t, lucid.SyncResult{Attached: []any{"wind"}, Updated: []any{"ice"}, Detached: []any{"fire"}}, res)
		loaded, err := lucid.From[Hall](db).Preload(HallActs.With(func(q *lucid.Query[Act]) { q.OrderBy("code") })).OrderBy("number").All(ctx)
		require.NoError(t, err)
		require.Len(t, loaded[0].Acts, 2)
		fee, err := lucid.Extra[int](loaded[0].Acts[0], "pivot_fee")
		require.NoError(t, err)
		assert.Equal(t, 6, fee)

		res, err = ActHalls.Sync(ctx, db, act, lucid.Key{"Oslo", 1}, other)
		require.NoError(t, err)
		assert.Equal(t, []any{lucid.Key{"Oslo", int64(1)}, lucid.Key{"Oslo", int64(2)}}, res.Attached)
		require.NoError(t, ActHalls.Detach(ctx, db, act, h))
		n, err := ActHalls.PivotQuery(db, act).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
	})
}

type (
	Hall struct {
		lucid.Model
		City   string `db:",pk"`
		Number int64  `db:",pk"`
		Acts   []*Act
	}
	Act struct {
		lucid.Model
		Code string `db:",pk"`
	}
)

var (
	HallActs = &lucid.ManyToMany[Hall, Act]{Field: func(h *Hall) *[]*Act { return &h.Acts }, PivotColumns: []string{"fee"}}
	ActHalls = &lucid.ManyToMany[Act, Hall]{PivotForeignKey: "act_code", PivotRelatedForeignKey: "hall_city, hall_number"}
)

func init() {
	lucid.Register[Hall](HallActs)
	lucid.Register[Act](ActHalls)
}
