package sql_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whereCase is a chain over the six posts of the fixture and the ids that it keeps, sorted.
type whereCase struct {
	name  string
	scope func(q *lucid.Query[app.Post])
	want  []int64
}

// runWhere runs each case on every database.
func runWhere(t *testing.T, cases func(db *app.DB) []whereCase) {
	t.Helper()
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tc := range cases(db) {
			t.Run(tc.name, func(t *testing.T) {
				posts, err := lucid.From[app.Post](db).Apply(tc.scope).All(t.Context())
				require.NoError(t, err)
				assert.Equal(t, tc.want, app.SortedIDs(app.PostIDs(posts)))
			})
		}
	})
}

// chain is a scope written as one expression.
func chain(fn func(q *lucid.Query[app.Post]) *lucid.Query[app.Post]) func(q *lucid.Query[app.Post]) {
	return func(q *lucid.Query[app.Post]) { fn(q) }
}

// TestWhereForms has each form and its Or form, which is preceded by a condition that keeps post 6.
func TestWhereForms(t *testing.T) {
	type form struct {
		name string
		and  func(q app.PostQuery) app.PostQuery
		or   func(q app.PostQuery) app.PostQuery
		want []int64
	}
	runWhere(t, func(db *app.DB) []whereCase {
		ofBob := func() *lucid.Query[app.User] {
			return lucid.From[app.User](db).Where("email", "bob@example.com").WhereColumn("users.id", "=", "posts.user_id")
		}
		bobsID := func() *lucid.Query[app.User] {
			return lucid.From[app.User](db).Where("email", "bob@example.com").Select("id")
		}
		bob := []int64{4, 5}
		forms := []form{
			{"value", func(q app.PostQuery) app.PostQuery { return q.Where("user_id", 2) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhere("user_id", 2) }, bob},
			{"operator", func(q app.PostQuery) app.PostQuery { return q.Where("likes", ">=", 8) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhere("likes", ">=", 8) }, []int64{1, 5}},
			{"not", func(q app.PostQuery) app.PostQuery { return q.WhereNot("likes", "<", 8) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNot("likes", "<", 8) }, []int64{1, 5}},
			{"in", func(q app.PostQuery) app.PostQuery { return q.WhereIn("id", []int64{5, 4, 99, 4}) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereIn("id", []int64{5, 4, 99, 4}) }, bob},
			{"not in", func(q app.PostQuery) app.PostQuery { return q.WhereNotIn("id", []int{1, 2, 3, 6}) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNotIn("id", []int{1, 2, 3, 6}) }, bob},
			{"null", func(q app.PostQuery) app.PostQuery { return q.WhereNull("created_at") },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNull("created_at") }, []int64{3}},
			{"not null", func(q app.PostQuery) app.PostQuery { return q.WhereNotNull("created_at") },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNotNull("created_at") }, []int64{1, 2, 4, 5, 6}},
			{"between", func(q app.PostQuery) app.PostQuery { return q.WhereBetween("likes", 3, 7) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereBetween("likes", 3, 7) }, []int64{2, 3, 4}},
			{"not between", func(q app.PostQuery) app.PostQuery { return q.WhereNotBetween("likes", 3, 7) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNotBetween("likes", 3, 7) }, []int64{1, 5, 6}},
			{"like", func(q app.PostQuery) app.PostQuery { return q.WhereLike("title", "%eta") },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereLike("title", "%eta") }, []int64{2, 6}},
			{"ilike", func(q app.PostQuery) app.PostQuery { return q.WhereILike("title", "%ETA") },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereILike("title", "%ETA") }, []int64{2, 6}},
			{"column", func(q app.PostQuery) app.PostQuery { return q.WhereColumn("id", ">=", "likes") },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereColumn("id", ">=", "posts.likes") }, []int64{4, 6}},
			{"exists", func(q app.PostQuery) app.PostQuery { return q.WhereExists(ofBob()) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereExists(ofBob()) }, bob},
			{"not exists", func(q app.PostQuery) app.PostQuery { return q.WhereNotExists(ofBob()) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNotExists(ofBob()) }, []int64{1, 2, 3, 6}},
			{"in query", func(q app.PostQuery) app.PostQuery { return q.WhereIn("user_id", bobsID()) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereIn("user_id", bobsID()) }, bob},
			{"not in query", func(q app.PostQuery) app.PostQuery { return q.WhereNotIn("user_id", bobsID()) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereNotIn("user_id", bobsID()) }, []int64{1, 2, 3, 6}},
			{"raw", func(q app.PostQuery) app.PostQuery { return q.WhereRaw("likes + ? = id", -3) },
				func(q app.PostQuery) app.PostQuery { return q.OrWhereRaw("likes + ? = id", -3) }, []int64{2, 5}},
			{"group", func(q app.PostQuery) app.PostQuery {
				return q.WhereGroup(func(q app.PostQuery) { q.Where("id", 4).OrWhere("id", 5) })
			}, func(q app.PostQuery) app.PostQuery {
				return q.OrWhereGroup(func(q app.PostQuery) { q.Where("user_id", 2).Where("likes", ">", 0) })
			}, bob},
			{"filter", func(q app.PostQuery) app.PostQuery { return q.Filter(app.PostUserID.Eq(2), app.PostLikes.Gt(0)) },
				func(q app.PostQuery) app.PostQuery { return q.OrFilter(app.PostUserID.Eq(2), app.PostLikes.Gt(0)) }, bob},
		}
		var cases []whereCase
		for _, f := range forms {
			withSix := f.want
			if withSix[len(withSix)-1] != 6 {
				withSix = append(append([]int64{}, withSix...), 6)
			}
			cases = append(cases,
				whereCase{f.name, chain(f.and), f.want},
				whereCase{"or " + f.name, chain(func(q app.PostQuery) app.PostQuery { return f.or(q.Where("id", 6)) }), withSix})
		}
		return cases
	})
}

func TestWhereOperators(t *testing.T) {
	runWhere(t, func(*app.DB) []whereCase {
		var cases []whereCase
		for op, want := range map[string][]int64{
			"=": {3}, "!=": {1, 2, 4, 5, 6}, "<>": {1, 2, 4, 5, 6},
			"<": {2, 4, 6}, "<=": {2, 3, 4, 6}, ">": {1, 5}, ">=": {1, 3, 5},
		} {
			cases = append(cases, whereCase{"likes " + op, chain(func(q app.PostQuery) app.PostQuery { return q.Where("likes", op, 7) }), want})
		}
		for op, want := range map[string][]int64{
			"like": {2, 6}, "LIKE": {2, 6}, "not like": {1, 3, 4, 5}, "Ilike": {2, 6}, "not ilike": {1, 3, 4, 5},
		} {
			cases = append(cases, whereCase{"title " + op, chain(func(q app.PostQuery) app.PostQuery { return q.Where("title", op, "%eta") }), want})
		}
		return cases
	})
}

// money is a value that only its Value method makes fit for a database.
type money struct{ cents int64 }

func (m money) Value() (driver.Value, error) { return m.cents, nil }

// level is an enumeration that a byte holds, as Go programs often declare them.
type level uint8

// TestWhereNull: nil in all its forms is NULL, and never "= NULL".
func TestWhereNull(t *testing.T) {
	runWhere(t, func(*app.DB) []whereCase {
		var cases []whereCase
		for name, null := range map[string]any{
			"nil": nil, "typed nil": (*time.Time)(nil), "sql.Null": sql.Null[time.Time]{}, "sql.NullTime": sql.NullTime{},
			"pointer to sql.Null": &sql.Null[time.Time]{}, "nil pointer to a Valuer": (*money)(nil), "pointer to a nil pointer": new((*int)(nil)),
		} {
			cases = append(cases,
				whereCase{name, chain(func(q app.PostQuery) app.PostQuery { return q.Where("created_at", null) }), []int64{3}},
				whereCase{name + " =", chain(func(q app.PostQuery) app.PostQuery { return q.Where("created_at", "=", null) }), []int64{3}},
				whereCase{name + " !=", chain(func(q app.PostQuery) app.PostQuery { return q.Where("created_at", "!=", null) }), []int64{1, 2, 4, 5, 6}},
				whereCase{name + " not", chain(func(q app.PostQuery) app.PostQuery { return q.WhereNot("created_at", null) }), []int64{1, 2, 4, 5, 6}},
			)
		}
		return cases
	})
}

// TestWhereValues: what a value is made of does not matter, only what it is.
func TestWhereValues(t *testing.T) {
	type likes int16
	runWhere(t, func(*app.DB) []whereCase {
		var cases []whereCase
		for name, seven := range map[string]any{
			"int": 7, "int8": int8(7), "uint64": uint64(7), "named": likes(7), "byte enumeration": level(7), "pointer": new(7), "pointer to pointer": new(new(7)),
			"sql.Null": sql.Null[int64]{V: 7, Valid: true}, "sql.Null of int": sql.Null[int]{V: 7, Valid: true},
			"sql.NullInt32": sql.NullInt32{Int32: 7, Valid: true}, "Valuer": money{7}, "pointer to Valuer": &money{7},
		} {
			cases = append(cases,
				whereCase{name, chain(func(q app.PostQuery) app.PostQuery { return q.Where("likes", seven) }), []int64{3}},
				whereCase{name + " between", chain(func(q app.PostQuery) app.PostQuery { return q.WhereBetween("likes", seven, seven) }), []int64{3}},
				whereCase{name + " in", chain(func(q app.PostQuery) app.PostQuery { return q.WhereIn("likes", []any{seven}) }), []int64{3}},
			)
		}
		return cases
	})
}

func TestWhereInLists(t *testing.T) {
	type name string
	runWhere(t, func(*app.DB) []whereCase {
		all, none := []int64{1, 2, 3, 4, 5, 6}, []int64{}
		in := func(column string, values any) func(q app.PostQuery) {
			return func(q app.PostQuery) { q.WhereIn(column, values) }
		}
		return []whereCase{
			{"empty", in("id", []int{}), none},
			{"nil slice", in("id", []int64(nil)), none},
			{"not in empty", func(q app.PostQuery) { q.WhereNotIn("id", []int{}) }, all},
			{"not in nil slice", func(q app.PostQuery) { q.WhereNotIn("id", []string(nil)) }, all},
			{"empty or more", func(q app.PostQuery) { q.WhereIn("id", []int{}).OrWhere("id", 2) }, []int64{2}},
			{"array", in("id", [2]int{1, 2}), []int64{1, 2}},
			{"pointers", in("id", []*int64{new(int64(1)), new(int64(3))}), []int64{1, 3}},
			{"any of several kinds", in("likes", []any{1, int64(3), uint8(5), 7.0}), []int64{2, 3, 4, 6}},
			{"strings", in("title", []string{"beta", `a"b'c\d`, "zeta"}), []int64{2, 6}},
			{"named strings", in("title", []name{"beta", "zeta"}), []int64{2, 6}},
			{"Valuers", in("likes", []money{{1}, {3}}), []int64{4, 6}},
			{"sql.Null", in("likes", []sql.Null[int64]{{V: 1, Valid: true}}), []int64{6}},
			{"byte enumeration", in("likes", []level{1, 3}), []int64{4, 6}},
			{"floats", in("likes", []float64{1, 2.5}), []int64{6}},
			{"bools", in("published", []bool{false}), []int64{2, 5}},
			{"times", in("created_at", []time.Time{app.Day(1), app.Day(6)}), []int64{1, 6}},
			{"pointers to times", in("created_at", []*time.Time{new(app.Day(1)), new(app.Day(6))}), []int64{1, 6}},
			{"NULL is in no list", func(q app.PostQuery) { q.WhereNotIn("created_at", []time.Time{app.Day(1)}) }, []int64{2, 4, 5, 6}},
		}
	})
}

// TestWhereInManyValues: more values than a statement has parameters.
func TestWhereInManyValues(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		const n = 70_000
		numbers, texts := make([]int64, n), make([]string, n)
		for i := range n {
			numbers[i], texts[i] = int64(i+3), fmt.Sprintf("text %d", i)
		}
		texts[n-1] = "zeta"
		posts, err := lucid.From[app.Post](db).WhereIn("id", numbers).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 4, 5, 6}, app.PostIDs(posts))
		posts, err = lucid.From[app.Post](db).WhereNotIn("id", numbers).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, app.PostIDs(posts))
		posts, err = lucid.From[app.Post](db).WhereIn("title", texts).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{6}, app.PostIDs(posts))
		assert.Len(t, db.Sent.Paths(), 3)
	})
}

func TestWhereSubqueries(t *testing.T) {
	runWhere(t, func(db *app.DB) []whereCase {
		most := func() *lucid.Query[app.Post] { return lucid.From[app.Post](db).SelectRaw("MAX(likes)") }
		return []whereCase{
			{"scalar", func(q app.PostQuery) { q.Where("likes", most()) }, []int64{1}},
			{"scalar with operator", func(q app.PostQuery) { q.Where("likes", "<", most()) }, []int64{2, 3, 4, 5, 6}},
			{"scalar of the outer row", func(q app.PostQuery) {
				q.Where("user_id", "<", lucid.From[app.Comment](db).SelectRaw("MIN(user_id)").WhereColumn("comments.post_id", "=", "posts.id"))
			}, []int64{1, 2}},
			{"in, with arguments on both sides", func(q app.PostQuery) {
				q.Where("likes", ">", 4).WhereIn("user_id", lucid.From[app.User](db).Where("country_id", 1).Select("id")).Where("likes", "<", 10)
			}, []int64{2, 3, 5}},
			{"in nested", func(q app.PostQuery) {
				q.WhereIn("user_id", lucid.From[app.User](db).Select("id").WhereIn("country_id",
					lucid.From[app.Country](db).Select("id").Where("name", "Japan")))
			}, []int64{6}},
			{"exists nested, each naming the query around it", func(q app.PostQuery) {
				q.WhereExists(lucid.From[app.User](db).WhereColumn("users.id", "=", "posts.user_id").WhereExists(
					lucid.From[app.Comment](db).WhereColumn("comments.user_id", "<>", "users.id").WhereColumn("comments.post_id", "=", "posts.id")))
			}, []int64{1, 2, 4}},
			{"exists is taken as it is when it is given", func(q app.PostQuery) {
				sub := lucid.From[app.Comment](db).WhereColumn("post_id", "=", "posts.id")
				q.WhereExists(sub)
				sub.Where("id", 0)
			}, []int64{1, 2, 4}},
			{"exists ignores selection, order and preloads", func(q app.PostQuery) {
				q.WhereExists(lucid.From[app.Comment](db).Select("body").OrderBy("body").Preload(app.CommentUser).WhereColumn("post_id", "=", "posts.id"))
			}, []int64{1, 2, 4}},
			{"exists of groups, by the name of what is selected", func(q app.PostQuery) {
				q.WhereExists(lucid.From[app.Comment](db).SelectRaw("COUNT(*) AS n").WhereColumn("post_id", "=", "posts.id").GroupBy("post_id").Having("n", ">", 1))
			}, []int64{1}},
			{"not in with Or", func(q app.PostQuery) {
				q.WhereNotIn("user_id", lucid.From[app.User](db).Select("id").Where("id", "<", 3)).OrWhere("id", 1)
			}, []int64{1, 6}},
		}
	})
}

// TestWherePrecedence: a chain is flat, as the same words in SQL are; brackets are what WhereGroup is for.
func TestWherePrecedence(t *testing.T) {
	runWhere(t, func(*app.DB) []whereCase {
		return []whereCase{
			{"a OR b AND c", func(q app.PostQuery) { q.Where("id", 1).OrWhere("user_id", 2).Where("published", true) }, []int64{1, 4}},
			{"(a OR b) AND c", func(q app.PostQuery) {
				q.WhereGroup(func(q app.PostQuery) { q.Where("id", 2).OrWhere("user_id", 2) }).Where("published", true)
			}, []int64{4}},
			{"a OR (b AND (c OR d))", func(q app.PostQuery) {
				q.Where("id", 6).OrWhereGroup(func(q app.PostQuery) {
					q.Where("user_id", 1).WhereGroup(func(q app.PostQuery) { q.Where("id", 2).OrWhere("id", 5) })
				})
			}, []int64{2, 6}},
			{"a leading Or is the first condition", func(q app.PostQuery) { q.OrWhere("id", 3) }, []int64{3}},
			{"a leading Or of a group too", func(q app.PostQuery) { q.WhereGroup(func(q app.PostQuery) { q.OrWhere("id", 3).OrWhere("id", 4) }) }, []int64{3, 4}},
			{"an empty group adds nothing", func(q app.PostQuery) { q.Where("id", 1).OrWhereGroup(func(app.PostQuery) {}).WhereGroup(nil) }, []int64{1}},
			{"a group of empty groups adds nothing", func(q app.PostQuery) {
				q.Where("id", 1).OrWhereGroup(func(q app.PostQuery) { q.WhereGroup(func(app.PostQuery) {}) })
			}, []int64{1}},
			{"a scope is part of the chain", func(q app.PostQuery) { q.Where("id", 2).OrWhere("user_id", 2).Apply(app.Published) }, []int64{2, 4}},
			{"raw is bracketed", func(q app.PostQuery) { q.WhereRaw("id = 1 OR id = 2").Where("published", true) }, []int64{1}},
			{"not of a group", func(q app.PostQuery) { q.Filter(lucid.Not(lucid.Or(app.PostUserID.Eq(1), app.PostLikes.Lt(4)))) }, []int64{5}},
		}
	})
}

func TestWhereRaw(t *testing.T) {
	runWhere(t, func(db *app.DB) []whereCase {
		cases := []whereCase{
			{"placeholders", func(q app.PostQuery) { q.WhereRaw("likes BETWEEN ? AND ?", 3, 7) }, []int64{2, 3, 4}},
			{"between other conditions", func(q app.PostQuery) { q.Where("id", ">", 1).WhereRaw("likes > ?", 4).Where("id", "<", 5) }, []int64{2, 3}},
			{"? in quotes is text", func(q app.PostQuery) { q.WhereRaw("title <> 'what?' AND title <> 'it''s?' AND id = ?", 2) }, []int64{2}},
			{"? in a comment is text", func(q app.PostQuery) { q.WhereRaw("id = /* really? */ ?", 2) }, []int64{2}},
			{"? in a line comment is text", func(q app.PostQuery) { q.WhereRaw("id = -- really?\n ?", 2) }, []int64{2}},
			{"a comment at the end", func(q app.PostQuery) { q.WhereRaw("id = ? -- the second", 2).Where("likes", 5) }, []int64{2}},
			{"one minus begins no comment", func(q app.PostQuery) { q.WhereRaw("likes = 8 - ?", 3) }, []int64{2}},
			{"$ is no placeholder", func(q app.PostQuery) { q.WhereRaw("title <> '$1 $0 $? $$' AND id = ?", 2) }, []int64{2}},
			{"pointer", func(q app.PostQuery) { q.WhereRaw("likes = ?", new(7)) }, []int64{3}},
			{"time", func(q app.PostQuery) { q.WhereRaw("created_at = ?", app.Day(2)) }, []int64{2}},
			{"time elsewhere", func(q app.PostQuery) { q.WhereRaw("created_at = ?", app.Day(2).In(time.FixedZone("", 7*3600))) }, []int64{2}},
			{"pointer to time", func(q app.PostQuery) { q.WhereRaw("created_at = ?", new(app.Day(2))) }, []int64{2}},
			{"sql.NullTime", func(q app.PostQuery) { q.WhereRaw("created_at = ?", sql.NullTime{Time: app.Day(2), Valid: true}) }, []int64{2}},
			{"sql.Null of time", func(q app.PostQuery) { q.WhereRaw("created_at = ?", sql.Null[time.Time]{V: app.Day(2), Valid: true}) }, []int64{2}},
		}
		switch db.Dialect {
		case lucid.PostgreSQL:
			cases = append(cases, []whereCase{
				{"?? is an operator", func(q app.PostQuery) { q.WhereRaw(`'{"a": 1}'::jsonb ?? ? AND id = 2`, "a") }, []int64{2}},
				{"dollar quotes", func(q app.PostQuery) { q.WhereRaw("$$?$$ <> $x$?$$$x$ AND id = ?", 2) }, []int64{2}},
				{"escaped string", func(q app.PostQuery) { q.WhereRaw(`E'it\'s ?' <> '' AND id = ?`, 2) }, []int64{2}},
				{"nested comment", func(q app.PostQuery) { q.WhereRaw("id = /* a /* ? */ ? */ ?", 2) }, []int64{2}},
				{"quoted name", func(q app.PostQuery) { q.WhereRaw(`id = (SELECT "what?" FROM (SELECT 2 AS "what?") x WHERE 1 = ?)`, 1) }, []int64{2}},
			}...)
		case lucid.MySQL:
			cases = append(cases, []whereCase{
				{"backslash in a string", func(q app.PostQuery) { q.WhereRaw(`'it\'s ?' <> "\"?" AND id = ?`, 2) }, []int64{2}},
				{"hash comment", func(q app.PostQuery) { q.WhereRaw("id = # really?\n ?", 2) }, []int64{2}},
				{"-- without a space is arithmetic", func(q app.PostQuery) { q.WhereRaw("likes = 2--?", 3) }, []int64{2}},
				{"quoted name", func(q app.PostQuery) { q.WhereRaw("id = (SELECT `what?` FROM (SELECT 2 AS `what?`) x WHERE 1 = ?)", 1) }, []int64{2}},
			}...)
		}
		return cases
	})
}

// TestWhereILike finds whatever the case, ASCII or not; LIKE's own signs keep their meaning.
func TestWhereILike(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.Insert(t, db.DB, "posts", "id, user_id, title, likes, published", []any{7, 1, "100% SQL", 0, false})
		for pattern, want := range map[string][]int64{"ALPHA": {1}, "%ETA": {2, 6}, "_ETA": {2, 6}, "100%sql": {7}, "alph": {}} {
			posts, err := lucid.From[app.Post](db).WhereILike("title", pattern).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, app.PostIDs(posts), pattern)
			not, err := lucid.From[app.Post](db).Where("title", "not ilike", pattern).Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, int64(7-len(want)), not, pattern)
		}
	})
}

// TestWhereTimes: a moment is one moment in whatever zone it is told, to the microsecond.
func TestWhereTimes(t *testing.T) {
	tokyo, hawaii := time.FixedZone("JST", 9*3600), time.FixedZone("HST", -10*3600)
	runWhere(t, func(*app.DB) []whereCase {
		var cases []whereCase
		for name, zone := range map[string]*time.Location{"UTC": time.UTC, "Tokyo": tokyo, "Hawaii": hawaii, "local": time.Local} {
			at := app.Day(2).In(zone)
			cases = append(cases,
				whereCase{"= " + name, func(q app.PostQuery) { q.Where("created_at", at) }, []int64{2}},
				whereCase{"= pointer " + name, func(q app.PostQuery) { q.Where("created_at", &at) }, []int64{2}},
				whereCase{"= sql.NullTime " + name, func(q app.PostQuery) { q.Where("created_at", sql.NullTime{Time: at, Valid: true}) }, []int64{2}},
				whereCase{"< " + name, func(q app.PostQuery) { q.Where("created_at", "<", at) }, []int64{1}},
				whereCase{"<= " + name, func(q app.PostQuery) { q.Where("created_at", "<=", at) }, []int64{1, 2}},
				whereCase{"> less a microsecond " + name, func(q app.PostQuery) { q.Where("created_at", ">", at.Add(-time.Microsecond)) }, []int64{2, 4, 5, 6}},
				whereCase{"= more a microsecond " + name, func(q app.PostQuery) { q.Where("created_at", at.Add(time.Microsecond)) }, []int64{}},
				whereCase{"between " + name, func(q app.PostQuery) { q.WhereBetween("created_at", at, at.AddDate(0, 0, 2)) }, []int64{2, 4}},
				whereCase{"in " + name, func(q app.PostQuery) { q.WhereIn("created_at", []time.Time{at}) }, []int64{2}},
			)
		}
		return cases
	})
}

// TestWhereTimesWithoutZone: a column that keeps no zone, such as PostgreSQL's TIMESTAMP, holds UTC.
func TestWhereTimesWithoutZone(t *testing.T) {
	type Event struct {
		lucid.Model
		ID int64
		At time.Time
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		column := map[lucid.Dialect]string{lucid.PostgreSQL: "TIMESTAMP", lucid.MySQL: "DATETIME(6)", lucid.SQLite: "TIMESTAMP"}[db.Dialect]
		testdb.ExecAll(t, db.DB, "CREATE TABLE events (id {id}, at "+column+" NOT NULL)", "INSERT INTO events (id, at) VALUES (1, '2026-01-02 12:30:15.123456')")
		found, err := lucid.From[Event](db).Where("at", app.Day(2).In(time.FixedZone("", 7*3600))).First(t.Context())
		require.NoError(t, err)
		assert.True(t, found.At.Equal(app.Day(2)), found.At)
	})
}

// TestWhereNanoseconds: what a time is stored as, it is found by.
func TestWhereNanoseconds(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		at := app.Day(9).Add(789 * time.Nanosecond)
		testdb.Insert(t, db.DB, "posts", "id, user_id, title, likes, published, created_at", []any{7, 1, "eta", 0, true, at})
		n, err := lucid.From[app.Post](db).Where("created_at", at).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n, "=")
		n, err = lucid.From[app.Post](db).WhereIn("created_at", []time.Time{at}).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n, "IN")
	})
}

var errValue = errors.New("no value")

type badValuer struct{}

func (badValuer) Value() (driver.Value, error) { return nil, errValue }

// TestWhereMistakes: a mistake is the finishing call's error, says where it is, and nothing is sent.
func TestWhereMistakes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tc := range map[string]struct {
			scope func(q app.PostQuery)
			is    error
			says  string
		}{
			"unknown column":           {func(q app.PostQuery) { q.Where("titel", 1) }, lucid.ErrUnknownColumn, `did you mean "title"`},
			"unknown column of table":  {func(q app.PostQuery) { q.Where("posts.titel", 1) }, lucid.ErrUnknownColumn, `did you mean "title"`},
			"unknown table":            {func(q app.PostQuery) { q.Where("users.id", 1) }, lucid.ErrUnknownColumn, "join it"},
			"unknown column, Or":       {func(q app.PostQuery) { q.Where("id", 1).OrWhere("titel", 1) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, null":     {func(q app.PostQuery) { q.WhereNull("titel") }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, in":       {func(q app.PostQuery) { q.WhereIn("titel", []int{1}) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, in none":  {func(q app.PostQuery) { q.WhereIn("titel", []int{}) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, compared": {func(q app.PostQuery) { q.WhereColumn("id", "=", "titel") }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, like":     {func(q app.PostQuery) { q.WhereILike("titel", "x") }, lucid.ErrUnknownColumn, "titel"},
			"empty column":             {func(q app.PostQuery) { q.Where("", 1) }, lucid.ErrUnknownColumn, "Post"},
			"operator":                 {func(q app.PostQuery) { q.Where("id", "==", 1) }, lucid.ErrInvalidOperator, `"=="`},
			"operator with SQL":        {func(q app.PostQuery) { q.Where("id", "= 1 OR 1 =", 1) }, lucid.ErrInvalidOperator, "use one of"},
			"operator in":              {func(q app.PostQuery) { q.Where("id", "in", []int{1}) }, lucid.ErrInvalidOperator, "WhereIn"},
			"operator no string":       {func(q app.PostQuery) { q.Where("id", 3, 1) }, lucid.ErrInvalidOperator, "int"},
			"operator of columns":      {func(q app.PostQuery) { q.WhereColumn("id", "ilike", "title") }, lucid.ErrInvalidOperator, "ilike"},
			"less than nil":            {func(q app.PostQuery) { q.Where("likes", "<", nil) }, lucid.ErrInvalidOperator, "never true"},
			"no value":                 {func(q app.PostQuery) { q.Where("id") }, nil, "0 arguments"},
			"too many values":          {func(q app.PostQuery) { q.Where("id", "=", 1, 2) }, nil, "3 arguments"},
			"slice as value":           {func(q app.PostQuery) { q.Where("id", []int{1}) }, nil, "WhereIn"},
			"in of no slice":           {func(q app.PostQuery) { q.WhereIn("id", 1) }, nil, "slice"},
			"in of nil":                {func(q app.PostQuery) { q.WhereIn("id", nil) }, nil, "slice"},
			"in of bytes":              {func(q app.PostQuery) { q.WhereIn("title", []byte("abc")) }, nil, "slice"},
			"nil in a slice":           {func(q app.PostQuery) { q.WhereIn("id", []any{1, nil}) }, nil, "value 1 is nil"},
			"typed nil in a slice":     {func(q app.PostQuery) { q.WhereIn("id", []*int64{nil}) }, nil, "value 0 is nil"},
			"NULL in a slice":          {func(q app.PostQuery) { q.WhereNotIn("id", []sql.NullInt64{{}}) }, nil, "value 0 is nil"},
			"nil bound":                {func(q app.PostQuery) { q.WhereBetween("id", 1, nil) }, nil, "bound"},
			"typed nil bound":          {func(q app.PostQuery) { q.WhereNotBetween("id", (*int)(nil), 3) }, nil, "bound"},
			"Valuer that fails":        {func(q app.PostQuery) { q.Where("id", badValuer{}) }, errValue, "id"},
			"Valuer that fails, in":    {func(q app.PostQuery) { q.WhereIn("id", []badValuer{{}}) }, errValue, "id"},
			"Valuer that fails, bound": {func(q app.PostQuery) { q.WhereBetween("id", 1, badValuer{}) }, errValue, "id"},
			"exists of nil":            {func(q app.PostQuery) { q.WhereExists(nil) }, nil, "nil"},
			"exists of typed nil":      {func(q app.PostQuery) { q.WhereExists((*lucid.Query[app.User])(nil)) }, nil, "nil"},
			"in of typed nil":          {func(q app.PostQuery) { q.WhereIn("id", (*lucid.Query[app.User])(nil)) }, nil, "nil"},
			"mistake in a subquery":    {func(q app.PostQuery) { q.WhereExists(lucid.From[app.User](db).Where("id", "~", 1)) }, lucid.ErrInvalidOperator, "User"},
			"unknown in a subquery":    {func(q app.PostQuery) { q.WhereExists(lucid.From[app.User](db).Where("emial", 1)) }, lucid.ErrUnknownColumn, "emial"},
			"mistake in a group":       {func(q app.PostQuery) { q.WhereGroup(func(q app.PostQuery) { q.Where("id", "~", 1) }) }, lucid.ErrInvalidOperator, "~"},
			"raw: too few arguments":   {func(q app.PostQuery) { q.WhereRaw("id = ?") }, nil, "1 placeholders and 0 arguments"},
			"raw: too many arguments":  {func(q app.PostQuery) { q.WhereRaw("id = '?'", 1) }, nil, "0 placeholders and 1 arguments"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := lucid.From[app.Post](db).Apply(tc.scope).All(t.Context())
				require.Error(t, err)
				assert.ErrorContains(t, err, "lucid: ")
				assert.ErrorContains(t, err, tc.says)
				if tc.is != nil {
					assert.ErrorIs(t, err, tc.is)
				}
			})
		}
		assert.Empty(t, db.Sent.Paths(), "nothing was sent")
	})
}

// TestWhereKeepsTheFirstMistake: what is chained after a mistake changes nothing.
func TestWhereKeepsTheFirstMistake(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db).Where("id", "~", 1).WhereIn("id", nil).Where("nowhere", 1).Limit(-1)
		for range 2 {
			_, err := q.All(t.Context())
			assert.ErrorIs(t, err, lucid.ErrInvalidOperator)
			assert.ErrorContains(t, err, `"~"`)
		}
		assert.Empty(t, db.Sent.Paths())
	})
}
