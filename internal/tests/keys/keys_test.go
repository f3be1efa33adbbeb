package keys_test

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// owner has a key of type K, and owned a foreign key of type F to it; N says which row it is.
type owner[K any] struct {
	lucid.Model
	ID K `db:"id,pk"`
	N  int64
}

type owned[F any] struct {
	lucid.Model
	N       int64 `db:"n,pk"`
	OwnerID F
}

func (owner[K]) TableName() string { return "owners" }
func (owned[F]) TableName() string { return "owned" }

// keyPair is the relations between two types of key.
type keyPair[K, F any] struct {
	many  lucid.HasMany[owner[K], owned[F]]
	one   lucid.HasOne[owner[K], owned[F]]
	back  lucid.BelongsTo[owned[F], owner[K]]
	peers lucid.ManyToMany[owner[K], owner[K]]
}

// newKeyPair registers the relations.
func newKeyPair[K, F any]() *keyPair[K, F] {
	foreign := lucid.Column(func(o *owned[F]) *F { return &o.OwnerID })
	p := &keyPair[K, F]{
		many:  lucid.HasMany[owner[K], owned[F]]{ForeignKey: foreign},
		one:   lucid.HasOne[owner[K], owned[F]]{ForeignKey: foreign},
		back:  lucid.BelongsTo[owned[F], owner[K]]{ForeignKey: foreign},
		peers: lucid.ManyToMany[owner[K], owner[K]]{PivotTable: "peers", PivotForeignKey: "owner_id", PivotRelatedForeignKey: "peer_id"},
	}
	lucid.Register[owner[K]](&p.many, &p.one, &p.peers)
	lucid.Register[owned[F]](&p.back)
	return p
}

type (
	accountID int64
	handle    string
)

// sku is a key with a form of its own in the database: 7 is "S-7".
type sku struct{ number int }

func (s sku) Value() (driver.Value, error) { return "S-" + strconv.Itoa(s.number), nil }

func (s *sku) Scan(v any) error {
	text := fmt.Sprint(v)
	if b, ok := v.([]byte); ok {
		text = string(b)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(text, "S-"))
	s.number = n
	return err
}

// packed is a uuid that the database keeps as its 16 bytes.
type packed [16]byte

func (p packed) Value() (driver.Value, error) { return p[:], nil }

func (p *packed) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != 16 {
		return fmt.Errorf("%T of %v is no uuid", v, v)
	}
	copy(p[:], b)
	return nil
}

// keyTypes is the SQL types of a key, on PostgreSQL, MySQL and SQLite; "" where a case is not for one.
type keyTypes [3]string

func (k keyTypes) of(d lucid.Dialect) string {
	return k[map[lucid.Dialect]int{lucid.PostgreSQL: 0, lucid.MySQL: 1, lucid.SQLite: 2}[d]]
}

var (
	bigints  = keyTypes{"BIGINT", "BIGINT", "INTEGER"}
	integers = keyTypes{"INTEGER", "INT", "INTEGER"}
	texts    = keyTypes{"TEXT", "VARCHAR(40)", "TEXT"}
	uuids    = keyTypes{"UUID", "CHAR(36)", "TEXT"}
	binaries = keyTypes{"BYTEA", "BINARY(16)", "BLOB"}
)

var (
	ids3 = []uuid.UUID{uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), uuid.MustParse("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), uuid.MustParse("F47AC10B-58CC-4372-A567-0E02B2C3D479")}

	uuidTexts = []any{ids3[0].String(), ids3[1].String(), ids3[2].String()}
	uuidBytes = []any{ids3[0][:], ids3[1][:], ids3[2][:]}
	ints3     = []any{1, 2, 3}
)

// keyCase is the three keys of owners 1 to 3, as the database takes them, and what runs on them.
type keyCase struct {
	name   string
	types  keyTypes
	values []any
	run    func(t *testing.T, db *testdb.DB)
}

func pairCase[K, F any](name string, types keyTypes, values []any) keyCase {
	p := newKeyPair[K, F]()
	return keyCase{name, types, values, p.check}
}

var keyCases []keyCase

func init() {
	keyCases = []keyCase{
		pairCase[int64, int64]("int64 and int64", bigints, ints3),
		pairCase[int32, int64]("int32 and int64", integers, ints3),
		pairCase[int64, int32]("int64 and int32", integers, ints3),
		pairCase[uint, int64]("uint and int64", bigints, ints3),
		pairCase[int64, uint]("int64 and uint", bigints, ints3),
		pairCase[int64, *int64]("int64 and *int64", bigints, ints3),
		pairCase[int, *int32]("int and *int32", integers, ints3),
		pairCase[uint32, sql.Null[int64]]("uint32 and sql.Null[int64]", integers, ints3),
		pairCase[int64, sql.NullInt64]("int64 and sql.NullInt64", bigints, ints3),
		pairCase[accountID, int64]("a named int and int64", bigints, ints3),
		pairCase[accountID, *accountID]("a named int and a pointer to it", bigints, ints3),
		pairCase[int16, int16]("zero is a key", integers, []any{0, -1, 1}),
		pairCase[uint64, *uint64]("above the range of int64", keyTypes{"", "BIGINT UNSIGNED", ""}, []any{uint64(1) << 63, ^uint64(0), uint64(1)}),
		pairCase[string, string]("string and string", texts, []any{"alpha", "beta", ""}),
		pairCase[string, *string]("string and *string", texts, []any{"it's", `a "b" \ c`, "día ☃"}),
		pairCase[handle, sql.NullString]("a named string and sql.NullString", texts, []any{"a", "b", "c"}),
		pairCase[string, handle]("string and a named string", texts, []any{"007", "7", "true"}),
		pairCase[sku, sku]("a Valuer and Scanner of one's own", texts, []any{"S-1", "S-2", "S-30"}),
		pairCase[sku, string]("a Valuer of one's own and string", texts, []any{"S-1", "S-2", "S-30"}),
		pairCase[uuid.UUID, uuid.UUID]("uuid and uuid", uuids, uuidTexts),
		pairCase[uuid.UUID, *uuid.UUID]("uuid and *uuid", uuids, uuidTexts),
		pairCase[uuid.UUID, uuid.NullUUID]("uuid and uuid.NullUUID", uuids, uuidTexts),
		pairCase[uuid.UUID, string]("uuid and string", uuids, uuidTexts),
		pairCase[string, *uuid.UUID]("string and *uuid", uuids, uuidTexts),
		pairCase[string, *string]("uuids in strings", uuids, uuidTexts),
		pairCase[[16]byte, *[16]byte]("[16]byte and *[16]byte", uuids, uuidTexts),
		pairCase[packed, packed]("a uuid that is a Valuer of bytes", binaries, uuidBytes),
		pairCase[[]byte, []byte]("bytes", keyTypes{"BYTEA", "VARBINARY(20)", "BLOB"}, []any{[]byte{0, 1}, []byte{0xff, 0}, []byte("x")}),
	}
}

// TestKeyTypes: keys are compared by value, whatever Go type holds them on either side.
func TestKeyTypes(t *testing.T) {
	for _, tt := range keyCases {
		t.Run(tt.name, func(t *testing.T) {
			eachEmptyDB(t, func(t *testing.T, db *testdb.DB) {
				sqlType := tt.types.of(db.Dialect)
				if sqlType == "" {
					return
				}
				a, b, c := tt.values[0], tt.values[1], tt.values[2]
				if _, isText := a.(string); isText && (sqlType == "BINARY(16)" || sqlType == "BLOB") {
					a, b, c = uuidBytes[0], uuidBytes[1], uuidBytes[2]
				}
				testdb.ExecAll(t, db, "CREATE TABLE owners (id "+sqlType+" NOT NULL PRIMARY KEY, n INTEGER NOT NULL)",
					"CREATE TABLE owned (n INTEGER NOT NULL PRIMARY KEY, owner_id "+sqlType+")",
					"CREATE TABLE peers (owner_id "+sqlType+" NOT NULL, peer_id "+sqlType+" NOT NULL)")
				testdb.Insert(t, db, "owners", "id, n", []any{a, 1}, []any{b, 2}, []any{c, 3})
				testdb.Insert(t, db, "owned", "n, owner_id", []any{1, a}, []any{2, a}, []any{3, b})
				testdb.Insert(t, db, "peers", "owner_id, peer_id", []any{a, b}, []any{a, c}, []any{b, b})
				tt.run(t, db)
			})
		})
	}
}

// eachEmptyDB runs fn on an empty database of each kind: a PostgreSQL connection does not take it
// well when the type of a column changes.
func eachEmptyDB(t *testing.T, fn func(t *testing.T, db *testdb.DB)) {
	t.Helper()
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, testdb.Open(t, dialect))
		})
	}
	t.Run("SQLite, keys as JSON", func(t *testing.T) {
		t.Parallel()
		db := testdb.Open(t, lucid.SQLite)
		asJSON(t, db)
		fn(t, db)
	})
}

// eachKeyForm is app.Each, and once more with few keys sent in the form of many.
func eachKeyForm(t *testing.T, fn func(t *testing.T, db *app.DB)) {
	t.Helper()
	app.Each(t, fn)
	t.Run("SQLite, keys as JSON", func(t *testing.T) {
		t.Parallel()
		db := app.Open(t, lucid.SQLite)
		asJSON(t, db.DB)
		fn(t, db)
	})
}

// check is what every pair of types finds: owner 1 has 1 and 2, owner 2 has 3, owner 3 has none;
// peers of 1 are 2 and 3, of 2 it is 2.
func (p *keyPair[K, F]) check(t *testing.T, db *testdb.DB) {
	byN := func(q *lucid.Query[owned[F]]) { q.OrderBy("n") }
	peersByN := func(q *lucid.Query[owner[K]]) { q.OrderBy("n") }
	number := func(o *owned[F]) int64 { return o.N }
	owners, err := lucid.From[owner[K]](db).OrderBy("n").Preload(p.many.With(byN), &p.one, p.peers.With(peersByN)).All(t.Context())
	require.NoError(t, err)
	require.Len(t, owners, 3)
	for i, want := range [][]int64{{1, 2}, {3}, {}} {
		rows, err := p.many.Get(owners[i])
		require.NoError(t, err)
		assert.Equal(t, want, app.IDs(rows, number), "has many, owner %d", i+1)
		one, err := p.one.Get(owners[i])
		require.NoError(t, err)
		if assert.Equal(t, len(want) > 0, one != nil, "has one, owner %d", i+1) && one != nil {
			assert.Equal(t, want[0], one.N)
		}
		rows, err = p.many.Query(db, owners[i]).OrderBy("n").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, app.IDs(rows, number), "query, owner %d", i+1)
	}
	for i, want := range [][]int64{{2, 3}, {2}, {}} {
		rows, err := p.peers.Get(owners[i])
		require.NoError(t, err)
		assert.Equal(t, want, app.IDs(rows, func(o *owner[K]) int64 { return o.N }), "many to many, owner %d", i+1)
	}
	rows, err := p.many.Query(db, owners...).OrderBy("n").All(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3}, app.IDs(rows, number), "query of several")

	rows, err = lucid.From[owned[F]](db).Preload(&p.back).OrderBy("n").All(t.Context())
	require.NoError(t, err)
	for i, want := range []int64{1, 1, 2} {
		o, err := p.back.Get(rows[i])
		require.NoError(t, err)
		if assert.NotNil(t, o, "belongs to, row %d", i+1) {
			assert.Equal(t, want, o.N, "belongs to, row %d", i+1)
		}
	}
	found, err := lucid.From[owner[K]](db).Find(t.Context(), owners[1].ID)
	require.NoError(t, err, "Find")
	assert.Equal(t, int64(2), found.N)
}

// site has a key that can be null; visit refers to it by a key that can be null too.
type site struct {
	lucid.Model
	ID   int64
	Code *string

	Visits []*visit
	Last   *visit
}

type visit struct {
	lucid.Model
	ID   int64
	Code sql.Null[string]

	Site *site
}

var (
	siteVisits = &lucid.HasMany[site, visit]{
		Field: func(s *site) *[]*visit { return &s.Visits }, LocalKey: siteCode, ForeignKey: visitCode,
	}
	siteLast = &lucid.HasOne[site, visit]{
		Field: func(s *site) **visit { return &s.Last }, LocalKey: siteCode, ForeignKey: visitCode,
		OnQuery: func(q *lucid.Query[visit]) { q.OrderByDesc("id") },
	}
	visitSite = &lucid.BelongsTo[visit, site]{Field: func(v *visit) **site { return &v.Site }, ForeignKey: visitCode, OwnerKey: siteCode}

	siteCode  = lucid.NullColumn(func(s *site) **string { return &s.Code })
	visitCode = lucid.Column(func(v *visit) *sql.Null[string] { return &v.Code })
)

func init() {
	lucid.Register[site](siteVisits, siteLast)
	lucid.Register[visit](visitSite)
}

// siteTables creates sites and visits; a collation says which texts are equal.
func siteTables(t *testing.T, db *testdb.DB, collated string) {
	t.Helper()
	testdb.ExecAll(t, db, "CREATE TABLE sites (id {id}, code "+collated+" NULL)", "CREATE TABLE visits (id {id}, code "+collated+" NULL)")
}

// TestNullKeys: a null on either side is no relation, also of another null; it is never sent.
func TestNullKeys(t *testing.T) {
	eachKeyForm(t, func(t *testing.T, db *app.DB) {
		siteTables(t, db.DB, "{text}")
		testdb.Insert(t, db.DB, "sites", "id, code", []any{1, "a"}, []any{2, nil}, []any{3, ""})
		testdb.Insert(t, db.DB, "visits", "id, code", []any{1, "a"}, []any{2, nil}, []any{3, ""}, []any{4, "a"}, []any{5, "gone"})
		sites, err := lucid.From[site](db).OrderBy("id").Preload(siteVisits.With(func(q *lucid.Query[visit]) { q.OrderBy("id") }), siteLast).All(t.Context())
		require.NoError(t, err)
		visitID := func(v *visit) int64 { return v.ID }
		assert.Equal(t, []int64{1, 4}, app.IDs(sites[0].Visits, visitID))
		assert.Equal(t, int64(4), sites[0].Last.ID)
		assert.NotNil(t, sites[1].Visits)
		assert.Empty(t, sites[1].Visits)
		assert.Nil(t, sites[1].Last)
		assert.True(t, siteLast.Loaded(sites[1]))
		assert.Equal(t, []int64{3}, app.IDs(sites[2].Visits, visitID), "an empty text is a key")

		visits, err := lucid.From[visit](db).OrderBy("id").Preload(visitSite).All(t.Context())
		require.NoError(t, err)
		got := []int64{}
		for _, v := range visits {
			assert.True(t, visitSite.Loaded(v))
			if v.Site == nil {
				got = append(got, 0)
				continue
			}
			got = append(got, v.Site.ID)
		}
		assert.Equal(t, []int64{1, 0, 3, 1, 0}, got)

		rows, err := siteVisits.Query(db, sites[1]).All(t.Context())
		require.NoError(t, err)
		assert.Empty(t, rows)
		rows, err = siteVisits.Query(db, sites[1], sites[2]).All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, app.IDs(rows, visitID))

		db.Sent.Reset()
		require.NoError(t, lucid.Load(t.Context(), db, []*site{sites[1]}, siteVisits, siteLast))
		assert.Empty(t, db.Sent.Paths())
	})
}

// TestCollatedKeys: keys that the database holds equal and Go does not still find each other.
func TestCollatedKeys(t *testing.T) {
	tests := []struct {
		name   string
		types  keyTypes
		sites  []string
		visits []string
		wants  [][]int64 // the visits of each site
		backs  [][]int64 // the sites that a visit may have
	}{
		{
			"one spelling in each table", keyTypes{"CITEXT", "VARCHAR(40) COLLATE utf8mb4_general_ci", "TEXT COLLATE NOCASE"},
			[]string{"A", "b"}, []string{"a", "B", "b", "c"}, [][]int64{{1}, {2, 3}}, [][]int64{{1}, {2}, {2}, nil},
		},
		{
			"both spellings among the sites", keyTypes{"CITEXT", "VARCHAR(40) COLLATE utf8mb4_general_ci", "TEXT COLLATE NOCASE"},
			[]string{"A", "a", "b"}, []string{"a", "A", "B"}, [][]int64{{1, 2}, {1, 2}, {3}}, [][]int64{{1, 2}, {1, 2}, {3}},
		},
		{
			"one of the spellings found", keyTypes{"CITEXT", "VARCHAR(40) COLLATE utf8mb4_general_ci", "TEXT COLLATE NOCASE"},
			[]string{"A", "a"}, []string{"a"}, [][]int64{{1}, {1}}, [][]int64{{1, 2}},
		},
		{
			"one site, visits in both spellings", keyTypes{"CITEXT", "VARCHAR(40) COLLATE utf8mb4_general_ci", "TEXT COLLATE NOCASE"},
			[]string{"A"}, []string{"a", "A"}, [][]int64{{1, 2}}, [][]int64{{1}, {1}},
		},
		{
			"accents", keyTypes{"", "VARCHAR(40) COLLATE utf8mb4_general_ci", ""},
			[]string{"José", "Ana"}, []string{"jose", "ANÁ"}, [][]int64{{1}, {2}}, [][]int64{{1}, {2}},
		},
		{
			"spaces at the end", keyTypes{"CHAR(5)", "VARCHAR(40) COLLATE utf8mb4_general_ci", "TEXT COLLATE RTRIM"},
			[]string{"x", "y "}, []string{"x ", "y"}, [][]int64{{1}, {2}}, [][]int64{{1}, {2}},
		},
		{
			"exact", keyTypes{"TEXT", "VARCHAR(40) COLLATE utf8mb4_bin", "TEXT"},
			[]string{"A", "a"}, []string{"a", "A", "á"}, [][]int64{{2}, {1}}, [][]int64{{2}, {1}, nil},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			eachEmptyDB(t, func(t *testing.T, db *testdb.DB) {
				sqlType := tt.types.of(db.Dialect)
				if sqlType == "" {
					return
				}
				if sqlType == "CITEXT" {
					testdb.ExecAll(t, db, "CREATE EXTENSION citext")
				}
				siteTables(t, db, sqlType)
				for i, code := range tt.sites {
					testdb.Insert(t, db, "sites", "id, code", []any{i + 1, code})
				}
				for i, code := range tt.visits {
					testdb.Insert(t, db, "visits", "id, code", []any{i + 1, code})
				}
				sites, err := lucid.From[site](db).OrderBy("id").Preload(siteVisits.With(func(q *lucid.Query[visit]) { q.OrderBy("id") }), siteLast).All(t.Context())
				require.NoError(t, err)
				for i, want := range tt.wants {
					assert.Equal(t, want, app.IDs(sites[i].Visits, func(v *visit) int64 { return v.ID }), "site %d", i+1)
					if assert.NotNil(t, sites[i].Last, "site %d", i+1) {
						assert.Equal(t, want[len(want)-1], sites[i].Last.ID, "site %d", i+1)
					}
				}
				visits, err := lucid.From[visit](db).OrderBy("id").Preload(visitSite).All(t.Context())
				require.NoError(t, err)
				for i, want := range tt.backs {
					if want == nil {
						assert.Nil(t, visits[i].Site, "visit %d", i+1)
						continue
					}
					if assert.NotNil(t, visits[i].Site, "visit %d", i+1) {
						assert.Contains(t, want, visits[i].Site.ID, "visit %d", i+1)
					}
				}
			})
		})
	}
}

// order has a composite key of an integer and a text, line refers to it, and tag is the other side of a
// pivot table with two composite keys. A remark is reached through lines.
type order struct {
	lucid.Model
	Shop   int32  `db:",pk"`
	Number string `db:",pk"`

	Lines   []*line
	First   *line
	Tags    []*tag
	Remarks []*remark
}

type line struct {
	lucid.Model
	ID          int64
	OrderShop   *int64
	OrderNumber sql.Null[string]

	Order *order
}

type tag struct {
	lucid.Model
	Shop  int64  `db:",pk"`
	Label string `db:",pk"`

	Orders []*order
}

type remark struct {
	lucid.Model
	ID     int64
	LineID int64
}

func (line) TableName() string { return "order_lines" }

var (
	lineOrderKey = lucid.Columns(
		lucid.NullColumn(func(l *line) **int64 { return &l.OrderShop }),
		lucid.Column(func(l *line) *sql.Null[string] { return &l.OrderNumber }),
	)
	orderLines = &lucid.HasMany[order, line]{Field: func(o *order) *[]*line { return &o.Lines }, ForeignKey: lineOrderKey}
	orderFirst = &lucid.HasOne[order, line]{Field: func(o *order) **line { return &o.First }} // by default order_shop, order_number
	orderTags  = &lucid.ManyToMany[order, tag]{
		Field: func(o *order) *[]*tag { return &o.Tags }, PivotForeignKey: "order_shop, order_number",
		PivotRelatedForeignKey: "tag_shop,tag_label", PivotColumns: []string{"n"},
	}
	orderRemarks = &lucid.HasManyThrough[order, line, remark]{Field: func(o *order) *[]*remark { return &o.Remarks }}
	lineOrder    = &lucid.BelongsTo[line, order]{Field: func(l *line) **order { return &l.Order }}
	tagOrders    = &lucid.ManyToMany[tag, order]{Field: func(t *tag) *[]*order { return &t.Orders }}
)

func init() {
	lucid.Register[order](orderLines, orderFirst, orderTags, orderRemarks)
	lucid.Register[line](lineOrder)
	lucid.Register[tag](tagOrders)
}

// TestCompositeKeys in every kind of relation: all parts have to be equal, and none null.
func TestCompositeKeys(t *testing.T) {
	eachKeyForm(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB,
			`CREATE TABLE orders (shop INTEGER NOT NULL, number {text} NOT NULL, PRIMARY KEY (shop, number))`,
			`CREATE TABLE order_lines (id {id}, order_shop INTEGER NULL, order_number {text} NULL)`,
			`CREATE TABLE tags (shop INTEGER NOT NULL, label {text} NOT NULL, PRIMARY KEY (shop, label))`,
			`CREATE TABLE order_tag (order_shop INTEGER NOT NULL, order_number {text} NOT NULL, tag_shop INTEGER NOT NULL, tag_label {text} NOT NULL, n INTEGER NOT NULL)`,
			`CREATE TABLE remarks (id {id}, line_id {ref} NOT NULL)`)
		testdb.Insert(t, db.DB, "orders", "shop, number", []any{1, "A-1"}, []any{1, "A-2"}, []any{2, "A-1"}, []any{11, "-1"})
		testdb.Insert(t, db.DB, "order_lines", "id, order_shop, order_number", []any{1, 1, "A-1"}, []any{2, 1, "A-2"}, []any{3, 2, "A-1"}, []any{4, 1, "A-1"},
			[]any{5, 1, nil}, []any{6, nil, "A-1"}, []any{7, 2, "A-2"})
		testdb.Insert(t, db.DB, "tags", "shop, label", []any{1, "red"}, []any{2, "red"}, []any{2, "blue"})
		testdb.Insert(t, db.DB, "order_tag", "order_shop, order_number, tag_shop, tag_label, n", []any{1, "A-1", 1, "red", 1}, []any{1, "A-1", 2, "blue", 2}, []any{2, "A-1", 2, "red", 3})
		testdb.Insert(t, db.DB, "remarks", "id, line_id", []any{1, 1}, []any{2, 4}, []any{3, 3}, []any{4, 5})
		lineID := func(l *line) int64 { return l.ID }

		orders, err := lucid.From[order](db).OrderBy("shop").OrderBy("number").Preload(
			orderLines.With(func(q *lucid.Query[line]) { q.OrderBy("id") }), orderFirst,
			orderTags.With(func(q *lucid.Query[tag]) { q.OrderBy("shop").Preload(tagOrders) }),
			orderRemarks.With(func(q *lucid.Query[remark]) { q.OrderBy("id") }),
		).All(t.Context())
		require.NoError(t, err)
		require.Len(t, orders, 4)
		for i, want := range [][]int64{{1, 4}, {2}, {3}, {}} {
			assert.Equal(t, want, app.IDs(orders[i].Lines, lineID), "order %d", i)
			assert.Equal(t, len(want) > 0, orders[i].First != nil)
		}
		assert.Equal(t, int64(1), orders[0].First.ID)
		for i, want := range [][]int64{{1, 2}, {}, {3}, {}} {
			assert.Equal(t, want, app.IDs(orders[i].Remarks, func(r *remark) int64 { return r.ID }), "order %d", i)
		}
		require.Len(t, orders[0].Tags, 2)
		assert.Equal(t, "blue", orders[0].Tags[1].Label)
		assert.Equal(t, map[string]any{"pivot_order_shop": int64(1), "pivot_order_number": "A-1", "pivot_tag_shop": int64(2), "pivot_tag_label": "blue", "pivot_n": int64(2)},
			orders[0].Tags[1].Extras())
		assert.Equal(t, "A-1", orders[0].Tags[1].Orders[0].Number)
		require.Len(t, orders[2].Tags, 1)
		assert.Equal(t, "red", orders[2].Tags[0].Label)
		assert.Empty(t, orders[1].Tags)

		lines, err := lucid.From[line](db).OrderBy("id").Preload(lineOrder).All(t.Context())
		require.NoError(t, err)
		got := []string{}
		for _, l := range lines {
			got = append(got, "none")
			if l.Order != nil {
				got[len(got)-1] = fmt.Sprint(l.Order.Shop, " ", l.Order.Number)
			}
		}
		assert.Equal(t, []string{"1 A-1", "1 A-2", "2 A-1", "1 A-1", "none", "none", "none"}, got)

		limited := orderLines.With(func(q *lucid.Query[line]) { q.GroupLimit(1) })
		require.NoError(t, limited.Load(t.Context(), db, orders...))
		assert.Equal(t, []int64{4}, app.IDs(orders[0].Lines, lineID))
		rows, err := orderLines.Query(db, orders[0]).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 4}, app.IDs(rows, lineID))
		rows, err = orderLines.Query(db, orders[0], orders[2]).Where("id", 3).OrWhere("id", 2).OrWhere("id", 4).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{3, 4}, app.IDs(rows, lineID))
		tags, err := orderTags.Query(db, orders[0]).OrderBy("pivot.n").All(t.Context())
		require.NoError(t, err)
		assert.Len(t, tags, 2)
	})
}

// seat has a composite key of integers only, which PostgreSQL takes as arrays.
type seat struct {
	lucid.Model
	Hall  int32 `db:",pk"`
	Place int64 `db:",pk"`

	Guests []*guest
}

type guest struct {
	lucid.Model
	ID        int64
	SeatHall  int64
	SeatPlace sql.NullInt64
}

var seatGuests = &lucid.HasMany[seat, guest]{Field: func(s *seat) *[]*guest { return &s.Guests }}

func init() { lucid.Register[seat](seatGuests) }

func TestCompositeIntegerKeys(t *testing.T) {
	eachKeyForm(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, `CREATE TABLE seats (hall INTEGER NOT NULL, place SMALLINT NOT NULL, PRIMARY KEY (hall, place))`,
			`CREATE TABLE guests (id {id}, seat_hall {ref} NOT NULL, seat_place INTEGER NULL)`)
		testdb.Insert(t, db.DB, "seats", `hall, place`, []any{1, 1}, []any{1, 2}, []any{2, 1}, []any{0, 0})
		testdb.Insert(t, db.DB, "guests", "id, seat_hall, seat_place", []any{1, 1, 2}, []any{2, 2, 1}, []any{3, 2, 2}, []any{4, 1, nil}, []any{5, 0, 0}, []any{6, 1, 2})
		seats, err := lucid.From[seat](db).OrderBy("hall").OrderBy("place").Preload(seatGuests.With(func(q *lucid.Query[guest]) { q.OrderBy("id") })).All(t.Context())
		require.NoError(t, err)
		for i, want := range [][]int64{{5}, {}, {1, 6}, {2}} {
			assert.Equal(t, want, app.IDs(seats[i].Guests, func(g *guest) int64 { return g.ID }), "seat %d", i)
		}
	})
}
