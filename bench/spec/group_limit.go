package spec

// GroupLimitPosts is how many posts group_limit reads, those with the lowest ids, and GroupLimitSize
// how many comments of each.
const (
	GroupLimitPosts = 1000
	GroupLimitSize  = 3
)

// GroupLimit reads posts with the latest comments of each, latest first.
var GroupLimit = &Work{
	Name:    "group_limit",
	About:   "1,000 posts with the latest 3 comments of each, latest first",
	ordered: true,
	want: func(out *Digest, d *Data, _ int) {
		for _, p := range d.Posts[:GroupLimitPosts] {
			out.Post(0, p)
			of := d.commentsOf[p.ID]
			for k := len(of) - 1; k >= max(0, len(of)-GroupLimitSize); k-- {
				out.Comment(p.ID, d.Comments[of[k]])
			}
		}
	},
}
