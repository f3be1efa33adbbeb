package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var belongsToChapter = chapter{
	name:  "belongs-to",
	title: "a post belongs to its author",
	text: "The model that holds the foreign key belongs to the other. Every author is read once: posts by the same " +
		"author share one *User. The last column numbers the values that are different in memory.",
	declares: []string{"PostAuthor"},
	steps:    []step{show("", preloadBelongsTo, authorTable)},
}

func preloadBelongsTo(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).
		Where("likes", ">", 70).
		Preload(PostAuthor).
		OrderBy("id").
		All(ctx)
}

func authorTable(posts []*Post) *table {
	t := newTable("post", "author", "*User")
	numbers := map[*User]int{}
	for _, p := range posts {
		if _, ok := numbers[p.Author]; !ok {
			numbers[p.Author] = len(numbers) + 1
		}
		t.row(p.Title, p.Author.Name, numbers[p.Author])
	}
	return t
}
