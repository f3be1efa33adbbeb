package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Any and None are typed conditions over a relation; they combine with And, Or and Not, and nest.
func ExampleHasMany_Any() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).
		Filter(lucid.Or(UserPosts.Any(PostLikes.Gt(80)), UserPosts.None())).
		OrderBy("id").
		All(ctx)
	check(err)
	for _, user := range users {
		fmt.Println(user.Email)
	}
	// Output:
	// ann@example.com
	// dee@example.com
}

// Is filters by rows that the program has.
func ExampleBelongsTo_Is() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	bob, err := lucid.From[User](db).Find(ctx, 2)
	check(err)
	posts, err := lucid.From[Post](db).Filter(PostAuthor.Is(bob)).OrderBy("id").All(ctx)
	check(err)
	for _, post := range posts {
		fmt.Println(post.Title)
	}
	// Output:
	// One deploy a day
	// Ten deploys a day
}

func ExampleManyToMany_Contains() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	sql, err := lucid.From[Skill](db).FindBy(ctx, "name", "SQL")
	check(err)
	n, err := lucid.From[User](db).Filter(UserSkills.Contains(sql)).Count(ctx)
	check(err)
	fmt.Println(n)
	// Output: 2
}

// Pages by cursor can go by a count.
func ExampleQuery_CursorPaginate_count() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	q := lucid.From[User](db).WithCount(UserPosts).OrderByDesc("posts_count")
	page, err := q.CursorPaginate(ctx, "", 2)
	check(err)
	next, err := q.CursorPaginate(ctx, page.Next, 2)
	check(err)
	for _, user := range append(page.Data, next.Data...) {
		n, err := lucid.Extra[int](user, "posts_count")
		check(err)
		fmt.Println(user.ID, n)
	}
	// Output:
	// 1 3
	// 2 2
	// 3 1
	// 4 0
}
