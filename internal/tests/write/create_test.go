package write_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreate: one statement, whatever the number of rows; keys and defaults come back in the order given.
func TestCreate(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		db.Sent.Reset()
		rows := []*app.Gazette{{Title: "one"}, {Title: "three", Status: "live"}, {ID: 40, Title: "fourteen"}, {Title: "x"}}
		require.NoError(t, lucid.Create(t.Context(), db, rows...))
		inserts := db.Sent.Of("Gazette.Create")
		if db.Dialect == lucid.SQLite { // it has no DEFAULT beside values: a statement for each kind of row, and a savepoint around them
			assert.Len(t, inserts, 3)
		} else {
			assert.Len(t, inserts, 1)
		}
		for i, g := range rows {
			assert.True(t, g.IsPersisted())
			assert.Empty(t, lucid.Changed(g))
			assert.Equal(t, []string{"draft", "live", "draft", "draft"}[i], g.Status)
			assert.EqualValues(t, len(g.Title), g.Size, "a column that the database computes is read back")
			assert.Equal(t, 1, g.Revision)
			assert.False(t, g.CreatedAt.IsZero())
			assert.Equal(t, g.CreatedAt, g.UpdatedAt)
			assert.Equal(t, []string{"BeforeSave", "BeforeCreate", "AfterCreate+", "AfterSave+"}, g.Ran)
			stored, err := lucid.From[app.Gazette](db).Find(t.Context(), g.ID)
			require.NoError(t, err)
			assert.Equal(t, g.Title, stored.Title, "the key of a row is its own")
			assert.Equal(t, app.Columns(t, g), app.Columns(t, stored), "what is in memory is what is stored")
		}
		assert.EqualValues(t, 40, rows[2].ID, "a key that the program sets is kept")
	})
}

func TestCreateNothing(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		require.NoError(t, lucid.Create[app.User](t.Context(), db))
		u := &app.User{}
		err := lucid.Create(t.Context(), db, u, nil)
		assert.EqualError(t, err, "lucid: create User: row 1 is nil")
		err = lucid.Create(t.Context(), db, u, u)
		assert.EqualError(t, err, "lucid: create User: row 1 is there twice")
		err = lucid.Create(t.Context(), nil, u)
		assert.EqualError(t, err, "lucid: create User: the executor is nil: pass a *DB or a *Tx")
		assert.Empty(t, db.Sent.Paths())
		assert.Equal(t, &app.User{}, u)
	})
}

// TestCreateWritesZero: a zero value is written as such, and NULL only where a field is nil.
func TestCreateWritesZero(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, `CREATE TABLE zeroes (id {id}, n INTEGER DEFAULT 7, s {text} DEFAULT 'seven', b BOOLEAN DEFAULT TRUE, p INTEGER DEFAULT 7, q {text} DEFAULT 'seven')`)
		row := &zero{Q: sql.Null[string]{}}
		require.NoError(t, lucid.Create(t.Context(), db, row))
		stored, err := lucid.From[zero](db).Find(t.Context(), row.ID)
		require.NoError(t, err)
		assert.Equal(t, app.Columns(t, row), app.Columns(t, stored))
		assert.Nil(t, stored.P)
		assert.False(t, stored.Q.Valid)
	})
}

type zero struct {
	lucid.Model
	ID int64
	N  int
	S  string
	B  bool
	P  *int
	Q  sql.Null[string]
}

// TestCreateKeys: keys that the program assigns, of every kind, are the row's from then on.
func TestCreateKeys(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		text := map[lucid.Dialect]string{lucid.PostgreSQL: "UUID", lucid.MySQL: "VARCHAR(36)", lucid.SQLite: "TEXT"}[db.Dialect]
		testdb.ExecAll(t, db.DB, `CREATE TABLE coupons (id `+text+` PRIMARY KEY, label {text} NOT NULL)`,
			`CREATE TABLE stalls (hall {ref} NOT NULL, code VARCHAR(20) NOT NULL, taken BOOLEAN NOT NULL, PRIMARY KEY (hall, code))`)
		ctx := t.Context()

		tok := &coupon{ID: uuid.New(), Label: "a"}
		require.NoError(t, lucid.Create(ctx, db, tok, &coupon{ID: uuid.New(), Label: "b"}))
		found, err := lucid.From[coupon](db).Find(ctx, tok.ID)
		require.NoError(t, err)
		assert.Equal(t, "a", found.Label)
		old := found.ID
		found.ID, found.Label = uuid.New(), "c"
		require.NoError(t, lucid.Save(ctx, db, found), "a row is found by the key that it has in the database")
		_, err = lucid.From[coupon](db).Find(ctx, old)
		assert.ErrorIs(t, err, lucid.ErrNotFound)
		found.Label = "d"
		require.NoError(t, lucid.Save(ctx, db, found))
		require.NoError(t, lucid.Refresh(ctx, db, found))
		assert.Equal(t, "d", found.Label)
		require.NoError(t, lucid.Delete(ctx, db, found))

		place := &stall{Hall: 1, Code: "A-1"}
		require.NoError(t, lucid.Create(ctx, db, place, &stall{Hall: 1, Code: "A-2"}))
		place.Taken = true
		require.NoError(t, lucid.Save(ctx, db, place))
		place.Code = "B-7"
		require.NoError(t, lucid.Save(ctx, db, place))
		left, err := lucid.From[stall](db).FindMany(ctx, lucid.Key{1, "B-7"}, lucid.Key{1, "A-2"}, lucid.Key{1, "A-1"})
		require.NoError(t, err)
		require.Len(t, left, 2)
		assert.True(t, left[0].Taken)
		assert.False(t, left[1].Taken, "the other row of the hall is left alone")
		require.NoError(t, lucid.Delete(ctx, db, place))
		n, err := lucid.From[stall](db).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
	})
}

type coupon struct {
	lucid.Model
	ID    uuid.UUID
	Label string
}

type stall struct {
	lucid.Model
	Hall  int64  `db:",pk"`
	Code  string `db:",pk"`
	Taken bool
}

// TestCreateMany: more rows than a statement can bind are several of them, all or nothing.
func TestCreateMany(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		rows := make([]*app.Skill, 40000)
		for i := range rows {
			rows[i] = &app.Skill{Name: fmt.Sprint("skill ", i)}
		}
		rows[30000] = &app.Skill{Name: "of a key", ID: 500_000}
		require.NoError(t, lucid.Create(t.Context(), db, rows...))
		for _, i := range []int{0, 1, 29999, 30000, 39999} {
			stored, err := lucid.From[app.Skill](db).Find(t.Context(), rows[i].ID)
			require.NoError(t, err)
			assert.Equal(t, rows[i].Name, stored.Name)
		}
		again := []*app.Skill{{Name: "new"}}
		again = append(again, rows[:39999]...)
		for _, s := range again[1:] {
			s.ID = 0
		}
		again[len(again)-1].ID = rows[39999].ID // taken: in the last statement
		err := lucid.Create(t.Context(), db, again...)
		violated, ok := errors.AsType[*lucid.ConstraintError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, lucid.Unique, violated.Kind)
		assert.Zero(t, again[0].ID)
		assert.False(t, again[0].IsPersisted())
		n, err := lucid.From[app.Skill](db).Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 40003, n)
	})
}

// TestCreateOnlyDefaults: a row of nothing but a generated key.
func TestCreateOnlyDefaults(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, `CREATE TABLE bares (id {id})`)
		rows := []*bare{{}, {}}
		require.NoError(t, lucid.Create(t.Context(), db, rows...))
		assert.Positive(t, rows[0].ID)
		assert.Greater(t, rows[1].ID, rows[0].ID)
	})
}

type bare struct {
	lucid.Model
	ID int64
}

// TestCopyOfARow: a copy is a row of its own, to insert again or to save beside the other.
func TestCopyOfARow(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ann := app.AllUsers(t, db)[0]
		twin := *ann
		twin.ID, twin.Email = 0, "twin@example.com"
		require.NoError(t, lucid.Create(t.Context(), db, &twin))
		assert.EqualValues(t, 1, ann.ID)
		assert.Empty(t, lucid.Changed(ann))
		same := *ann
		same.Email = "same@example.com"
		require.NoError(t, lucid.Save(t.Context(), db, &same))
		assert.Empty(t, lucid.Changed(&same))
		assert.Equal(t, "ann@example.com", ann.Email)
		ann.Email = "ann2@example.com"
		require.NoError(t, lucid.Save(t.Context(), db, ann))
	})
}

// TestTimestamps are UTC, as precise as the database keeps them, and set only where they are the package's to set.
func TestTimestamps(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, app.Gazettes)
		long := time.Date(2001, 2, 3, 4, 5, 6, 0, time.FixedZone("east", 3600))
		g := &app.Gazette{Title: "old", CreatedAt: long}
		require.NoError(t, lucid.Create(t.Context(), db, g))
		assert.True(t, g.CreatedAt.Equal(long), "a time that the program sets is kept")
		assert.WithinDuration(t, time.Now(), g.UpdatedAt, time.Minute)
		g.UpdatedAt = long
		g.Title = "older"
		require.NoError(t, lucid.Save(t.Context(), db, g))
		assert.WithinDuration(t, time.Now(), g.UpdatedAt, time.Minute, "every update sets it")
		stored, err := lucid.From[app.Gazette](db).Find(t.Context(), g.ID)
		require.NoError(t, err)
		assert.True(t, stored.CreatedAt.Equal(long))
		assert.True(t, stored.UpdatedAt.Equal(g.UpdatedAt))
		g.CreatedAt = g.CreatedAt.UTC()
		assert.Empty(t, lucid.Changed(g), "the same moment in another zone is no change")

		_, err = lucid.From[app.Gazette](db).Where("id", g.ID).Update(t.Context(), lucid.Values{"title": "oldest"})
		require.NoError(t, err)
		require.NoError(t, lucid.Refresh(t.Context(), db, stored))
		assert.True(t, stored.UpdatedAt.After(g.UpdatedAt), "an update of a query sets it too")
		assert.Equal(t, 3, stored.Revision, "and counts the version")
	})
}
