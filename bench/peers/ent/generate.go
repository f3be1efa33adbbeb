package ent

// The generated code is committed; after a change of the schema, run go generate ./peers/ent.
//go:generate go tool ent generate --target ./gen --feature sql/modifier ./schema
