package spec

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestWalkNotices changes a right result in each way that a library could get it wrong.
func TestWalkNotices(t *testing.T) {
	posts := func(ps ...Post) *Digest {
		d := &Digest{Ordered: true}
		for i := range ps {
			d.walk(&ps[i])
		}
		return d
	}
	first, second := Post{ID: 1, UserID: 1, Likes: 5}, Post{ID: 2, UserID: 1, Likes: 6}
	want := posts(first, second)
	assert.NoError(t, posts(first, second).Differs(want))
	assert.ErrorContains(t, posts(first).Differs(want), "1 posts instead of 2")
	assert.ErrorContains(t, posts(first, first).Differs(want), "ids of the posts add up to 2 instead of 3")
	assert.ErrorContains(t, posts(second, first).Differs(want), "posts with other values, parents or order")
	second.Likes++
	assert.ErrorContains(t, posts(first, second).Differs(want), "posts with other values, parents or order")
}

// TestWalkFollowsRelations reads types as generators make them: NULL and times in types of their own,
// relations in a struct of their own, and a way back to the parent.
func TestWalkFollowsRelations(t *testing.T) {
	got, want := &Digest{}, &Digest{}
	got.walk(theirs())
	want.User(User{ID: 7, CountryID: 3, CreatedAt: 5})
	want.Post(7, Post{ID: 1, UserID: 7})
	want.Post(7, Post{ID: 2, UserID: 7})
	assert.NoError(t, got.Differs(want))

	elsewhere := &Digest{}
	elsewhere.User(User{ID: 7, CountryID: 3, CreatedAt: 5})
	elsewhere.Post(7, Post{ID: 1, UserID: 7})
	elsewhere.Post(8, Post{ID: 2, UserID: 7})
	assert.ErrorContains(t, got.Differs(elsewhere), "posts with other values, parents or order")
}

// theirs is a user with two posts in types of the same names as those of this package.
func theirs() any {
	type Post struct {
		ID, UserID int64
		User       any
	}
	type User struct {
		ID        int64
		CountryID sql.NullInt64
		CreatedAt time.Time
		R         *struct{ Posts []*Post }
	}
	user := &User{ID: 7, CountryID: sql.NullInt64{Int64: 3, Valid: true}, CreatedAt: time.Unix(5, 0)}
	user.R = &struct{ Posts []*Post }{[]*Post{{1, 7, user}, {2, 7, user}}}
	return []*User{user}
}
