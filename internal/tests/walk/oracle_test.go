package walk_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A property test: random rows, a random relation, scope and way to load it, against what a loop over
// the rows in memory says.

// world is the rows of a database, as the loop sees them.
type world struct {
	users     []worldUser
	posts     []worldPost
	pivots    [][2]int64 // user, skill
	countries int64
	skills    int64
}

type worldUser struct{ id, country int64 } // country 0: NULL

type worldPost struct {
	id, user int64
	likes    int
	public   bool
}

func newWorld(r *rand.Rand) *world {
	w := &world{countries: 4, skills: 5}
	for id := range int64(12) {
		w.users = append(w.users, worldUser{id + 1, r.Int64N(w.countries + 1)})
	}
	for id := range int64(60) {
		w.posts = append(w.posts, worldPost{id + 1, 1 + r.Int64N(9), r.IntN(6), r.IntN(2) == 0})
	}
	for range 30 {
		w.pivots = append(w.pivots, [2]int64{1 + r.Int64N(10), 1 + r.Int64N(w.skills)})
	}
	return w
}

// store writes the rows, in another order than that of their keys.
func (w *world) store(t *testing.T, db *testdb.DB, r *rand.Rand) {
	t.Helper()
	testdb.ExecAll(t, db, app.Schema...)
	for id := range w.countries {
		testdb.Insert(t, db, "countries", "id, name", []any{id + 1, fmt.Sprint("country ", id+1)})
	}
	for id := range w.skills {
		testdb.Insert(t, db, "skills", "id, name", []any{id + 1, fmt.Sprint("skill ", id+1)})
	}
	for _, u := range w.users {
		var country any
		if u.country != 0 {
			country = u.country
		}
		testdb.Insert(t, db, "users", "id, email, country_id, created_at", []any{u.id, fmt.Sprint("user ", u.id), country, app.Day(1)})
	}
	posts := slices.Clone(w.posts)
	r.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
	for _, p := range posts {
		testdb.Insert(t, db, "posts", "id, user_id, title, likes, published", []any{p.id, p.user, fmt.Sprint("post ", p.id), p.likes, p.public})
	}
	for _, p := range w.pivots {
		testdb.Insert(t, db, "skill_user", "user_id, skill_id", []any{p[0], p[1]})
	}
}

// narrowing is a random scope on one kind of row: as a chain, and as what it means.
type narrowing[R, W any] struct {
	text  string
	chain func(q *lucid.Query[R])
	keep  func(W) bool
	order func(a, b W) int // total
	limit int              // 0: none
}

func postNarrowing(r *rand.Rand, one bool) narrowing[app.Post, worldPost] {
	n := narrowing[app.Post, worldPost]{keep: func(worldPost) bool { return true }}
	var chains []func(q *lucid.Query[app.Post])
	add := func(text string, chain func(q *lucid.Query[app.Post])) {
		n.text += " " + text
		chains = append(chains, chain)
	}
	x, y := r.IntN(6), r.IntN(60)
	switch r.IntN(5) {
	case 0:
		add(fmt.Sprint("likes>", x), func(q *lucid.Query[app.Post]) { q.Where("likes", ">", x) })
		n.keep = func(p worldPost) bool { return p.likes > x }
	case 1:
		add(fmt.Sprint("likes=", x, " or id>", y), func(q *lucid.Query[app.Post]) { q.Where("likes", x).OrWhere("id", ">", y) })
		n.keep = func(p worldPost) bool { return p.likes == x || p.id > int64(y) }
	case 2:
		add(fmt.Sprint("likes=", x, " or id>", y, " and published"), func(q *lucid.Query[app.Post]) { q.Where("likes", x).OrWhere("id", ">", y).Where("published", true) })
		n.keep = func(p worldPost) bool { return p.likes == x || p.id > int64(y) && p.public }
	case 3:
		add(fmt.Sprint("not in and (group) ", x), func(q *lucid.Query[app.Post]) {
			q.WhereNotIn("likes", []int{x, x + 1}).WhereGroup(func(q *lucid.Query[app.Post]) { q.Where("published", false).OrWhereBetween("id", y, y+20) })
		})
		n.keep = func(p worldPost) bool {
			return p.likes != x && p.likes != x+1 && (!p.public || p.id >= int64(y) && p.id <= int64(y)+20)
		}
	}
	n.order = func(a, b worldPost) int { return cmp.Compare(a.id, b.id) }
	switch r.IntN(3) {
	case 0:
		add("by id", func(q *lucid.Query[app.Post]) { q.OrderBy("id") })
	case 1:
		add("by likes desc, id", func(q *lucid.Query[app.Post]) { q.OrderByDesc("likes").OrderBy("id") })
		n.order = func(a, b worldPost) int { return cmp.Or(cmp.Compare(b.likes, a.likes), cmp.Compare(a.id, b.id)) }
	case 2:
		add("by published, id desc", func(q *lucid.Query[app.Post]) { q.OrderBy("published").OrderByDesc("id") })
		n.order = func(a, b worldPost) int {
			return cmp.Or(cmp.Compare(truth(a.public), truth(b.public)), cmp.Compare(b.id, a.id))
		}
	}
	if r.IntN(3) == 0 && !one { // a group limit is not for a relation to one row
		n.limit = 1 + r.IntN(4)
		add(fmt.Sprint("group limit ", n.limit), func(q *lucid.Query[app.Post]) { q.GroupLimit(n.limit) })
	}
	if r.IntN(3) == 0 {
		add("select", func(q *lucid.Query[app.Post]) { q.Select("id", "title") })
	}
	r.Shuffle(len(chains), func(i, j int) { chains[i], chains[j] = chains[j], chains[i] })
	n.chain = func(q *lucid.Query[app.Post]) {
		for _, c := range chains {
			c(q)
		}
	}
	return n
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func skillNarrowing(r *rand.Rand) narrowing[app.Skill, int64] {
	n := narrowing[app.Skill, int64]{keep: func(int64) bool { return true }, order: cmp.Compare[int64]}
	x, desc, sel := 1+r.Int64N(5), r.IntN(2) == 0, r.IntN(3) == 0
	or := r.IntN(2) == 0
	if or {
		n.text = fmt.Sprint(" id=", x, " or name=skill 1")
		n.keep = func(id int64) bool { return id == x || id == 1 }
	}
	if desc {
		n.text += " desc"
		n.order = func(a, b int64) int { return cmp.Compare(b, a) }
	}
	if r.IntN(3) == 0 {
		n.limit = 1 + r.IntN(3)
		n.text += fmt.Sprint(" group limit ", n.limit)
	}
	n.chain = func(q *lucid.Query[app.Skill]) {
		if or {
			q.Where("id", x).OrWhere("name", "skill 1")
		}
		if n.limit > 0 {
			q.GroupLimit(n.limit)
		}
		q.OrderBy("id", map[bool]string{true: "desc", false: "asc"}[desc])
		if sel {
			q.Select("id")
		}
	}
	return n
}

// of is the rows that one parent should have.
func (n narrowing[R, W]) of(rows []W, one bool) []W {
	out := slices.DeleteFunc(slices.Clone(rows), func(w W) bool { return !n.keep(w) })
	slices.SortStableFunc(out, n.order)
	switch {
	case one:
		return out[:min(1, len(out))]
	case n.limit > 0:
		return out[:min(n.limit, len(out))]
	}
	return out
}

// TestRelationsAgainstALoop compares some 250 random uses of relations with a loop over the same rows.
func TestRelationsAgainstALoop(t *testing.T) {
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 11))
			w := newWorld(r)
			db := testdb.Open(t, dialect)
			w.store(t, db, r)
			for i := range 250 {
				w.compare(t, db, r, i)
				if t.Failed() {
					return // one failing combination says enough
				}
			}
		})
	}
}

// compare is one combination.
func (w *world) compare(t *testing.T, db *testdb.DB, r *rand.Rand, round int) {
	t.Helper()
	users := func(u *app.User) int64 { return u.ID }
	countries := func(c *app.Country) int64 { return c.ID }
	postID := func(p *app.Post) int64 { return p.ID }
	worldID := func(p worldPost) int64 { return p.id }
	switch r.IntN(5) {
	case 0:
		n := postNarrowing(r, false)
		against(t, db, r, fmt.Sprint(round, ": has many", n.text), app.UserPosts, n.chain, false, users, postID,
			func(user int64) []int64 { return mapped(n.of(w.postsOf(user), false), worldID) })
	case 1:
		n := postNarrowing(r, true)
		against(t, db, r, fmt.Sprint(round, ": has one", n.text), oraclePost, n.chain, true, users, postID,
			func(user int64) []int64 { return mapped(n.of(w.postsOf(user), true), worldID) })
	case 2:
		n := postNarrowing(r, false)
		against(t, db, r, fmt.Sprint(round, ": through", n.text), app.CountryPosts, n.chain, false, countries, postID, func(country int64) []int64 {
			var rows []worldPost
			for _, u := range w.users {
				if u.country == country {
					rows = append(rows, w.postsOf(u.id)...)
				}
			}
			return mapped(n.of(rows, false), worldID)
		})
	case 3:
		n := skillNarrowing(r)
		against(t, db, r, fmt.Sprint(round, ": many to many", n.text), app.UserSkills, n.chain, false, users, func(s *app.Skill) int64 { return s.ID }, func(user int64) []int64 {
			var rows []int64
			for _, p := range w.pivots {
				if p[0] == user {
					rows = append(rows, p[1])
				}
			}
			return mapped(n.of(rows, false), func(id int64) int64 { return id })
		})
	case 4:
		x := r.Int64N(w.countries + 1)
		against(t, db, r, fmt.Sprint(round, ": belongs to, not ", x), app.UserCountry, func(q *lucid.Query[app.Country]) { q.Where("id", "<>", x).OrWhere("id", -1) }, true,
			users, countries, func(user int64) []int64 {
				if c := w.users[user-1].country; c != 0 && c != x {
					return []int64{c}
				}
				return []int64{}
			})
	}
}

// oraclePost is one post of a user.
var oraclePost = &lucid.HasOne[app.User, app.Post]{}

func init() { lucid.Register[app.User](oraclePost) }

func (w *world) postsOf(user int64) []worldPost {
	return slices.DeleteFunc(slices.Clone(w.posts), func(p worldPost) bool { return p.user != user })
}

func mapped[W any](rows []W, id func(W) int64) []int64 {
	out := []int64{}
	for _, row := range rows {
		out = append(out, id(row))
	}
	return out
}

// against loads a relation in a random way and compares each parent's rows.
func against[P, R any, M lucid.ModelPtr[P]](
	t *testing.T, db *testdb.DB, r *rand.Rand, text string, rel app.Relation[P, R], scope func(*lucid.Query[R]), one bool,
	parentID func(*P) int64, id func(*R) int64, want func(parent int64) []int64,
) {
	t.Helper()
	scoped := rel.With(scope)
	parents := lucid.From[P, M](db).OrderBy("id")
	way := r.IntN(4)
	if way == 0 {
		parents.Preload(scoped)
	}
	rows, err := parents.All(t.Context())
	require.NoError(t, err, text)
	switch way {
	case 1:
		require.NoError(t, scoped.Load(t.Context(), db, rows...), text)
	case 2:
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rows = append(rows[:len(rows)/2], rows[0])
		require.NoError(t, lucid.LoadMissing(t.Context(), db, rows, lucid.Relation[P](scoped)), text)
	}
	for _, p := range rows {
		got, err := scoped.Get(p)
		if way == 3 {
			got, err = scoped.Query(db, p).All(t.Context())
		}
		require.NoError(t, err, text)
		assert.Equal(t, want(parentID(p)), app.IDs(got, id), "%s, way %d, parent %d", text, way, parentID(p))
	}
	if way == 3 && !one {
		several(t, db, scoped, rows, text, parentID, id, want)
	}
}

// several is a query of all parents at once: the rows of each, together.
func several[P, R any](
	t *testing.T, db *testdb.DB, scoped *lucid.Scoped[P, R], rows []*P, text string,
	parentID func(*P) int64, id func(*R) int64, want func(parent int64) []int64,
) {
	t.Helper()
	all := []int64{}
	for _, p := range rows {
		all = append(all, want(parentID(p))...)
	}
	got, err := scoped.Query(db, rows...).All(t.Context())
	require.NoError(t, err, text)
	assert.Equal(t, app.SortedIDs(all), app.SortedIDs(app.IDs(got, id)), "%s, of all parents", text)
}
