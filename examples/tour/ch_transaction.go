package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/lucid-go/lucid"
)

var transactionChapter = chapter{
	name:  "transaction",
	title: "all of it or nothing",
	text: "What runs in the function given to Transaction is committed when it returns nil and rolled back when it " +
		"returns an error or panics. Queries take the transaction where they would take the database.",
	declares: []string{"errSecondThoughts"},
	steps: []step{
		show("", rolledBack, momentTable),
		show("A transaction inside a transaction is a savepoint: an error undoes its part and leaves the rest.", savepoint, momentTable),
	},
}

var errSecondThoughts = errors.New("second thoughts")

// moment is how many comments there were at some time.
type moment struct {
	when     string
	comments int64
}

func rolledBack(ctx context.Context, db *lucid.DB) ([]moment, error) {
	var inside, after int64
	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM comments WHERE user_id IS NULL"); err != nil {
			return err
		}
		var err error
		if inside, err = lucid.From[Comment](tx).Count(ctx); err != nil {
			return err
		}
		return errSecondThoughts
	})
	if !errors.Is(err, errSecondThoughts) {
		return nil, err
	}
	after, err = lucid.From[Comment](db).Count(ctx)
	return []moment{{"inside", inside}, {"after the rollback", after}}, err
}

func savepoint(ctx context.Context, db *lucid.DB) ([]moment, error) {
	var moments []moment
	count := func(when string, tx *lucid.Tx) error {
		n, err := lucid.From[Comment](tx).Count(ctx)
		moments = append(moments, moment{when, n})
		return err
	}
	err := db.Transaction(ctx, func(tx *lucid.Tx) error {
		err := tx.Transaction(ctx, func(inner *lucid.Tx) error {
			_, err := inner.Exec(ctx, "DELETE FROM comments WHERE post_id <= ?", 10)
			return errors.Join(err, count("in the savepoint", inner), errSecondThoughts)
		})
		if !errors.Is(err, errSecondThoughts) {
			return err
		}
		return count("after the savepoint", tx)
	})
	return moments, err
}

func momentTable(moments []moment) *table {
	t := newTable("moment", "comments")
	for _, m := range moments {
		t.row(m.when, fmt.Sprint(m.comments))
	}
	return t
}
