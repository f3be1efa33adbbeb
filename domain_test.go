package lucid_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/testdb/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The domain that the tests share: countries, users with managers, profiles, posts, comments, skills.

type Country struct {
	lucid.Model
	ID   int64
	Name string

	Users   []*User  `json:",omitzero"`
	Posts   []*Post  `json:",omitzero"`
	Profile *Profile `json:",omitzero"`
}

type User struct {
	lucid.Model
	ID        int64 `db:"id,pk"`
	Email     string
	CountryID *int64
	ParentID  sql.Null[int64]
	CreatedAt time.Time `db:",autocreate"`

	Country  *Country `json:",omitzero"`
	Profile  *Profile `json:",omitzero"`
	Posts    []*Post  `json:",omitzero"`
	Skills   []*Skill `json:",omitzero"`
	Parent   *User    `json:",omitzero"`
	Children []*User  `json:",omitzero"`
	Follows  []*User  `json:",omitzero"`
}

type Profile struct {
	lucid.Model
	ID     int64
	UserID *int64
	Bio    string

	User *User `json:",omitzero"`
}

type Post struct {
	lucid.Model
	ID        int64
	UserID    int64
	Title     string
	Likes     int
	Published bool
	CreatedAt *time.Time

	Author   *User      `json:",omitzero"`
	Comments []*Comment `json:",omitzero"`
}

type Comment struct {
	lucid.Model
	ID     int64
	PostID int64
	UserID sql.Null[int64]
	Body   string

	Post *Post `json:",omitzero"`
	User *User `json:",omitzero"`
}

type Skill struct {
	lucid.Model
	ID   int64
	Name string

	Users []*User `json:",omitzero"`
}

var (
	UserID        = lucid.Column(func(u *User) *int64 { return &u.ID })
	UserEmail     = lucid.Column(func(u *User) *string { return &u.Email })
	UserCountryID = lucid.NullColumn(func(u *User) **int64 { return &u.CountryID })
	UserParentID  = lucid.Column(func(u *User) *sql.Null[int64] { return &u.ParentID })
	PostUserID    = lucid.Column(func(p *Post) *int64 { return &p.UserID })
	PostTitle     = lucid.Column(func(p *Post) *string { return &p.Title })
	PostLikes     = lucid.Column(func(p *Post) *int { return &p.Likes })

	CountryUsers   = &lucid.HasMany[Country, User]{Field: func(c *Country) *[]*User { return &c.Users }}
	CountryPosts   = &lucid.HasManyThrough[Country, User, Post]{Field: func(c *Country) *[]*Post { return &c.Posts }}
	CountryProfile = &lucid.HasOneThrough[Country, User, Profile]{Field: func(c *Country) **Profile { return &c.Profile }}

	UserCountry  = &lucid.BelongsTo[User, Country]{Field: func(u *User) **Country { return &u.Country }}
	UserProfile  = &lucid.HasOne[User, Profile]{Field: func(u *User) **Profile { return &u.Profile }}
	UserPosts    = &lucid.HasMany[User, Post]{Field: func(u *User) *[]*Post { return &u.Posts }}
	UserParent   = &lucid.BelongsTo[User, User]{Field: func(u *User) **User { return &u.Parent }, ForeignKey: UserParentID}
	UserChildren = &lucid.HasMany[User, User]{Field: func(u *User) *[]*User { return &u.Children }, ForeignKey: UserParentID}
	UserSkills   = &lucid.ManyToMany[User, Skill]{
		Field:           func(u *User) *[]*Skill { return &u.Skills },
		PivotColumns:    []string{"proficiency"},
		PivotTimestamps: lucid.DefaultPivotTimestamps,
	}
	UserFollows = &lucid.ManyToMany[User, User]{
		Field:                  func(u *User) *[]*User { return &u.Follows },
		PivotTable:             "follows",
		PivotRelatedForeignKey: "following_id",
	}
	// UserLatestPosts has no field: what it loads is read with Get.
	UserLatestPosts = &lucid.HasMany[User, Post]{OnQuery: func(q *lucid.Query[Post]) { q.OrderByDesc("id") }}
	UserPublished   = &lucid.HasMany[User, Post]{}

	ProfileUser  = &lucid.BelongsTo[Profile, User]{Field: func(p *Profile) **User { return &p.User }}
	PostAuthor   = &lucid.BelongsTo[Post, User]{Field: func(p *Post) **User { return &p.Author }}
	PostComments = &lucid.HasMany[Post, Comment]{Field: func(p *Post) *[]*Comment { return &p.Comments }}
	CommentPost  = &lucid.BelongsTo[Comment, Post]{Field: func(c *Comment) **Post { return &c.Post }}
	CommentUser  = &lucid.BelongsTo[Comment, User]{Field: func(c *Comment) **User { return &c.User }}
	SkillUsers   = &lucid.ManyToMany[Skill, User]{Field: func(s *Skill) *[]*User { return &s.Users }}
)

func init() {
	UserPublished.OnQuery = Published
	lucid.Register[Country](CountryUsers, CountryPosts, CountryProfile)
	lucid.Register[User](UserCountry, UserProfile, UserPosts, UserParent, UserChildren, UserSkills, UserFollows, UserLatestPosts, UserPublished)
	lucid.Register[Profile](ProfileUser)
	lucid.Register[Post](PostAuthor, PostComments)
	lucid.Register[Comment](CommentPost, CommentUser)
	lucid.Register[Skill](SkillUsers)
}

func Published(q *lucid.Query[Post]) { q.Where("published", true) }

// schema is the tables of the domain; what the dialects spell differently is in braces.
var schema = []string{
	`CREATE TABLE countries (id {id}, name {text} NOT NULL)`,
	`CREATE TABLE users (id {id}, email {text} NOT NULL, country_id {ref} REFERENCES countries (id),
		parent_id {ref} REFERENCES users (id), created_at {time} NOT NULL)`,
	`CREATE INDEX users_country_id ON users (country_id)`,
	`CREATE INDEX users_parent_id ON users (parent_id)`,
	`CREATE TABLE profiles (id {id}, user_id {ref} REFERENCES users (id) ON DELETE CASCADE, bio {text} NOT NULL)`,
	`CREATE INDEX profiles_user_id ON profiles (user_id)`,
	`CREATE TABLE posts (id {id}, user_id {ref} NOT NULL REFERENCES users (id) ON DELETE CASCADE, title {text} NOT NULL,
		likes INTEGER NOT NULL, published BOOLEAN NOT NULL, created_at {time} NULL)`,
	`CREATE INDEX posts_user_id ON posts (user_id)`,
	`CREATE TABLE comments (id {id}, post_id {ref} NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
		user_id {ref} REFERENCES users (id), body {text} NOT NULL)`,
	`CREATE INDEX comments_post_id ON comments (post_id)`,
	`CREATE INDEX comments_user_id ON comments (user_id)`,
	`CREATE TABLE skills (id {id}, name {text} NOT NULL)`,
	// Without a primary key, so that a pivot row can stand twice.
	`CREATE TABLE skill_user (user_id {ref} NOT NULL REFERENCES users (id), skill_id {ref} NOT NULL REFERENCES skills (id),
		proficiency {text} NULL, level INTEGER NULL, created_at {time} NULL, updated_at {time} NULL)`,
	`CREATE INDEX skill_user_user_id ON skill_user (user_id)`,
	`CREATE INDEX skill_user_skill_id ON skill_user (skill_id)`,
	`CREATE TABLE follows (user_id {ref} NOT NULL REFERENCES users (id), following_id {ref} NOT NULL REFERENCES users (id),
		PRIMARY KEY (user_id, following_id))`,
	`CREATE INDEX follows_following_id ON follows (following_id)`,
}

var spelling = map[lucid.Dialect]*strings.Replacer{
	lucid.SQLite:     strings.NewReplacer("{id}", "INTEGER PRIMARY KEY", "{ref}", "INTEGER", "{text}", "TEXT", "{time}", "TIMESTAMP"),
	lucid.PostgreSQL: strings.NewReplacer("{id}", "BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY", "{ref}", "BIGINT", "{text}", "TEXT", "{time}", "TIMESTAMPTZ"),
	lucid.MySQL:      strings.NewReplacer("{id}", "BIGINT PRIMARY KEY AUTO_INCREMENT", "{ref}", "BIGINT", "{text}", "VARCHAR(255)", "{time}", "DATETIME(6)"),
}

// execAll runs statements, spelled for the dialect.
func execAll(t testing.TB, db *testdb.DB, statements ...string) {
	t.Helper()
	for _, text := range statements {
		_, err := db.Exec(t.Context(), spelling[db.Dialect].Replace(text))
		require.NoError(t, err, text)
	}
}

// insert adds rows to a table, each a value a column.
func insert(t testing.TB, db *testdb.DB, table, columns string, rows ...[]any) {
	t.Helper()
	for chunk := range slices.Chunk(rows, 1000) {
		var args []any
		for _, row := range chunk {
			args = append(args, row...)
		}
		one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(chunk[0])), ", ") + ")"
		all := strings.TrimSuffix(strings.Repeat(one+", ", len(chunk)), ", ")
		_, err := db.Exec(t.Context(), fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", table, columns, all), args...)
		require.NoError(t, err)
	}
}

// day is a moment of the fixture.
func day(n int) time.Time { return time.Date(2026, 1, n, 12, 30, 15, 123456000, time.UTC) }

// seed creates the schema and the rows that most tests read:
//
//	countries  1 Kenya (users 1, 2)   2 Japan (user 3)   3 Iceland (none)
//	users      1 ‹ 2 ‹ 3 by parent; 4 has neither country nor parent
//	profiles   1 of user 1, 2 and 3 of user 2, 4 of nobody
//	posts      1, 2, 3 of user 1; 4, 5 of user 2; 6 of user 3; none of user 4
//	comments   two of post 1 (by user 2 and by nobody), one of post 2, one of post 4
//	skills     1 go, 2 sql, 3 css (nobody's): user 1 has go and sql, user 2 has sql, user 3 has sql twice
//	follows    1→2, 1→3, 2→1, 3→3
func seed(t testing.TB, db *testdb.DB) {
	t.Helper()
	execAll(t, db, schema...)
	insert(t, db, "countries", "id, name", []any{1, "Kenya"}, []any{2, "Japan"}, []any{3, "Iceland"})
	insert(t, db, "users", "id, email, country_id, parent_id, created_at",
		[]any{1, "ann@example.com", 1, nil, day(1)}, []any{2, "bob@example.com", 1, 1, day(2)},
		[]any{3, "cyd@example.com", 2, 2, day(3)}, []any{4, "dee@example.com", nil, nil, day(4)})
	insert(t, db, "profiles", "id, user_id, bio", []any{1, 1, "about ann"}, []any{2, 2, "about bob"}, []any{3, 2, "more on bob"}, []any{4, nil, "nobody"})
	seedPosts(t, db)
	insert(t, db, "skills", "id, name", []any{1, "go"}, []any{2, "sql"}, []any{3, "css"})
	seedPivots(t, db)
	insert(t, db, "follows", "user_id, following_id", []any{1, 2}, []any{1, 3}, []any{2, 1}, []any{3, 3})
	for _, table := range []string{"countries", "users", "profiles", "posts", "comments", "skills"} {
		if db.Dialect == lucid.PostgreSQL { // the others count on from the keys that were given
			execAll(t, db, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', 'id'), (SELECT MAX(id) FROM %[1]s))", table))
		}
	}
}

// seedPivots is who has which skill.
func seedPivots(t testing.TB, db *testdb.DB) {
	t.Helper()
	insert(t, db, "skill_user", "user_id, skill_id, proficiency, level, created_at, updated_at",
		[]any{1, 1, "expert", 9, day(1), day(2)}, []any{1, 2, "novice", 2, day(1), day(1)},
		[]any{2, 2, "expert", 8, day(3), nil}, []any{3, 2, "novice", 1, nil, nil}, []any{3, 2, nil, nil, nil, nil})
}

// seedPosts is the posts and comments of the fixture.
func seedPosts(t testing.TB, db *testdb.DB) {
	t.Helper()
	insert(t, db, "posts", "id, user_id, title, likes, published, created_at",
		[]any{1, 1, "alpha", 10, true, day(1)}, []any{2, 1, "beta", 5, false, day(2)}, []any{3, 1, "gamma", 7, true, nil},
		[]any{4, 2, "delta", 3, true, day(4)}, []any{5, 2, "epsilon", 8, false, day(5)}, []any{6, 3, "zeta", 1, true, day(6)})
	insert(t, db, "comments", "id, post_id, user_id, body",
		[]any{1, 1, 2, "first"}, []any{2, 1, nil, "second"}, []any{3, 2, 3, "third"}, []any{4, 4, 1, "fourth"})
}

// statements is a hook that remembers what was sent.
type statements struct {
	mu     sync.Mutex
	events []lucid.QueryEvent
}

func (s *statements) BeforeQuery(ctx context.Context, _ *lucid.QueryEvent) context.Context {
	return ctx
}

func (s *statements) AfterQuery(_ context.Context, e *lucid.QueryEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, *e)
}

// reset forgets what was sent so far.
func (s *statements) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = nil
}

// paths is what each statement was for, in order.
func (s *statements) paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []string{}
	for _, e := range s.events {
		out = append(out, e.Path)
	}
	return out
}

// last is the last statement.
func (s *statements) last() lucid.QueryEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events[len(s.events)-1]
}

// fixture is a seeded database whose statements are remembered.
type fixture struct {
	*testdb.DB
	sent *statements
	t    *testing.T
}

// eachDB runs fn on a seeded database of each kind, in parallel.
func eachDB(t *testing.T, fn func(t *testing.T, db *fixture)) {
	t.Helper()
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, seeded(t, dialect))
		})
	}
}

// eachKeyForm is eachDB, and once more with few keys sent in the form of many.
func eachKeyForm(t *testing.T, fn func(t *testing.T, db *fixture)) {
	t.Helper()
	eachDB(t, fn)
	t.Run("SQLite, keys as JSON", func(t *testing.T) {
		t.Parallel()
		db := seeded(t, lucid.SQLite)
		lucid.AsJSON(db.DB.DB)
		fn(t, db)
	})
}

// seeded is a database with the rows of the domain.
func seeded(t *testing.T, dialect lucid.Dialect) *fixture {
	t.Helper()
	sent := &statements{}
	db := testdb.Open(t, dialect, lucid.WithQueryHook(sent))
	seed(t, db)
	sent.reset()
	return &fixture{db, sent, t}
}

// ids maps rows to their ids, in order.
func ids[T any](rows []*T, id func(*T) int64) []int64 {
	out := []int64{}
	for _, row := range rows {
		out = append(out, id(row))
	}
	return out
}

func userIDs(rows []*User) []int64 { return ids(rows, func(u *User) int64 { return u.ID }) }
func postIDs(rows []*Post) []int64 { return ids(rows, func(p *Post) int64 { return p.ID }) }
func commentIDs(rows []*Comment) []int64 {
	return ids(rows, func(c *Comment) int64 { return c.ID })
}
func skillIDs(rows []*Skill) []int64 { return ids(rows, func(s *Skill) int64 { return s.ID }) }

// sortedIDs is ids whatever their order.
func sortedIDs(list []int64) []int64 {
	slices.Sort(list)
	return list
}

func profileIDs(rows []*Profile) []int64 {
	return ids(rows, func(p *Profile) int64 { return p.ID })
}

// of is the statements sent for a path, in order.
func (s *statements) of(path string) []lucid.QueryEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.events), func(e lucid.QueryEvent) bool { return e.Path != path })
}

// descriptor is what the kinds of relation have in common, for tests that run over all of them.
type descriptor[P, R any] interface {
	lucid.Relation[P]
	With(scopes ...func(*lucid.Query[R])) *lucid.Scoped[P, R]
	Query(ex lucid.Executor, parents ...*P) *lucid.Query[R]
	Load(ctx context.Context, ex lucid.Executor, parents ...*P) error
	Loaded(p *P) bool
}

// mistakes is what a call of Register panics with; "" where it accepts.
func mistakes(register func()) (text string) {
	defer func() {
		if problem := recover(); problem != nil {
			text = fmt.Sprint(problem)
		}
	}()
	register()
	return ""
}

// allUsers are the users of the fixture by id, as read from the database.
func allUsers(t testing.TB, db *fixture) []*User {
	t.Helper()
	users, err := lucid.From[User](db).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	db.sent.reset()
	return users
}

// allCountries are the countries of the fixture by id, as read from the database.
func allCountries(t testing.TB, db *fixture) []*Country {
	t.Helper()
	countries, err := lucid.From[Country](db).OrderBy("id").All(t.Context())
	require.NoError(t, err)
	db.sent.reset()
	return countries
}

// single is another handle on the database whose pool is one connection, so that a result or a
// transaction left open blocks whatever comes next.
func single(t testing.TB, db *testdb.DB, opts ...lucid.Option) *lucid.DB {
	t.Helper()
	var one *lucid.DB
	if db.Dialect == lucid.PostgreSQL {
		url, err := server.WithParam(db.URL, "pool_max_conns", "1")
		require.NoError(t, err)
		one, err = lucid.Open(t.Context(), url, opts...)
		require.NoError(t, err)
	} else {
		one = lucid.NewSQL(singleSQL(t, db), db.Dialect, opts...)
	}
	t.Cleanup(func() { closeSoon(t, one) })
	return one
}

// closeSoon closes a handle; a connection that was never given back fails the test and does not hang it.
func closeSoon(t testing.TB, db *lucid.DB) {
	t.Helper()
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	select {
	case err := <-closed:
		assert.NoError(t, err)
	case <-time.After(patience):
		t.Error("Close waits for a connection that was never given back")
	}
}

// singleSQL is a database/sql handle of one connection on the database, with what NewSQL needs.
func singleSQL(t testing.TB, db *testdb.DB) *sql.DB {
	t.Helper()
	url := db.URL
	if db.Dialect == lucid.MySQL {
		var err error
		url, err = server.WithParam(url, "parseTime", "true")
		require.NoError(t, err)
	}
	driver, source, err := server.Source(url)
	require.NoError(t, err)
	handle, err := sql.Open(driver, source)
	require.NoError(t, err)
	handle.SetMaxOpenConns(1)
	return handle
}

// patience is how long a test waits for what must come, before it fails.
const patience = 5 * time.Second

// requireUsable checks that the handle still has a connection to give, and that it is in order.
func requireUsable(t testing.TB, db *lucid.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	n, err := lucid.From[Country](db).Count(ctx)
	require.NoError(t, err, "the pool has no usable connection left")
	require.Positive(t, n)
}

// evaluate is an SQL expression as the database sees it from ex.
func evaluate[V any](t testing.TB, ex lucid.Executor, expression string) V {
	t.Helper()
	row, err := lucid.From[Country](ex).SelectRaw(expression + " AS outcome").First(t.Context())
	require.NoError(t, err, expression)
	v, err := lucid.Extra[V](row, "outcome")
	require.NoError(t, err, expression)
	return v
}
