package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lucid-go/lucid/internal/tests/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocs compiles the Go of every page, runs the programs whose output is shown, and checks that
// what is said not to compile does not, with the message that is shown.
//
// A page is read block by block. A ```go block is declarations, or statements that stand in a function
// with ctx, db, tx, user and users; the models of package app are declared unless the page declares
// its own. In a page's source a comment changes that:
//
//	<!-- package name -->   what follows is a package of its own, without the models
//	<!-- package -->        back to the page's package
//	<!-- go … -->           Go that is compiled and not shown
func TestDocs(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles a package for each page")
	}
	for _, path := range docPages(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := &docPage{path: path, blocks: readBlocks(t, path), overlay: map[string]string{}, tmp: t.TempDir()}
			p.compile(t)
		})
	}
}

// TestDocsLinks follows the links between pages.
func TestDocsLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^):]+)\)`)
	for _, path := range docPages(t) {
		for _, m := range link.FindAllStringSubmatch(withoutCode(readPage(t, path)), -1) {
			file, anchor, _ := strings.Cut(m[1], "#")
			target := path
			if file != "" {
				target = filepath.Join(filepath.Dir(path), file)
			}
			linked, err := os.ReadFile(filepath.Join(source.Root(t), target))
			if assert.NoError(t, err, "%s links to %s", path, m[1]) && anchor != "" {
				assert.Contains(t, anchors(string(linked)), anchor, "%s links to %s", path, m[1])
			}
		}
	}
}

var fences = regexp.MustCompile("(?ms)^```.*?^```$")

var fenced = regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]+`")

func withoutCode(page string) string { return fenced.ReplaceAllString(page, "") }

// anchors are the names that GitHub gives to headings.
func anchors(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(fences.ReplaceAllString(page, ""), -1) {
		name := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(m[1]), "")
		out = append(out, strings.ReplaceAll(name, " ", "-"))
	}
	return out
}

// docPages are the pages, by their path in the module.
func docPages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(source.Root(t), "docs", "*.md"))
	require.NoError(t, err)
	pages := []string{"README.md"}
	for _, file := range found {
		pages = append(pages, "docs/"+filepath.Base(file))
	}
	return pages
}

// readPage is the text of a page, or of what one links to.
func readPage(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(source.Root(t), path))
	require.NoError(t, err)
	return string(text)
}

// docBlock is one fenced block of a page, or one hidden in a comment.
type docBlock struct {
	info string // "go", "go nocompile", "text"
	text string
	line int    // of its first line
	pkg  string // "" is the page's own
}

var (
	fence      = regexp.MustCompile("^```(.*)$")
	packageTag = regexp.MustCompile(`^<!-- package ?(\w*) *-->$`)
)

func readBlocks(t *testing.T, path string) []docBlock {
	t.Helper()
	var blocks []docBlock
	var open *docBlock
	closing, pkg := "", ""
	for i, line := range strings.Split(readPage(t, path), "\n") {
		switch m := packageTag.FindStringSubmatch(line); {
		case open != nil && line == closing:
			blocks, open = append(blocks, *open), nil
		case open != nil:
			open.text += line + "\n"
		case m != nil:
			pkg = m[1]
		case line == "<!-- go":
			open, closing = &docBlock{info: "go", line: i + 2, pkg: pkg}, "-->"
		case fence.MatchString(line):
			open, closing = &docBlock{info: line[3:], line: i + 2, pkg: pkg}, "```"
		}
	}
	require.Nil(t, open, "%s: a block is not closed", path)
	return blocks
}

// docPage is a page on its way through the compiler. Its files exist in an overlay only: the module
// is the real one, and nothing is downloaded.
type docPage struct {
	path    string
	blocks  []docBlock
	overlay map[string]string // virtual path to real one
	tmp     string
	files   int
}

func (p *docPage) compile(t *testing.T) {
	packages := map[string][]docBlock{}
	wrong := map[string]string{} // package to the message it must fail with
	runs := map[string]string{}  // program to its output
	for i, b := range p.blocks {
		if b.info != "go" && b.info != "go nocompile" {
			continue
		}
		formatted, err := format.Source([]byte(b.text))
		if assert.NoError(t, err, "%s:%d", p.path, b.line) {
			assert.Equal(t, string(formatted), b.text, "%s:%d is not in the form of gofmt", p.path, b.line)
		}
		next := docBlock{}
		if i+1 < len(p.blocks) {
			next = p.blocks[i+1]
		}
		switch name := fmt.Sprintf("block%d", i); {
		case b.info == "go nocompile":
			require.Equal(t, "text", next.info, "%s:%d: show the message of the compiler in a text block", p.path, b.line)
			packages[name], wrong[name] = []docBlock{b}, next.text
		case strings.HasPrefix(b.text, "package main\n"):
			packages[name] = []docBlock{b}
			if next.info == "text" {
				runs[name] = next.text
			}
		case b.pkg == "":
			packages["page"] = append(packages["page"], b)
		default:
			packages[b.pkg] = append(packages[b.pkg], b)
		}
	}
	for name, blocks := range packages {
		p.write(t, name, blocks)
	}
	got := p.build(t, slices.Collect(keysOf(packages)))
	for name := range packages {
		message, ok := wrong[name]
		if !ok {
			assert.Empty(t, got[name], "%s does not compile", p.path)
			continue
		}
		assert.Equal(t, strings.TrimSpace(message), positions.ReplaceAllString(strings.TrimSpace(got[name]), ""), p.path)
	}
	for name, output := range runs {
		assert.Equal(t, output, p.run(t, name), "%s: the program prints something else", p.path)
	}
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

var positions = regexp.MustCompile(`(?m)^\S+:\d+(:\d+)?: `)

// dir is where a package of the page would be.
func (p *docPage) dir(name string) string {
	page := strings.NewReplacer("/", "_", ".", "_").Replace(strings.ToLower(p.path))
	return filepath.Join("internal", "docs", page, name)
}

func (p *docPage) add(t *testing.T, name, text string) {
	t.Helper()
	p.files++
	file := fmt.Sprintf("f%d.go", p.files)
	real := filepath.Join(p.tmp, file)
	require.NoError(t, os.WriteFile(real, []byte(text), 0o600))
	p.overlay[filepath.Join(source.Root(t), p.dir(name), file)] = real
}

// write makes the files of one package, one for each block.
func (p *docPage) write(t *testing.T, name string, blocks []docBlock) {
	t.Helper()
	if strings.HasPrefix(blocks[0].text, "package main\n") {
		p.add(t, name, blocks[0].text)
		return
	}
	models := name == "page" || strings.HasPrefix(blocks[0].info, "go nocompile")
	declared := map[string]bool{}
	for _, b := range blocks {
		decls, isFile := parseDecls(b.text)
		for _, d := range decls {
			for _, n := range declaredBy(d) {
				declared[n] = true
			}
		}
		place := fmt.Sprintf("//line %s:%d\n", filepath.Base(p.path), b.line)
		if isFile {
			p.add(t, name, "package page\n"+importsOf(t, b.text)+place+b.text)
			continue
		}
		params := "ctx context.Context, db *lucid.DB, tx *lucid.Tx"
		if models {
			params += ", user *User, users []*User"
		}
		body := "func _(" + params + ") error {\n{\n" + place + b.text + used(t, b.text) + "}\nreturn nil\n}\n"
		p.add(t, name, "package page\n"+importsOf(t, body)+body)
	}
	if models {
		p.add(t, name, modelsWithout(t, declared))
	}
}

// parseDecls is a block's declarations; false where it consists of statements.
func parseDecls(text string) ([]ast.Decl, bool) {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package page\n"+text, parser.SkipObjectResolution)
	if err != nil {
		return nil, false
	}
	return f.Decls, true
}

// declaredBy is the names that a declaration adds to its package.
func declaredBy(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "init" && d.Name.Name != "_" {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// used assigns the variables of a block to nothing: a page may show where a value comes from and stop.
func used(t *testing.T, text string) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "", "package page\nfunc _() {\n"+text+"}\n", parser.SkipObjectResolution)
	require.NoError(t, err, text)
	var b strings.Builder
	use := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			b.WriteString("_ = " + id.Name + "\n")
		}
	}
	for _, st := range f.Decls[0].(*ast.FuncDecl).Body.List {
		switch st := st.(type) {
		case *ast.AssignStmt:
			if st.Tok == token.DEFINE {
				for _, e := range st.Lhs {
					use(e)
				}
			}
		case *ast.DeclStmt:
			for _, name := range declaredBy(st.Decl) {
				if st.Decl.(*ast.GenDecl).Tok == token.VAR {
					b.WriteString("_ = " + name + "\n")
				}
			}
		}
	}
	return b.String()
}

var docImports = map[string]string{
	"lucid": "github.com/lucid-go/lucid", "pgxpool": "github.com/jackc/pgx/v5/pgxpool", "uuid": "github.com/google/uuid",
	"slog": "log/slog", "sql": "database/sql", "json": "encoding/json", "context": "context", "errors": "errors",
	"fmt": "fmt", "log": "log", "os": "os", "time": "time", "iter": "iter",
}

// importsOf is the imports that a block needs, for a page does not show them each time.
func importsOf(t *testing.T, text string) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "", "package page\n"+text, parser.SkipObjectResolution)
	require.NoError(t, err, text)
	if len(f.Imports) > 0 {
		return ""
	}
	needed := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && docImports[id.Name] != "" {
				needed[docImports[id.Name]] = true
			}
		}
		return true
	})
	var b strings.Builder
	for _, path := range slices.Sorted(keysOf(needed)) {
		fmt.Fprintf(&b, "import %q\n", path)
	}
	return b.String()
}

// modelsWithout is the models and relations of package app, without those that a page declares itself.
func modelsWithout(t *testing.T, declared map[string]bool) string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(source.Root(t), "internal/tests/app/models.go"), nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var b bytes.Buffer
	put := func(node any) {
		require.NoError(t, format.Node(&b, fset, node))
		b.WriteString("\n")
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "init" || d.Name.Name == "Published" && !declared["Published"] {
				put(d)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if names := declaredBy(&ast.GenDecl{Specs: []ast.Spec{spec}}); names != nil && !declared[names[0]] {
					put(&ast.GenDecl{Tok: d.Tok, Specs: []ast.Spec{spec}})
				}
			}
		}
	}
	return "package page\n" + importsOf(t, b.String()) + b.String()
}

// build compiles packages and returns what the compiler says of each.
func (p *docPage) build(t *testing.T, names []string) map[string]string {
	t.Helper()
	if len(names) == 0 {
		return nil
	}
	args := []string{"build", "-o", os.DevNull, "-gcflags=-e -N -l"} // all errors, and no time spent on optimizing
	for _, name := range names {
		args = append(args, "./"+filepath.ToSlash(p.dir(name)))
	}
	_, stderr := p.goTool(t, args...)
	got := map[string]string{}
	current := ""
	for line := range strings.Lines(stderr) {
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			current = filepath.Base(strings.TrimSpace(rest))
			continue
		}
		got[current] += line
	}
	if got[""] != "" {
		t.Fatalf("%s: %s", p.path, got[""])
	}
	return got
}

func (p *docPage) run(t *testing.T, name string) string {
	t.Helper()
	stdout, stderr := p.goTool(t, "run", "./"+filepath.ToSlash(p.dir(name)))
	require.Empty(t, stderr, p.path)
	return stdout
}

func (p *docPage) goTool(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Replace": p.overlay})
	require.NoError(t, err)
	overlay := filepath.Join(p.tmp, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	cmd := exec.CommandContext(t.Context(), "go", append([]string{args[0], "-overlay=" + overlay}, args[1:]...)...)
	cmd.Dir = source.Root(t)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}
