package report

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lucid-go/lucid/bench/measure"
	"github.com/lucid-go/lucid/bench/peers"
)

// environment is what the numbers depend on besides the code.
func environment(results []*measure.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s with `%s`, %d rounds.\n\n", time.Now().Format(time.DateOnly), command(), results[0].Rounds)
	fmt.Fprintf(&b, "- Machine: %s\n- %s, GOGC %s\n", machine(), runtime.Version(), gogc())
	for _, r := range results {
		fmt.Fprintf(&b, "- %s\n", r.Version)
	}
	fmt.Fprintf(&b, "- Drivers: %s\n", versions("github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "modernc.org/sqlite"))
	var modules []string
	for _, p := range peers.All {
		modules = append(modules, p.Module)
	}
	fmt.Fprintf(&b, "- Peers: %s\n", versions(modules...))
	return b.String()
}

func command() string {
	return strings.Join(append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...), " ")
}

// machine is the processor, its number and the memory, where the system tells.
func machine() string {
	parts := []string{fmt.Sprintf("%d cores", runtime.NumCPU()), runtime.GOOS + "/" + runtime.GOARCH}
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		parts = append([]string{model}, parts...)
	}
	var kB float64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%f kB", &kB); err == nil {
		parts = append(parts, fmt.Sprintf("%.0f GB", kB/1e6))
	}
	return strings.Join(parts, ", ")
}

// field is the value of the first line "name: value" of a file.
func field(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func gogc() string {
	if v := os.Getenv("GOGC"); v != "" {
		return v
	}
	return "100"
}

// versions is modules with the versions that this program was built with.
func versions(modules ...string) string {
	info, _ := debug.ReadBuildInfo()
	var out []string
	last := ""
	for _, path := range modules {
		for _, dep := range info.Deps {
			if dep.Path == path && path != last && dep.Replace == nil {
				out = append(out, path+" "+dep.Version)
			}
		}
		last = path // peers of the same module follow one another
	}
	return strings.Join(out, ", ")
}
