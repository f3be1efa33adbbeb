package spec

// PreloadHasMany reads users with their posts.
var PreloadHasMany = &Work{
	Name:  "preload_has_many",
	About: "1,000 users with their 10,000 posts",
	want: func(out *Digest, d *Data, _ int) {
		for _, u := range d.Users[:Users] {
			out.User(u)
			d.addPosts(out, u.ID)
		}
	},
}

func (d *Data) addPosts(out *Digest, user int64) {
	for _, i := range d.postsOf[user] {
		out.Post(user, d.Posts[i])
	}
}
