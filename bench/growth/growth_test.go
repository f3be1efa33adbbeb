package growth

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid/bench/database"
)

// TestStudies runs every study where it is small.
func TestStudies(t *testing.T) {
	at, err := open(t.Context(), database.SQLite, time.Millisecond)
	require.NoError(t, err)
	defer func() { require.NoError(t, at.close(context.WithoutCancel(t.Context()))) }()
	for _, s := range Studies {
		for _, size := range s.Sizes {
			if size > 1000 {
				continue
			}
			values, err := s.Measure(t.Context(), at, size)
			require.NoError(t, err, "%s of %d", s.Name, size)
			require.Len(t, values, len(s.Columns), s.Name)
		}
	}
}
