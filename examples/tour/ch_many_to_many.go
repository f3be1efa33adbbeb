package main

import (
	"context"
	"errors"
	"time"

	"github.com/lucid-go/lucid"
)

var manyToManyChapter = chapter{
	name:  "many-to-many",
	title: "users have skills, and the pivot row knows how well and since when",
	text: "A skill reached from two users is two values, each with the values of its own pivot row. They are extras, " +
		"named pivot_…; a field with the extra option receives its own, and lucid.Extra reads any of them with a type.",
	declares: []string{"Skill", "UserSkills"},
	steps: []step{
		show("", preloadManyToMany, skillTable),
		show("Extras are read with their type.", pivotTimes, pivotTable),
		show("In every method that takes a column, pivot.… is a column of the pivot table.", masters, skillTable),
	},
}

func preloadManyToMany(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		Where("id", ">=", 4).
		Preload(UserSkills.With(func(q *lucid.Query[Skill]) { q.OrderBy("name") })).
		OrderBy("id").
		All(ctx)
}

func skillTable(users []*User) *table {
	t := tree("user", "skill", "proficiency")
	for _, u := range users {
		if len(u.Skills) == 0 {
			t.row(u.Name, "(none)", "")
		}
		for _, s := range u.Skills {
			t.row(u.Name, s.Name, s.Proficiency)
		}
	}
	return t
}

// heldSkill is a skill and what its pivot row says.
type heldSkill struct {
	name           string
	since, changed time.Time
}

func pivotTimes(ctx context.Context, db *lucid.DB) ([]heldSkill, error) {
	user, err := lucid.From[User](db).Preload(UserSkills).Find(ctx, 4)
	if err != nil {
		return nil, err
	}
	var held []heldSkill
	for _, skill := range user.Skills {
		since, err1 := lucid.Extra[time.Time](skill, "pivot_created_at")
		changed, err2 := lucid.Extra[time.Time](skill, "pivot_updated_at")
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		held = append(held, heldSkill{skill.Name, since, changed})
	}
	return held, nil
}

func pivotTable(held []heldSkill) *table {
	t := newTable("skill", "pivot_created_at", "pivot_updated_at")
	for _, h := range held {
		t.row(h.name, h.since, h.changed)
	}
	return t
}

func masters(ctx context.Context, db *lucid.DB) ([]*User, error) {
	return lucid.From[User](db).
		WhereIn("id", []int64{2, 5, 7}).
		Preload(UserSkills.With(func(q *lucid.Query[Skill]) { q.Where("pivot.proficiency", "Master") })).
		OrderBy("id").
		All(ctx)
}
