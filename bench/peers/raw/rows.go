package raw

import (
	"slices"
	"time"

	"github.com/lucid-go/lucid/bench/spec"
)

// User is a row of users and what was loaded with it.
type User struct {
	ID                   int64
	CountryID            *int64
	Email, Name          string
	CreatedAt, UpdatedAt time.Time
	PostsCount           int64

	Profile *Profile
	Posts   []*Post
	Skills  []*Skill
}

// Profile is a row of profiles.
type Profile struct {
	ID, UserID   int64
	Bio, Website string
}

// Post is a row of posts or events and what was loaded with it.
type Post struct {
	ID, UserID           int64
	Title, Body          string
	Likes                int64
	Published            bool
	CreatedAt, UpdatedAt time.Time

	Comments []*Comment
}

// Comment is a row of comments and what was loaded with it.
type Comment struct {
	ID, PostID, UserID int64
	Body               string
	CreatedAt          time.Time

	User *User
}

// Skill is a row of skills, with the column of the pivot row that it was reached by.
type Skill struct {
	ID          int64
	Name        string
	Proficiency string
}

// Pivot is a row of skill_user.
type Pivot struct {
	UserID, SkillID int64
	Proficiency     string
}

const (
	userColumns    = "id, country_id, email, name, created_at, updated_at"
	profileColumns = "id, user_id, bio, website"
	postColumns    = "id, user_id, title, body, likes, published, created_at, updated_at"
	commentColumns = "id, post_id, user_id, body, created_at"
	skillColumns   = "id, name"
	pivotColumns   = "user_id, skill_id, proficiency"
)

// Where the columns of a row go. The slice is reused, so that a row costs no allocation for it.

func (u *User) fields(to []any) []any {
	return append(to, &u.ID, &u.CountryID, &u.Email, &u.Name, &u.CreatedAt, &u.UpdatedAt)
}

func (u *User) fieldsWithCount(to []any) []any { return append(u.fields(to), &u.PostsCount) }

func (p *Profile) fields(to []any) []any { return append(to, &p.ID, &p.UserID, &p.Bio, &p.Website) }

func (p *Post) fields(to []any) []any {
	return append(to, &p.ID, &p.UserID, &p.Title, &p.Body, &p.Likes, &p.Published, &p.CreatedAt, &p.UpdatedAt)
}

func (c *Comment) fields(to []any) []any {
	return append(to, &c.ID, &c.PostID, &c.UserID, &c.Body, &c.CreatedAt)
}

func (s *Skill) fields(to []any) []any { return append(to, &s.ID, &s.Name) }

func (p *Pivot) fields(to []any) []any { return append(to, &p.UserID, &p.SkillID, &p.Proficiency) }

// scanner is what the rows of database/sql and of pgx have in common.
type scanner interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
}

// collect reads all rows into values that are allocated in slabs: a slice of pointers to grow, and no
// values to move. Slabs start small, so that few rows do not pay for many.
func collect[T any](rows scanner, fields func(*T, []any) []any) ([]*T, error) {
	var out []*T
	var slab []T
	var dest []any
	for size := 8; rows.Next(); {
		if len(slab) == cap(slab) {
			slab = make([]T, 0, size)
			size = min(2*size, 512)
		}
		slab = slab[:len(slab)+1]
		row := &slab[len(slab)-1]
		dest = fields(row, dest[:0])
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// ids is the keys of rows.
func ids[T any](rows []*T, key func(*T) int64) []int64 {
	out := make([]int64, len(rows))
	for i, r := range rows {
		out[i] = key(r)
	}
	return out
}

// distinct is ids without repetition, in order.
func distinct[T any](rows []*T, key func(*T) int64) []int64 {
	out := ids(rows, key)
	slices.Sort(out)
	return slices.Compact(out)
}

// byID finds rows by key.
func byID[T any](rows []*T, key func(*T) int64) map[int64]*T {
	out := make(map[int64]*T, len(rows))
	for _, r := range rows {
		out[key(r)] = r
	}
	return out
}

func userID(u *User) int64           { return u.ID }
func postID(p *Post) int64           { return p.ID }
func skillID(s *Skill) int64         { return s.ID }
func commentAuthor(c *Comment) int64 { return c.UserID }
func pivotSkill(p *Pivot) int64      { return p.SkillID }

func attachProfiles(users []*User, profiles []*Profile) {
	of := byID(users, userID)
	for _, p := range profiles {
		of[p.UserID].Profile = p
	}
}

func attachPosts(users []*User, posts []*Post) {
	of := byID(users, userID)
	for _, p := range posts {
		u := of[p.UserID]
		u.Posts = append(u.Posts, p)
	}
}

func attachComments(posts []*Post, comments []*Comment) {
	of := byID(posts, postID)
	for _, c := range comments {
		p := of[c.PostID]
		p.Comments = append(p.Comments, c)
	}
}

func attachAuthors(comments []*Comment, users []*User) {
	of := byID(users, userID)
	for _, c := range comments {
		c.User = of[c.UserID]
	}
}

// attachSkills gives each user a copy of its skills, with the pivot row's own proficiency.
func attachSkills(users []*User, pivots []*Pivot, skills []*Skill) {
	of, skill := byID(users, userID), byID(skills, skillID)
	copies := make([]Skill, len(pivots))
	for i, p := range pivots {
		s := &copies[i]
		*s = *skill[p.SkillID]
		s.Proficiency = p.Proficiency
		u := of[p.UserID]
		u.Skills = append(u.Skills, s)
	}
}

// newEvent is the i-th event that a work inserts.
func newEvent(i int) *Post {
	e := spec.Event(i)
	return &Post{
		UserID: e.UserID, Title: e.Title, Body: e.Body, Likes: e.Likes, Published: e.Published,
		CreatedAt: spec.Time(e.CreatedAt), UpdatedAt: spec.Time(e.UpdatedAt),
	}
}

func newEvents() []*Post {
	out := make([]*Post, spec.InsertSize)
	for i := range out {
		out[i] = newEvent(i)
	}
	return out
}
