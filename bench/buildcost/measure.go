package buildcost

import (
	"context"
	"errors"
	"os"
)

// A Config says what to measure.
type Config struct {
	Sizes     []int // how many models the programs have
	Rounds    int
	Libraries []Library
	Log       func(format string, args ...any)
}

// A Result is the costs of all programs.
type Result struct {
	Config
	Costs     []*Cost
	Functions map[Library]float64 // compiled for each further model
}

// Environment is what the programs are built with besides the environment of this process. GORM's
// driver links SQLite's C code where it can, beside the driver that the programs use; without cgo all
// programs have the same driver and the same linker.
var Environment = []string{"CGO_ENABLED=0"}

// Run writes the programs below the temporary directory, and takes the costs of each in every round.
func Run(ctx context.Context, config Config) (result *Result, err error) {
	dir, err := os.MkdirTemp("", "lucid_buildcost_")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &runner{result: &Result{Config: config, Functions: map[Library]float64{}}, dir: dir}
	for _, step := range []func(context.Context) error{r.countFunctions, r.prepare, r.rounds} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r.result, nil
}

type runner struct {
	result   *Result
	dir      string
	programs []*Program // one for each of the costs
}

func (r *runner) countFunctions(ctx context.Context) error {
	for _, library := range r.result.Libraries {
		r.result.Log("functions: %s", library.Name)
		dir, err := os.MkdirTemp(r.dir, "functions_")
		if err != nil {
			return err
		}
		if r.result.Functions[library], err = FunctionsPerModel(ctx, dir, library, Environment...); err != nil {
			return err
		}
	}
	return nil
}

// prepare writes the programs and builds them once, so that the dependencies are compiled.
func (r *runner) prepare(ctx context.Context) error {
	for _, models := range r.result.Sizes {
		for _, library := range r.result.Libraries {
			r.result.Log("prepare: %s, %d models", library.Name, models)
			p, err := prepared(ctx, r.dir, library, models)
			if err != nil {
				return err
			}
			size, err := p.size()
			if err != nil {
				return err
			}
			r.programs = append(r.programs, p)
			r.result.Costs = append(r.result.Costs, &Cost{Library: library, Models: models, Bytes: size})
		}
	}
	return nil
}

// prepared is a program that was built and checked, and that does what it should.
func prepared(ctx context.Context, dir string, library Library, models int) (*Program, error) {
	p, err := Write(ctx, dir, library, models, Environment...)
	if err != nil {
		return nil, err
	}
	if _, err := p.Build(ctx); err != nil {
		return nil, err
	}
	if _, err := p.Vet(ctx); err != nil {
		return nil, err
	}
	return p, p.Run(ctx)
}

func (r *runner) rounds(ctx context.Context) error {
	for round := range r.result.Rounds {
		for i, p := range r.programs {
			r.result.Log("round %d: %s, %d models", round+1, p.Library.Name, p.Models)
			if err := r.result.Costs[i].add(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Of is the costs of one library, in the order of the sizes.
func (r *Result) Of(library Library) []*Cost {
	var out []*Cost
	for _, c := range r.Costs {
		if c.Library == library {
			out = append(out, c)
		}
	}
	return out
}
