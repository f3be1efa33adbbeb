package lucid

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// The database's error codes tell constraints and deadlocks. Each database puts the names of tables, columns and
// constraints in a different place. If they are in a text, only names are read from it.

// ConstraintError is a violated constraint. lucid recognizes it by the database's error code, never by its text.
// Every statement can return it, raw SQL too, and so can Commit if the constraint is deferred. errors.As finds it.
//
// Unwrap returns the driver's error, whose text may quote values of the row. Error does not quote values.
type ConstraintError struct {
	Kind       ConstraintKind
	Table      string // "" if the database does not say it
	Column     string // "tenant_id, email" for a key of several columns; "" if the database does not say it
	Constraint string // the constraint's name; on MySQL and MariaDB the key's name
	err        error
}

// ConstraintKind is the kind of constraint that a statement violated. The zero value means none.
type ConstraintKind int

// These are the kinds of constraint.
const (
	Unique ConstraintKind = iota + 1
	ForeignKey
	NotNull
	Check
)

// String returns the kind in words: "unique", "foreign key", "not null" or "check". For any other value it returns
// "unknown".
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

// Error says which constraint was violated, and where.
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
	return text
}

// Unwrap returns the driver's error.
func (e *ConstraintError) Unwrap() error { return e.err }

// constrained turns a violated constraint into a *ConstraintError. Any other error stays as it is.
func constrained(err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*ConstraintError](err); known {
		return err
	}
	c := constraintOf(err)
	if c.Kind == 0 {
		return err
	}
	c.err = err
	return &c
}

func constraintOf(err error) ConstraintError {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return postgresConstraint(pg)
	}
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return mysqlConstraint(my)
	}
	if state, ok := errors.AsType[sqlState](err); ok { // another driver of PostgreSQL
		return ConstraintError{Kind: sqlStates[state.SQLState()]}
	}
	return sqliteConstraint(err)
}

// sqlState is a driver's error that has the SQL standard's error code.
type sqlState interface {
	error
	SQLState() string
}

var sqlStates = map[string]ConstraintKind{"23505": Unique, "23503": ForeignKey, "23502": NotNull, "23514": Check}

func postgresConstraint(e *pgconn.PgError) ConstraintError {
	c := ConstraintError{Kind: sqlStates[e.Code], Table: e.TableName, Column: e.ColumnName, Constraint: e.ConstraintName}
	if c.Column == "" { // Key (tenant, email)=(…) already exists.
		if columns, ok := strings.CutPrefix(e.Detail, "Key ("); ok {
			if c.Column, _, _ = strings.Cut(columns, ")="); strings.Contains(c.Column, "(") { // an expression
				c.Column = ""
			}
		}
	}
	return c
}

var (
	mysqlKinds = map[uint16]ConstraintKind{
		1062: Unique, 1586: Unique, 1451: ForeignKey, 1452: ForeignKey, 1216: ForeignKey, 1217: ForeignKey,
		1048: NotNull, 1364: NotNull, 3819: Check, 4025: Check,
	}
	mysqlKey     = regexp.MustCompile(`for key '(?:([^'.]*)\.)?([^']*)'$`)
	mysqlForeign = regexp.MustCompile("\\(`[^`]*`\\.`([^`]*)`, CONSTRAINT `([^`]*)` FOREIGN KEY \\(([^)]*)\\)")
	mysqlColumn  = regexp.MustCompile(`^(?:Column|Field) '([^']*)'`)
	mysqlCheck   = regexp.MustCompile("^(?:CONSTRAINT `([^`]*)` failed for `[^`]*`\\.`([^`]*)`|" +
		"Check constraint '([^']*)')")
)

func mysqlConstraint(e *mysql.MySQLError) ConstraintError {
	c := ConstraintError{Kind: mysqlKinds[e.Number]}
	switch c.Kind {
	case Unique:
		if m := mysqlKey.FindStringSubmatch(e.Message); m != nil {
			c.Table, c.Constraint = m[1], m[2]
		}
	case ForeignKey:
		if m := mysqlForeign.FindStringSubmatch(e.Message); m != nil {
			c.Table, c.Constraint, c.Column = m[1], m[2], strings.ReplaceAll(m[3], "`", "")
		}
	case NotNull:
		if m := mysqlColumn.FindStringSubmatch(e.Message); m != nil {
			c.Column = m[1]
		}
	case Check:
		if m := mysqlCheck.FindStringSubmatch(e.Message); m != nil {
			c.Constraint, c.Table = m[1]+m[3], m[2]
		}
	}
	return c
}

var (
	sqliteKinds = map[int]ConstraintKind{
		2067: Unique, 1555: Unique, 2579: Unique, 787: ForeignKey, 1299: NotNull, 275: Check,
	}
	sqliteNames = regexp.MustCompile(`(?:UNIQUE|NOT NULL|CHECK) constraint failed: (.*?)(?: \(\d+\))?$`)
)

func sqliteConstraint(err error) ConstraintError {
	c := ConstraintError{Kind: sqliteKinds[sqliteCode(err)]}
	m := sqliteNames.FindStringSubmatch(err.Error())
	switch {
	case m == nil:
	case c.Kind == Check:
		c.Constraint = m[1]
	default: // users.tenant, users.email
		var columns []string
		for _, name := range strings.Split(m[1], ", ") {
			table, column, _ := strings.Cut(name, ".")
			c.Table, columns = table, append(columns, column)
		}
		c.Column = strings.Join(columns, ", ")
	}
	return c
}

// sqliteCode returns the extended result code in the error of an SQLite driver; 0 if there is none. The program
// chooses the driver, so sqliteCode looks for what drivers have: a method or field ExtendedCode, or a method Code.
func sqliteCode(err error) int {
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.ValueOf(err)
		code := reflect.Value{}
		if to := reflect.Indirect(v); to.Kind() == reflect.Struct {
			code = to.FieldByName("ExtendedCode")
		}
		// By constant names: any other has the linker keep every exported method of the program.
		for _, m := range []reflect.Value{v.MethodByName("ExtendedCode"), v.MethodByName("Code")} {
			if !code.IsValid() && m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
				code = m.Call(nil)[0]
			}
		}
		switch {
		case !code.IsValid():
		case code.CanInt():
			return int(code.Int())
		case code.CanUint():
			return int(code.Uint())
		}
	}
	return 0
}

// outdated reports whether a server refuses a prepared statement because a table has changed.
func outdated(err error) bool {
	if state, ok := errors.AsType[sqlState](err); ok {
		return state.SQLState() == "0A000" || state.SQLState() == "26000" // the result would change, it is not there
	}
	my, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && (my.Number == 1615 || my.Number == 1243) // has to be prepared again, unknown
}

// retryable reports whether the database ended a transaction for a deadlock, or because it could not be serialized.
// Such a transaction can begin again.
func retryable(err error) bool {
	if state, ok := errors.AsType[sqlState](err); ok {
		return state.SQLState() == "40001" || state.SQLState() == "40P01"
	}
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return my.Number == 1213 || my.Number == 1205 || my.Number == 1020 // deadlock, lock wait, changed since read
	}
	code := sqliteCode(err) & 0xff
	return code == 5 || code == 6 // busy, locked
}
