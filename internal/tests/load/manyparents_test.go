package load_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manyParents is more keys than a statement takes parameters, on every database.
const manyParents = 70_000

// device has a key of integers and one of texts; reading refers to it by both.
type device struct {
	lucid.Model
	ID   int64
	Code string

	Readings []*reading
	ByCode   []*reading
	Groups   []*deviceGroup
	Labels   []*deviceGroup
}

type reading struct {
	lucid.Model
	ID         int64
	DeviceID   *int64
	DeviceCode sql.Null[string]

	Device *device
	Coded  *device
}

type deviceGroup struct {
	lucid.Model
	ID   int64
	Code string
}

var (
	deviceCode  = lucid.Column(func(d *device) *string { return &d.Code })
	readingCode = lucid.Column(func(r *reading) *sql.Null[string] { return &r.DeviceCode })

	deviceReadings = &lucid.HasMany[device, reading]{Field: func(d *device) *[]*reading { return &d.Readings }}
	deviceByCode   = &lucid.HasMany[device, reading]{
		Field: func(d *device) *[]*reading { return &d.ByCode }, LocalKey: deviceCode, ForeignKey: readingCode,
	}
	deviceGroups = &lucid.ManyToMany[device, deviceGroup]{
		Field: func(d *device) *[]*deviceGroup { return &d.Groups }, PivotTable: "device_group", PivotRelatedForeignKey: "group_id",
	}
	deviceLabels = &lucid.ManyToMany[device, deviceGroup]{
		Field: func(d *device) *[]*deviceGroup { return &d.Labels }, LocalKey: deviceCode,
		RelatedKey: lucid.Column(func(g *deviceGroup) *string { return &g.Code }), PivotTable: "device_group", PivotRelatedForeignKey: "group_code",
	}
	readingDevice = &lucid.BelongsTo[reading, device]{Field: func(r *reading) **device { return &r.Device }}
	readingCoded  = &lucid.BelongsTo[reading, device]{
		Field: func(r *reading) **device { return &r.Coded }, ForeignKey: readingCode, OwnerKey: deviceCode,
	}
)

func init() {
	lucid.Register[device](deviceReadings, deviceByCode, deviceGroups, deviceLabels)
	lucid.Register[reading](readingDevice, readingCoded)
}

// manyRows creates devices 1 to manyParents with a reading each, of the code "k" and the id, in group 1 or 2.
func manyRows(t *testing.T, db *testdb.DB) {
	t.Helper()
	text := map[lucid.Dialect]string{lucid.PostgreSQL: "TEXT", lucid.MySQL: "VARCHAR(20) COLLATE utf8mb4_general_ci", lucid.SQLite: "TEXT"}[db.Dialect]
	join := map[lucid.Dialect]string{lucid.PostgreSQL: "'k' || n", lucid.MySQL: "CONCAT('k', n)", lucid.SQLite: "'k' || n"}[db.Dialect]
	testdb.ExecAll(t, db,
		"CREATE TABLE digits (d INTEGER NOT NULL)", "INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
		"CREATE TABLE numbers (n INTEGER NOT NULL)",
		"INSERT INTO numbers SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d FROM digits a, digits b, digits c, digits e, digits f WHERE f.d < 7",
		"CREATE TABLE devices (id {id}, code "+text+" NOT NULL)",
		"CREATE TABLE readings (id {id}, device_id {ref}, device_code "+text+")",
		"CREATE TABLE device_group (device_id {ref} NOT NULL, group_id {ref} NOT NULL, device_code "+text+" NOT NULL, group_code "+text+" NOT NULL)",
		"CREATE TABLE device_groups (id {id}, code "+text+" NOT NULL)",
		"INSERT INTO devices (id, code) SELECT n, "+join+" FROM numbers ORDER BY n",
		"INSERT INTO readings (id, device_id, device_code) SELECT n, n, "+join+" FROM numbers ORDER BY n",
		"INSERT INTO device_groups (id, code) VALUES (1, 'odd'), (2, 'even')",
		"INSERT INTO device_group SELECT n, 2 - n % 2, "+join+", CASE WHEN n % 2 = 1 THEN 'odd' ELSE 'even' END FROM numbers",
		"CREATE INDEX readings_device_id ON readings (device_id)", "CREATE INDEX readings_device_code ON readings (device_code)",
		"CREATE INDEX devices_code ON devices (code)",
		"CREATE INDEX device_group_device_id ON device_group (device_id)", "CREATE INDEX device_group_device_code ON device_group (device_code)")
}

// TestPreloadOfManyParents: more keys than a statement takes parameters go in one statement where the
// database has an array or JSON, else in a few; each row is found once, in the order of one statement.
func TestPreloadOfManyParents(t *testing.T) {
	if testing.Short() {
		t.Skip("70,000 rows on each database")
	}
	for _, dialect := range []lucid.Dialect{lucid.SQLite, lucid.PostgreSQL, lucid.MySQL} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			sent := &testdb.Recorder{}
			db := testdb.Open(t, dialect, lucid.WithQueryHook(sent))
			manyRows(t, db)
			devices, err := lucid.From[device](db).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			require.Len(t, devices, manyParents)
			readings, err := lucid.From[reading](db).OrderBy("id").All(t.Context())
			require.NoError(t, err)

			byID := func(q *lucid.Query[reading]) { q.OrderBy("id") }
			tests := []struct {
				name  string
				load  func(context.Context) error
				right func(i int) bool // of the row at i, which has id i + 1
			}{
				{"Readings", func(ctx context.Context) error { return deviceReadings.With(byID).Load(ctx, db, devices...) },
					func(i int) bool { rows := devices[i].Readings; return len(rows) == 1 && rows[0].ID == int64(i+1) }},
				{"ByCode", func(ctx context.Context) error { return deviceByCode.Load(ctx, db, devices...) },
					func(i int) bool { rows := devices[i].ByCode; return len(rows) == 1 && rows[0].ID == int64(i+1) }},
				{"Groups", func(ctx context.Context) error { return deviceGroups.Load(ctx, db, devices...) },
					func(i int) bool { rows := devices[i].Groups; return len(rows) == 1 && rows[0].ID == int64(1+i%2) }},
				{"Labels", func(ctx context.Context) error { return deviceLabels.Load(ctx, db, devices...) },
					func(i int) bool { rows := devices[i].Labels; return len(rows) == 1 && rows[0].ID == int64(1+i%2) }},
				{"Device", func(ctx context.Context) error { return readingDevice.Load(ctx, db, readings...) },
					func(i int) bool { d := readings[i].Device; return d != nil && d.ID == int64(i+1) }},
				{"Coded", func(ctx context.Context) error { return readingCoded.Load(ctx, db, readings...) },
					func(i int) bool { d := readings[i].Coded; return d != nil && d.ID == int64(i+1) }},
			}
			for _, tt := range tests {
				sent.Reset()
				require.NoError(t, tt.load(t.Context()), tt.name)
				wrong := 0
				for i := range manyParents {
					if !tt.right(i) {
						wrong++
					}
				}
				assert.Zero(t, wrong, "%s: rows whose relation is not what it is", tt.name)
				want := 1
				if dialect == lucid.MySQL {
					want = 3
				}
				if tt.name == "Groups" { // its pivot rows, then the related rows
					want++
				}
				assert.Len(t, sent.Paths(), want, tt.name)
				for _, e := range sent.Events() {
					assert.LessOrEqual(t, len(e.Args), 65_535)
				}
			}
		})
	}
}

// TestPreloadInChunksWithCollation: two parents whose keys the database holds equal stand in different
// chunks; a row comes back with both statements and still belongs to each of them once.
func TestPreloadInChunksWithCollation(t *testing.T) {
	if testing.Short() {
		t.Skip("70,000 rows")
	}
	db := testdb.Open(t, lucid.MySQL)
	manyRows(t, db)
	testdb.ExecAll(t, db, "UPDATE devices SET code = 'K1' WHERE id = 70000", "DELETE FROM readings WHERE id > 1", "INSERT INTO readings (id, device_code) VALUES (70001, 'K1')")
	devices, err := lucid.From[device](db).OrderBy("id").Preload(deviceByCode.With(func(q *lucid.Query[reading]) { q.OrderBy("id") })).All(t.Context())
	require.NoError(t, err)
	for _, d := range []*device{devices[0], devices[manyParents-1]} {
		assert.Equal(t, []int64{1, 70001}, app.IDs(d.ByCode, func(r *reading) int64 { return r.ID }), d.Code)
	}
	assert.Empty(t, devices[1].ByCode)
}
