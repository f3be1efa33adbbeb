package bun

import (
	"time"

	"github.com/uptrace/bun"

	"github.com/lucid-go/lucid/bench/spec"
)

// User is a row of users.
type User struct {
	ID         int64 `bun:"id,pk,autoincrement"`
	CountryID  *int64
	Email      string
	Name       string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	PostsCount int64 `bun:",scanonly"`

	Profile *Profile     `bun:"rel:has-one,join:id=user_id"`
	Posts   []*Post      `bun:"rel:has-many,join:id=user_id"`
	Skills  []*SkillUser `bun:"rel:has-many,join:id=user_id"` // with the skill joined: an m2m cannot read the pivot's columns
}

// Profile is a row of profiles.
type Profile struct {
	ID      int64 `bun:"id,pk,autoincrement"`
	UserID  int64
	Bio     string
	Website string
}

// Post is a row of posts.
type Post struct {
	ID        int64 `bun:"id,pk,autoincrement"`
	UserID    int64
	Title     string
	Body      string
	Likes     int64
	Published bool
	CreatedAt time.Time
	UpdatedAt time.Time

	Comments []*Comment `bun:"rel:has-many,join:id=post_id"`
}

// Comment is a row of comments.
type Comment struct {
	ID        int64 `bun:"id,pk,autoincrement"`
	PostID    int64
	UserID    int64
	Body      string
	CreatedAt time.Time

	User *User `bun:"rel:belongs-to,join:user_id=id"`
}

// Skill is a row of skills.
type Skill struct {
	ID   int64 `bun:"id,pk,autoincrement"`
	Name string
}

// SkillUser is a row of skill_user.
type SkillUser struct {
	bun.BaseModel `bun:"table:skill_user"`

	UserID      int64 `bun:",pk"`
	SkillID     int64 `bun:",pk"`
	Proficiency string

	Skill *Skill `bun:"rel:belongs-to,join:skill_id=id"`
}

// Event is a row of events.
type Event struct {
	ID        int64 `bun:"id,pk,autoincrement"`
	UserID    int64
	Title     string
	Body      string
	Likes     int64
	Published bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

func newEvent(i int) *Event {
	e := spec.Event(i)
	return &Event{
		UserID: e.UserID, Title: e.Title, Body: e.Body, Likes: e.Likes, Published: e.Published,
		CreatedAt: spec.Time(e.CreatedAt), UpdatedAt: spec.Time(e.UpdatedAt),
	}
}
