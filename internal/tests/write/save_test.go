package write_test

import (
	"context"
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSave writes the changed columns and nothing else; a clean row sends nothing.
func TestSave(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u := app.AllUsers(t, db)[1]
		require.NoError(t, lucid.Save(t.Context(), db, u))
		assert.Empty(t, db.Sent.Paths(), "nothing changed")

		u.Email = "new@example.com"
		assert.Equal(t, []string{"email"}, lucid.Changed(u))
		require.NoError(t, lucid.Save(t.Context(), db, u))
		assert.Equal(t, []string{"User.Save"}, db.Sent.Paths())
		sql := map[lucid.Dialect]string{
			lucid.SQLite:     `UPDATE "users" SET "email" = ? WHERE "users"."id" = ?`,
			lucid.PostgreSQL: `UPDATE "users" SET "email" = $1 WHERE "users"."id" = $2`,
			lucid.MySQL:      "UPDATE `users` SET `email` = ? WHERE `users`.`id` = ?",
		}
		assert.Equal(t, sql[db.Dialect], db.Sent.Last().SQL)
		assert.Nil(t, lucid.Changed(u))

		u.Email = "other@example.com"
		u.Email = "new@example.com"
		assert.Nil(t, lucid.Changed(u), "it is as it was")

		u.CountryID = nil
		require.NoError(t, lucid.Save(t.Context(), db, u))
		stored, err := lucid.From[app.User](db).Find(t.Context(), u.ID)
		require.NoError(t, err)
		assert.Nil(t, stored.CountryID)

		fresh := &app.User{Email: "fresh@example.com"}
		assert.Equal(t, []string{"id", "email", "country_id", "parent_id", "created_at"}, lucid.Changed(fresh), "all of a new row")
		require.NoError(t, lucid.Save(t.Context(), db, fresh))
		assert.Positive(t, fresh.ID)
		assert.Nil(t, lucid.Changed[app.User](nil))
	})
}

// TestChangedInPlace: what changes behind a pointer, in a slice or in a map is seen.
func TestChangedInPlace(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u := app.AllUsers(t, db)[0]
		*u.CountryID = 2
		assert.Equal(t, []string{"country_id"}, lucid.Changed(u))
		require.NoError(t, lucid.Save(t.Context(), db, u))
		n, err := lucid.From[app.User](db).Where("country_id", 2).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
	})
}

// TestSavePartial: a row that was read in part is saved in part.
func TestSavePartial(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u, err := lucid.From[app.User](db).Select("id", "email").Find(t.Context(), 1)
		require.NoError(t, err)
		assert.Nil(t, lucid.Changed(u), "a column that was not read did not change")
		u.Email = "part@example.com"
		require.NoError(t, lucid.Save(t.Context(), db, u))
		stored, err := lucid.From[app.User](db).Find(t.Context(), 1)
		require.NoError(t, err)
		assert.EqualValues(t, 1, *stored.CountryID, "what was not read is not written")

		keyless, err := lucid.From[app.User](db).Select("email").Where("id", 1).First(t.Context())
		require.NoError(t, err)
		keyless.Email = "x"
		db.Sent.Reset()
		err = lucid.Save(t.Context(), db, keyless)
		require.ErrorIs(t, err, lucid.ErrMissingKey)
		assert.Contains(t, err.Error(), `"id"`)
		assert.ErrorIs(t, lucid.Delete(t.Context(), db, keyless), lucid.ErrMissingKey)
		assert.Empty(t, db.Sent.Paths())
	})
}

// TestReadOnly: rows without tracking are refused by Save, and by nothing else.
func TestReadOnly(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		g, err := lucid.From[app.Post](db).ReadOnly().Find(t.Context(), 1)
		require.NoError(t, err)
		g.Title = "x"
		assert.Nil(t, lucid.Changed(g))
		db.Sent.Reset()
		err = lucid.Save(t.Context(), db, g)
		require.ErrorContains(t, err, "ReadOnly")
		assert.Empty(t, db.Sent.Paths())
		require.NoError(t, lucid.Refresh(t.Context(), db, g))
		assert.Equal(t, "alpha", g.Title)
		g.Title = "y"
		require.NoError(t, lucid.Save(t.Context(), db, g))
		other, err := lucid.From[app.Post](db).ReadOnly().Find(t.Context(), 6)
		require.NoError(t, err)
		require.NoError(t, lucid.Delete(t.Context(), db, other))
	})
}

// TestRowIsGone: a row that another deleted is ErrNotFound, and stays as it is in memory.
func TestRowIsGone(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		p, err := lucid.From[app.Post](db).Find(t.Context(), 6)
		require.NoError(t, err)
		_, err = lucid.From[app.Post](db).Where("id", 6).Delete(t.Context())
		require.NoError(t, err)
		p.Title = "changed"
		for name, do := range map[string]func(context.Context, lucid.Executor, *app.Post) error{
			"save": lucid.Save[app.Post], "delete": lucid.Delete[app.Post], "refresh": lucid.Refresh[app.Post],
		} {
			was := *p
			assert.ErrorIs(t, do(t.Context(), db, p), lucid.ErrNotFound, name)
			assert.Equal(t, was, *p, name)
		}
		assert.ErrorIs(t, lucid.Delete(t.Context(), db, &app.Post{ID: 1}), lucid.ErrNotPersisted)
		assert.ErrorIs(t, lucid.Refresh(t.Context(), db, &app.Post{ID: 1}), lucid.ErrNotPersisted)
	})
}

// TestSaveOfTheSameValue: an update that finds its row but changes nothing in the database has found it.
func TestSaveOfTheSameValue(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		handle := testdb.Single(t, db.DB) // MySQL counts changed rows here, since nobody told it otherwise
		p, err := lucid.From[app.Post](handle).Find(t.Context(), 1)
		require.NoError(t, err)
		_, err = lucid.From[app.Post](db).Where("id", 1).Update(t.Context(), lucid.Values{"likes": 11})
		require.NoError(t, err)
		p.Likes = 11
		require.NoError(t, lucid.Save(t.Context(), handle, p))
		_, err = lucid.From[app.Post](db).Where("id", 1).Delete(t.Context())
		require.NoError(t, err)
		p.Likes = 12
		assert.ErrorIs(t, lucid.Save(t.Context(), handle, p), lucid.ErrNotFound)
	})
}

// TestDelete: the row is gone and not persisted; saved again, it is inserted under its key.
func TestDelete(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		p, err := lucid.From[app.Post](db).Find(t.Context(), 6)
		require.NoError(t, err)
		db.Sent.Reset()
		require.NoError(t, lucid.Delete(t.Context(), db, p))
		assert.Equal(t, []string{"Post.Delete"}, db.Sent.Paths())
		assert.False(t, p.IsPersisted())
		assert.EqualValues(t, 6, p.ID)
		assert.ErrorIs(t, lucid.Delete(t.Context(), db, p), lucid.ErrNotPersisted)
		require.NoError(t, lucid.Save(t.Context(), db, p))
		_, err = lucid.From[app.Post](db).Find(t.Context(), 6)
		require.NoError(t, err)
	})
}

// TestRefresh reads the columns again; loaded relations and extras stay.
func TestRefresh(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		u, err := lucid.From[app.User](db).Select("id").Preload(app.UserPosts).WithCount(app.UserPosts).Find(t.Context(), 1)
		require.NoError(t, err)
		u.Email = "lost"
		require.NoError(t, lucid.Refresh(t.Context(), db, u))
		assert.Equal(t, "ann@example.com", u.Email)
		assert.EqualValues(t, 1, *u.CountryID, "columns that were not selected too")
		assert.Nil(t, lucid.Changed(u))
		assert.Len(t, u.Posts, 3)
		n, err := lucid.Extra[int64](u, "posts_count")
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)
	})
}

// TestHooksOfWrites run in their order; an error of one stops the write and undoes it, in the database and in memory.
func TestHooksOfWrites(t *testing.T) {
	created := []string{"BeforeSave", "BeforeCreate", "AfterCreate+", "AfterSave+"}
	updated := []string{"BeforeSave+", "BeforeUpdate+", "AfterUpdate+", "AfterSave+"}
	deleted := []string{"BeforeDelete+", "AfterDelete"}
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		ctx := t.Context()
		g := &app.Gazette{Title: "one"}
		step := func(want []string, do func(context.Context, lucid.Executor, *app.Gazette) error) {
			t.Helper()
			g.Ran = nil
			require.NoError(t, do(ctx, db, g))
			assert.Equal(t, want, g.Ran)
		}
		step(created, lucid.Save[app.Gazette])
		step(updated[:2], lucid.Save[app.Gazette]) // nothing changed: what comes before runs, since it may change the row
		g.Title = "two"
		step(updated, lucid.Save[app.Gazette])
		g.OnHook = func(name string) error {
			if name == "BeforeUpdate+" {
				g.Title = "by a hook"
			}
			return nil
		}
		step(updated, lucid.Save[app.Gazette])
		assert.Equal(t, "by a hook", g.Title)
		g.OnHook = nil
		step([]string{"BeforeDelete+", "AfterDelete+"}, lucid.Delete[app.Gazette]) // softly: it is still there
		step(updated, lucid.Restore[app.Gazette])
		step(deleted, lucid.ForceDelete[app.Gazette])

		stop := errors.New("stop")
		for _, at := range append(created, updated...) {
			g := &app.Gazette{Title: "kept " + at}
			if at[len(at)-1] == '+' && at != "AfterCreate+" && at != "AfterSave+" {
				require.NoError(t, lucid.Create(ctx, db, g))
				g.Title = "changed"
			}
			g.Ran = nil
			g.OnHook = func(name string) error {
				if name == at {
					return stop
				}
				return nil
			}
			persisted, changed := g.IsPersisted(), lucid.Changed(g)
			id, rev := g.ID, g.Revision
			err := lucid.Save(ctx, db, g)
			require.ErrorIs(t, err, stop, at)
			assert.Contains(t, err.Error(), "Gazette.", at)
			assert.Equal(t, []any{persisted, changed, id, rev}, []any{g.IsPersisted(), lucid.Changed(g), g.ID, g.Revision}, at)
			n, err := lucid.From[app.Gazette](db).Where("title", g.Title).Count(ctx)
			require.NoError(t, err)
			assert.Zero(t, n, at)
		}
	})
}

// TestPanicOfAHook leaves nothing behind, and goes on.
func TestPanicOfAHook(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		g := &app.Gazette{Title: "one"}
		g.OnHook = func(name string) error {
			if name == "AfterSave+" {
				panic("boom")
			}
			return nil
		}
		assert.PanicsWithValue(t, "boom", func() { _ = lucid.Create(t.Context(), db, g) })
		assert.False(t, g.IsPersisted())
		assert.Zero(t, g.ID)
		n, err := lucid.From[app.Gazette](db).Count(t.Context())
		require.NoError(t, err)
		assert.Zero(t, n)
		app.RequireUsable(t, db.DB.DB)
	})
}

// TestVersion: of two that read a row, the later to write is told.
func TestVersion(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		ctx := t.Context()
		mine := &app.Gazette{Title: "one"}
		require.NoError(t, lucid.Create(ctx, db, mine))
		theirs, err := lucid.From[app.Gazette](db).Find(ctx, mine.ID)
		require.NoError(t, err)
		theirs.Title = "theirs"
		require.NoError(t, lucid.Save(ctx, db, theirs))
		assert.Equal(t, 2, theirs.Revision)

		mine.Title = "mine"
		was := mine.Revision
		err = lucid.Save(ctx, db, mine)
		require.ErrorIs(t, err, lucid.ErrStale)
		require.ErrorIs(t, err, lucid.ErrNotFound)
		assert.Equal(t, was, mine.Revision)
		assert.Equal(t, []string{"title"}, lucid.Changed(mine))
		assert.ErrorIs(t, lucid.ForceDelete(ctx, db, mine), lucid.ErrStale)
		assert.ErrorIs(t, lucid.Delete(ctx, db, mine), lucid.ErrStale)

		require.NoError(t, lucid.Refresh(ctx, db, mine))
		mine.Title = "mine"
		require.NoError(t, lucid.Save(ctx, db, mine))
		assert.Equal(t, 3, mine.Revision)
		require.NoError(t, lucid.ForceDelete(ctx, db, mine))
	})
}

// TestRollbackInMemory: what was written in a transaction that is rolled back is undone in memory too,
// savepoints and loaded relations included.
func TestRollbackInMemory(t *testing.T) {
	stop := errors.New("stop")
	write := func(t *testing.T, ex lucid.Executor, ann *app.User, post *app.Post) {
		ctx := t.Context()
		ann.Email = "changed@example.com"
		require.NoError(t, lucid.Save(ctx, ex, ann))
		require.NoError(t, app.UserPosts.Create(ctx, ex, ann, post))
		require.NoError(t, app.UserCountry.Dissociate(ctx, ex, ann))
	}
	same := func(t *testing.T, ann *app.User, post *app.Post) {
		t.Helper()
		assert.Equal(t, []string{"email"}, lucid.Changed(ann), "the program's own change is still to be saved")
		assert.EqualValues(t, 1, *ann.CountryID)
		require.NotNil(t, ann.Country)
		assert.Len(t, ann.Posts, 3)
		assert.False(t, post.IsPersisted())
		assert.Zero(t, post.ID)
		assert.Zero(t, post.UserID)
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		for name, in := range map[string]func(fn func(ex lucid.Executor)) error{
			"transaction": func(fn func(ex lucid.Executor)) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error { fn(tx); return stop })
			},
			"savepoint": func(fn func(ex lucid.Executor)) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					err := tx.Transaction(ctx, func(tx *lucid.Tx) error { fn(tx); return stop })
					assert.ErrorIs(t, err, stop)
					return nil
				})
			},
			"a savepoint that was released": func(fn func(ex lucid.Executor)) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					assert.NoError(t, tx.Transaction(ctx, func(tx *lucid.Tx) error { fn(tx); return nil }))
					return stop
				})
			},
			"begin and rollback": func(fn func(ex lucid.Executor)) error {
				tx, err := db.Begin(ctx)
				require.NoError(t, err)
				fn(tx)
				return tx.Rollback(ctx)
			},
			"a context that ended": func(fn func(ex lucid.Executor)) error {
				ctx, cancel := context.WithCancel(ctx)
				tx, err := db.Begin(ctx)
				require.NoError(t, err)
				fn(tx)
				cancel()
				return tx.Commit(context.WithoutCancel(ctx))
			},
		} {
			ann, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserCountry).Find(ctx, 1)
			require.NoError(t, err)
			post := &app.Post{Title: "never"}
			_ = in(func(ex lucid.Executor) { write(t, ex, ann, post) })
			t.Run(name, func(t *testing.T) { same(t, ann, post) })
		}
		ann, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserCountry).Find(ctx, 1)
		require.NoError(t, err)
		assert.Equal(t, "ann@example.com", ann.Email)
		post := &app.Post{Title: "kept"}
		require.NoError(t, db.Transaction(ctx, func(tx *lucid.Tx) error { write(t, tx, ann, post); return nil }))
		assert.Nil(t, lucid.Changed(ann))
		assert.Len(t, ann.Posts, 4)
		assert.Nil(t, ann.Country)
	})
}

// TestRollbackKeepsTheProgramsChanges: what the program changed between two writes is its own.
func TestRollbackKeepsTheProgramsChanges(t *testing.T) {
	stop := errors.New("stop")
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		u := &app.User{Email: "first@example.com"}
		err := db.Transaction(ctx, func(tx *lucid.Tx) error {
			require.NoError(t, app.UserPosts.Create(ctx, tx, u, &app.Post{Title: "x"}))
			u.Email = "second@example.com"
			require.NoError(t, lucid.Save(ctx, tx, u))
			u.CountryID = new(int64(1))
			return stop
		})
		require.ErrorIs(t, err, stop)
		assert.Equal(t, "second@example.com", u.Email)
		assert.EqualValues(t, 1, *u.CountryID)
		assert.False(t, u.IsPersisted())
		assert.Zero(t, u.ID)
		assert.True(t, u.CreatedAt.IsZero())
		require.NoError(t, lucid.Save(ctx, db, u))
	})
}

// TestCommitThatFails: a constraint that is checked at the end undoes rows in memory as well.
func TestCommitThatFails(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect == lucid.MySQL { // it has no deferred constraints
			return
		}
		testdb.ExecAll(t, db.DB, `CREATE TABLE notes (id {id}, user_id {ref} NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)`)
		n := &note{UserID: 999}
		err := db.Transaction(t.Context(), func(tx *lucid.Tx) error { return lucid.Create(t.Context(), tx, n) })
		violated, ok := errors.AsType[*lucid.ConstraintError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, lucid.ForeignKey, violated.Kind)
		assert.False(t, n.IsPersisted())
		assert.Zero(t, n.ID)
		app.RequireUsable(t, db.DB.DB)
	})
}

type note struct {
	lucid.Model
	ID     int64
	UserID int64
}

// TestSaveNeverWritesRelated: a loaded relation is no column, and is not written with its row.
func TestSaveNeverWritesRelated(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ann, err := lucid.From[app.User](db).Preload(app.UserPosts, app.UserProfile, app.UserSkills).Find(t.Context(), 1)
		require.NoError(t, err)
		ann.Posts[0].Title = "changed"
		ann.Posts = append(ann.Posts, &app.Post{Title: "new"})
		ann.Profile.Bio = "changed"
		ann.Skills = nil
		db.Sent.Reset()
		require.NoError(t, lucid.Save(t.Context(), db, ann))
		assert.Empty(t, db.Sent.Paths())
		ann.Email = "x"
		require.NoError(t, lucid.Save(t.Context(), db, ann))
		assert.Equal(t, []string{"User.Save"}, db.Sent.Paths())
	})
}
