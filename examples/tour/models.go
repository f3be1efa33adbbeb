package main

import (
	"time"

	"github.com/lucid-go/lucid"
)

// Country is home to users.
type Country struct {
	lucid.Model
	ID   int64
	Code string
	Name string

	Posts   []*Post  `json:",omitzero"`
	Profile *Profile `json:",omitzero"`
}

// User writes posts, has skills and reports to a manager, who is a User too.
type User struct {
	lucid.Model
	ID        int64  `db:"id,pk"`
	CountryID *int64 // nullable column "country_id"
	ParentID  *int64 // the manager, if any
	Name      string
	Email     string
	CreatedAt time.Time `db:",autocreate"`
	UpdatedAt time.Time `db:",autocreate,autoupdate"`

	Country *Country `json:",omitzero"`
	Profile *Profile `json:",omitzero"`
	Posts   []*Post  `json:",omitzero"` // nil: not loaded; empty: loaded, none found
	Skills  []*Skill `json:",omitzero"`
	Manager *User    `json:",omitzero"`
	Reports []*User  `json:",omitzero"`
}

// Profile is what a user says about themselves.
type Profile struct {
	lucid.Model
	ID     int64
	UserID int64
	Bio    string
}

// Post is written by a user.
type Post struct {
	lucid.Model
	ID        int64
	UserID    int64
	Title     string
	Likes     int
	Published bool
	CreatedAt time.Time `db:",autocreate"`

	Author   *User      `json:",omitzero"`
	Comments []*Comment `json:",omitzero"`
}

// Comment is by a user, or by a guest.
type Comment struct {
	lucid.Model
	ID     int64
	PostID int64
	UserID *int64
	Body   string

	User *User `json:",omitzero"`
}

// Skill is shared by many users, each of whom has it to a degree: the pivot table skill_user knows which.
type Skill struct {
	lucid.Model
	ID          int64
	Name        string
	Proficiency string `db:"pivot_proficiency,extra"` // filled when the skill is reached from a user
}

// UserEmail is one more address of a user. User has no field for these: see UserEmails.
type UserEmail struct {
	lucid.Model
	ID      int64
	UserID  int64
	Address string
}

// The columns that typed conditions and keys name.
var (
	PostTitle     = lucid.Column(func(p *Post) *string { return &p.Title })
	PostLikes     = lucid.Column(func(p *Post) *int { return &p.Likes })
	PostPublished = lucid.Column(func(p *Post) *bool { return &p.Published })
	UserCountryID = lucid.NullColumn(func(u *User) **int64 { return &u.CountryID })
	UserParentID  = lucid.NullColumn(func(u *User) **int64 { return &u.ParentID })
)

// The relations. Keys are left out where their names are the usual ones.
var (
	UserProfile = &lucid.HasOne[User, Profile]{
		Field: func(u *User) **Profile { return &u.Profile }, // key: profiles.user_id
	}
	UserPosts = &lucid.HasMany[User, Post]{
		Field: func(u *User) *[]*Post { return &u.Posts }, // key: posts.user_id
	}
	UserCountry = &lucid.BelongsTo[User, Country]{
		Field: func(u *User) **Country { return &u.Country }, // key: users.country_id
	}
	UserSkills = &lucid.ManyToMany[User, Skill]{
		Field:           func(u *User) *[]*Skill { return &u.Skills }, // pivot table: skill_user
		PivotColumns:    []string{"proficiency"},
		PivotTimestamps: lucid.DefaultPivotTimestamps, // created_at, updated_at
	}
	UserManager = &lucid.BelongsTo[User, User]{
		Field:      func(u *User) **User { return &u.Manager },
		ForeignKey: UserParentID,
	}
	UserReports = &lucid.HasMany[User, User]{
		Field:      func(u *User) *[]*User { return &u.Reports },
		ForeignKey: UserParentID,
	}
	UserEmails = &lucid.HasMany[User, UserEmail]{} // no field: what it loads is read with Get

	PostAuthor = &lucid.BelongsTo[Post, User]{
		Field: func(p *Post) **User { return &p.Author }, // key: posts.user_id
	}
	PostComments = &lucid.HasMany[Post, Comment]{
		Field: func(p *Post) *[]*Comment { return &p.Comments }, // key: comments.post_id
	}
	CommentUser = &lucid.BelongsTo[Comment, User]{
		Field: func(c *Comment) **User { return &c.User }, // key: comments.user_id
	}

	CountryPosts = &lucid.HasManyThrough[Country, User, Post]{
		Field: func(c *Country) *[]*Post { return &c.Posts }, // keys: users.country_id, posts.user_id
	}
	CountryProfile = &lucid.HasOneThrough[Country, User, Profile]{
		Field: func(c *Country) **Profile { return &c.Profile }, // keys: users.country_id, profiles.user_id
	}
)

// Register checks every relation against its models once, when the program starts.
func init() {
	lucid.Register[User](UserProfile, UserPosts, UserCountry, UserSkills, UserManager, UserReports, UserEmails)
	lucid.Register[Post](PostAuthor, PostComments)
	lucid.Register[Comment](CommentUser)
	lucid.Register[Country](CountryPosts, CountryProfile)
}

// Published is a scope: a plain function that narrows a query.
func Published(q *lucid.Query[Post]) { q.Where("published", true) }

// LikedAtLeast makes a scope.
func LikedAtLeast(n int) func(*lucid.Query[Post]) {
	return func(q *lucid.Query[Post]) { q.Where("likes", ">=", n) }
}

// Newest is a scope that orders.
func Newest(q *lucid.Query[Post]) { q.OrderByDesc("created_at") }
