// Command generate writes the code of the peers that generate theirs from a live database, Bob and
// SQLBoiler. The result is committed; run it again after a change of the schema.
//
// What a peer does with its models is written once, for PostgreSQL. The models of another database are
// other types with the same names, so for those this command copies it.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/lucid-go/lucid/bench/database"
	"github.com/lucid-go/lucid/bench/spec"
)

const (
	sqlboilerVersion = "v4.19.5"
	bobVersion       = "v0.41.1"
)

func main() {
	if err := generate(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(ctx context.Context) error {
	tools, err := os.MkdirTemp("", "bench-generate-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tools) }()
	g := generator{tools}
	for _, kind := range database.Kinds {
		if err := g.forDatabase(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

type generator struct{ tools string }

// forDatabase runs the generators on an empty database with the schema.
func (g generator) forDatabase(ctx context.Context, kind database.Kind) (err error) {
	db, err := database.CreateFilled(ctx, kind, &spec.Data{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(ctx)) }()
	url, err := url.Parse(db.URL())
	if err != nil {
		return err
	}
	file, _, _ := strings.Cut(strings.TrimPrefix(db.URL(), "sqlite:file:"), "?")
	name := strings.TrimPrefix(url.Path, "/")

	switch kind {
	case database.SQLite:
		err = errors.Join(
			g.sqlboiler(ctx, kind, "sqlite3", fmt.Sprintf("dbname = %q", file)),
			g.bob(ctx, kind, "sqlite", file))
	case database.Postgres:
		err = errors.Join(
			g.sqlboiler(ctx, kind, "psql", server(url, name, "disable")),
			g.bob(ctx, kind, "psql", db.URL()))
	case database.MariaDB: // Bob's generator asks for a column of information_schema that MySQL has and MariaDB has not
		err = g.sqlboiler(ctx, kind, "mysql", server(url, name, "false"))
	}
	if err != nil || kind == database.Postgres {
		return err
	}
	for _, peer := range []string{"sqlboiler", "bob"} {
		if err := copyWorks(peer, kind); err != nil {
			return err
		}
	}
	return nil
}

// server is the connection of a configuration file of SQLBoiler, which insists on a password.
func server(u *url.URL, name, sslmode string) string {
	password, _ := u.User.Password()
	return fmt.Sprintf("dbname = %q\nhost = %q\nport = %s\nuser = %q\npass = %q\nsslmode = %q", name, u.Hostname(), u.Port(), u.User.Username(), password, sslmode)
}

func (g generator) sqlboiler(ctx context.Context, kind database.Kind, driver, connection string) error {
	config := filepath.Join(g.tools, "sqlboiler.toml")
	text := fmt.Sprintf("no-tests = true\nno-hooks = true\nno-auto-timestamps = true\nwipe = true\n[%s]\n%s\nblacklist = [\"countries\", \"sqlite_stat1\", \"sqlite_stat4\"]\n", driver, connection)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	module := "github.com/aarondl/sqlboiler/v4"
	if err := g.install(ctx, module, sqlboilerVersion); err != nil {
		return err
	}
	if err := g.install(ctx, module+"/drivers/sqlboiler-"+driver, sqlboilerVersion); err != nil {
		return err
	}
	out := filepath.Join("peers", "sqlboiler", string(kind), "models")
	return g.run(ctx, "sqlboiler", "-c", config, "-o", out, "-p", "models", filepath.Join(g.tools, "sqlboiler-"+driver))
}

func (g generator) bob(ctx context.Context, kind database.Kind, driver, dsn string) error {
	config := filepath.Join(g.tools, "bobgen.yaml")
	text := fmt.Sprintf("no_tests: true\n%s:\n  dsn: %q\n  except: {countries: [], sqlite_stat1: [], sqlite_stat4: []}\nplugins:\n", driver, dsn)
	for _, plugin := range []string{"dbinfo", "dberrors", "factory", "enums", "joins", "counts"} {
		text += fmt.Sprintf("  %s: {disabled: true}\n", plugin)
	}
	text += fmt.Sprintf("  models: {destination: %q, pkgname: models}\n", filepath.Join("peers", "bob", string(kind), "models"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	if err := g.install(ctx, "github.com/stephenafamo/bob/gen/bobgen-"+driver, bobVersion); err != nil {
		return err
	}
	return g.run(ctx, "bobgen-"+driver, "-c", config)
}

func (g generator) install(ctx context.Context, pkg, version string) error {
	cmd := exec.CommandContext(ctx, "go", "install", pkg+"@"+version)
	cmd.Env = append(os.Environ(), "GOBIN="+g.tools)
	return output(cmd)
}

func (g generator) run(ctx context.Context, tool string, args ...string) error {
	return output(exec.CommandContext(ctx, filepath.Join(g.tools, tool), args...))
}

func output(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}

// copyWorks copies what a peer does on PostgreSQL for another database that it has models of.
func copyWorks(peer string, kind database.Kind) error {
	dir := filepath.Join("peers", peer, string(kind))
	if _, err := os.Stat(filepath.Join(dir, "models")); err != nil {
		return nil
	}
	source := filepath.Join("peers", peer, string(database.Postgres), "works.go")
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte("postgres"), []byte(kind))
	text = bytes.ReplaceAll(text, []byte("psql"), []byte(kind)) // the name of Bob's dialect
	text = append([]byte("// Code generated by cmd/generate from ../postgres/works.go; DO NOT EDIT.\n\n"), text...)
	return os.WriteFile(filepath.Join(dir, "works.go"), text, 0o600)
}
