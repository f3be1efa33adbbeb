package sakila_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// testGroupLimit keeps the first rows of each parent, in their order.
func testGroupLimit(t *testing.T, db *database) {
	const (
		filmActors  = "actor JOIN film_actor ON film_actor.actor_id = actor.actor_id"
		filmRentals = "rental JOIN inventory ON inventory.inventory_id = rental.inventory_id"
	)
	tests := []struct {
		name  string
		links links
		query string
	}{
		{"latest three rentals", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.OrderByDesc("rental_date").OrderByDesc("rental_id").GroupLimit(3)
		})), ranked{"customer_id", "rental_id", "rental", "rental_date DESC, rental_id DESC", 3}.query()},
		{"highest keys by default", many(CountryCities.With(func(q *lucid.Query[City]) { q.GroupLimit(2) })),
			ranked{"country_id", "city_id", "city", "city_id DESC", 2}.query()},
		{"group order", many(CountryCities.With(func(q *lucid.Query[City]) { q.GroupOrderBy("city").GroupLimit(4) })),
			ranked{"country_id", "city_id", "city", "city", 4}.query()},
		{"group order descending", many(CountryCities.With(func(q *lucid.Query[City]) { q.GroupOrderBy("city", "desc").GroupLimit(1) })),
			ranked{"country_id", "city_id", "city", "city DESC", 1}.query()},
		{"more than there are", many(CityAddresses.With(func(q *lucid.Query[Address]) { q.OrderBy("address_id").GroupLimit(1000) })),
			ranked{"city_id", "address_id", "address", "address_id", 1000}.query()},
		{"condition", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.Where("staff_id", 1).OrderBy("rental_date").OrderBy("rental_id").GroupLimit(2)
		})), ranked{"customer_id", "rental_id", "rental WHERE staff_id = 1", "rental_date, rental_id", 2}.query()},
		{"OR", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("inventory_id", "<", 500).OrderBy("rental_id").GroupLimit(2)
		}), firstCustomers), ranked{
			"customer_id", "rental_id", "rental WHERE (return_date IS NULL OR inventory_id < 500) AND customer_id <= 10", "rental_id", 2,
		}.query()},
		{"selected columns", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.Select("rental_id").OrderByDesc("rental_date").OrderByDesc("rental_id").GroupLimit(3)
		})), ranked{"customer_id", "rental_id", "rental", "rental_date DESC, rental_id DESC", 3}.query()},

		{"many to many", manyToMany(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.OrderBy("last_name").OrderBy("actor_id").GroupLimit(2)
		})), ranked{"film_actor.film_id", "actor.actor_id", filmActors, "actor.last_name, actor.actor_id", 2}.query()},
		{"many to many by default", manyToMany(CategoryFilms.With(func(q *lucid.Query[Film]) { q.GroupLimit(5) })),
			ranked{"category_id", "film_id", "film_category", "film_id DESC", 5}.query()},
		{"many to many by pivot column", manyToMany(ActorFilms.With(func(q *lucid.Query[Film]) {
			q.GroupOrderBy("pivot.film_id").GroupLimit(3)
		})), ranked{"actor_id", "film_id", "film_actor", "film_id", 3}.query()},
		{"many to many OR", manyToMany(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.WhereLike("first_name", "P%").OrWhere("actor_id", "<", 100).OrderBy("actor_id").GroupLimit(2)
		}), firstFilms), ranked{
			"film_actor.film_id", "actor.actor_id",
			filmActors + " WHERE (actor.first_name LIKE 'P%' OR actor.actor_id < 100) AND film_actor.film_id <= 20", "actor.actor_id", 2,
		}.query()},

		{"through", many(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.OrderByDesc("rental_date").OrderByDesc("rental_id").GroupLimit(3)
		})), ranked{"inventory.film_id", "rental.rental_id", filmRentals, "rental.rental_date DESC, rental.rental_id DESC", 3}.query()},
		{"through by default", many(StoreRentals.With(func(q *lucid.Query[Rental]) { q.GroupLimit(7) })),
			ranked{"inventory.store_id", "rental.rental_id", filmRentals, "rental.rental_id DESC", 7}.query()},
		{"through by column of the table between", many(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.GroupOrderBy("through.inventory_id", "desc").GroupOrderBy("rental_id").GroupLimit(2)
		})), ranked{"inventory.film_id", "rental.rental_id", filmRentals, "inventory.inventory_id DESC, rental.rental_id", 2}.query()},
		{"through OR", many(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("customer_id", "<", 100).OrderBy("rental_id").GroupLimit(2)
		}), firstFilms), ranked{
			"inventory.film_id", "rental.rental_id",
			filmRentals + " WHERE (rental.return_date IS NULL OR rental.customer_id < 100) AND inventory.film_id <= 20", "rental.rental_id", 2,
		}.query()},

		{"composite primary key by default", many(FilmCredits.With(func(q *lucid.Query[FilmActor]) { q.GroupLimit(2) })),
			ranked{"film_id", "actor_id, film_id", "film_actor", "actor_id DESC, film_id DESC", 2}.query()},
		{"composite key", many(InventoryCopies.With(func(q *lucid.Query[Inventory]) { q.OrderBy("inventory_id").GroupLimit(2) })),
			`SELECT inventory.inventory_id, copy.inventory_id FROM inventory JOIN (
				SELECT film_id, store_id, inventory_id, row_number() OVER (PARTITION BY film_id, store_id ORDER BY inventory_id) AS n
				FROM inventory
			) copy ON copy.film_id = inventory.film_id AND copy.store_id = inventory.store_id
			WHERE copy.n <= 2 ORDER BY inventory.inventory_id, copy.n`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assertTuples(t, db.tuples(t, tt.query), tt.links(t, db)) })
	}
}

// ranked is the hand-written form of a group limit.
type ranked struct {
	parent, related, from, order string
	limit                        int
}

func (r ranked) query() string {
	keys := "related"
	related := r.related + " AS related"
	if first, second, ok := strings.Cut(r.related, ", "); ok { // a composite key
		keys, related = "related, related2", first+" AS related, "+second+" AS related2"
	}
	return fmt.Sprintf(`SELECT parent, %s FROM (
			SELECT %s AS parent, %s, row_number() OVER (PARTITION BY %[2]s ORDER BY %[4]s) AS n FROM %[5]s
		) ranked WHERE n <= %[6]d ORDER BY parent, n`, keys, r.parent, related, r.order, r.from, r.limit)
}

// testGroupLimitNested limits rows on two levels and loads more of those that are left only.
func testGroupLimitNested(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	stores, err := lucid.From[Store](db).OrderBy("store_id").
		Preload(StoreCustomers.With(func(q *lucid.Query[Customer]) {
			q.OrderBy("customer_id").GroupLimit(5).Preload(CustomerRentals.With(func(q *lucid.Query[Rental]) {
				q.OrderByDesc("rental_date").OrderByDesc("rental_id").GroupLimit(3).Preload(RentalStaff)
			}))
		})).
		All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 3+1, sent.count(), sent)
	var got [][]int64
	for _, store := range stores {
		for _, customer := range store.Customers {
			for _, rental := range customer.Rentals {
				got = append(got, joined(store.key(), customer.key(), rental.key(), rental.Staff.key()))
			}
		}
	}
	assertTuples(t, db.tuples(t, `SELECT c.store_id, c.customer_id, r.rental_id, r.staff_id FROM (
			SELECT store_id, customer_id, row_number() OVER (PARTITION BY store_id ORDER BY customer_id) AS n FROM customer
		) c JOIN (
			SELECT customer_id, rental_id, staff_id,
				row_number() OVER (PARTITION BY customer_id ORDER BY rental_date DESC, rental_id DESC) AS n FROM rental
		) r ON r.customer_id = c.customer_id
		WHERE c.n <= 5 AND r.n <= 3 ORDER BY c.store_id, c.customer_id, r.n`), got)
}
