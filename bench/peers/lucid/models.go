package lucid

import (
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/spec"
)

// User is a row of users.
type User struct {
	lucid.Model
	ID        int64
	CountryID *int64
	Email     string
	Name      string
	CreatedAt time.Time
	UpdatedAt time.Time

	PostsCount int64 `db:",extra"`

	Profile *Profile
	Posts   []*Post
	Skills  []*Skill
}

// Profile is a row of profiles.
type Profile struct {
	lucid.Model
	ID      int64
	UserID  int64
	Bio     string
	Website string
}

// Post is a row of posts.
type Post struct {
	lucid.Model
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
	lucid.Model
	ID        int64
	PostID    int64
	UserID    int64
	Body      string
	CreatedAt time.Time

	User *User
}

// Skill is a row of skills.
type Skill struct {
	lucid.Model
	ID          int64
	Name        string
	Proficiency string `db:"pivot_proficiency,extra"`
}

// Event is a row of events.
type Event struct {
	lucid.Model
	ID        int64
	UserID    int64
	Title     string
	Body      string
	Likes     int64
	Published bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// The relations between them.
var (
	UserProfile = &lucid.HasOne[User, Profile]{Field: func(u *User) **Profile { return &u.Profile }}
	UserPosts   = &lucid.HasMany[User, Post]{Field: func(u *User) *[]*Post { return &u.Posts }}
	UserSkills  = &lucid.ManyToMany[User, Skill]{
		Field:        func(u *User) *[]*Skill { return &u.Skills },
		PivotColumns: []string{"proficiency"},
	}
	PostComments = &lucid.HasMany[Post, Comment]{Field: func(p *Post) *[]*Comment { return &p.Comments }}
	CommentUser  = &lucid.BelongsTo[Comment, User]{Field: func(c *Comment) **User { return &c.User }}
)

func init() {
	lucid.Register[User](UserProfile, UserPosts, UserSkills)
	lucid.Register[Post](PostComments)
	lucid.Register[Comment](CommentUser)
}

func newEvent(i int) *Event {
	e := spec.Event(i)
	return &Event{
		UserID: e.UserID, Title: e.Title, Body: e.Body, Likes: e.Likes, Published: e.Published,
		CreatedAt: spec.Time(e.CreatedAt), UpdatedAt: spec.Time(e.UpdatedAt),
	}
}
