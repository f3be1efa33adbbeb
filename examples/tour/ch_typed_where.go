package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var typedWhereChapter = chapter{
	name:  "typed-where",
	title: "conditions that the compiler checks",
	text: "Column names a column by its field. Renaming the field, comparing it with a value of another type or " +
		"using it on another model's query does not compile: PostLikes.Eq(\"ten\") is an error in your editor.",
	declares: []string{"PostLikes", "PostTitle", "UserCountryID"},
	steps: []step{
		show("", typedConditions, postTable),
		show("NullColumn is for nullable fields: conditions take the plain value, and IsNull asks for NULL.", typedNullable, userTable),
	},
}

func typedConditions(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).
		Filter(
			PostPublished.Eq(true),
			lucid.Or(PostLikes.Gt(80), PostTitle.Like("%deploy%")),
		).
		OrderBy(PostLikes.Name()).
		All(ctx)
}

func typedNullable(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Filter(lucid.Or(UserCountryID.Eq(3), UserCountryID.IsNull())).
		OrderBy("id").
		All(ctx)
}
