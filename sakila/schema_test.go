package sakila_test

import (
	"fmt"
	"strings"

	"github.com/lucid-go/lucid"
)

// table is one table of the database; columns are as PostgreSQL declares them.
type table struct {
	name       string
	columns    string
	key        string
	references []reference
}

// reference is a foreign key to the table's primary key, <table>_id.
type reference struct{ column, table string }

var tables = []table{
	{"actor", `actor_id integer NOT NULL, first_name varchar(45) NOT NULL, last_name varchar(45) NOT NULL,
		last_update timestamp NOT NULL`, "actor_id", nil},
	{"category", `category_id smallint NOT NULL, name varchar(25) NOT NULL, last_update timestamp NOT NULL`, "category_id", nil},
	{"language", `language_id smallint NOT NULL, name varchar(20) NOT NULL, last_update timestamp NOT NULL`, "language_id", nil},
	{"country", `country_id integer NOT NULL, country varchar(50) NOT NULL, last_update timestamp NOT NULL`, "country_id", nil},
	{"city", `city_id integer NOT NULL, city varchar(50) NOT NULL, country_id integer NOT NULL,
		last_update timestamp NOT NULL`, "city_id", []reference{{"country_id", "country"}}},
	{"address", `address_id integer NOT NULL, address varchar(50) NOT NULL, address2 varchar(50), district varchar(20) NOT NULL,
		city_id integer NOT NULL, postal_code varchar(10), phone varchar(20) NOT NULL,
		last_update timestamp NOT NULL`, "address_id", []reference{{"city_id", "city"}}},
	{"film", `film_id integer NOT NULL, title varchar(255) NOT NULL, description text, release_year smallint,
		language_id smallint NOT NULL, original_language_id smallint, rental_duration smallint NOT NULL,
		rental_rate decimal(4,2) NOT NULL, length smallint, replacement_cost decimal(5,2) NOT NULL, rating varchar(10),
		last_update timestamp NOT NULL, special_features text`, "film_id", []reference{
		{"language_id", "language"}, {"original_language_id", "language"},
	}},
	{"film_actor", `actor_id integer NOT NULL, film_id integer NOT NULL, last_update timestamp NOT NULL`, "actor_id, film_id", []reference{
		{"actor_id", "actor"}, {"film_id", "film"},
	}},
	{"film_category", `film_id integer NOT NULL, category_id smallint NOT NULL, last_update timestamp NOT NULL`, "film_id, category_id", []reference{
		{"film_id", "film"}, {"category_id", "category"},
	}},
	{"store", `store_id smallint NOT NULL, manager_staff_id smallint NOT NULL, address_id integer NOT NULL,
		last_update timestamp NOT NULL`, "store_id", []reference{{"manager_staff_id", "staff"}, {"address_id", "address"}}},
	{"staff", `staff_id smallint NOT NULL, first_name varchar(45) NOT NULL, last_name varchar(45) NOT NULL,
		address_id integer NOT NULL, email varchar(50), store_id smallint NOT NULL, active boolean NOT NULL,
		username varchar(16) NOT NULL, last_update timestamp NOT NULL`, "staff_id", []reference{
		{"address_id", "address"}, {"store_id", "store"},
	}},
	{"customer", `customer_id integer NOT NULL, store_id smallint NOT NULL, first_name varchar(45) NOT NULL,
		last_name varchar(45) NOT NULL, email varchar(50), address_id integer NOT NULL, activebool boolean NOT NULL,
		create_date date NOT NULL, last_update timestamp, active integer`, "customer_id", []reference{
		{"store_id", "store"}, {"address_id", "address"},
	}},
	{"inventory", `inventory_id integer NOT NULL, film_id integer NOT NULL, store_id smallint NOT NULL,
		last_update timestamp NOT NULL`, "inventory_id", []reference{{"film_id", "film"}, {"store_id", "store"}}},
	{"rental", `rental_id integer NOT NULL, rental_date timestamp NOT NULL, inventory_id integer NOT NULL,
		customer_id integer NOT NULL, return_date timestamp, staff_id smallint NOT NULL,
		last_update timestamp NOT NULL`, "rental_id", []reference{
		{"inventory_id", "inventory"}, {"customer_id", "customer"}, {"staff_id", "staff"},
	}},
	{"payment", `payment_id integer NOT NULL, customer_id integer NOT NULL, staff_id smallint NOT NULL, rental_id integer,
		amount decimal(5,2) NOT NULL, payment_date timestamp NOT NULL`, "payment_id", []reference{
		{"customer_id", "customer"}, {"staff_id", "staff"}, {"rental_id", "rental"},
	}},
}

// columnTypes turns PostgreSQL's types into a dialect's own.
var columnTypes = map[lucid.Dialect]*strings.Replacer{
	lucid.PostgreSQL: strings.NewReplacer(),
	lucid.MySQL:      strings.NewReplacer("timestamp", "datetime(6)"),
	// SQLite keeps the zeros of 0.90 in a text only.
	lucid.SQLite: strings.NewReplacer("timestamp", "datetime", "amount decimal(5,2)", "amount text"),
}

// create is the CREATE TABLE statement. SQLite can't add a foreign key later, so it gets them here, deferred
// to the end of the transaction that loads the rows: store and staff refer to each other.
func (tb table) create(dialect lucid.Dialect) string {
	parts := []string{columnTypes[dialect].Replace(tb.columns), fmt.Sprintf("PRIMARY KEY (%s)", tb.key)}
	if dialect == lucid.SQLite {
		for _, ref := range tb.references {
			parts = append(parts, ref.constraint()+" DEFERRABLE INITIALLY DEFERRED")
		}
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", tb.name, strings.Join(parts, ", "))
}

// finish returns the statements that are sent when the rows are in: an index for each foreign key, the foreign
// keys on a server, and statistics, without which SQLite picks the wrong index in joins by two columns.
func (tb table) finish(dialect lucid.Dialect) []string {
	var statements, constraints []string
	for _, ref := range tb.references {
		statements = append(statements,
			fmt.Sprintf("CREATE INDEX %[1]s_%[2]s_index ON %[1]s (%[2]s)", tb.name, ref.column))
		constraints = append(constraints, "ADD "+ref.constraint())
	}
	if dialect != lucid.SQLite && len(constraints) > 0 {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s %s", tb.name, strings.Join(constraints, ", ")))
	}
	if dialect != lucid.MySQL { // which keeps its own
		statements = append(statements, "ANALYZE "+tb.name)
	}
	return statements
}

func (ref reference) constraint() string {
	return fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %[2]s (%[2]s_id)", ref.column, ref.table)
}
