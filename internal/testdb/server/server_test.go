package server_test

import (
	"testing"

	"github.com/lucid-go/lucid/internal/testdb/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ url, driver, source string }{
		{"sqlite:/tmp/a b.db", "sqlite", "/tmp/a b.db"},
		{"sqlite::memory:", "sqlite", ":memory:"},
		{"postgres://u:p@db:5433/shop?sslmode=disable", "pgx", "postgres://u:p@db:5433/shop?sslmode=disable"},
		{"mysql://root@127.0.0.1:3307/shop", "mysql", "root@tcp(127.0.0.1:3307)/shop"},
		{"mysql://root@db/", "mysql", "root@tcp(db:3306)/"},
		{"mysql://u:p%40%2Fss@[::1]/shop?parseTime=true", "mysql", "u:p@/ss@tcp([::1]:3306)/shop?parseTime=true"},
	} {
		driver, source, err := server.Source(test.url)
		require.NoError(t, err, test.url)
		assert.Equal(t, test.driver, driver, test.url)
		assert.Equal(t, test.source, source, test.url)
	}
}

func TestSourceErrors(t *testing.T) {
	t.Parallel()
	_, _, err := server.Source("oracle://u:secret@db/shop")
	require.EqualError(t, err, `unknown scheme "oracle"`)

	_, _, err = server.Source("mysql://u:secret@db:port/shop")
	require.ErrorContains(t, err, "malformed URL")
	assert.NotContains(t, err.Error(), "secret")
}

func TestWith(t *testing.T) {
	t.Parallel()
	const base = "postgres://u:p%40ss@db:5433/shop?sslmode=disable"
	url, err := server.WithDatabase(base, "other")
	require.NoError(t, err)
	assert.Equal(t, "postgres://u:p%40ss@db:5433/other?sslmode=disable", url)

	url, err = server.WithParam(base, "search_path", "mine")
	require.NoError(t, err)
	assert.Equal(t, "postgres://u:p%40ss@db:5433/shop?search_path=mine&sslmode=disable", url)
}
