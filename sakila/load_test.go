package sakila_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lucid-go/lucid"
)

// maxParams is below what every database takes in one statement; SQLite takes the fewest, 32766.
const maxParams = 30000

// load fills an empty database with the tables and rows of dir.
func load(ctx context.Context, db *lucid.DB, dialect lucid.Dialect, dir string) error {
	for _, tb := range tables {
		if _, err := db.Exec(ctx, tb.create(dialect)); err != nil {
			return fmt.Errorf("create %s: %w", tb.name, err)
		}
	}
	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		for _, tb := range tables {
			if err := tb.load(ctx, tx, dir); err != nil {
				return fmt.Errorf("load %s: %w", tb.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, tb := range tables {
		for _, statement := range tb.finish(dialect) {
			if _, err := db.Exec(ctx, statement); err != nil {
				return fmt.Errorf("finish %s: %w", tb.name, err)
			}
		}
	}
	return nil
}

// load inserts the rows of the table's file, as many per statement as it may have parameters.
func (tb table) load(ctx context.Context, tx *lucid.Tx, dir string) error {
	columns, rows, err := readTSV(filepath.Join(dir, tb.name+".tsv"))
	if err != nil {
		return err
	}
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for chunk := range slices.Chunk(rows, maxParams/len(columns)) {
		insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s%s",
			tb.name, strings.Join(columns, ", "), row, strings.Repeat(", "+row, len(chunk)-1))
		if _, err := tx.Exec(ctx, insert, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}

// readTSV reads a file whose first line names the columns.
func readTSV(path string) (columns []string, rows [][]any, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, line := range lines[1:] {
		var row []any
		for field := range strings.SplitSeq(line, "\t") {
			row = append(row, value(field))
		}
		rows = append(rows, row)
	}
	return strings.Split(lines[0], "\t"), rows, nil
}

// value is what a field of a file stands for. The databases turn texts into numbers and times themselves.
func value(field string) any {
	switch field {
	case `\N`:
		return nil
	case "t", "f":
		return field == "t"
	}
	return field
}
