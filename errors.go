package lucid

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// The errors that a program tells apart with errors.Is. Messages of returned errors name the
// model, relation and column; these are only the kinds behind them.
var (
	// ErrNotFound is returned where a row is wanted and there is none: First, Find, FindBy, Sole, and Save,
	// Delete and Refresh of a row that is gone.
	// errors.Is(err, sql.ErrNoRows) holds for it too.
	ErrNotFound = fmt.Errorf("lucid: no row found: %w", sql.ErrNoRows)
	// ErrStale is returned by Save and Delete of a row with a version that another write has changed, or
	// deleted, since it was read. errors.Is(err, ErrNotFound) holds for it too.
	ErrStale = fmt.Errorf("lucid: row was changed meanwhile: %w", ErrNotFound)
	// ErrMultiple is returned by Sole where more than one row matches.
	ErrMultiple = errors.New("lucid: more than one row found")
	// ErrNotPersisted is returned where a row has to be in the database first, such as a parent of Query.
	ErrNotPersisted = errors.New("lucid: row is not in the database")
	// ErrNotLoaded is returned by Get for a relation that was never loaded.
	ErrNotLoaded = errors.New("lucid: relation is not loaded")
	// ErrMissingKey is returned where a key that a relation needs was not selected or not set.
	ErrMissingKey = errors.New("lucid: key has no value")
	// ErrNotNullable is returned by Dissociate where the foreign key cannot hold NULL.
	ErrNotNullable = errors.New("lucid: key cannot be null")
	// ErrUnknownColumn is returned for a column that neither the model nor a joined table has.
	ErrUnknownColumn = errors.New("lucid: unknown column")
	// ErrInvalidOperator is returned for an operator or a direction that is not on the fixed list.
	ErrInvalidOperator = errors.New("lucid: invalid operator")
)

// mistake is an error with a text of its own that matches a kind with errors.Is.
type mistake struct {
	kind error // may be nil
	text string
}

func (m *mistake) Error() string { return m.text }
func (m *mistake) Unwrap() error { return m.kind }

// wrong is a mistake of a kind; the text says what is wrong, where and what to do.
func wrong(kind error, format string, args ...any) error {
	return &mistake{kind, fmt.Sprintf(format, args...)}
}

// notBuilt is the answer of a part of the contract that this version does not have.
func notBuilt(name string) error {
	return wrong(nil, "lucid: %s is not built in this version", name)
}

// failed names the operation that an error stopped, once: an error that already says so passes unchanged.
func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*mistake](err); told {
		return err
	}
	return &mistake{err, "lucid: " + what + ": " + strings.TrimPrefix(err.Error(), "lucid: ")}
}

// stopped is a driver's error as the package returns it: a violated constraint as one, and with the
// context's error where the driver does not wrap it, so that errors.Is(err, context.Canceled) holds.
func stopped(ctx context.Context, err error) error {
	err = constrained(err)
	if cause := ctx.Err(); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
