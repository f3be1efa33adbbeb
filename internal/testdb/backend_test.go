package testdb

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// outcome is a test that records how it ended.
type outcome struct {
	testing.TB
	failed, skipped string
}

func (o *outcome) Helper()                      {}
func (o *outcome) Fatalf(f string, args ...any) { o.failed = fmt.Sprintf(f, args...) }
func (o *outcome) Skipf(f string, args ...any)  { o.skipped = fmt.Sprintf(f, args...) }

func TestMissingServer(t *testing.T) {
	refused := errors.New("connection refused")
	missing := func(require string) *outcome {
		t.Setenv("LUCID_REQUIRE", require)
		o := &outcome{TB: t}
		mysql.missing(o, refused)
		return o
	}

	plain := missing("")
	assert.Empty(t, plain.failed)
	assert.Contains(t, plain.skipped, "set LUCID_MYSQL_URL")
	assert.Contains(t, plain.skipped, "connection refused")

	required := missing("all")
	assert.Empty(t, required.skipped)
	assert.Contains(t, required.failed, "set LUCID_MYSQL_URL")

	mistyped := missing("ALL")
	assert.Contains(t, mistyped.failed, `LUCID_REQUIRE is "ALL"`)
}
