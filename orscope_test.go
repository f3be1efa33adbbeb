package lucid_test

import (
	"sync"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// anything holds for every row of a table by what stands before its OR: without brackets, all that
// follows would bind to the alternative only.
func anything[R any](q *lucid.Query[R]) { q.Where("id", ">", 0).OrWhere("id", -1) }

// Relations of the fixture whose OnQuery has an OR; what they load is read with Get.
var (
	orProfile        = &lucid.HasOne[User, Profile]{OnQuery: anything[Profile]}
	orPosts          = &lucid.HasMany[User, Post]{OnQuery: anything[Post]}
	orCountry        = &lucid.BelongsTo[User, Country]{OnQuery: anything[Country]}
	orSkills         = &lucid.ManyToMany[User, Skill]{OnQuery: anything[Skill]}
	orCountryPosts   = &lucid.HasManyThrough[Country, User, Post]{OnQuery: anything[Post]}
	orCountryProfile = &lucid.HasOneThrough[Country, User, Profile]{OnQuery: anything[Profile]}

	// onlyFirst narrows; an OR in a scope must not undo that.
	onlyFirst = &lucid.HasMany[User, Post]{OnQuery: func(q *lucid.Query[Post]) { q.Where("id", 1) }}
)

func init() {
	lucid.Register[User](orProfile, orPosts, orCountry, orSkills, onlyFirst)
	lucid.Register[Country](orCountryPosts, orCountryProfile)
}

// TestOrNeverReachesOthers: whatever a scope, OnQuery or a chain on Query joins by OR, each parent has
// its own rows and no other's, in every kind of relation.
func TestOrNeverReachesOthers(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users, countries := allUsers(t, db), allCountries(t, db)
		profile := func(p *Profile) int64 { return p.ID }
		post := func(p *Post) int64 { return p.ID }
		country := func(c *Country) int64 { return c.ID }
		skill := func(s *Skill) int64 { return s.ID }

		t.Run("HasOne", func(t *testing.T) {
			orStaysInside(t, db, UserProfile, orProfile, users, profile, [][]int64{{1}, {2}, {}, {}})
		})
		t.Run("HasMany", func(t *testing.T) {
			orStaysInside(t, db, UserPosts, orPosts, users, post, [][]int64{{1, 2, 3}, {4, 5}, {6}, {}})
		})
		t.Run("BelongsTo", func(t *testing.T) {
			orStaysInside(t, db, UserCountry, orCountry, users, country, [][]int64{{1}, {1}, {2}, {}})
		})
		t.Run("ManyToMany", func(t *testing.T) {
			orStaysInside(t, db, userBare, orSkills, users, skill, [][]int64{{1, 2}, {2}, {2, 2}, {}})
		})
		t.Run("HasManyThrough", func(t *testing.T) {
			orStaysInside(t, db, CountryPosts, orCountryPosts, countries, post, [][]int64{{1, 2, 3, 4, 5}, {6}, {}})
		})
		t.Run("HasOneThrough", func(t *testing.T) {
			orStaysInside(t, db, CountryProfile, orCountryProfile, countries, profile, [][]int64{{1}, {}, {}})
		})
	})
}

func orStaysInside[P, R any](t *testing.T, db *fixture, rel, onQuery descriptor[P, R], parents []*P, id func(*R) int64, want [][]int64) {
	loaded := map[string]*lucid.Scoped[P, R]{
		"a scope":          rel.With(anything[R]),
		"OnQuery":          onQuery.With(),
		"both":             onQuery.With(anything[R]),
		"two scopes":       rel.With(anything[R], anything[R]),
		"Apply in a scope": rel.With(func(q *lucid.Query[R]) { q.Apply(anything[R]) }),
		"a group in a scope": rel.With(func(q *lucid.Query[R]) {
			q.WhereGroup(func(q *lucid.Query[R]) { q.Where("id", ">", 0) }).OrWhereGroup(func(q *lucid.Query[R]) { q.Where("id", -1) })
		}),
		"raw SQL in a scope": rel.With(func(q *lucid.Query[R]) { q.WhereRaw("1 = 1 OR 1 = 0") }),
	}
	for name, scoped := range loaded {
		require.NoError(t, scoped.Load(t.Context(), db, parents...), name)
		db.sent.reset()
		for i, p := range parents {
			rows, err := scoped.Get(p)
			require.NoError(t, err, name)
			assert.Equal(t, want[i], sortedIDs(ids(rows, id)), "%s, parent %d", name, i+1)
		}
	}
	for i, p := range parents {
		// Rows of others find no parent here: only the number of rows read tells that they came.
		require.NoError(t, rel.Load(t.Context(), db, p))
		read := rowsRead(db)
		for name, scoped := range loaded {
			require.NoError(t, scoped.Load(t.Context(), db, p), name)
			assert.Equal(t, read, rowsRead(db), "%s, parent %d: rows read", name, i+1)
		}
		queries := map[string]*lucid.Query[R]{
			"OrWhere on Query":           rel.Query(db, p).Where("id", ">", 0).OrWhere("id", -1),
			"OrWhere alone on Query":     rel.Query(db, p).OrWhere("id", ">", 0),
			"OrWhereRaw on Query":        rel.Query(db, p).Where("id", ">", 0).OrWhereRaw("1 = 0"),
			"a scope on Query":           rel.With(anything[R]).Query(db, p).Where("id", ">", 0).OrWhere("id", -1),
			"OnQuery on Query":           onQuery.Query(db, p),
			"OnQuery and a chain, Query": onQuery.Query(db, p).Where("id", ">", 0).OrWhere("id", -1),
		}
		for name, q := range queries {
			rows, err := q.All(t.Context())
			db.sent.reset()
			require.NoError(t, err, name)
			assert.Equal(t, want[i], sortedIDs(ids(rows, id)), "%s, parent %d", name, i+1)
		}
	}
}

// rowsRead is how many rows came back since it was asked last.
func rowsRead(db *fixture) int64 {
	var n int64
	for _, e := range db.sent.events {
		n += e.Rows
	}
	db.sent.reset()
	return n
}

// TestOnQueryHolds: neither an OR in a scope nor one in a chain undoes OnQuery's conditions.
func TestOnQueryHolds(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		users := allUsers(t, db)
		require.NoError(t, onlyFirst.With(anything[Post]).Load(t.Context(), db, users...))
		for i, want := range [][]int64{{1}, {}, {}, {}} {
			posts, err := onlyFirst.Get(users[i])
			require.NoError(t, err)
			assert.Equal(t, want, postIDs(posts))
		}
		posts, err := onlyFirst.Query(db, users...).Where("id", 2).OrWhere("id", ">", 0).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, postIDs(posts))
		n, err := onlyFirst.Query(db, users...).OrWhere("id", ">", 0).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
	})
}

// onQueryRuns counts how often the OnQuery of countedPosts ran.
var (
	onQueryRuns  int
	countedPosts = &lucid.HasMany[User, Post]{OnQuery: func(q *lucid.Query[Post]) {
		onQueryRuns++
		q.Apply(Published)
	}}
)

func init() { lucid.Register[User](countedPosts) }

// TestOnQueryRunsOnce per statement: in a preload, a load and a query, whatever groups the chain has.
func TestOnQueryRunsOnce(t *testing.T) {
	var turn sync.Mutex // they share the counter
	eachDB(t, func(t *testing.T, db *fixture) {
		turn.Lock()
		defer turn.Unlock()
		users := allUsers(t, db)
		grouped := func(q *lucid.Query[Post]) {
			q.WhereGroup(func(q *lucid.Query[Post]) { q.WhereNotNull("created_at") }).OrderBy("id")
		}
		tests := []struct {
			name string
			read func() ([]*Post, error)
			want []int64
		}{
			{"Preload", func() ([]*Post, error) {
				u, err := lucid.From[User](db).Preload(countedPosts.With(grouped)).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				return countedPosts.Get(u[0])
			}, []int64{1}},
			{"Load", func() ([]*Post, error) {
				require.NoError(t, countedPosts.With(grouped).Load(t.Context(), db, users...))
				return countedPosts.Get(users[0])
			}, []int64{1}},
			{"Query", func() ([]*Post, error) { return countedPosts.With(grouped).Query(db, users[0]).All(t.Context()) }, []int64{1}},
			{"Query of several", func() ([]*Post, error) { return countedPosts.Query(db, users...).OrderBy("id").All(t.Context()) }, []int64{1, 3, 4, 6}},
		}
		for _, tt := range tests {
			onQueryRuns = 0
			posts, err := tt.read()
			require.NoError(t, err, tt.name)
			assert.Equal(t, tt.want, postIDs(posts), tt.name)
			assert.Equal(t, 1, onQueryRuns, tt.name)
		}
		onQueryRuns = 0
		require.NoError(t, countedPosts.Load(t.Context(), db))
		assert.Zero(t, onQueryRuns, "not where nothing is sent")
	})
}

// TestOnQueryGroups: OnQuery's conditions, the chain's and the relation's are three groups.
func TestOnQueryGroups(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		if db.Dialect != lucid.PostgreSQL {
			return
		}
		text, _, err := orPosts.Query(db, allUsers(t, db)[0]).Select("id").Where("likes", 1).OrWhereGroup(func(q *lucid.Query[Post]) { q.WhereNotNull("created_at").Where("likes", 2) }).SQL()
		require.NoError(t, err)
		assert.Equal(t, `SELECT "posts"."id" FROM "posts" WHERE ("posts"."id" > $1 OR "posts"."id" = $2) AND `+
			`("posts"."likes" = $3 OR ("posts"."created_at" IS NOT NULL AND "posts"."likes" = $4)) AND "posts"."user_id" = $5`, text)
	})
}
