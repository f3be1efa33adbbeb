//go:build !race

package lucid_test

const raceEnabled = false
