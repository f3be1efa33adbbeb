package lucid

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// A model's pointer may implement any of these interfaces. lucid looks for them once, at the model's first use. A
// method with one of these names and another signature is an error of Register or of the first use. If a hook
// returns an error, the operation stops and returns that error.
type (
	// BeforeSaver runs before a row is inserted or updated. If a hook returns an error, the write stops, is rolled
	// back and returns that error. A write with hooks is one transaction, or a savepoint of a *Tx: ex is that
	// transaction.
	//
	// Create, Save, Restore and the writes of relations run hooks for each row. Upsert and the Update and Delete of
	// a query run none.
	BeforeSaver interface {
		BeforeSave(ctx context.Context, ex Executor) error
	}
	// AfterSaver runs after a row was inserted or updated, as its last hook. Errors and ex are as in [BeforeSaver].
	AfterSaver interface {
		AfterSave(ctx context.Context, ex Executor) error
	}
	// BeforeCreator runs before a row is inserted, after BeforeSave. Errors and ex are as in [BeforeSaver].
	BeforeCreator interface {
		BeforeCreate(ctx context.Context, ex Executor) error
	}
	// AfterCreator runs after a row was inserted, before AfterSave. Errors and ex are as in [BeforeSaver].
	AfterCreator interface {
		AfterCreate(ctx context.Context, ex Executor) error
	}
	// BeforeUpdater runs before a row is updated, after BeforeSave. It also runs if nothing has changed yet,
	// because it may change the row. Errors and ex are as in [BeforeSaver].
	BeforeUpdater interface {
		BeforeUpdate(ctx context.Context, ex Executor) error
	}
	// AfterUpdater runs after a row was updated, before AfterSave. It does not run if nothing was written. Errors
	// and ex are as in [BeforeSaver].
	AfterUpdater interface {
		AfterUpdate(ctx context.Context, ex Executor) error
	}
	// BeforeDeleter runs before Delete or ForceDelete deletes a row, softly or for good. Errors and ex are as in
	// [BeforeSaver].
	BeforeDeleter interface {
		BeforeDelete(ctx context.Context, ex Executor) error
	}
	// AfterDeleter runs after Delete or ForceDelete deleted a row, softly or for good. Errors and ex are as in
	// [BeforeSaver].
	AfterDeleter interface {
		AfterDelete(ctx context.Context, ex Executor) error
	}
	// AfterFinder runs once for every row that is read, after its preloads. The result is closed then, so the hook
	// can send statements. ex is the handle or transaction of the query. If the hook returns an error, the query
	// returns that error.
	AfterFinder interface {
		AfterFind(ctx context.Context, ex Executor) error
	}
)

// hook is one kind of hook.
type hook int

const (
	beforeSave hook = iota
	afterSave
	beforeCreate
	afterCreate
	beforeUpdate
	afterUpdate
	beforeDelete
	afterDelete
	afterFind
	hookCount
)

// hookSet is the set of hooks that a model has.
type hookSet [hookCount]bool

// any reports whether one of these hooks is in the set.
func (s hookSet) any(hooks ...hook) bool {
	return slices.ContainsFunc(hooks, func(h hook) bool { return s[h] })
}

// hookType describes a hook as a model declares it.
type hookType struct {
	name  string
	iface reflect.Type
	find  func(reflect.Type) (reflect.Method, bool) // finds the method of this name
}

// hookTypes look up methods by constant names. Only then can the linker drop exported methods that nobody calls.
var hookTypes = [hookCount]hookType{
	beforeSave: {"BeforeSave", reflect.TypeFor[BeforeSaver](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeSave") }},
	afterSave: {"AfterSave", reflect.TypeFor[AfterSaver](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterSave") }},
	beforeCreate: {"BeforeCreate", reflect.TypeFor[BeforeCreator](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeCreate") }},
	afterCreate: {"AfterCreate", reflect.TypeFor[AfterCreator](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterCreate") }},
	beforeUpdate: {"BeforeUpdate", reflect.TypeFor[BeforeUpdater](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeUpdate") }},
	afterUpdate: {"AfterUpdate", reflect.TypeFor[AfterUpdater](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterUpdate") }},
	beforeDelete: {"BeforeDelete", reflect.TypeFor[BeforeDeleter](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeDelete") }},
	afterDelete: {"AfterDelete", reflect.TypeFor[AfterDeleter](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterDelete") }},
	afterFind: {"AfterFind", reflect.TypeFor[AfterFinder](),
		func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterFind") }},
}

// hookMistakes returns an error for each method of a model that has a hook's name and another signature.
func hookMistakes(t reflect.Type) []error {
	var errs []error
	ptr := reflect.PointerTo(t)
	for _, h := range hookTypes {
		if method, ok := h.find(ptr); ok && !ptr.Implements(h.iface) {
			errs = append(errs, fmt.Errorf("%[1]s.%[2]s is a hook by its name, but it is %[3]s: "+
				"declare it as %[2]s(ctx context.Context, ex lucid.Executor) error",
				t.Name(), h.name, method.Type))
		}
	}
	return errs
}

// hooksOf returns the hooks of a model.
func hooksOf(t reflect.Type) (set hookSet) {
	for i, h := range hookTypes {
		set[i] = reflect.PointerTo(t).Implements(h.iface)
	}
	return set
}

// call runs the hook of a row.
func (h hook) call(ctx context.Context, ex Executor, p any) error {
	switch h {
	case beforeSave:
		return p.(BeforeSaver).BeforeSave(ctx, ex)
	case afterSave:
		return p.(AfterSaver).AfterSave(ctx, ex)
	case beforeCreate:
		return p.(BeforeCreator).BeforeCreate(ctx, ex)
	case afterCreate:
		return p.(AfterCreator).AfterCreate(ctx, ex)
	case beforeUpdate:
		return p.(BeforeUpdater).BeforeUpdate(ctx, ex)
	case afterUpdate:
		return p.(AfterUpdater).AfterUpdate(ctx, ex)
	case beforeDelete:
		return p.(BeforeDeleter).BeforeDelete(ctx, ex)
	case afterDelete:
		return p.(AfterDeleter).AfterDelete(ctx, ex)
	}
	return p.(AfterFinder).AfterFind(ctx, ex)
}

// run runs the hook of the row at p.
func (h hook) run(ctx context.Context, ex Executor, t reflect.Type, p row) error {
	err := h.call(ctx, ex, p.typed(t).Interface())
	return failed(t.Name()+"."+hookTypes[h].name, err)
}
