package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers/raw"
	"github.com/lucid-go/lucid/bench/spec"
)

// Write updates the page with results, and draws the plots beside it.
func Write(page string, results []*measure.Result) error {
	if err := Update(page, "machine", environment(results)); err != nil {
		return err
	}
	var works, tables, missed strings.Builder
	for _, w := range spec.Works {
		fmt.Fprintf(&works, "- `%s`: %s\n", w.Name, w.About)
	}
	if err := Update(page, "works", works.String()); err != nil {
		return err
	}
	for _, r := range results {
		plot := "performance-" + string(r.Kind) + ".svg"
		if err := drawTo(filepath.Join(filepath.Dir(page), plot), r); err != nil {
			return err
		}
		fmt.Fprintf(&tables, "## %s\n\n![Times on %[1]s, relative to code written by hand](%s)\n\n", names[r.Kind], plot)
		fmt.Fprintf(&tables, "Time, relative to the floor:\n\n%s\n", timeTable(r))
		fmt.Fprintf(&tables, "Allocations / bytes allocated, relative to the floor:\n\n%s\n", memoryTable(r))
		missed.WriteString(misses(r))
	}
	if err := Update(page, "tables", tables.String()); err != nil {
		return err
	}
	if missed.Len() == 0 {
		missed.WriteString("None.")
	}
	return Update(page, "misses", missed.String())
}

// names is what the databases call themselves.
var names = map[database.Kind]string{database.SQLite: "SQLite", database.Postgres: "PostgreSQL", database.MariaDB: "MariaDB"}

// columns is the peers of a result, in their order, without the floor.
func columns(r *measure.Result) []string {
	var out []string
	for _, row := range r.Rows {
		for _, e := range row.Entries {
			if e.Peer != raw.Peer.Name && !slices.Contains(out, e.Peer) {
				out = append(out, e.Peer)
			}
		}
	}
	return out
}

func timeTable(r *measure.Result) string {
	return table(r, func(floor *measure.Entry) string { return measure.Duration(floor.Nanoseconds()) },
		func(row *measure.Row, e *measure.Entry) string {
			t := e.To(row.Floor()).Time
			cell := fmt.Sprintf("%s (%s)", ratio(t.Median), strings.TrimPrefix(fmt.Sprintf("%.2f", t.IQR()), "0"))
			if missed(row, e) {
				cell = "**" + cell + "**"
			}
			return cell
		})
}

func memoryTable(r *measure.Result) string {
	return table(r, func(floor *measure.Entry) string {
		return fmt.Sprintf("%.0f / %s", floor.Allocs(), size(floor.Bytes()))
	},
		func(row *measure.Row, e *measure.Entry) string {
			t := e.To(row.Floor())
			return ratio(t.Allocs) + " / " + ratio(t.Bytes)
		})
}

// size is a number of bytes in a unit that suits it.
func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB"} {
		if bytes < 1000 || unit == "MB" {
			return fmt.Sprintf("%.3g %s", bytes, unit)
		}
		bytes /= 1000
	}
	return ""
}

// table has a line for each work and a column for each peer, at its best.
func table(r *measure.Result, absolute func(floor *measure.Entry) string, cell func(*measure.Row, *measure.Entry) string) string {
	peers := columns(r)
	var b strings.Builder
	fmt.Fprintf(&b, "| work | floor | %s |\n|---|---|%s\n", strings.Join(peers, " | "), strings.Repeat("---|", len(peers)))
	for _, row := range r.Rows {
		floor := row.Floor()
		if floor == nil {
			continue
		}
		fmt.Fprintf(&b, "| `%s` | %s, %s |", row.Work.Name, absolute(floor), floor.Variant)
		for _, peer := range peers {
			text := "–"
			if e := row.Best(peer); e != nil && e.Err != nil {
				text = failure(e)
			} else if e != nil {
				text = cell(row, e)
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// missed reports whether an entry is lucid further from the floor than it should be, or a peer that
// is faster than lucid.
func missed(row *measure.Row, e *measure.Entry) bool {
	own := e.To(row.Floor()).Time.Median
	if e.Peer == lucid {
		return own > target
	}
	l := row.Best(lucid)
	return l != nil && l.Err == nil && own < l.To(row.Floor()).Time.Median
}

// misses lists the cells that missed has marked.
func misses(r *measure.Result) string {
	var b strings.Builder
	for _, row := range r.Rows {
		l := row.Best(lucid)
		if l == nil || l.Err != nil || row.Floor() == nil {
			continue
		}
		own := l.To(row.Floor()).Time
		var ahead []string
		for _, peer := range columns(r) {
			e := row.Best(peer)
			if peer == lucid || e == nil || e.Err != nil || !missed(row, e) {
				continue
			}
			t := e.To(row.Floor()).Time
			text := fmt.Sprintf("%s %s", peer, ratio(t.Median))
			if t.Upper >= own.Lower {
				text += " (within the spread)"
			}
			ahead = append(ahead, text)
		}
		if own.Median <= target && ahead == nil {
			continue
		}
		fmt.Fprintf(&b, "- %s, `%s`: %s", names[r.Kind], row.Work.Name, ratio(own.Median))
		if ahead != nil {
			fmt.Fprintf(&b, "; ahead: %s", strings.Join(ahead, ", "))
		}
		b.WriteString("\n")
	}
	return b.String()
}
