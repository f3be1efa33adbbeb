package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var whereChapter = chapter{
	name:  "where",
	title: "conditions by column name, and scopes",
	text: "Conditions name columns as the database does. Names are checked against the model before anything is " +
		"sent, and values travel as arguments, never inside the SQL.",
	declares: []string{"Published", "LikedAtLeast"},
	steps: []step{
		show("", popularPosts, postTable),
		show("A function given to WhereGroup puts parentheses around what it adds.", groupedConditions, postTable),
		show("A nil value means IS NULL, as does WhereNull.", withoutCountry, userTable),
		show("A scope is a plain function, so it can be named, tested and combined. If adds one only sometimes.", scopedPosts, postTable),
	},
}

func popularPosts(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).
		Where("published", true).
		Where("likes", ">=", 75).
		OrderByDesc("likes").
		All(ctx)
}

func groupedConditions(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).
		WhereIn("user_id", []int64{2, 3}).
		WhereGroup(func(q *lucid.Query[Post]) {
			q.WhereLike("title", "%deploy%").OrWhereBetween("likes", 50, 60)
		}).
		OrderBy("id").
		All(ctx)
}

func withoutCountry(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Where("country_id", nil).
		OrderBy("name").
		All(ctx)
}

func scopedPosts(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	onlyMine := false
	return lucid.From[Post](db).
		Apply(Published, LikedAtLeast(70), Newest).
		If(onlyMine, func(q *lucid.Query[Post]) { q.Where("user_id", 1) }).
		Limit(3).
		All(ctx)
}
