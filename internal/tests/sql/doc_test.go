// Package sql_test tests conditions, columns and the shape of a query, mostly by the text that it becomes in each dialect; and that
// no name or value gets out of its quotes.
package sql_test
