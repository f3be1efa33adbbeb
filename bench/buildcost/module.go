package buildcost

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// writeModule gives the program the versions of the benchmarks' own module, and lucid from this checkout.
func (p *Program) writeModule(ctx context.Context) error {
	bench, err := benchDir(ctx)
	if err != nil {
		return err
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(bench, file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(p.Dir, file), text, 0o644); err != nil {
			return err
		}
	}
	_, err = p.run(ctx, "go", "mod", "edit", "-module=example.com/program", "-replace="+Lucid.Module+"="+filepath.Dir(bench))
	return err
}

// benchDir is the directory of the benchmarks' module, in which this process has to run.
func benchDir(ctx context.Context) (string, error) {
	const module = "github.com/lucid-go/lucid/bench"
	here := &Program{}
	ran, err := here.run(ctx, "go", "list", "-m", "-f", "{{.Path}}\n{{.Dir}}")
	if err != nil {
		return "", err
	}
	path, dir, _ := strings.Cut(strings.TrimSpace(ran.output), "\n")
	if path != module {
		return "", errors.New("run it in the module " + module)
	}
	return dir, nil
}
