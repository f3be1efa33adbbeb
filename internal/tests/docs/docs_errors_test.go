package docs_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
)

// TestDocsErrors makes the mistakes whose messages the pages show: every "lucid: …" in a text block or in
// backquotes is the message of one of these.
func TestDocsErrors(t *testing.T) {
	db := app.Open(t, lucid.SQLite)
	made := map[string]bool{}
	for _, mistake := range docMistakes {
		message := ofMain.Replace(mistake(t.Context(), db.DB.DB))
		for _, line := range errorLines.FindAllString(message, -1) {
			made[line] = true
		}
	}
	shown := map[string]bool{}
	for _, path := range docPages(t) {
		for _, block := range readBlocks(t, path) {
			if block.info == "text" {
				for _, line := range errorLines.FindAllString(block.text, -1) {
					shown[line] = true
					assert.True(t, made[line], "%s:%d: no mistake has this message: %s", path, block.line, line)
				}
			}
		}
		for _, m := range inlineError.FindAllStringSubmatch(fences.ReplaceAllString(readPage(t, path), ""), -1) {
			shown[m[1]] = true
			assert.True(t, made[m[1]], "%s: no mistake has this message: %s", path, m[1])
		}
	}
	for line := range made {
		assert.True(t, shown[line], "no page shows %q", line)
	}
}

var (
	errorLines  = regexp.MustCompile(`(?m)^(lucid: |       \w+\.).*$`)
	ofMain      = strings.NewReplacer("docs_test.", "main.", "app.", "main.") // as a program's own models
	inlineError = regexp.MustCompile("`(lucid: [^`…]+)`")
)

// Ticket is declared wrongly, in two places.
type Ticket struct {
	lucid.Model
	ID        int64
	CreatedAt string `db:",autocrate"`
}

// BeforeSave has the wrong signature.
func (*Ticket) BeforeSave() error { return nil }

// Prof has a key of another kind than its user's.
type Prof struct {
	lucid.Model
	UserID string
}

func ofQuery[T any, P lucid.ModelPtr[T]](shape func(*lucid.Query[T])) func(context.Context, *lucid.DB) string {
	return ofError(func(ctx context.Context, db *lucid.DB) error {
		q := lucid.From[T, P](db)
		shape(q)
		_, err := q.All(ctx)
		return err
	})
}

func ofRegister(register func()) func(context.Context, *lucid.DB) string {
	return func(context.Context, *lucid.DB) (message string) {
		defer func() { message = fmt.Sprint(recover()) }()
		register()
		return ""
	}
}

func ofError(do func(ctx context.Context, db *lucid.DB) error) func(context.Context, *lucid.DB) string {
	return func(ctx context.Context, db *lucid.DB) string { return do(ctx, db).Error() }
}

var docMistakes = []func(ctx context.Context, db *lucid.DB) string{
	ofQuery(func(q *lucid.Query[app.Post]) { q.Where("publised", true) }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.Where("users.email", "x") }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.Where("likes", "=>", 10) }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.Where("id", ">", nil) }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.Where("id", []int{1}) }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.Having("id", 1) }),
	ofQuery(func(q *lucid.Query[app.Post]) { q.WhereRaw("id = ? OR id = ?", 1) }),
	ofError(func(ctx context.Context, _ *lucid.DB) error { _, err := lucid.From[app.Post](nil).All(ctx); return err }),
	ofQuery(func(q *lucid.Query[app.User]) { q.Preload(&lucid.HasMany[app.User, app.Post]{}) }),
	ofQuery(func(q *lucid.Query[app.User]) {
		q.Preload(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Limit(1) }))
	}),
	ofQuery(func(q *lucid.Query[app.Post]) {
		q.Preload(app.PostAuthor.With(func(q *lucid.Query[app.User]) { q.GroupLimit(1) }))
	}),
	ofQuery(func(*lucid.Query[Ticket]) {}),
	ofQuery(func(q *lucid.Query[app.User]) { q.Has(app.UserPosts, lucid.Count("=>", 1)) }),
	ofQuery(func(q *lucid.Query[app.User]) { q.WithCount(app.UserPosts, app.UserPosts.With(app.Published)) }),
	ofQuery(func(q *lucid.Query[app.User]) { q.WithCount(app.UserPosts.As("email")) }),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		return lucid.LoadCount(ctx, db, []*app.User{{}}, app.UserPosts)
	}),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		_, err := lucid.From[app.Post](db).Delete(ctx)
		return err
	}),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		_, err := lucid.From[app.Post](db).CursorPaginate(ctx, "x", 2)
		return err
	}),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		page, err := lucid.From[app.Post](db).CursorPaginate(ctx, "", 2)
		if err != nil {
			return err
		}
		_, err = lucid.From[app.Post](db).OrderBy("title").CursorPaginate(ctx, page.Next, 2)
		return err
	}),
	ofError(func(context.Context, *lucid.DB) error { _, err := app.UserPosts.Get(&app.User{}); return err }),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		posts, err := lucid.From[app.Post](db).Select("id").All(ctx)
		if err != nil {
			return err
		}
		return app.PostAuthor.Load(ctx, db, posts...)
	}),
	ofError(func(ctx context.Context, db *lucid.DB) error {
		_, err := app.UserPosts.Query(db, &app.User{}).All(ctx)
		return err
	}),
	ofError(func(ctx context.Context, db *lucid.DB) error { _, err := app.UserPosts.Query(db).All(ctx); return err }),
	ofError(func(ctx context.Context, _ *lucid.DB) error {
		_, err := lucid.Open(ctx, "oracle://localhost")
		return err
	}),
	// These cannot be made here: the tests have an SQLite driver, and need no MySQL server. The third is made
	// by the program of getting-started.md, whose output TestDocs compares.
	func(context.Context, *lucid.DB) string {
		return `lucid: open sqlite: the program has no SQLite driver: add import _ "modernc.org/sqlite"`
	},
	func(context.Context, *lucid.DB) string {
		return `lucid: NewSQL: the MySQL handle reads times as text: add parseTime=true to its DSN`
	},
	func(context.Context, *lucid.DB) string {
		return `lucid: Book has no column "years": did you mean "year"?`
	},
	ofRegister(func() { lucid.Register[app.Post](&lucid.HasMany[app.Post, app.Skill]{}) }),
	ofRegister(func() { lucid.Register[app.User](app.UserPosts) }),
	ofRegister(func() { lucid.Register[app.User](&lucid.ManyToMany[app.User, app.User]{}) }),
	ofRegister(func() { lucid.Register[app.User](&lucid.HasOne[app.User, Prof]{}) }),
}
