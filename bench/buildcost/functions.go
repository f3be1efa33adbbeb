package buildcost

import (
	"context"
	"strings"
)

// The programs that are compared to tell what one more model adds.
const (
	fewModels  = 5
	manyModels = 15
)

// FunctionsPerModel is how many functions the package of models has compiled for each further model.
func FunctionsPerModel(ctx context.Context, dir string, library Library, env ...string) (float64, error) {
	few, err := functionsOf(ctx, dir, library, fewModels, env)
	if err != nil {
		return 0, err
	}
	many, err := functionsOf(ctx, dir, library, manyModels, env)
	return float64(many-few) / (manyModels - fewModels), err
}

func functionsOf(ctx context.Context, dir string, library Library, models int, env []string) (int, error) {
	p, err := Write(ctx, dir, library, models, env...)
	if err != nil {
		return 0, err
	}
	return p.functions(ctx)
}

// functions is how many functions are in what the package of models was compiled to.
func (p *Program) functions(ctx context.Context) (int, error) {
	archive, err := p.run(ctx, "go", "list", "-export", "-f", "{{.Export}}", "./models")
	if err != nil {
		return 0, err
	}
	symbols, err := p.run(ctx, "go", "tool", "nm", strings.TrimSpace(archive.output))
	if err != nil {
		return 0, err
	}
	return countFunctions(symbols.output), nil
}

// countFunctions counts the lines of nm that are code: an address, the letter T or t, and a name.
func countFunctions(symbols string) int {
	n := 0
	for line := range strings.Lines(symbols) {
		if fields := strings.Fields(line); len(fields) > 2 && strings.EqualFold(fields[1], "T") {
			n++
		}
	}
	return n
}
