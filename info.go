package lucid

import "context"

// RelationInfo describes one registered relation.
type RelationInfo struct {
	Name       string // "User.Posts"
	Kind       string // "HasMany"
	Parent     string // model names
	Through    string
	Related    string
	PivotTable string
	Keys       []KeyInfo
}

// KeyInfo is one pair of columns that a relation compares.
type KeyInfo struct{ From, To string } // "users.id", "posts.user_id"

// Relations lists what is registered, by parent and name. Not built yet: it is nil.
func Relations() []RelationInfo { return nil }

// Diagram is a Mermaid erDiagram of what is registered. Not built yet: it is empty.
func Diagram() string { return "" }

// Verify compares the registered models with the live schema. Not built yet: it is an error.
func Verify(context.Context, Executor) error { return notBuilt("Verify") }
