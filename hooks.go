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

// declareHooks finds the model's hooks and refuses a method that only looks like one.
func (m *model) declareHooks() {
	ptr := reflect.PointerTo(m.typ)
	for _, hook := range hookTypes {
		name := hook.Method(0).Name
		if method, ok := ptr.MethodByName(name); ok && !ptr.Implements(hook) {
			m.errs = append(m.errs, fmt.Errorf("%s.%s is a hook by its name, but it is %s: declare it as %s(ctx context.Context, ex lucid.Executor) error",
				m.name, name, method.Type, name))
		}
	}
	m.finds = ptr.Implements(finderType)
}

// found runs AfterFind on rows that were read.
func (m *model) found(ctx context.Context, ex Executor, rows []unsafe.Pointer) error {
	if !m.finds {
		return nil
	}
	for _, p := range rows {
		if err := reflect.NewAt(m.typ, p).Interface().(AfterFinder).AfterFind(ctx, ex); err != nil {
			return failed(m.name+".AfterFind", err)
		}
	}
	return nil
}
