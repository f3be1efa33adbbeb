package keys_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/lucid-go/lucid/internal/testdb"
)

// asJSON has a handle on SQLite send all keys as one JSON text that can be, few ones too. How many are few is a fact
// of the handle that nobody sets, so this writes into a copy of its facts.
func asJSON(t testing.TB, db *testdb.DB) {
	t.Helper()
	testdb.ExecAll(t, db, "SELECT 1") // now the handle has its facts
	core := reflect.ValueOf(db.DB).Elem().FieldByName("core").Elem()
	asked := writable(core.FieldByName("asked")).Addr() // an *atomic.Pointer of them
	shared := asked.MethodByName("Load").Call(nil)[0].Elem()
	own := reflect.New(shared.Type())
	own.Elem().Set(shared)
	writable(own.Elem().FieldByName("fewKeys")).SetInt(0)
	asked.MethodByName("Store").Call([]reflect.Value{own})
}

// writable is a field that is not exported as one that is.
func writable(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}
