package sakila_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// links loads a relation and returns a tuple per pair of rows: the parent's key, then the related row's.
// Parents come by key, the rows of each in the order they were loaded in.
type links func(*testing.T, *database) [][]int64

// toOne is a relation to none or one row.
type toOne[P, R any] interface {
	lucid.Relation[P]
	Loaded(*P) bool
	Get(*P) (*R, error)
}

// toMany is a relation to many rows; a constrained use of any relation is one too.
type toMany[P, R any] interface {
	lucid.Relation[P]
	Loaded(*P) bool
	Get(*P) ([]*R, error)
}

// one preloads rel of all rows of P that scopes leave.
func one[P, R any, M model[P], N model[R]](rel toOne[P, R], scopes ...func(*lucid.Query[P])) links {
	return func(t *testing.T, db *database) [][]int64 {
		var tuples [][]int64
		for _, parent := range preloaded[P, M](t, db, rel, 2, scopes) {
			require.True(t, rel.Loaded(parent))
			row, err := rel.Get(parent)
			require.NoError(t, err)
			if row != nil {
				tuples = append(tuples, joined(M(parent).key(), N(row).key()))
			}
		}
		return tuples
	}
}

// many preloads rel of all rows of P that scopes leave.
func many[P, R any, M model[P], N model[R]](rel toMany[P, R], scopes ...func(*lucid.Query[P])) links {
	return manyIn[P, R, M, N](rel, 2, scopes)
}

// manyToMany is many for a relation that may take two statements: the pivot rows and the related ones.
func manyToMany[P, R any, M model[P], N model[R]](rel toMany[P, R], scopes ...func(*lucid.Query[P])) links {
	return manyIn[P, R, M, N](rel, 3, scopes)
}

func manyIn[P, R any, M model[P], N model[R]](rel toMany[P, R], most int, scopes []func(*lucid.Query[P])) links {
	return func(t *testing.T, db *database) [][]int64 {
		var tuples [][]int64
		for _, parent := range preloaded[P, M](t, db, rel, most, scopes) {
			require.True(t, rel.Loaded(parent))
			rows, err := rel.Get(parent)
			require.NoError(t, err)
			require.NotNil(t, rows, "loaded and none found is an empty slice")
			for _, row := range rows {
				tuples = append(tuples, joined(M(parent).key(), N(row).key()))
			}
		}
		return tuples
	}
}

// preloaded reads parents with one relation, in the statements that both may take.
func preloaded[P any, M model[P]](t *testing.T, db *database, rel lucid.Relation[P], most int, scopes []func(*lucid.Query[P])) []*P {
	ctx, sent := recorded(t)
	parents, err := lucid.From[P, M](db).Apply(byKey[P, M]).Apply(scopes...).Preload(rel).All(ctx)
	require.NoError(t, err, sent)
	require.GreaterOrEqual(t, sent.count(), 2, sent)
	require.LessOrEqual(t, sent.count(), most, sent)
	return parents
}

// testPreload loads every relation of every row.
func testPreload(t *testing.T, db *database) {
	tests := []struct {
		name  string
		links links
		query string
	}{
		// A row has a key to one other row.
		{"AddressCity", one(AddressCity), "SELECT address_id, city_id FROM address"},
		{"CityCountry", one(CityCountry), "SELECT city_id, country_id FROM city"},
		{"CustomerAddress", one(CustomerAddress), "SELECT customer_id, address_id FROM customer"},
		{"CustomerStore", one(CustomerStore), "SELECT customer_id, store_id FROM customer"},
		{"FilmLanguage", one(FilmLanguage), "SELECT film_id, language_id FROM film"},
		{"FilmActorActor", one(FilmActorActor), "SELECT actor_id, film_id, actor_id FROM film_actor"},
		{"FilmActorFilm", one(FilmActorFilm), "SELECT actor_id, film_id, film_id FROM film_actor"},
		{"FilmCategoryFilm", one(FilmCategoryFilm), "SELECT film_id, category_id, film_id FROM film_category"},
		{"FilmCategoryCategory", one(FilmCategoryCategory), "SELECT film_id, category_id, category_id FROM film_category"},
		{"InventoryFilm", one(InventoryFilm), "SELECT inventory_id, film_id FROM inventory"},
		{"InventoryStore", one(InventoryStore), "SELECT inventory_id, store_id FROM inventory"},
		{"PaymentCustomer", one(PaymentCustomer), "SELECT payment_id, customer_id FROM payment"},
		{"PaymentRental", one(PaymentRental), "SELECT payment_id, rental_id FROM payment WHERE rental_id IS NOT NULL"},
		{"RentalCustomer", one(RentalCustomer), "SELECT rental_id, customer_id FROM rental"},
		{"RentalInventory", one(RentalInventory), "SELECT rental_id, inventory_id FROM rental"},
		{"RentalStaff", one(RentalStaff), "SELECT rental_id, staff_id FROM rental"},
		{"StaffAddress", one(StaffAddress), "SELECT staff_id, address_id FROM staff"},
		{"StaffStore", one(StaffStore), "SELECT staff_id, store_id FROM staff"},
		{"StoreManager", one(StoreManager), "SELECT store_id, manager_staff_id FROM store"},
		{"StoreAddress", one(StoreAddress), "SELECT store_id, address_id FROM store"},

		// Another row has a key to this one; of several, the lowest primary key.
		{"StaffManagedStore", one(StaffManagedStore), "SELECT manager_staff_id, store_id FROM store"},
		{"CustomerFirstRental", one(CustomerFirstRental), "SELECT customer_id, min(rental_id) FROM rental GROUP BY customer_id"},

		// Many rows have a key to this one.
		{"AddressCustomers", many(AddressCustomers), "SELECT address_id, customer_id FROM customer"},
		{"CityAddresses", many(CityAddresses), "SELECT city_id, address_id FROM address"},
		{"CountryCities", many(CountryCities), "SELECT country_id, city_id FROM city"},
		{"CustomerRentals", many(CustomerRentals), "SELECT customer_id, rental_id FROM rental"},
		{"CustomerPayments", many(CustomerPayments), "SELECT customer_id, payment_id FROM payment"},
		{"FilmCredits", many(FilmCredits), "SELECT film_id, actor_id, film_id FROM film_actor"},
		{"FilmCopies", many(FilmCopies), "SELECT film_id, inventory_id FROM inventory"},
		{"InventoryRentals", many(InventoryRentals), "SELECT inventory_id, rental_id FROM rental"},
		{"LanguageFilms", many(LanguageFilms), "SELECT language_id, film_id FROM film"},
		{"RentalPayments", many(RentalPayments), "SELECT rental_id, payment_id FROM payment WHERE rental_id IS NOT NULL"},
		{"StoreStaff", many(StoreStaff), "SELECT store_id, staff_id FROM staff"},
		{"StoreCustomers", many(StoreCustomers), "SELECT store_id, customer_id FROM customer"},
		{"StoreCopies", many(StoreCopies), "SELECT store_id, inventory_id FROM inventory"},

		// A pivot table has keys to both.
		{"ActorFilms", manyToMany(ActorFilms), "SELECT actor_id, film_id FROM film_actor"},
		{"FilmActors", manyToMany(FilmActors), "SELECT film_id, actor_id FROM film_actor"},
		{"CategoryFilms", manyToMany(CategoryFilms), "SELECT category_id, film_id FROM film_category"},
		{"FilmCategories", manyToMany(FilmCategories), "SELECT film_id, category_id FROM film_category"},
		// … to this row by a column that isn't its primary key, and is the same in several rows.
		{"FilmActorCategories", manyToMany(FilmActorCategories), `SELECT film_actor.actor_id, film_actor.film_id, film_category.category_id
			FROM film_actor JOIN film_category ON film_category.film_id = film_actor.film_id`},

		// A table stands between.
		{"CountryAddresses", many(CountryAddresses), `SELECT city.country_id, address.address_id
			FROM city JOIN address ON address.city_id = city.city_id`},
		{"CityCustomers", many(CityCustomers), `SELECT address.city_id, customer.customer_id
			FROM address JOIN customer ON customer.address_id = address.address_id`},
		{"StoreRentals", many(StoreRentals), `SELECT inventory.store_id, rental.rental_id
			FROM inventory JOIN rental ON rental.inventory_id = inventory.inventory_id`},
		{"FilmRentals", many(FilmRentals), `SELECT inventory.film_id, rental.rental_id
			FROM inventory JOIN rental ON rental.inventory_id = inventory.inventory_id`},
		{"LanguageCopies", many(LanguageCopies), `SELECT film.language_id, inventory.inventory_id
			FROM film JOIN inventory ON inventory.film_id = film.film_id`},
		{"FilmFirstRental", one(FilmFirstRental), `SELECT inventory.film_id, min(rental.rental_id)
			FROM inventory JOIN rental ON rental.inventory_id = inventory.inventory_id GROUP BY inventory.film_id`},
		{"AddressClerk", one(AddressClerk), `SELECT store.address_id, min(staff.staff_id)
			FROM store JOIN staff ON staff.store_id = store.store_id GROUP BY store.address_id`},

		// Keys of two columns.
		{"RentalOwnPayments", many(RentalOwnPayments), `SELECT rental.rental_id, payment.payment_id
			FROM rental JOIN payment ON payment.rental_id = rental.rental_id AND payment.customer_id = rental.customer_id`},
		{"InventoryCopies", many(InventoryCopies), `SELECT inventory.inventory_id, copy.inventory_id
			FROM inventory JOIN inventory copy ON copy.film_id = inventory.film_id AND copy.store_id = inventory.store_id`},
		{"FilmActorItself", one(FilmActorItself), "SELECT actor_id, film_id, actor_id, film_id FROM film_actor"},
		{"FilmActorSame", many(FilmActorSame), "SELECT actor_id, film_id, actor_id, film_id FROM film_actor"},
		{"FilmFirstCredit", one(FilmFirstCredit), "SELECT film_id, min(actor_id), film_id FROM film_actor GROUP BY film_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assertTuples(t, sorted(db.tuples(t, tt.query)), sorted(tt.links(t, db)))
		})
	}
}

// testNothingToLoad shows that a relation whose keys are all NULL is loaded without a statement.
func testNothingToLoad(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	films, err := lucid.From[Film](db).Preload(FilmOriginalLanguage).All(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, films)
	assert.Equal(t, 1, sent.count(), sent)
	for _, film := range films {
		require.Nil(t, film.OriginalLanguageID)
		require.Nil(t, film.OriginalLanguage)
		require.True(t, FilmOriginalLanguage.Loaded(film))
		require.False(t, FilmLanguage.Loaded(film))
	}

	none, err := lucid.From[Film](db).Where("film_id", 0).Preload(FilmActors, FilmCopies, FilmRentals).All(ctx)
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.Equal(t, 2, sent.count(), sent)
}

// testSiblings shows that relations next to each other cost a statement each and don't get in each other's way.
func testSiblings(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	customers, err := lucid.From[Customer](db).
		Preload(CustomerAddress, CustomerStore, CustomerRentals, CustomerPayments).
		All(ctx)
	require.NoError(t, err)
	assert.Equal(t, 5, sent.count(), sent)
	var rentals, payments [][]int64
	for _, customer := range customers {
		require.Equal(t, customer.AddressID, customer.Address.ID)
		require.Equal(t, customer.StoreID, customer.Store.ID)
		for _, rental := range customer.Rentals {
			rentals = append(rentals, joined(customer.key(), rental.key()))
		}
		for _, payment := range customer.Payments {
			payments = append(payments, joined(customer.key(), payment.key()))
		}
	}
	assertTuples(t, sorted(db.tuples(t, "SELECT customer_id, rental_id FROM rental")), sorted(rentals))
	assertTuples(t, sorted(db.tuples(t, "SELECT customer_id, payment_id FROM payment")), sorted(payments))
}

// testScopes constrains relations. No condition in a scope, an OR least of all, may reach another parent's rows;
// the order in a scope is the order inside each parent.
func testScopes(t *testing.T, db *database) {
	tests := []struct {
		name  string
		links links
		query string
	}{
		{"has many in order", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.OrderByDesc("rental_date").OrderBy("rental_id")
		})), "SELECT customer_id, rental_id FROM rental ORDER BY customer_id, rental_date DESC, rental_id"},
		{"many to many in order", manyToMany(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.OrderBy("last_name").OrderByDesc("actor_id")
		})), `SELECT film_actor.film_id, actor.actor_id FROM actor JOIN film_actor ON film_actor.actor_id = actor.actor_id
			ORDER BY film_actor.film_id, actor.last_name, actor.actor_id DESC`},
		{"through in order", many(StoreRentals.With(func(q *lucid.Query[Rental]) {
			q.OrderBy("rental_date").OrderBy("rental_id")
		})), `SELECT inventory.store_id, rental.rental_id FROM rental JOIN inventory ON inventory.inventory_id = rental.inventory_id
			ORDER BY inventory.store_id, rental.rental_date, rental.rental_id`},
		{"has one takes the first in order", many(CustomerFirstRental.With(func(q *lucid.Query[Rental]) {
			q.OrderByDesc("rental_date").OrderByDesc("rental_id")
		})), latestRental("customer_id")},
		{"has one through takes the first in order", many(FilmFirstRental.With(func(q *lucid.Query[Rental]) {
			q.OrderByDesc("rental_date").OrderByDesc("rental_id")
		})), latestRental("film_id")},
		{"no row satisfies a has one", many(StaffManagedStore.With(func(q *lucid.Query[Store]) { q.Where("store_id", 2) })),
			"SELECT manager_staff_id, store_id FROM store WHERE store_id = 2"},

		{"has many OR", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("staff_id", 2).OrderBy("rental_id")
		}), firstCustomers), `SELECT customer_id, rental_id FROM rental
			WHERE (return_date IS NULL OR staff_id = 2) AND customer_id <= 10 ORDER BY customer_id, rental_id`},
		{"belongs to OR", many(CityCountry.With(func(q *lucid.Query[Country]) {
			q.Where("country", "France").OrWhere("country", "Germany")
		}), func(q *lucid.Query[City]) { q.Where("city_id", "<=", 200) }), `SELECT city.city_id, country.country_id
			FROM city JOIN country ON country.country_id = city.country_id
			WHERE (country.country = 'France' OR country.country = 'Germany') AND city.city_id <= 200 ORDER BY city.city_id`},
		{"many to many OR", manyToMany(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.WhereLike("first_name", "P%").OrWhere("actor_id", "<", 50).OrderBy("actor_id")
		}), firstFilms), `SELECT film_actor.film_id, actor.actor_id FROM actor JOIN film_actor ON film_actor.actor_id = actor.actor_id
			WHERE (actor.first_name LIKE 'P%' OR actor.actor_id < 50) AND film_actor.film_id <= 20
			ORDER BY film_actor.film_id, actor.actor_id`},
		{"many to many OR pivot column", manyToMany(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.Where("pivot.actor_id", ">", 150).OrWhere("first_name", "PENELOPE").OrderBy("pivot.actor_id", "desc")
		}), firstFilms), `SELECT film_actor.film_id, actor.actor_id FROM actor JOIN film_actor ON film_actor.actor_id = actor.actor_id
			WHERE (film_actor.actor_id > 150 OR actor.first_name = 'PENELOPE') AND film_actor.film_id <= 20
			ORDER BY film_actor.film_id, actor.actor_id DESC`},
		{"through OR", many(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("customer_id", "<", 100).OrderBy("rental_id")
		}), firstFilms), `SELECT inventory.film_id, rental.rental_id
			FROM rental JOIN inventory ON inventory.inventory_id = rental.inventory_id
			WHERE (rental.return_date IS NULL OR rental.customer_id < 100) AND inventory.film_id <= 20
			ORDER BY inventory.film_id, rental.rental_id`},
		{"through OR through column", many(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.Where("through.store_id", 2).OrWhere("customer_id", "<", 100).OrderBy("through.inventory_id").OrderBy("rental_id")
		}), firstFilms), `SELECT inventory.film_id, rental.rental_id
			FROM rental JOIN inventory ON inventory.inventory_id = rental.inventory_id
			WHERE (inventory.store_id = 2 OR rental.customer_id < 100) AND inventory.film_id <= 20
			ORDER BY inventory.film_id, inventory.inventory_id, rental.rental_id`},
		{"composite key OR", many(RentalOwnPayments.With(func(q *lucid.Query[Payment]) {
			q.Where("staff_id", 1).OrWhere("amount", "0.99").OrderBy("payment_id")
		}), func(q *lucid.Query[Rental]) { q.Where("rental_id", "<=", 500) }), `SELECT rental.rental_id, payment.payment_id
			FROM rental JOIN payment ON payment.rental_id = rental.rental_id AND payment.customer_id = rental.customer_id
			WHERE (payment.staff_id = 1 OR payment.amount = '0.99') AND rental.rental_id <= 500
			ORDER BY rental.rental_id, payment.payment_id`},
		{"each scope is a group", many(CustomerRentals.With(
			func(q *lucid.Query[Rental]) { q.WhereNull("return_date").OrWhere("staff_id", 2) },
			func(q *lucid.Query[Rental]) {
				q.Where("inventory_id", "<", 1000).OrWhere("inventory_id", ">", 4000).OrderBy("rental_id")
			},
		), firstCustomers), `SELECT customer_id, rental_id FROM rental
			WHERE (return_date IS NULL OR staff_id = 2) AND (inventory_id < 1000 OR inventory_id > 4000) AND customer_id <= 10
			ORDER BY customer_id, rental_id`},
		{"typed conditions", many(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.Filter(lucid.Or(RentalStaffID.Eq(2), RentalInventoryID.Lt(100))).OrderBy(RentalID.Name())
		}), firstCustomers), `SELECT customer_id, rental_id FROM rental
			WHERE (staff_id = 2 OR inventory_id < 100) AND customer_id <= 10 ORDER BY customer_id, rental_id`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assertTuples(t, db.tuples(t, tt.query), tt.links(t, db)) })
	}
	t.Run("rows read", func(t *testing.T) { testRowsRead(t, db) })
}

func firstCustomers(q *lucid.Query[Customer]) { q.Where("customer_id", "<=", 10) }

func firstFilms(q *lucid.Query[Film]) { q.Where("film_id", "<=", 20) }

// latestRental selects the latest rental of each customer_id or film_id.
func latestRental(parent string) string {
	return fmt.Sprintf(`SELECT %[1]s, rental_id FROM (
			SELECT %[1]s, rental_id, row_number() OVER (PARTITION BY %[1]s ORDER BY rental_date DESC, rental_id DESC) AS n
			FROM (SELECT rental.customer_id, inventory.film_id, rental.rental_id, rental.rental_date
				FROM rental JOIN inventory ON inventory.inventory_id = rental.inventory_id) rentals
		) ranked WHERE n = 1 ORDER BY %[1]s`, parent)
}

// testRowsRead shows that a database sends no row of another parent, which would be dropped unseen.
func testRowsRead(t *testing.T, db *database) {
	tests := []struct {
		name  string
		check func(*testing.T, *database)
	}{
		{"has many", rowsRead(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("staff_id", 2)
		}), firstCustomers)},
		{"many to many", rowsRead(FilmActors.With(func(q *lucid.Query[Actor]) {
			q.Where("actor_id", 1).OrWhere("actor_id", ">", 100)
		}), firstFilms)},
		{"through", rowsRead(FilmRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("staff_id", 2)
		}), firstFilms)},
		{"composite key", rowsRead(RentalOwnPayments.With(func(q *lucid.Query[Payment]) {
			q.Where("staff_id", 1).OrWhere("staff_id", 2)
		}), func(q *lucid.Query[Rental]) { q.Where("rental_id", "<=", 500) })},
		{"group limit", rowsRead(CustomerRentals.With(func(q *lucid.Query[Rental]) {
			q.WhereNull("return_date").OrWhere("staff_id", 2).GroupLimit(2)
		}), firstCustomers)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, db) })
	}
}

// rowsRead checks that the last statement of a preload reads no more rows than the parents get.
func rowsRead[P, R any, M model[P]](rel toMany[P, R], scopes ...func(*lucid.Query[P])) func(*testing.T, *database) {
	return func(t *testing.T, db *database) {
		ctx, sent := recorded(t)
		parents, err := lucid.From[P, M](db).Apply(scopes...).Preload(rel).All(ctx)
		require.NoError(t, err)
		links := 0
		for _, parent := range parents {
			rows, err := rel.Get(parent)
			require.NoError(t, err)
			links += len(rows)
		}
		assert.NotZero(t, links)
		assert.LessOrEqual(t, sent.rows(), links, sent)
	}
}

// testSelect shows that a preload adds the keys it needs to what was selected, on both sides.
func testSelect(t *testing.T, db *database) {
	cities, err := lucid.From[City](db).Select("city").OrderBy("city_id").
		Preload(
			CityCountry.With(func(q *lucid.Query[Country]) { q.Select("country") }),
			CityCustomers.With(func(q *lucid.Query[Customer]) { q.Select("email").OrderBy("email") }),
		).
		All(t.Context())
	require.NoError(t, err)
	var countries, emails [][2]string
	for _, city := range cities {
		countries = append(countries, [2]string{city.Name, city.Country.Name})
		for _, customer := range city.Customers {
			emails = append(emails, [2]string{city.Name, *customer.Email})
		}
	}
	assert.Equal(t, db.texts(t, `SELECT city.city, country.country FROM city JOIN country ON country.country_id = city.country_id
		ORDER BY city.city_id`), countries)
	assert.Equal(t, db.texts(t, `SELECT city.city, customer.email FROM city JOIN address ON address.city_id = city.city_id
		JOIN customer ON customer.address_id = address.address_id ORDER BY city.city_id, customer.email`), emails)
}

// testPivot reads a pivot table's own column, as an extra and in a field that is tagged for it.
func testPivot(t *testing.T, db *database) {
	films, err := lucid.From[Film](db).Preload(FilmActors, FilmCategories).All(t.Context())
	require.NoError(t, err)
	var actors, categories [][]int64
	for _, film := range films {
		for _, actor := range film.Actors {
			actors = append(actors, joined(film.key(), actor.key(), linkedAt(t, actor)))
			require.Equal(t, film.ID, extra[int64](t, actor, "pivot_film_id"))
			require.Equal(t, actor.ID, extra[int64](t, actor, "pivot_actor_id"))
		}
		for _, category := range film.Categories {
			categories = append(categories, joined(film.key(), category.key(), linkedAt(t, category)))
		}
	}
	assertTuples(t, sorted(db.tuples(t, "SELECT film_id, actor_id, last_update FROM film_actor")), sorted(actors))
	assertTuples(t, sorted(db.tuples(t, "SELECT film_id, category_id, last_update FROM film_category")), sorted(categories))

	all, err := lucid.From[Actor](db).Preload(ActorFilms).All(t.Context())
	require.NoError(t, err)
	actors = nil
	for _, actor := range all {
		for _, film := range actor.Films {
			actors = append(actors, joined(film.key(), actor.key(), []int64{film.LinkedAt.UnixMicro()}))
		}
	}
	assertTuples(t, sorted(db.tuples(t, "SELECT film_id, actor_id, last_update FROM film_actor")), sorted(actors))
}

// linkedAt is when the pivot row that led to row was last updated.
func linkedAt(t *testing.T, row lucid.Row) []int64 {
	t.Helper()
	return []int64{extra[time.Time](t, row, "pivot_last_update").UnixMicro()}
}

func extra[V any](t *testing.T, row lucid.Row, name string) V {
	t.Helper()
	v, err := lucid.Extra[V](row, name)
	require.NoError(t, err)
	return v
}
