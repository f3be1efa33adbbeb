package measure_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers"
	"github.com/lucid-go/lucid/bench/spec"
)

// TestVerify checks what every peer returns and leaves behind at every work on every database, and
// runs each cell as a benchmark does, for one iteration.
func TestVerify(t *testing.T) {
	data := spec.NewData()
	for _, kind := range database.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			db := filled(t, kind, data)
			result, err := measure.Run(t.Context(), db, data, measure.Config{Works: spec.Works, Peers: peers.All, Rounds: 1, Log: t.Logf})
			require.NoError(t, err)
			for _, row := range result.Rows {
				for _, e := range row.Entries {
					t.Run(row.Work.Name+"/"+e.Name(), func(t *testing.T) {
						if e.Err != nil && strings.Contains(e.Err.Error(), "not built") {
							t.Skip(e.Err)
						}
						require.NoError(t, e.Err)
						require.Len(t, e.Samples, 1)
					})
				}
			}
		})
	}
}

// filled is a database for a test. One whose server is missing skips it, unless LUCID_REQUIRE=all.
func filled(t *testing.T, kind database.Kind, data *spec.Data) *database.Database {
	t.Helper()
	db, err := database.CreateFilled(t.Context(), kind, data)
	if errors.Is(err, database.ErrMissing) && os.Getenv("LUCID_REQUIRE") != "all" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close(t.Context())) })
	return db
}
