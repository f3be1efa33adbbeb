package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Users with a published post, and with more than two posts of any kind.
func ExampleQuery_Has() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	show := func(q *lucid.Query[User]) {
		emails, err := lucid.Pluck[string](ctx, q.OrderBy("id"), "email")
		check(err)
		fmt.Println(emails)
	}
	show(lucid.From[User](db).Has(UserPosts.With(Published)))
	show(lucid.From[User](db).Has(UserPosts, lucid.Count(">", 2)))
	// Output:
	// [ann@example.com bob@example.com]
	// [ann@example.com]
}

func ExampleQuery_DoesntHave() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).DoesntHave(UserPosts).All(ctx)
	check(err)
	for _, user := range users {
		fmt.Println(user.Email)
	}
	// Output: dee@example.com
}

func ExampleQuery_WithCount() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).
		WithCount(UserPosts, UserPosts.With(Published).As("published_posts")).
		OrderBy("id").
		All(ctx)
	check(err)
	for _, user := range users {
		posts, err := lucid.Extra[int64](user, "posts_count")
		check(err)
		published, err := lucid.Extra[int64](user, "published_posts")
		check(err)
		fmt.Println(user.Email, posts, published)
	}
	// Output:
	// ann@example.com 3 2
	// bob@example.com 2 2
	// cyd@example.com 1 0
	// dee@example.com 0 0
}

// Of no rows the sum is NULL, so it is read as a pointer.
func ExampleQuery_WithAggregate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).WithAggregate(UserPosts.Sum("likes"), UserSkills.Exists()).OrderBy("id").All(ctx)
	check(err)
	for _, user := range users {
		likes, err := lucid.Extra[*int64](user, "posts_sum_likes")
		check(err)
		skilled, err := lucid.Extra[bool](user, "skills_exists")
		check(err)
		if likes == nil {
			fmt.Println(user.Email, "has no posts; skills:", skilled)
			continue
		}
		fmt.Println(user.Email, *likes, "likes; skills:", skilled)
	}
	// Output:
	// ann@example.com 132 likes; skills: true
	// bob@example.com 97 likes; skills: true
	// cyd@example.com 18 likes; skills: false
	// dee@example.com has no posts; skills: false
}

// LoadCount is WithCount for rows that were read already.
func ExampleLoadCount() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).OrderBy("id").Limit(2).All(ctx)
	check(err)
	check(lucid.LoadCount(ctx, db, users, UserSkills))
	for _, user := range users {
		n, err := lucid.Extra[int64](user, "skills_count")
		check(err)
		fmt.Println(user.Email, n)
	}
	// Output:
	// ann@example.com 2
	// bob@example.com 1
}
