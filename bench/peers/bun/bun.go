// Package bun does the works with Bun.
package bun

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

// Peer is Bun. It writes values into the text of a statement, so on PostgreSQL it is measured with
// pgx's simple protocol as well, as its documentation advises: a text that never comes again is not
// worth preparing.
var Peer = peer.Peer{Name: "bun", Module: "github.com/uptrace/bun", Open: open}

func open(_ context.Context, at *database.Database) (*peer.Ops, error) {
	handle, err := at.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	ops := &peer.Ops{Of: map[*spec.Work][]spec.Op{}, Close: handle.Close}
	switch at.Kind {
	case database.SQLite:
		works{bun.NewDB(handle, sqlitedialect.New())}.addTo(ops, "")
	case database.MariaDB:
		works{bun.NewDB(handle, mysqldialect.New())}.addTo(ops, "")
	default:
		simple, err := simpleProtocol(at)
		if err != nil {
			return nil, errors.Join(err, handle.Close())
		}
		works{bun.NewDB(handle, pgdialect.New())}.addTo(ops, "extended")
		works{bun.NewDB(simple, pgdialect.New())}.addTo(ops, "simple")
		ops.Close = func() error { return errors.Join(handle.Close(), simple.Close()) }
	}
	return ops, nil
}

func simpleProtocol(at *database.Database) (*sql.DB, error) {
	config, err := pgx.ParseConfig(at.URL())
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(database.PoolSize)
	db.SetMaxIdleConns(database.PoolSize)
	return db, nil
}

type works struct{ db *bun.DB }

func (w works) addTo(ops *peer.Ops, variant string) {
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

func (w works) find(ctx context.Context, i int) (*Post, error) {
	p := &Post{ID: spec.PostID(i)}
	return p, w.db.NewSelect().Model(p).WherePK().Scan(ctx)
}

func (w works) selectAll(ctx context.Context, _ int) (posts []*Post, err error) {
	err = w.db.NewSelect().Model(&posts).Order("id").Scan(ctx)
	return posts, err
}

// users selects the first n users.
func (w works) users(users *[]*User, n int) *bun.SelectQuery {
	return w.db.NewSelect().Model(users).Where("?TableAlias.id <= ?", n).OrderExpr("?TableAlias.id")
}

func (w works) hasMany(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(&users, spec.Users).Relation("Posts").Scan(ctx)
	return users, err
}

func (w works) nested(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(&users, spec.NestedUsers).Relation("Posts.Comments.User").Scan(ctx)
	return users, err
}

func (w works) manyToMany(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(&users, spec.Users).Relation("Skills.Skill").Scan(ctx)
	return users, err
}

func (w works) siblings(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(&users, spec.SiblingUsers).Relation("Profile").Relation("Posts").Relation("Skills.Skill").Scan(ctx)
	return users, err
}

func (w works) withCount(ctx context.Context, _ int) (users []*User, err error) {
	count := w.db.NewSelect().Model((*Post)(nil)).ColumnExpr("COUNT(*)").Where("?TableAlias.user_id = ?", bun.Ident("user.id"))
	err = w.users(&users, spec.Users).ColumnExpr("?TableColumns").ColumnExpr("(?) AS posts_count", count).Scan(ctx)
	return users, err
}

func (w works) whereHas(ctx context.Context, _ int) (posts []*Post, err error) {
	has := w.db.NewSelect().Model((*Comment)(nil)).Column("post_id").Group("post_id").Having("COUNT(*) > ?", spec.WhereHasMore)
	err = w.db.NewSelect().Model(&posts).Where("id IN (?)", has).Order("id").Scan(ctx)
	return posts, err
}

func (w works) insertOne(ctx context.Context, i int) (*Event, error) {
	e := newEvent(i)
	_, err := w.db.NewInsert().Model(e).Exec(ctx)
	return e, err
}

func (w works) insertMany(ctx context.Context, _ int) ([]*Event, error) {
	events := make([]*Event, spec.InsertSize)
	for i := range events {
		events[i] = newEvent(i)
	}
	_, err := w.db.NewInsert().Model(&events).Exec(ctx)
	return events, err
}

func (w works) sync(ctx context.Context, i int) error {
	var pivots []*SkillUser
	for _, s := range spec.SyncSkills(i) {
		pivots = append(pivots, &SkillUser{UserID: s.UserID, SkillID: s.SkillID, Proficiency: s.Proficiency})
	}
	return w.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*SkillUser)(nil)).Where("user_id = ?", spec.SyncUser).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&pivots).Exec(ctx)
		return err
	})
}

func (w works) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	e := &Event{ID: 1, Title: title, UpdatedAt: spec.Time(at)}
	_, err := w.db.NewUpdate().Model(e).Column("title", "updated_at").WherePK().Exec(ctx)
	return err
}
