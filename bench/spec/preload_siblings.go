package spec

// SiblingUsers is how many users preload_siblings reads: those with the lowest ids.
const SiblingUsers = 500

// PreloadSiblings reads users with three relations that do not depend on one another.
var PreloadSiblings = &Work{
	Name:  "preload_siblings",
	About: "500 users with their profiles, their 5,000 posts and their 2,500 skills",
	want: func(out *Digest, d *Data, _ int) {
		for _, u := range d.Users[:SiblingUsers] {
			out.User(u)
			out.Profile(u.ID, d.Profiles[Users-u.ID])
			d.addPosts(out, u.ID)
			d.addSkills(out, u.ID)
		}
	},
}
