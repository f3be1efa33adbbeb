package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/report"
	"github.com/lucid-go/lucid/bench/spec"
)

// TestWrite reports made-up samples: lucid above the floor, a peer ahead of it, one that failed.
func TestWrite(t *testing.T) {
	samples := func(ns ...float64) []measure.Sample {
		var out []measure.Sample
		for _, n := range ns {
			out = append(out, measure.Sample{Nanoseconds: n, Bytes: 2 * n, Allocs: n / 100})
		}
		return out
	}
	result := &measure.Result{Kind: database.SQLite, Version: "SQLite 3", Rounds: 3, Rows: []*measure.Row{{
		Work: spec.FindByPK,
		Entries: []*measure.Entry{
			{Peer: "raw", Variant: "fast", Samples: samples(1000, 2000, 1000)},
			{Peer: "raw", Variant: "slow", Samples: samples(3000, 3000, 3000)},
			{Peer: "lucid", Samples: samples(1200, 2600, 1300)},
			{Peer: "bun", Samples: samples(1100, 2200, 1100)},
			{Peer: "ent", Err: assert.AnError},
		},
	}}}
	docs, err := os.ReadFile("../../docs/performance.md")
	require.NoError(t, err)
	page := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(page, docs, 0o600))

	require.NoError(t, report.Write(page, []*measure.Result{result}))
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Contains(t, string(text), "| `find_by_pk` | 1µs, fast | **1.30 (.05)** | **1.10 (.00)** | failed |")
	assert.Contains(t, string(text), "- SQLite, `find_by_pk`: 1.30; ahead: bun 1.10\n")
	assert.FileExists(t, filepath.Join(filepath.Dir(page), "performance-sqlite.svg"))
	require.NoError(t, report.Terminal(t.Output(), result))
}
