package lucid_test

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lucid-go/lucid/internal/tests/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// place is where a file stands in the picture: its layer, and its group of neighbours there. The highest have
// the lowest numbers.
type place struct{ layer, group int }

// sees reports whether a file may use what another declares: lower layers, and the groups behind its own.
func (p place) sees(to place) bool {
	return to.layer > p.layer || to.layer == p.layer && to.group > p.group
}

// picture reads the layers of the package from docs/design.md. A line of it is a layer: its name in capitals, and its
// files in groups with arrows between them.
func picture(t *testing.T) map[string]place {
	t.Helper()
	page, err := os.ReadFile("docs/design.md")
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```text\n(ENTRY .*?)```").FindSubmatch(page)
	require.NotNil(t, block, "docs/design.md has no picture of the layers")
	places := map[string]place{}
	at := place{layer: -1}
	for line := range strings.Lines(string(block[1])) {
		if !strings.HasPrefix(line, " ") {
			at = place{layer: at.layer + 1}
		}
		for _, word := range strings.Fields(line) {
			switch {
			case word == "→":
				at.group++
			case strings.HasSuffix(word, ".go"):
				require.NotContains(t, places, word, "the picture has a file twice")
				places[word] = at
			}
		}
	}
	return places
}

// TestLayers type-checks the package and follows every name to the file that declares it.
func TestLayers(t *testing.T) {
	places := picture(t)
	fset, files := parsePackage(t)
	fileOf := func(pos token.Pos) string { return filepath.Base(fset.Position(pos).Filename) }
	missing := maps.Clone(places)
	for _, f := range files {
		name := fileOf(f.Pos())
		require.Contains(t, places, name, "give the file a place in the picture of docs/design.md")
		delete(missing, name)
	}
	assert.Empty(t, missing, "the picture has files that are not there")
	var wrong []string
	for ident, obj := range typeCheck(t, fset, files) {
		if obj.Pkg() == nil || obj.Pkg().Name() != "lucid" || !obj.Pos().IsValid() {
			continue
		}
		from, to := fileOf(ident.Pos()), fileOf(obj.Pos())
		if from != to && !places[from].sees(places[to]) {
			wrong = append(wrong, fmt.Sprintf("%s uses %s of %s", from, obj.Name(), to))
		}
	}
	slices.Sort(wrong)
	assert.Empty(t, slices.Compact(wrong), "a file uses lower layers, and neighbours behind an arrow")
}

// parsePackage is the package as it is built here, without its tests.
func parsePackage(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		built, err := build.Default.MatchFile(".", path)
		require.NoError(t, err)
		if strings.HasSuffix(path, "_test.go") || !built {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	return fset, files
}

// typeCheck is what each name of the package refers to.
func typeCheck(t *testing.T, fset *token.FileSet, files []*ast.File) map[*ast.Ident]types.Object {
	t.Helper()
	exports := source.Exports(t)
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	_, err := config.Check("github.com/lucid-go/lucid", fset, files, info)
	require.NoError(t, err)
	return info.Uses
}
