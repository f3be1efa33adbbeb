// Package read_test tests reading the rows of one model: finishing a query, scanning into fields, iterating, counting and pages,
// and what that may allocate.
package read_test
