package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/lucid-go/lucid/bench/growth"
)

// Growth is the tables of all studies, in Markdown, which can be read in a terminal as well.
func Growth(results []*growth.Result) string {
	var b strings.Builder
	for _, s := range growth.Studies {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n| %s |", s.Name, s.About, s.Of)
		for _, r := range results {
			for _, column := range s.Columns {
				fmt.Fprintf(&b, " %s: %s |", names[r.Kind], column)
			}
		}
		fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---|", len(results)*len(s.Columns)))
		for i, size := range s.Sizes {
			fmt.Fprintf(&b, "| %d |", size)
			for _, r := range results {
				for _, v := range r.Values[s][i] {
					fmt.Fprintf(&b, " %s |", v.Format(v.Number))
				}
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// WriteGrowth updates the page with the studies, and draws the first beside it.
func WriteGrowth(page string, results []*growth.Result) error {
	const file = "performance-growth.svg"
	if err := drawGrowth(filepath.Join(filepath.Dir(page), file), results); err != nil {
		return err
	}
	image := fmt.Sprintf("![Time of a preload as the parents grow in number](%s)\n\n", file)
	return Update(page, "growth", image+Growth(results))
}

// drawGrowth plots time against the number of parents, both logarithmic: a straight line is linear.
func drawGrowth(path string, results []*growth.Result) error {
	p := newPlot()
	study := growth.Studies[0]
	p.X.Label.Text, p.Y.Label.Text = study.Of, "ms (logarithmic)"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker = plot.ConstantTicks(ticks(10, 100, 1000, 10_000, 100_000))
	p.Y.Tick.Marker = plot.ConstantTicks(ticks(0.01, 0.1, 1, 10, 100, 1000, 10_000))
	for i, r := range results {
		points := make(plotter.XYs, len(study.Sizes))
		for k, size := range study.Sizes {
			points[k] = plotter.XY{X: float64(size), Y: r.Values[study][k][0].Number / 1e6}
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		colour := palette[[]string{"gorm", "lucid", "bun"}[i]]
		line.Color, line.Width, dots.Color = colour, vg.Points(1.5), colour
		p.Add(line, dots)
		p.Legend.Add(names[r.Kind], line, dots)
	}
	return save(path, p, 16*vg.Centimeter, 9*vg.Centimeter)
}
