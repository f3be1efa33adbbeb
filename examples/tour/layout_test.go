package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTable(t *testing.T) {
	var none *int64
	assert.Equal(t, []string{
		"name    n  why",
		"----  ---  -----",
		"Inês    7  short",
		"Bo    nil",
	}, newTable("name", "n", "why").row("Inês", 7, "short").row("Bo", none, "").lines())
}

func TestTreeLeavesOutRepeats(t *testing.T) {
	assert.Equal(t, []string{
		"a  b  c",
		"-  -  --",
		"x  y  z",
		"      z2",
		"   w  z2",
		"v  w  z2",
	}, tree("a", "b", "c").row("x", "y", "z").row("x", "y", "z2").row("x", "w", "z2").row("v", "w", "z2").lines())
}

func TestWrap(t *testing.T) {
	assert.Equal(t, []string{"one two", "three", "seventeen-letters", "x"}, wrap("one two three seventeen-letters x", 8))
	assert.Equal(t, []string{"a", "b"}, wrap("a\nb", 8))
	assert.Equal(t, []string{""}, wrap("", 8))
}

func TestArguments(t *testing.T) {
	n := int64(3)
	var none *int64
	assert.Equal(t, `1, "a", NULL, NULL, 3, true`, arguments([]any{1, "a", nil, none, &n, true}))
	assert.Equal(t, `[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … 12 in all]`, arguments([]any{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}))
	assert.Equal(t, `"`+strings.Repeat("x", longestText-1)+`…"`, arguments([]any{strings.Repeat("x", 100)}))
}

func TestSQLLines(t *testing.T) {
	assert.Equal(t, []string{"SELECT 1 FROM a"}, sqlLines("SELECT 1 FROM a", 40))
	assert.Equal(t, []string{"SELECT id, name, email", "FROM users", "ORDER BY id"}, sqlLines("SELECT id, name, email FROM users ORDER BY id", 30))
	assert.Equal(t, []string{"SELECT id", "FROM users", "WHERE id IN (SELECT user_id FROM posts)"},
		sqlLines("SELECT id FROM users WHERE id IN (SELECT user_id FROM posts)", 40))
}

func TestInk(t *testing.T) {
	assert.Equal(t, "SELECT x", ink(false).sql("SELECT x"))
	assert.Equal(t, "\x1b[36mSELECT\x1b[0m x", ink(true).sql("SELECT x"))
	assert.Equal(t, "f() \x1b[2m// why\x1b[0m", ink(true).golang("f() // why"))
	assert.Equal(t, `open("sqlite://x")`, ink(true).golang(`open("sqlite://x")`))
}
