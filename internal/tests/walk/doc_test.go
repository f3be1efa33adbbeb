// Package walk_test tests the library with what is generated: random questions that a model in memory answers too, and every pair
// of features in one query.
package walk_test
