package buildcost

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	aModel  = "models/item_ab.go"
	queries = "queries.go"
	binary  = "prog"
)

// touch adds a declaration to a file, which was never there before: nothing that was built from the file
// can be used again.
func (p *Program) touch(file string) error {
	f, err := os.OpenFile(filepath.Join(p.Dir, file), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "\nvar touched%d int\n", time.Now().UnixNano()); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Build compiles and links the program.
func (p *Program) Build(ctx context.Context) (cpu time.Duration, err error) {
	ran, err := p.run(ctx, "go", "build", "-o", binary, ".")
	return ran.cpu, err
}

// Vet checks the program.
func (p *Program) Vet(ctx context.Context) (cpu time.Duration, err error) {
	ran, err := p.run(ctx, "go", "vet", "./...")
	return ran.cpu, err
}

// Run runs the program that was built, on a new database in memory.
func (p *Program) Run(ctx context.Context) error {
	_, err := p.run(ctx, filepath.Join(p.Dir, binary))
	return err
}

// size is the bytes of the program that was built.
func (p *Program) size() (int64, error) {
	info, err := os.Stat(filepath.Join(p.Dir, binary))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
