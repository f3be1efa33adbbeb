package read_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAll(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.Len(t, users, 4)
		bob := users[1]
		assert.Equal(t, "bob@example.com", bob.Email)
		assert.Equal(t, new(int64(1)), bob.CountryID)
		assert.Equal(t, sql.Null[int64]{V: 1, Valid: true}, bob.ParentID)
		assert.True(t, bob.CreatedAt.Equal(app.Day(2)))
		assert.True(t, bob.IsPersisted())
		assert.Empty(t, bob.Extras())
		assert.Nil(t, users[3].CountryID)
		assert.False(t, users[3].ParentID.Valid)

		none, err := lucid.From[app.User](db).Where("id", 99).All(t.Context())
		require.NoError(t, err)
		assert.NotNil(t, none)
		assert.Empty(t, none)
	})
}

func TestFirst(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		_, err := db.Exec(t.Context(), "DELETE FROM comments")
		require.NoError(t, err)
		_, err = db.Exec(t.Context(), "UPDATE posts SET id = id + 100 WHERE id < 3") // what was inserted first is no longer first
		require.NoError(t, err)
		first, err := lucid.From[app.Post](db).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(3), first.ID, "by primary key where nothing is said")
		first, err = lucid.From[app.Post](db).OrderByDesc("likes").First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(101), first.ID)
		first, err = lucid.From[app.Post](db).Offset(1).Limit(7).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(4), first.ID, "an offset counts")
		first, err = lucid.From[app.Post](db).Select("user_id").SelectRaw("COUNT(*) AS n").GroupBy("user_id").Having("n", 2).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(2), first.UserID, "groups have no key to order by")
		first, err = lucid.From[app.Post](db).Where("user_id", 3).Select("user_id").Distinct().First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(3), first.UserID)
	})
}

// TestNotFound: every call that wants a row says ErrNotFound, which is sql.ErrNoRows too.
func TestNotFound(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		none := lucid.From[app.Post](db).Where("likes", ">", 1000)
		for name, run := range map[string]func() (*app.Post, error){
			"First":  func() (*app.Post, error) { return none.First(t.Context()) },
			"Sole":   func() (*app.Post, error) { return none.Sole(t.Context()) },
			"Find":   func() (*app.Post, error) { return none.Find(t.Context(), 1) },
			"FindBy": func() (*app.Post, error) { return none.FindBy(t.Context(), "title", "alpha") },
		} {
			found, err := run()
			assert.Nil(t, found, name)
			assert.ErrorIs(t, err, lucid.ErrNotFound, name)
			assert.ErrorIs(t, err, sql.ErrNoRows, name)
			assert.ErrorContains(t, err, "lucid: Post", name)
			assert.NotErrorIs(t, err, lucid.ErrMultiple, name)
		}
	})
}

func TestFind(t *testing.T) {
	type postID int32
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, id := range map[string]any{
			"int": 2, "int64": int64(2), "uint8": uint8(2), "named": postID(2), "pointer": new(2), "sql.Null": sql.Null[int64]{V: 2, Valid: true}, "Key": lucid.Key{2},
		} {
			found, err := lucid.From[app.Post](db).Find(t.Context(), id)
			require.NoError(t, err, name)
			assert.Equal(t, "beta", found.Title, name)
		}
		found, err := lucid.From[app.Post](db).Where("id", 5).OrWhere("id", 2).Find(t.Context(), 2)
		require.NoError(t, err)
		assert.Equal(t, int64(2), found.ID, "beside an Or")
		_, err = lucid.From[app.Post](db).Where("user_id", 2).Find(t.Context(), 1)
		assert.ErrorIs(t, err, lucid.ErrNotFound, "conditions count")

		db.Sent.Reset()
		for name, id := range map[string]any{
			"nil": nil, "typed nil": (*int64)(nil), "NULL": sql.NullInt64{}, "empty Key": lucid.Key{}, "Key of two": lucid.Key{1, 2}, "Key of nil": lucid.Key{nil},
		} {
			_, err := lucid.From[app.Post](db).Find(t.Context(), id)
			assert.ErrorIs(t, err, lucid.ErrMissingKey, name)
			assert.ErrorContains(t, err, "Post", name)
			_, err = lucid.From[app.Post](db).FindMany(t.Context(), 1, id)
			assert.ErrorIs(t, err, lucid.ErrMissingKey, name)
		}
		assert.Empty(t, db.Sent.Paths(), "nothing was sent")
	})
}

// keyless has no primary key.
type keyless struct {
	lucid.Model
	Title string
}

func (keyless) TableName() string { return "posts" }

func TestFindWithoutKey(t *testing.T) {
	db := testdb.Offline(t, lucid.PostgreSQL)
	_, _, err := lucid.From[keyless](db).Where("title", "x").SQL()
	require.NoError(t, err)
	app.Each(t, func(t *testing.T, db *app.DB) {
		_, err := lucid.From[keyless](db).Find(t.Context(), 1)
		assert.ErrorIs(t, err, lucid.ErrMissingKey)
		_, err = lucid.From[keyless](db).FindMany(t.Context(), 1)
		assert.ErrorIs(t, err, lucid.ErrMissingKey)
		first, err := lucid.From[keyless](db).Where("title", "beta").First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "beta", first.Title)
	})
}

// item has a composite key of two kinds.
type item struct {
	lucid.Model
	Shop int64  `db:",pk"`
	SKU  string `db:"sku,pk"`
	Name string
}

func TestCompositeKey(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, "CREATE TABLE items (shop INTEGER NOT NULL, sku VARCHAR(20) NOT NULL, name {text} NOT NULL, PRIMARY KEY (shop, sku))")
		testdb.Insert(t, db.DB, "items", "shop, sku, name", []any{1, "A-1", "a"}, []any{1, "B-1", "b"}, []any{2, "A-1", "c"}, []any{2, "B-1", "d"})

		found, err := lucid.From[item](db).Find(t.Context(), lucid.Key{2, "A-1"})
		require.NoError(t, err)
		assert.Equal(t, "c", found.Name)
		name := func(i *item) int64 { return int64(i.Name[0] - 'a') }
		many, err := lucid.From[item](db).FindMany(t.Context(), lucid.Key{2, "B-1"}, lucid.Key{1, "A-1"}, lucid.Key{1, "Z"}, lucid.Key{int32(2), "B-1"})
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 0}, app.IDs(many, name), "the pairs, and not each with each")
		many, err = lucid.From[item](db).FindMany(t.Context(), []lucid.Key{{2, "A-1"}, {1, "B-1"}})
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 1}, app.IDs(many, name))
		one, err := lucid.From[item](db).FindMany(t.Context(), lucid.Key{2, "A-1"})
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, app.IDs(one, name))

		for _, id := range []any{1, lucid.Key{1}, lucid.Key{1, nil}, lucid.Key{1, "A-1", 3}} {
			_, err := lucid.From[item](db).Find(t.Context(), id)
			assert.ErrorIs(t, err, lucid.ErrMissingKey, id)
		}

		first, err := lucid.From[item](db).Where("shop", 2).First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "c", first.Name, "by both columns")
	})
}

// TestManyCompositeKeys: more keys than a statement has parameters.
func TestManyCompositeKeys(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, "CREATE TABLE items (shop INTEGER NOT NULL, sku VARCHAR(20) NOT NULL, name {text} NOT NULL, PRIMARY KEY (shop, sku))")
		testdb.Insert(t, db.DB, "items", "shop, sku, name", []any{1, "A-1", "a"}, []any{39_999, "A-1", "b"})
		keys := make([]lucid.Key, 40_000)
		for i := range keys {
			keys[i] = lucid.Key{i, "A-1"}
		}
		many, err := lucid.From[item](db).FindMany(t.Context(), keys)
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 39_999}, app.IDs(many, func(i *item) int64 { return i.Shop }))
	})
}

func TestFindMany(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tc := range map[string]struct {
			ids  []any
			want []int64
		}{
			"in their order":       {[]any{5, 1, 3}, []int64{5, 1, 3}},
			"missing are left out": {[]any{99, 2, 98}, []int64{2}},
			"duplicates are one":   {[]any{2, 1, 2, int64(1), new(2)}, []int64{2, 1}},
			"a typed slice":        {[]any{[]int64{3, 2}}, []int64{3, 2}},
			"a slice of any":       {[]any{[]any{3, 2}}, []int64{3, 2}},
			"one":                  {[]any{4}, []int64{4}},
			"texts, as a form has": {[]any{"5", "1", "3"}, []int64{5, 1, 3}},
		} {
			posts, err := lucid.From[app.Post](db).FindMany(t.Context(), tc.ids...)
			if assert.NoError(t, err, name) {
				assert.Equal(t, tc.want, app.PostIDs(posts), name)
			}
		}

		db.Sent.Reset()
		for name, ids := range map[string][]any{"none": nil, "empty slice": {[]int64{}}, "nil slice": {[]string(nil)}} {
			posts, err := lucid.From[app.Post](db).FindMany(t.Context(), ids...)
			require.NoError(t, err, name)
			assert.NotNil(t, posts, name)
			assert.Empty(t, posts, name)
		}
		assert.Empty(t, db.Sent.Paths(), "no ids send nothing")

		posts, err := lucid.From[app.Post](db).Where("user_id", 1).OrWhere("id", 6).Select("title").OrderBy("title").Preload(app.PostAuthor).FindMany(t.Context(), 6, 5, 3, 1)
		require.NoError(t, err)
		assert.Equal(t, []int64{6, 3, 1}, app.PostIDs(posts), "conditions count, the order of the ids wins, the key is selected")
		assert.Equal(t, int64(3), posts[0].Author.ID)
		assert.Len(t, db.Sent.Paths(), 2)

		many := make([]int64, 70_000)
		for i := range many {
			many[i] = int64(70_000 - i)
		}
		posts, err = lucid.From[app.Post](db).FindMany(t.Context(), many)
		require.NoError(t, err)
		assert.Equal(t, []int64{6, 5, 4, 3, 2, 1}, app.PostIDs(posts), "more ids than parameters")
	})
}

// voucher has a key that programs hold in several forms.
type voucher struct {
	lucid.Model
	ID   uuid.UUID
	Note string
}

func TestFindByUUID(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		kind := map[lucid.Dialect]string{lucid.PostgreSQL: "UUID", lucid.MySQL: "CHAR(36)", lucid.SQLite: "TEXT"}[db.Dialect]
		testdb.ExecAll(t, db.DB, "CREATE TABLE vouchers (id "+kind+" PRIMARY KEY, note {text} NOT NULL)")
		a, b := uuid.MustParse("f47ac10b-58cc-4372-a567-0e02b2c3d479"), uuid.MustParse("00000000-0000-4000-8000-000000000001")
		testdb.Insert(t, db.DB, "vouchers", "id, note", []any{a.String(), "a"}, []any{b.String(), "b"})
		for name, id := range map[string]any{"uuid.UUID": a, "pointer": &a, "text": a.String(), "[16]byte": [16]byte(a)} {
			found, err := lucid.From[voucher](db).Find(t.Context(), id)
			if assert.NoError(t, err, name) {
				assert.Equal(t, a, found.ID, name)
			}
			many, err := lucid.From[voucher](db).FindMany(t.Context(), id, b)
			if assert.NoError(t, err, name) {
				assert.Equal(t, []string{"a", "b"}, []string{many[0].Note, many[1].Note}, name)
			}
			n, err := lucid.From[voucher](db).WhereIn("id", []any{id}).Count(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, int64(1), n, name)
		}
		many, err := lucid.From[voucher](db).FindMany(t.Context(), []uuid.UUID{b, a})
		require.NoError(t, err)
		assert.Len(t, many, 2)
	})
}

func TestFindBy(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		found, err := lucid.From[app.Post](db).FindBy(t.Context(), "title", "gamma")
		require.NoError(t, err)
		assert.Equal(t, int64(3), found.ID)
		found, err = lucid.From[app.Post](db).FindBy(t.Context(), "user_id", 2)
		require.NoError(t, err)
		assert.Equal(t, int64(4), found.ID, "of several the first by primary key")
		found, err = lucid.From[app.Post](db).FindBy(t.Context(), "created_at", nil)
		require.NoError(t, err)
		assert.Equal(t, int64(3), found.ID)
		_, err = lucid.From[app.Post](db).FindBy(t.Context(), "titel", "gamma")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
	})
}

// TestFindByIsBracketed: the row found has the value, whatever Or the query has.
func TestFindByIsBracketed(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		found, err := lucid.From[app.Post](db).Where("id", 1).OrWhere("user_id", 2).FindBy(t.Context(), "title", "epsilon")
		require.NoError(t, err)
		assert.Equal(t, int64(5), found.ID)
	})
}

func TestSole(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		found, err := lucid.From[app.Post](db).Where("likes", ">", 9).Sole(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(1), found.ID)
		db.Sent.Reset()
		found, err = lucid.From[app.Post](db).Preload(app.PostAuthor).Sole(t.Context())
		assert.Nil(t, found)
		assert.ErrorIs(t, err, lucid.ErrMultiple)
		assert.NotErrorIs(t, err, lucid.ErrNotFound)
		assert.ErrorContains(t, err, "Post")
		assert.Equal(t, int64(2), db.Sent.Of("Post")[0].Rows, "no more are read than tell")
	})
}

func TestPluck(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts := lucid.From[app.Post](db).OrderBy("id")
		titles, err := lucid.Pluck[string](t.Context(), posts.Clone().Where("id", "<", 3), "title")
		require.NoError(t, err)
		assert.Equal(t, []string{"alpha", "beta"}, titles)
		likes, err := lucid.Pluck[int16](t.Context(), posts.Clone().Limit(2).Offset(1), "posts.likes")
		require.NoError(t, err)
		assert.Equal(t, []int16{5, 7}, likes)
		published, err := lucid.Pluck[bool](t.Context(), posts, "published")
		require.NoError(t, err)
		assert.Equal(t, []bool{true, false, true, true, false, true}, published)
		none, err := lucid.Pluck[string](t.Context(), posts.Clone().Where("id", 0), "title")
		require.NoError(t, err)
		assert.NotNil(t, none)
		assert.Empty(t, none)

		users := lucid.From[app.User](db).OrderBy("id")
		countries, err := lucid.Pluck[*int64](t.Context(), users, "country_id")
		require.NoError(t, err)
		assert.Equal(t, []*int64{new(int64(1)), new(int64(1)), new(int64(2)), nil}, countries)
		parents, err := lucid.Pluck[sql.Null[int64]](t.Context(), users, "parent_id")
		require.NoError(t, err)
		assert.Equal(t, []sql.Null[int64]{{}, {V: 1, Valid: true}, {V: 2, Valid: true}, {}}, parents)
		_, err = lucid.Pluck[int64](t.Context(), users, "country_id")
		assert.ErrorContains(t, err, "country_id", "NULL into an int64")
		_, err = lucid.Pluck[int64](t.Context(), users, "email")
		assert.ErrorContains(t, err, "email", "a text into an int64")

		times, err := lucid.Pluck[time.Time](t.Context(), users, "created_at")
		require.NoError(t, err)
		assert.True(t, times[3].Equal(app.Day(4)))
		maybe, err := lucid.Pluck[*time.Time](t.Context(), posts, "created_at")
		require.NoError(t, err)
		assert.True(t, maybe[0].Equal(app.Day(1)))
		assert.Nil(t, maybe[2])
		nulls, err := lucid.Pluck[sql.NullTime](t.Context(), posts, "created_at")
		require.NoError(t, err)
		assert.True(t, nulls[1].Time.Equal(app.Day(2)))
		assert.False(t, nulls[2].Valid)

		db.Sent.Reset()
		distinct, err := lucid.Pluck[int64](t.Context(), lucid.From[app.Post](db).Preload(app.PostAuthor).Distinct().OrderByDesc("user_id"), "user_id")
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 2, 1}, distinct)
		assert.Len(t, db.Sent.Paths(), 1, "preloads are not run")
		emails, err := lucid.Pluck[string](t.Context(), lucid.From[app.Post](db).Join("users", "users.id = user_id").Where("likes", 3), "users.email")
		require.NoError(t, err)
		assert.Equal(t, []string{"bob@example.com"}, emails)
		sizes, err := lucid.Pluck[int](t.Context(), lucid.From[app.Post](db).SelectRaw("likes + ? AS more", 1).OrderBy("id").Limit(1), "more")
		require.NoError(t, err)
		assert.Equal(t, []int{11}, sizes)
		_, err = lucid.Pluck[string](t.Context(), posts, "titel")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
	})
}

// TestPluckKeepsSelectedNames: what is selected by name still serves Having and OrderBy.
func TestPluckKeepsSelectedNames(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		authors, err := lucid.Pluck[int64](t.Context(), lucid.From[app.Post](db).Select("user_id").SelectRaw("COUNT(*) AS n").
			GroupBy("user_id").Having("n", ">", 1).OrderByDesc("n"), "user_id")
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, authors)
	})
}

func TestExplain(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		plan, err := lucid.From[app.Post](db).Where("user_id", 1).WhereIn("id", []int{1, 2}).Comment("why").Preload(app.PostAuthor).Explain(t.Context())
		require.NoError(t, err)
		assert.Contains(t, plan, "posts")
		assert.Len(t, db.Sent.Paths(), 1)
		_, err = lucid.From[app.Post](db).Where("titel", 1).Explain(t.Context())
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
	})
}

// TestQueryCanRunAgain: a finishing call leaves the query as it was.
func TestQueryCanRunAgain(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db).Where("user_id", 1).OrWhere("id", 6).WhereIn("likes", []int{10, 5, 7, 1}).OrderByDesc("id").Limit(3).Preload(app.PostAuthor)
		before, args, err := q.SQL()
		require.NoError(t, err)
		for range 2 {
			posts, err := q.All(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int64{6, 3, 2}, app.PostIDs(posts))
			for name, run := range map[string]func() error{
				"First":    func() error { _, err := q.First(t.Context()); return err },
				"Find":     func() error { _, err := q.Find(t.Context(), 1); return err },
				"FindMany": func() error { _, err := q.FindMany(t.Context(), 1, 2); return err },
				"FindBy":   func() error { _, err := q.FindBy(t.Context(), "title", "alpha"); return err },
				"Count":    func() error { _, err := q.Count(t.Context()); return err },
				"Exists":   func() error { _, err := q.Exists(t.Context()); return err },
				"Max":      func() error { _, err := q.Max(t.Context(), "likes"); return err },
				"Pluck":    func() error { _, err := lucid.Pluck[int64](t.Context(), q, "id"); return err },
				"Explain":  func() error { _, err := q.Explain(t.Context()); return err },
				"Sole":     func() error { _, err := q.Sole(t.Context()); return ignore(err, lucid.ErrMultiple) },
				"Each": func() error {
					for _, err := range q.Each(t.Context()) {
						return err
					}
					return nil
				},
			} {
				require.NoError(t, run(), name)
				after, again, err := q.SQL()
				require.NoError(t, err)
				assert.Equal(t, before, after, name)
				assert.Equal(t, args, again, name)
			}
		}
	})
}

// ignore is err where it is not of a kind.
func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}

// chained is every call that keeps something in a query.
var chained = map[string]func(q app.PostQuery, n int) app.PostQuery{
	"Where":     func(q app.PostQuery, n int) app.PostQuery { return q.Where("id", n) },
	"OrFilter":  func(q app.PostQuery, n int) app.PostQuery { return q.OrFilter(app.PostLikes.Eq(n)) },
	"Select":    func(q app.PostQuery, n int) app.PostQuery { return q.Select(fmt.Sprintf("id AS c%d", n)) },
	"SelectRaw": func(q app.PostQuery, n int) app.PostQuery { return q.SelectRaw("likes + ? AS x", n) },
	"Join": func(q app.PostQuery, n int) app.PostQuery {
		return q.Join(fmt.Sprintf("users u%d", n), fmt.Sprintf("u%d.id = posts.id", n))
	},
	"JoinRaw": func(q app.PostQuery, n int) app.PostQuery { return q.JoinRaw("JOIN users ON users.id = ?", n) },
	"GroupBy": func(q app.PostQuery, n int) app.PostQuery {
		return q.GroupBy([]string{"id", "title", "likes", "user_id"}[n%4])
	},
	"Having": func(q app.PostQuery, n int) app.PostQuery { return q.GroupBy("id").Having("id", n) },
	"OrderBy": func(q app.PostQuery, n int) app.PostQuery {
		return q.OrderBy([]string{"id", "title", "likes", "user_id"}[n%4])
	},
	"OrderByRaw": func(q app.PostQuery, n int) app.PostQuery { return q.OrderByRaw("likes + ?", n) },
	"Limit":      func(q app.PostQuery, n int) app.PostQuery { return q.Limit(n) },
	"Offset":     func(q app.PostQuery, n int) app.PostQuery { return q.Offset(n + 1) },
	"Comment":    func(q app.PostQuery, n int) app.PostQuery { return q.Comment(fmt.Sprint(n)) },
	"Distinct":   func(q app.PostQuery, _ int) app.PostQuery { return q.Distinct() },
	"ForUpdate":  func(q app.PostQuery, _ int) app.PostQuery { return q.ForUpdate() },
	"WhereGroup": func(q app.PostQuery, n int) app.PostQuery {
		return q.WhereGroup(func(q app.PostQuery) { q.Where("id", n).OrWhere("likes", n) })
	},
	"mistake": func(q app.PostQuery, _ int) app.PostQuery { return q.Limit(-1) },
}

// TestCloneIsIndependent: what is chained to a clone, or to the query it came from, does not reach the other.
func TestCloneIsIndependent(t *testing.T) {
	text := func(q app.PostQuery) string {
		sql, args, err := q.SQL()
		return fmt.Sprint(sql, args, err)
	}
	for name, call := range chained {
		for length := range 10 { // a slice has room to spare at some lengths
			q := lucid.From[app.Post](testdb.Offline(t, lucid.PostgreSQL))
			for i := range length {
				q = call(q, i)
			}
			before := text(q)
			a, b := q.Clone(), q.Clone()
			assert.Equal(t, before, text(a), name)
			call(a, 10)
			after := text(a)
			call(b, 11)
			assert.Equal(t, before, text(q), name)
			call(q, 12)
			assert.Equal(t, after, text(a), "%s of %d", name, length)
		}
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.User](db).OrderBy("id").Preload(app.UserPosts, app.UserCountry, app.UserProfile)
		a, b := q.Clone().Preload(app.UserSkills), q.Clone().Preload(app.UserParent)
		for _, one := range []*lucid.Query[app.User]{a, b, q} {
			users, err := one.All(t.Context())
			require.NoError(t, err)
			assert.Equal(t, one == a, app.UserSkills.Loaded(users[0]))
			assert.Equal(t, one == b, app.UserParent.Loaded(users[0]))
			assert.True(t, app.UserProfile.Loaded(users[0]))
		}
	})
}

// TestQueryWithoutDatabase: every finishing call is an error, and none a panic.
func TestQueryWithoutDatabase(t *testing.T) {
	var zero lucid.Query[app.Post]
	var noDB *lucid.DB
	var noTx *lucid.Tx
	for name, q := range map[string]app.PostQuery{
		"nil": lucid.From[app.Post](nil), "nil *DB": lucid.From[app.Post](noDB), "nil *Tx": lucid.From[app.Post](noTx), "zero DB": lucid.From[app.Post](&lucid.DB{}),
		"zero Tx": lucid.From[app.Post](&lucid.Tx{}), "zero Query": &zero, "clone of zero": new(lucid.Query[app.Post]).Clone(),
	} {
		q.Where("id", 1).OrderBy("id")
		for verb, run := range map[string]func() error{
			"All":      func() error { _, err := q.All(t.Context()); return err },
			"First":    func() error { _, err := q.First(t.Context()); return err },
			"Find":     func() error { _, err := q.Find(t.Context(), 1); return err },
			"FindMany": func() error { _, err := q.FindMany(t.Context(), 1); return err },
			"FindBy":   func() error { _, err := q.FindBy(t.Context(), "id", 1); return err },
			"Sole":     func() error { _, err := q.Sole(t.Context()); return err },
			"Count":    func() error { _, err := q.Count(t.Context()); return err },
			"Exists":   func() error { _, err := q.Exists(t.Context()); return err },
			"Sum":      func() error { _, err := q.Sum(t.Context(), "likes"); return err },
			"Pluck":    func() error { _, err := lucid.Pluck[int](t.Context(), q, "likes"); return err },
			"SQL":      func() error { _, _, err := q.SQL(); return err },
			"Explain":  func() error { _, err := q.Explain(t.Context()); return err },
			"Each": func() error {
				for _, err := range q.Each(t.Context()) {
					return err
				}
				return nil
			},
		} {
			assert.ErrorContains(t, run(), "lucid: ", "%s of %s", verb, name)
		}
	}
}

// TestReadErrors: what the database or the context says is wrapped, with the model's name.
func TestReadErrors(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		broken := lucid.From[app.Post](db).WhereRaw("no_such_function(id) = ?", "secret value")
		for name, run := range map[string]func(ctx context.Context, q app.PostQuery) error{
			"All":    func(ctx context.Context, q app.PostQuery) error { _, err := q.All(ctx); return err },
			"First":  func(ctx context.Context, q app.PostQuery) error { _, err := q.First(ctx); return err },
			"Count":  func(ctx context.Context, q app.PostQuery) error { _, err := q.Count(ctx); return err },
			"Exists": func(ctx context.Context, q app.PostQuery) error { _, err := q.Exists(ctx); return err },
			"Max":    func(ctx context.Context, q app.PostQuery) error { _, err := q.Max(ctx, "id"); return err },
			"Pluck": func(ctx context.Context, q app.PostQuery) error {
				_, err := lucid.Pluck[int64](ctx, q, "id")
				return err
			},
		} {
			err := run(t.Context(), broken)
			assert.ErrorContains(t, err, "lucid: ", name)
			assert.ErrorContains(t, err, "Post", name)
			assert.NotContains(t, err.Error(), "secret value", name)
			assert.NotErrorIs(t, err, lucid.ErrNotFound, name)
			assert.ErrorIs(t, run(cancelled, lucid.From[app.Post](db)), context.Canceled, name)
		}
		_, err := lucid.From[app.Post](db).All(t.Context())
		assert.NoError(t, err, "the pool is as good as before")
	})
}
