package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var findChapter = chapter{
	name:  "find",
	title: "one row, or rows by key",
	text: "Find reads by primary key, FindBy by any column, and First the first row: by primary key where no order " +
		"is asked for, so that the answer does not depend on chance.",
	steps: []step{
		show("", findUser, oneUser),
		show("", findByEmail, oneUser),
		show("", firstUser, oneUser),
		show("FindMany keeps the order of the ids given; ids that are not there are left out.", findUsers, userTable),
		fails("No row is lucid.ErrNotFound, which is sql.ErrNoRows too.", findNobody, lucid.ErrNotFound),
	},
}

func findUser(ctx context.Context, db *lucid.DB) (*User, error) {
	return lucid.From[User](db).Find(ctx, 3)
}

func findByEmail(ctx context.Context, db *lucid.DB) (*User, error) {
	return lucid.From[User](db).FindBy(ctx, "email", "rui@example.com")
}

func firstUser(ctx context.Context, db *lucid.DB) (*User, error) {
	return lucid.From[User](db).WhereNotNull("parent_id").First(ctx)
}

func findUsers(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).FindMany(ctx, 5, 1, 99, 3)
}

func findNobody(ctx context.Context, db *lucid.DB) (*User, error) {
	return lucid.From[User](db).Find(ctx, 99)
}
