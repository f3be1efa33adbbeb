// Package load_test tests loading related rows: each kind of relation, preloads and loads of rows that are there, nested, scoped and
// limited in each group, and the statements that do it.
package load_test
