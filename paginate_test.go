package lucid_test

import (
	"encoding/json"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaginate(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		q := lucid.From[Post](db).Preload(PostAuthor).WithCount(PostComments).Has(PostAuthor)
		page, err := q.Paginate(t.Context(), 2, 4)
		require.NoError(t, err)
		assert.Equal(t, lucid.PageMeta{Total: 6, PerPage: 4, CurrentPage: 2, LastPage: 2, FirstPage: 1}, page.PageMeta)
		assert.Equal(t, []int64{5, 6}, postIDs(page.Data))
		assert.NotNil(t, page.Data[0].Author)
		db.sent.reset()
		page, err = lucid.From[Post](db).Where("id", 0).Paginate(t.Context(), 1, 4)
		require.NoError(t, err)
		assert.Len(t, db.sent.paths(), 1, "nothing to read")
		text, err := json.Marshal(page)
		require.NoError(t, err)
		assert.JSONEq(t, `{"data": [], "meta": {"total": 0, "per_page": 4, "current_page": 1, "last_page": 1, "first_page": 1}}`, string(text))

		ann, err := lucid.From[User](db).Find(t.Context(), 1)
		require.NoError(t, err)
		related, err := UserPosts.Query(db, ann).Where("likes", ">", 5).OrWhere("id", 6).Paginate(t.Context(), 1, 1)
		require.NoError(t, err)
		assert.Equal(t, int64(2), related.Total, "of this parent only")
		skills, err := UserSkills.Query(db, ann).OrderByDesc("pivot.level").Paginate(t.Context(), 2, 1)
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, skillIDs(skills.Data))
		_, err = UserProfile.Query(db, ann).Paginate(t.Context(), 1, 1)
		require.ErrorContains(t, err, "a relation to one row")
		for _, n := range [][2]int{{0, 1}, {1, 0}, {-1, 5}} {
			_, err = q.Paginate(t.Context(), n[0], n[1])
			require.Error(t, err)
		}
	})
}

// TestCursorPaginate walks orders with mixed directions and NULLs to the end and back.
func TestCursorPaginate(t *testing.T) {
	orders := map[string]func(q userQuery){
		"by key":           func(userQuery) {},
		"NULLs, ascending": func(q userQuery) { q.OrderBy("country_id") },
		"NULLs, descending, then by key, descending": func(q userQuery) { q.OrderByDesc("country_id").OrderByDesc("id") },
		"two directions": func(q userQuery) { q.OrderBy("country_id").OrderByDesc("parent_id") },
		"a text":         func(q userQuery) { q.OrderByDesc("email") },
		"a time":         func(q userQuery) { q.OrderByDesc("created_at") },
	}
	eachDB(t, func(t *testing.T, db *fixture) {
		for name, order := range orders {
			want, err := lucid.From[User](db).Apply(order).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			for size := 1; size <= 5; size++ {
				q := lucid.From[User](db).Apply(order).Preload(UserPosts)
				forward, back := []int64{}, []int64{}
				page, err := q.CursorPaginate(t.Context(), "", size)
				require.NoError(t, err, name)
				assert.Empty(t, page.Prev, name)
				forward = append(forward, userIDs(page.Data)...)
				for page.Next != "" {
					page, err = q.CursorPaginate(t.Context(), page.Next, size)
					require.NoError(t, err, name)
					forward = append(forward, userIDs(page.Data)...)
				}
				assert.Equal(t, userIDs(want), forward, name)
				back = append(back, userIDs(page.Data)...)
				for page.Prev != "" {
					page, err = q.CursorPaginate(t.Context(), page.Prev, size)
					require.NoError(t, err, name)
					back = append(userIDs(page.Data), back...)
				}
				assert.Equal(t, userIDs(want), back, name)
			}
		}
	})
}

func TestCursorPaginateRefuses(t *testing.T) {
	eachDB(t, func(t *testing.T, db *fixture) {
		q := lucid.From[Post](db)
		page, err := q.CursorPaginate(t.Context(), "", 2)
		require.NoError(t, err)
		db.sent.reset()
		_, err = q.Clone().OrderBy("title").CursorPaginate(t.Context(), page.Next, 2)
		require.ErrorContains(t, err, "made for another order")
		for i := range page.Next {
			tampered := []byte(page.Next)
			tampered[i] ^= 1
			_, err = q.CursorPaginate(t.Context(), string(tampered), 2)
			require.Error(t, err, i)
		}
		for want, bad := range map[string]postQuery{
			"the order must be columns": q.Clone().OrderByRaw("likes % 3"),
			"it takes 1 or more":        q.Clone(),
		} {
			n := 2
			if want == "it takes 1 or more" {
				n = 0
			}
			_, err = bad.CursorPaginate(t.Context(), "", n)
			require.ErrorContains(t, err, want)
		}
		assert.Empty(t, db.sent.paths())

		users, err := lucid.From[User](db).All(t.Context())
		require.NoError(t, err)
		cursor, seen := "", []int64{}
		for range 10 {
			page, err := UserSkills.Query(db, users[:2]...).OrderByDesc("pivot.level").CursorPaginate(t.Context(), cursor, 1)
			require.NoError(t, err)
			seen = append(seen, skillIDs(page.Data)...)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		assert.Equal(t, []int64{1, 2, 2}, seen, "by a pivot column, over two parents")
	})
}
