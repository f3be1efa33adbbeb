package lucid_test

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/lucid-go/lucid"
	_ "modernc.org/sqlite"
)

func ExampleOpen() {
	ctx := context.Background()
	db, err := lucid.Open(ctx, "sqlite::memory:") // or postgres://…, mysql://…, sqlite:file.db
	check(err)
	defer func() { check(db.Close()) }()

	_, err = db.Exec(ctx, "CREATE TABLE skills (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
	check(err)
	n, err := db.Exec(ctx, "INSERT INTO skills (name) VALUES (?), (?)", "Go", "SQL")
	check(err)
	fmt.Println(n, "rows")

	_, err = lucid.Open(ctx, "oracle://localhost")
	fmt.Println(err)
	// Output:
	// 2 rows
	// lucid: open: unknown scheme "oracle": use postgres://, mysql:// or sqlite:
}

func ExampleNewSQL() {
	ctx := context.Background()
	handle, err := sql.Open("sqlite", "file:example?mode=memory&cache=shared")
	check(err)
	db := lucid.NewSQL(handle, lucid.SQLite)
	defer func() { check(db.Close()) }() // closes the handle too

	_, err = handle.ExecContext(ctx, "CREATE TABLE skills (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
	check(err)
	_, err = handle.ExecContext(ctx, "INSERT INTO skills (name) VALUES ('Go')")
	check(err)

	skill, err := lucid.From[Skill](db).First(ctx)
	check(err)
	fmt.Println(skill.ID, skill.Name)
	// Output: 1 Go
}
