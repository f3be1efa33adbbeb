package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/stretchr/testify/require"
)

// DB is a database with the rows of Seed whose statements are remembered.
type DB struct {
	*testdb.DB
	Sent *testdb.Recorder
}

// Each runs fn on a seeded database of each kind, in parallel.
func Each(t *testing.T, fn func(t *testing.T, db *DB)) {
	t.Helper()
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, dialect))
		})
	}
}

// Open opens a seeded database.
func Open(t testing.TB, dialect lucid.Dialect) *DB {
	t.Helper()
	sent := &testdb.Recorder{}
	db := testdb.Open(t, dialect, lucid.WithQueryHook(sent))
	Seed(t, db)
	sent.Reset()
	return &DB{db, sent}
}

// AllUsers are the users by id, as read from the database.
func AllUsers(t testing.TB, db *DB) []*User {
	t.Helper()
	users, err := lucid.From[User](db).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	db.Sent.Reset()
	return users
}

// AllCountries are the countries by id, as read from the database.
func AllCountries(t testing.TB, db *DB) []*Country {
	t.Helper()
	countries, err := lucid.From[Country](db).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	db.Sent.Reset()
	return countries
}

// IDs maps rows to their ids, in order.
func IDs[T any](rows []*T, id func(*T) int64) []int64 {
	out := []int64{}
	for _, row := range rows {
		out = append(out, id(row))
	}
	return out
}

// UserIDs are the ids of users, in order.
func UserIDs(rows []*User) []int64 { return IDs(rows, func(u *User) int64 { return u.ID }) }

// ProfileIDs are the ids of profiles, in order.
func ProfileIDs(rows []*Profile) []int64 { return IDs(rows, func(p *Profile) int64 { return p.ID }) }

// PostIDs are the ids of posts, in order.
func PostIDs(rows []*Post) []int64 { return IDs(rows, func(p *Post) int64 { return p.ID }) }

// CommentIDs are the ids of comments, in order.
func CommentIDs(rows []*Comment) []int64 { return IDs(rows, func(c *Comment) int64 { return c.ID }) }

// SkillIDs are the ids of skills, in order.
func SkillIDs(rows []*Skill) []int64 { return IDs(rows, func(s *Skill) int64 { return s.ID }) }

// SortedIDs is ids whatever their order.
func SortedIDs(list []int64) []int64 {
	slices.Sort(list)
	return list
}

// Columns is a row's columns as text.
func Columns(t testing.TB, row any) string {
	t.Helper()
	text, err := json.Marshal(row)
	require.NoError(t, err)
	return string(text)
}

// RequireUsable checks that the handle still has a connection to give, and that it is in order.
func RequireUsable(t testing.TB, db *lucid.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), testdb.Patience)
	defer cancel()
	n, err := lucid.From[Country](db).Count(ctx)
	require.NoError(t, err, "the pool has no usable connection left")
	require.Positive(t, n)
}

// Mistakes is what a call of Register panics with; "" where it accepts.
func Mistakes(register func()) (text string) {
	defer func() {
		if problem := recover(); problem != nil {
			text = fmt.Sprint(problem)
		}
	}()
	register()
	return ""
}

// Relation is what the kinds of relation have in common, for tests that run over all of them.
type Relation[P, R any] interface {
	lucid.Relation[P]
	With(scopes ...func(*lucid.Query[R])) *lucid.Scoped[P, R]
	Query(ex lucid.Executor, parents ...*P) *lucid.Query[R]
	Load(ctx context.Context, ex lucid.Executor, parents ...*P) error
	Loaded(p *P) bool
}
