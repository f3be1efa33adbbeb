package report

import (
	"bytes"
	"fmt"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/lucid-go/lucid/bench/measure"
)

// The colours have enough contrast on a white page and on a black one.
var (
	ink     = color.RGBA{0x6e, 0x77, 0x81, 0xff}
	faint   = color.NRGBA{0x80, 0x80, 0x80, 0x48}
	palette = map[string]color.RGBA{
		"lucid":      {0xe8, 0x59, 0x0c, 0xff},
		"gorm":       {0x22, 0x8b, 0xe6, 0xff},
		"gorm-tuned": {0x74, 0xa0, 0xf0, 0xff},
		"bun":        {0x2f, 0x9e, 0x44, 0xff},
		"ent":        {0x9c, 0x5f, 0xd6, 0xff},
		"bob":        {0xb8, 0x8a, 0x00, 0xff},
		"sqlboiler":  {0xd6, 0x57, 0x9b, 0xff},
	}
)

// drawResult plots the times of a result, a line for each work and a point for each peer, on a logarithmic
// scale that begins at the floor.
func drawResult(r *measure.Result) (*plot.Plot, error) {
	p := newPlot()
	p.X.Label.Text = "time, relative to code written by hand (logarithmic)"
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = plot.ConstantTicks(ticks(0.5, 1, 1.5, 2, 3, 5, 10, 20))
	p.X.Min, p.X.Max = 0.8, 2
	works := make([]string, len(r.Rows))
	for i, row := range r.Rows {
		works[len(works)-1-i] = row.Work.Name
	}
	p.NominalY(works...)
	p.Y.Width, p.Y.Tick.Length = 0, 0
	p.Y.Min, p.Y.Max = -0.5, float64(len(works))-0.5
	peers := columns(r)
	for k, peer := range peers {
		points := &spreads{}
		for i, row := range r.Rows {
			e, floor := row.Best(peer), row.Floor()
			if e == nil || e.Err != nil || floor == nil {
				continue
			}
			t := e.To(floor).Time
			// Peers of a work stand a little above one another.
			y := float64(len(works)-1-i) + 0.6*(0.5-float64(k)/float64(max(1, len(peers)-1)))
			points.XYs = append(points.XYs, plotter.XY{X: t.Median, Y: y})
			points.XErrors = append(points.XErrors, struct{ Low, High float64 }{t.Median - t.Lower, t.Upper - t.Median})
			p.X.Max = max(p.X.Max, 1.1*t.Upper)
			p.X.Min = min(p.X.Min, 0.9*t.Lower)
		}
		if err := addSpreads(p, peer, points); err != nil {
			return nil, err
		}
	}
	for _, x := range []float64{1, target} {
		if err := addLine(p, plotter.XYs{{X: x, Y: -0.5}, {X: x, Y: float64(len(works)) - 0.5}}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func drawTo(path string, r *measure.Result) error {
	p, err := drawResult(r)
	if err != nil {
		return err
	}
	return save(path, p, 22*vg.Centimeter, vg.Length(len(r.Rows))*1.1*vg.Centimeter+3*vg.Centimeter)
}

// spreads is points with the quartiles around them.
type spreads struct {
	plotter.XYs
	plotter.XErrors
}

func addSpreads(p *plot.Plot, peer string, points *spreads) error {
	if len(points.XYs) == 0 {
		return nil
	}
	bars, err := plotter.NewXErrorBars(points)
	if err != nil {
		return err
	}
	dots, err := plotter.NewScatter(points.XYs)
	if err != nil {
		return err
	}
	bars.Color, bars.CapWidth = palette[peer], 0
	dots.GlyphStyle = draw.GlyphStyle{Color: palette[peer], Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}
	if peer == lucid {
		dots.Radius = vg.Points(4)
	}
	p.Add(bars, dots)
	p.Legend.Add(peer, dots)
	return nil
}

func addLine(p *plot.Plot, points plotter.XYs) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.Color, line.Width = ink, vg.Points(0.7)
	p.Add(line)
	return nil
}

func ticks(at ...float64) []plot.Tick {
	out := make([]plot.Tick, len(at))
	for i, x := range at {
		out[i] = plot.Tick{Value: x, Label: fmt.Sprintf("%g", x)}
	}
	return out
}

// newPlot has no background, and everything but the data in one colour.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	texts := []*text.Style{&p.Title.TextStyle, &p.Legend.TextStyle}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Tick.Color = faint, faint
		texts = append(texts, &axis.Label.TextStyle, &axis.Tick.Label)
	}
	for _, style := range texts {
		style.Color, style.Font.Variant, style.Font.Size = ink, "Sans", vg.Points(10)
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = faint, faint
	p.Add(grid)
	return p
}

// legendWidth is the space beside a plot, where its legend covers no data.
const legendWidth = 2.8 * vg.Centimeter

func paint(p *plot.Plot, canvas draw.Canvas) {
	legend := p.Legend
	p.Legend = plot.NewLegend()
	p.Draw(draw.Crop(canvas, 0, -legendWidth, 0, 0))
	legend.Top, legend.Padding, legend.ThumbnailWidth = true, vg.Points(3), vg.Points(12)
	legend.Draw(canvas)
}

// style makes text darker on a light page and lighter on a dark one, where the viewer tells which.
// Arial has the measures of the font that the plot was laid out with.
const style = `<style>text{font-family:"Liberation Sans",Arial,sans-serif!important;fill:#424a53!important}` +
	`@media(prefers-color-scheme:dark){text{fill:#b9c2cc!important}}</style>` + "\n"

func save(path string, p *plot.Plot, width, height vg.Length) error {
	canvas := vgsvg.New(width, height)
	paint(p, draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return err
	}
	svg := bytes.Replace(b.Bytes(), []byte("<g "), []byte(style+"<g "), 1)
	return os.WriteFile(path, svg, 0o644)
}
