package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Update changes all rows that match, in one statement.
func ExampleQuery_Update() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	n, err := lucid.From[Post](db).Where("published", false).Update(ctx, lucid.Values{"published": true, "likes": 0})
	check(err)
	fmt.Println(n, "posts")

	_, err = lucid.From[Post](db).Update(ctx, lucid.Values{"likes": 0})
	fmt.Println(err)
	// Output:
	// 2 posts
	// lucid: Post: Update without a condition would change every row: call Unconditional where that is meant
}

func ExampleQuery_Increment() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	_, err := lucid.From[Post](db).Where("id", 1).Increment(ctx, "likes", 2)
	check(err)
	post, err := lucid.From[Post](db).Find(ctx, 1)
	check(err)
	fmt.Println(post.Likes)
	// Output: 90
}

// Delete on a relation's query deletes related rows of these parents, and of no others.
func ExampleQuery_Delete() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 1)
	check(err)
	n, err := UserPosts.Query(db, user).Where("likes", "<", 10).Delete(ctx)
	check(err)
	left, err := lucid.From[Post](db).Count(ctx)
	check(err)
	fmt.Println(n, "deleted,", left, "left")
	// Output: 1 deleted, 5 left
}
