package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var fieldlessChapter = chapter{
	name:  "fieldless",
	title: "a relation without a field",
	text: "A relation may leave out its field: what it loads is kept inside the model and read with Get. So two models " +
		"in different packages can be related from a third, without an import cycle.",
	declares: []string{"UserEmail", "UserEmails"},
	steps:    []step{show("", fieldless, addressTable)},
}

// addresses is what a user can be reached at.
type addresses struct {
	user  string
	extra []*UserEmail
}

func fieldless(ctx context.Context, db *lucid.DB) ([]addresses, error) {
	users, err := lucid.From[User](db).Preload(UserEmails).OrderBy("id").Limit(5).All(ctx)
	if err != nil {
		return nil, err
	}
	var all []addresses
	for _, user := range users {
		emails, err := UserEmails.Get(user) // []*UserEmail
		if err != nil {
			return nil, err
		}
		all = append(all, addresses{user.Name, emails})
	}
	return all, nil
}

func addressTable(all []addresses) *table {
	t := tree("user", "address")
	for _, a := range all {
		if len(a.extra) == 0 {
			t.row(a.user, "(none)")
		}
		for _, e := range a.extra {
			t.row(a.user, e.Address)
		}
	}
	return t
}
