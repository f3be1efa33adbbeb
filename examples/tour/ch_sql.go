package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var sqlChapter = chapter{
	name:  "sql",
	title: "see the SQL without sending it",
	text: "SQL returns what a query would send: the statement and, apart from it, its arguments. In tests it says what " +
		"changed; in doubt it says what a chain means.",
	steps: []step{show("", withoutSending, unsentTable)},
}

// unsent is a statement that was built and not sent.
type unsent struct {
	text string
	args []any
}

func withoutSending(_ context.Context, db *lucid.DB) (unsent, error) {
	managers := lucid.From[User](db).Select("id").WhereNull("parent_id")
	text, args, err := lucid.From[User](db).
		Select("id", "name").
		WhereIn("parent_id", managers).
		OrWhereLike("email", "%@example.org").
		OrderBy("name").
		Limit(10).
		SQL()
	return unsent{text, args}, err
}

func unsentTable(u unsent) *table {
	return newTable("returned", "value").row("SQL", u.text).row("arguments", arguments(u.args))
}
