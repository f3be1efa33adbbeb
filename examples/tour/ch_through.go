package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var hasManyThroughChapter = chapter{
	name:  "has-many-through",
	title: "a country has the posts of its users",
	text: "The path is in the type: from Country through User to Post. One join, one statement, and the users " +
		"themselves are not loaded.",
	declares: []string{"CountryPosts"},
	steps: []step{
		show("", preloadManyThrough, countryPosts),
		show("In a scope, through.… is a column of the model in the middle.", preloadThroughScope, countryPosts),
	},
}

func preloadManyThrough(ctx context.Context, db *lucid.DB) ([]*Country, error) {
	return lucid.From[Country](db).
		Preload(CountryPosts.With(LikedAtLeast(60), Newest)).
		OrderBy("id").
		All(ctx)
}

func preloadThroughScope(ctx context.Context, db *lucid.DB) ([]*Country, error) {
	return lucid.From[Country](db).
		WhereIn("code", []string{"KE", "PT"}).
		Preload(CountryPosts.With(Published, func(q *lucid.Query[Post]) {
			q.Where("through.name", "!=", "Amina Odhiambo").OrderByDesc("likes")
		})).
		OrderBy("id").
		All(ctx)
}

func countryPosts(countries []*Country) *table {
	t := tree("country", "post", "likes")
	for _, c := range countries {
		if len(c.Posts) == 0 {
			t.row(c.Name, "(none)", "")
		}
		for _, p := range c.Posts {
			t.row(c.Name, p.Title, p.Likes)
		}
	}
	return t
}

var hasOneThroughChapter = chapter{
	name:  "has-one-through",
	title: "a country has one profile, of a user",
	text: "Where one row is wanted and several match, the first in the relation's order is taken; without an order " +
		"that is the lowest primary key.",
	declares: []string{"CountryProfile"},
	steps:    []step{show("", preloadOneThrough, countryProfiles)},
}

func preloadOneThrough(ctx context.Context, db *lucid.DB) ([]*Country, error) {
	return lucid.From[Country](db).
		Preload(CountryProfile).
		OrderBy("id").
		All(ctx)
}

func countryProfiles(countries []*Country) *table {
	t := newTable("country", "profile")
	for _, c := range countries {
		if c.Profile == nil {
			t.row(c.Name, nil)
			continue
		}
		t.row(c.Name, c.Profile.Bio)
	}
	return t
}
