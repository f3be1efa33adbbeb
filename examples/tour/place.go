package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lucid-go/lucid"
	_ "modernc.org/sqlite" // the driver behind sqlite: URLs
)

// place is where the tour keeps its tables: a database in memory, or a schema or database of its own
// on somebody's server, under a fresh name that it drops when it leaves.
type place struct {
	db      *lucid.DB
	dialect lucid.Dialect
	name    string    // "" in memory
	owner   *lucid.DB // the handle on the server outside; nil in memory
	server  server
}

// server is how a kind of server makes and drops a private name space, and how a URL enters it.
type server struct {
	dialect lucid.Dialect
	noun    string
	create  string // followed by the name
	drop    string
	after   string // what follows the name in drop
	enter   func(u url.URL, name string) url.URL
}

var servers = map[string]server{
	"postgres": postgreSQL, "postgresql": postgreSQL,
	"mysql": mySQL, "mariadb": mySQL,
}

var postgreSQL = server{
	lucid.PostgreSQL, "schema", "CREATE SCHEMA ", "DROP SCHEMA IF EXISTS ", " CASCADE",
	func(u url.URL, name string) url.URL {
		query := u.Query()
		query.Set("search_path", name)
		u.RawQuery = query.Encode()
		return u
	},
}

var mySQL = server{
	lucid.MySQL, "database", "CREATE DATABASE ", "DROP DATABASE IF EXISTS ", "",
	func(u url.URL, name string) url.URL {
		u.Path = "/" + name
		return u
	},
}

// connect is how a program opens a database; the hook sees every statement.
func connect(ctx context.Context, url string, hook lucid.QueryHook) (*lucid.DB, error) {
	return lucid.Open(ctx, url, lucid.WithQueryHook(hook)) // postgres://…, mysql://…, sqlite:file.db, sqlite::memory:
}

// openPlace refuses an SQLite file: there is no name space in it that would be the tour's alone.
func openPlace(ctx context.Context, rawURL string, hook lucid.QueryHook) (*place, error) {
	if rawURL == memoryURL {
		db, err := connect(ctx, rawURL, hook)
		return &place{db: db, dialect: lucid.SQLite}, err
	}
	scheme, _, _ := strings.Cut(rawURL, ":")
	s, ok := servers[scheme]
	if !ok {
		return nil, fmt.Errorf("-db takes a postgres:// or mysql:// URL, not %q: without -db the tour runs on SQLite in memory", scheme)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("the -db URL cannot be parsed") // err would print the password
	}
	return s.openPlace(ctx, *u, hook)
}

// openPlace makes the name space. Whatever fails after that, it is dropped again.
func (s server) openPlace(ctx context.Context, u url.URL, hook lucid.QueryHook) (*place, error) {
	owner, err := lucid.Open(ctx, u.String())
	if err != nil {
		return nil, err
	}
	p := &place{dialect: s.dialect, name: freshName(), owner: owner, server: s}
	// Not to be interrupted halfway: the tour would not know whether there is something to drop.
	if _, err := owner.Exec(context.WithoutCancel(ctx), s.create+p.name); err != nil {
		return nil, errors.Join(fmt.Errorf("the tour needs a %s of its own: %w", s.noun, err), owner.Close())
	}
	inside := s.enter(u, p.name)
	if p.db, err = connect(ctx, inside.String(), hook); err != nil {
		return nil, errors.Join(err, p.leave(ctx))
	}
	return p, nil
}

// freshName is one that nobody else has: 64 random bits, and only letters, digits and underscores.
func freshName() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return "lucid_tour_" + hex.EncodeToString(random[:])
}

// leave closes the database and drops what was made, also when ctx is done: Ctrl-C leaves nothing behind.
func (p *place) leave(ctx context.Context) error {
	var errs []error
	if p.db != nil {
		errs = append(errs, p.db.Close())
	}
	if p.owner != nil {
		errs = append(errs, p.drop(ctx), p.owner.Close())
	}
	return errors.Join(errs...)
}

func (p *place) drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	statement := p.server.drop + p.name + p.server.after
	if _, err := p.owner.Exec(ctx, statement); err != nil {
		return fmt.Errorf("the tour's %s is still there, remove it with %q: %w", p.server.noun, statement, err)
	}
	return nil
}

// describe is the place in words.
func (p *place) describe() string {
	if p.owner == nil {
		return "SQLite in memory"
	}
	return fmt.Sprintf("%s, in the %s %s, which is dropped at the end", p.dialect, p.server.noun, p.name)
}
