package lucid_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layers are the rows of files, highest first: the picture in docs/design.md. A file uses only what
// is declared in rows below its own.
var layers = []string{
	"doc.go",
	"lucid.go",
	"hasone.go hasmany.go belongsto.go manytomany.go through.go",
	"scoped.go",
	"linked.go",
	"sync.go",
	"pivot.go",
	"owned.go",
	"orcreate.go upsert.go",
	"save.go",
	"insert.go",
	"any.go",
	"preload.go related.go has.go aggregate.go info.go",
	"load.go correlate.go",
	"twosteps.go",
	"job.go",
	"collation.go",
	"relation.go",
	"paginate.go",
	"each.go count.go",
	"cursor.go",
	"softdelete.go",
	"write.go",
	"keyset.go read.go",
	"signature.go",
	"lower.go shape.go column.go",
	"where.go",
	"query.go",
	"open.go",
	"pivotrows.go",
	"compile.go scan.go tx.go pgx.go sqldb.go",
	"prepared.go",
	"raw.go",
	"clause.go",
	"memory.go track.go assign.go",
	"key.go",
	"model.go",
	"hooks.go",
	"lanes.go",
	"conn.go fingerprint.go",
	"recipes.go",
	"errors.go naming.go dialect.go texttime.go value.go",
	"constraint.go row.go",
}

// TestLayers type-checks the package and follows every name to the file that declares it.
func TestLayers(t *testing.T) {
	row := map[string]int{}
	for i, files := range layers {
		for _, file := range strings.Fields(files) {
			row[file] = len(layers) - i
		}
	}
	fset, files := parsePackage(t)
	uses := typeCheck(t, fset, files)
	fileOf := func(pos token.Pos) string { return filepath.Base(fset.Position(pos).Filename) }
	for _, f := range files {
		name := fileOf(f.Pos())
		require.Contains(t, row, name, "give the file a row")
	}
	var wrong []string
	for ident, obj := range uses {
		if obj.Pkg() == nil || obj.Pkg().Name() != "lucid" || !obj.Pos().IsValid() {
			continue
		}
		from, to := fileOf(ident.Pos()), fileOf(obj.Pos())
		if from != to && row[to] >= row[from] {
			wrong = append(wrong, fmt.Sprintf("%s uses %s of %s", from, obj.Name(), to))
		}
	}
	slices.Sort(wrong)
	assert.Empty(t, slices.Compact(wrong))
}

func parsePackage(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
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
	exports := exportData(t)
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	_, err := config.Check("github.com/lucid-go/lucid", fset, files, info)
	require.NoError(t, err)
	return info.Uses
}

// exportData is where the compiler keeps what each imported package exports.
func exportData(t *testing.T) map[string]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export", ".").Output()
	require.NoError(t, err)
	exports := map[string]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct{ ImportPath, Export string }
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return exports
		} else if err != nil {
			t.Fatal(err)
		}
		exports[pkg.ImportPath] = pkg.Export
	}
}
