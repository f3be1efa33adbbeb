package lucid_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShapes: a query of a shape that was there is not compiled again, whatever its values; and two
// shapes that differ never share a statement.
func TestShapes(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		ask := func(id int64, published bool, limit int) {
			_, err := lucid.From[User](db).Where("id", ">", id).Has(UserPosts.With(func(q *lucid.Query[Post]) { q.Where("published", published) })).
				WithCount(UserPosts).Preload(UserPosts.With(func(q *lucid.Query[Post]) { q.GroupLimit(limit).Preload(PostComments) })).
				OrderBy("id").Limit(limit).All(t.Context())
			require.NoError(t, err)
		}
		for i := range 6 { // one parent and many are two shapes, and so are key lists of other lengths
			ask(int64(i%3), i%2 == 0, 2+i%3)
		}
		made := lucid.ShapesMade(db.DB.DB)
		for i := range 50 {
			ask(int64(i%3), i%2 == 0, 2+i%3)
		}
		assert.Equal(t, made, lucid.ShapesMade(db.DB.DB))
	})
}
