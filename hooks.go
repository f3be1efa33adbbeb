package lucid

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"
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

var (
	hookTypes = []reflect.Type{
		reflect.TypeFor[BeforeSaver](), reflect.TypeFor[AfterSaver](), reflect.TypeFor[BeforeCreator](),
		reflect.TypeFor[AfterCreator](), reflect.TypeFor[BeforeUpdater](), reflect.TypeFor[AfterUpdater](),
		reflect.TypeFor[BeforeDeleter](), reflect.TypeFor[AfterDeleter](), reflect.TypeFor[AfterFinder](),
	}
	finderType = reflect.TypeFor[AfterFinder]()
)

// hookMistakes are the methods of a model that are hooks by their name only.
func hookMistakes(t reflect.Type) []error {
	var errs []error
	ptr := reflect.PointerTo(t)
	for _, hook := range hookTypes {
		name := hook.Method(0).Name
		if method, ok := ptr.MethodByName(name); ok && !ptr.Implements(hook) {
			errs = append(errs, fmt.Errorf("%[1]s.%[2]s is a hook by its name, but it is %[3]s: declare it as %[2]s(ctx context.Context, ex lucid.Executor) error",
				t.Name(), name, method.Type))
		}
	}
	return errs
}

// isFinder reports whether a model has AfterFind.
func isFinder(t reflect.Type) bool { return reflect.PointerTo(t).Implements(finderType) }

// afterFind runs AfterFind of each row of a model.
func afterFind(ctx context.Context, ex Executor, t reflect.Type, rows []unsafe.Pointer) error {
	for _, p := range rows {
		if err := reflect.NewAt(t, p).Interface().(AfterFinder).AfterFind(ctx, ex); err != nil {
			return failed(t.Name()+".AfterFind", err)
		}
	}
	return nil
}
