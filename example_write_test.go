package lucid_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lucid-go/lucid"
)

// Create fills generated keys; Save writes what changed.
func ExampleCreate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	zig, ada := &Skill{Name: "Zig"}, &Skill{Name: "Ada"}
	check(lucid.Create(ctx, db, zig, ada))
	fmt.Println(zig.ID, ada.ID)
	// Output: 4 5
}

func ExampleSave() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	post, err := lucid.From[Post](db).Find(ctx, 2)
	check(err)
	post.Title, post.Published = "Better notes", true
	fmt.Println(lucid.Changed(post))
	check(lucid.Save(ctx, db, post))
	fmt.Println(lucid.Changed(post))
	// Output:
	// [title published]
	// []
}

// A row that was deleted is not persisted any more; deleted again it is an error.
func ExampleDelete() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	post, err := lucid.From[Post](db).Find(ctx, 6)
	check(err)
	check(lucid.Delete(ctx, db, post))
	fmt.Println(post.IsPersisted())
	fmt.Println(errors.Is(lucid.Delete(ctx, db, post), lucid.ErrNotPersisted))
	// Output:
	// false
	// true
}

func ExampleFirstOrCreate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	for _, name := range []string{"Go", "Zig", "Zig"} {
		skill, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"name": name}, &Skill{})
		check(err)
		fmt.Println(skill.ID, skill.Name)
	}
	// Output:
	// 1 Go
	// 4 Zig
	// 4 Zig
}

// Rows that are missing are inserted together, and all come back in the order given.
func ExampleFetchOrCreateMany() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	skills, err := lucid.FetchOrCreateMany(ctx, db, []*Skill{{Name: "Zig"}, {Name: "SQL"}, {Name: "Ada"}}, "name")
	check(err)
	for _, skill := range skills {
		fmt.Println(skill.ID, skill.Name)
	}
	// Output:
	// 4 Zig
	// 2 SQL
	// 5 Ada
}

func ExampleUpsert() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	check(lucid.Upsert(ctx, db, []*Skill{{ID: 1, Name: "Golang"}, {ID: 9, Name: "Zig"}}, []string{"id"}, []string{"name"}))
	names, err := lucid.Pluck[string](ctx, lucid.From[Skill](db).OrderBy("id"), "name")
	check(err)
	fmt.Println(names)
	// Output: [Golang SQL CSS Zig]
}

// A new parent is saved first, and all of it is one transaction.
func ExampleHasMany_CreateMany() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user := &User{Email: "eve@example.com"}
	posts := []*Post{{Title: "One"}, {Title: "Two"}}
	check(UserPosts.CreateMany(ctx, db, user, posts...))
	fmt.Println(user.ID, posts[0].UserID, posts[1].UserID)
	// Output: 5 5 5
}

func ExampleBelongsTo_Associate() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Preload(UserCountry).Find(ctx, 4)
	check(err)
	check(UserCountry.Associate(ctx, db, user, &Country{Name: "Peru"}))
	fmt.Println(*user.CountryID, user.Country.Name)
	check(UserCountry.Dissociate(ctx, db, user))
	fmt.Println(user.CountryID == nil, user.Country == nil)
	// Output:
	// 4 Peru
	// true true
}

// Sync makes the pivot rows those that are given, and says what it changed.
func ExampleManyToMany_Sync() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 1)
	check(err)
	result, err := UserSkills.Sync(ctx, db, user, 1, lucid.Pivot{ID: 3, Values: lucid.Values{"proficiency": "novice"}})
	check(err)
	fmt.Println("attached", result.Attached, "updated", result.Updated, "detached", result.Detached)
	// Output: attached [3] updated [] detached [2]
}

func ExampleManyToMany_Attach() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 3)
	check(err)
	css, err := lucid.From[Skill](db).Find(ctx, 3)
	check(err)
	check(UserSkills.Attach(ctx, db, user, 1, lucid.Pivot{ID: css, Values: lucid.Values{"proficiency": "expert"}}))
	n, err := UserSkills.PivotQuery(db, user).Count(ctx)
	check(err)
	word, err := lucid.Extra[string](css, "pivot_proficiency")
	check(err)
	fmt.Println(n, word)
	// Output: 2 expert
}

// A transaction that is rolled back leaves rows in memory as they were.
func ExampleDB_Transaction_memory() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	post := &Post{UserID: 1, Title: "Never"}
	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		if err := lucid.Create(ctx, tx, post); err != nil {
			return err
		}
		fmt.Println(post.IsPersisted())
		return errors.New("second thoughts")
	})
	fmt.Println(err)
	fmt.Println(post.IsPersisted(), post.ID)
	// Output:
	// true
	// second thoughts
	// false 0
}

func ExampleConstraintError() {
	ctx := context.Background()
	db, done := openExample()
	defer done()

	user, err := lucid.From[User](db).Find(ctx, 1)
	check(err)
	err = UserFollows.Attach(ctx, db, user, 2)
	if violated, ok := errors.AsType[*lucid.ConstraintError](err); ok {
		fmt.Println(violated.Kind, violated.Table, violated.Column)
	}
	// Output: unique follows user_id, following_id
}
