// Package lucid does the works with lucid's public interface, as a program that uses it would.
package lucid

import (
	"context"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// Peer is lucid.
var Peer = peer.Peer{Name: "lucid", Module: "github.com/lucid-go/lucid", Open: open}

// works is the works on one database.
type works struct {
	db *lucid.DB

	// What a program has read before it writes; what is measured is the write. The first iteration
	// after a reset, which is not counted, reads them.
	user  *User  // whose skills sync_pivot replaces
	event *Event // which update_one saves
}

func open(ctx context.Context, at *database.Database) (*peer.Ops, error) {
	db, err := Connect(ctx, at, database.PoolSize)
	if err != nil {
		return nil, err
	}
	w := &works{db: db}
	return &peer.Ops{
		Of: map[*spec.Work][]spec.Op{
			spec.FindByPK:          {spec.Read("", w.find)},
			spec.Select10k:         {spec.Read("", w.selectAll)},
			spec.PreloadHasMany:    {spec.Read("", w.hasMany)},
			spec.PreloadNested:     {spec.Read("", w.nested)},
			spec.PreloadManyToMany: {spec.Read("", w.manyToMany)},
			spec.PreloadSiblings:   {spec.Read("", w.siblings)},
			spec.GroupLimit:        {spec.Read("", w.groupLimit)},
			spec.WithCount:         {spec.Read("", w.withCount)},
			spec.WhereHas:          {spec.Read("", w.whereHas)},
			spec.InsertOne:         {spec.Insert("", w.insertOne)},
			spec.InsertMany:        {spec.Insert("", w.insertMany)},
			spec.SyncPivot:         {spec.Write("", w.sync)},
			spec.UpdateOne:         {spec.Write("", w.update)},
		},
		Close: db.Close,
	}, nil
}

// Connect wraps a pool of so many connections.
func Connect(ctx context.Context, at *database.Database, conns int) (*lucid.DB, error) {
	if at.Kind == database.Postgres {
		pool, err := at.Pgx(ctx, conns)
		if err != nil {
			return nil, err
		}
		return lucid.NewPgx(pool), nil
	}
	handle, err := at.SQL(conns)
	if err != nil {
		return nil, err
	}
	if at.Kind == database.MariaDB {
		return lucid.NewSQL(handle, lucid.MySQL), nil
	}
	return lucid.NewSQL(handle, lucid.SQLite), nil
}

func (w *works) find(ctx context.Context, i int) (*Post, error) {
	return lucid.From[Post](w.db).Find(ctx, spec.PostID(i))
}

func (w *works) selectAll(ctx context.Context, _ int) ([]*Post, error) {
	return lucid.From[Post](w.db).OrderBy("id").All(ctx)
}

// users is the first n users.
func (w *works) users(n int) *lucid.Query[User] {
	return lucid.From[User](w.db).Where("id", "<=", n).OrderBy("id")
}

func (w *works) hasMany(ctx context.Context, _ int) ([]*User, error) {
	return w.users(spec.Users).Preload(UserPosts).All(ctx)
}

func (w *works) nested(ctx context.Context, _ int) ([]*User, error) {
	return w.users(spec.NestedUsers).Preload(UserPosts.Preload(PostComments.Preload(CommentUser))).All(ctx)
}

func (w *works) manyToMany(ctx context.Context, _ int) ([]*User, error) {
	return w.users(spec.Users).Preload(UserSkills).All(ctx)
}

func (w *works) siblings(ctx context.Context, _ int) ([]*User, error) {
	return w.users(spec.SiblingUsers).Preload(UserProfile, UserPosts, UserSkills).All(ctx)
}

func latest(q *lucid.Query[Comment]) { q.OrderByDesc("id").GroupLimit(spec.GroupLimitSize) }

func (w *works) groupLimit(ctx context.Context, _ int) ([]*Post, error) {
	return lucid.From[Post](w.db).Where("id", "<=", spec.GroupLimitPosts).OrderBy("id").Preload(PostComments.With(latest)).All(ctx)
}

func (w *works) withCount(ctx context.Context, _ int) ([]*User, error) {
	return w.users(spec.Users).WithCount(UserPosts).All(ctx)
}

func (w *works) whereHas(ctx context.Context, _ int) ([]*Post, error) {
	return lucid.From[Post](w.db).Has(PostComments, lucid.Count(">", spec.WhereHasMore)).OrderBy("id").All(ctx)
}

func (w *works) insertOne(ctx context.Context, i int) (*Event, error) {
	e := newEvent(i)
	return e, lucid.Create(ctx, w.db, e)
}

func (w *works) insertMany(ctx context.Context, _ int) ([]*Event, error) {
	events := make([]*Event, spec.InsertSize)
	for i := range events {
		events[i] = newEvent(i)
	}
	return events, lucid.Create(ctx, w.db, events...)
}

func (w *works) sync(ctx context.Context, i int) (err error) {
	if i == 0 {
		if w.user, err = lucid.From[User](w.db).Find(ctx, spec.SyncUser); err != nil {
			return err
		}
	}
	var skills []any
	for _, s := range spec.SyncSkills(i) {
		skills = append(skills, lucid.Pivot{ID: s.SkillID, Values: lucid.Values{"proficiency": s.Proficiency}})
	}
	_, err = UserSkills.Sync(ctx, w.db, w.user, skills...)
	return err
}

func (w *works) update(ctx context.Context, i int) (err error) {
	if i == 0 {
		if w.event, err = lucid.From[Event](w.db).Find(ctx, 1); err != nil {
			return err
		}
	}
	title, at := spec.Edit(i)
	w.event.Title, w.event.UpdatedAt = title, spec.Time(at)
	return lucid.Save(ctx, w.db, w.event)
}
