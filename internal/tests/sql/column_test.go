package sql_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	postID        = lucid.Column(func(p *app.Post) *int64 { return &p.ID })
	postPublished = lucid.Column(func(p *app.Post) *bool { return &p.Published })
	postCreatedAt = lucid.NullColumn(func(p *app.Post) **time.Time { return &p.CreatedAt })
	// postCreated is the same column by its field's own type, so that its conditions take nil.
	postCreated = lucid.Column(func(p *app.Post) **time.Time { return &p.CreatedAt })
)

func TestTypedConditions(t *testing.T) {
	type cond = lucid.Cond[app.Post]
	all, none := []int64{1, 2, 3, 4, 5, 6}, []int64{}
	runWhere(t, func(*app.DB) []whereCase {
		var cases []whereCase
		for _, tc := range []struct {
			name string
			cond cond
			want []int64
		}{
			{"Eq", app.PostTitle.Eq("beta"), []int64{2}},
			{"Ne", app.PostTitle.Ne("beta"), []int64{1, 3, 4, 5, 6}},
			{"Gt", app.PostLikes.Gt(7), []int64{1, 5}},
			{"Gte", app.PostLikes.Gte(7), []int64{1, 3, 5}},
			{"Lt", app.PostLikes.Lt(5), []int64{4, 6}},
			{"Lte", app.PostLikes.Lte(5), []int64{2, 4, 6}},
			{"In", app.PostLikes.In(5, 7, 99), []int64{2, 3}},
			{"In of none", app.PostLikes.In(), none},
			{"NotIn", app.PostLikes.NotIn(5, 7, 99), []int64{1, 4, 5, 6}},
			{"NotIn of none", app.PostLikes.NotIn(), all},
			{"Between", app.PostLikes.Between(3, 7), []int64{2, 3, 4}},
			{"Like", app.PostTitle.Like("%eta"), []int64{2, 6}},
			{"bool", postPublished.Eq(false), []int64{2, 5}},
			{"NullColumn Eq", postCreatedAt.Eq(app.Day(2)), []int64{2}},
			{"NullColumn Ne leaves NULL out", postCreatedAt.Ne(app.Day(2)), []int64{1, 4, 5, 6}},
			{"NullColumn In", postCreatedAt.In(app.Day(1), app.Day(2)), []int64{1, 2}},
			{"NullColumn Between, elsewhere", postCreatedAt.Between(app.Day(1).In(time.FixedZone("", 3600)), app.Day(2)), []int64{1, 2}},
			{"IsNull", postCreatedAt.IsNull(), []int64{3}},
			{"NotNull", postCreatedAt.NotNull(), []int64{1, 2, 4, 5, 6}},
			{"Eq of nil", postCreated.Eq(nil), []int64{3}},
			{"Ne of nil", postCreated.Ne(nil), []int64{1, 2, 4, 5, 6}},
			{"Eq of a pointer", postCreated.Eq(new(app.Day(4))), []int64{4}},
			{"And", lucid.And(app.PostUserID.Eq(1), app.PostLikes.Gt(6)), []int64{1, 3}},
			{"And of one", lucid.And(app.PostUserID.Eq(2)), []int64{4, 5}},
			{"And of none holds", lucid.And[app.Post](), all},
			{"Or", lucid.Or(app.PostLikes.Eq(10), app.PostLikes.Eq(1)), []int64{1, 6}},
			{"Or of none does not", lucid.Or[app.Post](), none},
			{"Not", lucid.Not(app.PostUserID.Eq(1)), []int64{4, 5, 6}},
			{"Not of Not", lucid.Not(lucid.Not(app.PostUserID.Eq(1))), []int64{1, 2, 3}},
			{"Not of And", lucid.Not(lucid.And(app.PostUserID.Eq(1), app.PostLikes.Gt(6))), []int64{2, 4, 5, 6}},
			{"Not of And of none", lucid.Not(lucid.And[app.Post]()), none},
			{"nested", lucid.And(lucid.Or(app.PostUserID.Eq(1), app.PostUserID.Eq(2)), lucid.Not(lucid.Or(app.PostLikes.Lt(5), app.PostLikes.Gt(9)))), []int64{2, 3, 5}},
		} {
			cases = append(cases, whereCase{tc.name, func(q app.PostQuery) { q.Filter(tc.cond) }, tc.want})
		}
		return append(cases,
			whereCase{"Filter of none keeps all", func(q app.PostQuery) { q.Filter() }, all},
			whereCase{"OrFilter of none adds nothing", func(q app.PostQuery) { q.Where("id", 1).OrFilter() }, []int64{1}},
			whereCase{"Filter: all must hold", func(q app.PostQuery) { q.Filter(app.PostUserID.Eq(1), app.PostLikes.Gt(6)) }, []int64{1, 3}},
			whereCase{"OrFilter is one alternative", func(q app.PostQuery) {
				q.Where("id", 6).OrFilter(app.PostUserID.Eq(1), app.PostLikes.Gt(6)).Filter(postPublished.Eq(true))
			}, []int64{1, 3, 6}},
			whereCase{"an Or stays in its brackets", func(q app.PostQuery) {
				q.Filter(lucid.Or(app.PostLikes.Eq(10), app.PostLikes.Eq(1))).Where("user_id", 3)
			}, []int64{6}},
			whereCase{"a condition is a value to keep", func(q app.PostQuery) {
				mine := app.PostUserID.Eq(1)
				q.Filter(lucid.Or(lucid.And(mine, app.PostLikes.Gt(9)), lucid.And(lucid.Not(mine), app.PostLikes.Lt(2))))
			}, []int64{1, 6}},
		)
	})
}

func TestTypedConditionOnNullStruct(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tc := range map[string]struct {
			cond lucid.Cond[app.User]
			want []int64
		}{
			"invalid is NULL": {app.UserParentID.Eq(sql.Null[int64]{}), []int64{1, 4}},
			"not NULL":        {app.UserParentID.Ne(sql.Null[int64]{}), []int64{2, 3}},
			"value":           {app.UserParentID.Eq(sql.Null[int64]{V: 2, Valid: true}), []int64{3}},
			"in":              {app.UserParentID.In(sql.Null[int64]{V: 1, Valid: true}, sql.Null[int64]{V: 2, Valid: true}), []int64{2, 3}},
			"nullable field":  {app.UserCountryID.Eq(1), []int64{1, 2}},
		} {
			users, err := lucid.From[app.User](db).Filter(tc.cond).OrderBy("id").All(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, tc.want, app.UserIDs(users), name)
		}
	})
}

// Base is embedded by models, as programs share their timestamps.
type Base struct {
	ID   int64
	Note string `db:"remark"`
}

// Columned has fields of all kinds that a Column can be asked for.
type Columned struct {
	lucid.Model
	Base
	Plain    int
	UserID   int64
	Renamed  string `db:"other_name"`
	Skipped  int    `db:"-"`
	Counted  int64  `db:",extra"`
	Null     sql.NullInt64
	Author   *app.User
	private  int
	Distinct *time.Time
}

func TestColumnName(t *testing.T) {
	name := func(c interface{ Name() string }) string { return c.Name() }
	for want, got := range map[string]string{
		"plain":      name(lucid.Column(func(c *Columned) *int { return &c.Plain })),
		"user_id":    name(lucid.Column(func(c *Columned) *int64 { return &c.UserID })),
		"other_name": name(lucid.Column(func(c *Columned) *string { return &c.Renamed })),
		"id":         name(lucid.Column(func(c *Columned) *int64 { return &c.ID })),
		"remark":     name(lucid.Column(func(c *Columned) *string { return &c.Base.Note })),
		"null":       name(lucid.Column(func(c *Columned) *sql.NullInt64 { return &c.Null })),
		"distinct":   name(lucid.NullColumn(func(c *Columned) **time.Time { return &c.Distinct })),
	} {
		assert.Equal(t, want, got)
	}
}

// TestColumnMistakes: a Col that names no column has no name, and each use of it is an error.
func TestColumnMistakes(t *testing.T) {
	elsewhere := 0
	var none *Columned
	for name, tc := range map[string]struct {
		col  lucid.Col[Columned, int]
		says string
	}{
		"zero value":          {lucid.Col[Columned, int]{}, "lucid.Column"},
		"not the struct's":    {lucid.Column(func(*Columned) *int { return &elsewhere }), "field of"},
		"nil":                 {lucid.Column(func(*Columned) *int { return nil }), "field of"},
		"a panic":             {lucid.Column(func(*Columned) *int { return &none.Plain }), "field of"},
		"nil function":        {lucid.Column[Columned, int](nil), "field of"},
		"skipped field":       {lucid.Column(func(c *Columned) *int { return &c.Skipped }), "Columned.Skipped is not a column"},
		"field of no column":  {lucid.Column(func(c *Columned) *int { return &c.private }), "Columned.private is not a column"},
		"another row's field": {lucid.Column(func(*Columned) *int { return &new(Columned).Plain }), "field of"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Empty(t, tc.col.Name())
			for use, cond := range map[string]lucid.Cond[Columned]{
				"Eq": tc.col.Eq(1), "In": tc.col.In(1), "In of none": tc.col.In(), "Between": tc.col.Between(1, 2), "Like": tc.col.Like("x"), "IsNull": tc.col.IsNull(),
				"And": lucid.And(tc.col.Eq(1)), "Or": lucid.Or(tc.col.Eq(1), tc.col.Eq(2)), "Not": lucid.Not(tc.col.Eq(1)),
			} {
				_, _, err := lucid.From[Columned](testdb.Offline(t, lucid.SQLite)).Filter(cond).SQL()
				assert.ErrorContains(t, err, tc.says, use)
				assert.ErrorContains(t, err, "lucid: ", use)
				assert.ErrorIs(t, err, lucid.ErrUnknownColumn, use)
			}
		})
	}
}

func TestColumnOfPartsAndRelations(t *testing.T) {
	inside := lucid.Column(func(c *Columned) *int64 { return &c.Null.Int64 })
	relation := lucid.Column(func(c *Columned) **app.User { return &c.Author })
	extra := lucid.Column(func(c *Columned) *int64 { return &c.Counted })
	for name, cond := range map[string]lucid.Cond[Columned]{
		"part of a field": inside.Eq(1), "relation": relation.IsNull(), "extra": extra.Eq(1),
	} {
		_, _, err := lucid.From[Columned](testdb.Offline(t, lucid.SQLite)).Filter(cond).SQL()
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn, name)
	}
}

// TestZeroCond: a condition that no Col made is an error, wherever it stands.
func TestZeroCond(t *testing.T) {
	var zero lucid.Cond[app.Post]
	good := app.PostLikes.Eq(1)
	for name, scope := range map[string]func(q app.PostQuery){
		"Filter":      func(q app.PostQuery) { q.Filter(zero) },
		"second":      func(q app.PostQuery) { q.Filter(good, zero) },
		"OrFilter":    func(q app.PostQuery) { q.OrFilter(good, zero) },
		"And":         func(q app.PostQuery) { q.Filter(lucid.And(good, zero)) },
		"Or":          func(q app.PostQuery) { q.Filter(lucid.Or(good, zero)) },
		"Not":         func(q app.PostQuery) { q.Filter(lucid.Not(zero)) },
		"deep inside": func(q app.PostQuery) { q.Filter(lucid.And(good, lucid.Not(lucid.Or(good, zero)))) },
	} {
		_, _, err := lucid.From[app.Post](testdb.Offline(t, lucid.SQLite)).Apply(scope).SQL()
		assert.ErrorContains(t, err, "empty Cond", name)
	}
}

// TestTypedConditionMistakes: nil where SQL's comparison would never hold.
func TestTypedConditionMistakes(t *testing.T) {
	for name, cond := range map[string]lucid.Cond[app.Post]{
		"greater than nil": postCreated.Gt(nil), "nil in a list": postCreated.In(new(app.Day(1)), nil), "nil in a negated list": postCreated.NotIn(nil),
		"nil bound": postCreated.Between(nil, new(app.Day(1))), "nil upper bound": postCreated.Between(new(app.Day(1)), nil),
	} {
		_, _, err := lucid.From[app.Post](testdb.Offline(t, lucid.SQLite)).Filter(cond).SQL()
		assert.ErrorContains(t, err, "nil", name)
		assert.ErrorContains(t, err, "created_at", name)
	}

	_, _, err := lucid.From[app.Post](testdb.Offline(t, lucid.SQLite)).Filter(postCreated.Gt(nil)).Where("id", "~", 1).SQL()
	assert.ErrorContains(t, err, "created_at", "the first mistake is kept")
}

// TestTypedConditionMeansTheModel: in a join the column is the model's own.
func TestTypedConditionMeansTheModel(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts, err := lucid.From[app.Post](db).Join("users", "users.id = posts.user_id").Filter(postID.In(4, 5)).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{4, 5}, app.PostIDs(posts))
	})
}
