package lucid

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No test server has users with such passwords, so the driver's configuration is looked at.
func TestMySQLURL(t *testing.T) {
	tests := []struct {
		url, addr, user, password, database string
	}{
		{"mysql://root@127.0.0.1:3306/app", "127.0.0.1:3306", "root", "", "app"},
		{"mysql://root@db.example.com/app", "db.example.com:3306", "root", "", "app"},
		{"mariadb://root@db.example.com/app", "db.example.com:3306", "root", "", "app"},
		{"mysql://root@[::1]:3307/", "[::1]:3307", "root", "", ""},
		{"mysql://root@[::1]/", "[::1]:3306", "root", "", ""},
		{"mysql:///app", "127.0.0.1:3306", "", "", "app"},
		{"mysql://us%40er:p%40ss%3Aw%2Ford%3F%23%25@h:1/app", "h:1", "us@er", "p@ss:w/ord?#%", "app"},
		{"mysql://root:a+b%20c@h:1/my%2Dapp", "h:1", "root", "a+b c", "my-app"},
	}
	for _, test := range tests {
		t.Run(test.url, func(t *testing.T) {
			cfg, err := mysqlConfig(test.url)
			require.NoError(t, err)
			assert.Equal(t, "tcp", cfg.Net)
			assert.Equal(t, test.addr, cfg.Addr)
			assert.Equal(t, test.user, cfg.User)
			assert.Equal(t, test.password, cfg.Passwd)
			assert.Equal(t, test.database, cfg.DBName)
			assert.True(t, cfg.ParseTime)
			assert.True(t, cfg.ClientFoundRows)
			assert.Equal(t, "UTC", cfg.Loc.String())
			assert.Equal(t, "'+00:00'", cfg.Params["time_zone"])
		})
	}
}
