package write_test

import (
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Shops, their clerks and the sales of these, where all but the shops are deleted softly.
type (
	Shop struct {
		lucid.Model
		ID     int64
		Clerks []*Clerk
		Sales  []*Sale
		Goods  []*Good
	}
	Clerk struct {
		lucid.Model
		ID     int64
		ShopID int64
		GoneAt *time.Time `db:",softdelete"`
	}
	Sale struct {
		lucid.Model
		ID      int64
		ClerkID int64
		GoneAt  *time.Time `db:",softdelete"`
		Clerk   *Clerk
	}
	Good struct {
		lucid.Model
		ID     int64
		GoneAt *time.Time `db:",softdelete"`
	}
)

var (
	ShopClerks = &lucid.HasMany[Shop, Clerk]{Field: func(s *Shop) *[]*Clerk { return &s.Clerks }}
	ShopSales  = &lucid.HasManyThrough[Shop, Clerk, Sale]{Field: func(s *Shop) *[]*Sale { return &s.Sales }}
	ShopGoods  = &lucid.ManyToMany[Shop, Good]{Field: func(s *Shop) *[]*Good { return &s.Goods }}
	SaleClerk  = &lucid.BelongsTo[Sale, Clerk]{Field: func(s *Sale) **Clerk { return &s.Clerk }}
)

func init() {
	lucid.Register[Shop](ShopClerks, ShopSales, ShopGoods)
	lucid.Register[Sale](SaleClerk)
}

// seedShops is a shop with two clerks, 1 and 2 who is gone, two sales each, of which 2 and 4 are gone, and
// two goods, of which 2 is gone.
func seedShops(t *testing.T, db *app.DB) *Shop {
	t.Helper()
	testdb.ExecAll(t, db.DB, `CREATE TABLE shops (id {id})`, `CREATE TABLE clerks (id {id}, shop_id {ref} NOT NULL, gone_at {time} NULL)`,
		`CREATE TABLE sales (id {id}, clerk_id {ref} NOT NULL, gone_at {time} NULL)`, `CREATE TABLE goods (id {id}, gone_at {time} NULL)`,
		`CREATE TABLE good_shop (shop_id {ref} NOT NULL, good_id {ref} NOT NULL)`)
	testdb.Insert(t, db.DB, "shops", "id", []any{1})
	testdb.Insert(t, db.DB, "clerks", "id, shop_id, gone_at", []any{1, 1, nil}, []any{2, 1, app.Day(1)})
	testdb.Insert(t, db.DB, "sales", "id, clerk_id, gone_at", []any{1, 1, nil}, []any{2, 1, app.Day(1)}, []any{3, 2, nil}, []any{4, 2, app.Day(1)})
	testdb.Insert(t, db.DB, "goods", "id, gone_at", []any{1, nil}, []any{2, app.Day(1)})
	testdb.Insert(t, db.DB, "good_shop", "shop_id, good_id", []any{1, 1}, []any{1, 2})
	db.Sent.Reset()
	return &Shop{ID: 1}
}

func saleIDs(rows []*Sale) []int64 { return app.IDs(rows, func(s *Sale) int64 { return s.ID }) }

// TestSoftDeleteHides: by one rule, rows that are gone are hidden wherever their table is read or changed.
func TestSoftDeleteHides(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedShops(t, db)
		ctx := t.Context()
		shop, err := lucid.From[Shop](db).Preload(ShopClerks, ShopSales, ShopGoods).
			WithCount(ShopClerks, ShopSales, ShopGoods).First(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, app.IDs(shop.Clerks, func(c *Clerk) int64 { return c.ID }))
		assert.Equal(t, []int64{1}, saleIDs(shop.Sales), "neither sales that are gone nor those of clerks that are")
		assert.Equal(t, []int64{1}, app.IDs(shop.Goods, func(g *Good) int64 { return g.ID }))
		assert.Equal(t, map[string]any{"clerks_count": int64(1), "sales_count": int64(1), "goods_count": int64(1)}, shop.Extras())

		all, err := lucid.From[Sale](db).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 3}, saleIDs(all))
		both, err := lucid.From[Sale](db).WithTrashed().Preload(SaleClerk).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2, 3, 4}, saleIDs(both))
		assert.Nil(t, both[2].Clerk, "a clerk who is gone is nobody's")
		gone, err := lucid.From[Sale](db).OnlyTrashed().OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 4}, saleIDs(gone))
		_, err = lucid.From[Sale](db).Find(ctx, 2)
		assert.ErrorIs(t, err, lucid.ErrNotFound)
		or, err := lucid.From[Sale](db).Where("id", 1).OrWhere("id", 2).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, or, "an OR does not reach them")
		has, err := lucid.From[Sale](db).Has(SaleClerk).OrderBy("id").All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, saleIDs(has))
		doesnt, err := lucid.From[Sale](db).DoesntHave(SaleClerk).All(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{3}, saleIDs(doesnt))
		trashed, err := lucid.From[Shop](db).Preload(ShopClerks.With(func(q *lucid.Query[Clerk]) { q.OnlyTrashed() })).First(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{2}, app.IDs(trashed.Clerks, func(c *Clerk) int64 { return c.ID }))
		page, err := ShopSales.Query(db, shop).Paginate(ctx, 1, 10)
		require.NoError(t, err)
		assert.EqualValues(t, 1, page.Total)
		n, err := lucid.From[Sale](db).Where("clerk_id", ">", 0).Update(ctx, lucid.Values{"clerk_id": 1})
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		limited, err := lucid.From[Shop](db).Preload(ShopSales.With(func(q *lucid.Query[Sale]) { q.GroupLimit(5).OrderBy("id") })).First(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 3}, saleIDs(limited.Sales))
	})
}

// TestSoftDelete marks rows, and brings them back.
func TestSoftDelete(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		seedShops(t, db)
		ctx := t.Context()
		left := func() []int64 {
			rows, err := lucid.From[Sale](db).OrderBy("id").All(ctx)
			require.NoError(t, err)
			return saleIDs(rows)
		}
		sale, err := lucid.From[Sale](db).Find(ctx, 1)
		require.NoError(t, err)
		require.NoError(t, lucid.Delete(ctx, db, sale))
		assert.NotNil(t, sale.GoneAt)
		assert.True(t, sale.IsPersisted(), "it is still in the table")
		assert.Nil(t, lucid.Changed(sale))
		assert.Equal(t, []int64{3}, left())
		sale.ClerkID = 2
		require.NoError(t, lucid.Restore(ctx, db, sale))
		assert.Nil(t, sale.GoneAt)
		assert.Equal(t, []string{"clerk_id"}, lucid.Changed(sale), "nothing else is written")
		assert.Equal(t, []int64{1, 3}, left())
		require.NoError(t, lucid.ForceDelete(ctx, db, sale))
		assert.False(t, sale.IsPersisted())

		n, err := lucid.From[Sale](db).Where("id", 3).Delete(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		n, err = lucid.From[Sale](db).Where("id", 3).Delete(ctx)
		require.NoError(t, err)
		assert.Zero(t, n, "it is gone already")
		assert.Empty(t, left())
		n, err = lucid.From[Sale](db).Where("id", ">", 2).Restore(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		assert.Equal(t, []int64{3, 4}, left())
		n, err = lucid.From[Sale](db).WithTrashed().Where("id", 2).ForceDelete(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		n, err = lucid.From[Sale](db).WithTrashed().Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)

		db.Sent.Reset()
		for name, call := range map[string]func() (int64, error){
			"Delete":      func() (int64, error) { return lucid.From[Sale](db).Delete(ctx) },
			"Restore":     func() (int64, error) { return lucid.From[Sale](db).Restore(ctx) },
			"ForceDelete": func() (int64, error) { return lucid.From[Sale](db).ForceDelete(ctx) },
		} {
			_, err := call()
			assert.ErrorContains(t, err, name+" without a condition would change every row")
		}
		_, err = lucid.From[Shop](db).OnlyTrashed().All(ctx)
		assert.EqualError(t, err, `lucid: Shop: OnlyTrashed: the model has no column for it: tag a *time.Time with db:",softdelete"`)
		_, err = lucid.From[Shop](db).Where("id", 1).Restore(ctx)
		assert.ErrorContains(t, err, "Shop: Restore")
		assert.Empty(t, db.Sent.Paths())
		_, err = lucid.From[Shop](db).WithTrashed().All(ctx)
		assert.NoError(t, err)
	})
}
