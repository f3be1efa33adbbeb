package docs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/lucid-go/lucid/internal/tests/source"
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
			sent := &testdb.Recorder{}
			db := testdb.Open(t, dialect, lucid.WithQueryHook(sent))
			app.Seed(t, db)
			testdb.ExecAll(t, db, shelves, volumes)
			for _, name := range slices.Sorted(keysOf(docStatements)) {
				send := docStatements[name]
				sent.Reset()
				require.NoError(t, send(t.Context(), db.DB, sent.Reset), name)
				if shown[name] == nil {
					shown[name] = map[string]string{}
				}
				shown[name][dialectTitle[dialect]] = showSQL(sent.Events())
			}
		})
	}
	used := map[string]bool{}
	for _, path := range docPages(t) {
		text := readPage(t, path)
		page := sqlBlock.ReplaceAllStringFunc(text, func(block string) string {
			m := sqlBlock.FindStringSubmatch(block)
			used[m[1]] = true
			require.Contains(t, docStatements, m[1], path)
			return "<!-- sql " + m[1] + " -->\n```sql\n" + withSections(m[2], shown[m[1]]) + "```\n"
		})
		if os.Getenv("LUCID_DOCS") == "update" {
			require.NoError(t, os.WriteFile(filepath.Join(source.Root(t), path), []byte(page), 0o600))
			continue
		}
		assert.Equal(t, page, text, "LUCID_DOCS=update go test -run TestDocsSQL ./internal/tests/docs writes the blocks anew")
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
				for _, block := range ddlBlock.FindAllStringSubmatch(readPage(t, path), -1) {
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

// Shelf has a key of two columns.
type Shelf struct {
	lucid.Model
	Room   int64 `db:",pk"`
	Number int64 `db:",pk"`
}

// Volume stands on a shelf.
type Volume struct {
	lucid.Model
	ID          int64
	ShelfRoom   int64
	ShelfNumber int64
	Title       string
}

// ShelfVolumes has the default keys.
var ShelfVolumes = &lucid.HasMany[Shelf, Volume]{}

func init() { lucid.Register[Shelf](ShelfVolumes) }

const (
	shelves = `CREATE TABLE shelves (room {ref} NOT NULL, number {ref} NOT NULL, PRIMARY KEY (room, number))`
	volumes = `CREATE TABLE volumes (id {id}, shelf_room {ref} NOT NULL, shelf_number {ref} NOT NULL, title {text} NOT NULL)`
)

// docStatements are the statements that the pages show, by name. What is sent before reset is not shown.
var docStatements = map[string]func(ctx context.Context, db *lucid.DB, reset func()) error{
	"has-one":          loads(app.UserProfile),
	"has-many":         loads(app.UserPosts),
	"many-to-many":     loads(app.UserSkills),
	"self":             loads(app.UserChildren),
	"belongs-to":       loadsOf([]*app.Post{{ID: 1, UserID: 1}, {ID: 2, UserID: 1}, {ID: 4, UserID: 2}}, app.PostAuthor),
	"has-many-through": loadsOf([]*app.Country{{ID: 1}, {ID: 2}}, app.CountryPosts),
	"has-one-through":  loadsOf([]*app.Country{{ID: 1}, {ID: 2}}, app.CountryProfile),
	"composite":        loadsOf([]*Shelf{{Room: 1, Number: 1}, {Room: 2, Number: 7}}, ShelfVolumes),
	"on-query":         loads(app.UserPublished.With(func(q *lucid.Query[app.Post]) { q.Where("likes", ">", 5) })),
	"group-limit":      loads(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.OrderByDesc("likes").GroupLimit(2) })),
	"scope-or": loads(app.UserPosts.With(func(q *lucid.Query[app.Post]) {
		q.Where("likes", ">", 5).OrWhere("published", true)
	})),
	"related-query": asks(app.UserPosts.Query, func(ctx context.Context, q *lucid.Query[app.Post]) error {
		_, err := q.Where("likes", ">", 5).OrderByDesc("likes").All(ctx)
		return err
	}),
	"pivot-query": asks(app.UserSkills.Query, func(ctx context.Context, q *lucid.Query[app.Skill]) error {
		_, err := q.Where("pivot.level", ">=", 5).Count(ctx)
		return err
	}),
	"related-update": asks(app.UserSkills.Query, func(ctx context.Context, q *lucid.Query[app.Skill]) error {
		_, err := q.Where("pivot.level", "<", 3).Update(ctx, lucid.Values{"name": "basics"})
		return err
	}),
	"delete-limited": func(ctx context.Context, db *lucid.DB, _ func()) error {
		_, err := lucid.From[app.Post](db).OrderBy("created_at").Limit(10).Delete(ctx)
		return err
	},
	"has": reads(func(q *lucid.Query[app.User]) { q.Has(app.UserPosts) }, func(q *lucid.Query[app.User]) { q.Has(app.UserPosts.With(app.Published)) }),
	"has-pivot": reads(func(q *lucid.Query[app.User]) {
		q.Has(app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Where("name", "Go").Where("pivot.level", ">=", 8) }))
	}),
	"has-count": reads(func(q *lucid.Query[app.User]) { q.Has(app.UserPosts, lucid.Count(">", 2)) }),
	"has-self": reads(func(q *lucid.Query[app.User]) {
		q.Has(app.UserChildren.With(func(q *lucid.Query[app.User]) { q.Has(app.UserChildren) }))
	}),
	"with-count": reads(func(q *lucid.Query[app.User]) {
		q.WithCount(app.UserPosts, app.UserPosts.With(app.Published).As("published_posts")).OrderByDesc("posts_count")
	}),
	"where-in": func(ctx context.Context, db *lucid.DB, _ func()) error {
		_, err := lucid.From[app.Post](db).Select("id").WhereIn("user_id", []int64{1, 2, 3}).All(ctx)
		return err
	},
}

func loadsOf[T any](parents []*T, rel lucid.Relation[T]) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, _ func()) error { return lucid.Load(ctx, db, parents, rel) }
}

func loads(rel lucid.Relation[app.User]) func(context.Context, *lucid.DB, func()) error {
	return loadsOf([]*app.User{{ID: 1}, {ID: 2}, {ID: 3}}, rel)
}

// reads sends a query of users for each shape; what is not about the shape is left out.
func reads(shapes ...func(*lucid.Query[app.User])) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, _ func()) error {
		for _, shape := range shapes {
			q := lucid.From[app.User](db).Select("id", "email")
			shape(q)
			if _, err := q.All(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// asks finishes a query on the related rows of user 1.
func asks[R any](query func(lucid.Executor, ...*app.User) *lucid.Query[R], finish func(context.Context, *lucid.Query[R]) error) func(context.Context, *lucid.DB, func()) error {
	return func(ctx context.Context, db *lucid.DB, reset func()) error {
		user, err := lucid.From[app.User](db).Find(ctx, 1)
		if err != nil {
			return err
		}
		reset()
		return finish(ctx, query(db, user))
	}
}
