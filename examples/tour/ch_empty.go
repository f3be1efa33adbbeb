package main

import (
	"context"
	"fmt"

	"github.com/lucid-go/lucid"
)

var emptyChapter = chapter{
	name:  "empty",
	title: "not loaded, loaded and none",
	text: "Not loaded and none are two things. A slice tells them apart by itself: nil was never loaded, empty was. " +
		"For a pointer, ask the relation: Loaded.",
	steps: []step{
		show("", emptyStates, stateTable),
		fails("Get says so as well.", getUnloaded, lucid.ErrNotLoaded),
	},
}

// state is a user and how they were read.
type state struct {
	how  string
	user *User
}

func emptyStates(ctx context.Context, db *lucid.DB) ([]state, error) {
	plain, err := lucid.From[User](db).Find(ctx, 8)
	if err != nil {
		return nil, err
	}
	loaded, err := lucid.From[User](db).Preload(UserPosts, UserProfile).Find(ctx, 8)
	if err != nil {
		return nil, err
	}
	return []state{{"Find", plain}, {"Preload and Find", loaded}}, nil
}

func stateTable(states []state) *table {
	t := newTable("read with", "Posts", "UserPosts.Loaded", "Profile", "UserProfile.Loaded")
	for _, s := range states {
		posts := fmt.Sprintf("%d posts", len(s.user.Posts))
		if s.user.Posts == nil {
			posts = "nil"
		}
		t.row(s.how, posts, UserPosts.Loaded(s.user), s.user.Profile, UserProfile.Loaded(s.user))
	}
	return t
}

func getUnloaded(ctx context.Context, db *lucid.DB) ([]*Post, error) {
	user, err := lucid.From[User](db).Find(ctx, 8)
	if err != nil {
		return nil, err
	}
	return UserPosts.Get(user)
}
