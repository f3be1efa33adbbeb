package spec

// NestedUsers is how many users preload_nested reads: those with the lowest ids.
const NestedUsers = 100

// PreloadNested reads users with their posts, these with their comments, these with their authors.
var PreloadNested = &Work{
	Name:  "preload_nested",
	About: "100 users with their 1,000 posts, about 5,000 comments of these, and the authors of the comments",
	want: func(out *Digest, d *Data, _ int) {
		for _, u := range d.Users[:NestedUsers] {
			out.User(u)
			d.addPosts(out, u.ID)
			for _, p := range d.postsOf[u.ID] {
				for _, c := range d.commentsOf[d.Posts[p].ID] {
					comment := d.Comments[c]
					out.Comment(comment.PostID, comment)
					out.Author(comment.ID, d.Users[comment.UserID-1])
				}
			}
		}
	},
}
