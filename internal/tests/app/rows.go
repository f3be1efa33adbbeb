package app

import (
	"fmt"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
)

// Schema is the tables of the domain; what the dialects spell differently is in braces, for testdb.Spell.
var Schema = []string{
	`CREATE TABLE countries (id {id}, name {text} NOT NULL)`,
	`CREATE TABLE users (id {id}, email {text} NOT NULL, country_id {ref} REFERENCES countries (id),
		parent_id {ref} REFERENCES users (id), created_at {time} NOT NULL)`,
	`CREATE INDEX users_country_id ON users (country_id)`,
	`CREATE INDEX users_parent_id ON users (parent_id)`,
	`CREATE TABLE profiles (id {id}, user_id {ref} REFERENCES users (id) ON DELETE CASCADE, bio {text} NOT NULL)`,
	`CREATE INDEX profiles_user_id ON profiles (user_id)`,
	`CREATE TABLE posts (id {id}, user_id {ref} NOT NULL REFERENCES users (id) ON DELETE CASCADE, title {text} NOT NULL,
		likes INTEGER NOT NULL, published BOOLEAN NOT NULL, created_at {time} NULL)`,
	`CREATE INDEX posts_user_id ON posts (user_id)`,
	`CREATE TABLE comments (id {id}, post_id {ref} NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
		user_id {ref} REFERENCES users (id), body {text} NOT NULL)`,
	`CREATE INDEX comments_post_id ON comments (post_id)`,
	`CREATE INDEX comments_user_id ON comments (user_id)`,
	`CREATE TABLE skills (id {id}, name {text} NOT NULL)`,
	// Without a primary key, so that a pivot row can stand twice.
	`CREATE TABLE skill_user (user_id {ref} NOT NULL REFERENCES users (id), skill_id {ref} NOT NULL REFERENCES skills (id),
		proficiency {text} NULL, level INTEGER NULL, created_at {time} NULL, updated_at {time} NULL)`,
	`CREATE INDEX skill_user_user_id ON skill_user (user_id)`,
	`CREATE INDEX skill_user_skill_id ON skill_user (skill_id)`,
	`CREATE TABLE follows (user_id {ref} NOT NULL REFERENCES users (id), following_id {ref} NOT NULL REFERENCES users (id),
		PRIMARY KEY (user_id, following_id))`,
	`CREATE INDEX follows_following_id ON follows (following_id)`,
}

// Day is a moment of the fixture.
func Day(n int) time.Time { return time.Date(2026, 1, n, 12, 30, 15, 123456000, time.UTC) }

// Seed creates the schema and the rows that most tests read:
//
//	countries  1 Kenya (users 1, 2)   2 Japan (user 3)   3 Iceland (none)
//	users      1 ‹ 2 ‹ 3 by parent; 4 has neither country nor parent
//	profiles   1 of user 1, 2 and 3 of user 2, 4 of nobody
//	posts      1, 2, 3 of user 1; 4, 5 of user 2; 6 of user 3; none of user 4
//	comments   two of post 1 (by user 2 and by nobody), one of post 2, one of post 4
//	skills     1 go, 2 sql, 3 css (nobody's): user 1 has go and sql, user 2 has sql, user 3 has sql twice
//	follows    1→2, 1→3, 2→1, 3→3
func Seed(t testing.TB, db *testdb.DB) {
	t.Helper()
	testdb.ExecAll(t, db, Schema...)
	testdb.Insert(t, db, "countries", "id, name", []any{1, "Kenya"}, []any{2, "Japan"}, []any{3, "Iceland"})
	testdb.Insert(t, db, "users", "id, email, country_id, parent_id, created_at",
		[]any{1, "ann@example.com", 1, nil, Day(1)}, []any{2, "bob@example.com", 1, 1, Day(2)},
		[]any{3, "cyd@example.com", 2, 2, Day(3)}, []any{4, "dee@example.com", nil, nil, Day(4)})
	testdb.Insert(t, db, "profiles", "id, user_id, bio", []any{1, 1, "about ann"}, []any{2, 2, "about bob"}, []any{3, 2, "more on bob"}, []any{4, nil, "nobody"})
	SeedPosts(t, db)
	testdb.Insert(t, db, "skills", "id, name", []any{1, "go"}, []any{2, "sql"}, []any{3, "css"})
	SeedPivots(t, db)
	testdb.Insert(t, db, "follows", "user_id, following_id", []any{1, 2}, []any{1, 3}, []any{2, 1}, []any{3, 3})
	for _, table := range []string{"countries", "users", "profiles", "posts", "comments", "skills"} {
		if db.Dialect == lucid.PostgreSQL { // the others count on from the keys that were given
			testdb.ExecAll(t, db, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', 'id'), (SELECT MAX(id) FROM %[1]s))", table))
		}
	}
}

// SeedPivots is who has which skill.
func SeedPivots(t testing.TB, db *testdb.DB) {
	t.Helper()
	testdb.Insert(t, db, "skill_user", "user_id, skill_id, proficiency, level, created_at, updated_at",
		[]any{1, 1, "expert", 9, Day(1), Day(2)}, []any{1, 2, "novice", 2, Day(1), Day(1)},
		[]any{2, 2, "expert", 8, Day(3), nil}, []any{3, 2, "novice", 1, nil, nil}, []any{3, 2, nil, nil, nil, nil})
}

// SeedPosts is the posts and comments of the fixture.
func SeedPosts(t testing.TB, db *testdb.DB) {
	t.Helper()
	testdb.Insert(t, db, "posts", "id, user_id, title, likes, published, created_at",
		[]any{1, 1, "alpha", 10, true, Day(1)}, []any{2, 1, "beta", 5, false, Day(2)}, []any{3, 1, "gamma", 7, true, nil},
		[]any{4, 2, "delta", 3, true, Day(4)}, []any{5, 2, "epsilon", 8, false, Day(5)}, []any{6, 3, "zeta", 1, true, Day(6)})
	testdb.Insert(t, db, "comments", "id, post_id, user_id, body",
		[]any{1, 1, 2, "first"}, []any{2, 1, nil, "second"}, []any{3, 2, 3, "third"}, []any{4, 4, 1, "fourth"})
}
