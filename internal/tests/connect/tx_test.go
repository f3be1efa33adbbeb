package connect_test

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// addSkill inserts a row, so that a test sees whether it stays.
func addSkill(ctx context.Context, ex lucid.Executor, id int) error {
	const text = "INSERT INTO skills (id, name) VALUES (?, 'new')"
	var err error
	switch ex := ex.(type) {
	case *lucid.DB:
		_, err = ex.Exec(ctx, text, id)
	case *lucid.Tx:
		_, err = ex.Exec(ctx, text, id)
	}
	return err
}

// newSkills are the ids of the rows that addSkill left.
func newSkills(t testing.TB, ex lucid.Executor) []int64 {
	t.Helper()
	skills, err := lucid.From[app.Skill](ex).Where("name", "new").OrderBy("id").All(t.Context())
	require.NoError(t, err)
	return app.SkillIDs(skills)
}

func TestTransaction(t *testing.T) {
	tests := []struct {
		name string
		run  func(ctx context.Context, db *lucid.DB) error
		want []int64 // the rows that stay
		err  error
	}{
		{
			name: "commit",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error { return addSkill(ctx, tx, 10) })
			},
			want: []int64{10},
		},
		{
			name: "an error rolls back and is returned",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error { return errors.Join(addSkill(ctx, tx, 10), errStop) })
			},
			want: []int64{}, err: errStop,
		},
		{
			name: "a savepoint that succeeds is a part of the transaction",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					return errors.Join(
						addSkill(ctx, tx, 10),
						tx.Transaction(ctx, func(tx *lucid.Tx) error { return addSkill(ctx, tx, 11) }),
						addSkill(ctx, tx, 12),
					)
				})
			},
			want: []int64{10, 11, 12},
		},
		{
			name: "an error undoes only the savepoint",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					first := addSkill(ctx, tx, 10)
					inner := tx.Transaction(ctx, func(tx *lucid.Tx) error { return errors.Join(addSkill(ctx, tx, 11), errStop) })
					if !errors.Is(inner, errStop) {
						return errors.New("the savepoint does not return its error")
					}
					return errors.Join(first, addSkill(ctx, tx, 12))
				})
			},
			want: []int64{10, 12},
		},
		{
			name: "a failed statement leaves the outer transaction usable",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					inner := tx.Transaction(ctx, func(tx *lucid.Tx) error { return addSkill(ctx, tx, 1) }) // taken
					if inner == nil {
						return errors.New("the statement succeeds")
					}
					return addSkill(ctx, tx, 10)
				})
			},
			want: []int64{10},
		},
		{
			name: "two levels, the deeper undone",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					return tx.Transaction(ctx, func(tx *lucid.Tx) error {
						deeper := tx.Transaction(ctx, func(tx *lucid.Tx) error { return errors.Join(addSkill(ctx, tx, 10), errStop) })
						if !errors.Is(deeper, errStop) {
							return deeper
						}
						return addSkill(ctx, tx, 11)
					})
				})
			},
			want: []int64{11},
		},
		{
			name: "two levels, the upper undone with what the deeper did",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					upper := tx.Transaction(ctx, func(tx *lucid.Tx) error {
						deeper := tx.Transaction(ctx, func(tx *lucid.Tx) error { return addSkill(ctx, tx, 10) })
						return errors.Join(deeper, errStop)
					})
					if !errors.Is(upper, errStop) {
						return upper
					}
					return addSkill(ctx, tx, 11)
				})
			},
			want: []int64{11},
		},
		{
			name: "an error of the transaction undoes its savepoints",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					inner := tx.Transaction(ctx, func(tx *lucid.Tx) error { return addSkill(ctx, tx, 10) })
					return errors.Join(inner, errStop)
				})
			},
			want: []int64{}, err: errStop,
		},
		{
			name: "savepoints one after the other",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					for id := range 3 {
						err := tx.Transaction(ctx, func(tx *lucid.Tx) error {
							if err := addSkill(ctx, tx, 10+id); err != nil || id != 1 {
								return err
							}
							return errStop
						})
						if err != nil && !errors.Is(err, errStop) {
							return err
						}
					}
					return nil
				})
			},
			want: []int64{10, 12},
		},
		{
			name: "a function that rolls back itself and returns nil",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					return errors.Join(addSkill(ctx, tx, 10), tx.Rollback(ctx))
				})
			},
			want: []int64{}, err: sql.ErrTxDone, // the caller may not believe that it was committed
		},
		{
			name: "a function that commits itself and returns an error",
			run: func(ctx context.Context, db *lucid.DB) error {
				return db.Transaction(ctx, func(tx *lucid.Tx) error {
					return errors.Join(addSkill(ctx, tx, 10), tx.Commit(ctx), errStop)
				})
			},
			want: []int64{10}, err: errStop,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				err := test.run(t.Context(), one)
				if test.err == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, test.err)
				}
				assert.Equal(t, test.want, newSkills(t, one))
			})
		})
	}
}

// The error of the function comes back as it is, without words around it.
func TestTransactionReturnsTheErrorAsItIs(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		err := db.Transaction(t.Context(), func(*lucid.Tx) error { return errStop })
		assert.True(t, err == errStop, "%v", err) //nolint:errorlint // the very same
		err = db.Transaction(t.Context(), func(tx *lucid.Tx) error {
			return tx.Transaction(t.Context(), func(*lucid.Tx) error { return errStop })
		})
		assert.True(t, err == errStop, "%v", err) //nolint:errorlint // the very same
	})
}

// PostgreSQL answers COMMIT with ROLLBACK where a statement failed: that is no success.
func TestTransactionThatSwallowsAnError(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		err := one.Transaction(t.Context(), func(tx *lucid.Tx) error {
			require.NoError(t, addSkill(t.Context(), tx, 10))
			assert.Error(t, addSkill(t.Context(), tx, 1))
			return nil
		})
		if db.Dialect == lucid.PostgreSQL {
			require.Error(t, err)
			assert.Empty(t, newSkills(t, one))
			return
		}
		require.NoError(t, err)
		assert.Equal(t, []int64{10}, newSkills(t, one))
	})
}

func TestTransactionPanic(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		type value struct{ text string }
		thrown := &value{"thrown"}
		assert.PanicsWithValue(t, thrown, func() {
			_ = one.Transaction(t.Context(), func(tx *lucid.Tx) error {
				require.NoError(t, addSkill(t.Context(), tx, 10))
				panic(thrown)
			})
		}, "the panic goes on with the same value")
		assert.Empty(t, newSkills(t, one))

		err := one.Transaction(t.Context(), func(tx *lucid.Tx) error {
			assert.PanicsWithValue(t, thrown, func() {
				_ = tx.Transaction(t.Context(), func(tx *lucid.Tx) error {
					require.NoError(t, addSkill(t.Context(), tx, 10))
					panic(thrown)
				})
			})
			return addSkill(t.Context(), tx, 11)
		})
		require.NoError(t, err)
		assert.Equal(t, []int64{11}, newSkills(t, one), "a panic in a savepoint that is recovered undoes the savepoint")
	})
}

func TestTransactionGoexit(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = one.Transaction(context.WithoutCancel(t.Context()), func(tx *lucid.Tx) error {
				assert.NoError(t, addSkill(t.Context(), tx, 10))
				runtime.Goexit() // as t.FailNow does
				return nil
			})
			t.Error("Transaction returns")
		})
		wg.Wait()
		assert.Empty(t, newSkills(t, one))
	})
}

func TestTxIsOver(t *testing.T) {
	ends := []struct {
		name string
		end  func(ctx context.Context, tx *lucid.Tx) error
	}{
		{"Commit", func(ctx context.Context, tx *lucid.Tx) error { return tx.Commit(ctx) }},
		{"Rollback", func(ctx context.Context, tx *lucid.Tx) error { return tx.Rollback(ctx) }},
	}
	uses := []struct {
		name string
		use  func(ctx context.Context, tx *lucid.Tx) error
	}{
		{"Commit", func(ctx context.Context, tx *lucid.Tx) error { return tx.Commit(ctx) }},
		{"Rollback", func(ctx context.Context, tx *lucid.Tx) error { return tx.Rollback(ctx) }},
		{"Exec", func(ctx context.Context, tx *lucid.Tx) error { _, err := tx.Exec(ctx, "SELECT 1"); return err }},
		{"Transaction", func(ctx context.Context, tx *lucid.Tx) error {
			return tx.Transaction(ctx, func(*lucid.Tx) error { return errors.New("the function runs") })
		}},
		{"All", func(ctx context.Context, tx *lucid.Tx) error { _, err := lucid.From[app.User](tx).All(ctx); return err }},
		{"Count", func(ctx context.Context, tx *lucid.Tx) error {
			_, err := lucid.From[app.User](tx).Count(ctx)
			return err
		}},
		{"Each", func(ctx context.Context, tx *lucid.Tx) error {
			for _, err := range lucid.From[app.User](tx).Each(ctx) {
				return err
			}
			return nil
		}},
		{"Load", func(ctx context.Context, tx *lucid.Tx) error { return app.UserPosts.Load(ctx, tx, &app.User{ID: 1}) }},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		ctx := t.Context()
		for _, end := range ends {
			tx, err := one.Begin(ctx)
			require.NoError(t, err)
			var point *lucid.Tx
			require.NoError(t, tx.Transaction(ctx, func(inner *lucid.Tx) error { point = inner; return nil }))
			for _, use := range uses {
				require.ErrorIs(t, use.use(ctx, point), sql.ErrTxDone, "%s after the savepoint", use.name)
			}
			require.ErrorIs(t, tx.Transaction(ctx, func(inner *lucid.Tx) error {
				require.NoError(t, end.end(ctx, tx))
				for _, use := range uses {
					require.ErrorIs(t, use.use(ctx, inner), sql.ErrTxDone, "%s of a savepoint after %s of the transaction", use.name, end.name)
				}
				return errStop
			}), errStop)
			for _, use := range uses {
				err := use.use(ctx, tx)
				require.ErrorIs(t, err, sql.ErrTxDone, "%s after %s", use.name, end.name)
				assert.ErrorContains(t, err, "lucid: the transaction was already committed or rolled back")
			}
			app.RequireUsable(t, one)
		}
	})
}

func TestDeferredRollback(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := t.Context()
		err := func() (err error) {
			tx, err := db.Begin(ctx, nil)
			if err != nil {
				return err
			}
			defer func() { assert.ErrorIs(t, tx.Rollback(ctx), sql.ErrTxDone) }()
			if err := addSkill(ctx, tx, 10); err != nil {
				return err
			}
			return tx.Commit(ctx)
		}()
		require.NoError(t, err)
		assert.Equal(t, []int64{10}, newSkills(t, db))
	})
}

func TestZeroTx(t *testing.T) {
	t.Parallel()
	tx := &lucid.Tx{}
	ctx := t.Context()
	require.Error(t, tx.Commit(ctx))
	require.Error(t, tx.Rollback(ctx))
	_, err := tx.Exec(ctx, "SELECT 1")
	require.Error(t, err)
	require.Error(t, tx.Transaction(ctx, func(*lucid.Tx) error { return nil }))
	_, err = lucid.From[app.User](tx).All(ctx)
	require.Error(t, err)
	_, err = lucid.From[app.User]((*lucid.Tx)(nil)).All(ctx)
	require.ErrorContains(t, err, "the executor is nil")
}

func TestTxReadOnly(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		err := one.Transaction(t.Context(), func(tx *lucid.Tx) error {
			users, err := lucid.From[app.User](tx).All(t.Context())
			if err != nil {
				return err
			}
			assert.Len(t, users, 4)
			return addSkill(t.Context(), tx, 10)
		}, &sql.TxOptions{ReadOnly: true})
		require.Error(t, err, "a write in a read-only transaction fails, or the option is refused")
		assert.Empty(t, newSkills(t, one))

		require.NoError(t, addSkill(t.Context(), one, 11), "the connection is not read-only afterwards")
	})
}

// Under READ COMMITTED a transaction sees what others commit meanwhile, under REPEATABLE READ it does not.
func TestTxIsolation(t *testing.T) {
	tests := []struct {
		level sql.IsolationLevel
		sees  bool
	}{
		{sql.LevelReadCommitted, true},
		{sql.LevelRepeatableRead, false},
		{sql.LevelSerializable, false},
	}
	for _, test := range tests {
		t.Run(test.level.String(), func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				if db.Dialect == lucid.SQLite {
					t.Skip("one writer at a time, and nobody sees another's half")
				}
				tx, err := db.Begin(t.Context(), &sql.TxOptions{Isolation: test.level})
				require.NoError(t, err)
				defer func() { _ = tx.Rollback(t.Context()) }()
				require.Empty(t, newSkills(t, tx))
				if test.level == sql.LevelSerializable && db.Dialect == lucid.MySQL {
					return // reads lock there, so that the other would wait
				}
				require.NoError(t, addSkill(t.Context(), db.DB.DB, 10))
				assert.Equal(t, test.sees, len(newSkills(t, tx)) == 1)
			})
		})
	}
	t.Run("a level that the database does not know", func(t *testing.T) {
		app.Each(t, func(t *testing.T, db *app.DB) {
			_, err := db.Begin(t.Context(), &sql.TxOptions{Isolation: sql.IsolationLevel(99)})
			require.Error(t, err)
			app.RequireUsable(t, db.DB.DB)
		})
	})
	t.Run("serializable is what SQLite always does", func(t *testing.T) {
		t.Parallel()
		db := testdb.Memory(t)
		require.NoError(t, db.Transaction(t.Context(), func(*lucid.Tx) error { return nil }, &sql.TxOptions{Isolation: sql.LevelSerializable}))
	})
}

func TestTxVisibility(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		tx, err := db.Begin(t.Context())
		require.NoError(t, err)
		defer func() { _ = tx.Rollback(t.Context()) }()
		require.NoError(t, addSkill(t.Context(), tx, 10))
		assert.Equal(t, []int64{10}, newSkills(t, tx), "the transaction sees its own rows")
		assert.Empty(t, newSkills(t, db), "others do not")
		require.NoError(t, tx.Commit(t.Context()))
		assert.Equal(t, []int64{10}, newSkills(t, db))
	})
}

func TestTxPreloadsOnItsConnection(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		require.NoError(t, one.Transaction(t.Context(), func(tx *lucid.Tx) error {
			if _, err := tx.Exec(t.Context(), "UPDATE posts SET title = 'changed'"); err != nil {
				return err
			}
			user, err := lucid.From[app.User](tx).Preload(app.UserPosts, app.UserProfile, app.UserSkills).First(t.Context())
			if err == nil {
				assert.Equal(t, "changed", user.Posts[0].Title)
			}
			return err
		}))
	})
}

func TestTxCancelled(t *testing.T) {
	ends := []struct {
		name string
		// run is in a transaction with ctx, and cancels it.
		run func(ctx context.Context, cancel func(), tx *lucid.Tx, slow string) error
	}{
		{"between statements", func(ctx context.Context, cancel func(), tx *lucid.Tx, _ string) error {
			cancel()
			_, err := tx.Exec(ctx, "UPDATE posts SET likes = 0")
			return err
		}},
		{"during a statement", func(ctx context.Context, cancel func(), tx *lucid.Tx, slow string) error {
			short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
			defer stop()
			_, err := lucid.From[app.Country](tx).WhereRaw(slow).All(short)
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			return ctx.Err()
		}},
		{"before Commit", func(_ context.Context, cancel func(), _ *lucid.Tx, _ string) error {
			cancel()
			return nil
		}},
	}
	for _, end := range ends {
		t.Run(end.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := one.Transaction(ctx, func(tx *lucid.Tx) error {
					if err := addSkill(ctx, tx, 10); err != nil {
						return err
					}
					return end.run(ctx, cancel, tx, slow(db.Dialect))
				})
				require.ErrorIs(t, err, context.Canceled)
				app.RequireUsable(t, one)
				assert.Empty(t, newSkills(t, one), "rolled back")
			})
		})
	}
}

func TestCommitWithACancelledContext(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		tx, err := one.Begin(t.Context())
		require.NoError(t, err)
		require.NoError(t, addSkill(t.Context(), tx, 10))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, tx.Commit(ctx), context.Canceled)
		require.ErrorIs(t, tx.Rollback(t.Context()), sql.ErrTxDone, "Commit rolled back")
		assert.Empty(t, newSkills(t, one))
	})
}

func TestRollbackWithACancelledContext(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := one.Begin(ctx)
		require.NoError(t, err)
		require.NoError(t, addSkill(ctx, tx, 10))
		cancel()
		require.NoError(t, tx.Rollback(ctx))
		assert.Empty(t, newSkills(t, one))
	})
}

// A savepoint may have a shorter context than its transaction.
func TestSavepointCancelled(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		one := testdb.Single(t, db.DB)
		err := one.Transaction(t.Context(), func(tx *lucid.Tx) error {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := tx.Transaction(ctx, func(tx *lucid.Tx) error {
				if err := addSkill(ctx, tx, 10); err != nil {
					return err
				}
				cancel()
				return nil
			})
			require.ErrorIs(t, err, context.Canceled)
			return addSkill(t.Context(), tx, 11)
		})
		require.NoError(t, err)
		assert.Equal(t, []int64{11}, newSkills(t, one))
	})
}

func TestConcurrentTransactions(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		const writers, times = 4, 10
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range times {
					assert.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
						if _, err := lucid.From[app.Post](tx).ForUpdate().Find(t.Context(), 1); err != nil {
							return err
						}
						_, err := tx.Exec(t.Context(), "UPDATE posts SET likes = likes + 1 WHERE id = 1")
						return err
					}))
				}
			})
		}
		wg.Wait()
		post, err := lucid.From[app.Post](db).Find(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, 10+writers*times, post.Likes)
	})
}

// TestTransactionFirstStatement: on PostgreSQL a transaction begins with its first statement. Where that fails, in whatever
// way, what follows is refused, and nothing is done outside.
func TestTransactionFirstStatement(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.PostgreSQL {
			return
		}
		ctx := t.Context()
		one := testdb.Single(t, db.DB)
		for name, first := range map[string]func(tx *lucid.Tx) error{
			"a table that is not there": func(tx *lucid.Tx) error { _, err := tx.Exec(ctx, "UPDATE nowhere SET a = 1"); return err },
			"a violated constraint": func(tx *lucid.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO skill_user (user_id, skill_id) VALUES (1, 99)")
				return err
			},
			"an argument that does not fit": func(tx *lucid.Tx) error {
				_, err := lucid.From[app.Skill](tx).Where("id", "x").Update(ctx, lucid.Values{"name": "no"})
				return err
			},
			"a cancelled context": func(tx *lucid.Tx) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				_, err := tx.Exec(ctx, "DELETE FROM profiles")
				return err
			},
		} {
			tx, err := one.Begin(ctx)
			require.NoError(t, err, name)
			require.Error(t, first(tx), name)
			_, err = tx.Exec(ctx, "DELETE FROM profiles")
			require.Error(t, err, name)
			_, err = lucid.From[app.User](tx).Preload(app.UserPosts, app.UserSkills).All(ctx)
			require.Error(t, err, name)
			require.Error(t, tx.Commit(ctx), name)
			n, err := lucid.From[app.Profile](one).Count(ctx)
			require.NoError(t, err, name)
			assert.NotZero(t, n, name)
		}
		for _, end := range []func(*lucid.Tx) error{func(tx *lucid.Tx) error { return tx.Commit(ctx) }, func(tx *lucid.Tx) error { return tx.Rollback(ctx) }} {
			tx, err := one.Begin(ctx)
			require.NoError(t, err)
			require.NoError(t, end(tx), "a transaction without statements")
		}
		require.NoError(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE skills SET name = 'a' WHERE id = 2; UPDATE skills SET name = 'b' WHERE id = 2")
			return err
		}), "several statements are the first")
		require.NoError(t, one.Transaction(ctx, func(tx *lucid.Tx) error {
			require.NoError(t, tx.Transaction(ctx, func(tx *lucid.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE skills SET name = ? WHERE id = 1", "begun")
				return err
			}))
			return nil
		}), "a savepoint is the first statement")
		s, err := lucid.From[app.Skill](one).Find(ctx, 1)
		require.NoError(t, err)
		assert.Equal(t, "begun", s.Name)
	})
}
