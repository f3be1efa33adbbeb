package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var nestedChapter = chapter{
	name:  "nested",
	title: "relations of relations",
	text: "Every relation has Preload, so a tree of them is one expression. Each level costs one statement, however " +
		"many rows it has.",
	declares: []string{"Comment", "PostComments", "CommentUser"},
	steps: []step{
		show("", preloadNested, commentTree),
		show("Scopes and further preloads mix at any depth. Here guests' comments, which have no user, are left out.",
			preloadNestedScoped, commentTree),
	},
}

func preloadNested(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Where("id", 5).
		Preload(UserPosts.Preload(PostComments.Preload(CommentUser))).
		All(ctx)
}

func preloadNestedScoped(ctx context.Context, db *lucid.DB) ([]*User, error) {
	signed := func(q *lucid.Query[Comment]) { q.WhereNotNull("user_id").OrderByDesc("id") }
	return lucid.From[User](db).
		WhereIn("id", []int64{5, 6}).
		Preload(
			UserCountry,
			UserPosts.With(LikedAtLeast(70)).Preload(PostComments.With(signed).Preload(CommentUser)),
		).
		OrderBy("id").
		All(ctx)
}

func commentTree(users []*User) *table {
	t := tree("user", "post", "comment", "by")
	for _, u := range users {
		for _, p := range u.Posts {
			for _, c := range p.Comments {
				t.row(u.Name, p.Title, c.Body, signature(c))
			}
		}
	}
	return t
}

func signature(c *Comment) string {
	if c.User == nil {
		return "(a guest)"
	}
	return c.User.Name
}
