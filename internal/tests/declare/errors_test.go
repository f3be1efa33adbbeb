package declare_test

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/stretchr/testify/assert"
)

func TestSentinels(t *testing.T) {
	t.Parallel()
	sentinels := []error{
		lucid.ErrNotFound, lucid.ErrMultiple, lucid.ErrNotPersisted, lucid.ErrNotLoaded,
		lucid.ErrMissingKey, lucid.ErrNotNullable, lucid.ErrUnknownColumn, lucid.ErrInvalidOperator,
	}
	for i, err := range sentinels {
		assert.Regexp(t, `^lucid: [a-z]`, err.Error())
		for j, other := range sentinels {
			assert.Equal(t, i == j, assert.ObjectsAreEqual(err, other))
			if i == j {
				assert.ErrorIs(t, fmt.Errorf("wrapped: %w", err), other)
			} else {
				assert.NotErrorIs(t, err, other)
			}
		}
		if i > 0 {
			assert.NotErrorIs(t, err, sql.ErrNoRows)
		}
	}
	assert.ErrorIs(t, lucid.ErrNotFound, sql.ErrNoRows, "what database/sql users look for")
}

func TestConstraintErrorText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  lucid.ConstraintError
		want string
	}{
		{lucid.ConstraintError{Kind: lucid.Unique}, `lucid: unique constraint violated`},
		{lucid.ConstraintError{Kind: lucid.NotNull, Table: "users", Column: "email"}, `lucid: not null constraint violated (table "users", column "email")`},
		{lucid.ConstraintError{Kind: lucid.ForeignKey, Constraint: "posts_user_id_fkey"}, `lucid: foreign key constraint violated (constraint "posts_user_id_fkey")`},
		{
			lucid.ConstraintError{Kind: lucid.Check, Table: "posts", Column: "likes", Constraint: "positive"},
			`lucid: check constraint violated (table "posts", column "likes", constraint "positive")`,
		},
		{lucid.ConstraintError{}, `lucid: unknown constraint violated`},
	}
	for _, test := range tests {
		assert.EqualError(t, &test.err, test.want)
		assert.NoError(t, test.err.Unwrap())
	}
}

func TestConstraintKindString(t *testing.T) {
	t.Parallel()
	for kind, want := range map[lucid.ConstraintKind]string{
		lucid.Unique: "unique", lucid.ForeignKey: "foreign key", lucid.NotNull: "not null", lucid.Check: "check",
		0: "unknown", 99: "unknown", -1: "unknown",
	} {
		assert.Equal(t, want, kind.String())
	}
}

func TestDialectString(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[lucid.Dialect]string{
		lucid.PostgreSQL: "PostgreSQL", lucid.MySQL: "MySQL", lucid.SQLite: "SQLite",
		0: "unknown", 99: "unknown", -1: "unknown",
	} {
		assert.Equal(t, want, dialect.String())
	}
}
