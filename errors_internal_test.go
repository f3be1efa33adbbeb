package lucid

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The driver's own error is at the end of the chain. It is not in the text, where it could quote values.
func TestConstraintErrorUnwraps(t *testing.T) {
	cause := errors.New("UNIQUE constraint failed: users.email")
	violated := &ConstraintError{Kind: Unique, Table: "users", Column: "email", err: cause}
	assert.EqualError(t, violated, `lucid: unique constraint violated (table "users", column "email")`)
	err := fmt.Errorf("save: %w", violated)
	assert.ErrorIs(t, err, cause)
	var found *ConstraintError
	assert.ErrorAs(t, err, &found)
	assert.Same(t, violated, found)
}
