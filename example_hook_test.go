package lucid_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/lucid-go/lucid"
)

// counter is a hook that counts statements by what they are for.
type counter map[string]int

func (c counter) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context { return ctx }

func (c counter) AfterQuery(_ context.Context, e *lucid.QueryEvent) { c[e.Path]++ }

func ExampleWithQueryHook() {
	ctx := context.Background()
	sent := counter{}
	db, done := openExample(lucid.WithQueryHook(sent))
	defer done()

	_, err := lucid.From[User](db).Preload(UserCountry, UserPosts.Preload(PostComments)).All(ctx)
	check(err)
	for _, path := range []string{"User", "User.Country", "User.Posts", "User.Posts.Comments"} {
		fmt.Println(sent[path], path)
	}
	// Output:
	// 1 User
	// 1 User.Country
	// 1 User.Posts
	// 1 User.Posts.Comments
}

func ExampleWithLogger() {
	ctx := context.Background()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // what differs from run to run
			if a.Key == slog.TimeKey || a.Key == "duration" {
				return slog.Attr{}
			}
			return a
		},
	}))
	db, err := lucid.Open(ctx, "sqlite::memory:", lucid.WithLogger(logger))
	check(err)
	defer func() { check(db.Close()) }()

	_, err = lucid.From[Skill](db).Count(ctx)
	fmt.Println(err != nil)
	// Output:
	// level=ERROR msg="lucid: statement failed" path=Skill sql="SELECT COUNT(*) FROM \"skills\"" rows=0 error="SQL logic error: no such table: skills (1)"
	// true
}
