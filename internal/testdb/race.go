//go:build race

package testdb

// Race reports whether the race detector is on, which takes time and allocates.
const Race = true
