package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

func ExampleQuery_Paginate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	page, err := lucid.From[Post](db).OrderBy("title").Paginate(ctx, 2, 4)
	check(err)
	fmt.Printf("page %d of %d, %d posts in all\n", page.CurrentPage, page.LastPage, page.Total)
	for _, post := range page.Data {
		fmt.Println(post.Title)
	}
	// Output:
	// page 2 of 2, 6 posts in all
	// Ten deploys a day
	// Why we started
}

// A page begins after the last row of the one before, so it is cheap however far it is.
func ExampleQuery_CursorPaginate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	cursor := ""
	for {
		page, err := lucid.From[Post](db).OrderByDesc("likes").CursorPaginate(ctx, cursor, 4)
		check(err)
		fmt.Println("page")
		for _, post := range page.Data {
			fmt.Println("  ", post.Likes, post.Title)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	// Output:
	// page
	//    88 Why we started
	//    62 Ten deploys a day
	//    41 Hiring
	//    35 One deploy a day
	// page
	//    18 Small maps
	//    3 Notes
}
