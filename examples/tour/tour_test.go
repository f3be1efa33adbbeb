package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/tour.txt")

var golden = filepath.Join("testdata", "tour.txt")

// take runs the tour as a user would, with a clock that stands still.
func take(t *testing.T, opts options) string {
	t.Helper()
	var buffer bytes.Buffer
	start := time.Now()
	err := visit(t.Context(), opts, newPrinter(&buffer, false), func() time.Time { return start })
	require.NoError(t, err, "%s", &buffer)
	return buffer.String()
}

func TestEveryChapterShowsCodeSQLAndResult(t *testing.T) {
	for i, section := range sections(t, take(t, options{url: memoryURL})) {
		for _, label := range []string{"\n  Go\n", "\n  SQL: ", "\n  result\n    "} {
			assert.Equal(t, len(contents[i].steps), strings.Count(section, label), "%q in chapter %s", label, contents[i].name)
		}
	}
}

// The output is the first thing that a newcomer sees, so a change of it is looked at.
func TestOutput(t *testing.T) {
	got := take(t, options{url: memoryURL})
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "write it with: go test ./examples/tour -update")
	assert.Equal(t, string(want), got, "if this is meant: go test ./examples/tour -update")
}

// The statements differ between databases; what they find must not.
func TestServersGiveTheSameResults(t *testing.T) {
	want := results(take(t, options{url: memoryURL}))
	for _, name := range []string{"LUCID_POSTGRES_URL", "LUCID_MYSQL_URL"} {
		t.Run(name, func(t *testing.T) {
			url := os.Getenv(name)
			if url == "" {
				require.NotEqual(t, "all", os.Getenv("LUCID_REQUIRE"), "%s is not set", name)
				t.Skipf("%s is not set", name)
			}
			assert.Equal(t, want, results(take(t, options{url: url})))
		})
	}
}

func TestEveryChapterRunsAlone(t *testing.T) {
	for _, c := range contents {
		t.Run(c.name, func(t *testing.T) {
			assert.Contains(t, take(t, options{url: memoryURL, chapter: c.name}), "\n1 chapter, ")
		})
	}
}

func TestChoose(t *testing.T) {
	all, err := choose(contents, "")
	require.NoError(t, err)
	assert.Len(t, all, len(contents))

	byNumber, err := choose(contents, "2")
	require.NoError(t, err)
	byName, err := choose(contents, "models")
	require.NoError(t, err)
	assert.Equal(t, 2, byNumber[0].number)
	assert.Equal(t, byNumber[0].name, byName[0].name)

	_, err = choose(contents, "99")
	require.ErrorContains(t, err, "the chapters are 1 to")
	_, err = choose(contents, "nothing")
	require.ErrorContains(t, err, "the chapters are connect, models,")
}

// A second chapter of a name could not be chosen.
func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range names(contents) {
		assert.False(t, seen[name], name)
		assert.Equal(t, strings.ToLower(strings.ReplaceAll(name, " ", "-")), name)
		seen[name] = true
	}
}

// The source that is shown is found by name, so that what a chapter names must be there.
func TestSourceIsComplete(t *testing.T) {
	code, err := readSource()
	require.NoError(t, err)
	for _, c := range contents {
		for _, name := range c.declares {
			_, err := code.declaration(name)
			require.NoError(t, err, c.name)
		}
		for _, s := range c.steps {
			_, err := code.body(s.function)
			require.NoError(t, err, c.name)
		}
	}
	body, err := code.body("allUsers")
	require.NoError(t, err)
	assert.Equal(t, `return lucid.From[User](db).OrderBy("id").All(ctx)`, body)
	text, err := code.declaration("UserEmails")
	require.NoError(t, err)
	assert.Equal(t, `var UserEmails = &lucid.HasMany[User, UserEmail]{}`, text)
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		name, args, stdout, stderr string
		code                       int
	}{
		{"list", "-list", " 1  connect ", "", 0},
		{"help", "-help", "", "-chapter name", 0},
		{"unknown chapter", "-chapter nothing", "", `tour: no chapter "nothing"`, 1},
		{"unknown flag", "-nothing", "", "-nothing", 2},
		{"argument", "nothing", "", "name a chapter with -chapter", 2},
		{"a file is the user's", "-db sqlite:file.db", "", "-db takes a postgres:// or mysql:// URL", 1},
		{"no password in errors", "-db postgres://u:secret@[::1", "", "cannot be parsed", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, c.code, run(t.Context(), strings.Fields(c.args), &stdout, &stderr))
			assert.Contains(t, stdout.String(), c.stdout)
			assert.Contains(t, stderr.String(), c.stderr)
			assert.NotContains(t, stderr.String(), "secret")
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 1, run(ctx, nil, &stdout, &stderr))
	assert.Equal(t, "tour: interrupted\n", stderr.String())
}

// sections cuts the output into chapters, which must be there in order.
func sections(t *testing.T, output string) []string {
	t.Helper()
	var sections []string
	for _, c := range contents {
		before, after, found := strings.Cut(output, " "+c.name+": "+c.title+"\n")
		require.True(t, found, "chapter %s is missing", c.name)
		sections = append(sections, before)
		output = after
	}
	return append(sections[1:], output)
}

// results is the result tables of the output. What SQL() returns is a statement, and left out.
func results(output string) []string {
	var results []string
	output, _, _ = strings.Cut(output, " sql: ")
	for _, part := range strings.Split(output, "\n  result\n")[1:] {
		table, _, _ := strings.Cut(part, "\n\n")
		results = append(results, table)
	}
	return results
}
