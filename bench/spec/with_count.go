package spec

// WithCount reads users with the number of their posts.
var WithCount = &Work{
	Name:    "with_count",
	About:   "1,000 users with the number of their posts",
	ordered: true,
	want: func(out *Digest, d *Data, _ int) {
		for _, u := range d.Users[:Users] {
			u.PostsCount = int64(len(d.postsOf[u.ID]))
			out.User(u)
		}
	},
}
