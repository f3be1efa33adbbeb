package report

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/lucid-go/lucid/bench/buildcost"
)

// WriteBuildCost updates the page with what builds cost.
func WriteBuildCost(page string, result *buildcost.Result) error {
	return Update(page, "build cost", buildEnvironment(result)+"\n"+BuildCost(result))
}

// BuildCost is the table of a result, in Markdown, which can be read in a terminal as well.
func BuildCost(result *buildcost.Result) string {
	var b strings.Builder
	b.WriteString("| | library |")
	for _, size := range result.Sizes {
		fmt.Fprintf(&b, " %d models |", size)
	}
	fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(result.Sizes)))
	for _, m := range buildMeasures {
		for _, library := range result.Libraries {
			fmt.Fprintf(&b, "| %s | %s |", m.name, library.Title)
			for _, cost := range result.Of(library) {
				fmt.Fprintf(&b, " %s |", m.cell(cost))
			}
			b.WriteString("\n")
		}
	}
	fmt.Fprintf(&b, "\nFunctions compiled in the package of models for each further model: %s.\n", functions(result))
	return b.String()
}

// buildMeasures is what the table tells of each program.
var buildMeasures = []struct {
	name string
	cell func(*buildcost.Cost) string
}{
	{"a model was touched", func(c *buildcost.Cost) string { return seconds(c.Model) }},
	{"a file that queries was touched", func(c *buildcost.Cost) string { return seconds(c.Query) }},
	{"`go vet`", func(c *buildcost.Cost) string { return seconds(c.Vet) }},
	{"the program", func(c *buildcost.Cost) string { return fmt.Sprintf("%.1f MB", float64(c.Bytes)/1e6) }},
}

func seconds(samples []float64) string { return fmt.Sprintf("%.2f s", buildcost.Median(samples)) }

func functions(result *buildcost.Result) string {
	var out []string
	for _, library := range result.Libraries {
		out = append(out, fmt.Sprintf("%s %.0f", library.Title, result.Functions[library]))
	}
	return strings.Join(out, ", ")
}

// buildEnvironment is what the costs depend on besides the code.
func buildEnvironment(result *buildcost.Result) string {
	var modules []string
	for _, library := range result.Libraries {
		modules = append(modules, library.Module)
	}
	return fmt.Sprintf("Measured on %s with `%s`, %d rounds.\n\n- Machine: %s\n- %s, GOGC %s, %s\n- Libraries: %s\n",
		time.Now().Format(time.DateOnly), command(), result.Rounds,
		machine(), runtime.Version(), gogc(), strings.Join(buildcost.Environment, " "),
		versions(append(modules, "modernc.org/sqlite")...))
}
