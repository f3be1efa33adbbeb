package main

// Results that several chapters print.

func countryTable(countries []*Country) *table {
	t := newTable("id", "code", "name")
	for _, c := range countries {
		t.row(c.ID, c.Code, c.Name)
	}
	return t
}

func userTable(users []*User) *table {
	t := newTable("id", "name", "country_id", "parent_id", "created_at")
	for _, u := range users {
		t.row(u.ID, u.Name, u.CountryID, u.ParentID, u.CreatedAt)
	}
	return t
}

func oneUser(u *User) *table { return userTable([]*User{u}) }

func postTable(posts []*Post) *table {
	t := newTable("id", "title", "likes", "published", "created_at")
	for _, p := range posts {
		t.row(p.ID, p.Title, p.Likes, p.Published, p.CreatedAt)
	}
	return t
}

// userPosts has a row for each post, and one for each user without any.
func userPosts(users []*User) *table {
	t := tree("user", "post", "likes", "created_at")
	for _, u := range users {
		if len(u.Posts) == 0 {
			t.row(u.Name, "(none)", "", "")
		}
		for _, p := range u.Posts {
			t.row(u.Name, p.Title, p.Likes, p.CreatedAt)
		}
	}
	return t
}
