package spec

// WhereHasMore is the number of comments that a post has to have more of.
const WhereHasMore = 2

// WhereHas reads the posts that have more than two comments.
var WhereHas = &Work{
	Name:    "where_has",
	About:   "the 5,000 posts with more than 2 comments, ordered by id",
	ordered: true,
	want: func(out *Digest, d *Data, _ int) {
		for _, p := range d.Posts {
			if len(d.commentsOf[p.ID]) > WhereHasMore {
				out.Post(0, p)
			}
		}
	},
}
