// Command bench measures lucid and its peers. Run it with -help for what it can be asked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers"
	"github.com/lucid-go/lucid/bench/spec"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var (
		dbs       = flag.String("db", "", "databases, separated by commas: sqlite, postgres, mariadb (default all)")
		works     = flag.String("work", "", "works, separated by commas (default all)")
		names     = flag.String("peer", "", "peers, separated by commas (default all); raw is always there")
		rounds    = flag.Int("rounds", 7, "rounds")
		benchTime = flag.Duration("benchtime", 200*time.Millisecond, "how long a sample takes")
	)
	flag.Parse()
	c := measure.Config{Rounds: *rounds, BenchTime: *benchTime, Log: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }}
	var err error
	if c.Works, err = spec.Named(list(*works)...); err != nil {
		return err
	}
	if c.Peers, err = peers.Named(list(*names)...); err != nil {
		return err
	}
	kinds := database.Kinds
	if *dbs != "" {
		kinds = nil
		for _, name := range list(*dbs) {
			kinds = append(kinds, database.Kind(name))
		}
	}
	data := spec.NewData()
	for _, kind := range kinds {
		if err := measureOne(ctx, kind, data, c); err != nil {
			return err
		}
	}
	return nil
}

func list(flag string) []string {
	if flag == "" {
		return nil
	}
	return strings.Split(flag, ",")
}

func measureOne(ctx context.Context, kind database.Kind, data *spec.Data, c measure.Config) (err error) {
	db, err := database.CreateFilled(ctx, kind, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(ctx)) }()
	rows, err := measure.Run(ctx, db, data, c)
	if err != nil {
		return err
	}
	return printTable(kind, db.Version, rows)
}

func printTable(kind database.Kind, version string, rows []*measure.Row) error {
	fmt.Printf("\n%s: %s\n\n", kind, version)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "work\tpeer\ttime\tratio\tIQR\tbytes\tallocs")
	for _, r := range rows {
		floor := r.Floor()
		for _, e := range r.Entries {
			name := e.Name()
			if e == floor {
				name += " *"
			}
			if e.Err != nil || floor == nil {
				fmt.Fprintf(w, "%s\t%s\tfailed: %v\n", r.Work.Name, name, e.Err)
				continue
			}
			ratio := e.To(floor)
			fmt.Fprintf(w, "%s\t%s\t%v\t%.2f\t%.2f\t%.2f\t%.2f\n", r.Work.Name, name, short(e.Nanoseconds()), ratio.Time.Median, ratio.Time.IQR(), ratio.Bytes, ratio.Allocs)
		}
	}
	return w.Flush()
}

// short is a time in three digits or so.
func short(ns float64) time.Duration {
	d := time.Duration(ns)
	for unit := time.Second; unit > 1; unit /= 10 {
		if d >= unit {
			return d.Round(unit / 100)
		}
	}
	return d
}
