package main

import (
	"context"
	"errors"

	"github.com/lucid-go/lucid"
)

var lazyChapter = chapter{
	name:  "lazy",
	title: "relations of rows that were read already",
	text: "Every relation has Load, which takes one row or many and replaces what was loaded. lucid.Load does it for a " +
		"slice and several relations, lucid.LoadMissing only where it has not been done.",
	steps: []step{
		show("", loadOne, oneUserPosts),
		show("", loadSlice, profileAndPosts),
		show("Rui's posts are there already, so only Hana's are asked for.", loadMissing, userPosts),
	},
}

func loadOne(ctx context.Context, db *lucid.DB) (*User, error) {
	user, err := lucid.From[User](db).Find(ctx, 6)
	if err != nil {
		return nil, err
	}
	return user, UserPosts.Load(ctx, db, user)
}

func oneUserPosts(u *User) *table { return userPosts([]*User{u}) }

func loadSlice(ctx context.Context, db *lucid.DB) ([]*User, error) {
	users, err := lucid.From[User](db).Where("country_id", 2).OrderBy("id").All(ctx)
	if err != nil {
		return nil, err
	}
	return users, lucid.Load(ctx, db, users, UserProfile, UserPosts.With(LikedAtLeast(60)))
}

func profileAndPosts(users []*User) *table {
	t := tree("user", "profile", "post")
	for _, u := range users {
		for _, p := range u.Posts {
			t.row(u.Name, u.Profile.Bio, p.Title)
		}
	}
	return t
}

func loadMissing(ctx context.Context, db *lucid.DB) ([]*User, error) {
	users, err := lucid.From[User](db).FindMany(ctx, 2, 3)
	if err != nil {
		return nil, err
	}
	return users, errors.Join(
		UserPosts.Load(ctx, db, users[0]),
		lucid.LoadMissing(ctx, db, users, UserPosts),
	)
}
