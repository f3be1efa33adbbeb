package sakila_test

import (
	"database/sql"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// testLoaded shows that every row of the files is in its table.
func testLoaded(t *testing.T, db *database, dir string) {
	for _, tb := range tables {
		_, rows, err := readTSV(filepath.Join(dir, tb.name+".tsv"))
		require.NoError(t, err)
		count := db.tuples(t, "SELECT count(*) FROM "+tb.name)
		assert.Equal(t, int64(len(rows)), count[0][0], tb.name)
	}
}

// testFields reads every row of every table, with lucid and with database/sql, into the same struct: integers
// of all sizes, texts, numerics, dates, timestamps, booleans and NULL.
func testFields(t *testing.T, db *database) {
	tests := []struct {
		name  string
		check func(*testing.T, *database, string)
		query string
	}{
		{"actor", fields(func(a *Actor) []any { return []any{&a.ID, &a.FirstName, &a.LastName, &a.LastUpdate} }),
			"SELECT actor_id, first_name, last_name, last_update FROM actor ORDER BY actor_id"},
		{"address", fields(func(a *Address) []any {
			return []any{&a.ID, &a.Street, &a.Address2, &a.District, &a.CityID, &a.PostalCode, &a.Phone, &a.LastUpdate}
		}), "SELECT address_id, address, address2, district, city_id, postal_code, phone, last_update FROM address ORDER BY address_id"},
		{"category", fields(func(c *Category) []any { return []any{&c.ID, &c.Name, &c.LastUpdate} }),
			"SELECT category_id, name, last_update FROM category ORDER BY category_id"},
		{"city", fields(func(c *City) []any { return []any{&c.ID, &c.Name, &c.CountryID, &c.LastUpdate} }),
			"SELECT city_id, city, country_id, last_update FROM city ORDER BY city_id"},
		{"country", fields(func(c *Country) []any { return []any{&c.ID, &c.Name, &c.LastUpdate} }),
			"SELECT country_id, country, last_update FROM country ORDER BY country_id"},
		{"customer", fields(func(c *Customer) []any {
			return []any{&c.ID, &c.StoreID, &c.FirstName, &c.LastName, &c.Email, &c.AddressID, &c.Activebool, &c.CreateDate, &c.LastUpdate, &c.Active}
		}), `SELECT customer_id, store_id, first_name, last_name, email, address_id, activebool, create_date, last_update, active
			FROM customer ORDER BY customer_id`},
		{"film", fields(func(f *Film) []any {
			return []any{&f.ID, &f.Title, &f.Description, &f.ReleaseYear, &f.LanguageID, &f.OriginalLanguageID, &f.RentalDuration,
				&f.RentalRate, &f.Length, &f.ReplacementCost, &f.Rating, &f.LastUpdate, &f.SpecialFeatures}
		}), `SELECT film_id, title, description, release_year, language_id, original_language_id, rental_duration,
			rental_rate, length, replacement_cost, rating, last_update, special_features FROM film ORDER BY film_id`},
		{"film_actor", fields(func(fa *FilmActor) []any { return []any{&fa.ActorID, &fa.FilmID, &fa.LastUpdate} }),
			"SELECT actor_id, film_id, last_update FROM film_actor ORDER BY actor_id, film_id"},
		{"film_category", fields(func(fc *FilmCategory) []any { return []any{&fc.FilmID, &fc.CategoryID, &fc.LastUpdate} }),
			"SELECT film_id, category_id, last_update FROM film_category ORDER BY film_id, category_id"},
		{"inventory", fields(func(i *Inventory) []any { return []any{&i.ID, &i.FilmID, &i.StoreID, &i.LastUpdate} }),
			"SELECT inventory_id, film_id, store_id, last_update FROM inventory ORDER BY inventory_id"},
		{"language", fields(func(l *Language) []any { return []any{&l.ID, &l.Name, &l.LastUpdate} }),
			"SELECT language_id, name, last_update FROM language ORDER BY language_id"},
		{"payment", fields(func(p *Payment) []any {
			return []any{&p.ID, &p.CustomerID, &p.StaffID, &p.RentalID, &p.Amount, &p.PaymentDate}
		}), "SELECT payment_id, customer_id, staff_id, rental_id, amount, payment_date FROM payment ORDER BY payment_id"},
		{"rental", fields(func(r *Rental) []any {
			return []any{&r.ID, &r.RentalDate, &r.InventoryID, &r.CustomerID, &r.ReturnDate, &r.StaffID, &r.LastUpdate}
		}), `SELECT rental_id, rental_date, inventory_id, customer_id, return_date, staff_id, last_update
			FROM rental ORDER BY rental_id`},
		{"staff", fields(func(s *Staff) []any {
			return []any{&s.ID, &s.FirstName, &s.LastName, &s.AddressID, &s.Email, &s.StoreID, &s.Active, &s.Username, &s.LastUpdate}
		}), `SELECT staff_id, first_name, last_name, address_id, email, store_id, active, username, last_update
			FROM staff ORDER BY staff_id`},
		{"store", fields(func(s *Store) []any { return []any{&s.ID, &s.ManagerStaffID, &s.AddressID, &s.LastUpdate} }),
			"SELECT store_id, manager_staff_id, address_id, last_update FROM store ORDER BY store_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, db, tt.query) })
	}
}

// fields compares the fields at the addresses that pointers returns.
func fields[T any, P model[T]](pointers func(*T) []any) func(*testing.T, *database, string) {
	return func(t *testing.T, db *database, query string) {
		got, err := lucid.From[T, P](db).Apply(byKey[T, P]).All(t.Context())
		require.NoError(t, err)
		var want []*T
		db.scan(t, query, func(rows *sql.Rows) {
			row := new(T)
			require.NoError(t, rows.Scan(pointers(row)...))
			want = append(want, row)
		})
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, plain(pointers(want[i])), plain(pointers(got[i])))
			require.True(t, P(got[i]).IsPersisted())
		}
	}
}

// plain is what pointers point at, every time in UTC.
func plain(pointers []any) []any {
	values := make([]any, len(pointers))
	for i, pointer := range pointers {
		switch v := pointer.(type) {
		case *time.Time:
			values[i] = v.UTC()
		case **time.Time:
			if *v != nil {
				values[i] = (*v).UTC()
			}
		default:
			values[i] = reflect.ValueOf(pointer).Elem().Interface()
		}
	}
	return values
}
