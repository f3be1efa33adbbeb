package lucid_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lucid-go/lucid"
)

func ExampleHasOne() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var UserProfile = &lucid.HasOne[User, Profile]{
	// 	Field: func(u *User) **Profile { return &u.Profile }, // key: profiles.user_id
	// }
	users, err := lucid.From[User](db).Preload(UserProfile).OrderBy("id").All(ctx)
	check(err)
	for _, user := range users {
		if user.Profile == nil {
			fmt.Println(user.Email, "has no profile")
			continue
		}
		fmt.Println(user.Email, user.Profile.Bio)
	}
	// Output:
	// ann@example.com Writes at night
	// bob@example.com Runs the platform
	// cyd@example.com Draws maps
	// dee@example.com has no profile
}

func ExampleHasMany() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var UserPosts = &lucid.HasMany[User, Post]{
	// 	Field: func(u *User) *[]*Post { return &u.Posts }, // key: posts.user_id
	// }
	users, err := lucid.From[User](db).
		Preload(UserPosts.With(Published, func(q *lucid.Query[Post]) { q.OrderByDesc("likes") })).
		OrderBy("id").
		All(ctx)
	check(err)
	for _, user := range users {
		fmt.Println(user.Email)
		for _, post := range user.Posts {
			fmt.Println("  ", post.Title)
		}
	}
	// Output:
	// ann@example.com
	//    Why we started
	//    Hiring
	// bob@example.com
	//    Ten deploys a day
	//    One deploy a day
	// cyd@example.com
	// dee@example.com
}

// Parents with the same key share one related row.
func ExampleBelongsTo() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var PostAuthor = &lucid.BelongsTo[Post, User]{
	// 	Field: func(p *Post) **User { return &p.Author }, // key: posts.user_id
	// }
	posts, err := lucid.From[Post](db).Preload(PostAuthor).OrderBy("id").Limit(2).All(ctx)
	check(err)
	for _, post := range posts {
		fmt.Println(post.Title, "by", post.Author.Email)
	}
	fmt.Println(posts[0].Author == posts[1].Author)
	// Output:
	// Why we started by ann@example.com
	// Notes by ann@example.com
	// true
}

// Columns of the pivot table are extras of the related row, and can be asked for as pivot.….
func ExampleManyToMany() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var UserSkills = &lucid.ManyToMany[User, Skill]{
	// 	Field:           func(u *User) *[]*Skill { return &u.Skills }, // pivot table: skill_user
	// 	PivotColumns:    []string{"proficiency"},
	// 	PivotTimestamps: lucid.DefaultPivotTimestamps,
	// }
	best := func(q *lucid.Query[Skill]) { q.OrderByDesc("pivot.level") }
	users, err := lucid.From[User](db).Preload(UserSkills.With(best)).OrderBy("id").Limit(2).All(ctx)
	check(err)
	for _, user := range users {
		for _, skill := range user.Skills {
			proficiency, err := lucid.Extra[string](skill, "pivot_proficiency")
			check(err)
			fmt.Println(user.Email, skill.Name, proficiency)
		}
	}
	// Output:
	// ann@example.com Go expert
	// ann@example.com SQL novice
	// bob@example.com SQL expert
}

// A country's posts are those of its users.
func ExampleHasManyThrough() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var CountryPosts = &lucid.HasManyThrough[Country, User, Post]{
	// 	Field: func(c *Country) *[]*Post { return &c.Posts }, // keys: users.country_id, posts.user_id
	// }
	countries, err := lucid.From[Country](db).Preload(CountryPosts).OrderBy("id").All(ctx)
	check(err)
	for _, country := range countries {
		fmt.Println(country.Name, len(country.Posts))
	}
	// Output:
	// Kenya 5
	// Japan 1
	// Iceland 0
}

// Of several rows it is the one with the lowest primary key, unless a scope or OnQuery orders them.
func ExampleHasOneThrough() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var CountryProfile = &lucid.HasOneThrough[Country, User, Profile]{
	// 	Field: func(c *Country) **Profile { return &c.Profile }, // keys: users.country_id, profiles.user_id
	// }
	country, err := lucid.From[Country](db).Preload(CountryProfile).Find(ctx, 1)
	check(err)
	fmt.Println(country.Name, country.Profile.Bio)

	last := func(q *lucid.Query[Profile]) { q.OrderByDesc("id") }
	check(CountryProfile.With(last).Load(ctx, db, country))
	fmt.Println(country.Name, country.Profile.Bio)
	// Output:
	// Kenya Writes at night
	// Kenya Runs the platform
}

// Two relations over one column: a user's manager, and those whom the user manages.
func Example_selfRelation() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var UserParentID = lucid.Column(func(u *User) *sql.Null[int64] { return &u.ParentID })
	//
	// var UserParent = &lucid.BelongsTo[User, User]{
	// 	Field:      func(u *User) **User { return &u.Parent },
	// 	ForeignKey: UserParentID,
	// }
	// var UserChildren = &lucid.HasMany[User, User]{
	// 	Field:      func(u *User) *[]*User { return &u.Children },
	// 	ForeignKey: UserParentID,
	// }
	top, err := lucid.From[User](db).WhereNull("parent_id").Preload(UserChildren.Preload(UserChildren)).Sole(ctx)
	check(err)
	for _, child := range top.Children {
		fmt.Println(top.Email, "›", child.Email)
		for _, grandchild := range child.Children {
			fmt.Println(top.Email, "›", child.Email, "›", grandchild.Email)
		}
	}
	// Output:
	// ann@example.com › bob@example.com
	// ann@example.com › bob@example.com › dee@example.com
	// ann@example.com › cyd@example.com
}

// A relation without a Field keeps its rows inside the model. Models of two packages can be related
// from a third so.
func Example_withoutField() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	// var UserLatestPosts = &lucid.HasMany[User, Post]{
	// 	OnQuery: func(q *lucid.Query[Post]) { q.OrderByDesc("id") },
	// }
	user, err := lucid.From[User](db).Preload(UserLatestPosts).Find(ctx, 2)
	check(err)
	posts, err := UserLatestPosts.Get(user)
	check(err)
	for _, post := range posts {
		fmt.Println(post.Title)
	}
	// Output:
	// Ten deploys a day
	// One deploy a day
}

// Get tells a relation that was not loaded from one that has no rows.
func ExampleHasMany_Get() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 4)
	check(err)
	_, err = UserPosts.Get(user)
	fmt.Println(errors.Is(err, lucid.ErrNotLoaded), err)

	check(UserPosts.Load(ctx, db, user))
	posts, err := UserPosts.Get(user)
	fmt.Println(len(posts), err)
	// Output:
	// true lucid: User.Posts is not loaded: call Preload or Load first
	// 0 <nil>
}

// Query asks about the related rows of some parents, and never of others.
func ExampleHasMany_Query() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 1)
	check(err)
	likes, err := UserPosts.With(Published).Query(db, user).Sum(ctx, "likes")
	check(err)
	best, err := UserPosts.Query(db, user).OrderByDesc("likes").First(ctx)
	check(err)
	fmt.Println(likes, "likes, most of all for", best.Title)
	// Output: 129 likes, most of all for Why we started
}
