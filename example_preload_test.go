package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Preloads nest to any depth; each level of each relation costs one statement.
func ExampleQuery_Preload() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).
		Preload(UserCountry, UserPosts.Preload(PostComments.Preload(CommentUser))).
		Where("id", "<=", 2).
		OrderBy("id").
		All(ctx)
	check(err)
	for _, user := range users {
		fmt.Println(user.Email, user.Country.Name)
		for _, post := range user.Posts {
			for _, comment := range post.Comments {
				by := "a guest"
				if comment.User != nil {
					by = comment.User.Email
				}
				fmt.Printf("   %s: %q by %s\n", post.Title, comment.Body, by)
			}
		}
	}
	// Output:
	// ann@example.com Kenya
	//    Why we started: "More, please" by bob@example.com
	//    Why we started: "I remember" by cyd@example.com
	// bob@example.com Kenya
	//    One deploy a day: "Only one?" by ann@example.com
	//    Ten deploys a day: "Impossible" by a guest
}

// A scope narrows what is loaded. Its conditions are bracketed, so that its OR stays inside one user's posts.
func ExampleQuery_Preload_scopes() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	long := func(q *lucid.Query[Post]) { q.WhereLike("title", "%day").OrWhere("likes", ">", 80) }
	users, err := lucid.From[User](db).Preload(UserPosts.With(Published, long)).OrderBy("id").Limit(2).All(ctx)
	check(err)
	for _, user := range users {
		for _, post := range user.Posts {
			fmt.Println(user.Email, post.Title)
		}
	}
	// Output:
	// ann@example.com Why we started
	// bob@example.com One deploy a day
	// bob@example.com Ten deploys a day
}

// The most liked post of every user, in one statement.
func ExampleQuery_GroupLimit() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	best := func(q *lucid.Query[Post]) { q.OrderByDesc("likes").GroupLimit(1) }
	users, err := lucid.From[User](db).Preload(UserPosts.With(best)).OrderBy("id").All(ctx)
	check(err)
	for _, user := range users {
		for _, post := range user.Posts {
			fmt.Println(user.Email, post.Title, post.Likes)
		}
	}
	// Output:
	// ann@example.com Why we started 88
	// bob@example.com Ten deploys a day 62
	// cyd@example.com Small maps 18
}

// Load is Preload for rows that were read already.
func ExampleLoad() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).OrderBy("id").Limit(2).All(ctx)
	check(err)
	check(lucid.Load(ctx, db, users, UserProfile, UserPosts.With(Published)))
	for _, user := range users {
		fmt.Println(user.Email, user.Profile.Bio, len(user.Posts))
	}
	// Output:
	// ann@example.com Writes at night 2
	// bob@example.com Runs the platform 2
}

func ExampleLoadMissing() {
	ctx := context.Background()
	sent := counter{}
	db, done := openExample(lucid.WithQueryHook(sent))
	defer done()

	users, err := lucid.From[User](db).Preload(UserPosts).OrderBy("id").All(ctx)
	check(err)
	check(lucid.LoadMissing(ctx, db, users, UserPosts, UserProfile)) // the posts are there
	fmt.Println(sent["User.Posts"], sent["User.Profile"])
	// Output: 1 1
}
