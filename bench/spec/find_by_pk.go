package spec

// FindByPK reads one post by its primary key, another one each time.
var FindByPK = &Work{
	Name:  "find_by_pk",
	About: "one post by primary key, another one each time",
	want:  func(out *Digest, d *Data, i int) { out.Post(0, d.Posts[PostID(i)-1]) },
}

// PostID is the post that iteration i of find_by_pk asks for: all of them, far apart.
func PostID(i int) int64 { return int64(i*7919%Posts) + 1 }
