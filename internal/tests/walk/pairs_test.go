package walk_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Everything composes with everything: this walks all ordered pairs of features, and random triples, on
// queries of users from five starting points, and compares rows, related rows and extras with loops over
// the same data in memory.

// town is the world with more relatives: managers, followers, and comments on posts.
type town struct {
	*world
	parents  map[int64]int64   // of users; 0: NULL
	follows  map[int64][]int64 // whom a user follows
	comments map[int64]int     // how many a post has
}

func newTown(r *rand.Rand) *town {
	w := &town{world: newWorld(r), parents: map[int64]int64{}, follows: map[int64][]int64{}, comments: map[int64]int{}}
	for _, u := range w.users {
		if u.id > 3 {
			w.parents[u.id] = 1 + r.Int64N(u.id-1)
		}
		for other := range int64(len(w.users)) {
			if r.IntN(4) == 0 {
				w.follows[u.id] = append(w.follows[u.id], other+1)
			}
		}
	}
	for _, p := range w.posts {
		w.comments[p.id] = max(0, r.IntN(5)-1)
	}
	return w
}

func (w *town) store(t *testing.T, db *testdb.DB, r *rand.Rand) {
	t.Helper()
	w.world.store(t, db, r)
	for user, parent := range w.parents {
		_, err := lucid.From[app.User](db).Where("id", user).Update(t.Context(), lucid.Values{"parent_id": parent})
		require.NoError(t, err)
	}
	for user, others := range w.follows {
		for _, other := range others {
			testdb.Insert(t, db, "follows", "user_id, following_id", []any{user, other})
		}
	}
	for post, n := range w.comments {
		for range n {
			testdb.Insert(t, db, "comments", "post_id, body", []any{post, "x"})
		}
	}
}

func (w *town) children(user int64) []int64 {
	var out []int64
	for _, u := range w.users {
		if w.parents[u.id] == user {
			out = append(out, u.id)
		}
	}
	return out
}

func (w *town) published(user int64) []worldPost {
	return slices.DeleteFunc(w.postsOf(user), func(p worldPost) bool { return !p.public })
}

func (w *town) skillsOf(user int64) []int64 {
	out := []int64{}
	for _, p := range w.pivots {
		if p[0] == user {
			out = append(out, p[1])
		}
	}
	slices.Sort(out)
	return out
}

// asked is what a chain asks for, as the loops see it.
type asked struct {
	where  []wanted
	order  []func(a, b worldUser) int
	limit  int
	offset int
	extras map[string]func(user int64) any
	loads  map[string]func(u *app.User) (got any, want any)
}

// wanted is one condition, joined as it was chained.
type wanted struct {
	or   bool
	keep func(u worldUser) bool
}

// holds evaluates the conditions with SQL's precedence.
func (a *asked) holds(u worldUser) bool {
	any, all := false, true
	for i, w := range a.where {
		if w.or && i > 0 {
			any, all = any || all, true
		}
		all = all && w.keep(u)
	}
	return any || all
}

// rows are those of users that are asked for, in order.
func (a *asked) rows(users []worldUser) []worldUser {
	out := slices.DeleteFunc(slices.Clone(users), func(u worldUser) bool { return !a.holds(u) })
	slices.SortStableFunc(out, func(x, y worldUser) int {
		for _, by := range a.order {
			if c := by(x, y); c != 0 {
				return c
			}
		}
		return cmp.Compare(x.id, y.id)
	})
	return out
}

// feature is one thing to ask for: of the query, and of the loops.
type feature struct {
	name  string
	chain func(q *lucid.Query[app.User])
	ask   func(w *town, a *asked)
	cuts  bool // it takes a number of all rows, which a relation's scope does not have
}

func (w *town) features() []feature {
	cond := func(name string, or bool, keep func(u worldUser) bool, chain func(q *lucid.Query[app.User])) feature {
		return feature{name: name, chain: chain, ask: func(_ *town, a *asked) { a.where = append(a.where, wanted{or, keep}) }}
	}
	computed := func(name string, of func(user int64) any, chain func(q *lucid.Query[app.User])) feature {
		return feature{name: name, chain: chain, ask: func(_ *town, a *asked) { a.extras[name] = of }}
	}
	loads := func(name string, check func(u *app.User) (any, any), rel lucid.Relation[app.User]) feature {
		return feature{name: "preload " + name, chain: func(q *lucid.Query[app.User]) { q.Preload(rel) },
			ask: func(_ *town, a *asked) { a.loads[strings.Fields(name)[0]] = check }}
	}
	order := func(name string, by func(a, b worldUser) int, chain func(q *lucid.Query[app.User])) feature {
		return feature{name: "order by " + name, chain: chain, ask: func(_ *town, a *asked) { a.order = append(a.order, by) }}
	}
	posts := func(user int64) int { return len(w.postsOf(user)) }
	sum := func(user int64) any {
		var n int64
		for _, p := range w.postsOf(user) {
			n += int64(p.likes)
		}
		if posts(user) == 0 {
			return nil
		}
		return n
	}
	commented := func(user int64, more int) bool {
		return slices.ContainsFunc(w.postsOf(user), func(p worldPost) bool { return w.comments[p.id] > more })
	}
	byID := func(q *lucid.Query[app.Post]) { q.OrderBy("id") }
	latest := func(user int64, n int) []int64 {
		all := mapped(w.postsOf(user), func(p worldPost) int64 { return p.id })
		slices.Sort(all)
		slices.Reverse(all)
		return all[:min(n, len(all))]
	}
	return []feature{
		cond("where", false, func(u worldUser) bool { return u.country == 1 }, func(q *lucid.Query[app.User]) { q.Where("country_id", 1) }),
		cond("or where", true, func(u worldUser) bool { return u.id > 9 }, func(q *lucid.Query[app.User]) { q.OrWhere("id", ">", 9) }),
		cond("where null", false, func(u worldUser) bool { return u.country == 0 }, func(q *lucid.Query[app.User]) { q.WhereNull("country_id") }),
		cond("where group", false, func(u worldUser) bool { return u.country == 2 || u.id < 5 && posts(u.id) > 0 }, func(q *lucid.Query[app.User]) {
			q.WhereGroup(func(q *lucid.Query[app.User]) {
				q.Where("country_id", 2).OrWhereGroup(func(q *lucid.Query[app.User]) { q.Where("id", "<", 5).Has(app.UserPosts) })
			})
		}),
		cond("where in query", false, func(u worldUser) bool { return len(w.published(u.id)) > 0 }, func(q *lucid.Query[app.User]) {
			q.WhereRaw("users.id IN (SELECT user_id FROM posts WHERE published = ?)", true)
		}),
		cond("has", false, func(u worldUser) bool { return posts(u.id) > 0 }, func(q *lucid.Query[app.User]) { q.Has(app.UserPosts) }),
		cond("or has", true, func(u worldUser) bool { return len(w.skillsOf(u.id)) > 0 }, func(q *lucid.Query[app.User]) { q.OrHas(app.UserSkills) }),
		cond("has more than", false, func(u worldUser) bool { return posts(u.id) > 6 }, func(q *lucid.Query[app.User]) { q.Has(app.UserPosts, lucid.Count(">", 6)) }),
		cond("or has more than", true, func(u worldUser) bool { return posts(u.id) > 8 }, func(q *lucid.Query[app.User]) { q.OrHas(app.UserPosts, lucid.Count(">", 8)) }),
		cond("has between", false, func(u worldUser) bool { n := len(w.published(u.id)); return n >= 2 && n < 5 }, func(q *lucid.Query[app.User]) {
			q.Has(app.UserPosts.With(app.Published), lucid.Count(">=", 2), lucid.Count("<", 5))
		}),
		cond("has at most", false, func(u worldUser) bool { return posts(u.id) <= 6 }, func(q *lucid.Query[app.User]) { q.Has(app.UserPosts, lucid.Count("<=", 6)) }),
		cond("doesn't have", false, func(u worldUser) bool { return posts(u.id) == 0 }, func(q *lucid.Query[app.User]) { q.DoesntHave(app.UserPosts) }),
		cond("doesn't have more than", false, func(u worldUser) bool { return posts(u.id) <= 6 }, func(q *lucid.Query[app.User]) { q.DoesntHave(app.UserPosts, lucid.Count(">", 6)) }),
		cond("or doesn't have", true, func(u worldUser) bool { return len(w.skillsOf(u.id)) == 0 }, func(q *lucid.Query[app.User]) { q.OrDoesntHave(app.UserSkills) }),
		cond("has many to many", false, func(u worldUser) bool { return slices.Contains(w.skillsOf(u.id), 2) }, func(q *lucid.Query[app.User]) {
			q.Has(app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.Where("name", "skill 2").OrWhere("pivot.skill_id", 2) }))
		}),
		cond("has many of many to many", false, func(u worldUser) bool { return len(w.skillsOf(u.id)) > 2 }, func(q *lucid.Query[app.User]) { q.Has(app.UserSkills, lucid.Count(">", 2)) }),
		cond("has nested", false, func(u worldUser) bool { return commented(u.id, 0) }, func(q *lucid.Query[app.User]) {
			q.Has(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Has(app.PostComments) }))
		}),
		cond("has nested more than", false, func(u worldUser) bool { return commented(u.id, 2) }, func(q *lucid.Query[app.User]) {
			q.Has(app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.Has(app.PostComments, lucid.Count(">", 2)) }))
		}),
		cond("has grandchildren", false, func(u worldUser) bool {
			return slices.ContainsFunc(w.children(u.id), func(c int64) bool { return len(w.children(c)) > 0 })
		}, func(q *lucid.Query[app.User]) {
			q.Has(app.UserChildren.With(func(q *lucid.Query[app.User]) { q.Has(app.UserChildren) }))
		}),
		cond("has two children", false, func(u worldUser) bool { return len(w.children(u.id)) >= 2 }, func(q *lucid.Query[app.User]) { q.Has(app.UserChildren, lucid.Count(">=", 2)) }),
		cond("parent has posts", false, func(u worldUser) bool { return w.parents[u.id] > 0 && posts(w.parents[u.id]) > 0 }, func(q *lucid.Query[app.User]) {
			q.Has(app.UserParent.With(func(q *lucid.Query[app.User]) { q.Has(app.UserPosts) }))
		}),
		cond("follows one who follows many", false, func(u worldUser) bool {
			return slices.ContainsFunc(w.follows[u.id], func(o int64) bool { return len(w.follows[o]) > 3 })
		}, func(q *lucid.Query[app.User]) {
			q.Has(app.UserFollows.With(func(q *lucid.Query[app.User]) { q.Has(app.UserFollows, lucid.Count(">", 3)) }))
		}),
		cond("any", false, func(u worldUser) bool { return commented(u.id, 0) || w.parents[u.id] == 1 }, func(q *lucid.Query[app.User]) {
			q.Filter(lucid.Or(app.UserPosts.Any(app.PostComments.Any()), app.UserParent.Any(app.UserID.Eq(1))))
		}),
		cond("none", false, func(u worldUser) bool { return len(w.published(u.id)) == 0 }, func(q *lucid.Query[app.User]) { q.Filter(app.UserPublished.None()) }),
		computed("posts_count", func(user int64) any { return int64(posts(user)) }, func(q *lucid.Query[app.User]) { q.WithCount(app.UserPosts) }),
		computed("public", func(user int64) any { return int64(len(w.published(user))) }, func(q *lucid.Query[app.User]) { q.WithCount(app.UserPosts.With(app.Published).As("public")) }),
		computed("posts_sum_likes", sum, func(q *lucid.Query[app.User]) { q.WithAggregate(app.UserPosts.Sum("likes")) }),
		computed("skills_exists", func(user int64) any { return len(w.skillsOf(user)) > 0 }, func(q *lucid.Query[app.User]) { q.WithAggregate(app.UserSkills.Exists()) }),
		computed("children_count", func(user int64) any { return int64(len(w.children(user))) }, func(q *lucid.Query[app.User]) { q.WithCount(app.UserChildren) }),
		{name: "order by a count", chain: func(q *lucid.Query[app.User]) { q.WithCount(app.UserSkills.As("n")).OrderByDesc("n") }, ask: func(w *town, a *asked) {
			a.extras["n"] = func(user int64) any { return int64(len(w.skillsOf(user))) }
			a.order = append(a.order, func(x, y worldUser) int { return cmp.Compare(len(w.skillsOf(y.id)), len(w.skillsOf(x.id))) })
		}},
		loads("posts", func(u *app.User) (any, any) {
			return app.PostIDs(u.Posts), mapped(slices.SortedFunc(slices.Values(w.postsOf(u.ID)), func(a, b worldPost) int { return cmp.Compare(a.id, b.id) }), func(p worldPost) int64 { return p.id })
		}, app.UserPosts.With(byID)),
		loads("posts limited", func(u *app.User) (any, any) { return app.PostIDs(u.Posts), latest(u.ID, 2) }, app.UserPosts.With(func(q *lucid.Query[app.Post]) { q.GroupLimit(2) })),
		loads("posts counted", func(u *app.User) (any, any) {
			got := map[int64]int{}
			for _, p := range u.Posts {
				n, _ := lucid.Extra[int](p, "comments_count")
				got[p.ID] = n
			}
			want := map[int64]int{}
			for _, p := range w.published(u.ID) {
				want[p.id] = w.comments[p.id]
			}
			return got, want
		}, app.UserPosts.With(app.Published, func(q *lucid.Query[app.Post]) { q.WithCount(app.PostComments) })),
		loads("skills", func(u *app.User) (any, any) { return app.SkillIDs(u.Skills), w.skillsOf(u.ID) }, app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.OrderBy("id") })),
		loads("skills limited", func(u *app.User) (any, any) { s := w.skillsOf(u.ID); return app.SkillIDs(u.Skills), s[:min(1, len(s))] },
			app.UserSkills.With(func(q *lucid.Query[app.Skill]) { q.OrderBy("id").GroupLimit(1) })),
		loads("children", func(u *app.User) (any, any) { return app.UserIDs(u.Children), append([]int64{}, w.children(u.ID)...) }, app.UserChildren.With(func(q *lucid.Query[app.User]) { q.OrderBy("id") })),
		loads("country", func(u *app.User) (any, any) {
			if u.Country == nil {
				return int64(0), w.users[u.ID-1].country
			}
			return u.Country.ID, w.users[u.ID-1].country
		}, app.UserCountry),
		{name: "select", chain: func(q *lucid.Query[app.User]) { q.Select("id", "email") }, ask: func(*town, *asked) {}},
		order("email, descending", func(a, b worldUser) int { return cmp.Compare(fmt.Sprint("user ", b.id), fmt.Sprint("user ", a.id)) }, func(q *lucid.Query[app.User]) { q.OrderByDesc("email") }),
		order("id, descending", func(a, b worldUser) int { return cmp.Compare(b.id, a.id) }, func(q *lucid.Query[app.User]) { q.OrderByDesc("id") }),
		{name: "limit", cuts: true, chain: func(q *lucid.Query[app.User]) { q.Limit(4) }, ask: func(_ *town, a *asked) { a.limit = 4 }},
		{name: "offset", cuts: true, chain: func(q *lucid.Query[app.User]) { q.Offset(2) }, ask: func(_ *town, a *asked) { a.offset = 2 }},
	}
}

// combination is some features of one query.
type combination []feature

func (c combination) String() string {
	names := make([]string, len(c))
	for i, f := range c {
		names[i] = f.name
	}
	return strings.Join(names, " + ")
}

func (c combination) chain(q *lucid.Query[app.User]) {
	for _, f := range c {
		f.chain(q)
	}
	q.OrderBy("id")
}

func (c combination) asked(w *town) *asked {
	a := &asked{extras: map[string]func(int64) any{}, loads: map[string]func(*app.User) (any, any){}}
	for _, f := range c {
		f.ask(w, a)
	}
	return a
}

func (c combination) has(what func(f feature) bool) bool { return slices.ContainsFunc(c, what) }

// TestFeaturePairs walks all ordered pairs, and some triples; under the race detector, which makes each of them
// several times as slow, every pair in one order.
func TestFeaturePairs(t *testing.T) {
	const seed = 20261127
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			w := newTown(r)
			db := testdb.Open(t, dialect)
			w.store(t, db, r)
			features := w.features()
			i := 0
			walk := func(c combination) bool {
				i++
				w.check(t, db, c, i)
				return !t.Failed() // one failing combination says enough
			}
			for x, a := range features {
				for y, b := range features {
					if x == y || testdb.Race && (x < y) == ((x+y)%2 == 0) {
						continue
					}
					if !walk(combination{a, b}) {
						return
					}
				}
			}
			for range 300 {
				p := r.Perm(len(features))
				if !walk(combination{features[p[0]], features[p[1]], features[p[2]]}) {
					return
				}
			}
		})
	}
}

// check runs a combination from the starting points, and finishes it in the ways, that its number says.
func (w *town) check(t *testing.T, db *testdb.DB, c combination, i int) {
	t.Helper()
	ctx, a := t.Context(), c.asked(w)
	all := a.rows(w.users)
	cut := all[min(a.offset, len(all)):]
	if a.limit > 0 {
		cut = cut[:min(a.limit, len(cut))]
	}
	rows, err := lucid.From[app.User](db).Apply(c.chain).All(ctx)
	require.NoError(t, err, c)
	w.compareRows(t, c, a, cut, rows)
	switch i % 5 {
	case 0:
		n, err := lucid.From[app.User](db).Apply(c.chain).Count(ctx)
		require.NoError(t, err, c)
		assert.EqualValues(t, len(all), n, "count: %s", c)
		found, err := lucid.From[app.User](db).Apply(c.chain).Exists(ctx)
		require.NoError(t, err, c)
		assert.Equal(t, len(all) > 0, found, "exists: %s", c)
	case 1:
		page, err := lucid.From[app.User](db).Apply(c.chain).Paginate(ctx, 2, 3)
		require.NoError(t, err, c)
		assert.EqualValues(t, len(all), page.Total, "total: %s", c)
		w.compareRows(t, c, a, all[min(3, len(all)):min(6, len(all))], page.Data)
	case 2:
		w.turnPages(t, db, c, a, all)
	case 3:
		w.ofRelation(t, db, c, a)
	case 4:
		w.inScope(ctx, t, db, c, a)
	}
}

func (w *town) compareRows(t *testing.T, c combination, a *asked, want []worldUser, got []*app.User) {
	t.Helper()
	require.Equal(t, mapped(want, func(u worldUser) int64 { return u.id }), app.UserIDs(got), c.String())
	for _, u := range got {
		extras := u.Extras()
		for name, of := range a.extras {
			require.Equal(t, of(u.ID), extras[name], "%s: %s of user %d", c, name, u.ID)
		}
		for name, check := range a.loads {
			got, want := check(u)
			require.Equal(t, want, got, "%s: %s of user %d", c, name, u.ID)
		}
	}
}

// turnPages reads all pages by cursor, forward and back.
func (w *town) turnPages(t *testing.T, db *testdb.DB, c combination, a *asked, all []worldUser) {
	t.Helper()
	q := lucid.From[app.User](db).Apply(c.chain)
	var rows []*app.User
	page, err := q.CursorPaginate(t.Context(), "", 5)
	for ; err == nil; page, err = q.CursorPaginate(t.Context(), page.Next, 5) {
		if rows = append(rows, page.Data...); page.Next == "" {
			break
		}
	}
	require.NoError(t, err, c)
	w.compareRows(t, c, a, all, rows)
	if page.Prev != "" {
		before, err := q.CursorPaginate(t.Context(), page.Prev, 5)
		require.NoError(t, err, c)
		at := len(all) - len(page.Data)
		w.compareRows(t, c, a, all[at-5:at], before.Data)
	}
}

// ofRelation starts from the related rows of one parent: has many, and many to many to the model itself.
func (w *town) ofRelation(t *testing.T, db *testdb.DB, c combination, a *asked) {
	t.Helper()
	if c.has(func(f feature) bool { return f.cuts }) {
		return
	}
	country, err := lucid.From[app.Country](db).Find(t.Context(), 1)
	require.NoError(t, err)
	rows, err := app.CountryUsers.Query(db, country).Apply(c.chain).All(t.Context())
	require.NoError(t, err, c)
	w.compareRows(t, c, a, a.rows(slices.DeleteFunc(slices.Clone(w.users), func(u worldUser) bool { return u.country != 1 })), rows)

	user, err := lucid.From[app.User](db).Find(t.Context(), 2)
	require.NoError(t, err)
	rows, err = app.UserFollows.Query(db, user).Apply(c.chain).All(t.Context())
	require.NoError(t, err, c)
	followed := slices.DeleteFunc(slices.Clone(w.users), func(u worldUser) bool { return !slices.Contains(w.follows[2], u.id) })
	w.compareRows(t, c, a, a.rows(followed), rows)
}

// inScope has the combination as the scope of a preload, of a filter and of a count.
func (w *town) inScope(ctx context.Context, t *testing.T, db *testdb.DB, c combination, a *asked) {
	t.Helper()
	if c.has(func(f feature) bool { return f.cuts }) {
		return
	}
	of := func(country int64) []worldUser {
		return a.rows(slices.DeleteFunc(slices.Clone(w.users), func(u worldUser) bool { return u.country != country }))
	}
	scoped := app.CountryUsers.With(c.chain)
	countries, err := lucid.From[app.Country](db).Preload(scoped).WithCount(scoped).OrderBy("id").All(ctx)
	require.NoError(t, err, c)
	var having []int64
	for _, country := range countries {
		want := of(country.ID)
		w.compareRows(t, c, a, want, country.Users)
		n, err := lucid.Extra[int](country, "users_count")
		require.NoError(t, err)
		require.Len(t, want, n, "count in %s", c)
		if n > 1 {
			having = append(having, country.ID)
		}
	}
	several, err := lucid.Pluck[int64](ctx, lucid.From[app.Country](db).Has(scoped, lucid.Count(">", 1)).OrderBy("id"), "id")
	require.NoError(t, err, c)
	require.ElementsMatch(t, having, several, "has in %s", c)
}
