package database

import (
	"context"
	"strings"
	"time"

	"github.com/lucid-go/lucid/bench/spec"
)

// Reset leaves the tables that are written as spec.Store says.
func (d *Database) Reset(ctx context.Context) error {
	empty := map[Kind]string{SQLite: "DELETE FROM events", Postgres: "TRUNCATE events RESTART IDENTITY", MariaDB: "TRUNCATE events"}[d.Kind]
	if _, err := d.sql.ExecContext(ctx, empty); err != nil {
		return err
	}
	insert := "INSERT INTO events (user_id, title, body, likes, published, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
	e := spec.Event(0)
	if _, err := d.sql.ExecContext(ctx, d.rebind(insert), e.UserID, e.Title, e.Body, e.Likes, e.Published, spec.Time(e.CreatedAt), spec.Time(e.UpdatedAt)); err != nil {
		return err
	}
	_, err := d.sql.ExecContext(ctx, d.rebind("DELETE FROM skill_user WHERE user_id = ?"), spec.SyncUser)
	return err
}

// rebind numbers the placeholders where the database wants that.
func (d *Database) rebind(query string) string {
	if d.Kind != Postgres {
		return query
	}
	for _, n := range []string{"$1", "$2", "$3", "$4", "$5", "$6", "$7"} {
		query = strings.Replace(query, "?", n, 1)
	}
	return query
}

// Events is all rows of events.
func (d *Database) Events(ctx context.Context) ([]spec.Post, error) {
	rows, err := d.sql.QueryContext(ctx, "SELECT id, user_id, title, body, likes, published, created_at, updated_at FROM events")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []spec.Post
	for rows.Next() {
		var e spec.Post
		var created, updated time.Time
		if err := rows.Scan(&e.ID, &e.UserID, &e.Title, &e.Body, &e.Likes, &e.Published, &created, &updated); err != nil {
			return nil, err
		}
		e.CreatedAt, e.UpdatedAt = created.Unix(), updated.Unix()
		out = append(out, e)
	}
	return out, rows.Err()
}

// Pivots is the rows of skill_user that sync_pivot writes.
func (d *Database) Pivots(ctx context.Context) ([]spec.Pivot, error) {
	rows, err := d.sql.QueryContext(ctx, d.rebind("SELECT user_id, skill_id, proficiency FROM skill_user WHERE user_id = ?"), spec.SyncUser)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []spec.Pivot
	for rows.Next() {
		var p spec.Pivot
		if err := rows.Scan(&p.UserID, &p.SkillID, &p.Proficiency); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
