package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var relatedQueryChapter = chapter{
	name:  "related-query",
	title: "ask the related rows instead of loading them",
	text: "Query starts a query on the related rows of the parents given: everything a query can do, and never " +
		"another parent's rows.",
	steps: []step{
		show("", relatedPosts, postTable),
		show("Several parents, any relation, any finishing call.", relatedCount, countTable),
		show("As a value of WhereIn it is a subquery.", relatedSubquery, countryTable),
	},
}

func relatedPosts(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	user, err := lucid.From[User](db).Find(ctx, 4)
	if err != nil {
		return nil, err
	}
	return UserPosts.Query(db, user).
		Where("likes", ">", 60).
		OrderByDesc("likes").
		All(ctx)
}

func relatedCount(ctx context.Context, db *lucid.DB) (int64, error) {
	countries, err := lucid.From[Country](db).WhereIn("code", []string{"KE", "JP"}).OrderBy("id").All(ctx)
	if err != nil {
		return 0, err
	}
	return CountryPosts.With(Published).Query(db, countries...).Count(ctx)
}

func countTable(n int64) *table { return newTable("published posts").row(n) }

func relatedSubquery(ctx context.Context, db *lucid.DB) ([]*Country, error) {
	manager, err := lucid.From[User](db).Find(ctx, 2)
	if err != nil {
		return nil, err
	}
	reports := UserReports.Query(db, manager).Select("country_id")
	return lucid.From[Country](db).WhereIn("id", reports).OrderBy("id").All(ctx)
}
