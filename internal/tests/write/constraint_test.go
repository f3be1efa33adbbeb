package write_test

import (
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ledger has a column for each kind of constraint.
type ledger struct {
	lucid.Model
	ID       int64
	Tenant   int64
	Email    string
	Balance  int64
	Friend   *int64
	Nickname *string
}

func (ledger) TableName() string { return "accounts" }

var accountSchema = []string{
	`CREATE TABLE accounts (id {id}, tenant {ref} NOT NULL, email {text} NOT NULL, balance INTEGER NOT NULL,
		friend {ref} NULL, nickname {text} NULL, CONSTRAINT accounts_email UNIQUE (tenant, email),
		CONSTRAINT accounts_nickname UNIQUE (nickname), CONSTRAINT accounts_balance CHECK (balance >= 0),
		CONSTRAINT accounts_friend FOREIGN KEY (friend) REFERENCES accounts (id))`,
	`INSERT INTO accounts (id, tenant, email, balance, nickname) VALUES (101, 1, 'secret@example.com', 5, 'ann'), (102, 1, 'b@example.com', 5, 'bob')`,
}

// TestConstraintError: what each database says of each kind, by raw SQL, by a query and by a row.
func TestConstraintError(t *testing.T) {
	type names struct{ table, column, constraint string }
	tests := []struct {
		name string
		kind lucid.ConstraintKind
		exec string
		bulk lucid.Values // of account 102; nil: Exec only
		save func(a *ledger)
		want map[lucid.Dialect]names
	}{
		{"unique", lucid.Unique, `UPDATE accounts SET nickname = 'ann' WHERE id = 102`, lucid.Values{"nickname": "ann"},
			func(a *ledger) { a.Nickname = new("ann") },
			map[lucid.Dialect]names{
				lucid.PostgreSQL: {"accounts", "nickname", "accounts_nickname"},
				lucid.MySQL:      {"", "", "accounts_nickname"},
				lucid.SQLite:     {"accounts", "nickname", ""},
			}},
		{"unique over two columns", lucid.Unique, `UPDATE accounts SET email = 'secret@example.com' WHERE id = 102`, lucid.Values{"email": "secret@example.com"},
			func(a *ledger) { a.Email = "secret@example.com" },
			map[lucid.Dialect]names{
				lucid.PostgreSQL: {"accounts", "tenant, email", "accounts_email"},
				lucid.MySQL:      {"", "", "accounts_email"},
				lucid.SQLite:     {"accounts", "tenant, email", ""},
			}},
		{"foreign key", lucid.ForeignKey, `UPDATE accounts SET friend = 999 WHERE id = 102`, lucid.Values{"friend": 999},
			func(a *ledger) { a.Friend = new(int64(999)) },
			map[lucid.Dialect]names{
				lucid.PostgreSQL: {"accounts", "friend", "accounts_friend"},
				lucid.MySQL:      {"accounts", "friend", "accounts_friend"},
				lucid.SQLite:     {},
			}},
		{"not null", lucid.NotNull, `UPDATE accounts SET email = NULL WHERE id = 102`, lucid.Values{"email": nil}, nil,
			map[lucid.Dialect]names{
				lucid.PostgreSQL: {"accounts", "email", ""},
				lucid.MySQL:      {"", "email", ""},
				lucid.SQLite:     {"accounts", "email", ""},
			}},
		{"check", lucid.Check, `UPDATE accounts SET balance = -1 WHERE id = 102`, lucid.Values{"balance": -1},
			func(a *ledger) { a.Balance = -1 },
			map[lucid.Dialect]names{
				lucid.PostgreSQL: {"accounts", "", "accounts_balance"},
				lucid.MySQL:      {"accounts", "", "accounts_balance"},
				lucid.SQLite:     {"", "", "accounts_balance"},
			}},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		testdb.ExecAll(t, db.DB, accountSchema...)
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				check := func(err error) {
					t.Helper()
					violated, ok := errors.AsType[*lucid.ConstraintError](err)
					require.True(t, ok, "%v", err)
					assert.Equal(t, tt.kind, violated.Kind)
					assert.Equal(t, tt.want[db.Dialect], names{violated.Table, violated.Column, violated.Constraint})
					assert.Error(t, violated.Unwrap())
					assert.NotContains(t, err.Error(), "secret@example.com", "a value is in the text")
				}
				_, err := db.Exec(t.Context(), tt.exec)
				check(err)
				_, err = lucid.From[ledger](db).Where("id", 102).Update(t.Context(), tt.bulk)
				check(err)
				err = db.Transaction(t.Context(), func(tx *lucid.Tx) error {
					_, err := tx.Exec(t.Context(), tt.exec)
					return err
				})
				check(err)
				if tt.save == nil {
					return
				}
				row, err := lucid.From[ledger](db).Find(t.Context(), 102)
				require.NoError(t, err)
				tt.save(row)
				check(lucid.Save(t.Context(), db, row))
			})
		}
		_, err := db.Exec(t.Context(), `UPDATE nowhere SET x = 1`)
		_, ok := errors.AsType[*lucid.ConstraintError](err)
		assert.False(t, ok, "%v", err)
	})
}
