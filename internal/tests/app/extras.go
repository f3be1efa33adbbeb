package app

import (
	"time"

	"github.com/lucid-go/lucid"
)

// Queries of the models that most scopes are about.
type (
	UserQuery = *lucid.Query[User]
	PostQuery = *lucid.Query[Post]
)

// SkillUser is the rows of the pivot table as a model.
type SkillUser struct {
	lucid.Model
	UserID, SkillID      int64
	Proficiency          *string
	Level                *int64
	CreatedAt, UpdatedAt *time.Time
}

// TableName is the pivot table.
func (SkillUser) TableName() string { return "skill_user" }

var (
	// UserBare is UserSkills with neither columns nor timestamps of the pivot.
	UserBare = &lucid.ManyToMany[User, Skill]{}

	// Relations with keys of their own, over a table that is also the parent's: the posts of all users of
	// a user's country, and the children of a user's children.
	UserCompatriotPosts = &lucid.HasManyThrough[User, User, Post]{
		LocalKey: UserCountryID, ThroughForeignKey: UserCountryID, ThroughLocalKey: UserID, ForeignKey: PostUserID,
	}
	UserGrandchildren = &lucid.HasManyThrough[User, User, User]{ThroughForeignKey: UserParentID, ForeignKey: UserParentID}
)

func init() { lucid.Register[User](UserBare, UserCompatriotPosts, UserGrandchildren) }
