package lucid_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lucid-go/lucid"
)

func ExampleDB_Transaction() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	tooMany := errors.New("too many comments to lose")
	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		n, err := tx.Exec(ctx, "DELETE FROM comments WHERE post_id = ?", 1)
		if err != nil {
			return err
		}
		if n > 1 {
			return tooMany // rolls back
		}
		return nil // commits
	})
	fmt.Println(err)

	n, err := lucid.From[Comment](db).Count(ctx)
	check(err)
	fmt.Println(n, "comments")
	// Output:
	// too many comments to lose
	// 4 comments
}

// A transaction inside a transaction is a savepoint.
func ExampleTx_Transaction() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE posts SET likes = likes + 1 WHERE id = ?", 1); err != nil {
			return err
		}
		err := tx.Transaction(ctx, func(inner *lucid.Tx) error {
			_, err := inner.Exec(ctx, "UPDATE posts SET likes = 0")
			return errors.Join(err, errors.New("not that one"))
		})
		fmt.Println(err)
		return nil // what was done outside of the savepoint is committed
	})
	check(err)

	post, err := lucid.From[Post](db).Find(ctx, 1)
	check(err)
	fmt.Println(post.Likes, "likes")
	// Output:
	// not that one
	// 89 likes
}
