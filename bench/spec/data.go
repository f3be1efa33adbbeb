package spec

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Sizes of the data that every work reads.
const (
	Users     = 1000
	Posts     = 10 * Users
	Comments  = 5 * Posts
	Skills    = 200
	Countries = 50

	// SyncUser owns the pivot rows that sync_pivot writes, so that no read sees them.
	SyncUser = 2001
)

// The rows, as every peer has to read them. Times are Unix seconds, so that rows compare with ==.
type (
	// A Country is a row of countries.
	Country struct {
		ID   int64
		Name string
	}
	// A User is a row of users. PostsCount is not a column: with_count fills it.
	User struct {
		ID, CountryID        int64 // no country is 0
		Email, Name          string
		CreatedAt, UpdatedAt int64
		PostsCount           int64
	}
	// A Profile is a row of profiles.
	Profile struct {
		ID, UserID   int64
		Bio, Website string
	}
	// A Post is a row of posts, or of events.
	Post struct {
		ID, UserID           int64
		Title, Body          string
		Likes                int64
		Published            bool
		CreatedAt, UpdatedAt int64
	}
	// A Comment is a row of comments.
	Comment struct {
		ID, PostID, UserID int64
		Body               string
		CreatedAt          int64
	}
	// A Skill is a row of skills, with the proficiency of the pivot row that it was reached by.
	Skill struct {
		ID          int64
		Name        string
		Proficiency string
	}
	// A Pivot is a row of skill_user.
	Pivot struct {
		UserID, SkillID int64
		Proficiency     string
	}
)

// Data is the content of a database, in the order of the primary keys.
type Data struct {
	Countries []Country
	Users     []User // and SyncUser at the end
	Profiles  []Profile
	Posts     []Post
	Comments  []Comment
	Skills    []Skill
	Pivots    []Pivot

	postsOf, commentsOf map[int64][]int // indexes into Posts and Comments by user and by post
	pivotsOf            map[int64][]int
}

// epoch is the time of the first row; the others follow it second by second.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

var proficiencies = []string{"Novice", "Apprentice", "Journeyman", "Expert", "Master"}

// How many posts users have, and comments posts, in turn: some none, some many, so that code which
// is only right for even data shows. They add up to 10 posts a user and 5 comments a post.
var (
	postsPerUser    = []int{0, 5, 10, 15, 20}
	commentsPerPost = []int{0, 8, 1, 9, 2, 7, 2, 10, 2, 9}
	skillsPerUser   = []int{0, 3, 5, 7, 10}
)

// NewData makes the data: the same at every call. Children lie scattered, as rows do that were
// written over time, and not in the order of their parents.
func NewData() *Data {
	d := &Data{}
	rnd := rand.New(rand.NewPCG(1, 2))
	for id := int64(1); id <= Countries; id++ {
		d.Countries = append(d.Countries, Country{id, fmt.Sprintf("Country %d", id)})
	}
	for id := int64(1); id <= Skills; id++ {
		d.Skills = append(d.Skills, Skill{ID: id, Name: fmt.Sprintf("Skill %d", id)})
	}
	for id := int64(1); id <= Users; id++ {
		d.Users = append(d.Users, newUser(id))
		d.Profiles = append(d.Profiles, Profile{id, Users + 1 - id, fmt.Sprintf("The life of user %d, told in a line.", Users+1-id), fmt.Sprintf("https://example.com/%d", id)})
		for _, skill := range rnd.Perm(Skills)[:skillsPerUser[int(id)%len(skillsPerUser)]] {
			d.Pivots = append(d.Pivots, Pivot{id, int64(skill + 1), proficiencies[rnd.IntN(len(proficiencies))]})
		}
	}
	d.Users = append(d.Users, newUser(SyncUser))
	for i, owner := range scattered(rnd, Users, postsPerUser) {
		d.Posts = append(d.Posts, newPost(int64(i+1), owner))
	}
	for i, post := range scattered(rnd, Posts, commentsPerPost) {
		id := int64(i + 1)
		d.Comments = append(d.Comments, Comment{id, post, rnd.Int64N(Users) + 1, fmt.Sprintf("Comment %d on post %d, with a thought or two.", id, post), epoch + id})
	}
	d.index()
	return d
}

func newUser(id int64) User {
	u := User{ID: id, CountryID: id % (Countries + 1), Email: fmt.Sprintf("user%d@example.com", id), Name: fmt.Sprintf("User Number %d", id)}
	u.CreatedAt, u.UpdatedAt = epoch+id, epoch+2*id
	return u
}

func newPost(id, owner int64) Post {
	return Post{
		ID: id, UserID: owner,
		Title: fmt.Sprintf("Post %d by user %d", id, owner),
		Body:  fmt.Sprintf("What user %d wanted to say in post %d, at the length of an opening paragraph of some hundred letters.", owner, id),
		Likes: id * 7 % 1000, Published: id%3 != 0,
		CreatedAt: epoch + id, UpdatedAt: epoch + 3*id,
	}
}

// scattered lists the parents 1 to n, each as often as counts says in turn, in no order.
func scattered(rnd *rand.Rand, n int, counts []int) []int64 {
	var parents []int64
	for id := 1; id <= n; id++ {
		for range counts[id%len(counts)] {
			parents = append(parents, int64(id))
		}
	}
	rnd.Shuffle(len(parents), func(i, j int) { parents[i], parents[j] = parents[j], parents[i] })
	return parents
}

func (d *Data) index() {
	d.postsOf, d.commentsOf, d.pivotsOf = map[int64][]int{}, map[int64][]int{}, map[int64][]int{}
	for i, p := range d.Posts {
		d.postsOf[p.UserID] = append(d.postsOf[p.UserID], i)
	}
	for i, c := range d.Comments {
		d.commentsOf[c.PostID] = append(d.commentsOf[c.PostID], i)
	}
	for i, p := range d.Pivots {
		d.pivotsOf[p.UserID] = append(d.pivotsOf[p.UserID], i)
	}
}

// Event is the i-th row that a write inserts, without its id; they repeat after InsertSize.
func Event(i int) Post { return events[i%InsertSize] }

// events are made once, so that no peer is timed at it.
var events = func() []Post {
	out := make([]Post, InsertSize)
	for i := range out {
		out[i] = newPost(0, int64(i%Users)+1)
		out[i].Title = fmt.Sprintf("Event %d", i)
		out[i].Likes = int64(i * 7 % 100)
		out[i].CreatedAt, out[i].UpdatedAt = epoch+int64(i), epoch+2*int64(i)
	}
	return out
}()

// Time is a neutral row's time as a peer writes it.
func Time(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
