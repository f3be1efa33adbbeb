package filter_test

import (
	"sync"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// anything holds for every row of a table by what stands before its OR: without brackets, all that
// follows would bind to the alternative only.
func anything[R any](q *lucid.Query[R]) { q.Where("id", ">", 0).OrWhere("id", -1) }

// Relations of the fixture whose OnQuery has an OR; what they load is read with Get.
var (
	orProfile        = &lucid.HasOne[app.User, app.Profile]{OnQuery: anything[app.Profile]}
	orPosts          = &lucid.HasMany[app.User, app.Post]{OnQuery: anything[app.Post]}
	orCountry        = &lucid.BelongsTo[app.User, app.Country]{OnQuery: anything[app.Country]}
	orSkills         = &lucid.ManyToMany[app.User, app.Skill]{OnQuery: anything[app.Skill]}
	orCountryPosts   = &lucid.HasManyThrough[app.Country, app.User, app.Post]{OnQuery: anything[app.Post]}
	orCountryProfile = &lucid.HasOneThrough[app.Country, app.User, app.Profile]{OnQuery: anything[app.Profile]}

	// onlyFirst narrows; an OR in a scope must not undo that.
	onlyFirst = &lucid.HasMany[app.User, app.Post]{OnQuery: func(q *lucid.Query[app.Post]) { q.Where("id", 1) }}
)

func init() {
	lucid.Register[app.User](orProfile, orPosts, orCountry, orSkills, onlyFirst)
	lucid.Register[app.Country](orCountryPosts, orCountryProfile)
}

// TestOrNeverReachesOthers: whatever a scope, OnQuery or a chain on Query joins by OR, each parent has
// its own rows and no other's, in every kind of relation.
func TestOrNeverReachesOthers(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, countries := app.AllUsers(t, db), app.AllCountries(t, db)
		profile := func(p *app.Profile) int64 { return p.ID }
		post := func(p *app.Post) int64 { return p.ID }
		country := func(c *app.Country) int64 { return c.ID }
		skill := func(s *app.Skill) int64 { return s.ID }

		t.Run("HasOne", func(t *testing.T) {
			orStaysInside(t, db, app.UserProfile, orProfile, users, profile, [][]int64{{1}, {2}, {}, {}})
		})
		t.Run("HasMany", func(t *testing.T) {
			orStaysInside(t, db, app.UserPosts, orPosts, users, post, [][]int64{{1, 2, 3}, {4, 5}, {6}, {}})
		})
		t.Run("BelongsTo", func(t *testing.T) {
			orStaysInside(t, db, app.UserCountry, orCountry, users, country, [][]int64{{1}, {1}, {2}, {}})
		})
		t.Run("ManyToMany", func(t *testing.T) {
			orStaysInside(t, db, app.UserBare, orSkills, users, skill, [][]int64{{1, 2}, {2}, {2, 2}, {}})
		})
		t.Run("HasManyThrough", func(t *testing.T) {
			orStaysInside(t, db, app.CountryPosts, orCountryPosts, countries, post, [][]int64{{1, 2, 3, 4, 5}, {6}, {}})
		})
		t.Run("HasOneThrough", func(t *testing.T) {
			orStaysInside(t, db, app.CountryProfile, orCountryProfile, countries, profile, [][]int64{{1}, {}, {}})
		})
	})
}

func orStaysInside[P, R any](t *testing.T, db *app.DB, rel, onQuery app.Relation[P, R], parents []*P, id func(*R) int64, want [][]int64) {
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
		db.Sent.Reset()
		for i, p := range parents {
			rows, err := scoped.Get(p)
			require.NoError(t, err, name)
			assert.Equal(t, want[i], app.SortedIDs(app.IDs(rows, id)), "%s, parent %d", name, i+1)
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
			db.Sent.Reset()
			require.NoError(t, err, name)
			assert.Equal(t, want[i], app.SortedIDs(app.IDs(rows, id)), "%s, parent %d", name, i+1)
		}
	}
}

// rowsRead is how many rows came back since it was asked last.
func rowsRead(db *app.DB) int64 {
	var n int64
	for _, e := range db.Sent.Events() {
		n += e.Rows
	}
	db.Sent.Reset()
	return n
}

// TestOnQueryHolds: neither an OR in a scope nor one in a chain undoes OnQuery's conditions.
func TestOnQueryHolds(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		require.NoError(t, onlyFirst.With(anything[app.Post]).Load(t.Context(), db, users...))
		for i, want := range [][]int64{{1}, {}, {}, {}} {
			posts, err := onlyFirst.Get(users[i])
			require.NoError(t, err)
			assert.Equal(t, want, app.PostIDs(posts))
		}
		posts, err := onlyFirst.Query(db, users...).Where("id", 2).OrWhere("id", ">", 0).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.PostIDs(posts))
		n, err := onlyFirst.Query(db, users...).OrWhere("id", ">", 0).Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
	})
}

// onQueryRuns counts how often the OnQuery of countedPosts ran.
var (
	onQueryRuns  int
	countedPosts = &lucid.HasMany[app.User, app.Post]{OnQuery: func(q *lucid.Query[app.Post]) {
		onQueryRuns++
		q.Apply(app.Published)
	}}
)

func init() { lucid.Register[app.User](countedPosts) }

// TestOnQueryRunsOnce per statement: in a preload, a load and a query, whatever groups the chain has.
func TestOnQueryRunsOnce(t *testing.T) {
	var turn sync.Mutex // they share the counter
	app.Each(t, func(t *testing.T, db *app.DB) {
		turn.Lock()
		defer turn.Unlock()
		users := app.AllUsers(t, db)
		grouped := func(q *lucid.Query[app.Post]) {
			q.WhereGroup(func(q *lucid.Query[app.Post]) { q.WhereNotNull("created_at") }).OrderBy("id")
		}
		tests := []struct {
			name string
			read func() ([]*app.Post, error)
			want []int64
		}{
			{"Preload", func() ([]*app.Post, error) {
				u, err := lucid.From[app.User](db).Preload(countedPosts.With(grouped)).OrderBy("id").All(t.Context())
				require.NoError(t, err)
				return countedPosts.Get(u[0])
			}, []int64{1}},
			{"Load", func() ([]*app.Post, error) {
				require.NoError(t, countedPosts.With(grouped).Load(t.Context(), db, users...))
				return countedPosts.Get(users[0])
			}, []int64{1}},
			{"Query", func() ([]*app.Post, error) { return countedPosts.With(grouped).Query(db, users[0]).All(t.Context()) }, []int64{1}},
			{"Query of several", func() ([]*app.Post, error) { return countedPosts.Query(db, users...).OrderBy("id").All(t.Context()) }, []int64{1, 3, 4, 6}},
		}
		for _, tt := range tests {
			onQueryRuns = 0
			posts, err := tt.read()
			require.NoError(t, err, tt.name)
			assert.Equal(t, tt.want, app.PostIDs(posts), tt.name)
			assert.Equal(t, 1, onQueryRuns, tt.name)
		}
		onQueryRuns = 0
		require.NoError(t, countedPosts.Load(t.Context(), db))
		assert.Zero(t, onQueryRuns, "not where nothing is sent")
	})
}

// TestOnQueryGroups: OnQuery's conditions, the chain's and the relation's are three groups.
func TestOnQueryGroups(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.PostgreSQL {
			return
		}
		text, _, err := orPosts.Query(db, app.AllUsers(t, db)[0]).Select("id").Where("likes", 1).OrWhereGroup(func(q *lucid.Query[app.Post]) { q.WhereNotNull("created_at").Where("likes", 2) }).SQL()
		require.NoError(t, err)
		assert.Equal(t, `SELECT "posts"."id" FROM "posts" WHERE ("posts"."id" > $1 OR "posts"."id" = $2) AND `+
			`("posts"."likes" = $3 OR ("posts"."created_at" IS NOT NULL AND "posts"."likes" = $4)) AND "posts"."user_id" = $5`, text)
	})
}
