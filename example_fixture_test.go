package lucid_test

import (
	"context"
	"slices"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
)

// What the examples share: the models of internal/tests/app, on SQLite in memory.

type (
	Country = app.Country
	User    = app.User
	Profile = app.Profile
	Post    = app.Post
	Comment = app.Comment
	Skill   = app.Skill
)

var (
	PostTitle = app.PostTitle
	PostLikes = app.PostLikes

	CountryPosts    = app.CountryPosts
	CountryProfile  = app.CountryProfile
	UserCountry     = app.UserCountry
	UserProfile     = app.UserProfile
	UserPosts       = app.UserPosts
	UserChildren    = app.UserChildren
	UserSkills      = app.UserSkills
	UserFollows     = app.UserFollows
	UserLatestPosts = app.UserLatestPosts
	PostAuthor      = app.PostAuthor
	PostComments    = app.PostComments
	CommentUser     = app.CommentUser
)

func Published(q *lucid.Query[Post]) { app.Published(q) }

// exampleRows is the rows that the examples read; every example has a database of its own.
var exampleRows = []string{
	`INSERT INTO countries (id, name) VALUES (1, 'Kenya'), (2, 'Japan'), (3, 'Iceland')`,
	`INSERT INTO users (id, email, country_id, parent_id, created_at) VALUES
		(1, 'ann@example.com', 1, NULL, '2026-01-01 09:30:00'), (2, 'bob@example.com', 1, 1, '2026-01-02 09:30:00'),
		(3, 'cyd@example.com', 2, 1, '2026-01-03 09:30:00'), (4, 'dee@example.com', NULL, 2, '2026-01-04 09:30:00')`,
	`INSERT INTO profiles (id, user_id, bio) VALUES (1, 1, 'Writes at night'), (2, 2, 'Runs the platform'), (3, 3, 'Draws maps')`,
	`INSERT INTO posts (id, user_id, title, likes, published, created_at) VALUES
		(1, 1, 'Why we started', 88, TRUE, '2026-02-01 09:30:00'), (2, 1, 'Notes', 3, FALSE, '2026-02-02 09:30:00'),
		(3, 1, 'Hiring', 41, TRUE, '2026-02-03 09:30:00'), (4, 2, 'One deploy a day', 35, TRUE, '2026-02-04 09:30:00'),
		(5, 2, 'Ten deploys a day', 62, TRUE, '2026-02-05 09:30:00'), (6, 3, 'Small maps', 18, FALSE, NULL)`,
	`INSERT INTO comments (id, post_id, user_id, body) VALUES (1, 1, 2, 'More, please'), (2, 1, 3, 'I remember'),
		(3, 4, 1, 'Only one?'), (4, 5, NULL, 'Impossible')`,
	`INSERT INTO skills (id, name) VALUES (1, 'Go'), (2, 'SQL'), (3, 'CSS')`,
	`INSERT INTO skill_user (user_id, skill_id, proficiency, level, created_at, updated_at) VALUES
		(1, 1, 'expert', 9, '2026-01-05 09:30:00', '2026-01-06 09:30:00'), (1, 2, 'novice', 2, '2026-01-05 09:30:00', NULL),
		(2, 2, 'expert', 8, '2026-01-07 09:30:00', NULL)`,
	`INSERT INTO follows (user_id, following_id) VALUES (1, 2), (1, 3), (2, 1)`,
}

// openExample is a database with the tables of the domain and exampleRows, and what closes it.
func openExample(opts ...lucid.Option) (*lucid.DB, func()) {
	ctx := context.Background()
	db, err := lucid.Open(ctx, "sqlite::memory:", opts...)
	check(err)
	for _, text := range slices.Concat(app.Schema, exampleRows) {
		_, err := db.Exec(ctx, testdb.Spell(lucid.SQLite, text))
		check(err)
	}
	return db, func() { check(db.Close()) }
}

// check stands for a program's own handling of errors.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
