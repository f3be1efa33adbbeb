package report

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUpdateKeepsWhatIsWrittenByHand(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(page, []byte("before\n<!-- generated: a -->\nold\n<!-- end of a -->\nafter\n"), 0o600))
	require.NoError(t, Update(page, "a", "new\n"))
	require.NoError(t, Update(page, "a", "newer\n"))
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, "before\n<!-- generated: a -->\n\nnewer\n\n<!-- end of a -->\nafter\n", string(text))
	assert.ErrorContains(t, Update(page, "b", ""), "has no section")
}
