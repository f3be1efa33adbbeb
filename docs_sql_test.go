package lucid_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocsSQL sends the statements that the pages show and compares them. A page names one in a comment
// before the block, <!-- sql name -->, and has a section of the block for each database:
//
//	-- PostgreSQL
//	SELECT …
//
// With LUCID_DOCS=update the blocks are written instead, for the databases that answer.
func TestDocsSQL(t *testing.T) {
	shown := map[string]map[string]string{} // by name and database
	for _, dialect := range []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL, lucid.SQLite} {
		t.Run(dialect.String(), func(t *testing.T) {
			sent := &statements{}
			db := testdb.Open(t, dialect, lucid.WithQueryHook(sent))
			seed(t, db)
			execAll(t, db, shelfSchema...)
			for _, name := range slices.Sorted(keysOf(docStatements)) {
				send := docStatements[name]
				sent.reset()
				require.NoError(t, send(t.Context(), db.DB, sent.reset), name)
				if shown[name] == nil {
					shown[name] = map[string]string{}
				}
				shown[name][dialectTitle[dialect]] = showSQL(sent.events)
			}
		})
	}
	used := map[string]bool{}
	for _, path := range docPages(t) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		page := sqlBlock.ReplaceAllStringFunc(string(text), func(block string) string {
			m := sqlBlock.FindStringSubmatch(block)
			used[m[1]] = true
			require.Contains(t, docStatements, m[1], path)
			return "<!-- sql " + m[1] + " -->\n```sql\n" + withSections(m[2], shown[m[1]]) + "```\n"
		})
		if os.Getenv("LUCID_DOCS") == "update" {
			require.NoError(t, os.WriteFile(path, []byte(page), 0o600))
			continue
		}
		assert.Equal(t, page, string(text), "LUCID_DOCS=update go test -run TestDocsSQL . writes the blocks anew")
	}
	for name := range docStatements {
		assert.True(t, used[name], "no page shows the statement %q", name)
	}
}

// TestDocsDDL creates the tables that the pages show, on each database.
func TestDocsDDL(t *testing.T) {
	for _, dialect := range []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL, lucid.SQLite} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			db := testdb.Open(t, dialect)
			for _, path := range docPages(t) {
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				for _, block := range ddlBlock.FindAllStringSubmatch(string(text), -1) {
					for _, statement := range strings.Split(strings.TrimSpace(sectionOf(block[1], dialectTitle[dialect])), ";\n") {
						_, err := db.Exec(t.Context(), strings.TrimSuffix(statement, ";"))
						require.NoError(t, err, "%s: %s", path, statement)
					}
				}
			}
		})
	}
}

var (
	sqlBlock     = regexp.MustCompile("(?ms)^<!-- sql ([\\w-]+) -->\n```sql\n(.*?)```\n")
	ddlBlock     = regexp.MustCompile("(?ms)^<!-- ddl -->\n```sql\n(.*?)```\n")
	dialectTitle = map[lucid.Dialect]string{lucid.PostgreSQL: "PostgreSQL", lucid.MySQL: "MySQL and MariaDB", lucid.SQLite: "SQLite"}
)

// withSections is a block with the sections that were just made; the others stay as they are.
func withSections(block string, made map[string]string) string {
	var out []string
	for _, title := range []string{"PostgreSQL", "MySQL and MariaDB", "SQLite"} {
		section := made[title]
		if section == "" {
			section = sectionOf(block, title)
		}
		out = append(out, "-- "+title+"\n"+section)
	}
	return strings.Join(out, "\n")
}

func sectionOf(block, title string) string {
	_, rest, _ := strings.Cut(block, "-- "+title+"\n")
	for _, other := range dialectTitle {
		rest, _, _ = strings.Cut(rest, "\n-- "+other+"\n")
	}
	return rest
}

// showSQL is statements in lines, each with its arguments.
func showSQL(events []lucid.QueryEvent) string {
	var b strings.Builder
	for i, e := range events {
		end := ";\n"
		if i == len(events)-1 {
			end = "\n"
		}
		b.WriteString(clauses(e.SQL) + end)
		if len(e.Args) > 0 {
			args := make([]string, len(e.Args))
			for i, arg := range e.Args {
				args[i] = fmt.Sprint(arg)
			}
			b.WriteString("-- args: " + strings.Join(args, ", ") + "\n")
		}
	}
	return b.String()
}

var clause = regexp.MustCompile(` (SET|FROM|INNER JOIN|LEFT JOIN|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|FOR) `)

// clauses breaks a statement before its clauses, and those of a derived table.
func clauses(sql string) string {
	var b strings.Builder
	at := 0
	for _, m := range clause.FindAllStringIndex(sql, -1) {
		depth := strings.Count(sql[:m[0]], "(") - strings.Count(sql[:m[0]], ")")
		if sql[:m[0]] == "DELETE" || depth > 1 || depth == 1 && !strings.Contains(sql, "FROM (SELECT") {
			continue
		}
		b.WriteString(sql[at:m[0]] + "\n" + strings.Repeat("    ", depth))
		at = m[0] + 1
	}
	return b.String() + sql[at:]
}

// docStatements are the statements that the pages show, by name. What is sent before reset is not shown.
var docStatements = map[string]func(ctx context.Context, db *lucid.DB, reset func()) error{
	"has-one":          loads(UserProfile),
	"has-many":         loads(UserPosts),
	"many-to-many":     loads(UserSkills),
	"self":             loads(UserChildren),
	"belongs-to":       loadsOf([]*Post{{ID: 1, UserID: 1}, {ID: 2, UserID: 1}, {ID: 4, UserID: 2}}, PostAuthor),
	"has-many-through": loadsOf([]*Country{{ID: 1}, {ID: 2}}, CountryPosts),
	"has-one-through":  loadsOf([]*Country{{ID: 1}, {ID: 2}}, CountryProfile),
	"composite":        loadsOf([]*Shelf{{Room: 1, Number: 1}, {Room: 2, Number: 7}}, ShelfVolumes),
	"on-query":         loads(UserPublished.With(func(q *lucid.Query[Post]) { q.Where("likes", ">", 5) })),
	"group-limit":      loads(UserPosts.With(func(q *lucid.Query[Post]) { q.OrderByDesc("likes").GroupLimit(2) })),
	"scope-or": loads(UserPosts.With(func(q *lucid.Query[Post]) {
		q.Where("likes", ">", 5).OrWhere("published", true)
	})),
	"related-query": asks(UserPosts.Query, func(ctx context.Context, q *lucid.Query[Post]) error {
		_, err := q.Where("likes", ">", 5).OrderByDesc("likes").All(ctx)
		return err
	}),
	"pivot-query": asks(UserSkills.Query, func(ctx context.Context, q *lucid.Query[Skill]) error {
		_, err := q.Where("pivot.level", ">=", 5).Count(ctx)
		return err
	}),
	"related-update": asks(UserSkills.Query, func(ctx context.Context, q *lucid.Query[Skill]) error {
		_, err := q.Where("pivot.level", "<", 3).Update(ctx, lucid.Values{"name": "basics"})
		return err
	}),
	"delete-limited": func(ctx context.Context, db *lucid.DB, _ func()) error {
		_, err := lucid.From[Post](db).OrderBy("created_at").Limit(10).Delete(ctx)
		return err
	},
	"has": reads(func(q *lucid.Query[User]) { q.Has(UserPosts) }, func(q *lucid.Query[User]) { q.Has(UserPosts.With(Published)) }),
	"has-pivot": reads(func(q *lucid.Query[User]) {
		q.Has(UserSkills.With(func(q *lucid.Query[Skill]) { q.Where("name", "Go").Where("pivot.level", ">=", 8) }))
	}),
	"has-count": reads(func(q *lucid.Query[User]) { q.Has(UserPosts, lucid.Count(">", 2)) }),
	"has-self": reads(func(q *lucid.Query[User]) {
		q.Has(UserChildren.With(func(q *lucid.Query[User]) { q.Has(UserChildren) }))
	}),
	"with-count": reads(func(q *lucid.Query[User]) {
		q.WithCount(UserPosts, UserPosts.With(Published).As("published_posts")).OrderByDesc("posts_count")
	}),
	"where-in": func(ctx context.Context, db *lucid.DB, _ func()) error {
		_, err := lucid.From[Post](db).Select("id").WhereIn("user_id", []int64{1, 2, 3}).All(ctx)
		return err
	},
}

func loadsOf[T any](parents []*T, rel lucid.Relation[T]) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, _ func()) error { return lucid.Load(ctx, db, parents, rel) }
}

func loads(rel lucid.Relation[User]) func(context.Context, *lucid.DB, func()) error {
	return loadsOf([]*User{{ID: 1}, {ID: 2}, {ID: 3}}, rel)
}

// reads sends a query of users for each shape; what is not about the shape is left out.
func reads(shapes ...func(*lucid.Query[User])) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, _ func()) error {
		for _, shape := range shapes {
			q := lucid.From[User](db).Select("id", "email")
			shape(q)
			if _, err := q.All(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// asks finishes a query on the related rows of user 1.
func asks[R any](query func(lucid.Executor, ...*User) *lucid.Query[R], finish func(context.Context, *lucid.Query[R]) error) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, reset func()) error {
		user, err := lucid.From[User](db).Find(ctx, 1)
		if err != nil {
			return err
		}
		reset()
		return finish(ctx, query(db, user))
	}
}
