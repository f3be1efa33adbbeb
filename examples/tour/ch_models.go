package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var modelsChapter = chapter{
	name:  "models",
	title: "columns, nullable columns and homes for relations",
	text: "A pointer to a plain value is a nullable column. A pointer to a model, or a slice of them, is never a " +
		"column: it is where a relation's rows go once they are loaded. The db tag says what a name cannot.",
	declares: []string{"User"},
	steps:    []step{show("", allUsers, userTable)},
}

func allUsers(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).OrderBy("id").All(ctx)
}
