package declare_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/testmodels/account"
	"github.com/lucid-go/lucid/internal/testmodels/blog"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Models whose declarations go wrong in one way each.
type (
	regParent struct {
		lucid.Model
		ID     int64
		Code   string
		Score  float64
		Child  *regChild
		Kids   []*regChild
		Others []*regOther
	}
	regChild struct {
		lucid.Model
		ID          int64
		RegParentID int64
		Title       string
		Skipped     int64 `db:"-"`
		Parent      *regParent
	}
	regOther struct {
		lucid.Model
		ID int64
	}
	regKeyless struct {
		lucid.Model
		Name string
		Kids []*regChild
	}
	regPair struct {
		lucid.Model
		TenantID int64  `db:",pk"`
		Number   string `db:",pk"`
		Lines    []*regLine
	}
	regLine struct {
		lucid.Model
		ID              int64
		RegPairTenantID int64
		RegPairNumber   string
		Pair            *regPair
	}
	regBroken struct {
		lucid.Model
		ID   int64
		Name string `db:",pkk"`
	}
	regPlain struct{ ID int64 }
)

var (
	regParentID    = lucid.Column(func(p *regParent) *int64 { return &p.ID })
	regParentCode  = lucid.Column(func(p *regParent) *string { return &p.Code })
	regParentScore = lucid.Column(func(p *regParent) *float64 { return &p.Score })
	regChildTitle  = lucid.Column(func(c *regChild) *string { return &c.Title })
	regChildID     = lucid.Column(func(c *regChild) *int64 { return &c.ID })
	regChildParent = lucid.Column(func(c *regChild) *int64 { return &c.RegParentID })

	regKids = func(p *regParent) *[]*regChild { return &p.Kids }
)

func TestRegisterMistakes(t *testing.T) {
	elsewhere := new(int64)
	missing := `lucid: regParent.Others: regOther has no column "reg_parent_id": add the field or set ForeignKey`
	tests := []struct {
		name     string
		register func()
		want     string
	}{
		{"HasMany without its key", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regOther]{Field: func(p *regParent) *[]*regOther { return &p.Others }})
		}, missing},
		{"HasOne without its key", func() {
			lucid.Register[regParent](&lucid.HasOne[regParent, regOther]{})
		}, `lucid: regParent.regOther: regOther has no column "reg_parent_id": add the field or set ForeignKey`},
		{"BelongsTo without its key", func() {
			lucid.Register[regOther](&lucid.BelongsTo[regOther, regParent]{})
		}, `lucid: regOther.regParent: regOther has no column "reg_parent_id": add the field or set ForeignKey`},
		{"HasManyThrough without the through model's key", func() {
			lucid.Register[regParent](&lucid.HasManyThrough[regParent, regOther, regChild]{Field: regKids})
		}, `lucid: regParent.Kids: regOther has no column "reg_parent_id": add the field or set ThroughForeignKey
lucid: regParent.Kids: regChild has no column "reg_other_id": add the field or set ForeignKey`},
		{"HasOneThrough without the related key", func() {
			lucid.Register[regParent](&lucid.HasOneThrough[regParent, regChild, regOther]{})
		}, `lucid: regParent.regOther: regOther has no column "reg_child_id": add the field or set ForeignKey`},
		{"several mistakes at once", func() {
			lucid.Register[regParent](
				&lucid.HasMany[regParent, regOther]{Field: func(p *regParent) *[]*regOther { return &p.Others }},
				&lucid.HasOne[regParent, regChild]{Field: func(p *regParent) **regChild { return &p.Child }, ForeignKey: regChildTitle},
			)
		}, missing + "\n" + `lucid: regParent.Child: "id" is of kind integer and "title" of kind string: they cannot be compared`},
		{"kinds that cannot be compared", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids, LocalKey: regParentScore, ForeignKey: regChildTitle})
		}, `lucid: regParent.Kids: "score" is of kind float and "title" of kind string: they cannot be compared`},
		{"keys of different length", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids, LocalKey: lucid.Columns[regParent](regParentID, regParentCode)})
		}, `lucid: regParent.Kids: regChild has no column "reg_parent_code": add the field or set ForeignKey`},
		{"given keys of different length", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{
				Field: regKids, LocalKey: lucid.Columns[regParent](regParentID, regParentCode), ForeignKey: regChildParent,
			})
		}, `lucid: regParent.Kids: the keys have 2 columns (id, code) and 1 (reg_parent_id)`},
		{"two relations with one field", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids}, &lucid.HasMany[regParent, regChild]{Field: regKids, ForeignKey: regChildID})
		}, `lucid: regParent.Kids: two relations share this field: give each its own, or none`},
		{"no primary key", func() {
			lucid.Register[regKeyless](&lucid.HasMany[regKeyless, regChild]{Field: func(k *regKeyless) *[]*regChild { return &k.Kids }})
		}, `lucid: regKeyless.Kids: regKeyless has no primary key: tag a field with db:",pk" or set LocalKey`},
		{"related model without a primary key", func() {
			lucid.Register[regParent](&lucid.BelongsTo[regParent, regKeyless]{})
		}, `lucid: regParent.regKeyless: regKeyless has no primary key: tag a field with db:",pk" or set OwnerKey`},
		{"related is no model", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regPlain]{})
		}, `lucid: regParent.regPlains: declare_test.regPlain is not a model: embed lucid.Model in it`},
		{"through is no model", func() {
			lucid.Register[regParent](&lucid.HasManyThrough[regParent, regPlain, regChild]{})
		}, `lucid: regParent.regChildren: declare_test.regPlain is not a model: embed lucid.Model in it`},
		{"related model is wrong itself", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regBroken]{ForeignKey: lucid.Column(func(b *regBroken) *int64 { return &b.ID })})
		}, `lucid: regParent.regBrokens: regBroken.Name has an unknown option "pkk" in its db tag: did you mean "pk"?`},
		{"the model is wrong itself", func() { lucid.Register[regBroken]() },
			`lucid: regBroken.Name has an unknown option "pkk" in its db tag: did you mean "pk"?`},
		{"field function of another variable", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: func(*regParent) *[]*regChild { return new([]*regChild) }})
		}, `lucid: regParent.regChildren: Field: the function that names a field of declare_test.regParent returns another address: return the address of a field of its argument`},
		{"field function that returns nil", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: func(*regParent) *[]*regChild { return nil }})
		}, `lucid: regParent.regChildren: Field: the function that names a field of declare_test.regParent returns another address: return the address of a field of its argument`},
		{"field function that panics", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: func(p *regParent) *[]*regChild { return &p.Child.Parent.Kids }})
		}, `lucid: regParent.regChildren: Field: the function that names a field of declare_test.regParent panics: return the address of a field`},
		{"key of another variable", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids, ForeignKey: lucid.Column(func(*regChild) *int64 { return elsewhere })})
		}, `lucid: regParent.Kids: ForeignKey: the function that names a field of declare_test.regChild returns another address: return the address of a field of its argument`},
		{"key that is not a column", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids, ForeignKey: lucid.Column(func(c *regChild) *int64 { return &c.Skipped })})
		}, `lucid: regParent.Kids: ForeignKey: regChild.Skipped is not a column`},
		{"empty Col", func() {
			lucid.Register[regParent](&lucid.HasMany[regParent, regChild]{Field: regKids, ForeignKey: lucid.Col[regChild, int64]{}})
		}, `lucid: regParent.Kids: ForeignKey: an empty Col names no column: make it with lucid.Column`},
		{"both sides of a pivot are one column", func() {
			lucid.Register[regParent](&lucid.ManyToMany[regParent, regParent]{})
		}, `lucid: regParent.regParents: both sides of the pivot table "reg_parent_reg_parent" are column "reg_parent_id": set PivotForeignKey and PivotRelatedForeignKey`},
		{"pivot key of another length", func() {
			lucid.Register[regPair](&lucid.ManyToMany[regPair, regOther]{PivotForeignKey: "pair_id"})
		}, `lucid: regPair.regOthers: PivotForeignKey has 1 columns and the key 2 (tenant_id, number): list them comma-separated, in order`},
		{"scoped use instead of the descriptor", func() {
			lucid.Register[regParent]((&lucid.HasMany[regParent, regChild]{Field: regKids}).With())
		}, "lucid: regParent: relation 1 is a *lucid.Scoped[github.com/lucid-go/lucid/internal/tests/declare_test.regParent,github.com/lucid-go/lucid/internal/tests/declare_test.regChild]: register the descriptor itself"},
		{"nil descriptor", func() {
			var none *lucid.HasMany[regParent, regChild]
			lucid.Register[regParent](none)
		}, `lucid: regParent: relation 1 is nil`},
		{"nil", func() { lucid.Register[regParent](nil) }, `lucid: regParent: relation 1 is nil`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, app.Mistakes(test.register))
		})
	}
}

func TestRegisterTwice(t *testing.T) {
	type twice struct {
		lucid.Model
		ID       int64
		ParentID *int64
	}
	children := &lucid.HasMany[twice, twice]{ForeignKey: lucid.Column(func(x *twice) **int64 { return &x.ParentID })}
	require.Empty(t, app.Mistakes(func() { lucid.Register[twice](children) }))
	assert.Equal(t, "lucid: twice.twices: is registered twice", app.Mistakes(func() { lucid.Register[twice](children) }))
}

// What Register refuses can be put right and registered again.
func TestRegisterAfterAMistake(t *testing.T) {
	type mended struct {
		lucid.Model
		ID       int64
		ParentID *int64
	}
	children := &lucid.HasMany[mended, mended]{}
	require.NotEmpty(t, app.Mistakes(func() { lucid.Register[mended](children) }))
	children.ForeignKey = lucid.Column(func(m *mended) **int64 { return &m.ParentID })
	assert.Empty(t, app.Mistakes(func() { lucid.Register[mended](children) }))
}

func TestRegisterTooMany(t *testing.T) {
	type popular struct {
		lucid.Model
		ID int64
	}
	key := lucid.Column(func(p *popular) *int64 { return &p.ID })
	for range 64 {
		lucid.Register[popular](&lucid.HasMany[popular, popular]{ForeignKey: key})
	}
	assert.Equal(t, "lucid: popular.populars: the model has more than 64 relations",
		app.Mistakes(func() { lucid.Register[popular](&lucid.HasMany[popular, popular]{ForeignKey: key}) }))
}

func TestRegisterWithoutRelations(t *testing.T) {
	assert.Empty(t, app.Mistakes(func() { lucid.Register[regChild]() }), "it only checks the model")
	assert.Empty(t, app.Mistakes(func() { lucid.Register[regChild]() }), "as often as one likes")
}

func TestUnregistered(t *testing.T) {
	type loner struct {
		lucid.Model
		ID      int64
		LonerID *int64
	}
	const want = "lucid: a relation of loner is used before it is registered: call lucid.Register[loner] with it in init"
	db := testdb.Memory(t)
	row := &loner{ID: 1}
	many := &lucid.HasMany[loner, loner]{}
	one := &lucid.BelongsTo[loner, loner]{}
	check := func(name string, err error) {
		t.Helper()
		assert.EqualError(t, err, want, name)
	}
	second := func(_ any, err error) error { return err }
	check("Preload", second(lucid.From[loner](db).Preload(many).All(t.Context())))
	check("scoped Preload", second(lucid.From[loner](db).Preload(many.With()).All(t.Context())))
	check("nested Preload", second(lucid.From[loner](db).Preload(one.Preload(many)).All(t.Context())))
	check("Load", many.Load(t.Context(), db, row))
	check("scoped Load", many.With().Load(t.Context(), db, row))
	check("lucid.Load", lucid.Load(t.Context(), db, []*loner{row}, one))
	check("lucid.LoadMissing", lucid.LoadMissing(t.Context(), db, []*loner{row}, one))
	check("Query", second(many.Query(db, row).All(t.Context())))
	check("Get", second(many.Get(row)))
	check("Get of one", second(one.Get(row)))
	check("scoped Get", second(many.With().Get(row)))
	assert.NotPanics(t, func() { assert.False(t, many.Loaded(row), "it cannot have been loaded") })
	assert.NotPanics(t, func() { assert.False(t, one.With().Loaded(row)) })
}

// The defaults of every kind of relation, on tables that have exactly those names.
func TestRegisterDefaults(t *testing.T) {
	regPairLines := &lucid.HasMany[regPair, regLine]{Field: func(p *regPair) *[]*regLine { return &p.Lines }}
	regLinePair := &lucid.BelongsTo[regLine, regPair]{Field: func(l *regLine) **regPair { return &l.Pair }}
	regPairOthers := &lucid.ManyToMany[regPair, regOther]{}
	lucid.Register[regPair](regPairLines, regPairOthers)
	lucid.Register[regLine](regLinePair)
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB,
			"CREATE TABLE reg_pairs (tenant_id {ref} NOT NULL, number {text} NOT NULL)",
			"CREATE TABLE reg_lines (id {id}, reg_pair_tenant_id {ref} NOT NULL, reg_pair_number {text} NOT NULL)",
			"CREATE TABLE reg_others (id {id})",
			"CREATE TABLE reg_other_reg_pair (reg_pair_tenant_id {ref} NOT NULL, reg_pair_number {text} NOT NULL, reg_other_id {ref} NOT NULL)")
		testdb.Insert(t, db.DB, "reg_pairs", "tenant_id, number", []any{1, "a"}, []any{1, "b"}, []any{2, "a"})
		testdb.Insert(t, db.DB, "reg_lines", "id, reg_pair_tenant_id, reg_pair_number", []any{1, 1, "a"}, []any{2, 2, "a"}, []any{3, 1, "a"})
		testdb.Insert(t, db.DB, "reg_others", "id", []any{1}, []any{2})
		testdb.Insert(t, db.DB, "reg_other_reg_pair", "reg_pair_tenant_id, reg_pair_number, reg_other_id", []any{1, "b", 2}, []any{2, "a", 1})

		pairs, err := lucid.From[regPair](db).Preload(regPairLines.Preload(regLinePair), regPairOthers).OrderBy("tenant_id").OrderBy("number").All(t.Context())
		require.NoError(t, err)
		var got []string
		for _, p := range pairs {
			others, err := regPairOthers.Get(p)
			require.NoError(t, err)
			got = append(got, fmt.Sprintf("%d%s lines %v others %v", p.TenantID, p.Number,
				app.SortedIDs(app.IDs(p.Lines, func(l *regLine) int64 { return l.ID })), app.IDs(others, func(o *regOther) int64 { return o.ID })))
			for _, line := range p.Lines {
				assert.Equal(t, p.Number, line.Pair.Number)
				assert.Equal(t, p.TenantID, line.Pair.TenantID)
			}
		}
		assert.Equal(t, []string{"1a lines [1 3] others []", "1b lines [] others [2]", "2a lines [2] others [1]"}, got)
	})
}

// Two packages whose models do not know one another are related by a third, without fields.
func TestRegisterFromAThirdPackage(t *testing.T) {
	userPosts := &lucid.HasMany[account.User, blog.Post]{}
	postUser := &lucid.BelongsTo[blog.Post, account.User]{}
	lucid.Register[account.User](userPosts)
	lucid.Register[blog.Post](postUser)
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[account.User](db).Preload(userPosts.Preload(postUser)).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		var got []string
		for _, user := range users {
			posts, err := userPosts.Get(user)
			require.NoError(t, err)
			got = append(got, fmt.Sprint(user.ID, app.SortedIDs(app.IDs(posts, func(p *blog.Post) int64 { return p.ID }))))
			for _, post := range posts {
				author, err := postUser.Get(post)
				require.NoError(t, err)
				assert.Equal(t, user.Email, author.Email)
			}
		}
		assert.Equal(t, []string{"1 [1 2 3]", "2 [4 5]", "3 [6]", "4 []"}, got)
	})
}

// The first use of models and of a handle may come from many goroutines at once.
func TestFirstUseIsConcurrent(t *testing.T) {
	type racer struct {
		app.User
		PostsCount int64 `db:",extra"`
	}
	type lap struct {
		lucid.Model
		ID      int64 `db:"id"`
		RacerID int64 `db:"user_id"`
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		mine := lucid.NewSQL(testdb.SingleSQL(t, db.DB), db.Dialect)
		t.Cleanup(func() { testdb.CloseSoon(t, mine) })
		testdb.ExecAll(t, db.DB, "CREATE TABLE racers AS SELECT * FROM users", "CREATE TABLE laps AS SELECT * FROM posts")
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				<-start
				n, err := lucid.From[lap](mine).Where("user_id", 1).Count(t.Context())
				assert.NoError(t, err)
				assert.EqualValues(t, 3, n)
				rows, err := lucid.From[racer](mine).OrderBy("id").All(t.Context())
				assert.NoError(t, err)
				assert.Len(t, rows, 4)
				users, err := lucid.From[app.User](mine).Preload(app.UserPosts, app.UserSkills).All(t.Context())
				assert.NoError(t, err)
				assert.Len(t, users, 4)
			})
		}
		close(start)
		wg.Wait()
	})
}
