// Package ent does the works with the client that ent generates.
package ent

import (
	"context"
	"errors"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/ent/gen"
	"github.com/lucid-go/lucid/bench/peers/ent/gen/comment"
	"github.com/lucid-go/lucid/bench/peers/ent/gen/event"
	"github.com/lucid-go/lucid/bench/peers/ent/gen/post"
	"github.com/lucid-go/lucid/bench/peers/ent/gen/skilluser"
	"github.com/lucid-go/lucid/bench/peers/ent/gen/user"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// Peer is ent.
var Peer = peer.Peer{Name: "ent", Module: "entgo.io/ent", Open: open}

type works struct{ client *gen.Client }

func open(_ context.Context, at *database.Database) (*peer.Ops, error) {
	handle, err := at.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	name := map[database.Kind]string{database.SQLite: dialect.SQLite, database.Postgres: dialect.Postgres, database.MariaDB: dialect.MySQL}[at.Kind]
	client := gen.NewClient(gen.Driver(sql.OpenDB(name, handle)))
	w := works{client}
	return &peer.Ops{
		Of: map[*spec.Work][]spec.Op{
			spec.FindByPK:          {spec.Read("", w.find)},
			spec.Select10k:         {spec.Read("", w.selectAll)},
			spec.PreloadHasMany:    {spec.Read("", w.hasMany)},
			spec.PreloadNested:     {spec.Read("", w.nested)},
			spec.PreloadManyToMany: {spec.Read("", w.manyToMany)},
			spec.PreloadSiblings:   {spec.Read("", w.siblings)},
			spec.WithCount:         {spec.Read("", w.withCount)},
			spec.WhereHas:          {spec.Read("", w.whereHas)},
			spec.InsertOne:         {spec.Insert("", w.insertOne)},
			spec.InsertMany:        {spec.Insert("", w.insertMany)},
			spec.SyncPivot:         {spec.Write("", w.sync)},
			spec.UpdateOne:         {spec.Write("", w.update)},
		},
		Close: client.Close,
	}, nil
}

func (w works) find(ctx context.Context, i int) (*gen.Post, error) {
	return w.client.Post.Get(ctx, spec.PostID(i))
}

func (w works) selectAll(ctx context.Context, _ int) ([]*gen.Post, error) {
	return w.client.Post.Query().Order(post.ByID()).All(ctx)
}

// users queries the first n users.
func (w works) users(n int64) *gen.UserQuery {
	return w.client.User.Query().Where(user.IDLTE(n)).Order(user.ByID())
}

func (w works) hasMany(ctx context.Context, _ int) ([]*gen.User, error) {
	return w.users(spec.Users).WithPosts().All(ctx)
}

func (w works) nested(ctx context.Context, _ int) ([]*gen.User, error) {
	return w.users(spec.NestedUsers).WithPosts(func(q *gen.PostQuery) {
		q.WithComments(func(q *gen.CommentQuery) { q.WithUser() })
	}).All(ctx)
}

func withSkill(q *gen.SkillUserQuery) { q.WithSkill() }

func (w works) manyToMany(ctx context.Context, _ int) ([]*gen.User, error) {
	return w.users(spec.Users).WithSkills(withSkill).All(ctx)
}

func (w works) siblings(ctx context.Context, _ int) ([]*gen.User, error) {
	return w.users(spec.SiblingUsers).WithProfile().WithPosts().WithSkills(withSkill).All(ctx)
}

// User is a row with a value that ent has no field for.
type User struct {
	*gen.User
	PostsCount int64
}

func (w works) withCount(ctx context.Context, _ int) ([]*User, error) {
	rows, err := w.users(spec.Users).Modify(func(s *sql.Selector) {
		posts := sql.Dialect(s.Dialect()).Select(sql.Count("*")).From(sql.Table(post.Table))
		posts.Where(sql.ColumnsEQ(posts.C(post.FieldUserID), s.C(user.FieldID)))
		s.AppendSelectExprAs(posts, "posts_count")
	}).All(ctx)
	if err != nil {
		return nil, err
	}
	users := make([]*User, len(rows))
	for i, row := range rows {
		count, err := row.Value("posts_count")
		if err != nil {
			return nil, err
		}
		n, ok := count.(int64)
		if !ok {
			return nil, errors.New("posts_count is no int64")
		}
		users[i] = &User{row, n}
	}
	return users, nil
}

func (w works) whereHas(ctx context.Context, _ int) ([]*gen.Post, error) {
	return w.client.Post.Query().Where(func(s *sql.Selector) {
		comments := sql.Dialect(s.Dialect()).Select(comment.FieldPostID).From(sql.Table(comment.Table))
		comments.GroupBy(comment.FieldPostID).Having(sql.GT(sql.Count("*"), spec.WhereHasMore))
		s.Where(sql.In(s.C(post.FieldID), comments))
	}).Order(post.ByID()).All(ctx)
}

func (w works) newEvent(i int) *gen.EventCreate {
	e := spec.Event(i)
	return w.client.Event.Create().SetUserID(e.UserID).SetTitle(e.Title).SetBody(e.Body).SetLikes(e.Likes).
		SetPublished(e.Published).SetCreatedAt(spec.Time(e.CreatedAt)).SetUpdatedAt(spec.Time(e.UpdatedAt))
}

func (w works) insertOne(ctx context.Context, i int) (*gen.Event, error) {
	return w.newEvent(i).Save(ctx)
}

func (w works) insertMany(ctx context.Context, _ int) ([]*gen.Event, error) {
	events := make([]*gen.EventCreate, spec.InsertSize)
	for i := range events {
		events[i] = w.newEvent(i)
	}
	return w.client.Event.CreateBulk(events...).Save(ctx)
}

func (w works) sync(ctx context.Context, i int) error {
	tx, err := w.client.Tx(ctx)
	if err != nil {
		return err
	}
	if err := replaceSkills(ctx, tx, spec.SyncSkills(i)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func replaceSkills(ctx context.Context, tx *gen.Tx, skills []spec.Pivot) error {
	if _, err := tx.SkillUser.Delete().Where(skilluser.UserID(spec.SyncUser)).Exec(ctx); err != nil {
		return err
	}
	var pivots []*gen.SkillUserCreate
	for _, s := range skills {
		pivots = append(pivots, tx.SkillUser.Create().SetUserID(s.UserID).SetSkillID(s.SkillID).SetProficiency(s.Proficiency))
	}
	return tx.SkillUser.CreateBulk(pivots...).Exec(ctx)
}

// update goes without UpdateOneID, which selects the row again in a transaction.
func (w works) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	return w.client.Event.Update().Where(event.ID(1)).SetTitle(title).SetUpdatedAt(spec.Time(at)).Exec(ctx)
}
