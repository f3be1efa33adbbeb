package lucid_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whereCase is a chain over the six posts of the fixture and the ids that it keeps, sorted.
type whereCase struct {
	name  string
	scope func(q *lucid.Query[Post])
	want  []int64
}

// runWhere runs each case on every database.
func runWhere(t *testing.T, cases func(db *fixture) []whereCase) {
	t.Helper()
	eachDB(t, func(t *testing.T, db *fixture) {
		for _, tc := range cases(db) {
			t.Run(tc.name, func(t *testing.T) {
				posts, err := lucid.From[Post](db).Apply(tc.scope).All(t.Context())
				require.NoError(t, err)
				assert.Equal(t, tc.want, sortedIDs(postIDs(posts)))
			})
		}
	})
}

// chain is a scope written as one expression.
func chain(fn func(q *lucid.Query[Post]) *lucid.Query[Post]) func(q *lucid.Query[Post]) {
	return func(q *lucid.Query[Post]) { fn(q) }
}

type postQuery = *lucid.Query[Post]

// ptr is a pointer to a copy of v.
func ptr[V any](v V) *V { return &v }

// TestWhereForms has each form and its Or form, which is preceded by a condition that keeps post 6.
func TestWhereForms(t *testing.T) {
	type form struct {
		name string
		and  func(q postQuery) postQuery
		or   func(q postQuery) postQuery
		want []int64
	}
	runWhere(t, func(db *fixture) []whereCase {
		ofBob := func() *lucid.Query[User] {
			return lucid.From[User](db).Where("email", "bob@example.com").WhereColumn("users.id", "=", "posts.user_id")
		}
		bobsID := func() *lucid.Query[User] { return lucid.From[User](db).Where("email", "bob@example.com").Select("id") }
		bob := []int64{4, 5}
		forms := []form{
			{"value", func(q postQuery) postQuery { return q.Where("user_id", 2) },
				func(q postQuery) postQuery { return q.OrWhere("user_id", 2) }, bob},
			{"operator", func(q postQuery) postQuery { return q.Where("likes", ">=", 8) },
				func(q postQuery) postQuery { return q.OrWhere("likes", ">=", 8) }, []int64{1, 5}},
			{"not", func(q postQuery) postQuery { return q.WhereNot("likes", "<", 8) },
				func(q postQuery) postQuery { return q.OrWhereNot("likes", "<", 8) }, []int64{1, 5}},
			{"in", func(q postQuery) postQuery { return q.WhereIn("id", []int64{5, 4, 99, 4}) },
				func(q postQuery) postQuery { return q.OrWhereIn("id", []int64{5, 4, 99, 4}) }, bob},
			{"not in", func(q postQuery) postQuery { return q.WhereNotIn("id", []int{1, 2, 3, 6}) },
				func(q postQuery) postQuery { return q.OrWhereNotIn("id", []int{1, 2, 3, 6}) }, bob},
			{"null", func(q postQuery) postQuery { return q.WhereNull("created_at") },
				func(q postQuery) postQuery { return q.OrWhereNull("created_at") }, []int64{3}},
			{"not null", func(q postQuery) postQuery { return q.WhereNotNull("created_at") },
				func(q postQuery) postQuery { return q.OrWhereNotNull("created_at") }, []int64{1, 2, 4, 5, 6}},
			{"between", func(q postQuery) postQuery { return q.WhereBetween("likes", 3, 7) },
				func(q postQuery) postQuery { return q.OrWhereBetween("likes", 3, 7) }, []int64{2, 3, 4}},
			{"not between", func(q postQuery) postQuery { return q.WhereNotBetween("likes", 3, 7) },
				func(q postQuery) postQuery { return q.OrWhereNotBetween("likes", 3, 7) }, []int64{1, 5, 6}},
			{"like", func(q postQuery) postQuery { return q.WhereLike("title", "%eta") },
				func(q postQuery) postQuery { return q.OrWhereLike("title", "%eta") }, []int64{2, 6}},
			{"ilike", func(q postQuery) postQuery { return q.WhereILike("title", "%ETA") },
				func(q postQuery) postQuery { return q.OrWhereILike("title", "%ETA") }, []int64{2, 6}},
			{"column", func(q postQuery) postQuery { return q.WhereColumn("id", ">=", "likes") },
				func(q postQuery) postQuery { return q.OrWhereColumn("id", ">=", "posts.likes") }, []int64{4, 6}},
			{"exists", func(q postQuery) postQuery { return q.WhereExists(ofBob()) },
				func(q postQuery) postQuery { return q.OrWhereExists(ofBob()) }, bob},
			{"not exists", func(q postQuery) postQuery { return q.WhereNotExists(ofBob()) },
				func(q postQuery) postQuery { return q.OrWhereNotExists(ofBob()) }, []int64{1, 2, 3, 6}},
			{"in query", func(q postQuery) postQuery { return q.WhereIn("user_id", bobsID()) },
				func(q postQuery) postQuery { return q.OrWhereIn("user_id", bobsID()) }, bob},
			{"not in query", func(q postQuery) postQuery { return q.WhereNotIn("user_id", bobsID()) },
				func(q postQuery) postQuery { return q.OrWhereNotIn("user_id", bobsID()) }, []int64{1, 2, 3, 6}},
			{"raw", func(q postQuery) postQuery { return q.WhereRaw("likes + ? = id", -3) },
				func(q postQuery) postQuery { return q.OrWhereRaw("likes + ? = id", -3) }, []int64{2, 5}},
			{"group", func(q postQuery) postQuery {
				return q.WhereGroup(func(q postQuery) { q.Where("id", 4).OrWhere("id", 5) })
			}, func(q postQuery) postQuery {
				return q.OrWhereGroup(func(q postQuery) { q.Where("user_id", 2).Where("likes", ">", 0) })
			}, bob},
			{"filter", func(q postQuery) postQuery { return q.Filter(PostUserID.Eq(2), PostLikes.Gt(0)) },
				func(q postQuery) postQuery { return q.OrFilter(PostUserID.Eq(2), PostLikes.Gt(0)) }, bob},
		}
		var cases []whereCase
		for _, f := range forms {
			withSix := f.want
			if withSix[len(withSix)-1] != 6 {
				withSix = append(append([]int64{}, withSix...), 6)
			}
			cases = append(cases,
				whereCase{f.name, chain(f.and), f.want},
				whereCase{"or " + f.name, chain(func(q postQuery) postQuery { return f.or(q.Where("id", 6)) }), withSix})
		}
		return cases
	})
}

func TestWhereOperators(t *testing.T) {
	runWhere(t, func(*fixture) []whereCase {
		var cases []whereCase
		for op, want := range map[string][]int64{
			"=": {3}, "!=": {1, 2, 4, 5, 6}, "<>": {1, 2, 4, 5, 6},
			"<": {2, 4, 6}, "<=": {2, 3, 4, 6}, ">": {1, 5}, ">=": {1, 3, 5},
		} {
			cases = append(cases, whereCase{"likes " + op, chain(func(q postQuery) postQuery { return q.Where("likes", op, 7) }), want})
		}
		for op, want := range map[string][]int64{
			"like": {2, 6}, "LIKE": {2, 6}, "not like": {1, 3, 4, 5}, "Ilike": {2, 6}, "not ilike": {1, 3, 4, 5},
		} {
			cases = append(cases, whereCase{"title " + op, chain(func(q postQuery) postQuery { return q.Where("title", op, "%eta") }), want})
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
	runWhere(t, func(*fixture) []whereCase {
		var cases []whereCase
		for name, null := range map[string]any{
			"nil": nil, "typed nil": (*time.Time)(nil), "sql.Null": sql.Null[time.Time]{}, "sql.NullTime": sql.NullTime{},
			"pointer to sql.Null": &sql.Null[time.Time]{}, "nil pointer to a Valuer": (*money)(nil), "pointer to a nil pointer": ptr((*int)(nil)),
		} {
			cases = append(cases,
				whereCase{name, chain(func(q postQuery) postQuery { return q.Where("created_at", null) }), []int64{3}},
				whereCase{name + " =", chain(func(q postQuery) postQuery { return q.Where("created_at", "=", null) }), []int64{3}},
				whereCase{name + " !=", chain(func(q postQuery) postQuery { return q.Where("created_at", "!=", null) }), []int64{1, 2, 4, 5, 6}},
				whereCase{name + " not", chain(func(q postQuery) postQuery { return q.WhereNot("created_at", null) }), []int64{1, 2, 4, 5, 6}},
			)
		}
		return cases
	})
}

// TestWhereValues: what a value is made of does not matter, only what it is.
func TestWhereValues(t *testing.T) {
	type likes int16
	runWhere(t, func(*fixture) []whereCase {
		var cases []whereCase
		for name, seven := range map[string]any{
			"int": 7, "int8": int8(7), "uint64": uint64(7), "named": likes(7), "byte enumeration": level(7), "pointer": ptr(7), "pointer to pointer": ptr(ptr(7)),
			"sql.Null": sql.Null[int64]{V: 7, Valid: true}, "sql.Null of int": sql.Null[int]{V: 7, Valid: true},
			"sql.NullInt32": sql.NullInt32{Int32: 7, Valid: true}, "Valuer": money{7}, "pointer to Valuer": &money{7},
		} {
			cases = append(cases,
				whereCase{name, chain(func(q postQuery) postQuery { return q.Where("likes", seven) }), []int64{3}},
				whereCase{name + " between", chain(func(q postQuery) postQuery { return q.WhereBetween("likes", seven, seven) }), []int64{3}},
				whereCase{name + " in", chain(func(q postQuery) postQuery { return q.WhereIn("likes", []any{seven}) }), []int64{3}},
			)
		}
		return cases
	})
}

func TestWhereInLists(t *testing.T) {
	type name string
	runWhere(t, func(*fixture) []whereCase {
		all, none := []int64{1, 2, 3, 4, 5, 6}, []int64{}
		in := func(column string, values any) func(q postQuery) {
			return func(q postQuery) { q.WhereIn(column, values) }
		}
		return []whereCase{
			{"empty", in("id", []int{}), none},
			{"nil slice", in("id", []int64(nil)), none},
			{"not in empty", func(q postQuery) { q.WhereNotIn("id", []int{}) }, all},
			{"not in nil slice", func(q postQuery) { q.WhereNotIn("id", []string(nil)) }, all},
			{"empty or more", func(q postQuery) { q.WhereIn("id", []int{}).OrWhere("id", 2) }, []int64{2}},
			{"array", in("id", [2]int{1, 2}), []int64{1, 2}},
			{"pointers", in("id", []*int64{ptr(int64(1)), ptr(int64(3))}), []int64{1, 3}},
			{"any of several kinds", in("likes", []any{1, int64(3), uint8(5), 7.0}), []int64{2, 3, 4, 6}},
			{"strings", in("title", []string{"beta", `a"b'c\d`, "zeta"}), []int64{2, 6}},
			{"named strings", in("title", []name{"beta", "zeta"}), []int64{2, 6}},
			{"Valuers", in("likes", []money{{1}, {3}}), []int64{4, 6}},
			{"sql.Null", in("likes", []sql.Null[int64]{{V: 1, Valid: true}}), []int64{6}},
			{"byte enumeration", in("likes", []level{1, 3}), []int64{4, 6}},
			{"floats", in("likes", []float64{1, 2.5}), []int64{6}},
			{"bools", in("published", []bool{false}), []int64{2, 5}},
			{"times", in("created_at", []time.Time{day(1), day(6)}), []int64{1, 6}},
			{"pointers to times", in("created_at", []*time.Time{ptr(day(1)), ptr(day(6))}), []int64{1, 6}},
			{"NULL is in no list", func(q postQuery) { q.WhereNotIn("created_at", []time.Time{day(1)}) }, []int64{2, 4, 5, 6}},
		}
	})
}

// TestWhereInManyValues: more values than a statement has parameters.
func TestWhereInManyValues(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		const n = 70_000
		numbers, texts := make([]int64, n), make([]string, n)
		for i := range n {
			numbers[i], texts[i] = int64(i+3), fmt.Sprintf("text %d", i)
		}
		texts[n-1] = "zeta"
		posts, err := lucid.From[Post](db).WhereIn("id", numbers).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 4, 5, 6}, postIDs(posts))
		posts, err = lucid.From[Post](db).WhereNotIn("id", numbers).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, postIDs(posts))
		posts, err = lucid.From[Post](db).WhereIn("title", texts).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{6}, postIDs(posts))
		assert.Len(t, db.sent.paths(), 3)
	})
}

func TestWhereSubqueries(t *testing.T) {
	runWhere(t, func(db *fixture) []whereCase {
		most := func() *lucid.Query[Post] { return lucid.From[Post](db).SelectRaw("MAX(likes)") }
		return []whereCase{
			{"scalar", func(q postQuery) { q.Where("likes", most()) }, []int64{1}},
			{"scalar with operator", func(q postQuery) { q.Where("likes", "<", most()) }, []int64{2, 3, 4, 5, 6}},
			{"scalar of the outer row", func(q postQuery) {
				q.Where("user_id", "<", lucid.From[Comment](db).SelectRaw("MIN(user_id)").WhereColumn("comments.post_id", "=", "posts.id"))
			}, []int64{1, 2}},
			{"in, with arguments on both sides", func(q postQuery) {
				q.Where("likes", ">", 4).WhereIn("user_id", lucid.From[User](db).Where("country_id", 1).Select("id")).Where("likes", "<", 10)
			}, []int64{2, 3, 5}},
			{"in nested", func(q postQuery) {
				q.WhereIn("user_id", lucid.From[User](db).Select("id").WhereIn("country_id",
					lucid.From[Country](db).Select("id").Where("name", "Japan")))
			}, []int64{6}},
			{"exists nested, each naming the query around it", func(q postQuery) {
				q.WhereExists(lucid.From[User](db).WhereColumn("users.id", "=", "posts.user_id").WhereExists(
					lucid.From[Comment](db).WhereColumn("comments.user_id", "<>", "users.id").WhereColumn("comments.post_id", "=", "posts.id")))
			}, []int64{1, 2, 4}},
			{"exists is taken as it is when it is given", func(q postQuery) {
				sub := lucid.From[Comment](db).WhereColumn("post_id", "=", "posts.id")
				q.WhereExists(sub)
				sub.Where("id", 0)
			}, []int64{1, 2, 4}},
			{"exists ignores selection, order and preloads", func(q postQuery) {
				q.WhereExists(lucid.From[Comment](db).Select("body").OrderBy("body").Preload(CommentUser).WhereColumn("post_id", "=", "posts.id"))
			}, []int64{1, 2, 4}},
			{"exists of groups, by the name of what is selected", func(q postQuery) {
				q.WhereExists(lucid.From[Comment](db).SelectRaw("COUNT(*) AS n").WhereColumn("post_id", "=", "posts.id").GroupBy("post_id").Having("n", ">", 1))
			}, []int64{1}},
			{"not in with Or", func(q postQuery) {
				q.WhereNotIn("user_id", lucid.From[User](db).Select("id").Where("id", "<", 3)).OrWhere("id", 1)
			}, []int64{1, 6}},
		}
	})
}

// TestWherePrecedence: a chain is flat, as the same words in SQL are; brackets are what WhereGroup is for.
func TestWherePrecedence(t *testing.T) {
	runWhere(t, func(*fixture) []whereCase {
		return []whereCase{
			{"a OR b AND c", func(q postQuery) { q.Where("id", 1).OrWhere("user_id", 2).Where("published", true) }, []int64{1, 4}},
			{"(a OR b) AND c", func(q postQuery) {
				q.WhereGroup(func(q postQuery) { q.Where("id", 2).OrWhere("user_id", 2) }).Where("published", true)
			}, []int64{4}},
			{"a OR (b AND (c OR d))", func(q postQuery) {
				q.Where("id", 6).OrWhereGroup(func(q postQuery) {
					q.Where("user_id", 1).WhereGroup(func(q postQuery) { q.Where("id", 2).OrWhere("id", 5) })
				})
			}, []int64{2, 6}},
			{"a leading Or is the first condition", func(q postQuery) { q.OrWhere("id", 3) }, []int64{3}},
			{"a leading Or of a group too", func(q postQuery) { q.WhereGroup(func(q postQuery) { q.OrWhere("id", 3).OrWhere("id", 4) }) }, []int64{3, 4}},
			{"an empty group adds nothing", func(q postQuery) { q.Where("id", 1).OrWhereGroup(func(postQuery) {}).WhereGroup(nil) }, []int64{1}},
			{"a group of empty groups adds nothing", func(q postQuery) {
				q.Where("id", 1).OrWhereGroup(func(q postQuery) { q.WhereGroup(func(postQuery) {}) })
			}, []int64{1}},
			{"a scope is part of the chain", func(q postQuery) { q.Where("id", 2).OrWhere("user_id", 2).Apply(Published) }, []int64{2, 4}},
			{"raw is bracketed", func(q postQuery) { q.WhereRaw("id = 1 OR id = 2").Where("published", true) }, []int64{1}},
			{"not of a group", func(q postQuery) { q.Filter(lucid.Not(lucid.Or(PostUserID.Eq(1), PostLikes.Lt(4)))) }, []int64{5}},
		}
	})
}

func TestWhereRaw(t *testing.T) {
	runWhere(t, func(db *fixture) []whereCase {
		cases := []whereCase{
			{"placeholders", func(q postQuery) { q.WhereRaw("likes BETWEEN ? AND ?", 3, 7) }, []int64{2, 3, 4}},
			{"between other conditions", func(q postQuery) { q.Where("id", ">", 1).WhereRaw("likes > ?", 4).Where("id", "<", 5) }, []int64{2, 3}},
			{"? in quotes is text", func(q postQuery) { q.WhereRaw("title <> 'what?' AND title <> 'it''s?' AND id = ?", 2) }, []int64{2}},
			{"? in a comment is text", func(q postQuery) { q.WhereRaw("id = /* really? */ ?", 2) }, []int64{2}},
			{"? in a line comment is text", func(q postQuery) { q.WhereRaw("id = -- really?\n ?", 2) }, []int64{2}},
			{"a comment at the end", func(q postQuery) { q.WhereRaw("id = ? -- the second", 2).Where("likes", 5) }, []int64{2}},
			{"one minus begins no comment", func(q postQuery) { q.WhereRaw("likes = 8 - ?", 3) }, []int64{2}},
			{"$ is no placeholder", func(q postQuery) { q.WhereRaw("title <> '$1 $0 $? $$' AND id = ?", 2) }, []int64{2}},
			{"pointer", func(q postQuery) { q.WhereRaw("likes = ?", ptr(7)) }, []int64{3}},
			{"time", func(q postQuery) { q.WhereRaw("created_at = ?", day(2)) }, []int64{2}},
			{"time elsewhere", func(q postQuery) { q.WhereRaw("created_at = ?", day(2).In(time.FixedZone("", 7*3600))) }, []int64{2}},
			{"pointer to time", func(q postQuery) { q.WhereRaw("created_at = ?", ptr(day(2))) }, []int64{2}},
			{"sql.NullTime", func(q postQuery) { q.WhereRaw("created_at = ?", sql.NullTime{Time: day(2), Valid: true}) }, []int64{2}},
			{"sql.Null of time", func(q postQuery) { q.WhereRaw("created_at = ?", sql.Null[time.Time]{V: day(2), Valid: true}) }, []int64{2}},
		}
		switch db.Dialect {
		case lucid.PostgreSQL:
			cases = append(cases, []whereCase{
				{"?? is an operator", func(q postQuery) { q.WhereRaw(`'{"a": 1}'::jsonb ?? ? AND id = 2`, "a") }, []int64{2}},
				{"dollar quotes", func(q postQuery) { q.WhereRaw("$$?$$ <> $x$?$$$x$ AND id = ?", 2) }, []int64{2}},
				{"escaped string", func(q postQuery) { q.WhereRaw(`E'it\'s ?' <> '' AND id = ?`, 2) }, []int64{2}},
				{"nested comment", func(q postQuery) { q.WhereRaw("id = /* a /* ? */ ? */ ?", 2) }, []int64{2}},
				{"quoted name", func(q postQuery) { q.WhereRaw(`id = (SELECT "what?" FROM (SELECT 2 AS "what?") x WHERE 1 = ?)`, 1) }, []int64{2}},
			}...)
		case lucid.MySQL:
			cases = append(cases, []whereCase{
				{"backslash in a string", func(q postQuery) { q.WhereRaw(`'it\'s ?' <> "\"?" AND id = ?`, 2) }, []int64{2}},
				{"hash comment", func(q postQuery) { q.WhereRaw("id = # really?\n ?", 2) }, []int64{2}},
				{"-- without a space is arithmetic", func(q postQuery) { q.WhereRaw("likes = 2--?", 3) }, []int64{2}},
				{"quoted name", func(q postQuery) { q.WhereRaw("id = (SELECT `what?` FROM (SELECT 2 AS `what?`) x WHERE 1 = ?)", 1) }, []int64{2}},
			}...)
		}
		return cases
	})
}

// TestWhereILike finds whatever the case, ASCII or not; LIKE's own signs keep their meaning.
func TestWhereILike(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		insert(t, db.DB, "posts", "id, user_id, title, likes, published", []any{7, 1, "100% SQL", 0, false})
		for pattern, want := range map[string][]int64{"ALPHA": {1}, "%ETA": {2, 6}, "_ETA": {2, 6}, "100%sql": {7}, "alph": {}} {
			posts, err := lucid.From[Post](db).WhereILike("title", pattern).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, postIDs(posts), pattern)
			not, err := lucid.From[Post](db).Where("title", "not ilike", pattern).Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, int64(7-len(want)), not, pattern)
		}
	})
}

// TestWhereTimes: a moment is one moment in whatever zone it is told, to the microsecond.
func TestWhereTimes(t *testing.T) {
	tokyo, hawaii := time.FixedZone("JST", 9*3600), time.FixedZone("HST", -10*3600)
	runWhere(t, func(*fixture) []whereCase {
		var cases []whereCase
		for name, zone := range map[string]*time.Location{"UTC": time.UTC, "Tokyo": tokyo, "Hawaii": hawaii, "local": time.Local} {
			at := day(2).In(zone)
			cases = append(cases,
				whereCase{"= " + name, func(q postQuery) { q.Where("created_at", at) }, []int64{2}},
				whereCase{"= pointer " + name, func(q postQuery) { q.Where("created_at", &at) }, []int64{2}},
				whereCase{"= sql.NullTime " + name, func(q postQuery) { q.Where("created_at", sql.NullTime{Time: at, Valid: true}) }, []int64{2}},
				whereCase{"< " + name, func(q postQuery) { q.Where("created_at", "<", at) }, []int64{1}},
				whereCase{"<= " + name, func(q postQuery) { q.Where("created_at", "<=", at) }, []int64{1, 2}},
				whereCase{"> less a microsecond " + name, func(q postQuery) { q.Where("created_at", ">", at.Add(-time.Microsecond)) }, []int64{2, 4, 5, 6}},
				whereCase{"= more a microsecond " + name, func(q postQuery) { q.Where("created_at", at.Add(time.Microsecond)) }, []int64{}},
				whereCase{"between " + name, func(q postQuery) { q.WhereBetween("created_at", at, at.AddDate(0, 0, 2)) }, []int64{2, 4}},
				whereCase{"in " + name, func(q postQuery) { q.WhereIn("created_at", []time.Time{at}) }, []int64{2}},
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
	eachDB(t, func(t *testing.T, db *fixture) {
		column := map[lucid.Dialect]string{lucid.PostgreSQL: "TIMESTAMP", lucid.MySQL: "DATETIME(6)", lucid.SQLite: "TIMESTAMP"}[db.Dialect]
		execAll(t, db.DB, "CREATE TABLE events (id {id}, at "+column+" NOT NULL)", "INSERT INTO events (id, at) VALUES (1, '2026-01-02 12:30:15.123456')")
		found, err := lucid.From[Event](db).Where("at", day(2).In(time.FixedZone("", 7*3600))).First(t.Context())
		require.NoError(t, err)
		assert.True(t, found.At.Equal(day(2)), found.At)
	})
}

// TestWhereNanoseconds: what a time is stored as, it is found by.
func TestWhereNanoseconds(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		at := day(9).Add(789 * time.Nanosecond)
		insert(t, db.DB, "posts", "id, user_id, title, likes, published, created_at", []any{7, 1, "eta", 0, true, at})
		n, err := lucid.From[Post](db).Where("created_at", at).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n, "=")
		n, err = lucid.From[Post](db).WhereIn("created_at", []time.Time{at}).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n, "IN")
	})
}

var errValue = errors.New("no value")

type badValuer struct{}

func (badValuer) Value() (driver.Value, error) { return nil, errValue }

// TestWhereMistakes: a mistake is the finishing call's error, says where it is, and nothing is sent.
func TestWhereMistakes(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		for name, tc := range map[string]struct {
			scope func(q postQuery)
			is    error
			says  string
		}{
			"unknown column":           {func(q postQuery) { q.Where("titel", 1) }, lucid.ErrUnknownColumn, `did you mean "title"`},
			"unknown column of table":  {func(q postQuery) { q.Where("posts.titel", 1) }, lucid.ErrUnknownColumn, `did you mean "title"`},
			"unknown table":            {func(q postQuery) { q.Where("users.id", 1) }, lucid.ErrUnknownColumn, "join it"},
			"unknown column, Or":       {func(q postQuery) { q.Where("id", 1).OrWhere("titel", 1) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, null":     {func(q postQuery) { q.WhereNull("titel") }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, in":       {func(q postQuery) { q.WhereIn("titel", []int{1}) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, in none":  {func(q postQuery) { q.WhereIn("titel", []int{}) }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, compared": {func(q postQuery) { q.WhereColumn("id", "=", "titel") }, lucid.ErrUnknownColumn, "titel"},
			"unknown column, like":     {func(q postQuery) { q.WhereILike("titel", "x") }, lucid.ErrUnknownColumn, "titel"},
			"empty column":             {func(q postQuery) { q.Where("", 1) }, lucid.ErrUnknownColumn, "Post"},
			"operator":                 {func(q postQuery) { q.Where("id", "==", 1) }, lucid.ErrInvalidOperator, `"=="`},
			"operator with SQL":        {func(q postQuery) { q.Where("id", "= 1 OR 1 =", 1) }, lucid.ErrInvalidOperator, "use one of"},
			"operator in":              {func(q postQuery) { q.Where("id", "in", []int{1}) }, lucid.ErrInvalidOperator, "WhereIn"},
			"operator no string":       {func(q postQuery) { q.Where("id", 3, 1) }, lucid.ErrInvalidOperator, "int"},
			"operator of columns":      {func(q postQuery) { q.WhereColumn("id", "ilike", "title") }, lucid.ErrInvalidOperator, "ilike"},
			"less than nil":            {func(q postQuery) { q.Where("likes", "<", nil) }, lucid.ErrInvalidOperator, "never true"},
			"no value":                 {func(q postQuery) { q.Where("id") }, nil, "0 arguments"},
			"too many values":          {func(q postQuery) { q.Where("id", "=", 1, 2) }, nil, "3 arguments"},
			"slice as value":           {func(q postQuery) { q.Where("id", []int{1}) }, nil, "WhereIn"},
			"in of no slice":           {func(q postQuery) { q.WhereIn("id", 1) }, nil, "slice"},
			"in of nil":                {func(q postQuery) { q.WhereIn("id", nil) }, nil, "slice"},
			"in of bytes":              {func(q postQuery) { q.WhereIn("title", []byte("abc")) }, nil, "slice"},
			"nil in a slice":           {func(q postQuery) { q.WhereIn("id", []any{1, nil}) }, nil, "value 1 is nil"},
			"typed nil in a slice":     {func(q postQuery) { q.WhereIn("id", []*int64{nil}) }, nil, "value 0 is nil"},
			"NULL in a slice":          {func(q postQuery) { q.WhereNotIn("id", []sql.NullInt64{{}}) }, nil, "value 0 is nil"},
			"nil bound":                {func(q postQuery) { q.WhereBetween("id", 1, nil) }, nil, "bound"},
			"typed nil bound":          {func(q postQuery) { q.WhereNotBetween("id", (*int)(nil), 3) }, nil, "bound"},
			"Valuer that fails":        {func(q postQuery) { q.Where("id", badValuer{}) }, errValue, "id"},
			"Valuer that fails, in":    {func(q postQuery) { q.WhereIn("id", []badValuer{{}}) }, errValue, "id"},
			"Valuer that fails, bound": {func(q postQuery) { q.WhereBetween("id", 1, badValuer{}) }, errValue, "id"},
			"exists of nil":            {func(q postQuery) { q.WhereExists(nil) }, nil, "nil"},
			"exists of typed nil":      {func(q postQuery) { q.WhereExists((*lucid.Query[User])(nil)) }, nil, "nil"},
			"in of typed nil":          {func(q postQuery) { q.WhereIn("id", (*lucid.Query[User])(nil)) }, nil, "nil"},
			"mistake in a subquery":    {func(q postQuery) { q.WhereExists(lucid.From[User](db).Where("id", "~", 1)) }, lucid.ErrInvalidOperator, "User"},
			"unknown in a subquery":    {func(q postQuery) { q.WhereExists(lucid.From[User](db).Where("emial", 1)) }, lucid.ErrUnknownColumn, "emial"},
			"mistake in a group":       {func(q postQuery) { q.WhereGroup(func(q postQuery) { q.Where("id", "~", 1) }) }, lucid.ErrInvalidOperator, "~"},
			"raw: too few arguments":   {func(q postQuery) { q.WhereRaw("id = ?") }, nil, "1 placeholders and 0 arguments"},
			"raw: too many arguments":  {func(q postQuery) { q.WhereRaw("id = '?'", 1) }, nil, "0 placeholders and 1 arguments"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := lucid.From[Post](db).Apply(tc.scope).All(t.Context())
				require.Error(t, err)
				assert.ErrorContains(t, err, "lucid: ")
				assert.ErrorContains(t, err, tc.says)
				if tc.is != nil {
					assert.ErrorIs(t, err, tc.is)
				}
			})
		}
		assert.Empty(t, db.sent.paths(), "nothing was sent")
	})
}

// TestWhereKeepsTheFirstMistake: what is chained after a mistake changes nothing.
func TestWhereKeepsTheFirstMistake(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		q := lucid.From[Post](db).Where("id", "~", 1).WhereIn("id", nil).Where("nowhere", 1).Limit(-1)
		for range 2 {
			_, err := q.All(t.Context())
			assert.ErrorIs(t, err, lucid.ErrInvalidOperator)
			assert.ErrorContains(t, err, `"~"`)
		}
		assert.Empty(t, db.sent.paths())
	})
}
