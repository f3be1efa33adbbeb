package lucid

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// A model's pointer may implement any of these. They are found once, at the model's first use; a
// method of one of these names with another signature is an error at Register or first use. An
// error that a hook returns stops the operation and is returned by it.
type (
	// BeforeSaver runs before a row is inserted or updated.
	BeforeSaver interface {
		BeforeSave(ctx context.Context, ex Executor) error
	}
	// AfterSaver runs after a row was inserted or updated.
	AfterSaver interface {
		AfterSave(ctx context.Context, ex Executor) error
	}
	// BeforeCreator runs before a row is inserted.
	BeforeCreator interface {
		BeforeCreate(ctx context.Context, ex Executor) error
	}
	// AfterCreator runs after a row was inserted.
	AfterCreator interface {
		AfterCreate(ctx context.Context, ex Executor) error
	}
	// BeforeUpdater runs before a row is updated.
	BeforeUpdater interface {
		BeforeUpdate(ctx context.Context, ex Executor) error
	}
	// AfterUpdater runs after a row was updated.
	AfterUpdater interface {
		AfterUpdate(ctx context.Context, ex Executor) error
	}
	// BeforeDeleter runs before a row is deleted.
	BeforeDeleter interface {
		BeforeDelete(ctx context.Context, ex Executor) error
	}
	// AfterDeleter runs after a row was deleted.
	AfterDeleter interface {
		AfterDelete(ctx context.Context, ex Executor) error
	}
	// AfterFinder runs once for every row read, when its preloads are there and the result is closed,
	// so that it can send statements of its own.
	AfterFinder interface {
		AfterFind(ctx context.Context, ex Executor) error
	}
)

// hook is one of them.
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

// hookSet is the hooks that a model has.
type hookSet [hookCount]bool

// any reports whether one of some hooks is in the set.
func (s hookSet) any(hooks ...hook) bool {
	return slices.ContainsFunc(hooks, func(h hook) bool { return s[h] })
}

// hookType is a hook as a model declares it.
type hookType struct {
	name  string
	iface reflect.Type
	find  func(reflect.Type) (reflect.Method, bool) // the method of a type that is called so
}

// hookTypes look methods up by constant names: the linker drops methods that nobody calls only where all
// such names are known.
var hookTypes = [hookCount]hookType{
	beforeSave:   {"BeforeSave", reflect.TypeFor[BeforeSaver](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeSave") }},
	afterSave:    {"AfterSave", reflect.TypeFor[AfterSaver](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterSave") }},
	beforeCreate: {"BeforeCreate", reflect.TypeFor[BeforeCreator](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeCreate") }},
	afterCreate:  {"AfterCreate", reflect.TypeFor[AfterCreator](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterCreate") }},
	beforeUpdate: {"BeforeUpdate", reflect.TypeFor[BeforeUpdater](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeUpdate") }},
	afterUpdate:  {"AfterUpdate", reflect.TypeFor[AfterUpdater](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterUpdate") }},
	beforeDelete: {"BeforeDelete", reflect.TypeFor[BeforeDeleter](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("BeforeDelete") }},
	afterDelete:  {"AfterDelete", reflect.TypeFor[AfterDeleter](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterDelete") }},
	afterFind:    {"AfterFind", reflect.TypeFor[AfterFinder](), func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("AfterFind") }},
}

// hookMistakes are the methods of a model that are hooks by their name only.
func hookMistakes(t reflect.Type) []error {
	var errs []error
	ptr := reflect.PointerTo(t)
	for _, h := range hookTypes {
		if method, ok := h.find(ptr); ok && !ptr.Implements(h.iface) {
			errs = append(errs, fmt.Errorf("%[1]s.%[2]s is a hook by its name, but it is %[3]s: declare it as %[2]s(ctx context.Context, ex lucid.Executor) error",
				t.Name(), h.name, method.Type))
		}
	}
	return errs
}

// hooksOf is the hooks of a model.
func hooksOf(t reflect.Type) (set hookSet) {
	for i, h := range hookTypes {
		set[i] = reflect.PointerTo(t).Implements(h.iface)
	}
	return set
}

// call runs a hook of a row.
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

// run runs a hook of the row of a model at p.
func (h hook) run(ctx context.Context, ex Executor, t reflect.Type, p row) error {
	err := h.call(ctx, ex, p.typed(t).Interface())
	return failed(t.Name()+"."+hookTypes[h].name, err)
}
