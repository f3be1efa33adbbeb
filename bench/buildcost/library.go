// Package buildcost measures what a build costs the users of lucid and of other libraries: it writes
// programs with many models, changes a line, and takes the time of the compiler and the linker.
package buildcost

import "fmt"

// A Library is one that programs are written for.
type Library struct {
	Name   string // of its templates too
	Title  string
	Module string
}

// The libraries, in the order of the report.
var (
	Lucid = Library{"lucid", "lucid", "github.com/lucid-go/lucid"}
	GORM  = Library{"gorm", "GORM", "gorm.io/gorm"}
	Bun   = Library{"bun", "Bun", "github.com/uptrace/bun"}
)

// Libraries is all of them.
var Libraries = []Library{Lucid, GORM, Bun}

// Named is the libraries with these names; all of them where there are none.
func Named(names ...string) ([]Library, error) {
	if len(names) == 0 {
		return Libraries, nil
	}
	var out []Library
	for _, name := range names {
		l, err := named(name)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func named(name string) (Library, error) {
	for _, l := range Libraries {
		if l.Name == name {
			return l, nil
		}
	}
	return Library{}, fmt.Errorf("there is no library %q", name)
}
