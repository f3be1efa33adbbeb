// Package account has a model for the tests that knows nothing of the package blog, nor blog of it.
package account

import "github.com/lucid-go/lucid"

// User is a row of users.
type User struct {
	lucid.Model
	ID    int64
	Email string
}
