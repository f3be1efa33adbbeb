package spec

// Select10k reads every post, in the order of the primary key.
var Select10k = &Work{
	Name:    "select_10k",
	About:   "all 10,000 posts of 8 columns, ordered by id",
	ordered: true,
	want: func(out *Digest, d *Data, _ int) {
		for _, p := range d.Posts {
			out.Post(0, p)
		}
	},
}
