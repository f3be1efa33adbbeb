package main

import (
	"context"
	"errors"

	"github.com/lucid-go/lucid"
)

var filterChapter = chapter{
	name:  "has",
	title: "users by what they have",
	text: "Has keeps rows by their relatives: at least one, or as many as the counts say. It is a condition like any " +
		"other, so it stands in groups, in scopes and in the scope of another Has.",
	steps: []step{
		show("", prolific, userNames),
		show("DoesntHave is the other half; a relation of a relation is a Has in a scope.", quiet, userNames),
		show("Any is the same as a typed condition, to combine with others; Is and Contains take rows that you have.", typedAny, userNames),
	},
}

func prolific(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Has(UserPosts.With(Published), lucid.Count(">=", 3)).
		OrderBy("id").
		All(ctx)
}

func quiet(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		DoesntHave(UserPosts.With(func(q *lucid.Query[Post]) { q.Has(PostComments) })).
		OrderBy("id").
		All(ctx)
}

func typedAny(ctx context.Context, db *lucid.DB) ([]*User, error) {
	manager, err := lucid.From[User](db).Find(ctx, 1)
	if err != nil {
		return nil, err
	}
	return lucid.From[User](db).
		Filter(lucid.Or(UserPosts.Any(PostLikes.Gt(90)), UserManager.Is(manager))).
		OrderBy("id").
		All(ctx)
}

func userNames(users []*User) *table {
	t := newTable("id", "name")
	for _, u := range users {
		t.row(u.ID, u.Name)
	}
	return t
}

var countsChapter = chapter{
	name:  "counts",
	title: "numbers beside the rows",
	text: "WithCount and WithAggregate compute over a relation inside the same statement. The results are extras, read " +
		"with their Go type, and can be ordered by.",
	steps: []step{
		show("", mostPublished, aggregateTable),
		show("LoadCount fills rows that are already there, in one statement for all of them.", countLater, laterTable),
	},
}

func mostPublished(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		WithCount(UserPosts, UserPosts.With(Published).As("published")).
		WithAggregate(UserPosts.Max("likes").As("best")).
		OrderByDesc("published").OrderBy("id").
		Limit(4).
		All(ctx)
}

func aggregateTable(users []*User) *table {
	t := newTable("name", "posts_count", "published", "best")
	for _, u := range users {
		x := u.Extras()
		t.row(u.Name, x["posts_count"], x["published"], x["best"])
	}
	return t
}

func countLater(ctx context.Context, db *lucid.DB) ([]*User, error) {
	users, err := lucid.From[User](db).OrderBy("id").Limit(3).All(ctx)
	return users, errors.Join(err, lucid.LoadCount(ctx, db, users, UserSkills))
}

func laterTable(users []*User) *table {
	t := newTable("name", "skills_count")
	for _, u := range users {
		t.row(u.Name, u.Extras()["skills_count"])
	}
	return t
}

var pagesChapter = chapter{
	name:  "pages",
	title: "a page at a time",
	text: "Paginate counts all rows and reads one page. CursorPaginate begins after a row instead: it is as cheap for " +
		"the last page as for the first, and rows that come and go do not move the others.",
	steps: []step{
		show("", secondPage, pageTable),
		show("The cursor of one page leads to the next.", afterFirst, cursorTable),
	},
}

func secondPage(ctx context.Context, db *lucid.DB) (*lucid.Page[Post], error) {
	return lucid.From[Post](db).OrderByDesc("likes").Paginate(ctx, 2, 3)
}

func pageTable(p *lucid.Page[Post]) *table {
	t := newTable("page", "of", "total", "likes", "title")
	for _, post := range p.Data {
		t.row(p.CurrentPage, p.LastPage, p.Total, post.Likes, post.Title)
	}
	return t
}

func afterFirst(ctx context.Context, db *lucid.DB) (*lucid.CursorPage[Post], error) {
	posts := lucid.From[Post](db).OrderByDesc("likes")
	first, err := posts.CursorPaginate(ctx, "", 3)
	if err != nil {
		return nil, err
	}
	return posts.CursorPaginate(ctx, first.Next, 3)
}

func cursorTable(p *lucid.CursorPage[Post]) *table {
	t := newTable("likes", "title")
	for _, post := range p.Data {
		t.row(post.Likes, post.Title)
	}
	return t
}

var changeChapter = chapter{
	name:  "change",
	title: "change the rows of a query",
	text: "Update, Increment and Delete change what the query would select, in one statement: of a relation's query, the " +
		"related rows of these parents. Without any condition they are refused.",
	steps: []step{
		show("This one is rolled back, so that the tour can be taken again.", publishAll, changeTable),
		fails("", deleteAll, nil),
	},
}

var errUndo = errors.New("undo")

func publishAll(ctx context.Context, db *lucid.DB) (changed int64, err error) {
	err = db.Transaction(ctx, func(tx *lucid.Tx) error {
		country, err := lucid.From[Country](tx).Find(ctx, 1)
		if err != nil {
			return err
		}
		changed, err = CountryPosts.Query(tx, country).Where("published", false).Update(ctx, lucid.Values{"published": true})
		return errors.Join(err, errUndo)
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return changed, err
}

func changeTable(n int64) *table { return newTable("rows changed").row(n) }

func deleteAll(ctx context.Context, db *lucid.DB) (int64, error) {
	return lucid.From[Post](db).Delete(ctx)
}
