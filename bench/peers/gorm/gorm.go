// Package gorm does the works with GORM: as it comes, and with the two settings that its documentation
// advises for speed.
package gorm

import (
	"context"

	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/peers/peer"
	"github.com/lucid-go/lucid/bench/spec"
)

const module = "gorm.io/gorm"

// Default is GORM as it comes; Tuned keeps prepared statements and leaves out the transaction around
// each write.
var (
	Default = peer.Peer{Name: "gorm", Module: module, Open: func(_ context.Context, at *database.Database) (*peer.Ops, error) {
		return open(at, gorm.Config{})
	}}
	Tuned = peer.Peer{Name: "gorm-tuned", Module: module, Open: func(_ context.Context, at *database.Database) (*peer.Ops, error) {
		return open(at, gorm.Config{PrepareStmt: true, SkipDefaultTransaction: true})
	}}
)

type works struct{ db *gorm.DB }

func open(at *database.Database, config gorm.Config) (*peer.Ops, error) {
	handle, err := at.SQL(database.PoolSize)
	if err != nil {
		return nil, err
	}
	var dialector gorm.Dialector
	switch at.Kind {
	case database.SQLite:
		dialector = sqlite.New(sqlite.Config{Conn: handle})
	case database.Postgres:
		dialector = postgres.New(postgres.Config{Conn: handle})
	default:
		dialector = mysql.New(mysql.Config{Conn: handle})
	}
	config.Logger = logger.Discard
	db, err := gorm.Open(dialector, &config)
	if err != nil {
		return nil, err
	}
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
		Close: handle.Close,
	}, nil
}

func (w works) find(ctx context.Context, i int) (*Post, error) {
	p := &Post{}
	return p, w.db.WithContext(ctx).First(p, spec.PostID(i)).Error
}

func (w works) selectAll(ctx context.Context, _ int) (posts []*Post, err error) {
	err = w.db.WithContext(ctx).Order("id").Find(&posts).Error
	return posts, err
}

// users is the first n users.
func (w works) users(ctx context.Context, n int) *gorm.DB {
	return w.db.WithContext(ctx).Where("id <= ?", n).Order("id")
}

func (w works) hasMany(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(ctx, spec.Users).Preload("Posts").Find(&users).Error
	return users, err
}

func (w works) nested(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(ctx, spec.NestedUsers).Preload("Posts.Comments.User").Find(&users).Error
	return users, err
}

func (w works) manyToMany(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(ctx, spec.Users).Preload("Skills.Skill").Find(&users).Error
	return users, err
}

func (w works) siblings(ctx context.Context, _ int) (users []*User, err error) {
	err = w.users(ctx, spec.SiblingUsers).Preload("Profile").Preload("Posts").Preload("Skills.Skill").Find(&users).Error
	return users, err
}

func (w works) withCount(ctx context.Context, _ int) (users []*User, err error) {
	count := w.db.Model(&Post{}).Select("COUNT(*)").Where("posts.user_id = users.id")
	err = w.users(ctx, spec.Users).Select("users.*, (?) AS posts_count", count).Find(&users).Error
	return users, err
}

func (w works) whereHas(ctx context.Context, _ int) (posts []*Post, err error) {
	has := w.db.Model(&Comment{}).Select("post_id").Group("post_id").Having("COUNT(*) > ?", spec.WhereHasMore)
	err = w.db.WithContext(ctx).Where("id IN (?)", has).Order("id").Find(&posts).Error
	return posts, err
}

func (w works) insertOne(ctx context.Context, i int) (*Event, error) {
	e := newEvent(i)
	return e, w.db.WithContext(ctx).Create(e).Error
}

func (w works) insertMany(ctx context.Context, _ int) ([]*Event, error) {
	events := make([]*Event, spec.InsertSize)
	for i := range events {
		events[i] = newEvent(i)
	}
	return events, w.db.WithContext(ctx).Create(&events).Error
}

// sync replaces the pivot rows: Association("Skills").Replace cannot set the pivot's columns.
func (w works) sync(ctx context.Context, i int) error {
	var pivots []SkillUser
	for _, s := range spec.SyncSkills(i) {
		pivots = append(pivots, SkillUser{UserID: s.UserID, SkillID: s.SkillID, Proficiency: s.Proficiency})
	}
	return w.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Where("user_id = ?", spec.SyncUser).Delete(&SkillUser{}).Error; err != nil {
			return err
		}
		return tx.Create(&pivots).Error
	})
}

func (w works) update(ctx context.Context, i int) error {
	title, at := spec.Edit(i)
	return w.db.WithContext(ctx).Model(&Event{ID: 1}).Updates(Event{Title: title, UpdatedAt: spec.Time(at)}).Error
}
