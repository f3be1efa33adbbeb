package spec

// PreloadManyToMany reads users with their skills and the proficiency that the pivot row has.
var PreloadManyToMany = &Work{
	Name:  "preload_many_to_many",
	About: "1,000 users with their skills, of 200, over 5,000 pivot rows with a column",
	want: func(out *Digest, d *Data, _ int) {
		for _, u := range d.Users[:Users] {
			out.User(u)
			d.addSkills(out, u.ID)
		}
	},
}

func (d *Data) addSkills(out *Digest, user int64) {
	for _, i := range d.pivotsOf[user] {
		pivot := d.Pivots[i]
		skill := d.Skills[pivot.SkillID-1]
		skill.Proficiency = pivot.Proficiency
		out.Skill(user, skill)
	}
}
