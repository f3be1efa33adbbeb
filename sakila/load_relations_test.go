package sakila_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// testLazyLoad loads the customers of all 16,000 rentals: one statement, one instance for each customer.
func testLazyLoad(t *testing.T, db *database) {
	rentals, err := lucid.From[Rental](db).OrderBy("rental_id").All(t.Context())
	require.NoError(t, err)
	require.Nil(t, rentals[0].Customer)
	require.False(t, RentalCustomer.Loaded(rentals[0]))

	ctx, sent := recorded(t)
	require.NoError(t, lucid.Load(ctx, db, rentals, RentalCustomer))
	assert.Equal(t, 1, sent.count(), sent)
	var got [][]int64
	customers := map[int64]*Customer{}
	for _, rental := range rentals {
		got = append(got, joined(rental.key(), rental.Customer.key()))
		if shared, ok := customers[rental.CustomerID]; ok {
			require.Same(t, shared, rental.Customer)
		}
		customers[rental.CustomerID] = rental.Customer
	}
	assertTuples(t, db.tuples(t, "SELECT rental_id, customer_id FROM rental ORDER BY rental_id"), got)
	assertTuples(t, db.tuples(t, "SELECT count(DISTINCT customer_id) FROM rental"), [][]int64{{int64(len(customers))}})
}

// testLazyLoadOne loads relations of one row, where a plain limit is the row's own, and loads them again.
func testLazyLoadOne(t *testing.T, db *database) {
	film, err := lucid.From[Film](db).Find(t.Context(), 1)
	require.NoError(t, err)
	_, err = FilmActors.Get(film)
	require.ErrorIs(t, err, lucid.ErrNotLoaded)

	require.NoError(t, FilmActors.With(func(q *lucid.Query[Actor]) { q.OrderBy("actor_id").Limit(3) }).Load(t.Context(), db, film))
	assertTuples(t, db.tuples(t, "SELECT actor_id FROM film_actor WHERE film_id = 1 ORDER BY actor_id LIMIT 3"), keys(film.Actors))

	require.NoError(t, FilmRentals.With(func(q *lucid.Query[Rental]) { q.OrderBy("rental_id").Limit(4) }).Load(t.Context(), db, film))
	assertTuples(t, db.tuples(t, `SELECT rental_id FROM rental JOIN inventory ON inventory.inventory_id = rental.inventory_id
		WHERE inventory.film_id = 1 ORDER BY rental_id LIMIT 4`), keys(film.Rentals))

	require.NoError(t, FilmActors.Load(t.Context(), db, film))
	assertTuples(t, db.tuples(t, "SELECT actor_id FROM film_actor WHERE film_id = 1 ORDER BY actor_id"), sorted(keys(film.Actors)))
}

// testEach reads all rentals one by one, with their customers, in far fewer statements than rentals.
func testEach(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	var got [][]int64
	for rental, err := range lucid.From[Rental](db).OrderBy("rental_id").Preload(RentalCustomer).Each(ctx) {
		require.NoError(t, err)
		got = append(got, joined(rental.key(), rental.Customer.key()))
	}
	assertTuples(t, db.tuples(t, "SELECT rental_id, customer_id FROM rental ORDER BY rental_id"), got)
	assert.Less(t, sent.count(), len(got)/50, "one statement for a batch of rentals")
}

// keys is the keys of rows.
func keys[T any, P model[T]](rows []*T) [][]int64 {
	var tuples [][]int64
	for _, row := range rows {
		tuples = append(tuples, P(row).key())
	}
	return tuples
}
