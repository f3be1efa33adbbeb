package lucid_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lucid-go/lucid"
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
				text, args, err := one(offline(t, dialect)).Where("id", 1).WhereRaw(raw, make([]any, n)...).Where("id", 2).SQL()
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
			text, args, err := one(offline(t, dialect)).JoinRaw("JOIN x ON 1 = 1").Where("x."+name, 1).SQL()
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

			_, _, err = one(offline(t, dialect)).Where(name, 1).SQL()
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
			text, args, err := lucid.From[Post](db).Select("title").SelectRaw("? AS x", v).JoinRaw("JOIN users ON users.email = ?", v).Where("title", v).OrWhere("title", "!=", v).
				WhereLike("title", v).WhereILike("title", v).WhereBetween("title", v, v).WhereIn("title", []string{v, v + "x"}).WhereRaw("title = ?", v).
				Filter(PostTitle.Eq(v), PostTitle.In(v), lucid.Not(PostTitle.Like(v))).WhereIn("user_id", lucid.From[User](db).Select("id").Where("email", v)).
				GroupBy("title").Having("x", v).HavingRaw("? = ''", v).OrderByRaw("?", v).SQL()
			require.NoError(t, err)
			require.NotEmpty(t, args)
			return text
		}
		for _, dialect := range dialects {
			db := offline(t, dialect)
			assert.Equal(t, statement(db, "constant"), statement(db, v))
		}
	})
}

// FuzzChains: a chain of any calls makes one text, whoever asks, and clones do not disturb it.
func FuzzChains(f *testing.F) {
	calls := []func(q postQuery, n int) postQuery{
		func(q postQuery, n int) postQuery { return q.Where("id", n) },
		func(q postQuery, n int) postQuery { return q.OrWhere("likes", ">", n) },
		func(q postQuery, n int) postQuery { return q.WhereNot("title", "like", "%") },
		func(q postQuery, n int) postQuery { return q.WhereIn("id", make([]int, n%9)) },
		func(q postQuery, n int) postQuery { return q.OrWhereNull("created_at") },
		func(q postQuery, n int) postQuery {
			return q.WhereGroup(func(q postQuery) { q.Where("id", n).OrWhere("id", 0) })
		},
		func(q postQuery, n int) postQuery { return q.WhereExists(q.Clone()) },
		func(q postQuery, n int) postQuery { return q.WhereIn("id", q.Clone().Select("id")) },
		func(q postQuery, n int) postQuery { return q.Filter(lucid.Or(PostLikes.Eq(n), PostLikes.In())) },
		func(q postQuery, n int) postQuery { return q.Select("id", "title AS t") },
		func(q postQuery, n int) postQuery { return q.Select("x AS x") },
		func(q postQuery, n int) postQuery { return q.SelectRaw("likes + ? AS x", n) },
		func(q postQuery, n int) postQuery { return q.SelectRaw("1, 2") },
		func(q postQuery, n int) postQuery {
			return q.Join(fmt.Sprintf("users AS u%d", n), fmt.Sprintf("u%d.id = user_id", n))
		},
		func(q postQuery, n int) postQuery { return q.JoinRaw("JOIN users ON users.id = ?", n) },
		func(q postQuery, n int) postQuery { return q.GroupBy("id") },
		func(q postQuery, n int) postQuery { return q.Having("x", n) },
		func(q postQuery, n int) postQuery { return q.OrderBy("x") },
		func(q postQuery, n int) postQuery { return q.OrderByRaw("likes + ?", n) },
		func(q postQuery, n int) postQuery { return q.Limit(n).Offset(n / 2) },
		func(q postQuery, n int) postQuery { return q.Distinct() },
		func(q postQuery, n int) postQuery { return q.ForUpdate().SkipLocked() },
		func(q postQuery, n int) postQuery { return q.Comment(fmt.Sprint(n)) },
		func(q postQuery, n int) postQuery { return q.Preload(PostAuthor, PostComments) },
		func(q postQuery, n int) postQuery { return q.Where("x", n) },
		func(q postQuery, n int) postQuery { return q.Limit(-n) },
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
		text := func(q postQuery) string {
			sql, args, err := q.SQL()
			return fmt.Sprint(sql, args, err)
		}
		for _, dialect := range dialects {
			q := post(offline(t, dialect))
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
