package lucid_test

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

func ExampleFrom() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	posts, err := lucid.From[Post](db).Where("published", true).OrderByDesc("likes").Limit(2).All(ctx)
	check(err)
	for _, post := range posts {
		fmt.Println(post.Likes, post.Title)
	}
	// Output:
	// 88 Why we started
	// 62 Ten deploys a day
}

func ExampleQuery_Where() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	titles := func(q *lucid.Query[Post]) {
		found, err := lucid.Pluck[string](ctx, q.OrderBy("id"), "title")
		check(err)
		fmt.Println(found)
	}
	titles(lucid.From[Post](db).Where("user_id", 1))
	titles(lucid.From[Post](db).Where("likes", ">=", 62))
	titles(lucid.From[Post](db).Where("created_at", nil))
	titles(lucid.From[Post](db).Where("user_id", 2).WhereGroup(func(q *lucid.Query[Post]) {
		q.WhereLike("title", "%day").OrWhere("likes", ">", 80)
	}))
	// Output:
	// [Why we started Notes Hiring]
	// [Why we started Ten deploys a day]
	// [Small maps]
	// [One deploy a day Ten deploys a day]
}

// Typed columns are checked by the compiler: PostLikes.Gt("many") does not compile.
func ExampleQuery_Filter() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var PostLikes = lucid.Column(func(p *Post) *int { return &p.Likes })
	// var PostTitle = lucid.Column(func(p *Post) *string { return &p.Title })
	posts, err := lucid.From[Post](db).
		Filter(lucid.Or(PostLikes.Gt(80), PostTitle.Like("Ten%"))).
		OrderBy("id").
		All(ctx)
	check(err)
	for _, post := range posts {
		fmt.Println(post.Title)
	}
	// Output:
	// Why we started
	// Ten deploys a day
}

// A scope is a plain function, so that it can be named and combined.
func ExampleQuery_Apply() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	published := func(q *lucid.Query[Post]) { q.Where("published", true) }
	likedAtLeast := func(n int) func(*lucid.Query[Post]) {
		return func(q *lucid.Query[Post]) { q.Where("likes", ">=", n) }
	}
	n, err := lucid.From[Post](db).Apply(published, likedAtLeast(40)).Count(ctx)
	check(err)
	fmt.Println(n)
	// Output: 3
}

// FindMany keeps the order of the ids; those that are not there are left out.
func ExampleQuery_FindMany() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	users, err := lucid.From[User](db).FindMany(ctx, 3, 99, 1)
	check(err)
	for _, user := range users {
		fmt.Println(user.ID, user.Email)
	}
	// Output:
	// 3 cyd@example.com
	// 1 ann@example.com
}

func ExampleQuery_Each() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	for post, err := range lucid.From[Post](db).Preload(PostAuthor).OrderBy("id").Each(ctx) {
		check(err)
		if post.Author.ID != 1 {
			break
		}
		fmt.Println(post.Title, "by", post.Author.Email)
	}
	// Output:
	// Why we started by ann@example.com
	// Notes by ann@example.com
	// Hiring by ann@example.com
}

func ExamplePluck() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	emails, err := lucid.Pluck[string](ctx, lucid.From[User](db).OrderBy("email"), "email")
	check(err)
	fmt.Println(emails)
	// Output: [ann@example.com bob@example.com cyd@example.com dee@example.com]
}

func ExampleQuery_Count() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	posts := lucid.From[Post](db).Where("user_id", 1)
	n, err := posts.Count(ctx)
	check(err)
	drafts, err := posts.Clone().Where("published", false).Exists(ctx)
	check(err)
	fmt.Println(n, "posts; drafts:", drafts)
	// Output: 3 posts; drafts: true
}

func ExampleQuery_Sum() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	posts := lucid.From[Post](db).Where("user_id", 1)
	sum, err := posts.Sum(ctx, "likes") // an int64, as the column holds integers
	check(err)
	average, err := posts.Avg(ctx, "likes")
	check(err)
	none, err := lucid.From[Post](db).Where("user_id", 99).Sum(ctx, "likes")
	check(err)
	fmt.Println(sum, average, none)
	// Output: 132 44 <nil>
}

// A query is a value of WhereIn: it becomes a subquery.
func ExampleQuery_WhereIn() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	authors := lucid.From[Post](db).Select("user_id").Where("likes", ">", 40)
	users, err := lucid.From[User](db).WhereIn("id", authors).OrderBy("id").All(ctx)
	check(err)
	for _, user := range users {
		fmt.Println(user.Email)
	}
	// Output:
	// ann@example.com
	// bob@example.com
}

// What a query selects besides the model's columns are extras.
func ExampleExtra() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	posts, err := lucid.From[Post](db).
		Select("*").SelectRaw("length(title) AS size").
		Join("users", "users.id = posts.user_id").Select("users.email AS author").
		OrderByDesc("size").Limit(1).
		All(ctx)
	check(err)
	size, err := lucid.Extra[int](posts[0], "size")
	check(err)
	author, err := lucid.Extra[string](posts[0], "author")
	check(err)
	fmt.Println(posts[0].Title, size, author)
	// Output: Ten deploys a day 17 bob@example.com
}

func ExampleQuery_SQL() {
	db, done := openExample()
	defer done()

	text, args, err := lucid.From[Post](db).Select("id", "title").Where("likes", ">", 10).OrderBy("id").SQL()
	check(err)
	fmt.Println(text)
	fmt.Println(args)
	// Output:
	// SELECT "posts"."id", "posts"."title" FROM "posts" WHERE "posts"."likes" > ? ORDER BY "posts"."id" ASC
	// [10]
}
