package spec

// InsertSize is how many events insert_many inserts.
const InsertSize = 1000

// InsertMany inserts events, Event(0) to Event(InsertSize-1), and learns their keys.
var InsertMany = &Work{
	Name:   "insert_many",
	About:  "1,000 events of 7 columns, their generated keys returned",
	Writes: true,
	state:  func(out *Digest, _ *Data, n int, ids []int64) { inserted(out, n, InsertSize, ids) },
}
