package lucid

import "context"

// RelationInfo describes one registered relation. Nothing returns one yet: see [Relations].
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

// Relations lists the registered relations, by parent and name. It is not built yet: it returns nil.
func Relations() []RelationInfo { return nil }

// Diagram returns a Mermaid erDiagram of the registered models and relations. It is not built yet: it returns "".
func Diagram() string { return "" }

// Verify compares the registered models with the database's schema. It is not built yet: it returns an error and
// sends nothing.
func Verify(context.Context, Executor) error { return notBuilt("Verify") }
