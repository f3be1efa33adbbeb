package main

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

var errorsChapter = chapter{
	name:  "errors",
	title: "mistakes that say how to mend them",
	text: "The first mistake of a chain is returned by its finishing call, and nothing is sent. Messages name the " +
		"model, the relation and the column; kinds are matched with errors.Is.",
	declares: []string{"Draft", "DraftReviews"},
	steps: []step{
		fails("A column that is not there: errors.Is(err, lucid.ErrUnknownColumn).", unknownColumn, lucid.ErrUnknownColumn),
		fails("An operator that is not on the list: lucid.ErrInvalidOperator.", unknownOperator, lucid.ErrInvalidOperator),
		fails("A relation whose key was not read: lucid.ErrMissingKey.", missingKey, lucid.ErrMissingKey),
		show("A relation that cannot work does not wait for its first use: Register panics when the program starts, with "+
			"everything that is wrong.", wrongRelation, panicTable),
	},
}

func unknownColumn(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).Where("publised", true).All(ctx)
}

func unknownOperator(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	return lucid.From[Post](db).Where("likes", "=>", 10).All(ctx)
}

func missingKey(ctx context.Context, db *lucid.DB) (*Post, error) {
	post, err := lucid.From[Post](db).Select("id", "title").First(ctx)
	if err != nil {
		return nil, err
	}
	return post, PostAuthor.Load(ctx, db, post)
}

// Draft has many reviews, or so its relation says.
type Draft struct {
	lucid.Model
	ID int64
}

// Review has no column draft_id.
type Review struct {
	lucid.Model
	ID     int64
	PostID int64
}

// DraftReviews is wrong on purpose, and therefore not registered in init.
var DraftReviews = &lucid.HasMany[Draft, Review]{}

func wrongRelation(context.Context, *lucid.DB) (message string, err error) {
	defer func() { message = fmt.Sprint(recover()) }()
	lucid.Register[Draft](DraftReviews)
	return "", nil
}

func panicTable(message string) *table { return newTable("panic").row(message) }
