package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var eachChapter = chapter{
	name:  "each",
	title: "one row at a time",
	text: "Each is an iterator: rows are read as the loop asks for them and are not kept, so a table of any size fits. " +
		"Leaving the loop closes the result.",
	steps: []step{show("", untilThreeHundred, postTable)},
}

func untilThreeHundred(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	var read []*Post
	likes := 0
	for post, err := range lucid.From[Post](db).OrderByDesc("likes").Each(ctx) {
		if err != nil {
			return nil, err
		}
		read = append(read, post)
		if likes += post.Likes; likes > 300 {
			break
		}
	}
	return read, nil
}
