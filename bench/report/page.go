package report

import (
	"fmt"
	"os"
	"strings"
)

// Update replaces one generated section of a page; what is written by hand around it stays. A section
// stands between <!-- generated: name --> and <!-- end of name -->.
func Update(path, name, content string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	start, end := "<!-- generated: "+name+" -->\n", "<!-- end of "+name+" -->"
	before, rest, ok := strings.Cut(string(text), start)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no section between %q and %q", path, strings.TrimSpace(start), end)
	}
	return os.WriteFile(path, []byte(before+start+"\n"+strings.TrimSpace(content)+"\n\n"+end+after), 0o644)
}
