package read_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tags is kept as text with commas, by its own Scan and Value.
type tags []string

func (l *tags) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*l = nil
	case string:
		*l = strings.Split(v, ",")
	case []byte:
		*l = strings.Split(string(v), ",")
	default:
		return fmt.Errorf("a %T is no tags", v)
	}
	return nil
}

func (l tags) Value() (driver.Value, error) {
	if l == nil {
		return nil, nil
	}
	return strings.Join(l, ","), nil
}

type (
	mood  string
	grade int16
)

const integer, text, moment = "BIGINT", "{text}", "{time}"

// plains has a field of each type that holds no NULL.
type plains struct {
	lucid.Model
	ID        int64
	Int       int       `db:"f_int"`
	Int8      int8      `db:"f_int8"`
	Int16     int16     `db:"f_int16"`
	Int32     int32     `db:"f_int32"`
	Int64     int64     `db:"f_int64"`
	Uint      uint      `db:"f_uint"`
	Uint8     uint8     `db:"f_uint8"`
	Uint16    uint16    `db:"f_uint16"`
	Uint32    uint32    `db:"f_uint32"`
	Uint64    uint64    `db:"f_uint64"`
	Grade     grade     `db:"f_grade"`
	Float64   float64   `db:"f_float64"`
	Float32   float32   `db:"f_float32"`
	Decimal   float64   `db:"f_decimal"`
	DecimalTx string    `db:"f_decimal_text"`
	Bool      bool      `db:"f_bool"`
	String    string    `db:"f_string"`
	Empty     string    `db:"f_empty"`
	Mood      mood      `db:"f_mood"`
	TextBytes []byte    `db:"f_text_bytes"`
	Time      time.Time `db:"f_time"`
	Elsewhere time.Time `db:"f_time_elsewhere"`
	UUID      uuid.UUID `db:"f_uuid"`
	UUIDText  string    `db:"f_uuid_text"`
	Bytes16   [16]byte  `db:"f_bytes16"`
	JSONText  string    `db:"f_json_text"`
}

func (plains) TableName() string { return "plains" }

// nullables has a field of each type that holds NULL.
type nullables struct {
	lucid.Model
	ID        int64
	Int       *int                `db:"n_int"`
	Bool      *bool               `db:"n_bool"`
	String    *string             `db:"n_string"`
	Mood      *mood               `db:"n_mood"`
	Time      *time.Time          `db:"n_time"`
	NullTime  sql.NullTime        `db:"n_null_time"`
	NullOf    sql.Null[time.Time] `db:"n_null_of_time"`
	NullInt64 sql.NullInt64       `db:"n_null_int64"`
	NullText  sql.NullString      `db:"n_null_string"`
	NullInt   sql.Null[int]       `db:"n_null_of_int"`
	NullStr   sql.Null[string]    `db:"n_null_of_string"`
	Tags      tags                `db:"n_tags"`
	Bytes     []byte              `db:"n_bytes"`
	UUID      *uuid.UUID          `db:"n_uuid"`
	NullUUID  uuid.NullUUID       `db:"n_null_uuid"`
	Bytes16   *[16]byte           `db:"n_bytes16"`
	JSON      json.RawMessage     `db:"n_json"`
}

func (nullables) TableName() string { return "nullables" }

// fieldCase is a column, what is stored in it and what a field of it holds.
type fieldCase[T any] struct {
	column, kind string
	stored       any
	want         any
	pluck        func(t *testing.T, q *lucid.Query[T], column string) ([]any, error)
	noWhere      bool // compared by rules of the database's own
}

// fieldOf is a fieldCase whose field has type V.
func fieldOf[V, T any](column, kind string, stored any, want V) fieldCase[T] {
	return fieldCase[T]{column: column, kind: kind, stored: stored, want: want, pluck: func(t *testing.T, q *lucid.Query[T], column string) (out []any, err error) {
		values, err := lucid.Pluck[V](t.Context(), q, column)
		for _, v := range values {
			out = append(out, v)
		}
		return out, err
	}}
}

// uncompared is the case without Where.
func uncompared[T any](c fieldCase[T]) fieldCase[T] {
	c.noWhere = true
	return c
}

// kindsOf is what the dialects call a type of their own.
func kindsOf(d lucid.Dialect) (ids, blob, doc string) {
	switch d {
	case lucid.PostgreSQL:
		return "UUID", "BYTEA", "JSONB"
	case lucid.MySQL:
		return "CHAR(36)", "BLOB", "JSON"
	}
	return "TEXT", "BLOB", "TEXT"
}

var (
	someID = uuid.MustParse("f47ac10b-58cc-4372-a567-0e02b2c3d479")
	someAt = time.Date(2026, 3, 4, 5, 6, 7, 891011000, time.UTC)
)

// TestPlainFields reads a value into a field of each type: in a struct, with Pluck, and back by Where.
func TestPlainFields(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ids, _, doc := kindsOf(db.Dialect)
		runFields(t, db, []fieldCase[plains]{
			fieldOf[int, plains]("f_int", integer, -7, -7),
			fieldOf[int8, plains]("f_int8", "SMALLINT", -128, -128),
			fieldOf[int16, plains]("f_int16", "SMALLINT", -32768, -32768),
			fieldOf[int32, plains]("f_int32", "INTEGER", math.MinInt32, math.MinInt32),
			fieldOf[int64, plains]("f_int64", integer, int64(math.MaxInt64), math.MaxInt64),
			fieldOf[uint, plains]("f_uint", integer, 7, 7),
			fieldOf[uint8, plains]("f_uint8", "SMALLINT", 255, 255),
			fieldOf[uint16, plains]("f_uint16", "INTEGER", 65535, 65535),
			fieldOf[uint32, plains]("f_uint32", integer, math.MaxUint32, math.MaxUint32),
			fieldOf[uint64, plains]("f_uint64", integer, int64(math.MaxInt64), math.MaxInt64),
			fieldOf[grade, plains]("f_grade", "SMALLINT", 3, 3),
			fieldOf[float64, plains]("f_float64", "DOUBLE PRECISION", 0.1, 0.1),
			fieldOf[float32, plains]("f_float32", "REAL", 0.5, 0.5),
			uncompared(fieldOf[float64, plains]("f_decimal", "DECIMAL(10, 2)", "1.25", 1.25)),
			uncompared(fieldOf[string, plains]("f_decimal_text", "DECIMAL(10, 2)", "1.25", "1.25")),
			fieldOf[bool, plains]("f_bool", "BOOLEAN", true, true),
			fieldOf[string, plains]("f_string", text, "a\"b'c\\ünï?$1", "a\"b'c\\ünï?$1"),
			fieldOf[string, plains]("f_empty", text, "", ""),
			fieldOf[mood, plains]("f_mood", text, "glad", "glad"),
			uncompared(fieldOf[[]byte, plains]("f_text_bytes", text, "text", []byte("text"))),
			fieldOf[time.Time, plains]("f_time", moment, someAt, someAt),
			fieldOf[time.Time, plains]("f_time_elsewhere", moment, someAt.In(time.FixedZone("", -5*3600)), someAt),
			fieldOf[uuid.UUID, plains]("f_uuid", ids, someID.String(), someID),
			fieldOf[string, plains]("f_uuid_text", ids, someID.String(), someID.String()),
			fieldOf[[16]byte, plains]("f_bytes16", ids, someID.String(), someID),
			uncompared(fieldOf[string, plains]("f_json_text", doc, `{"a": 1}`, `{"a": 1}`)),
		}, false)
	})
}

func TestNullableFields(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ids, blob, doc := kindsOf(db.Dialect)
		runFields(t, db, []fieldCase[nullables]{
			fieldOf[*int, nullables]("n_int", integer, 7, new(7)),
			fieldOf[*bool, nullables]("n_bool", "BOOLEAN", false, new(false)),
			fieldOf[*string, nullables]("n_string", text, "x", new("x")),
			fieldOf[*mood, nullables]("n_mood", text, "glad", new(mood("glad"))),
			fieldOf[*time.Time, nullables]("n_time", moment, someAt, new(someAt)),
			fieldOf[sql.NullTime, nullables]("n_null_time", moment, someAt, sql.NullTime{Time: someAt, Valid: true}),
			fieldOf[sql.Null[time.Time], nullables]("n_null_of_time", moment, someAt, sql.Null[time.Time]{V: someAt, Valid: true}),
			fieldOf[sql.NullInt64, nullables]("n_null_int64", integer, 7, sql.NullInt64{Int64: 7, Valid: true}),
			fieldOf[sql.NullString, nullables]("n_null_string", text, "x", sql.NullString{String: "x", Valid: true}),
			fieldOf[sql.Null[int], nullables]("n_null_of_int", integer, 7, sql.Null[int]{V: 7, Valid: true}),
			fieldOf[sql.Null[string], nullables]("n_null_of_string", text, "x", sql.Null[string]{V: "x", Valid: true}),
			fieldOf[tags, nullables]("n_tags", text, "a,b", tags{"a", "b"}),
			fieldOf[[]byte, nullables]("n_bytes", blob, []byte{0, 1, 255, '?'}, []byte{0, 1, 255, '?'}),
			fieldOf[*uuid.UUID, nullables]("n_uuid", ids, someID.String(), &someID),
			fieldOf[uuid.NullUUID, nullables]("n_null_uuid", ids, someID.String(), uuid.NullUUID{UUID: someID, Valid: true}),
			fieldOf[*[16]byte, nullables]("n_bytes16", ids, someID.String(), new([16]byte(someID))),
			uncompared(fieldOf[json.RawMessage, nullables]("n_json", doc, `{"a": 1}`, json.RawMessage(`{"a": 1}`))),
		}, true)
	})
}

// runFields stores a row, and one of NULLs, and reads each column by itself.
func runFields[T any, P lucid.ModelPtr[T]](t *testing.T, db *app.DB, cases []fieldCase[T], nulls bool) {
	t.Helper()
	table := reflect.TypeFor[T]().Name()
	var kinds, columns []string
	var values, none []any
	for _, c := range cases {
		kinds, columns = append(kinds, c.column+" "+c.kind+" NULL"), append(columns, c.column)
		values, none = append(values, c.stored), append(none, nil)
	}
	testdb.ExecAll(t, db.DB, "CREATE TABLE "+table+" (id {id}, "+strings.Join(kinds, ", ")+")")
	testdb.Insert(t, db.DB, table, strings.Join(columns, ", "), values, none)
	for _, c := range cases {
		t.Run(c.column, func(t *testing.T) {
			for i, want := range []any{c.want, reflect.Zero(reflect.TypeOf(c.want)).Interface()}[:1+btoi(nulls)] {
				q := lucid.From[T, P](db).Select(c.column).OrderBy("id").Offset(i)
				row, err := q.First(t.Context())
				if !assert.NoError(t, err) {
					continue
				}
				got := fieldByColumn(row, c.column)
				same(t, want, got)
				plucked, err := c.pluck(t, q.Clone().Limit(1), c.column)
				if assert.NoError(t, err, "Pluck") && assert.Len(t, plucked, 1) {
					same(t, want, plucked[0])
				}
				if c.noWhere {
					continue
				}
				n, err := lucid.From[T, P](db).Where(c.column, got).Count(t.Context())
				assert.NoError(t, err, "Where")
				assert.Equal(t, int64(1), n, "Where")
			}
			_, scanner := reflect.New(reflect.TypeOf(c.want)).Interface().(sql.Scanner) // decides by itself what NULL is
			if !nulls && !scanner && c.column != "f_text_bytes" {
				_, err := lucid.From[T, P](db).Select(c.column).All(t.Context())
				assert.ErrorContains(t, err, c.column, "NULL into a field that holds none")
				assert.ErrorContains(t, err, "lucid: select "+table)
			}
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fieldByColumn is the field of a struct whose tag names a column.
func fieldByColumn(row any, column string) any {
	v := reflect.ValueOf(row).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("db") == column {
			return v.Field(i).Interface()
		}
	}
	return nil
}

// same compares values, times by their moment; a time is in UTC on every database.
func same(t *testing.T, want, got any) {
	t.Helper()
	if moment, ok := got.(time.Time); ok {
		assert.True(t, moment.Equal(want.(time.Time)), "%v", got)
		assert.Equal(t, "UTC", moment.Location().String())
		return
	}
	if raw, ok := got.(json.RawMessage); ok && raw != nil {
		assert.JSONEq(t, string(want.(json.RawMessage)), string(raw))
		return
	}
	assert.Equal(t, want, got)
}

// TestExtraTypes: the Go type of an extra is the same on the three databases.
func TestExtraTypes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		blob := map[lucid.Dialect]string{lucid.PostgreSQL: "BYTEA", lucid.MySQL: "BLOB", lucid.SQLite: "BLOB"}[db.Dialect]
		testdb.ExecAll(t, db.DB, "CREATE TABLE extras (id {id}, small SMALLINT, big BIGINT, single_ REAL, double_ DOUBLE PRECISION, txt {text}, at {time}, bin "+blob+", yes BOOLEAN)")
		testdb.Insert(t, db.DB, "extras", "id, small, big, single_, double_, txt, at, bin, yes", []any{1, 1, int64(1) << 40, 0.5, 0.1, "x", app.Day(1), []byte{1, 2}, true})
		row, err := lucid.From[app.Country](db).JoinRaw("JOIN extras e ON e.id = countries.id").
			Select("e.small", "e.big", "e.single_", "e.double_", "e.txt", "e.at", "e.bin", "e.yes").
			SelectRaw("COUNT(*) OVER () AS n").SelectRaw("COALESCE(e.txt, 'y') AS computed").SelectRaw("CAST(NULL AS CHAR(1)) AS nothing").SelectRaw("1.5E0 + 1 AS sum").First(t.Context())
		require.NoError(t, err)
		got := row.Extras()
		assert.True(t, got["at"].(time.Time).Equal(app.Day(1)))
		if db.Dialect == lucid.PostgreSQL {
			assert.Equal(t, true, got["yes"])
		} else { // their BOOLEAN is a number
			assert.Equal(t, int64(1), got["yes"])
		}
		delete(got, "at")
		delete(got, "yes")
		assert.Equal(t, map[string]any{
			"small": int64(1), "big": int64(1) << 40, "single_": 0.5, "double_": 0.1, "txt": "x", "bin": []byte{1, 2}, "n": int64(1), "computed": "x", "nothing": nil,
			"sum": 2.5,
		}, noDecimal(got))
		yes, err := lucid.Extra[bool](row, "yes")
		require.NoError(t, err)
		assert.True(t, yes)
	})
}

// noDecimal reads PostgreSQL's numeric, which a literal with an exponent is, as a number.
func noDecimal(extras map[string]any) map[string]any {
	if extras["sum"] == "2.5" {
		extras["sum"] = 2.5
	}
	return extras
}

// TestComputedBytes: bytes that an expression makes are bytes.
func TestComputedBytes(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		raw := map[lucid.Dialect]string{lucid.PostgreSQL: `'\x0102'::bytea`, lucid.MySQL: "x'0102'", lucid.SQLite: "x'0102'"}[db.Dialect]
		row, err := lucid.From[app.Country](db).SelectRaw(raw + " AS bin").First(t.Context())
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"bin": []byte{1, 2}}, row.Extras())
	})
}

func TestExtra(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		row, err := lucid.From[app.Post](db).SelectRaw("300 AS n").SelectRaw("'12' AS digits").SelectRaw("'abc' AS word").SelectRaw("NULL AS nothing").
			SelectRaw("MAX(created_at) OVER () AS last").Where("id", 1).First(t.Context())
		require.NoError(t, err)
		n, err := lucid.Extra[int64](row, "n")
		require.NoError(t, err)
		assert.Equal(t, int64(300), n)
		narrow, err := lucid.Extra[uint16](row, "n")
		require.NoError(t, err)
		assert.Equal(t, uint16(300), narrow)
		text, err := lucid.Extra[string](row, "n")
		require.NoError(t, err)
		assert.Equal(t, "300", text)
		float, err := lucid.Extra[*float64](row, "n")
		require.NoError(t, err)
		assert.Equal(t, new(300.0), float)
		digits, err := lucid.Extra[int](row, "digits")
		require.NoError(t, err)
		assert.Equal(t, 12, digits)
		named, err := lucid.Extra[mood](row, "word")
		require.NoError(t, err)
		assert.Equal(t, mood("abc"), named)
		list, err := lucid.Extra[tags](row, "word")
		require.NoError(t, err)
		assert.Equal(t, tags{"abc"}, list)
		anything, err := lucid.Extra[any](row, "n")
		require.NoError(t, err)
		assert.Equal(t, int64(300), anything)
		null, err := lucid.Extra[sql.Null[int64]](row, "nothing")
		require.NoError(t, err)
		assert.False(t, null.Valid)
		nothing, err := lucid.Extra[*string](row, "nothing")
		require.NoError(t, err)
		assert.Nil(t, nothing)
		empty, err := lucid.Extra[any](row, "nothing")
		require.NoError(t, err)
		assert.Nil(t, empty)
		last, err := lucid.Extra[time.Time](row, "last")
		require.NoError(t, err)
		assert.True(t, last.Equal(app.Day(1)))
		maybe, err := lucid.Extra[*time.Time](row, "last")
		require.NoError(t, err)
		assert.True(t, maybe.Equal(app.Day(1)))

		_, err = lucid.Extra[uint8](row, "n")
		assert.ErrorContains(t, err, `"n"`, "it does not fit")
		_, err = lucid.Extra[int](row, "word")
		assert.ErrorContains(t, err, `"word"`)
		_, err = lucid.Extra[int64](row, "nothing")
		assert.ErrorContains(t, err, "*int64")
		_, err = lucid.Extra[int64](row, "zzzzzzzzzzzzzz")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)
		assert.ErrorContains(t, err, "n, digits, word, nothing, last", "the names there are")
		_, err = lucid.Extra[int64](row, "wrod")
		assert.ErrorContains(t, err, `did you mean "word"?`)
		_, err = lucid.Extra[int64](&app.Post{}, "n")
		assert.ErrorIs(t, err, lucid.ErrUnknownColumn)

		extras := row.Extras()
		extras["n"] = 1
		assert.Equal(t, int64(300), row.Extras()["n"], "a map of one's own")
		assert.NotNil(t, (&app.Post{}).Extras())
	})
}

// TestRowsAreTheirOwn: rows that were read together share nothing that can be changed.
func TestRowsAreTheirOwn(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedMany(t, db.DB, 10_000)
		posts, err := lucid.From[app.Post](db).Select("*").SelectRaw("id * 2 AS doubled").OrderBy("id").All(t.Context())
		require.NoError(t, err)
		require.Len(t, posts, 10_000)
		seen := map[*app.Post]bool{}
		for i, p := range posts {
			seen[p] = true
			if p.ID != int64(i+1) || p.Extras()["doubled"] != p.ID*2 {
				t.Fatalf("row %d is %d with %v", i, p.ID, p.Extras())
			}
		}
		assert.Len(t, seen, 10_000)
		posts[7].Title = "changed"
		assert.NotEqual(t, "changed", posts[6].Title)
		assert.NotEqual(t, "changed", posts[8].Title)
	})
}
