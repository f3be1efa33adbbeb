package spec

import (
	"fmt"
	"hash/maphash"
	"strings"
)

// A Digest is what a peer's result is reduced to, to be compared with what the data says. Each kind
// of row counts its rows and adds up their ids and a hash over every column, the parent's id and,
// where the digest is ordered, the place among the parent's rows.
type Digest struct {
	Ordered bool

	users, profiles, posts, comments, authors, skills, pivots tally
}

type tally struct {
	rows  int
	ids   int64
	hash  uint64
	place map[int64]int
}

// seed is the same for all digests of a process, which is as far as they are compared.
var seed = maphash.MakeSeed()

func add[R comparable](d *Digest, t *tally, parent, id int64, row R) {
	place := 0
	if d.Ordered {
		if t.place == nil {
			t.place = map[int64]int{}
		}
		place = t.place[parent]
		t.place[parent]++
	}
	t.rows++
	t.ids += id
	t.hash += maphash.Comparable(seed, struct {
		parent int64
		place  int
		row    R
	}{parent, place, row})
}

// User adds a user of the result.
func (d *Digest) User(u User) { add(d, &d.users, 0, u.ID, u) }

// Profile adds the profile of a user.
func (d *Digest) Profile(user int64, p Profile) { add(d, &d.profiles, user, p.ID, p) }

// Post adds a post of a user; the user is 0 where the post stands on its own.
func (d *Digest) Post(user int64, p Post) { add(d, &d.posts, user, p.ID, p) }

// Comment adds a comment of a post.
func (d *Digest) Comment(post int64, c Comment) { add(d, &d.comments, post, c.ID, c) }

// Author adds the user who wrote a comment.
func (d *Digest) Author(comment int64, u User) { add(d, &d.authors, comment, u.ID, u) }

// Skill adds a skill of a user, with its proficiency.
func (d *Digest) Skill(user int64, s Skill) { add(d, &d.skills, user, s.ID, s) }

// Pivot adds a row of the pivot table itself.
func (d *Digest) Pivot(p Pivot) { add(d, &d.pivots, p.UserID, p.SkillID, p) }

// Differs is an error that names the kinds of rows where two digests differ; nil where they are equal.
func (d *Digest) Differs(want *Digest) error {
	var wrong []string
	compare := func(kind string, got, want tally) {
		switch {
		case got.rows != want.rows:
			wrong = append(wrong, fmt.Sprintf("%d %s instead of %d", got.rows, kind, want.rows))
		case got.ids != want.ids:
			wrong = append(wrong, fmt.Sprintf("ids of the %s add up to %d instead of %d", kind, got.ids, want.ids))
		case got.hash != want.hash:
			wrong = append(wrong, kind+" with other values, parents or order")
		}
	}
	compare("users", d.users, want.users)
	compare("profiles", d.profiles, want.profiles)
	compare("posts", d.posts, want.posts)
	compare("comments", d.comments, want.comments)
	compare("authors", d.authors, want.authors)
	compare("skills", d.skills, want.skills)
	compare("pivot rows", d.pivots, want.pivots)
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("wrong result: %s", strings.Join(wrong, "; "))
}
