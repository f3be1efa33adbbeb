// Command buildcost measures what a build costs the users of lucid and of other libraries. The quick
// way to see it is
//
//	go run ./cmd/buildcost -sizes 5,15 -rounds 1
//
// and -help lists what else it can be asked.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/lucid-go/lucid/bench/buildcost"
	"github.com/lucid-go/lucid/bench/command"
	"github.com/lucid-go/lucid/bench/report"
)

func main() { command.Main("buildcost", run) }

type options struct {
	buildcost.Config
	page string
}

func parse() (options, error) {
	o := options{}
	o.Log = func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	sizes := flag.String("sizes", "5,15,30,60", "how many models the programs have, separated by commas")
	names := flag.String("libraries", "", "libraries, separated by commas: lucid, gorm, bun (default all)")
	flag.IntVar(&o.Rounds, "rounds", 3, "rounds; in each, every program is built once after each kind of change")
	flag.StringVar(&o.page, "report", "", "update the generated section of this `page`, docs/performance.md")
	flag.Parse()
	for _, size := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return o, fmt.Errorf("-sizes: %w", err)
		}
		o.Sizes = append(o.Sizes, n)
	}
	var err error
	o.Libraries, err = buildcost.Named(command.List(*names)...)
	return o, err
}

func run(ctx context.Context) error {
	o, err := parse()
	if err != nil {
		return err
	}
	result, err := buildcost.Run(ctx, o.Config)
	if err != nil {
		return err
	}
	fmt.Println(report.BuildCost(result))
	if o.page == "" {
		return nil
	}
	return report.WriteBuildCost(o.page, result)
}
