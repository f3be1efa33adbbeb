// Package report shows what was measured: as a table in the terminal, as tables in a page of the
// documentation, and as plots beside it.
package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/lucid-go/lucid/bench/measure"
)

// The names of those that the report speaks of, and how far from the floor lucid may be.
const (
	lucid  = "lucid"
	target = 1.10
)

// Terminal writes every entry of a result, for someone who is working on a few of them.
func Terminal(w io.Writer, result *measure.Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s: %s, %d rounds\n\n", result.Kind, result.Version, result.Rounds)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(table, strings.Join(cells, "\t")) } // a Builder does not fail
	line("work", "peer", "time", "ratio", "IQR", "bytes", "allocs", "ratio")
	for _, row := range result.Rows {
		floor := row.Floor()
		for _, e := range row.Entries {
			switch {
			case e.Err != nil:
				line(row.Work.Name, e.Name(), failure(e))
			case floor == nil:
				line(row.Work.Name, e.Name(), "no floor")
			default:
				name, r := e.Name(), e.To(floor)
				if e == floor {
					name += " *"
				}
				line(row.Work.Name, name, measure.Duration(e.Nanoseconds()), ratio(r.Time.Median), fmt.Sprintf("%.2f", r.Time.IQR()),
					ratio(r.Bytes), fmt.Sprintf("%.0f", e.Allocs()), ratio(r.Allocs))
			}
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// failure is a word for why an entry has no numbers.
func failure(e *measure.Entry) string {
	if strings.Contains(e.Err.Error(), "not built") {
		return "not built"
	}
	return "failed"
}

// ratio has as many digits as are worth reading.
func ratio(r float64) string {
	if r >= 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return fmt.Sprintf("%.2f", r)
}
