package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var hasOneChapter = chapter{
	name:  "has-one",
	title: "a user has one profile",
	text: "A relation is a value that is declared once. Preload fills its field for every row of the query, with one " +
		"more statement whatever the number of rows. Where there is nothing, the field stays nil.",
	declares: []string{"Profile", "UserProfile"},
	steps:    []step{show("", preloadHasOne, profileTable)},
}

func preloadHasOne(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Preload(UserProfile).
		OrderBy("id").
		All(ctx)
}

func profileTable(users []*User) *table {
	t := newTable("user", "profile")
	for _, u := range users {
		if u.Profile == nil {
			t.row(u.Name, nil)
			continue
		}
		t.row(u.Name, u.Profile.Bio)
	}
	return t
}

var hasManyChapter = chapter{
	name:  "has-many",
	title: "a user has many posts",
	text: "The same, with a slice for a home. Rows keep the query's order inside each parent, and a user without " +
		"posts gets an empty slice, not a nil one.",
	declares: []string{"Post", "UserPosts"},
	steps: []step{
		show("", preloadHasMany, userPosts),
		show("With narrows a relation with scopes. What they ask for is bracketed, so that no OR in a scope can reach "+
			"another user's posts.", preloadScoped, userPosts),
	},
}

func preloadHasMany(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		WhereIn("id", []int64{1, 2, 8}).
		Preload(UserPosts).
		OrderBy("id").
		All(ctx)
}

func preloadScoped(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Where("country_id", 3).
		Preload(UserPosts.With(Published, Newest, func(q *lucid.Query[Post]) {
			q.Where("likes", ">", 50).OrWhere("title", "A build log worth reading")
		})).
		OrderBy("id").
		All(ctx)
}
