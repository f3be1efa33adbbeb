// Package postgres does the works with Bob's models.
package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/aarondl/opt/null"
	"github.com/aarondl/opt/omit"
	"github.com/stephenafamo/bob"
	"github.com/stephenafamo/bob/dialect/psql"
	"github.com/stephenafamo/bob/dialect/psql/dialect"
	"github.com/stephenafamo/bob/dialect/psql/dm"
	"github.com/stephenafamo/bob/dialect/psql/sm"
	"github.com/stephenafamo/bob/dialect/psql/um"
	"github.com/stephenafamo/scan"

	"github.com/lucid-go/lucid/bench/peers/bob/postgres/models"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

type works[Tx bob.Transaction] struct{ db bob.Transactor[Tx] }

// Add adds the works with one of Bob's drivers.
func Add[Tx bob.Transaction](ops *peer.Ops, variant string, db bob.Transactor[Tx]) {
	w := works[Tx]{db}
	for work, op := range map[*spec.Work]spec.Op{
		spec.FindByPK:          spec.Read(variant, w.find),
		spec.Select10k:         spec.Read(variant, w.selectAll),
		spec.PreloadHasMany:    spec.Read(variant, w.hasMany),
		spec.PreloadNested:     spec.Read(variant, w.nested),
		spec.PreloadManyToMany: spec.Read(variant, w.manyToMany),
		spec.PreloadSiblings:   spec.Read(variant, w.siblings),
		spec.WithCount:         spec.Read(variant, w.withCount),
		spec.WhereHas:          spec.Read(variant, w.whereHas),
		spec.InsertOne:         spec.Insert(variant, w.insertOne),
		spec.InsertMany:        spec.Insert(variant, w.insertMany),
		spec.SyncPivot:         spec.Write(variant, w.sync),
		spec.UpdateOne:         spec.Write(variant, w.update),
	} {
		ops.Of[work] = append(ops.Of[work], op)
	}
}

type query = bob.Mod[*dialect.SelectQuery]

func (w works[Tx]) find(ctx context.Context, i int) (*models.Post, error) {
	return models.FindPost(ctx, w.db, spec.PostID(i))
}

func (w works[Tx]) selectAll(ctx context.Context, _ int) (models.PostSlice, error) {
	return models.Posts.Query(sm.OrderBy(models.Posts.Columns.ID)).All(ctx, w.db)
}

// users reads the first n users.
func (w works[Tx]) users(ctx context.Context, n int, with ...query) (models.UserSlice, error) {
	mods := append([]query{sm.Where(models.Users.Columns.ID.LTE(psql.Arg(n))), sm.OrderBy(models.Users.Columns.ID)}, with...)
	return models.Users.Query(mods...).All(ctx, w.db)
}

func (w works[Tx]) hasMany(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.Users, models.SelectThenLoad.User.Posts())
}

func (w works[Tx]) nested(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.NestedUsers, models.SelectThenLoad.User.Posts(models.SelectThenLoad.Post.Comments(models.Preload.Comment.User())))
}

func (w works[Tx]) manyToMany(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.Users, models.SelectThenLoad.User.SkillUsers(models.Preload.SkillUser.Skill()))
}

func (w works[Tx]) siblings(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.SiblingUsers,
		models.Preload.User.Profile(),
		models.SelectThenLoad.User.Posts(),
		models.SelectThenLoad.User.SkillUsers(models.Preload.SkillUser.Skill()))
}

// User is a row with a value that the model has no field for. It cannot embed the model, whose hooks
// Bob would then want of a slice of these.
type User struct {
	ID         int64           `db:"id"`
	CountryID  null.Val[int64] `db:"country_id"`
	Email      string          `db:"email"`
	Name       string          `db:"name"`
	CreatedAt  time.Time       `db:"created_at"`
	UpdatedAt  time.Time       `db:"updated_at"`
	PostsCount int64           `db:"posts_count"`
}

func (w works[Tx]) withCount(ctx context.Context, _ int) ([]*User, error) {
	count := psql.Select(sm.Columns(psql.Raw("COUNT(*)")), sm.From(models.Posts.Name()), sm.Where(models.Posts.Columns.UserID.EQ(models.Users.Columns.ID)))
	users := psql.Select(
		sm.Columns(models.Users.Columns, psql.Group(count).As("posts_count")), sm.From(models.Users.Name()),
		sm.Where(models.Users.Columns.ID.LTE(psql.Arg(spec.Users))), sm.OrderBy(models.Users.Columns.ID))
	return bob.All(ctx, w.db, users, scan.StructMapper[*User]())
}

func (w works[Tx]) whereHas(ctx context.Context, _ int) (models.PostSlice, error) {
	has := psql.Select(
		sm.Columns(models.Comments.Columns.PostID), sm.From(models.Comments.Name()), sm.GroupBy(models.Comments.Columns.PostID),
		sm.Having(psql.Raw("COUNT(*) > ?", spec.WhereHasMore)))
	return models.Posts.Query(sm.Where(models.Posts.Columns.ID.In(has)), sm.OrderBy(models.Posts.Columns.ID)).All(ctx, w.db)
}

func newEvent(i int) *models.EventSetter {
	e := spec.Event(i)
	return &models.EventSetter{
		UserID: omit.From(e.UserID), Title: omit.From(e.Title), Body: omit.From(e.Body), Likes: omit.From(e.Likes), Published: omit.From(e.Published),
		CreatedAt: omit.From(spec.Time(e.CreatedAt)), UpdatedAt: omit.From(spec.Time(e.UpdatedAt)),
	}
}

func (w works[Tx]) insertOne(ctx context.Context, i int) (*models.Event, error) {
	return models.Events.Insert(newEvent(i)).One(ctx, w.db)
}

func (w works[Tx]) insertMany(ctx context.Context, _ int) (models.EventSlice, error) {
	events := make([]*models.EventSetter, spec.InsertSize)
	for i := range events {
		events[i] = newEvent(i)
	}
	return models.Events.Insert(bob.ToMods(events...)).All(ctx, w.db)
}

func (w works[Tx]) sync(ctx context.Context, i int) error {
	tx, err := w.db.Begin(ctx)
	if err != nil {
		return err
	}
	if err := replaceSkills(ctx, tx, spec.SyncSkills(i)); err != nil {
		return errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

func replaceSkills(ctx context.Context, tx bob.Executor, skills []spec.Pivot) error {
	if _, err := models.SkillUsers.Delete(dm.Where(models.SkillUsers.Columns.UserID.EQ(psql.Arg(spec.SyncUser)))).Exec(ctx, tx); err != nil {
		return err
	}
	pivots := make([]*models.SkillUserSetter, len(skills))
	for i, s := range skills {
		pivots[i] = &models.SkillUserSetter{UserID: omit.From(s.UserID), SkillID: omit.From(s.SkillID), Proficiency: omit.From(s.Proficiency)}
	}
	_, err := models.SkillUsers.Insert(bob.ToMods(pivots...)).Exec(ctx, tx)
	return err
}

func (w works[Tx]) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	set := models.EventSetter{Title: omit.From(title), UpdatedAt: omit.From(spec.Time(at))}
	_, err := models.Events.Update(set.UpdateMod(), um.Where(models.Events.Columns.ID.EQ(psql.Arg(1)))).Exec(ctx, w.db)
	return err
}
