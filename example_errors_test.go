package lucid_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Mistakes are found before anything is sent, and their messages say how to mend them.
func Example_errors() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	_, err := lucid.From[Post](db).Where("publised", true).All(ctx)
	fmt.Println(errors.Is(err, lucid.ErrUnknownColumn), err)

	_, err = lucid.From[Post](db).Where("likes", "=>", 10).All(ctx)
	fmt.Println(errors.Is(err, lucid.ErrInvalidOperator), err)

	posts, err := lucid.From[Post](db).Select("id", "title").All(ctx)
	check(err)
	err = PostAuthor.Load(ctx, db, posts...)
	fmt.Println(errors.Is(err, lucid.ErrMissingKey), err)
	// Output:
	// true lucid: Post has no column "publised": did you mean "published"?
	// true lucid: Post: Where("likes"): invalid operator "=>": use one of =, !=, <>, <, <=, >, >=, like, not like, ilike, not ilike
	// true lucid: Post.Author: the row was read without its key: add column "user_id" of Post to Select
}

// ErrNotFound is sql.ErrNoRows too.
func ExampleQuery_Find() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 3)
	check(err)
	fmt.Println(user.Email)

	_, err = lucid.From[User](db).Find(ctx, 99)
	fmt.Println(errors.Is(err, lucid.ErrNotFound), err)
	// Output:
	// cyd@example.com
	// true lucid: User: no row found
}

// Register panics when the program starts, with everything that is wrong.
func ExampleRegister() {
	defer func() { fmt.Println(recover()) }()

	postLikes := &lucid.HasMany[Post, Skill]{}
	lucid.Register[Post](postLikes)
	// Output: lucid: Post.Skills: Skill has no column "post_id": add the field or set ForeignKey
}
