package declare_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lucid-go/lucid/internal/tests/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contractModels is what the snippets below use: the models of the package's documentation.
const contractModels = `package contract

import (
	"context"
	"database/sql"
	"time"

	"github.com/lucid-go/lucid"
)

type User struct {
	lucid.Model
	ID        int64
	Email     string
	CountryID *int64
	CreatedAt time.Time
	Profile   *Profile
	Posts     []*Post
	Skills    []*Skill
}

type (
	Profile struct{ lucid.Model; ID, UserID int64 }
	Post    struct{ lucid.Model; ID, AuthorID int64; Title string; Likes int; Author *User; Comments []*Comment }
	Comment struct{ lucid.Model; ID, PostID int64 }
	Skill   struct{ lucid.Model; ID int64; Name string }
	Country struct{ lucid.Model; ID int64; Posts []*Post }
	notAModel struct{ ID int64 }
)

var (
	UserEmail     = lucid.Column(func(u *User) *string { return &u.Email })
	UserCountryID = lucid.NullColumn(func(u *User) **int64 { return &u.CountryID })
	UserCreatedAt = lucid.Column(func(u *User) *time.Time { return &u.CreatedAt })
	PostAuthorID  = lucid.Column(func(p *Post) *int64 { return &p.AuthorID })
	PostLikes     = lucid.Column(func(p *Post) *int { return &p.Likes })

	UserProfile  = &lucid.HasOne[User, Profile]{Field: func(u *User) **Profile { return &u.Profile }}
	UserPosts    = &lucid.HasMany[User, Post]{Field: func(u *User) *[]*Post { return &u.Posts }, ForeignKey: PostAuthorID}
	UserSkills   = &lucid.ManyToMany[User, Skill]{Field: func(u *User) *[]*Skill { return &u.Skills }}
	PostAuthor   = &lucid.BelongsTo[Post, User]{Field: func(p *Post) **User { return &p.Author }, ForeignKey: PostAuthorID}
	PostComments = &lucid.HasMany[Post, Comment]{Field: func(p *Post) *[]*Comment { return &p.Comments }}
	CountryPosts = &lucid.HasManyThrough[Country, User, Post]{Field: func(c *Country) *[]*Post { return &c.Posts }}
)

func Published(q *lucid.Query[Post]) { q.Where("published", true) }

var _ sql.DB

func _(ctx context.Context, db *lucid.DB, u *User, p *Post) {
	_, _, _, _ = ctx, db, u, p
%s
}
`

// TestDoesNotCompile runs the compiler on what the types are there to refuse.
func TestDoesNotCompile(t *testing.T) {
	t.Parallel()
	const noRow = `does not satisfy lucid\.ModelPtr|does not implement lucid\.Row|missing method lucidModel`
	tests := []struct{ name, snippet, want string }{
		{"preload of another model", `lucid.From[Post](db).Preload(UserPosts)`, `does not implement lucid\.RelationOf\[\*Post\]`},
		{"scoped preload of another model", `lucid.From[Post](db).Preload(UserPosts.With(Published))`, `does not implement lucid\.RelationOf\[\*Post\]`},
		{"nested preload on the wrong level", `lucid.From[User](db).Preload(UserPosts.Preload(UserSkills))`, `does not implement lucid\.RelationOf\[\*Post\]`},
		{"preload in a scope on the wrong level", `UserPosts.With(func(q *lucid.Query[Post]) { q.Preload(UserSkills) })`, `does not implement lucid\.RelationOf\[\*Post\]`},
		{"descriptor by value", `lucid.From[User](db).Preload(lucid.HasOne[User, Profile]{})`, `does not implement lucid\.RelationOf\[\*User\]`},
		{"relation of one's own", `lucid.From[User](db).Preload(struct{}{})`, `does not implement lucid\.RelationOf\[\*User\]`},
		{"scope of the parent", `UserPosts.With(func(q *lucid.Query[User]) {})`, `cannot use func\(q \*lucid\.Query\[User\]\)`},
		{"named scope of another model", `UserSkills.With(Published)`, `cannot use Published`},
		{"applied scope of another model", `lucid.From[User](db).Apply(Published)`, `cannot use Published`},
		{"From what is no model", `lucid.From[notAModel](db)`, noRow},
		{"From a pointer", `lucid.From[*User](db)`, noRow},
		{"Create what is no model", `lucid.Create(ctx, db, &notAModel{})`, noRow},
		{"Extra of what is no model", `lucid.Extra[int](&notAModel{}, "n")`, `does not implement lucid\.Row`},
		{"Extra without a type", `lucid.Extra(u, "n")`, `cannot infer V`},
		{"Register with another model", `lucid.Register[Post](UserPosts)`, `does not implement lucid\.RelationOf\[\*Post\]`},
		{"Register what is no model", `lucid.Register[notAModel]()`, noRow},
		{"Filter by another model", `lucid.From[Post](db).Filter(UserEmail.Eq("x"))`, `cannot use UserEmail\.Eq\("x"\)`},
		{"Filter by two models", `lucid.From[Post](db).Filter(lucid.Or(PostLikes.Eq(1), UserEmail.Eq("x")))`, `lucid\.CondOf\[\*User\]`},
		{"value of another type", `PostLikes.Eq("ten")`, `cannot use "ten"`},
		{"one value of another type", `PostLikes.In(1, "b")`, `cannot use "b"`},
		{"bound of another type", `UserCreatedAt.Between("2024", "2025")`, `cannot use "2024"`},
		{"value of another type for a nullable column", `UserCountryID.Eq("one")`, `cannot use "one"`},
		{"column by value", `lucid.Column(func(p *Post) int { return p.Likes })`, `does not match`},
		{"nullable column of a plain field", `lucid.NullColumn(func(p *Post) *int { return &p.Likes })`, `does not match`},
		{"foreign key of the parent", `_ = &lucid.HasMany[User, Post]{ForeignKey: UserCountryID}`, `does not implement lucid\.ColumnsOf\[\*Post\]`},
		{"local key of the related", `_ = &lucid.HasMany[User, Post]{LocalKey: PostAuthorID}`, `does not implement lucid\.ColumnsOf\[\*User\]`},
		{"composite key of two models", `lucid.Columns(UserEmail, PostLikes)`, `type lucid\.Col|does not match|cannot use`},
		{"field of another model", `_ = &lucid.HasMany[User, Post]{Field: func(u *User) *[]*Skill { return &u.Skills }}`, `cannot use func\(u \*User\)`},
		{"field for one row of a to-many relation", `_ = &lucid.HasMany[User, Profile]{Field: func(u *User) **Profile { return &u.Profile }}`, `cannot use func\(u \*User\)`},
		{"Has of another model", `lucid.From[User](db).Has(PostComments)`, `does not implement lucid\.RelationOf\[\*User\]`},
		{"Has with a bare number", `lucid.From[User](db).Has(UserPosts, 2)`, `cannot use 2`},
		{"WithCount of another model", `lucid.From[User](db).WithCount(UserPosts, PostComments)`, `does not implement lucid\.RelationOf\[\*User\]`},
		{"WithAggregate of another model", `lucid.From[Post](db).WithAggregate(UserPosts.Sum("likes"))`, `cannot use UserPosts\.Sum`},
		{"Load of another model", `UserPosts.Load(ctx, db, p)`, `cannot use p`},
		{"Load of many of another model", `lucid.Load(ctx, db, []*User{u}, PostComments)`, `does not match|does not implement|cannot use`},
		{"Create of another model's row", `UserPosts.Create(ctx, db, u, &Comment{})`, `cannot use &Comment`},
		{"Create with parent and child swapped", `UserPosts.Create(ctx, db, p, u)`, `cannot use p`},
		{"Associate with another model's row", `PostAuthor.Associate(ctx, db, p, p)`, `cannot use p`},
		{"Dissociate of a has-many", `UserPosts.Dissociate(ctx, db, u)`, `has no field or method Dissociate`},
		{"Attach of a has-many", `UserPosts.Attach(ctx, db, u, 1)`, `has no field or method Attach`},
		{"Create through another model", `CountryPosts.Create(ctx, db, &Country{}, p)`, `has no field or method Create`},
		{"Create of an owner", `PostAuthor.Create(ctx, db, p, u)`, `has no field or method Create`},
		{"Create with a scope", `UserPosts.With(Published).Create(ctx, db, u, p)`, `has no field or method Create`},
		{"executor of one's own", "type mine struct{}\n\tlucid.From[User](mine{})", `does not implement lucid\.Executor`},
		{"database/sql handle as an executor", `lucid.From[User](&sql.DB{})`, `does not implement lucid\.Executor`},
	}
	compile := compiler(t)
	control := `lucid.From[Post](db).Preload(PostComments, PostAuthor.Preload(UserPosts.With(Published))).Filter(PostLikes.Eq(10), PostLikes.In(1, 2))
	lucid.Register[User](UserPosts, UserSkills)
	_ = UserPosts.With(func(q *lucid.Query[Post]) { q.Has(PostComments, lucid.Count(">", 2)) })
	_, _ = lucid.Extra[int](u, "n")`
	require.Empty(t, compile(t, control), "what the snippets stand in compiles")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Regexp(t, test.want, compile(t, test.snippet))
		})
	}
}

// compiler is the Go compiler as a function: the body of a function in, the compiler's messages out.
// It is given what the go command has already compiled, so that it takes no network and little time.
func compiler(t *testing.T) func(t *testing.T, body string) string {
	t.Helper()
	var config strings.Builder
	for path, file := range source.Exports(t) {
		if file != "" {
			fmt.Fprintf(&config, "packagefile %s=%s\n", path, file)
		}
	}
	importcfg := filepath.Join(t.TempDir(), "importcfg")
	require.NoError(t, os.WriteFile(importcfg, []byte(config.String()), 0o600))
	return func(t *testing.T, body string) string {
		t.Helper()
		dir := t.TempDir()
		file := filepath.Join(dir, "contract.go")
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, contractModels, "\t"+body), 0o600))
		out, err := exec.CommandContext(t.Context(), "go", "tool", "compile", "-p", "contract", "-importcfg", importcfg, "-o", filepath.Join(dir, "contract.a"), file).CombinedOutput()
		if err == nil {
			return ""
		}
		require.NotEmpty(t, out, "%v", err)
		return string(out)
	}
}
