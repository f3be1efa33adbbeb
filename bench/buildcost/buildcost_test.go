package buildcost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxFunctions is how many functions may be compiled for each further model of lucid. What is generic is
// compiled anew for every model, so this is what its methods cost; lower it when they cost less. The public methods
// alone are about 200: each is a function for each model, a wrapper that passes a dictionary.
const maxFunctions = 220

// The tests build as this process was built, so that the dependencies are compiled already.

func TestFunctionsPerModel(t *testing.T) {
	n, err := FunctionsPerModel(t.Context(), t.TempDir(), Lucid)
	require.NoError(t, err)
	t.Logf("%.1f functions for each further model", n)
	assert.Positive(t, n)
	assert.LessOrEqual(t, n, float64(maxFunctions))
}

func TestProgramsRun(t *testing.T) {
	for _, l := range Libraries {
		t.Run(l.Name, func(t *testing.T) {
			p, err := Write(t.Context(), t.TempDir(), l, 2)
			require.NoError(t, err)
			cpu, err := p.Build(t.Context())
			require.NoError(t, err)
			assert.Positive(t, cpu)
			require.NoError(t, p.Run(t.Context()))
		})
	}
}
