package gorm

import (
	"time"

	"github.com/lucid-go/lucid/bench/spec"
)

// User is a row of users.
type User struct {
	ID         int64
	CountryID  *int64
	Email      string
	Name       string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	PostsCount int64 `gorm:"->"`

	Profile *Profile
	Posts   []*Post
	Skills  []*SkillUser // the pivot row and its skill: a many2many cannot read the pivot's columns
}

// Profile is a row of profiles.
type Profile struct {
	ID      int64
	UserID  int64
	Bio     string
	Website string
}

// Post is a row of posts.
type Post struct {
	ID        int64
	UserID    int64
	Title     string
	Body      string
	Likes     int64
	Published bool
	CreatedAt time.Time
	UpdatedAt time.Time

	Comments []*Comment
}

// Comment is a row of comments.
type Comment struct {
	ID        int64
	PostID    int64
	UserID    int64
	Body      string
	CreatedAt time.Time

	User *User
}

// Skill is a row of skills.
type Skill struct {
	ID   int64
	Name string
}

// SkillUser is a row of skill_user.
type SkillUser struct {
	UserID      int64 `gorm:"primaryKey;autoIncrement:false"`
	SkillID     int64 `gorm:"primaryKey;autoIncrement:false"`
	Proficiency string

	Skill *Skill
}

// TableName is not the plural that GORM would make.
func (SkillUser) TableName() string { return "skill_user" }

// Event is a row of events. Its times are what the work says, not now.
type Event struct {
	ID        int64
	UserID    int64
	Title     string
	Body      string
	Likes     int64
	Published bool
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func newEvent(i int) *Event {
	e := spec.Event(i)
	return &Event{
		UserID: e.UserID, Title: e.Title, Body: e.Body, Likes: e.Likes, Published: e.Published,
		CreatedAt: spec.Time(e.CreatedAt), UpdatedAt: spec.Time(e.UpdatedAt),
	}
}
