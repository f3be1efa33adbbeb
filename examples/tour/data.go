package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lucid-go/lucid"
)

// rows are rows of one table; the same on every run and every database.
type rows struct {
	table   string
	columns []string
	values  [][]any
}

// fill inserts the data, one statement per table.
func fill(ctx context.Context, db *lucid.DB) error {
	for _, r := range []rows{countries(), users(), profiles(), posts(), comments(), skills(), userSkills(), userEmails()} {
		statement, args := r.insert()
		if _, err := db.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("fill %s: %w", r.table, err)
		}
	}
	return nil
}

// insert is one INSERT of all rows, with ? placeholders, which Exec takes on every database.
func (r rows) insert() (statement string, args []any) {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(r.columns)), ", ") + ")"
	placeholders := make([]string, len(r.values))
	for i, values := range r.values {
		placeholders[i] = row
		args = append(args, values...)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES %s",
		r.table, strings.Join(r.columns, ", "), strings.Join(placeholders, ", ")), args
}

// day is a moment in the year that the tour is set in.
func day(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 9, 30, 0, 0, time.UTC)
}

func countries() rows {
	return rows{"countries", []string{"id", "code", "name"}, [][]any{
		{1, "KE", "Kenya"}, {2, "PT", "Portugal"}, {3, "JP", "Japan"}, {4, "IS", "Iceland"},
	}}
}

// users: a small company. Lea and Omar have no country; Omar has nothing at all.
func users() rows {
	r := rows{table: "users", columns: []string{"id", "country_id", "parent_id", "name", "email", "created_at", "updated_at"}}
	add := func(id int, country, parent any, name, email string, joined time.Time) {
		r.values = append(r.values, []any{id, country, parent, name, email, joined, joined})
	}
	add(1, 1, nil, "Amina Odhiambo", "amina@example.com", day(time.January, 5))
	add(2, 2, 1, "Rui Tavares", "rui@example.com", day(time.January, 12))
	add(3, 3, 1, "Hana Mori", "hana@example.com", day(time.January, 19))
	add(4, 1, 2, "Joseph Kamau", "joseph@example.com", day(time.February, 2))
	add(5, 2, 2, "Inês Duarte", "ines@example.com", day(time.February, 9))
	add(6, 3, 3, "Kenji Sato", "kenji@example.com", day(time.February, 16))
	add(7, nil, 3, "Lea Novak", "lea@example.com", day(time.March, 2))
	add(8, nil, nil, "Omar Haddad", "omar@example.com", day(time.March, 9))
	return r
}

func profiles() rows {
	return rows{"profiles", []string{"id", "user_id", "bio"}, [][]any{
		{1, 1, "Founder; writes when the others sleep"},
		{2, 2, "Runs the platform team from Porto"},
		{3, 3, "Designs forms that people finish"},
		{4, 4, "Reads query plans for fun"},
		{5, 5, "Types faster than she speaks"},
		{6, 6, "Keeps the builds green"},
	}}
}

func posts() rows {
	r := rows{table: "posts", columns: []string{"id", "user_id", "title", "likes", "published", "created_at"}}
	add := func(user int, title string, likes int, published bool, written time.Time) {
		r.values = append(r.values, []any{len(r.values) + 1, user, title, likes, published, written})
	}
	add(1, "Why we started", 88, true, day(time.January, 20))
	add(1, "Hiring in five countries", 41, true, day(time.March, 3))
	add(1, "Notes for the board", 0, false, day(time.June, 1))
	add(2, "One deploy a day", 35, true, day(time.February, 4))
	add(2, "Ten deploys a day", 62, true, day(time.April, 14))
	add(2, "The week the cache lied", 97, true, day(time.July, 9))
	add(3, "Labels above fields", 54, true, day(time.February, 11))
	add(3, "Colour is not a message", 47, true, day(time.May, 6))
	add(3, "Our new icons", 12, false, day(time.August, 3))
	add(4, "Reading EXPLAIN", 73, true, day(time.March, 17))
	add(4, "Indexes you do not need", 66, true, day(time.May, 21))
	add(4, "A queue in one table", 58, true, day(time.August, 12))
	add(5, "Generics without tears", 81, true, day(time.April, 2))
	add(5, "Errors are for readers", 69, true, day(time.June, 18))
	add(6, "Faster tests", 44, true, day(time.March, 25))
	add(6, "Flaky is another word for broken", 76, true, day(time.June, 30))
	add(6, "A build log worth reading", 29, true, day(time.August, 19))
	add(7, "Hello from the train", 18, true, day(time.May, 28))
	add(7, "Maps for small screens", 33, true, day(time.July, 22))
	add(7, "Untitled", 0, false, day(time.August, 25))
	return r
}

// comments: sixty, spread over all posts but the three that are not published. Every fifth is by a guest.
func comments() rows {
	bodies := []string{
		"Thank you, this helped", "I would do it the other way round", "Worked for us too", "What about large tables?",
		"More of this, please", "We measured the same", "Which version was that?", "Saved for Monday",
		"The second example is the best", "Sent it to my team", "I had never thought of that",
	}
	published := []int{1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}
	r := rows{table: "comments", columns: []string{"id", "post_id", "user_id", "body"}}
	for i := range 60 {
		var user any
		if i%5 != 4 {
			user = 1 + (i*3)%7
		}
		r.values = append(r.values, []any{i + 1, published[i*5%len(published)], user, bodies[i%len(bodies)]})
	}
	return r
}

func skills() rows {
	return rows{"skills", []string{"id", "name"}, [][]any{
		{1, "Go"}, {2, "SQL"}, {3, "Design"}, {4, "Operations"}, {5, "Writing"}, {6, "Testing"}, {7, "Security"}, {8, "Hiring"},
	}}
}

func userSkills() rows {
	r := rows{table: "skill_user", columns: []string{"user_id", "skill_id", "proficiency", "created_at", "updated_at"}}
	add := func(user, skill int, proficiency string, since, changed time.Time) {
		r.values = append(r.values, []any{user, skill, proficiency, since, changed})
	}
	add(1, 5, "Master", day(time.January, 6), day(time.January, 6))
	add(1, 8, "Advanced", day(time.January, 6), day(time.April, 1))
	add(2, 1, "Advanced", day(time.January, 13), day(time.May, 4))
	add(2, 4, "Master", day(time.January, 13), day(time.January, 13))
	add(3, 3, "Master", day(time.January, 20), day(time.January, 20))
	add(3, 5, "Beginner", day(time.March, 2), day(time.March, 2))
	add(4, 1, "Beginner", day(time.February, 3), day(time.February, 3))
	add(4, 2, "Master", day(time.February, 3), day(time.June, 15))
	add(5, 1, "Master", day(time.February, 10), day(time.July, 1))
	add(5, 6, "Advanced", day(time.February, 10), day(time.February, 10))
	add(6, 1, "Advanced", day(time.February, 17), day(time.February, 17))
	add(6, 6, "Master", day(time.February, 17), day(time.February, 17))
	add(7, 3, "Advanced", day(time.March, 3), day(time.March, 3))
	return r
}

func userEmails() rows {
	return rows{"user_emails", []string{"id", "user_id", "address"}, [][]any{
		{1, 1, "press@example.com"}, {2, 1, "amina@home.example"}, {3, 2, "oncall@example.com"},
		{4, 3, "hana@studio.example"}, {5, 5, "ines@home.example"}, {6, 5, "ines@mail.example"},
	}}
}
