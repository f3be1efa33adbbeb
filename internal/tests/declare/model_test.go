package declare_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// selectOf is the statement that reads a model, which names its table and its columns.
func selectOf[T any, P lucid.ModelPtr[T]](t testing.TB) string {
	t.Helper()
	text, args, err := lucid.From[T, P](testdb.Offline(t, lucid.SQLite)).SQL()
	require.NoError(t, err)
	require.Empty(t, args)
	return strings.ReplaceAll(text, `"`, "")
}

// mistakeOf is what is wrong with the declaration of a model; Register and first use agree on it.
func mistakeOf[T any, P lucid.ModelPtr[T]](t testing.TB) string {
	t.Helper()
	atRegister := app.Mistakes(func() { lucid.Register[T, P]() })
	_, err := lucid.From[T, P](testdb.Offline(t, lucid.SQLite)).All(t.Context())
	require.Error(t, err)
	if atRegister == "" {
		require.ErrorIs(t, err, testdb.ErrOffline)
		return ""
	}
	require.NotErrorIs(t, err, testdb.ErrOffline, "nothing is sent")
	assert.Equal(t, strings.Join(strings.Fields(strings.ReplaceAll(atRegister, "lucid: ", "")), " "),
		strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "lucid: ", "")), " "))
	return atRegister
}

type (
	HTTPLog struct {
		lucid.Model
		ID                       int64
		UserID, RequestURL, IPv4 string
	}
	Person struct {
		lucid.Model
		ID int64
	}
	Category struct {
		lucid.Model
		ID int64
	}
	Status struct {
		lucid.Model
		ID int64
	}
	APIKey struct {
		lucid.Model
		ID             int64
		APIKeyID, UUID string
	}
	Box struct {
		lucid.Model
		ID int64
	}
	Child struct {
		lucid.Model
		ID int64
	}
	Order struct {
		lucid.Model
		ID int64
	}
	UserData struct {
		lucid.Model
		ID int64
	}
	byValue struct {
		lucid.Model
		ID int64
	}
	byPointer struct {
		lucid.Model
		ID int64
	}
	qualified struct {
		lucid.Model
		ID int64
	}
)

func (byValue) TableName() string    { return "values_of_mine" }
func (*byPointer) TableName() string { return "pointers_of_mine" }
func (qualified) TableName() string  { return "main.things" }

func TestModelNames(t *testing.T) {
	t.Parallel()
	type UserProfile struct {
		lucid.Model
		ID int64
	}
	for _, test := range []struct{ got, want string }{
		{selectOf[HTTPLog](t), "http_logs.id, http_logs.user_id, http_logs.request_url, http_logs.ipv4 FROM http_logs"},
		{selectOf[APIKey](t), "api_keys.id, api_keys.api_key_id, api_keys.uuid FROM api_keys"},
		{selectOf[UserProfile](t), "FROM user_profiles"},
		{selectOf[app.Country](t), "FROM countries"},
		{selectOf[Person](t), "FROM people"},
		{selectOf[Category](t), "FROM categories"},
		{selectOf[Status](t), "FROM statuses"},
		{selectOf[Box](t), "FROM boxes"},
		{selectOf[Child](t), "FROM children"},
		{selectOf[Order](t), "FROM orders"},
		{selectOf[UserData](t), "FROM user_data"},
		{selectOf[byValue](t), "values_of_mine.id FROM values_of_mine"},
		{selectOf[byPointer](t), "pointers_of_mine.id FROM pointers_of_mine"},
		{selectOf[qualified](t), "main.things.id FROM main.things"},
	} {
		assert.True(t, strings.HasSuffix(test.got, test.want), "%s\nwant %s", test.got, test.want)
	}
}

func TestModelInASchema(t *testing.T) {
	t.Parallel()
	db := testdb.Memory(t)
	_, err := db.Exec(t.Context(), `CREATE TABLE "main"."things" (id INTEGER PRIMARY KEY)`)
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), `INSERT INTO things (id) VALUES (1), (2)`)
	require.NoError(t, err)
	rows, err := lucid.From[qualified](db).Where("id", ">", 1).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.EqualValues(t, 2, rows[0].ID)
}

type (
	tagged struct {
		lucid.Model
		Code     string     `db:"the_code,pk"`
		Default  string     `db:",default"`
		Made     time.Time  `db:",autocreate"`
		Changed  time.Time  `db:" changed_at , autocreate , autoupdate "`
		Computed int        `db:",readonly"`
		Revision int        `db:",version"`
		Gone     *time.Time `db:",softdelete"`
		Likes    int        `db:"likes_count,extra"`
		Skipped  string     `db:"-"`
		Plain    string     `json:"other"`
		hidden   string
		Related  *tagged
		Many     []*tagged
	}
	unknownOption struct {
		lucid.Model
		ID   int64
		Name string `db:",readnoly"`
		Age  int    `db:"age,zzzzzzzzzzzzzzzzz"`
	}
	sameColumn struct {
		lucid.Model
		ID    int64
		Email string
		Mail  string `db:"email"`
	}
)

func TestModelTags(t *testing.T) {
	t.Parallel()
	row := &tagged{hidden: "stays"}
	assert.Equal(t, "stays", row.hidden)
	got := selectOf[tagged](t)
	got = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSuffix(got, " FROM taggeds WHERE taggeds.gone IS NULL"), "SELECT "), "taggeds.", "")
	assert.Equal(t, "the_code, default, made, changed_at, computed, revision, gone, plain", got,
		"neither extras nor skipped and unexported fields nor the homes of relations are columns")

	assert.Equal(t, `lucid: unknownOption.Name has an unknown option "readnoly" in its db tag: did you mean "readonly"?
lucid: unknownOption.Age has an unknown option "zzzzzzzzzzzzzzzzz" in its db tag: there are pk, autocreate, autoupdate, readonly, extra, default, version, softdelete`,
		mistakeOf[unknownOption](t))
	assert.Equal(t, `lucid: sameColumn.Mail and Email are both column "email": name one of them with a db tag`, mistakeOf[sameColumn](t))
}

type (
	base struct {
		lucid.Model
		ID        int64
		CreatedAt time.Time
	}
	derived struct {
		base
		Name string
	}
	deeper struct {
		derived
		Name string // hides the embedded one
	}
	named  struct{ Name string }
	titled struct{ Name, Title string }
	hiding struct {
		lucid.Model
		ID int64
		named
		titled
		Name string // hides both
	}
	ambiguous struct {
		lucid.Model
		ID int64
		named
		titled
	}
	pointing struct {
		lucid.Model
		ID int64
		*Named
	}
	Named        struct{ Name string }
	modelPointer struct {
		*lucid.Model
		ID int64
	}
	twoModels struct {
		lucid.Model
		base
		Name string
	}
	NullStamp struct{ sql.NullTime }
	timed     struct {
		lucid.Model
		ID int64
		time.Time
	}
	stamped struct {
		lucid.Model
		ID int64
		NullStamp
	}
)

func TestModelEmbedding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, got, want string }{
		{"fields are promoted, Model too", selectOf[derived](t), "deriveds.id, deriveds.created_at, deriveds.name FROM deriveds"},
		{"an outer field hides an embedded one", selectOf[deeper](t), "deepers.id, deepers.created_at, deepers.name FROM deepers"},
		{"a time is a value", selectOf[timed](t), "timeds.id, timeds.time FROM timeds"},
		{"so is a Scanner", selectOf[stamped](t), "stampeds.id, stampeds.null_stamp FROM stampeds"},
	} {
		assert.True(t, strings.HasSuffix(test.got, test.want), "%s: %s", test.name, test.got)
	}
	assert.Equal(t, `lucid: ambiguous.Name and Name are both column "name": name one of them with a db tag`, mistakeOf[ambiguous](t))
	assert.Equal(t, `lucid: pointing.Named is embedded by pointer: embed it by value, so that its columns are always there`, mistakeOf[pointing](t))
	assert.Contains(t, mistakeOf[modelPointer](t), `lucid: modelPointer.Model is embedded by pointer: embed it by value, so that its columns are always there`)
	assert.Empty(t, mistakeOf[hiding](t), "an outer field hides several embedded ones, as in Go")
}

func TestModelEmbeddingReads(t *testing.T) {
	t.Parallel()
	db := testdb.Memory(t)
	for _, text := range []string{
		"CREATE TABLE deepers (id INTEGER PRIMARY KEY, created_at TEXT, name TEXT)", "INSERT INTO deepers VALUES (1, '2026-01-02 03:04:05', 'outer')",
		"CREATE TABLE stampeds (id INTEGER PRIMARY KEY, null_stamp TEXT)", "INSERT INTO stampeds VALUES (1, NULL)",
		"CREATE TABLE timeds (id INTEGER PRIMARY KEY, time TEXT)", "INSERT INTO timeds VALUES (1, '2026-01-02 03:04:05')",
		"CREATE TABLE two_models (id INTEGER PRIMARY KEY, created_at TEXT, name TEXT)", "INSERT INTO two_models VALUES (1, '2026-01-02 03:04:05', 'two')",
	} {
		_, err := db.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	moment := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	row, err := lucid.From[deeper](db).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "outer", row.Name)
	assert.Empty(t, row.derived.Name)
	assert.Equal(t, moment, row.CreatedAt)
	assert.True(t, row.IsPersisted())

	null, err := lucid.From[stamped](db).First(t.Context())
	require.NoError(t, err)
	assert.False(t, null.Valid)

	timed, err := lucid.From[timed](db).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, moment, timed.Time)

	two, err := lucid.From[twoModels](db).SelectRaw("1 AS one").First(t.Context())
	require.NoError(t, err)
	assert.True(t, two.IsPersisted(), "the outermost Model is the row's, as in Go")
	assert.Len(t, two.Extras(), 1)
}

type (
	ticket struct {
		lucid.Model
		TenantID int64  `db:",pk"`
		Number   string `db:",pk"`
		ID       string // no key, since others are
	}
	withoutKey struct {
		lucid.Model
		Name string
	}
)

func TestModelKeys(t *testing.T) {
	t.Parallel()
	db := testdb.Memory(t)
	for _, text := range []string{
		"CREATE TABLE tickets (tenant_id INTEGER, number TEXT, id TEXT)", "INSERT INTO tickets VALUES (7, 'A-1', 'x'), (7, 'A-2', 'y'), (8, 'A-1', 'z')",
		"CREATE TABLE without_keys (name TEXT)", "INSERT INTO without_keys VALUES ('only')",
	} {
		_, err := db.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	row, err := lucid.From[ticket](db).Find(t.Context(), lucid.Key{7, "A-2"})
	require.NoError(t, err)
	assert.Equal(t, "y", row.ID)
	rows, err := lucid.From[ticket](db).FindMany(t.Context(), lucid.Key{8, "A-1"}, lucid.Key{7, "A-1"})
	require.NoError(t, err)
	assert.Equal(t, "z", rows[0].ID)
	_, err = lucid.From[ticket](db).Find(t.Context(), 7)
	require.ErrorIs(t, err, lucid.ErrMissingKey)
	assert.EqualError(t, err, "lucid: ticket: Find: the primary key has 2 columns (tenant_id, number) and the id 1: pass a lucid.Key with one value each")

	only, err := lucid.From[withoutKey](db).First(t.Context())
	require.NoError(t, err, "a model without a key can be read")
	assert.Equal(t, "only", only.Name)
	_, err = lucid.From[withoutKey](db).Find(t.Context(), 1)
	require.ErrorIs(t, err, lucid.ErrMissingKey)
	assert.EqualError(t, err, `lucid: withoutKey: Find: the model has no primary key: tag a field with db:",pk"`)
}

func TestModelExtras(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		row, err := lucid.From[tallied](db).SelectRaw("id, 3 AS posts_count, 'x' AS mark").OrderBy("id").First(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 3, row.PostsCount, "a field tagged extra receives its name")
		assert.Equal(t, map[string]any{"mark": "x"}, row.Extras(), "what has no field is an extra")
		row.Extras()["mark"] = "changed"
		row.Extras()["more"] = 1
		assert.Equal(t, map[string]any{"mark": "x"}, row.Extras(), "each call gives a map of its own")

		row, err = lucid.From[tallied](db).First(t.Context())
		require.NoError(t, err)
		assert.Zero(t, row.PostsCount)
		assert.NotNil(t, row.Extras())
		assert.Empty(t, row.Extras())
	})
}

// tallied is a user with a field for what a query computes.
type tallied struct {
	lucid.Model
	ID         int64
	PostsCount int64 `db:"posts_count,extra"`
}

func (tallied) TableName() string { return "users" }

func TestModelIsPersisted(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		assert.False(t, (&app.User{}).IsPersisted())
		assert.False(t, (&app.User{ID: 1}).IsPersisted(), "a key is not enough")
		user, err := lucid.From[app.User](db).Preload(app.UserPosts).First(t.Context())
		require.NoError(t, err)
		assert.True(t, user.IsPersisted())
		assert.True(t, user.Posts[0].IsPersisted())
		twin := *user
		assert.True(t, twin.IsPersisted())
		fresh := &app.User{ID: user.ID}
		assert.False(t, fresh.IsPersisted())
	})
}

// A copy is a row of its own: what is loaded into one is not in the other.
func TestModelCopy(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		user := app.AllUsers(t, db)[0]
		twin := *user
		require.NoError(t, lucid.Load(t.Context(), db, []*app.User{user}, app.UserPosts, app.UserLatestPosts))
		assert.False(t, app.UserPosts.Loaded(&twin))
		assert.Nil(t, twin.Posts)
		_, err := app.UserLatestPosts.Get(&twin)
		require.ErrorIs(t, err, lucid.ErrNotLoaded)
	})
}

func TestModelJSON(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		marshal := func(v any) string {
			text, err := json.Marshal(v)
			require.NoError(t, err)
			return string(text)
		}
		assert.JSONEq(t, `{"ID":0,"Name":""}`, marshal(app.Skill{}), "Model adds nothing")

		country, err := lucid.From[app.Country](db).SelectRaw("countries.*, 1 AS one").Where("id", 3).First(t.Context())
		require.NoError(t, err)
		assert.JSONEq(t, `{"ID":3,"Name":"Iceland"}`, marshal(country), "what is not loaded is left out")
		require.NoError(t, lucid.Load(t.Context(), db, []*app.Country{country}, app.CountryUsers, app.CountryPosts, app.CountryProfile))
		assert.JSONEq(t, `{"ID":3,"Name":"Iceland","Users":[],"Posts":[]}`, marshal(country), "loaded and empty is an empty list")

		var back app.Skill
		require.NoError(t, json.Unmarshal([]byte(`{"ID":7,"Name":"go"}`), &back))
		assert.Equal(t, app.Skill{ID: 7, Name: "go"}, back)
	})
}

// Embedding promotes Model's methods to every model, so there are few, and none that other packages look for.
func TestModelMethods(t *testing.T) {
	t.Parallel()
	var names []string
	for method := range reflect.TypeFor[*lucid.Model]().Methods() {
		names = append(names, method.Name)
	}
	assert.Equal(t, []string{"Extras", "IsPersisted"}, names)
	assert.Zero(t, reflect.TypeFor[lucid.Model]().NumMethod())
	for _, name := range []string{"MarshalJSON", "UnmarshalJSON", "MarshalText", "String", "GoString", "Format", "Scan", "Value", "Error"} {
		_, promoted := reflect.TypeFor[*app.User]().MethodByName(name)
		assert.False(t, promoted, name)
	}
}

// Latest is generic code over models.
func Latest[T any, P lucid.ModelPtr[T]](ctx context.Context, ex lucid.Executor) (*T, error) {
	return lucid.From[T, P](ex).OrderByDesc("id").First(ctx)
}

func TestModelPtr(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		post, err := Latest[app.Post](t.Context(), db)
		require.NoError(t, err)
		assert.EqualValues(t, 6, post.ID)
		skill, err := Latest[app.Skill](t.Context(), db)
		require.NoError(t, err)
		assert.Equal(t, "css", skill.Name)
	})
}

// TestOptionsOfFields: what a field cannot be is found at its model's first use, all at once.
func TestOptionsOfFields(t *testing.T) {
	t.Parallel()
	type wrongOptions struct {
		lucid.Model
		ID     int64
		Made   string     `db:",autocreate"`
		Gone   time.Time  `db:",softdelete"`
		Gone2  *time.Time `db:",softdelete"`
		Ver    string     `db:",version"`
		Ver2   *int       `db:",version"`
		Edited *time.Time `db:",autoupdate"`
	}
	text := mistakeOf[wrongOptions](t)
	for _, want := range []string{
		"wrongOptions.Made is a string: autocreate and autoupdate take a time.Time",
		"wrongOptions.Gone is a time.Time: softdelete takes a time that can be NULL",
		"wrongOptions.Gone and Gone2 are both tagged softdelete",
		"wrongOptions.Ver is a string: version takes an integer",
		"wrongOptions.Ver2 is a *int: version takes an integer",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "Edited")
}
