package main

import (
	"context"

	"github.com/lucid-go/lucid"
)

var connectChapter = chapter{
	name:  "connect",
	title: "open a database and read a table",
	text: "Open takes a URL; the same program runs on PostgreSQL, MySQL, MariaDB and SQLite. This is how the tour " +
		"itself connects. A model is a struct that embeds lucid.Model: its fields are columns, by their names in " +
		"snake_case, and its table is the plural of its name.",
	declares: []string{"connect", "Country"},
	steps:    []step{show("", allCountries, countryTable)},
}

func allCountries(ctx context.Context, db *lucid.DB) ([]*Country, error) {
	return lucid.From[Country](db).OrderBy("id").All(ctx)
}
