// Package blog has a model for the tests that knows nothing of the package account, nor account of it.
package blog

import "github.com/lucid-go/lucid"

// Post is a row of posts.
type Post struct {
	lucid.Model
	ID     int64
	UserID int64
	Title  string
}
