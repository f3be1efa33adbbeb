// Package schema is what ent generates from.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// User is a row of users.
type User struct{ ent.Schema }

// Fields are its columns.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.Int64("country_id").Optional().Nillable(),
		field.String("email"),
		field.String("name"),
		field.Time("created_at"),
		field.Time("updated_at"),
	}
}

// Edges are its relations. The many-to-many goes through the pivot row, which has a column to read.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("profile", Profile.Type).Unique(),
		edge.To("posts", Post.Type),
		edge.To("known_skills", Skill.Type).Through("skills", SkillUser.Type),
	}
}

// Profile is a row of profiles.
type Profile struct{ ent.Schema }

// Fields are its columns.
func (Profile) Fields() []ent.Field {
	return []ent.Field{field.Int64("id"), field.Int64("user_id"), field.String("bio"), field.String("website")}
}

// Edges are its relations.
func (Profile) Edges() []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref("profile").Field("user_id").Unique().Required()}
}

// Post is a row of posts.
type Post struct{ ent.Schema }

// Fields are its columns.
func (Post) Fields() []ent.Field { return postFields() }

func postFields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.Int64("user_id"),
		field.String("title"),
		field.String("body"),
		field.Int64("likes"),
		field.Bool("published"),
		field.Time("created_at"),
		field.Time("updated_at"),
	}
}

// Edges are its relations.
func (Post) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("posts").Field("user_id").Unique().Required(),
		edge.To("comments", Comment.Type),
	}
}

// Comment is a row of comments.
type Comment struct{ ent.Schema }

// Fields are its columns.
func (Comment) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.Int64("post_id"),
		field.Int64("user_id"),
		field.String("body"),
		field.Time("created_at"),
	}
}

// Edges are its relations.
func (Comment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("post", Post.Type).Ref("comments").Field("post_id").Unique().Required(),
		edge.To("user", User.Type).Field("user_id").Unique().Required(),
	}
}

// Skill is a row of skills.
type Skill struct{ ent.Schema }

// Fields are its columns.
func (Skill) Fields() []ent.Field { return []ent.Field{field.Int64("id"), field.String("name")} }

// Edges are its relations.
func (Skill) Edges() []ent.Edge {
	return []ent.Edge{edge.From("users", User.Type).Ref("known_skills").Through("skill_users", SkillUser.Type)}
}

// SkillUser is a row of skill_user.
type SkillUser struct{ ent.Schema }

// Annotations name its table and its key.
func (SkillUser) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "skill_user"}, field.ID("user_id", "skill_id")}
}

// Fields are its columns.
func (SkillUser) Fields() []ent.Field {
	return []ent.Field{field.Int64("user_id"), field.Int64("skill_id"), field.String("proficiency")}
}

// Edges are its relations.
func (SkillUser) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("user", User.Type).Field("user_id").Unique().Required(),
		edge.To("skill", Skill.Type).Field("skill_id").Unique().Required(),
	}
}

// Event is a row of events.
type Event struct{ ent.Schema }

// Fields are its columns.
func (Event) Fields() []ent.Field { return postFields() }
