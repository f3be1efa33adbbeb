package app

import (
	"context"
	"time"

	"github.com/lucid-go/lucid"
)

// Gazette has a column for each option, and hooks that write down when they ran.
type Gazette struct {
	lucid.Model
	ID        int64
	Title     string
	Status    string     `db:",default"`
	Size      int64      `db:",readonly"`
	Revision  int        `db:",version"`
	CreatedAt time.Time  `db:",autocreate"`
	UpdatedAt time.Time  `db:",autocreate,autoupdate"`
	DeletedAt *time.Time `db:",softdelete"`

	Ran    []string                `db:"-" json:"-"` // hooks, in order, with what they saw
	OnHook func(name string) error `db:"-" json:"-"` // what they do besides
}

// Gazettes is the table of Gazette.
const Gazettes = `CREATE TABLE gazettes (id {id}, title {text} NOT NULL UNIQUE, status {text} DEFAULT 'draft',
	size INTEGER GENERATED ALWAYS AS (length(title)) STORED, revision INTEGER NOT NULL,
	created_at {time} NOT NULL, updated_at {time} NOT NULL, deleted_at {time} NULL)`

func (g *Gazette) note(name string) error {
	if g.IsPersisted() {
		name += "+"
	}
	g.Ran = append(g.Ran, name)
	if g.OnHook != nil {
		return g.OnHook(name)
	}
	return nil
}

func (g *Gazette) BeforeSave(context.Context, lucid.Executor) error   { return g.note("BeforeSave") }
func (g *Gazette) AfterSave(context.Context, lucid.Executor) error    { return g.note("AfterSave") }
func (g *Gazette) BeforeCreate(context.Context, lucid.Executor) error { return g.note("BeforeCreate") }
func (g *Gazette) AfterCreate(context.Context, lucid.Executor) error  { return g.note("AfterCreate") }
func (g *Gazette) BeforeUpdate(context.Context, lucid.Executor) error { return g.note("BeforeUpdate") }
func (g *Gazette) AfterUpdate(context.Context, lucid.Executor) error  { return g.note("AfterUpdate") }
func (g *Gazette) BeforeDelete(context.Context, lucid.Executor) error { return g.note("BeforeDelete") }
func (g *Gazette) AfterDelete(context.Context, lucid.Executor) error  { return g.note("AfterDelete") }

var (
	_ lucid.BeforeSaver   = (*Gazette)(nil)
	_ lucid.AfterDeleter  = (*Gazette)(nil)
	_ lucid.BeforeCreator = (*Gazette)(nil)
)
