// Package write_test tests writing rows: create, save and delete with their hooks, rows that are owned by others, upserts, violated
// constraints, statements that fail half way and writers at once.
package write_test
