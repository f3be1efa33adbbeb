package read_test

import (
	"encoding/json"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaginate(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db).Preload(app.PostAuthor).WithCount(app.PostComments).Has(app.PostAuthor)
		page, err := q.Paginate(t.Context(), 2, 4)
		require.NoError(t, err)
		assert.Equal(t, lucid.PageMeta{Total: 6, PerPage: 4, CurrentPage: 2, LastPage: 2, FirstPage: 1}, page.PageMeta)
		assert.Equal(t, []int64{5, 6}, app.PostIDs(page.Data))
		assert.NotNil(t, page.Data[0].Author)
		db.Sent.Reset()
		page, err = lucid.From[app.Post](db).Where("id", 0).Paginate(t.Context(), 1, 4)
		require.NoError(t, err)
		assert.Len(t, db.Sent.Paths(), 1, "nothing to read")
		text, err := json.Marshal(page)
		require.NoError(t, err)
		assert.JSONEq(t, `{"data": [], "meta": {"total": 0, "per_page": 4, "current_page": 1, "last_page": 1, "first_page": 1}}`, string(text))

		ann, err := lucid.From[app.User](db).Find(t.Context(), 1)
		require.NoError(t, err)
		related, err := app.UserPosts.Query(db, ann).Where("likes", ">", 5).OrWhere("id", 6).Paginate(t.Context(), 1, 1)
		require.NoError(t, err)
		assert.Equal(t, int64(2), related.Total, "of this parent only")
		skills, err := app.UserSkills.Query(db, ann).OrderByDesc("pivot.level").Paginate(t.Context(), 2, 1)
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, app.SkillIDs(skills.Data))
		_, err = app.UserProfile.Query(db, ann).Paginate(t.Context(), 1, 1)
		require.ErrorContains(t, err, "a relation to one row")
		for _, n := range [][2]int{{0, 1}, {1, 0}, {-1, 5}} {
			_, err = q.Paginate(t.Context(), n[0], n[1])
			require.Error(t, err)
		}
	})
}

// TestCursorPaginate walks orders with mixed directions and NULLs to the end and back.
func TestCursorPaginate(t *testing.T) {
	orders := map[string]func(q app.UserQuery){
		"by key":           func(app.UserQuery) {},
		"NULLs, ascending": func(q app.UserQuery) { q.OrderBy("country_id") },
		"NULLs, descending, then by key, descending": func(q app.UserQuery) { q.OrderByDesc("country_id").OrderByDesc("id") },
		"two directions": func(q app.UserQuery) { q.OrderBy("country_id").OrderByDesc("parent_id") },
		"a text":         func(q app.UserQuery) { q.OrderByDesc("email") },
		"a time":         func(q app.UserQuery) { q.OrderByDesc("created_at") },
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for name, order := range orders {
			want, err := lucid.From[app.User](db).Apply(order).OrderBy("id").All(t.Context())
			require.NoError(t, err)
			for size := 1; size <= 5; size++ {
				q := lucid.From[app.User](db).Apply(order).Preload(app.UserPosts)
				forward, back := []int64{}, []int64{}
				page, err := q.CursorPaginate(t.Context(), "", size)
				require.NoError(t, err, name)
				assert.Empty(t, page.Prev, name)
				forward = append(forward, app.UserIDs(page.Data)...)
				for page.Next != "" {
					page, err = q.CursorPaginate(t.Context(), page.Next, size)
					require.NoError(t, err, name)
					forward = append(forward, app.UserIDs(page.Data)...)
				}
				assert.Equal(t, app.UserIDs(want), forward, name)
				back = append(back, app.UserIDs(page.Data)...)
				for page.Prev != "" {
					page, err = q.CursorPaginate(t.Context(), page.Prev, size)
					require.NoError(t, err, name)
					back = append(app.UserIDs(page.Data), back...)
				}
				assert.Equal(t, app.UserIDs(want), back, name)
			}
		}
	})
}

func TestCursorPaginateRefuses(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db)
		page, err := q.CursorPaginate(t.Context(), "", 2)
		require.NoError(t, err)
		db.Sent.Reset()
		_, err = q.Clone().OrderBy("title").CursorPaginate(t.Context(), page.Next, 2)
		require.ErrorContains(t, err, "made for another order")
		for i := range page.Next {
			tampered := []byte(page.Next)
			tampered[i] ^= 1
			_, err = q.CursorPaginate(t.Context(), string(tampered), 2)
			require.Error(t, err, i)
		}
		for want, bad := range map[string]app.PostQuery{
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
		assert.Empty(t, db.Sent.Paths())

		users, err := lucid.From[app.User](db).All(t.Context())
		require.NoError(t, err)
		cursor, seen := "", []int64{}
		for range 10 {
			page, err := app.UserSkills.Query(db, users[:2]...).OrderByDesc("pivot.level").CursorPaginate(t.Context(), cursor, 1)
			require.NoError(t, err)
			seen = append(seen, app.SkillIDs(page.Data)...)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		assert.Equal(t, []int64{1, 2, 2}, seen, "by a pivot column, over two parents")
	})
}
