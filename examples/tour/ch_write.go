package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lucid-go/lucid"
)

var writeChapter = chapter{
	name:  "write",
	title: "create, save and delete rows",
	text: "A row knows what it was when it was read or saved: Save writes the columns that differ, and nothing where none do. " +
		"Keys, defaults and timestamps are filled; a write that fails leaves the row as it was.",
	steps: []step{
		show("", createAndSave, lineTable),
		show("Looked for by some columns, and inserted where there is none.", firstOrCreate, lineTable),
		fails("A violated constraint is one type on every database.", twice, nil),
	},
}

// lineTable is a table of one column.
func lineTable(lines []string) *table {
	t := newTable("what happened")
	for _, line := range lines {
		t.row(line)
	}
	return t
}

func createAndSave(ctx context.Context, db *lucid.DB) ([]string, error) {
	skill := &Skill{Name: "Golang"}
	if err := lucid.Create(ctx, db, skill); err != nil {
		return nil, err
	}
	skill.Name = "Gardening"
	changed := lucid.Changed(skill)
	if err := lucid.Save(ctx, db, skill); err != nil {
		return nil, err
	}
	clean := lucid.Save(ctx, db, skill) // sends nothing
	gone := lucid.Delete(ctx, db, skill)
	return []string{
		fmt.Sprint("changed: ", strings.Join(changed, ", ")),
		fmt.Sprint("persisted after Delete: ", skill.IsPersisted()),
	}, errors.Join(clean, gone)
}

func firstOrCreate(ctx context.Context, db *lucid.DB) ([]string, error) {
	found, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"name": "Go"}, &Skill{})
	if err != nil {
		return nil, err
	}
	made, err := lucid.FirstOrCreate(ctx, db, lucid.Values{"name": "Juggling"}, &Skill{})
	if err != nil {
		return nil, err
	}
	return []string{
		fmt.Sprint("found: ", found.ID == 1), fmt.Sprint("made: ", made.ID > 8),
	}, lucid.Delete(ctx, db, made)
}

func twice(ctx context.Context, db *lucid.DB) (*Skill, error) {
	skill := &Skill{Name: "Go"}
	err := lucid.Create(ctx, db, skill)
	if violated, ok := errors.AsType[*lucid.ConstraintError](err); ok {
		err = fmt.Errorf("%s: persisted: %t", violated.Kind, skill.IsPersisted())
	}
	return skill, err
}

var writeRelationChapter = chapter{
	name:  "write-relation",
	title: "write through a relation",
	text: "Create and Save set the key to the parent, which is saved first where it is new. Where the relation is loaded, " +
		"what was written is in it. Sync makes the pivot rows those that are given, and leaves alone what is as it should be.",
	steps: []step{
		show("", createPosts, userPosts),
		show("A function that fails undoes all of it, in memory too.", undone, lineTable),
		show("Attach, detach and sync write pivot rows and nothing else.", syncSkills, lineTable),
	},
}

func createPosts(ctx context.Context, db *lucid.DB) ([]*User, error) {
	user := &User{Name: "Kofi", Email: "kofi@example.com", CreatedAt: day(9, 1), UpdatedAt: day(9, 1)}
	err := UserPosts.CreateMany(ctx, db, user,
		&Post{Title: "A first post", CreatedAt: day(9, 2)},
		&Post{Title: "A second one", CreatedAt: day(9, 3)},
	)
	if err != nil {
		return nil, err
	}
	if err := UserPosts.Load(ctx, db, user); err != nil {
		return nil, err
	}
	third := &Post{Title: "A third", CreatedAt: day(9, 4)}
	if err := UserPosts.Create(ctx, db, user, third); err != nil {
		return nil, err
	}
	return []*User{user}, lucid.Delete(ctx, db, user)
}

func undone(ctx context.Context, db *lucid.DB) ([]string, error) {
	user, err := lucid.From[User](db).Preload(UserCountry).Find(ctx, 1)
	if err != nil {
		return nil, err
	}
	err = db.Transaction(ctx, func(tx *lucid.Tx) error {
		japan, err := lucid.From[Country](tx).Where("code", "JP").First(ctx)
		if err != nil {
			return err
		}
		user.UpdatedAt = day(9, 5)
		if err := UserCountry.Associate(ctx, tx, user, japan); err != nil {
			return err
		}
		return errSecondThoughts
	})
	if !errors.Is(err, errSecondThoughts) {
		return nil, err
	}
	return []string{"in memory she lives in " + user.Country.Name}, nil
}

func syncSkills(ctx context.Context, db *lucid.DB) ([]string, error) {
	user, err := lucid.From[User](db).Find(ctx, 2)
	if err != nil {
		return nil, err
	}
	var result lucid.SyncResult
	err = db.Transaction(ctx, func(tx *lucid.Tx) error {
		master := lucid.Values{"proficiency": "Master"}
		result, err = UserSkills.Sync(ctx, tx, user,
			lucid.Pivot{ID: 1, Values: master}, // has it as Advanced
			lucid.Pivot{ID: 2, Values: master}, // does not have it yet
		) // and has another one, 4
		return errors.Join(err, errSecondThoughts)
	})
	if !errors.Is(err, errSecondThoughts) {
		return nil, err
	}
	return []string{
		fmt.Sprint("attached ", result.Attached), fmt.Sprint("updated ", result.Updated), fmt.Sprint("detached ", result.Detached),
	}, nil
}
