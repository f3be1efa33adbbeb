package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var selfChapter = chapter{
	name:  "self",
	title: "users who manage users",
	text: "A model may be related to itself. The two directions are two relations over the same column, which has to " +
		"be named because its name is not the usual one.",
	declares: []string{"UserParentID", "UserManager", "UserReports"},
	steps: []step{
		show("", reports, reportTree),
		show("", managers, managerTable),
	},
}

func reports(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		WhereNull("parent_id").
		Preload(UserReports.Preload(UserReports)).
		OrderBy("id").
		All(ctx)
}

func reportTree(users []*User) *table {
	t := tree("user", "reports", "their reports")
	for _, u := range users {
		if len(u.Reports) == 0 {
			t.row(u.Name, "(none)", "")
		}
		for _, r := range u.Reports {
			for _, rr := range r.Reports {
				t.row(u.Name, r.Name, rr.Name)
			}
		}
	}
	return t
}

func managers(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		WhereIn("id", []int64{1, 3, 7}).
		Preload(UserManager.Preload(UserManager)).
		OrderBy("id").
		All(ctx)
}

func managerTable(users []*User) *table {
	t := newTable("user", "manager", "manager's manager")
	for _, u := range users {
		manager, above := u.Manager, (*User)(nil)
		if manager != nil {
			above = manager.Manager
		}
		t.row(u.Name, nameOf(manager), nameOf(above))
	}
	return t
}

func nameOf(u *User) any {
	if u == nil {
		return nil
	}
	return u.Name
}
