package main

import (
	"context"
	"errors"

	"github.com/lucid-go/lucid"
)

var valuesChapter = chapter{
	name:  "values",
	title: "one column, or one number",
	text: "Pluck reads one column as a slice of a Go type. Count, Exists, Sum, Avg, Min and Max ask the database " +
		"instead of loading rows. A finishing call leaves its query as it was, so one query can be asked many things.",
	steps: []step{
		show("", titles, titleTable),
		show("", numbers, numberTable),
	},
}

func titles(ctx context.Context, db *lucid.DB) ([]string, error) {
	best := lucid.From[Post](db).Where("likes", ">", 75).OrderBy("title")
	return lucid.Pluck[string](ctx, best, "title")
}

func titleTable(titles []string) *table {
	t := newTable("title")
	for _, title := range titles {
		t.row(title)
	}
	return t
}

// postNumbers is what numbers finds out.
type postNumbers struct {
	count  int64
	drafts bool
	likes  any // what a field of the column's kind would hold: int64
	most   any
}

func numbers(ctx context.Context, db *lucid.DB) (postNumbers, error) {
	posts := lucid.From[Post](db).Where("user_id", 6)
	count, err1 := posts.Count(ctx)
	likes, err2 := posts.Sum(ctx, "likes")
	most, err3 := posts.Max(ctx, "likes")
	drafts, err4 := posts.Clone().Where("published", false).Exists(ctx)
	return postNumbers{count, drafts, likes, most}, errors.Join(err1, err2, err3, err4)
}

func numberTable(n postNumbers) *table {
	return newTable("count", "sum of likes", "most likes", "any drafts").row(n.count, n.likes, n.most, n.drafts)
}
