package raw

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"sync"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// statements prepares each text once and keeps it, or has the driver put the arguments into the text.
type statements struct {
	db       *sql.DB
	texts    bool
	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

func (s *statements) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.prepared[text]
	if st != nil {
		return st, nil
	}
	st, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.prepared[text] = st
	return st, nil
}

func (s *statements) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.texts {
		return s.db.QueryContext(ctx, text, args...)
	}
	st, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (s *statements) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	st, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// selectSQL reads the rows of a statement.
func selectSQL[T any](ctx context.Context, s *statements, fields func(*T, []any) []any, text string, args ...any) ([]*T, error) {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	return collect(rows, fields)
}

// A keySet is how a set of keys stands behind IN.
type keySet func(ids []int64) (text string, args []any)

// list has a placeholder for each key.
func list(ids []int64) (string, []any) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return "(" + placeholders(len(ids)) + ")", args
}

func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// jsonEach and jsonTable have one placeholder for all keys, so that the text is always the same.
func jsonEach(ids []int64) (string, []any) {
	return "(SELECT value FROM json_each(?))", []any{jsonOf(ids)}
}

func jsonTable(ids []int64) (string, []any) {
	return "(SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k BIGINT PATH '$')) AS ks)", []any{jsonOf(ids)}
}

func jsonOf(ids []int64) string {
	text, _ := json.Marshal(ids) // of numbers it cannot fail
	return string(text)
}

// handmade is the works on SQLite and MariaDB through database/sql.
type handmade struct {
	*statements
	keys keySet
	run  func(...func() error) error // siblings
}

func openSQL(db *database.Database) (*peer.Ops, error) {
	handle, err := db.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	s := &statements{db: handle, prepared: map[string]*sql.Stmt{}}
	in := handmade{s, list, sequentially}
	js := handmade{s, jsonEach, sequentially}
	if db.Kind == database.MariaDB {
		js.keys = jsonTable
	}
	inConcurrent, jsConcurrent := in, js
	inConcurrent.run, jsConcurrent.run = concurrently, concurrently

	// A join with grouped rows must not be kept prepared on MariaDB 10.11: once the server has opened the
	// grouped table anew, which it does when many tables are in use, every execution reads that table from
	// end to end for each row of the other.
	joins := in
	if db.Kind == database.MariaDB {
		joins.statements = &statements{db: handle, texts: true}
	}

	of := map[*spec.Work][]spec.Op{
		spec.FindByPK:  {spec.Read("prepared", in.find)},
		spec.Select10k: {spec.Read("prepared", in.selectAll)},
		spec.PreloadHasMany: {
			spec.Read("in", in.hasMany),
			spec.Read("json", js.hasMany),
		},
		spec.PreloadNested: {
			spec.Read("in", in.nested),
			spec.Read("json", js.nested),
		},
		spec.PreloadManyToMany: {
			spec.Read("in", in.manyToMany),
			spec.Read("json", js.manyToMany),
		},
		spec.PreloadSiblings: {
			spec.Read("in", in.siblings),
			spec.Read("in+concurrent", inConcurrent.siblings),
			spec.Read("json+concurrent", jsConcurrent.siblings),
		},
		spec.GroupLimit: {
			spec.Read("cut in Go", in.groupLimit(limitNone)),
			spec.Read("window", in.groupLimit(limitWindow)),
		},
		spec.WithCount: {
			spec.Read("correlated", in.counting(countCorrelated)),
			spec.Read("join", joins.counting(countJoined)),
		},
		spec.WhereHas: {
			spec.Read("join", joins.whereHas(hasJoined)),
			spec.Read("in", in.whereHas(hasIn)),
		},
		spec.InsertOne:  {spec.Insert("last id", in.insertOne)},
		spec.InsertMany: {spec.Insert("returning", in.insertMany)},
		spec.SyncPivot:  {spec.Write("replace all", in.sync)},
		spec.UpdateOne:  {spec.Write("prepared", in.update)},
	}
	if db.Kind == database.SQLite {
		of[spec.GroupLimit] = append(of[spec.GroupLimit],
			spec.Read("correlated", in.groupLimit(limitCorrelated)),
			spec.Read("json+correlated", js.groupLimit(limitCorrelated)))
	} else {
		of[spec.InsertOne] = append(of[spec.InsertOne], spec.Insert("returning", in.insertReturning))
	}
	return &peer.Ops{Of: of, Close: handle.Close}, nil
}

func (h handmade) find(ctx context.Context, i int) (*Post, error) {
	st, err := h.prepare(ctx, "SELECT "+postColumns+" FROM posts WHERE id = ?")
	if err != nil {
		return nil, err
	}
	p := &Post{}
	return p, st.QueryRowContext(ctx, spec.PostID(i)).Scan(p.fields(nil)...)
}

func (h handmade) selectAll(ctx context.Context, _ int) ([]*Post, error) {
	return selectSQL(ctx, h.statements, (*Post).fields, "SELECT "+postColumns+" FROM posts ORDER BY id")
}

func (h handmade) users(ctx context.Context, n int) ([]*User, error) {
	return selectSQL(ctx, h.statements, (*User).fields, "SELECT "+userColumns+" FROM users WHERE id <= ? ORDER BY id", n)
}

func selectIn[T any](ctx context.Context, h handmade, fields func(*T, []any) []any, query string, ids []int64) ([]*T, error) {
	keys, args := h.keys(ids)
	return selectSQL(ctx, h.statements, fields, query+keys, args...)
}

func (h handmade) postsOf(ctx context.Context, users []*User) ([]*Post, error) {
	return selectIn(ctx, h, (*Post).fields, "SELECT "+postColumns+" FROM posts WHERE user_id IN ", ids(users, userID))
}

func (h handmade) hasMany(ctx context.Context, _ int) ([]*User, error) {
	users, err := h.users(ctx, spec.Users)
	if err != nil {
		return nil, err
	}
	return users, h.loadPosts(ctx, users)
}

func (h handmade) loadPosts(ctx context.Context, users []*User) error {
	posts, err := h.postsOf(ctx, users)
	if err == nil {
		attachPosts(users, posts)
	}
	return err
}

func (h handmade) nested(ctx context.Context, _ int) ([]*User, error) {
	users, err := h.users(ctx, spec.NestedUsers)
	if err != nil {
		return nil, err
	}
	posts, err := h.postsOf(ctx, users)
	if err != nil {
		return nil, err
	}
	comments, err := selectIn(ctx, h, (*Comment).fields, "SELECT "+commentColumns+" FROM comments WHERE post_id IN ", ids(posts, postID))
	if err != nil {
		return nil, err
	}
	authors, err := selectIn(ctx, h, (*User).fields, "SELECT "+userColumns+" FROM users WHERE id IN ", distinct(comments, commentAuthor))
	if err != nil {
		return nil, err
	}
	attachPosts(users, posts)
	attachComments(posts, comments)
	attachAuthors(comments, authors)
	return users, nil
}

func (h handmade) manyToMany(ctx context.Context, _ int) ([]*User, error) {
	users, err := h.users(ctx, spec.Users)
	if err != nil {
		return nil, err
	}
	return users, h.loadSkills(ctx, users)
}

// loadSkills reads each skill once: a join would send it with every pivot row.
func (h handmade) loadSkills(ctx context.Context, users []*User) error {
	pivots, err := selectIn(ctx, h, (*Pivot).fields, "SELECT "+pivotColumns+" FROM skill_user WHERE user_id IN ", ids(users, userID))
	if err != nil {
		return err
	}
	skills, err := selectIn(ctx, h, (*Skill).fields, "SELECT "+skillColumns+" FROM skills WHERE id IN ", distinct(pivots, pivotSkill))
	if err != nil {
		return err
	}
	attachSkills(users, pivots, skills)
	return nil
}

func (h handmade) loadProfiles(ctx context.Context, users []*User) error {
	profiles, err := selectIn(ctx, h, (*Profile).fields, "SELECT "+profileColumns+" FROM profiles WHERE user_id IN ", ids(users, userID))
	if err == nil {
		attachProfiles(users, profiles)
	}
	return err
}

func (h handmade) siblings(ctx context.Context, _ int) ([]*User, error) {
	users, err := h.users(ctx, spec.SiblingUsers)
	if err != nil {
		return nil, err
	}
	return users, h.run(
		func() error { return h.loadPosts(ctx, users) },
		func() error { return h.loadSkills(ctx, users) },
		func() error { return h.loadProfiles(ctx, users) },
	)
}

// How the comments of posts are limited: what stands before the keys and after them.
var (
	limitNone       = [2]string{"SELECT " + commentColumns + " FROM comments WHERE post_id IN ", ""}
	limitCorrelated = [2]string{
		"SELECT " + commentColumns + " FROM comments AS c WHERE post_id IN ",
		" AND id IN (SELECT id FROM comments WHERE post_id = c.post_id ORDER BY id DESC LIMIT 3)",
	}
	limitWindow = [2]string{
		"SELECT " + commentColumns + " FROM (SELECT " + commentColumns + ", ROW_NUMBER() OVER (PARTITION BY post_id ORDER BY id DESC) AS n FROM comments WHERE post_id IN ",
		") AS c WHERE n <= 3",
	}
)

func (h handmade) groupLimit(query [2]string) func(context.Context, int) ([]*Post, error) {
	return func(ctx context.Context, _ int) ([]*Post, error) {
		posts, err := selectSQL(ctx, h.statements, (*Post).fields, "SELECT "+postColumns+" FROM posts WHERE id <= ? ORDER BY id", spec.GroupLimitPosts)
		if err != nil {
			return nil, err
		}
		keys, args := h.keys(ids(posts, postID))
		comments, err := selectSQL(ctx, h.statements, (*Comment).fields, query[0]+keys+query[1], args...)
		if err != nil {
			return nil, err
		}
		attachComments(posts, comments)
		cutComments(posts)
		return posts, nil
	}
}

const (
	countCorrelated = "SELECT " + userColumns + ", (SELECT COUNT(*) FROM posts WHERE user_id = users.id) FROM users WHERE id <= ? ORDER BY id"
	countJoined     = "SELECT " + userColumns + ", COALESCE(n, 0) FROM users LEFT JOIN (SELECT user_id, COUNT(*) AS n FROM posts GROUP BY user_id) AS p ON p.user_id = users.id WHERE id <= ? ORDER BY id"
)

func (h handmade) counting(query string) func(context.Context, int) ([]*User, error) {
	return func(ctx context.Context, _ int) ([]*User, error) {
		return selectSQL(ctx, h.statements, (*User).fieldsWithCount, query, spec.Users)
	}
}

const (
	hasJoined = "SELECT " + postColumns + " FROM posts JOIN (SELECT post_id FROM comments GROUP BY post_id HAVING COUNT(*) > ?) AS c ON c.post_id = posts.id ORDER BY id"
	hasIn     = "SELECT " + postColumns + " FROM posts WHERE id IN (SELECT post_id FROM comments GROUP BY post_id HAVING COUNT(*) > ?) ORDER BY id"
)

func (h handmade) whereHas(query string) func(context.Context, int) ([]*Post, error) {
	return func(ctx context.Context, _ int) ([]*Post, error) {
		return selectSQL(ctx, h.statements, (*Post).fields, query, spec.WhereHasMore)
	}
}

const insertEvents = "INSERT INTO events (user_id, title, body, likes, published, created_at, updated_at) VALUES "

var insertOne = insertEvents + "(?, ?, ?, ?, ?, ?, ?)"

func (p *Post) values(to []any) []any {
	return append(to, p.UserID, p.Title, p.Body, p.Likes, p.Published, p.CreatedAt, p.UpdatedAt)
}

func (h handmade) insertOne(ctx context.Context, i int) (*Post, error) {
	e := newEvent(i)
	result, err := h.exec(ctx, insertOne, e.values(nil)...)
	if err != nil {
		return nil, err
	}
	e.ID, err = result.LastInsertId()
	return e, err
}

func (h handmade) insertReturning(ctx context.Context, i int) (*Post, error) {
	e := newEvent(i)
	st, err := h.prepare(ctx, insertOne+" RETURNING id")
	if err != nil {
		return nil, err
	}
	return e, st.QueryRowContext(ctx, e.values(nil)...).Scan(&e.ID)
}

var insertMany = insertEvents + strings.Repeat("(?,?,?,?,?,?,?),", spec.InsertSize-1) + "(?,?,?,?,?,?,?) RETURNING id"

func (h handmade) insertMany(ctx context.Context, _ int) ([]*Post, error) {
	events := newEvents()
	args := make([]any, 0, 7*len(events))
	for _, e := range events {
		args = e.values(args)
	}
	rows, err := h.query(ctx, insertMany, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&events[i].ID); err != nil {
			return nil, err
		}
	}
	return events, rows.Err()
}

// sync replaces all rows: with few of them that is cheaper than to read them first.
func (h handmade) sync(ctx context.Context, i int) error {
	tx, err := h.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	remove, err := h.prepare(ctx, "DELETE FROM skill_user WHERE user_id = ?")
	if err != nil {
		return err
	}
	skills := spec.SyncSkills(i)
	insert, err := h.prepare(ctx, "INSERT INTO skill_user (user_id, skill_id, proficiency) VALUES (?,?,?)"+strings.Repeat(",(?,?,?)", len(skills)-1))
	if err != nil {
		return err
	}
	if _, err := tx.StmtContext(ctx, remove).ExecContext(ctx, spec.SyncUser); err != nil {
		return err
	}
	args := make([]any, 0, 3*len(skills))
	for _, s := range skills {
		args = append(args, s.UserID, s.SkillID, s.Proficiency)
	}
	if _, err := tx.StmtContext(ctx, insert).ExecContext(ctx, args...); err != nil {
		return err
	}
	return tx.Commit()
}

func (h handmade) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	_, err := h.exec(ctx, "UPDATE events SET title = ?, updated_at = ? WHERE id = ?", title, spec.Time(at), 1)
	return err
}
