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

// ConstraintError is a violated constraint, told from the database's code and never from its text.
// Unwrap gives the driver's own error.
type ConstraintError struct {
	Kind       ConstraintKind
	Table      string // as far as the database says; "" where it does not
	Column     string
	Constraint string
	err        error
}

// ConstraintKind is the kind of constraint that a statement violated. The zero value is none.
type ConstraintKind int

// The kinds of constraint.
const (
	Unique ConstraintKind = iota + 1
	ForeignKey
	NotNull
	Check
)

// String is the kind in words: "unique", "foreign key", "not null", "check"; "unknown" for any other value.
func (k ConstraintKind) String() string {
	switch k {
	case Unique:
		return "unique"
	case ForeignKey:
		return "foreign key"
	case NotNull:
		return "not null"
	case Check:
		return "check"
	}
	return "unknown"
}

// Error says which constraint was violated and where.
func (e *ConstraintError) Error() string {
	var where []string
	for _, part := range [][2]string{{"table", e.Table}, {"column", e.Column}, {"constraint", e.Constraint}} {
		if part[1] != "" {
			where = append(where, fmt.Sprintf("%s %q", part[0], part[1]))
		}
	}
	text := fmt.Sprintf("lucid: %s constraint violated", e.Kind)
	if len(where) > 0 {
		text += " (" + strings.Join(where, ", ") + ")"
	}
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

// Unwrap is the driver's own error.
func (e *ConstraintError) Unwrap() error { return e.err }

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
	var told *mistake
	if err == nil || errors.As(err, &told) {
		return err
	}
	return &mistake{err, "lucid: " + what + ": " + err.Error()}
}

// stopped adds the context's error to a driver's that does not wrap it, so that errors.Is(err,
// context.Canceled) holds whatever the driver reports.
func stopped(ctx context.Context, err error) error {
	if cause := ctx.Err(); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
