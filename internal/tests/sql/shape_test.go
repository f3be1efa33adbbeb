package sql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counted has a field that only a selection fills.
type counted struct {
	lucid.Model
	ID     int64
	UserID int64
	Title  string
	Shout  string `db:",extra"`
}

func (counted) TableName() string { return "posts" }

func TestSelect(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		find := func(scope func(q app.PostQuery) app.PostQuery) *app.Post {
			t.Helper()
			found, err := scope(lucid.From[app.Post](db)).Find(t.Context(), 1)
			require.NoError(t, err)
			return found
		}
		titled := find(func(q app.PostQuery) app.PostQuery { return q.Select("title") })
		assert.Equal(t, &app.Post{Model: titled.Model, Title: "alpha"}, titled, "only what is selected")
		assert.Equal(t, 10, find(func(q app.PostQuery) app.PostQuery { return q.Select("title").Select("likes") }).Likes, "further calls add")
		assert.Equal(t, 10, find(func(q app.PostQuery) app.PostQuery { return q.Select() }).Likes, "none is all")

		renamed := find(func(q app.PostQuery) app.PostQuery {
			return q.Select("id", "title AS headline", " posts.likes as  hearts ")
		})
		assert.Empty(t, renamed.Title)
		assert.Equal(t, map[string]any{"headline": "alpha", "hearts": int64(10)}, renamed.Extras())

		more := find(func(q app.PostQuery) app.PostQuery { return q.Select("*").SelectRaw("likes * ? AS doubled", 2) })
		assert.Equal(t, "alpha", more.Title)
		doubled, err := lucid.Extra[int](more, "doubled")
		require.NoError(t, err)
		assert.Equal(t, 20, doubled)

		replaced := find(func(q app.PostQuery) app.PostQuery { return q.Select("id").SelectRaw("UPPER(title) AS title") })
		assert.Equal(t, "ALPHA", replaced.Title, "a result with a column's name fills its field")
		assert.Empty(t, replaced.Extras())

		listed := find(func(q app.PostQuery) app.PostQuery {
			return q.SelectRaw("id, title, likes + ? AS more, (likes - ?) AS less", 1, 1)
		})
		assert.Equal(t, int64(1), listed.ID)
		assert.Equal(t, map[string]any{"more": int64(11), "less": int64(9)}, listed.Extras())

		tagged, err := lucid.From[counted](db).Select("*").SelectRaw("UPPER(title) AS shout").Find(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, "ALPHA", tagged.Shout)
		assert.Empty(t, tagged.Extras(), "a field tagged extra receives its own")
	})
}

// TestSelectRawAliases: the name of an expression is the one after the last AS of its own.
func TestSelectRawAliases(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for raw, want := range map[string]map[string]any{
			"CAST(likes AS CHAR(3)) AS label":             {"label": "10 "},
			"likes as Hearts":                             {"Hearts": int64(10)},
			"likes  AS\n hearts \n":                       {"hearts": int64(10)},
			"(SELECT COUNT(*) AS n FROM users) AS people": {"people": int64(4)},
			"'a AS b, c' AS text":                         {"text": "a AS b, c"},
			"COALESCE(NULL, likes, 1) AS hearts":          {"hearts": int64(10)},
			"likes AS a, id AS b":                         {"a": int64(10), "b": int64(1)},
		} {
			found, err := lucid.From[app.Post](db).SelectRaw(raw).Where("id", 1).First(t.Context())
			if !assert.NoError(t, err, raw) {
				continue
			}
			got := found.Extras()
			for name, v := range got {
				if s, ok := v.(string); ok && name == "label" {
					got[name] = (s + "   ")[:3] // CHAR(3) is padded or not
				}
			}
			assert.Equal(t, want, got, raw)
		}
	})
}

// TestSelectRawListThenLoad: keys that a list of raw expressions read are there for a lazy load.
func TestSelectRawListThenLoad(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users, err := lucid.From[app.User](db).SelectRaw("id, email").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.NoError(t, app.UserPosts.Load(t.Context(), db, users...))
		assert.Equal(t, []int64{1, 2, 3}, app.SortedIDs(app.PostIDs(users[0].Posts)))

		users, err = lucid.From[app.User](db).SelectRaw("email, country_id").All(t.Context())
		require.NoError(t, err)
		assert.ErrorIs(t, app.UserPosts.Load(t.Context(), db, users...), lucid.ErrMissingKey)
	})
}

// TestPersistedHoweverSelected: a row that was read is in the database, whatever was read of it.
func TestPersistedHoweverSelected(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, scope := range []func(q app.PostQuery){func(app.PostQuery) {}, func(q app.PostQuery) { q.Select("title") }, func(q app.PostQuery) { q.SelectRaw("1 AS one") }} {
			found, err := lucid.From[app.Post](db).Apply(scope).First(t.Context())
			require.NoError(t, err)
			assert.True(t, found.IsPersisted())
		}
		assert.False(t, (&app.Post{}).IsPersisted())
	})
}

func TestJoins(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts, err := lucid.From[app.Post](db).Join("users", "users.id = posts.user_id").
			Select("*", "users.email", "users.created_at AS joined").Where("users.country_id", 2).All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{6}, app.PostIDs(posts), "the model's id, not the joined one")
		assert.True(t, posts[0].CreatedAt.Equal(app.Day(6)))
		email, err := lucid.Extra[string](posts[0], "email")
		require.NoError(t, err)
		assert.Equal(t, "cyd@example.com", email)
		joined, err := lucid.Extra[time.Time](posts[0], "joined")
		require.NoError(t, err)
		assert.True(t, joined.Equal(app.Day(3)))

		users, err := lucid.From[app.User](db).LeftJoin("profiles AS p", "p.user_id = users.id").Select("id", "p.bio").OrderBy("id").OrderBy("p.id").All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 2, 3, 4}, app.UserIDs(users), "a row for each match, and one without")
		bio, err := lucid.Extra[*string](users[3], "bio")
		require.NoError(t, err)
		assert.Nil(t, bio)

		users, err = lucid.From[app.User](db).Join("users AS boss", "boss.id = users.parent_id").Select("id", "boss.email AS boss").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{2, 3}, app.UserIDs(users))
		assert.Equal(t, map[string]any{"boss": "ann@example.com"}, users[0].Extras())

		users, err = lucid.From[app.User](db).JoinRaw("JOIN countries c ON c.id = users.country_id AND c.name <> ?", "Japan").
			Select("id", "c.name AS country").Where("c.name", "like", "K%").OrderByDesc("c.id").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2}, app.UserIDs(users))
		assert.Equal(t, map[string]any{"country": "Kenya"}, users[0].Extras())

		posts, err = lucid.From[app.Post](db).Join("users u", "u.id = posts.user_id AND u.id <> posts.id").Join("countries", "countries.id = u.country_id").
			Where("countries.name", "Kenya").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 3, 4, 5}, app.PostIDs(posts), "joins join one another")
	})
}

// TestJoinOfItselfNeedsAName: "users.id" would mean both.
func TestJoinOfItselfNeedsAName(t *testing.T) {
	_, _, err := lucid.From[app.User](testdb.Offline(t, lucid.SQLite)).Join("users", "users.parent_id = users.id").SQL()
	assert.ErrorContains(t, err, "AS")
	_, _, err = lucid.From[app.Post](testdb.Offline(t, lucid.SQLite)).Join("users", "users.id = posts.user_id").Join("users", "users.id = posts.id").SQL()
	assert.ErrorContains(t, err, "AS")
}

// TestShapeMistakes: the finishing call's error says what is wrong and where.
func TestShapeMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		scope func(q app.PostQuery)
		is    error
		says  string
	}{
		"select unknown":                    {func(q app.PostQuery) { q.Select("titel") }, lucid.ErrUnknownColumn, `did you mean "title"`},
		"select unknown, renamed to itself": {func(q app.PostQuery) { q.Select("titel AS titel") }, lucid.ErrUnknownColumn, `did you mean "title"`},
		"select of no table":                {func(q app.PostQuery) { q.Select("users.email") }, lucid.ErrUnknownColumn, "join it"},
		"select unknown of a join":          {func(q app.PostQuery) { q.Join("users", "users.id = user_id").Select("users.emial") }, lucid.ErrUnknownColumn, "email"},
		"joined column in place":            {func(q app.PostQuery) { q.Join("users", "users.id = user_id").Select("*", "users.id") }, nil, `"users.id AS users_id"`},
		"joined alias in place":             {func(q app.PostQuery) { q.Join("users u", "u.id = user_id").Select("u.created_at") }, nil, `"u.created_at AS u_created_at"`},
		"raw-joined column in place":        {func(q app.PostQuery) { q.JoinRaw("JOIN users u ON u.id = user_id").Select("u.id") }, nil, `"u.id AS u_id"`},
		"column of two joins": {func(q app.PostQuery) {
			q.Join("countries", "countries.id = posts.id").Join("skills", "skills.id = posts.id").Where("name", "x")
		}, lucid.ErrUnknownColumn, "write the table before it"},
		"join on unknown":            {func(q app.PostQuery) { q.Join("users", "users.uid = user_id") }, lucid.ErrUnknownColumn, "uid"},
		"join hides the table":       {func(q app.PostQuery) { q.Join("users u", "users.id = user_id") }, lucid.ErrUnknownColumn, "users"},
		"order by unknown":           {func(q app.PostQuery) { q.OrderBy("titel") }, lucid.ErrUnknownColumn, "titel"},
		"order direction":            {func(q app.PostQuery) { q.OrderBy("title", "descending") }, lucid.ErrInvalidOperator, `"descending"`},
		"order direction with SQL":   {func(q app.PostQuery) { q.OrderBy("title", "desc, 1") }, lucid.ErrInvalidOperator, "asc or desc"},
		"order empty direction":      {func(q app.PostQuery) { q.OrderBy("title", "") }, lucid.ErrInvalidOperator, "asc or desc"},
		"order two directions":       {func(q app.PostQuery) { q.OrderBy("title", "asc", "desc") }, lucid.ErrInvalidOperator, "one direction"},
		"order by SQL":               {func(q app.PostQuery) { q.OrderBy("title; DROP TABLE posts") }, lucid.ErrUnknownColumn, "Post"},
		"order by arguments":         {func(q app.PostQuery) { q.OrderByRaw("likes + ?") }, nil, "1 placeholders and 0 arguments"},
		"group by unknown":           {func(q app.PostQuery) { q.GroupBy("titel") }, lucid.ErrUnknownColumn, "titel"},
		"having unknown":             {func(q app.PostQuery) { q.GroupBy("id").Having("titel", 1) }, lucid.ErrUnknownColumn, "titel"},
		"having without group by":    {func(q app.PostQuery) { q.Having("likes", ">", 1) }, nil, "Having without GroupBy"},
		"raw having without group":   {func(q app.PostQuery) { q.HavingRaw("COUNT(*) > 1") }, nil, "Having without GroupBy"},
		"having operator":            {func(q app.PostQuery) { q.GroupBy("id").Having("likes", "~", 1) }, lucid.ErrInvalidOperator, "Having"},
		"where by an alias":          {func(q app.PostQuery) { q.SelectRaw("likes AS hearts").Where("hearts", 1) }, lucid.ErrUnknownColumn, "hearts"},
		"select raw arguments":       {func(q app.PostQuery) { q.SelectRaw("likes + ? AS x") }, nil, "SelectRaw"},
		"join raw arguments":         {func(q app.PostQuery) { q.JoinRaw("JOIN users ON users.id = ?") }, nil, "JoinRaw"},
		"having raw arguments":       {func(q app.PostQuery) { q.GroupBy("id").HavingRaw("1 = ?", 1, 2) }, nil, "HavingRaw"},
		"negative limit":             {func(q app.PostQuery) { q.Limit(-1) }, nil, "Limit(-1)"},
		"negative offset":            {func(q app.PostQuery) { q.Offset(-1) }, nil, "Offset(-1)"},
		"skip locked without a lock": {func(q app.PostQuery) { q.SkipLocked() }, nil, "ForUpdate"},
		"no wait without a lock":     {func(q app.PostQuery) { q.NoWait() }, nil, "ForUpdate"},
		"group limit":                {func(q app.PostQuery) { q.GroupLimit(1) }, nil, "Limit"},
		"group limit 0":              {func(q app.PostQuery) { q.GroupLimit(0) }, nil, "GroupLimit(0)"},
		"group order":                {func(q app.PostQuery) { q.GroupOrderBy("id") }, nil, "GroupLimit"},
		"pivot columns":              {func(q app.PostQuery) { q.PivotColumns("level") }, nil, "many-to-many"},
		"pivot column":               {func(q app.PostQuery) { q.Where("pivot.level", 1) }, lucid.ErrUnknownColumn, "many-to-many"},
		"through column":             {func(q app.PostQuery) { q.OrderBy("through.id") }, lucid.ErrUnknownColumn, "through relation"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := lucid.From[app.Post](testdb.Offline(t, lucid.PostgreSQL)).Apply(tc.scope).SQL()
			require.ErrorContains(t, err, "lucid: ")
			assert.ErrorContains(t, err, tc.says)
			if tc.is != nil {
				assert.ErrorIs(t, err, tc.is)
			}
		})
	}
}

func TestOrderLimitOffset(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, tc := range map[string]struct {
			scope func(q app.PostQuery)
			want  []int64
		}{
			"asc":                   {func(q app.PostQuery) { q.OrderBy("likes") }, []int64{6, 4, 2, 3, 5, 1}},
			"desc":                  {func(q app.PostQuery) { q.OrderByDesc("likes") }, []int64{1, 5, 3, 2, 4, 6}},
			"direction in any case": {func(q app.PostQuery) { q.OrderBy("likes", " DESC ") }, []int64{1, 5, 3, 2, 4, 6}},
			"two columns":           {func(q app.PostQuery) { q.OrderByDesc("user_id").OrderBy("title") }, []int64{6, 4, 5, 1, 2, 3}},
			"raw":                   {func(q app.PostQuery) { q.OrderByRaw("ABS(likes - ?) DESC, id", 5) }, []int64{1, 6, 5, 3, 4, 2}},
			"by an alias": {func(q app.PostQuery) {
				q.Select("*").SelectRaw("ABS(likes - ?) AS off", 5).OrderByDesc("off").OrderBy("id")
			}, []int64{1, 6, 5, 3, 4, 2}},
			"by a joined column":       {func(q app.PostQuery) { q.Join("users", "users.id = user_id").OrderByDesc("email").OrderBy("id") }, []int64{6, 4, 5, 1, 2, 3}},
			"limit":                    {func(q app.PostQuery) { q.OrderBy("id").Limit(2) }, []int64{1, 2}},
			"the last limit counts":    {func(q app.PostQuery) { q.OrderBy("id").Limit(5).Limit(1) }, []int64{1}},
			"limit 0 reads none":       {func(q app.PostQuery) { q.Limit(0) }, []int64{}},
			"limit and offset":         {func(q app.PostQuery) { q.OrderBy("id").Limit(2).Offset(3) }, []int64{4, 5}},
			"offset without limit":     {func(q app.PostQuery) { q.OrderBy("id").Offset(4) }, []int64{5, 6}},
			"offset beyond the end":    {func(q app.PostQuery) { q.OrderBy("id").Offset(9) }, []int64{}},
			"offset 0":                 {func(q app.PostQuery) { q.OrderBy("id").Offset(0).Limit(1) }, []int64{1}},
			"If true":                  {func(q app.PostQuery) { q.If(true, app.Published).OrderBy("id") }, []int64{1, 3, 4, 6}},
			"If false":                 {func(q app.PostQuery) { q.If(false, app.Published).OrderBy("id") }, []int64{1, 2, 3, 4, 5, 6}},
			"Apply nil":                {func(q app.PostQuery) { q.Apply(nil, app.Published, nil).OrderBy("id") }, []int64{1, 3, 4, 6}},
			"Unconditional is no sign": {func(q app.PostQuery) { q.Unconditional().OrderBy("id").Limit(1) }, []int64{1}},
		} {
			posts, err := lucid.From[app.Post](db).Apply(tc.scope).All(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, tc.want, app.PostIDs(posts), name)
		}
	})
}

func TestDistinctAndGroups(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		posts, err := lucid.From[app.Post](db).Select("user_id").Distinct().OrderBy("user_id").All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3}, app.IDs(posts, func(p *app.Post) int64 { return p.UserID }))

		posts, err = lucid.From[app.Post](db).Select("user_id").SelectRaw("COUNT(*) AS n").SelectRaw("MAX(likes) + ? AS top", 1).
			Where("id", ">", 1).GroupBy("user_id").Having("n", ">=", 2).Having("top", "!=", 0).HavingRaw("MIN(likes) > ?", 2).OrderByDesc("user_id").All(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int64{2, 1}, app.IDs(posts, func(p *app.Post) int64 { return p.UserID }))
		assert.Equal(t, map[string]any{"n": int64(2), "top": int64(9)}, posts[0].Extras())

		posts, err = lucid.From[app.Post](db).Select("user_id").GroupBy("user_id").Having("user_id", ">", 2).All(t.Context())
		require.NoError(t, err)
		assert.Len(t, posts, 1, "Having also takes a grouped column")

		posts, err = lucid.From[app.Post](db).Join("users", "users.id = user_id").Select("users.email").SelectRaw("COUNT(*) AS n").
			GroupBy("users.email").OrderByDesc("n").OrderBy("users.email").All(t.Context())
		require.NoError(t, err)
		require.Len(t, posts, 3)
		assert.Equal(t, map[string]any{"email": "ann@example.com", "n": int64(3)}, posts[0].Extras())
	})
}

// TestCommentCannotEnd: whatever a comment says, it stays one.
func TestCommentCannotEnd(t *testing.T) {
	comments := []string{
		"plain", "*/ SELECT 1 /*", "/*/ SELECT 1", "*/*", "*/*/*/", "/**/", "**//", "/*", "?", "$1 $? ?? '", "`\"", "--", "line\nline", "!50000 x", "+ hint", "\x00", "ünï", "\\",
	}
	for _, text := range comments {
		statement, args, err := one(testdb.Offline(t, lucid.PostgreSQL)).Comment(text).Where("id", 1).SQL()
		require.NoError(t, err)
		assert.Len(t, args, 1)
		comment, ok := strings.CutSuffix(statement, ` SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = $1`)
		require.True(t, ok, statement)
		inside := strings.TrimSuffix(strings.TrimPrefix(comment, "/*"), "*/")
		assert.Equal(t, len(comment)-4, len(inside), comment)
		assert.NotContains(t, inside, "*/", text)
		assert.NotContains(t, inside, "/*", text)
		assert.NotContains(t, inside, "?", text)
		assert.NotContains(t, inside, "\x00", text)
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, text := range comments {
			q := lucid.From[app.Post](db).Comment(text).Where("id", "<", 3).WhereExists(lucid.From[app.User](db).Comment(text))
			posts, err := q.OrderBy("id").All(t.Context())
			require.NoError(t, err, text)
			assert.Equal(t, []int64{1, 2}, app.PostIDs(posts), text)
		}
	})
}

// TestCommentIsSent: every statement of a query shows its comment.
func TestCommentIsSent(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db).Comment("from the feed")
		for name, run := range map[string]func() error{
			"All":    func() error { _, err := q.All(t.Context()); return err },
			"First":  func() error { _, err := q.First(t.Context()); return err },
			"Find":   func() error { _, err := q.Find(t.Context(), 1); return err },
			"Count":  func() error { _, err := q.Count(t.Context()); return err },
			"Exists": func() error { _, err := q.Exists(t.Context()); return err },
			"Sum":    func() error { _, err := q.Sum(t.Context(), "likes"); return err },
			"Pluck":  func() error { _, err := lucid.Pluck[int](t.Context(), q, "likes"); return err },
		} {
			require.NoError(t, run(), name)
			assert.True(t, strings.HasPrefix(db.Sent.Last().SQL, "/* from the feed */ SELECT "), "%s: %s", name, db.Sent.Last().SQL)
		}
	})
}

// TestMistakeOfAKnownShape: a mistake is found although a query of the same shape was sent before.
func TestMistakeOfAKnownShape(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		query := func() *lucid.Query[app.Post] { return lucid.From[app.Post](db) }
		_, err := query().All(t.Context())
		require.NoError(t, err)
		_, err = query().GroupOrderBy("likes").All(t.Context())
		assert.ErrorContains(t, err, "GroupOrderBy without GroupLimit")

		admins := func() *lucid.Query[app.User] { return lucid.From[app.User](db).Select("id") }
		_, err = query().WhereIn("user_id", admins()).All(t.Context())
		require.NoError(t, err)
		_, err = query().WhereIn("user_id", admins().GroupOrderBy("id")).All(t.Context())
		assert.ErrorContains(t, err, "GroupOrderBy without GroupLimit")
	})
}
