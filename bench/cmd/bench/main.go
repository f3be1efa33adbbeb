// Command bench measures lucid and its peers. The quick way to see where a few cells stand is
//
//	go run ./cmd/bench -db sqlite -work find_by_pk -peer lucid
//
// and -help lists what else it can be asked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/lucid-go/lucid/bench/command"
	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/growth"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers"
	"github.com/lucid-go/lucid/bench/report"
	"github.com/lucid-go/lucid/bench/spec"
)

func main() { command.Main("bench", run) }

type options struct {
	measure.Config
	kinds   []database.Kind
	page    string
	profile string
	growth  bool
}

func parse() (options, error) {
	o := options{}
	o.Log = func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	dbs := flag.String("db", "", "databases, separated by commas: sqlite, postgres, mariadb (default all)")
	works := flag.String("work", "", "works, separated by commas (default all)")
	names := flag.String("peer", "", "peers, separated by commas (default all); raw is always there")
	flag.IntVar(&o.Rounds, "rounds", 7, "rounds; in each, every peer does every work once")
	flag.DurationVar(&o.BenchTime, "benchtime", 200*time.Millisecond, "how long a sample takes")
	flag.StringVar(&o.page, "report", "", "update the generated sections of this `page`, docs/performance.md, and the plots beside it")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile to this `file`, of one -work of one -peer on one -db, instead of measuring")
	flag.BoolVar(&o.growth, "growth", false, "study how lucid's cost grows, instead of measuring works; -work, -peer and -rounds do not matter")
	flag.Parse()
	var err error
	if o.Works, err = spec.Named(command.List(*works)...); err != nil {
		return o, err
	}
	if o.Peers, err = peers.Named(command.List(*names)...); err != nil {
		return o, err
	}
	o.kinds, err = database.Named(command.List(*dbs)...)
	return o, err
}

func run(ctx context.Context) error {
	o, err := parse()
	if err != nil {
		return err
	}
	if o.growth {
		return study(ctx, o)
	}
	data := spec.NewData()
	var results []*measure.Result
	for _, kind := range o.kinds {
		err := with(ctx, kind, data, func(db *database.Database) error {
			if o.profile != "" {
				return profile(ctx, db, data, o)
			}
			result, err := measure.Run(ctx, db, data, o.Config)
			if err != nil {
				return err
			}
			results = append(results, result)
			return report.Terminal(os.Stdout, result)
		})
		if err != nil {
			return err
		}
	}
	if o.page == "" {
		return nil
	}
	return report.Write(o.page, results)
}

func study(ctx context.Context, o options) error {
	var results []*growth.Result
	for _, kind := range o.kinds {
		result, err := growth.Run(ctx, kind, o.BenchTime, o.Log)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	fmt.Println(report.Growth(results))
	if o.page == "" {
		return nil
	}
	return report.WriteGrowth(o.page, results)
}

// with runs a function on a database that is there for it alone.
func with(ctx context.Context, kind database.Kind, data *spec.Data, do func(*database.Database) error) (err error) {
	db, err := database.CreateFilled(ctx, kind, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(ctx)) }()
	return do(db)
}
