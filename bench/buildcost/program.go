package buildcost

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"text/template"
)

// A Program is a module that was written: a package of models, and a program that creates, updates and
// reads rows of each.
type Program struct {
	Dir     string
	Library Library
	Models  int

	env []string
}

//go:embed templates
var sources embed.FS

// Write makes a program in a new directory below dir. The environment is added to that of this process
// for every command.
func Write(ctx context.Context, dir string, library Library, models int, env ...string) (*Program, error) {
	if models < 2 || models > mostModels {
		return nil, fmt.Errorf("a program has 2 to %d models, not %d", mostModels, models)
	}
	p := &Program{Dir: filepath.Join(dir, fmt.Sprintf("%s%d", library.Name, models)), Library: library, Models: models, env: env}
	if err := os.MkdirAll(filepath.Join(p.Dir, "models"), 0o755); err != nil {
		return nil, err
	}
	if err := p.writeModels(); err != nil {
		return nil, err
	}
	if err := p.writeMain(); err != nil {
		return nil, err
	}
	return p, p.writeModule(ctx)
}

func (p *Program) writeModels() error {
	for _, m := range ring(p.Models) {
		file := filepath.Join("models", snake(m.Name)+".go")
		if err := p.writeFile(file, p.Library.Name+"/model.go.tmpl", m); err != nil {
			return err
		}
	}
	return nil
}

func (p *Program) writeMain() error {
	own := p.Library.Name + "/"
	for _, source := range []string{"main.go", "tables.go", own + "open.go", own + queries} {
		data := struct{ Models []model }{ring(p.Models)}
		if err := p.writeFile(filepath.Base(source), source+".tmpl", data); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes one file of the program, in the form of gofmt.
func (p *Program) writeFile(file, source string, data any) error {
	t, err := template.ParseFS(sources, "templates/"+source)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, data); err != nil {
		return err
	}
	formatted, err := format.Source(text.Bytes())
	if err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	return os.WriteFile(filepath.Join(p.Dir, file), formatted, 0o644)
}
