package sakila_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// testNesting loads chains of relations: one statement for each level, whatever the number of rows.
func testNesting(t *testing.T, db *database) {
	t.Run("category to actors", func(t *testing.T) { testCategoryActors(t, db) })
	t.Run("country to payments", func(t *testing.T) { testCountryPayments(t, db) })
	t.Run("payment to country", func(t *testing.T) { testPaymentCountry(t, db) })
	t.Run("scopes at every level", func(t *testing.T) { testNestedScopes(t, db) })
}

func testCategoryActors(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	categories, err := lucid.From[Category](db).Preload(CategoryFilms.Preload(FilmActors)).All(ctx)
	require.NoError(t, err)
	assert.LessOrEqual(t, sent.count(), 1+2*2, sent) // a many-to-many may take two
	var got [][]int64
	for _, category := range categories {
		for _, film := range category.Films {
			for _, actor := range film.Actors {
				got = append(got, joined(category.key(), film.key(), actor.key()))
			}
		}
	}
	want := db.tuples(t, `SELECT film_category.category_id, film_actor.film_id, film_actor.actor_id
		FROM film_category JOIN film_actor ON film_actor.film_id = film_category.film_id`)
	assertTuples(t, sorted(want), sorted(got))
}

// testCountryPayments goes five levels down, to the 16,000 payments.
func testCountryPayments(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	countries, err := lucid.From[Country](db).
		Preload(CountryCities.Preload(CityAddresses.Preload(AddressCustomers.Preload(CustomerRentals.Preload(RentalPayments))))).
		All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 5+1, sent.count(), sent)
	var rentals, payments [][]int64
	for _, country := range countries {
		for _, city := range country.Cities {
			for _, address := range city.Addresses {
				for _, customer := range address.Customers {
					for _, rental := range customer.Rentals {
						path := joined(country.key(), city.key(), address.key(), customer.key(), rental.key())
						rentals = append(rentals, path)
						for _, payment := range rental.Payments {
							payments = append(payments, joined(path, payment.key()))
						}
					}
				}
			}
		}
	}
	const rentalsJoin = ` FROM country JOIN city ON city.country_id = country.country_id
		JOIN address ON address.city_id = city.city_id
		JOIN customer ON customer.address_id = address.address_id
		JOIN rental ON rental.customer_id = customer.customer_id`
	assertTuples(t, sorted(db.tuples(t, `SELECT country.country_id, city.city_id, address.address_id, customer.customer_id,
		rental.rental_id`+rentalsJoin)), sorted(rentals))
	assertTuples(t, sorted(db.tuples(t, `SELECT country.country_id, city.city_id, address.address_id, customer.customer_id,
		rental.rental_id, payment.payment_id`+rentalsJoin+` JOIN payment ON payment.rental_id = rental.rental_id`)), sorted(payments))
}

// testPaymentCountry goes the other way, up through keys that many rows share.
func testPaymentCountry(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	payments, err := lucid.From[Payment](db).OrderBy("payment_id").
		Preload(PaymentCustomer.Preload(CustomerAddress.Preload(AddressCity.Preload(CityCountry)))).
		All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 4+1, sent.count(), sent)
	var got [][]int64
	for _, payment := range payments {
		city := payment.Customer.Address.City
		got = append(got, joined(payment.key(), payment.Customer.key(), city.key(), city.Country.key()))
	}
	assertTuples(t, db.tuples(t, `SELECT payment.payment_id, customer.customer_id, city.city_id, city.country_id FROM payment
		JOIN customer ON customer.customer_id = payment.customer_id
		JOIN address ON address.address_id = customer.address_id
		JOIN city ON city.city_id = address.city_id ORDER BY payment.payment_id`), got)
}

// testNestedScopes mixes kinds: many-to-many, has-many and has-many inside belongs-to, each with conditions.
func testNestedScopes(t *testing.T, db *database) {
	categories, err := lucid.From[Category](db).Where("name", "Horror").OrWhere("name", "Family").OrderBy("category_id").
		Preload(CategoryFilms.With(func(q *lucid.Query[Film]) {
			q.Where("rating", "PG").OrWhere("rating", "G").OrderBy("film_id").
				Preload(FilmCopies.With(func(q *lucid.Query[Inventory]) {
					q.Where("store_id", 1).OrderByDesc("inventory_id").
						Preload(InventoryRentals.With(func(q *lucid.Query[Rental]) {
							q.WhereNull("return_date").OrWhere("staff_id", 2).OrderBy("rental_id")
						}))
				}))
		})).
		All(t.Context())
	require.NoError(t, err)
	var got [][]int64
	for _, category := range categories {
		for _, film := range category.Films {
			for _, copied := range film.Copies {
				for _, rental := range copied.Rentals {
					got = append(got, joined(category.key(), film.key(), copied.key(), rental.key()))
				}
			}
		}
	}
	assertTuples(t, db.tuples(t, `SELECT category.category_id, film.film_id, inventory.inventory_id, rental.rental_id FROM category
		JOIN film_category ON film_category.category_id = category.category_id
		JOIN film ON film.film_id = film_category.film_id
		JOIN inventory ON inventory.film_id = film.film_id
		JOIN rental ON rental.inventory_id = inventory.inventory_id
		WHERE category.name IN ('Horror', 'Family') AND film.rating IN ('PG', 'G') AND inventory.store_id = 1
			AND (rental.return_date IS NULL OR rental.staff_id = 2)
		ORDER BY category.category_id, film.film_id, inventory.inventory_id DESC, rental.rental_id`), got)
}

// testBackReferences goes down and up again. What comes back is the row that was read for it, shared by all
// who refer to it, and never the parent itself.
func testBackReferences(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	countries, err := lucid.From[Country](db).Preload(CountryCities.Preload(CityCountry.Preload(CountryCities))).All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 3+1, sent.count(), sent)
	for _, country := range countries {
		for _, city := range country.Cities {
			require.Equal(t, country.ID, city.Country.ID)
			require.Equal(t, country.Name, city.Country.Name)
			require.NotSame(t, country, city.Country)
			require.Same(t, country.Cities[0].Country, city.Country)
			require.Len(t, city.Country.Cities, len(country.Cities))
		}
	}
}

// testCycle follows store and staff, which refer to each other, round and round.
func testCycle(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	stores, err := lucid.From[Store](db).
		Preload(StoreManager.Preload(StaffStore.Preload(StoreStaff.Preload(StaffManagedStore)))).
		All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 4+1, sent.count(), sent)
	var got [][]int64
	for _, store := range stores {
		works := store.Manager.Store
		for _, colleague := range works.Staff {
			if managed := colleague.ManagedStore; managed != nil {
				got = append(got, joined(store.key(), store.Manager.key(), works.key(), colleague.key(), managed.key()))
			}
		}
	}
	want := db.tuples(t, `SELECT store.store_id, manager.staff_id, works.store_id, colleague.staff_id, managed.store_id FROM store
		JOIN staff manager ON manager.staff_id = store.manager_staff_id
		JOIN store works ON works.store_id = manager.store_id
		JOIN staff colleague ON colleague.store_id = works.store_id
		JOIN store managed ON managed.manager_staff_id = colleague.staff_id`)
	assertTuples(t, sorted(want), sorted(got))
}
