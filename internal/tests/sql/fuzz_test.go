package sql_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var dialects = []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL, lucid.SQLite}

// FuzzRawPlaceholders: whatever raw SQL says, one number of arguments fits it, and it is sent as it is.
func FuzzRawPlaceholders(f *testing.F) {
	for _, seed := range []string{
		"", "?", "id = ?", "a = '?' AND b = ?", "''?''", "'it''s ?' = ?", `"?" = ?`, "`?`=?", "?? ?", "a ?? ? ??", "-- ?\n?", "/* ? */ ?", "/* /* ? */ ? */ ?", "$$?$$ ?", "$a$ ? $b$ ? $a$ ?",
		"$1 $? $0 ${x} $$ ?", `'\' ?' ?`, `E'\' ?' ?`, "# ?\n?", "2--?", "'unterminated ?", "/* unterminated ?", "$$ unterminated ?", "???", "????", "\x00?", "ünï ?", "[?]", "x$y$ ? $y$",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		marks := strings.Count(raw, "?")
		if marks > 20 {
			t.Skip()
		}
		for _, dialect := range dialects {
			fits := -1
			for n := range marks + 1 {
				text, args, err := one(testdb.Offline(t, dialect)).Where("id", 1).WhereRaw(raw, make([]any, n)...).Where("id", 2).SQL()
				if err != nil {
					assert.ErrorContains(t, err, "placeholders")
					continue
				}
				require.Equal(t, -1, fits, "%d and %d arguments fit %q", fits, n, raw)
				fits = n
				require.Len(t, args, n+2)
				if dialect != lucid.PostgreSQL && !strings.Contains(raw, "??") {
					assert.Contains(t, text, "("+raw)
				}
			}
			require.NotEqual(t, -1, fits, "no number of arguments fits %q", raw)
		}
	})
}

// FuzzIdentifiers: any name is one quoted identifier, or an error.
func FuzzIdentifiers(f *testing.F) {
	for _, seed := range []string{"x", hostileName, hostileSize, `"`, "`", `""`, "a b", "*", "$1", "", "'; --", "\\", "\x00", "a/*", "ünï", "?", "??"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, dialect := range dialects {
			text, args, err := one(testdb.Offline(t, dialect)).JoinRaw("JOIN x ON 1 = 1").Where("x."+name, 1).SQL()
			if strings.ContainsRune(name, 0) {
				require.Error(t, err)
				continue
			}
			if strings.Contains(name, ".") { // tables and schemas of their own, or an unknown one
				continue
			}
			require.NoError(t, err)
			require.Len(t, args, 1)
			mark := map[lucid.Dialect]string{lucid.PostgreSQL: "$1"}[dialect]
			if mark == "" {
				mark = "?"
			}
			_, where, _ := strings.Cut(text, " WHERE ")
			assert.Equal(t, quoteFor(dialect, "x")+"."+quoteFor(dialect, name)+" = "+mark, where)

			_, _, err = one(testdb.Offline(t, dialect)).Where(name, 1).SQL()
			if known := map[string]bool{"id": true, "user_id": true, "title": true, "likes": true, "published": true, "created_at": true}; !known[name] {
				assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
			}
		}
	})
}

// FuzzValuesAreBound: the text of a statement does not depend on its values.
func FuzzValuesAreBound(f *testing.F) {
	for _, seed := range []string{"", "x", "'; DROP TABLE posts; --", "$1", "$0", "$?", "?", "/*", `"`, "`", "\\", "\x00", "%", "ünï"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			t.Skip("such a text does not survive an array or JSON: it is sent in a list, whose text is another")
		}
		statement := func(db *lucid.DB, v string) string {
			text, args, err := lucid.From[app.Post](db).Select("title").SelectRaw("? AS x", v).JoinRaw("JOIN users ON users.email = ?", v).Where("title", v).OrWhere("title", "!=", v).
				WhereLike("title", v).WhereILike("title", v).WhereBetween("title", v, v).WhereIn("title", []string{v, v + "x"}).WhereRaw("title = ?", v).
				Filter(app.PostTitle.Eq(v), app.PostTitle.In(v), lucid.Not(app.PostTitle.Like(v))).WhereIn("user_id", lucid.From[app.User](db).Select("id").Where("email", v)).
				GroupBy("title").Having("x", v).HavingRaw("? = ''", v).OrderByRaw("?", v).SQL()
			require.NoError(t, err)
			require.NotEmpty(t, args)
			return text
		}
		for _, dialect := range dialects {
			db := testdb.Offline(t, dialect)
			assert.Equal(t, statement(db, "constant"), statement(db, v))
		}
	})
}

// FuzzChains: a chain of any calls makes one text, whoever asks, and clones do not disturb it.
func FuzzChains(f *testing.F) {
	calls := []func(q app.PostQuery, n int) app.PostQuery{
		func(q app.PostQuery, n int) app.PostQuery { return q.Where("id", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.OrWhere("likes", ">", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.WhereNot("title", "like", "%") },
		func(q app.PostQuery, n int) app.PostQuery { return q.WhereIn("id", make([]int, n%9)) },
		func(q app.PostQuery, n int) app.PostQuery { return q.OrWhereNull("created_at") },
		func(q app.PostQuery, n int) app.PostQuery {
			return q.WhereGroup(func(q app.PostQuery) { q.Where("id", n).OrWhere("id", 0) })
		},
		func(q app.PostQuery, n int) app.PostQuery { return q.WhereExists(q.Clone()) },
		func(q app.PostQuery, n int) app.PostQuery { return q.WhereIn("id", q.Clone().Select("id")) },
		func(q app.PostQuery, n int) app.PostQuery {
			return q.Filter(lucid.Or(app.PostLikes.Eq(n), app.PostLikes.In()))
		},
		func(q app.PostQuery, n int) app.PostQuery { return q.Select("id", "title AS t") },
		func(q app.PostQuery, n int) app.PostQuery { return q.Select("x AS x") },
		func(q app.PostQuery, n int) app.PostQuery { return q.SelectRaw("likes + ? AS x", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.SelectRaw("1, 2") },
		func(q app.PostQuery, n int) app.PostQuery {
			return q.Join(fmt.Sprintf("users AS u%d", n), fmt.Sprintf("u%d.id = user_id", n))
		},
		func(q app.PostQuery, n int) app.PostQuery { return q.JoinRaw("JOIN users ON users.id = ?", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.GroupBy("id") },
		func(q app.PostQuery, n int) app.PostQuery { return q.Having("x", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.OrderBy("x") },
		func(q app.PostQuery, n int) app.PostQuery { return q.OrderByRaw("likes + ?", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.Limit(n).Offset(n / 2) },
		func(q app.PostQuery, n int) app.PostQuery { return q.Distinct() },
		func(q app.PostQuery, n int) app.PostQuery { return q.ForUpdate().SkipLocked() },
		func(q app.PostQuery, n int) app.PostQuery { return q.Comment(fmt.Sprint(n)) },
		func(q app.PostQuery, n int) app.PostQuery { return q.Preload(app.PostAuthor, app.PostComments) },
		func(q app.PostQuery, n int) app.PostQuery { return q.Where("x", n) },
		func(q app.PostQuery, n int) app.PostQuery { return q.Limit(-n) },
	}
	f.Add([]byte{})
	for i := range calls {
		f.Add([]byte{byte(i), 1, 0, 2, 11, 3, byte(i), 4})
		f.Add([]byte{11, 1, 15, 1, byte(i), 200, 9, 0})
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 24 {
			t.Skip()
		}
		text := func(q app.PostQuery) string {
			sql, args, err := q.SQL()
			return fmt.Sprint(sql, args, err)
		}
		for _, dialect := range dialects {
			q := post(testdb.Offline(t, dialect))
			for i := 0; i+1 < len(program); i += 2 {
				before := text(q)
				clone := q.Clone()
				assert.Equal(t, before, text(clone))
				q = calls[int(program[i])%len(calls)](q, int(program[i+1]))
				assert.Equal(t, text(q), text(q), "it is the same each time")
				assert.Equal(t, before, text(clone), "the clone did not change")
			}
		}
	})
}
