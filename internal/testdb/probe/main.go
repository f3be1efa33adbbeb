// Command probe logs in to a database server and prints its version:
//
//	go run ./internal/testdb/probe postgres://postgres@127.0.0.1:5432/postgres
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lucid-go/lucid/internal/testdb/server"
)

const timeout = 5 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: probe URL")
		os.Exit(2)
	}
	version, err := probe(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
	fmt.Println(version)
}

func probe(url string) (version string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	db, err := server.Open(ctx, url)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return server.Version(ctx, db)
}
