package declare_test

import (
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/stretchr/testify/assert"
)

type (
	loneOwner struct {
		lucid.Model
		ID int64
	}
	loneRow struct {
		lucid.Model
		ID      int64
		OwnerID *int64
	}
)

// TestUnregisteredCalls: each call through a relation that was never registered is an error, and none panics.
func TestUnregisteredCalls(t *testing.T) {
	db, ctx := testdb.Memory(t), t.Context()
	owner, row := &loneOwner{}, &loneRow{}
	many, one := &lucid.HasMany[loneOwner, loneRow]{}, &lucid.HasOne[loneOwner, loneRow]{}
	belongs, pivot := &lucid.BelongsTo[loneRow, loneOwner]{}, &lucid.ManyToMany[loneOwner, loneRow]{}
	through := &lucid.HasManyThrough[loneOwner, loneOwner, loneRow]{}
	drop := func(_ any, err error) error { return err }
	var none lucid.Scoped[loneOwner, loneRow]

	for name, call := range map[string]func() error{
		"Preload":         func() error { return drop(lucid.From[loneOwner](db).Preload(many).All(ctx)) },
		"With":            func() error { return drop(lucid.From[loneOwner](db).Preload(many.With(nil).As("x")).All(ctx)) },
		"a scoped":        func() error { return drop(lucid.From[loneOwner](db).Preload(&none).All(ctx)) },
		"nested":          func() error { return drop(lucid.From[loneRow](db).Preload(belongs.Preload(many)).All(ctx)) },
		"Has":             func() error { return drop(lucid.From[loneOwner](db).Has(one).All(ctx)) },
		"WithCount":       func() error { return drop(lucid.From[loneOwner](db).WithCount(through).All(ctx)) },
		"Sum":             func() error { return drop(lucid.From[loneOwner](db).WithAggregate(many.Sum("id")).All(ctx)) },
		"Any":             func() error { return drop(lucid.From[loneOwner](db).Filter(many.Any()).All(ctx)) },
		"Contains":        func() error { return drop(lucid.From[loneOwner](db).Filter(many.Contains(row)).All(ctx)) },
		"Is":              func() error { return drop(lucid.From[loneRow](db).Filter(belongs.Is(owner)).All(ctx)) },
		"Query":           func() error { return drop(many.Query(db, owner).All(ctx)) },
		"Load":            func() error { return many.Load(ctx, db, owner) },
		"Get":             func() error { return drop(many.Get(owner)) },
		"Get one":         func() error { return drop(one.Get(owner)) },
		"Get of a scoped": func() error { return drop(many.With().Get(owner)) },
		"Create":          func() error { return many.Create(ctx, db, owner, row) },
		"SaveMany":        func() error { return many.SaveMany(ctx, db, owner, row) },
		"FirstOrCreate":   func() error { return drop(one.FirstOrCreate(ctx, db, owner, nil, row)) },
		"FetchOrCreateMany": func() error {
			return drop(many.FetchOrCreateMany(ctx, db, owner, []*loneRow{row}, "id"))
		},
		"Associate":               func() error { return belongs.Associate(ctx, db, row, owner) },
		"Dissociate":              func() error { return belongs.Dissociate(ctx, db, row) },
		"Attach":                  func() error { return pivot.Attach(ctx, db, owner, 1) },
		"Detach":                  func() error { return pivot.Detach(ctx, db, owner, 1) },
		"DetachAll":               func() error { return pivot.DetachAll(ctx, db, owner) },
		"Sync":                    func() error { return drop(pivot.Sync(ctx, db, owner, 1)) },
		"UpdatePivot":             func() error { return pivot.UpdatePivot(ctx, db, owner, 1, lucid.Values{"x": 1}) },
		"PivotQuery":              func() error { return drop(pivot.PivotQuery(db, owner).All(ctx)) },
		"Create with a pivot row": func() error { return pivot.Create(ctx, db, owner, row) },
		"LoadCount": func() error {
			return lucid.LoadCount(ctx, db, []*loneOwner{owner}, lucid.Relation[loneOwner](many))
		},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorContains(t, call(), "before it is registered") })
	}
	assert.False(t, many.Loaded(owner))
}
