// Package postgres does the works with SQLBoiler's models.
package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/aarondl/sqlboiler/v4/boil"
	"github.com/aarondl/sqlboiler/v4/queries/qm"

	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/peers/sqlboiler/postgres/models"
	"github.com/lucid-go/lucid/bench/spec"
)

type works struct{ db *sql.DB }

// Ops is the works on a database.
func Ops(db *sql.DB) *peer.Ops {
	w := works{db}
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
		Close: db.Close,
	}
}

func (w works) find(ctx context.Context, i int) (*models.Post, error) {
	return models.FindPost(ctx, w.db, spec.PostID(i))
}

func (w works) selectAll(ctx context.Context, _ int) (models.PostSlice, error) {
	return models.Posts(qm.OrderBy(models.PostColumns.ID)).All(ctx, w.db)
}

// users reads the first n users.
func (w works) users(ctx context.Context, n int, with ...qm.QueryMod) (models.UserSlice, error) {
	mods := append([]qm.QueryMod{models.UserWhere.ID.LTE(int64(n)), qm.OrderBy(models.UserColumns.ID)}, with...)
	return models.Users(mods...).All(ctx, w.db)
}

func (w works) hasMany(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.Users, qm.Load(models.UserRels.Posts))
}

func (w works) nested(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.NestedUsers, qm.Load(qm.Rels(models.UserRels.Posts, models.PostRels.Comments, models.CommentRels.User)))
}

var skills = qm.Load(qm.Rels(models.UserRels.SkillUsers, models.SkillUserRels.Skill))

func (w works) manyToMany(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.Users, skills)
}

func (w works) siblings(ctx context.Context, _ int) (models.UserSlice, error) {
	return w.users(ctx, spec.SiblingUsers, qm.Load(models.UserRels.Profile), qm.Load(models.UserRels.Posts), skills)
}

// User is a row with a value that the model has no field for.
type User struct {
	models.User `boil:",bind"`
	PostsCount  int64 `boil:"posts_count"`
}

func (w works) withCount(ctx context.Context, _ int) (users []*User, err error) {
	err = models.NewQuery(
		qm.Select("users.*", "(SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) AS posts_count"),
		qm.From(models.TableNames.Users),
		models.UserWhere.ID.LTE(spec.Users),
		qm.OrderBy(models.UserColumns.ID),
	).Bind(ctx, w.db, &users)
	return users, err
}

func (w works) whereHas(ctx context.Context, _ int) (models.PostSlice, error) {
	return models.Posts(
		qm.Where("id IN (SELECT post_id FROM comments GROUP BY post_id HAVING COUNT(*) > ?)", spec.WhereHasMore),
		qm.OrderBy(models.PostColumns.ID),
	).All(ctx, w.db)
}

func newEvent(i int) *models.Event {
	e := spec.Event(i)
	return &models.Event{
		UserID: e.UserID, Title: e.Title, Body: e.Body, Likes: e.Likes, Published: e.Published,
		CreatedAt: spec.Time(e.CreatedAt), UpdatedAt: spec.Time(e.UpdatedAt),
	}
}

func (w works) insertOne(ctx context.Context, i int) (*models.Event, error) {
	e := newEvent(i)
	return e, e.Insert(ctx, w.db, boil.Infer())
}

// insertMany inserts row by row: there is no other way.
func (w works) insertMany(ctx context.Context, _ int) (models.EventSlice, error) {
	events := make(models.EventSlice, spec.InsertSize)
	for i := range events {
		events[i] = newEvent(i)
	}
	return events, w.inTx(ctx, func(tx *sql.Tx) error {
		for _, e := range events {
			if err := e.Insert(ctx, tx, boil.Infer()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w works) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (w works) sync(ctx context.Context, i int) error {
	return w.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := models.SkillUsers(models.SkillUserWhere.UserID.EQ(spec.SyncUser)).DeleteAll(ctx, tx); err != nil {
			return err
		}
		for _, s := range spec.SyncSkills(i) {
			pivot := &models.SkillUser{UserID: s.UserID, SkillID: s.SkillID, Proficiency: s.Proficiency}
			if err := pivot.Insert(ctx, tx, boil.Infer()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w works) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	e := &models.Event{ID: 1, Title: title, UpdatedAt: spec.Time(at)}
	_, err := e.Update(ctx, w.db, boil.Whitelist(models.EventColumns.Title, models.EventColumns.UpdatedAt))
	return err
}
