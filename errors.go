package lucid

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// These are the kinds of errors; test for them with errors.Is. The messages of returned errors name the model, the
// relation and the column.
var (
	// ErrNotFound means that a row is wanted and there is none. First, Find, FindBy, Sole and UpdatePivot return
	// it, and so do Save, Delete, Restore and Refresh if the row is gone. errors.Is(err, sql.ErrNoRows) holds for
	// it too.
	ErrNotFound = fmt.Errorf("lucid: no row found: %w", sql.ErrNoRows)
	// ErrStale means that a row with a version was changed or deleted by another write since it was read. Save,
	// Delete and Restore return it. errors.Is(err, ErrNotFound) holds for it too.
	ErrStale = fmt.Errorf("lucid: row was changed meanwhile: %w", ErrNotFound)
	// ErrMultiple means that several rows match. Sole returns it.
	ErrMultiple = errors.New("lucid: more than one row found")
	// ErrNotPersisted means that a row must be in the database first, for example the parent of a relation's Query.
	ErrNotPersisted = errors.New("lucid: row is not in the database")
	// ErrNotLoaded means that a relation was never loaded. Get returns it.
	ErrNotLoaded = errors.New("lucid: relation is not loaded")
	// ErrMissingKey means that a key has no value: it was not selected, it is NULL, or the model has no primary
	// key.
	ErrMissingKey = errors.New("lucid: key has no value")
	// ErrNotNullable means that a foreign key cannot be NULL. Dissociate returns it.
	ErrNotNullable = errors.New("lucid: key cannot be null")
	// ErrUnknownColumn means that neither the model nor a joined table has the column, or that a row has no such
	// extra.
	ErrUnknownColumn = errors.New("lucid: unknown column")
	// ErrInvalidOperator means that an operator or a direction is not in the fixed list.
	ErrInvalidOperator = errors.New("lucid: invalid operator")
)

// mistake is an error with its own text. errors.Is matches its kind.
type mistake struct {
	kind error // may be nil
	text string
}

func (m *mistake) Error() string { return m.text }
func (m *mistake) Unwrap() error { return m.kind }

// wrong makes a mistake of a kind. The text says what is wrong, where it is and what to do.
func wrong(kind error, format string, args ...any) error {
	return &mistake{kind, fmt.Sprintf(format, args...)}
}

// notBuilt returns the error of a function that this version does not have yet.
func notBuilt(name string) error {
	return wrong(nil, "lucid: %s is not built in this version", name)
}

// failed adds to an error the operation that it stopped. If the error already names an operation, it stays as it
// is.
func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*mistake](err); told {
		return err
	}
	return &mistake{err, "lucid: " + what + ": " + strings.TrimPrefix(err.Error(), "lucid: ")}
}

// stopped returns a driver's error as the package returns it. A violated constraint becomes a *ConstraintError. If
// the context has ended and the driver's error does not wrap the context's error, stopped adds it, so that
// errors.Is(err, context.Canceled) holds.
func stopped(ctx context.Context, err error) error {
	err = constrained(err)
	if cause := ctx.Err(); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
