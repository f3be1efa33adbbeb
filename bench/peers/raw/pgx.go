package raw

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// native is the works on PostgreSQL through pgx, which prepares each text once by itself.
type native struct {
	pool *pgxpool.Pool
}

func openPgx(ctx context.Context, db *database.Database) (*peer.Ops, error) {
	pool, err := db.Pgx(ctx, database.PoolSize)
	if err != nil {
		return nil, err
	}
	n := native{pool}
	return &peer.Ops{
		Of: map[*spec.Work][]spec.Op{
			spec.FindByPK:          {spec.Read("pgx", n.find)},
			spec.Select10k:         {spec.Read("pgx", n.selectAll)},
			spec.PreloadHasMany:    {spec.Read("any", n.hasMany)},
			spec.PreloadNested:     {spec.Read("any", n.nested)},
			spec.PreloadManyToMany: {spec.Read("any", n.manyToMany)},
			spec.PreloadSiblings: {
				spec.Read("batch", n.siblingsBatch),
				spec.Read("concurrent", n.siblingsConcurrent),
			},
			spec.GroupLimit: {
				spec.Read("lateral", n.groupLimit(limitLateralPgx)),
				spec.Read("window", n.groupLimit(limitWindowPgx)),
				spec.Read("cut in Go", n.groupLimit(commentsPgx)),
			},
			spec.WithCount: {
				spec.Read("join", n.counting(countJoinedPgx)),
				spec.Read("correlated", n.counting(countCorrelatedPgx)),
			},
			spec.WhereHas: {
				spec.Read("in", n.whereHas(hasInPgx)),
				spec.Read("join", n.whereHas(hasJoinedPgx)),
			},
			spec.InsertOne:  {spec.Insert("returning", n.insertOne)},
			spec.InsertMany: {spec.Insert("unnest", n.insertMany)},
			spec.SyncPivot: {
				spec.Write("cte", n.syncCTE),
				spec.Write("batch", n.syncBatch),
			},
			spec.UpdateOne: {spec.Write("pgx", n.update)},
		},
		Close: func() error { pool.Close(); return nil },
	}, nil
}

func selectPgx[T any](ctx context.Context, n native, fields func(*T, []any) []any, text string, args ...any) ([]*T, error) {
	rows, err := n.pool.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return collect(rows, fields)
}

const (
	usersPgx    = "SELECT " + userColumns + " FROM users WHERE id <= $1 ORDER BY id"
	postsPgx    = "SELECT " + postColumns + " FROM posts WHERE user_id = ANY($1)"
	profilesPgx = "SELECT " + profileColumns + " FROM profiles WHERE user_id = ANY($1)"
	commentsPgx = "SELECT " + commentColumns + " FROM comments WHERE post_id = ANY($1)"
	authorsPgx  = "SELECT " + userColumns + " FROM users WHERE id = ANY($1)"
	pivotsPgx   = "SELECT " + pivotColumns + " FROM skill_user WHERE user_id = ANY($1)"
	skillsPgx   = "SELECT " + skillColumns + " FROM skills WHERE id = ANY($1)"
)

func (n native) find(ctx context.Context, i int) (*Post, error) {
	p := &Post{}
	return p, n.pool.QueryRow(ctx, "SELECT "+postColumns+" FROM posts WHERE id = $1", spec.PostID(i)).Scan(p.fields(nil)...)
}

func (n native) selectAll(ctx context.Context, _ int) ([]*Post, error) {
	return selectPgx(ctx, n, (*Post).fields, "SELECT "+postColumns+" FROM posts ORDER BY id")
}

func (n native) hasMany(ctx context.Context, _ int) ([]*User, error) {
	users, err := selectPgx(ctx, n, (*User).fields, usersPgx, spec.Users)
	if err != nil {
		return nil, err
	}
	return users, n.loadPosts(ctx, users)
}

func (n native) loadPosts(ctx context.Context, users []*User) error {
	posts, err := selectPgx(ctx, n, (*Post).fields, postsPgx, ids(users, userID))
	if err == nil {
		attachPosts(users, posts)
	}
	return err
}

func (n native) nested(ctx context.Context, _ int) ([]*User, error) {
	users, err := selectPgx(ctx, n, (*User).fields, usersPgx, spec.NestedUsers)
	if err != nil {
		return nil, err
	}
	posts, err := selectPgx(ctx, n, (*Post).fields, postsPgx, ids(users, userID))
	if err != nil {
		return nil, err
	}
	comments, err := selectPgx(ctx, n, (*Comment).fields, commentsPgx, ids(posts, postID))
	if err != nil {
		return nil, err
	}
	authors, err := selectPgx(ctx, n, (*User).fields, authorsPgx, distinct(comments, commentAuthor))
	if err != nil {
		return nil, err
	}
	attachPosts(users, posts)
	attachComments(posts, comments)
	attachAuthors(comments, authors)
	return users, nil
}

func (n native) manyToMany(ctx context.Context, _ int) ([]*User, error) {
	users, err := selectPgx(ctx, n, (*User).fields, usersPgx, spec.Users)
	if err != nil {
		return nil, err
	}
	return users, n.loadSkills(ctx, users)
}

func (n native) loadSkills(ctx context.Context, users []*User) error {
	pivots, err := selectPgx(ctx, n, (*Pivot).fields, pivotsPgx, ids(users, userID))
	if err != nil {
		return err
	}
	skills, err := selectPgx(ctx, n, (*Skill).fields, skillsPgx, distinct(pivots, pivotSkill))
	if err != nil {
		return err
	}
	attachSkills(users, pivots, skills)
	return nil
}

func (n native) loadProfiles(ctx context.Context, users []*User) error {
	profiles, err := selectPgx(ctx, n, (*Profile).fields, profilesPgx, ids(users, userID))
	if err == nil {
		attachProfiles(users, profiles)
	}
	return err
}

func (n native) siblingsConcurrent(ctx context.Context, _ int) ([]*User, error) {
	users, err := selectPgx(ctx, n, (*User).fields, usersPgx, spec.SiblingUsers)
	if err != nil {
		return nil, err
	}
	return users, concurrently(
		func() error { return n.loadPosts(ctx, users) },
		func() error { return n.loadSkills(ctx, users) },
		func() error { return n.loadProfiles(ctx, users) },
	)
}

// siblingsBatch sends posts, profiles and pivot rows in one round trip. The skills need the pivot
// rows' keys: they are chosen by a subquery, to be in the same batch.
func (n native) siblingsBatch(ctx context.Context, _ int) ([]*User, error) {
	users, err := selectPgx(ctx, n, (*User).fields, usersPgx, spec.SiblingUsers)
	if err != nil {
		return nil, err
	}
	keys := ids(users, userID)
	batch := &pgx.Batch{}
	batch.Queue(postsPgx, keys)
	batch.Queue(profilesPgx, keys)
	batch.Queue(pivotsPgx, keys)
	batch.Queue("SELECT "+skillColumns+" FROM skills WHERE id IN (SELECT skill_id FROM skill_user WHERE user_id = ANY($1))", keys)
	results := n.pool.SendBatch(ctx, batch)
	defer func() { _ = results.Close() }()
	posts, err := next(results, (*Post).fields)
	if err != nil {
		return nil, err
	}
	attachPosts(users, posts)
	profiles, err := next(results, (*Profile).fields)
	if err != nil {
		return nil, err
	}
	attachProfiles(users, profiles)
	pivots, err := next(results, (*Pivot).fields)
	if err != nil {
		return nil, err
	}
	skills, err := next(results, (*Skill).fields)
	if err != nil {
		return nil, err
	}
	attachSkills(users, pivots, skills)
	return users, results.Close()
}

// next reads the rows of a batch's next statement.
func next[T any](results pgx.BatchResults, fields func(*T, []any) []any) ([]*T, error) {
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return collect(rows, fields)
}

const (
	limitLateralPgx = "SELECT c.* FROM unnest($1::bigint[]) AS k (id) CROSS JOIN LATERAL " +
		"(SELECT " + commentColumns + " FROM comments WHERE post_id = k.id ORDER BY id DESC LIMIT 3) AS c"
	limitWindowPgx = "SELECT " + commentColumns + " FROM (SELECT " + commentColumns + ", ROW_NUMBER() OVER (PARTITION BY post_id ORDER BY id DESC) AS n " +
		"FROM comments WHERE post_id = ANY($1)) AS c WHERE n <= 3"
)

func (n native) groupLimit(query string) func(context.Context, int) ([]*Post, error) {
	return func(ctx context.Context, _ int) ([]*Post, error) {
		posts, err := selectPgx(ctx, n, (*Post).fields, "SELECT "+postColumns+" FROM posts WHERE id <= $1 ORDER BY id", spec.GroupLimitPosts)
		if err != nil {
			return nil, err
		}
		comments, err := selectPgx(ctx, n, (*Comment).fields, query, ids(posts, postID))
		if err != nil {
			return nil, err
		}
		attachComments(posts, comments)
		cutComments(posts)
		return posts, nil
	}
}

const (
	countCorrelatedPgx = "SELECT " + userColumns + ", (SELECT COUNT(*) FROM posts WHERE user_id = users.id) FROM users WHERE id <= $1 ORDER BY id"
	countJoinedPgx     = "SELECT " + userColumns + ", COALESCE(n, 0) FROM users LEFT JOIN (SELECT user_id, COUNT(*) AS n FROM posts GROUP BY user_id) AS p ON p.user_id = users.id WHERE id <= $1 ORDER BY id"
	hasInPgx           = "SELECT " + postColumns + " FROM posts WHERE id IN (SELECT post_id FROM comments GROUP BY post_id HAVING COUNT(*) > $1) ORDER BY id"
	hasJoinedPgx       = "SELECT " + postColumns + " FROM posts JOIN (SELECT post_id FROM comments GROUP BY post_id HAVING COUNT(*) > $1) AS c ON c.post_id = posts.id ORDER BY id"
)

func (n native) counting(query string) func(context.Context, int) ([]*User, error) {
	return func(ctx context.Context, _ int) ([]*User, error) {
		return selectPgx(ctx, n, (*User).fieldsWithCount, query, spec.Users)
	}
}

func (n native) whereHas(query string) func(context.Context, int) ([]*Post, error) {
	return func(ctx context.Context, _ int) ([]*Post, error) {
		return selectPgx(ctx, n, (*Post).fields, query, spec.WhereHasMore)
	}
}

func (n native) insertOne(ctx context.Context, i int) (*Post, error) {
	e := newEvent(i)
	return e, n.pool.QueryRow(ctx, insertEvents+"($1, $2, $3, $4, $5, $6, $7) RETURNING id", e.values(nil)...).Scan(&e.ID)
}

// insertMany sends a column as an array: seven arguments whatever the number of rows.
func (n native) insertMany(ctx context.Context, _ int) ([]*Post, error) {
	events := newEvents()
	userIDs, likes := make([]int64, len(events)), make([]int64, len(events))
	titles, bodies := make([]string, len(events)), make([]string, len(events))
	published := make([]bool, len(events))
	created, updated := make([]time.Time, len(events)), make([]time.Time, len(events))
	for i, e := range events {
		userIDs[i], titles[i], bodies[i], likes[i], published[i], created[i], updated[i] = e.UserID, e.Title, e.Body, e.Likes, e.Published, e.CreatedAt, e.UpdatedAt
	}
	rows, err := n.pool.Query(ctx, "INSERT INTO events (user_id, title, body, likes, published, created_at, updated_at) "+
		"SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::timestamptz[], $7::timestamptz[]) RETURNING id",
		userIDs, titles, bodies, likes, published, created, updated)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&events[i].ID); err != nil {
			return nil, err
		}
	}
	return events, rows.Err()
}

const upsertPivots = "INSERT INTO skill_user (user_id, skill_id, proficiency) SELECT $1, * FROM unnest($2::bigint[], $3::text[])"

// syncCTE is one statement: it inserts and changes in one go, and deletes the others beside it.
func (n native) syncCTE(ctx context.Context, i int) error {
	skillIDs, proficiencies := syncArrays(i)
	_, err := n.pool.Exec(ctx, "WITH gone AS (DELETE FROM skill_user WHERE user_id = $1 AND skill_id <> ALL($2)) "+
		upsertPivots+" ON CONFLICT (user_id, skill_id) DO UPDATE SET proficiency = EXCLUDED.proficiency", spec.SyncUser, skillIDs, proficiencies)
	return err
}

// syncBatch replaces all rows in one round trip, which is a transaction of its own.
func (n native) syncBatch(ctx context.Context, i int) error {
	skillIDs, proficiencies := syncArrays(i)
	batch := &pgx.Batch{}
	batch.Queue("DELETE FROM skill_user WHERE user_id = $1", spec.SyncUser)
	batch.Queue(upsertPivots, spec.SyncUser, skillIDs, proficiencies)
	return n.pool.SendBatch(ctx, batch).Close()
}

func syncArrays(i int) (skillIDs []int64, proficiencies []string) {
	for _, p := range spec.SyncSkills(i) {
		skillIDs, proficiencies = append(skillIDs, p.SkillID), append(proficiencies, p.Proficiency)
	}
	return skillIDs, proficiencies
}

func (n native) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	_, err := n.pool.Exec(ctx, "UPDATE events SET title = $1, updated_at = $2 WHERE id = $3", title, spec.Time(at), 1)
	return err
}
