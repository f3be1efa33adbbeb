// The tag has each statement made twice.
//go:build !lucid_checkshapes

package read_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAllocations: what a query and a row may cost in allocations, on embedded SQLite, the driver's own among
// them. Times are for the benchmarks.
func TestAllocations(t *testing.T) {
	db := testdb.Open(t, lucid.SQLite)
	app.Seed(t, db)
	var posts [][]any
	for i := range 1000 {
		posts = append(posts, []any{i%4 + 1, "a title", i, true, app.Day(1)})
	}
	testdb.Insert(t, db, "posts", "user_id, title, likes, published, created_at", posts...)
	ctx := t.Context()
	post, err := lucid.From[app.Post](db).Find(ctx, 3)
	require.NoError(t, err)
	tests := map[string]struct {
		most float64
		do   func() error
	}{
		"a row by key":             {70, func() error { _, err := lucid.From[app.Post](db).Find(ctx, 3); return err }},
		"a thousand rows":          {11 * 1006, func() error { _, err := lucid.From[app.Post](db).All(ctx); return err }},
		"a preload":                {12 * 1006, func() error { _, err := lucid.From[app.User](db).Preload(app.UserPosts).All(ctx); return err }},
		"an update":                {45, func() error { post.Likes++; return lucid.Save(ctx, db, post) }},
		"a clean save":             {12, func() error { return lucid.Save(ctx, db, post) }},
		"an insert":                {75, func() error { return lucid.Create(ctx, db, &app.Post{UserID: 1, Title: "x"}) }},
		"a statement and its text": {60, func() error { _, _, err := lucid.From[app.Post](db).Where("id", 3).OrderBy("id").SQL(); return err }},
	}
	for name, tt := range tests {
		if testdb.Race {
			t.Skip("the race detector allocates too")
		}
		n := testing.AllocsPerRun(20, func() { require.NoError(t, tt.do()) })
		assert.LessOrEqual(t, n, tt.most, name)
		t.Log(name, n)
	}
}
