package spec

// InsertOne inserts one event and learns its key.
var InsertOne = &Work{
	Name:   "insert_one",
	About:  "one event of 7 columns, its generated key returned",
	Writes: true,
	state:  func(out *Digest, _ *Data, n int, ids []int64) { inserted(out, n, 1, ids) },
}
