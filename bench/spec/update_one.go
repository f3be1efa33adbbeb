package spec

// UpdateOne changes two columns of the event that Reset leaves, whose id is 1.
var UpdateOne = &Work{
	Name:   "update_one",
	About:  "two of 8 columns of one event, by primary key",
	Writes: true,
	state: func(out *Digest, _ *Data, n int, _ []int64) {
		e := firstEvent()
		e.Title, e.UpdatedAt = Edit(n - 1)
		out.Post(0, e)
	},
}

// Edit is the title and the time that iteration i of update_one sets; never those that are there.
func Edit(i int) (title string, updatedAt int64) {
	return editions[i%2], epoch + int64(i%2) + 100_000
}

var editions = [2]string{"Edited once", "Edited again"}
