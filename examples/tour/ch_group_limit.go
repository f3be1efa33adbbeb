package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var groupLimitChapter = chapter{
	name:  "group-limit",
	title: "the latest two posts of each user",
	text: "GroupLimit keeps that many rows of each parent, in the scope's order, and the database does the work: the " +
		"other rows are never sent.",
	steps: []step{
		show("", latestTwo, userPosts),
		fails("A plain Limit would cut all users' posts together and lose some silently, so it is refused.", limitAll, nil),
	},
}

func latestTwo(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Preload(UserPosts.With(Published, func(q *lucid.Query[Post]) {
			q.OrderByDesc("created_at").GroupLimit(2)
		})).
		OrderBy("id").
		All(ctx)
}

func limitAll(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Preload(UserPosts.With(func(q *lucid.Query[Post]) { q.Limit(2) })).
		All(ctx)
}
