// Package app is the application of the tests: countries, users with managers, profiles, posts, comments and
// skills, as models, as tables of each database, and as the rows that most tests read.
//
// The pages of the documentation use the models of this file too; what only tests need is in the others.
package app

import (
	"database/sql"
	"time"

	"github.com/lucid-go/lucid"
)

type Country struct {
	lucid.Model
	ID   int64
	Name string

	Users   []*User  `json:",omitzero"`
	Posts   []*Post  `json:",omitzero"`
	Profile *Profile `json:",omitzero"`
}

type User struct {
	lucid.Model
	ID        int64 `db:"id,pk"`
	Email     string
	CountryID *int64
	ParentID  sql.Null[int64]
	CreatedAt time.Time `db:",autocreate"`

	Country  *Country `json:",omitzero"`
	Profile  *Profile `json:",omitzero"`
	Posts    []*Post  `json:",omitzero"`
	Skills   []*Skill `json:",omitzero"`
	Parent   *User    `json:",omitzero"`
	Children []*User  `json:",omitzero"`
	Follows  []*User  `json:",omitzero"`
}

type Profile struct {
	lucid.Model
	ID     int64
	UserID *int64
	Bio    string

	User *User `json:",omitzero"`
}

type Post struct {
	lucid.Model
	ID        int64
	UserID    int64
	Title     string
	Likes     int
	Published bool
	CreatedAt *time.Time

	Author   *User      `json:",omitzero"`
	Comments []*Comment `json:",omitzero"`
}

type Comment struct {
	lucid.Model
	ID     int64
	PostID int64
	UserID sql.Null[int64]
	Body   string

	Post *Post `json:",omitzero"`
	User *User `json:",omitzero"`
}

type Skill struct {
	lucid.Model
	ID   int64
	Name string

	Users []*User `json:",omitzero"`
}

var (
	UserID        = lucid.Column(func(u *User) *int64 { return &u.ID })
	UserEmail     = lucid.Column(func(u *User) *string { return &u.Email })
	UserCountryID = lucid.NullColumn(func(u *User) **int64 { return &u.CountryID })
	UserParentID  = lucid.Column(func(u *User) *sql.Null[int64] { return &u.ParentID })
	PostUserID    = lucid.Column(func(p *Post) *int64 { return &p.UserID })
	PostTitle     = lucid.Column(func(p *Post) *string { return &p.Title })
	PostLikes     = lucid.Column(func(p *Post) *int { return &p.Likes })

	CountryUsers   = &lucid.HasMany[Country, User]{Field: func(c *Country) *[]*User { return &c.Users }}
	CountryPosts   = &lucid.HasManyThrough[Country, User, Post]{Field: func(c *Country) *[]*Post { return &c.Posts }}
	CountryProfile = &lucid.HasOneThrough[Country, User, Profile]{Field: func(c *Country) **Profile { return &c.Profile }}

	UserCountry  = &lucid.BelongsTo[User, Country]{Field: func(u *User) **Country { return &u.Country }}
	UserProfile  = &lucid.HasOne[User, Profile]{Field: func(u *User) **Profile { return &u.Profile }}
	UserPosts    = &lucid.HasMany[User, Post]{Field: func(u *User) *[]*Post { return &u.Posts }}
	UserParent   = &lucid.BelongsTo[User, User]{Field: func(u *User) **User { return &u.Parent }, ForeignKey: UserParentID}
	UserChildren = &lucid.HasMany[User, User]{Field: func(u *User) *[]*User { return &u.Children }, ForeignKey: UserParentID}
	UserSkills   = &lucid.ManyToMany[User, Skill]{
		Field:           func(u *User) *[]*Skill { return &u.Skills },
		PivotColumns:    []string{"proficiency"},
		PivotTimestamps: lucid.DefaultPivotTimestamps,
	}
	UserFollows = &lucid.ManyToMany[User, User]{
		Field:                  func(u *User) *[]*User { return &u.Follows },
		PivotTable:             "follows",
		PivotRelatedForeignKey: "following_id",
	}
	// UserLatestPosts has no field: what it loads is read with Get.
	UserLatestPosts = &lucid.HasMany[User, Post]{OnQuery: func(q *lucid.Query[Post]) { q.OrderByDesc("id") }}
	UserPublished   = &lucid.HasMany[User, Post]{}

	ProfileUser  = &lucid.BelongsTo[Profile, User]{Field: func(p *Profile) **User { return &p.User }}
	PostAuthor   = &lucid.BelongsTo[Post, User]{Field: func(p *Post) **User { return &p.Author }}
	PostComments = &lucid.HasMany[Post, Comment]{Field: func(p *Post) *[]*Comment { return &p.Comments }}
	CommentPost  = &lucid.BelongsTo[Comment, Post]{Field: func(c *Comment) **Post { return &c.Post }}
	CommentUser  = &lucid.BelongsTo[Comment, User]{Field: func(c *Comment) **User { return &c.User }}
	SkillUsers   = &lucid.ManyToMany[Skill, User]{Field: func(s *Skill) *[]*User { return &s.Users }}
)

func init() {
	UserPublished.OnQuery = Published
	lucid.Register[Country](CountryUsers, CountryPosts, CountryProfile)
	lucid.Register[User](UserCountry, UserProfile, UserPosts, UserParent, UserChildren, UserSkills, UserFollows, UserLatestPosts, UserPublished)
	lucid.Register[Profile](ProfileUser)
	lucid.Register[Post](PostAuthor, PostComments)
	lucid.Register[Comment](CommentPost, CommentUser)
	lucid.Register[Skill](SkillUsers)
}

func Published(q *lucid.Query[Post]) { q.Where("published", true) }
