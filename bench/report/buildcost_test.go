package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid/bench/buildcost"
	"github.com/lucid-go/lucid/bench/report"
)

// TestWriteBuildCost reports made-up times of two libraries and leaves the other sections as they are.
func TestWriteBuildCost(t *testing.T) {
	libraries := []buildcost.Library{buildcost.Lucid, buildcost.Bun}
	cost := func(l buildcost.Library, models int, times ...float64) *buildcost.Cost {
		return &buildcost.Cost{Library: l, Models: models, Model: times, Query: times, Vet: times, Bytes: 12_340_000}
	}
	result := &buildcost.Result{
		Config: buildcost.Config{Sizes: []int{5, 15}, Rounds: 3, Libraries: libraries},
		Costs: []*buildcost.Cost{
			cost(buildcost.Lucid, 5, 1, 9, 3), cost(buildcost.Bun, 5, 1, 2),
			cost(buildcost.Lucid, 15, 4, 4, 4), cost(buildcost.Bun, 15, 2, 2),
		},
		Functions: map[buildcost.Library]float64{buildcost.Lucid: 644.4, buildcost.Bun: 0},
	}
	docs, err := os.ReadFile("../../docs/performance.md")
	require.NoError(t, err)
	page := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(page, docs, 0o600))

	require.NoError(t, report.WriteBuildCost(page, result))
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, line := range []string{
		"| | library | 5 models | 15 models |\n",
		"| a model was touched | lucid | 3.00 s | 4.00 s |\n| a model was touched | Bun | 1.50 s | 2.00 s |\n",
		"| the program | Bun | 12.3 MB | 12.3 MB |\n",
		"for each further model: lucid 644, Bun 0.\n",
		"## How the cost grows\n",
	} {
		assert.Contains(t, string(text), line)
	}
}
