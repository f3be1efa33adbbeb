package load_test

import (
	"context"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPreloadSQL is what each relation of two parents sends, to the letter, on PostgreSQL; then how
// the other databases spell the parts that differ.
func TestPreloadSQL(t *testing.T) {
	type scope[R any] = func(*lucid.Query[R])
	users := func(rel lucid.Relation[app.User]) func(context.Context, *testdb.DB) error {
		return func(ctx context.Context, db *testdb.DB) error {
			_, err := lucid.From[app.User](db).WhereIn("id", []int{1, 3}).Preload(rel).All(ctx)
			return err
		}
	}
	countries := func(rel lucid.Relation[app.Country]) func(context.Context, *testdb.DB) error {
		return func(ctx context.Context, db *testdb.DB) error {
			_, err := lucid.From[app.Country](db).WhereIn("id", []int{1, 2}).Preload(rel).All(ctx)
			return err
		}
	}
	tests := []struct {
		path     string
		send     func(context.Context, *testdb.DB) error
		postgres string
		mysql    string
		sqlite   string
	}{
		{
			"User.Profile", users(app.UserProfile),
			`SELECT "profiles"."id", "profiles"."user_id", "profiles"."bio" FROM "profiles" WHERE "profiles"."user_id" = ANY($1::bigint[]) ORDER BY "profiles"."id" ASC`,
			"SELECT `profiles`.`id`, `profiles`.`user_id`, `profiles`.`bio` FROM `profiles` WHERE `profiles`.`user_id` IN (?, ?) ORDER BY `profiles`.`id` ASC",
			`SELECT "profiles"."id", "profiles"."user_id", "profiles"."bio" FROM "profiles" WHERE "profiles"."user_id" IN (?, ?) ORDER BY "profiles"."id" ASC`,
		},
		{
			"User.Posts", users(app.UserPosts),
			`SELECT "posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at" FROM "posts" WHERE "posts"."user_id" = ANY($1::bigint[])`,
			"SELECT `posts`.`id`, `posts`.`user_id`, `posts`.`title`, `posts`.`likes`, `posts`.`published`, `posts`.`created_at` FROM `posts` WHERE `posts`.`user_id` IN (?, ?)",
			`SELECT "posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at" FROM "posts" WHERE "posts"."user_id" IN (?, ?)`,
		},
		{
			"User.Posts", users(app.UserPosts.With(scope[app.Post](func(q *lucid.Query[app.Post]) {
				q.Select("title").Where("likes", 1).OrWhere("likes", ">", 5).OrderByDesc("id")
			}), app.Published)),
			`SELECT "posts"."title", "posts"."user_id" FROM "posts" WHERE ("posts"."likes" = $1 OR "posts"."likes" > $2) AND "posts"."published" = $3 AND "posts"."user_id" = ANY($4::bigint[]) ORDER BY "posts"."id" DESC`,
			"SELECT `posts`.`title`, `posts`.`user_id` FROM `posts` WHERE (`posts`.`likes` = ? OR `posts`.`likes` > ?) AND `posts`.`published` = ? AND `posts`.`user_id` IN (?, ?) ORDER BY `posts`.`id` DESC",
			`SELECT "posts"."title", "posts"."user_id" FROM "posts" WHERE ("posts"."likes" = ? OR "posts"."likes" > ?) AND "posts"."published" = ? AND "posts"."user_id" IN (?, ?) ORDER BY "posts"."id" DESC`,
		},
		{
			"User.Country", users(app.UserCountry),
			`SELECT "countries"."id", "countries"."name" FROM "countries" WHERE "countries"."id" = ANY($1::bigint[])`,
			"SELECT `countries`.`id`, `countries`.`name` FROM `countries` WHERE `countries`.`id` IN (?, ?)",
			`SELECT "countries"."id", "countries"."name" FROM "countries" WHERE "countries"."id" IN (?, ?)`,
		},
		{
			"User.Skills", users(app.UserBare),
			`SELECT "skills"."id", "skills"."name", "skill_user"."user_id" AS "pivot_user_id", "skill_user"."skill_id" AS "pivot_skill_id" FROM "skills" INNER JOIN "skill_user" ON "skills"."id" = "skill_user"."skill_id" WHERE "skill_user"."user_id" = ANY($1::bigint[])`,
			"SELECT `skills`.`id`, `skills`.`name`, `skill_user`.`user_id` AS `pivot_user_id`, `skill_user`.`skill_id` AS `pivot_skill_id` FROM `skills` INNER JOIN `skill_user` ON `skills`.`id` = `skill_user`.`skill_id` WHERE `skill_user`.`user_id` IN (?, ?)",
			`SELECT "skills"."id", "skills"."name", "skill_user"."user_id" AS "pivot_user_id", "skill_user"."skill_id" AS "pivot_skill_id" FROM "skills" INNER JOIN "skill_user" ON "skills"."id" = "skill_user"."skill_id" WHERE "skill_user"."user_id" IN (?, ?)`,
		},
		{
			"User.Follows", users(app.UserFollows.With(scope[app.User](func(q *lucid.Query[app.User]) { q.Select("id").Where("id", ">", 1) }))),
			`SELECT "users"."id", "follows"."user_id" AS "pivot_user_id", "follows"."following_id" AS "pivot_following_id" FROM "users" INNER JOIN "follows" ON "users"."id" = "follows"."following_id" WHERE "users"."id" > $1 AND "follows"."user_id" = ANY($2::bigint[])`,
			"SELECT `users`.`id`, `follows`.`user_id` AS `pivot_user_id`, `follows`.`following_id` AS `pivot_following_id` FROM `users` INNER JOIN `follows` ON `users`.`id` = `follows`.`following_id` WHERE `users`.`id` > ? AND `follows`.`user_id` IN (?, ?)",
			`SELECT "users"."id", "follows"."user_id" AS "pivot_user_id", "follows"."following_id" AS "pivot_following_id" FROM "users" INNER JOIN "follows" ON "users"."id" = "follows"."following_id" WHERE "users"."id" > ? AND "follows"."user_id" IN (?, ?)`,
		},
		{
			"Country.Posts", countries(app.CountryPosts.With(scope[app.Post](func(q *lucid.Query[app.Post]) { q.Select("title") }))),
			`SELECT "posts"."title", "users"."country_id" AS "through_country_id" FROM "posts" INNER JOIN "users" ON "posts"."user_id" = "users"."id" WHERE "users"."country_id" = ANY($1::bigint[])`,
			"SELECT `posts`.`title`, `users`.`country_id` AS `through_country_id` FROM `posts` INNER JOIN `users` ON `posts`.`user_id` = `users`.`id` WHERE `users`.`country_id` IN (?, ?)",
			`SELECT "posts"."title", "users"."country_id" AS "through_country_id" FROM "posts" INNER JOIN "users" ON "posts"."user_id" = "users"."id" WHERE "users"."country_id" IN (?, ?)`,
		},
		{
			"Country.Profile", countries(app.CountryProfile),
			`SELECT "profiles"."id", "profiles"."user_id", "profiles"."bio", "users"."country_id" AS "through_country_id" FROM "profiles" INNER JOIN "users" ON "profiles"."user_id" = "users"."id" WHERE "users"."country_id" = ANY($1::bigint[]) ORDER BY "profiles"."id" ASC`,
			"SELECT `profiles`.`id`, `profiles`.`user_id`, `profiles`.`bio`, `users`.`country_id` AS `through_country_id` FROM `profiles` INNER JOIN `users` ON `profiles`.`user_id` = `users`.`id` WHERE `users`.`country_id` IN (?, ?) ORDER BY `profiles`.`id` ASC",
			`SELECT "profiles"."id", "profiles"."user_id", "profiles"."bio", "users"."country_id" AS "through_country_id" FROM "profiles" INNER JOIN "users" ON "profiles"."user_id" = "users"."id" WHERE "users"."country_id" IN (?, ?) ORDER BY "profiles"."id" ASC`,
		},
	}
	app.Each(t, func(t *testing.T, db *app.DB) {
		for _, tt := range tests {
			t.Run(tt.path, func(t *testing.T) {
				db.Sent.Reset()
				require.NoError(t, tt.send(t.Context(), db.DB))
				want := map[lucid.Dialect]string{lucid.PostgreSQL: tt.postgres, lucid.MySQL: tt.mysql, lucid.SQLite: tt.sqlite}
				require.Len(t, db.Sent.Of(tt.path), 1)
				assert.Equal(t, want[db.Dialect], db.Sent.Of(tt.path)[0].SQL)
			})
		}
	})
}

// TestQuerySQL is what a query on the related rows of one parent is, and of two, on each database.
func TestQuerySQL(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		users := app.AllUsers(t, db)
		countries := app.AllCountries(t, db)
		type built interface{ SQL() (string, []any, error) }
		tests := []struct {
			name                    string
			query                   built
			postgres, mysql, sqlite string
			args                    []any // on MySQL
		}{
			{
				"has one of one parent", app.UserProfile.Query(db, users[0]).Select("bio"),
				`SELECT "profiles"."bio" FROM "profiles" WHERE "profiles"."user_id" = $1 ORDER BY "profiles"."id" ASC LIMIT $2`,
				"SELECT `profiles`.`bio` FROM `profiles` WHERE `profiles`.`user_id` = ? ORDER BY `profiles`.`id` ASC LIMIT ?",
				`SELECT "profiles"."bio" FROM "profiles" WHERE "profiles"."user_id" = ? ORDER BY "profiles"."id" ASC LIMIT ?`,
				[]any{int64(1), 1},
			},
			{
				"belongs to of one parent", app.UserCountry.Query(db, users[0]),
				`SELECT "countries"."id", "countries"."name" FROM "countries" WHERE "countries"."id" = $1 LIMIT $2`,
				"SELECT `countries`.`id`, `countries`.`name` FROM `countries` WHERE `countries`.`id` = ? LIMIT ?",
				`SELECT "countries"."id", "countries"."name" FROM "countries" WHERE "countries"."id" = ? LIMIT ?`,
				[]any{int64(1), 1},
			},
			{
				"belongs to of two parents with one key", app.UserCountry.Query(db, users[0], users[1]).Select("id"),
				`SELECT "countries"."id" FROM "countries" WHERE "countries"."id" = $1`,
				"SELECT `countries`.`id` FROM `countries` WHERE `countries`.`id` = ?",
				`SELECT "countries"."id" FROM "countries" WHERE "countries"."id" = ?`,
				[]any{int64(1)},
			},
			{
				"has many of one parent", app.UserPosts.Query(db, users[0]).Select("title"),
				`SELECT "posts"."title" FROM "posts" WHERE "posts"."user_id" = $1`,
				"SELECT `posts`.`title` FROM `posts` WHERE `posts`.`user_id` = ?",
				`SELECT "posts"."title" FROM "posts" WHERE "posts"."user_id" = ?`,
				[]any{int64(1)},
			},
			{
				"has many of two parents, with conditions", app.UserPosts.Query(db, users[0], users[1]).Select("title").Where("id", 1).OrWhere("id", 2),
				`SELECT "posts"."title" FROM "posts" WHERE ("posts"."id" = $1 OR "posts"."id" = $2) AND "posts"."user_id" = ANY($3::bigint[])`,
				"SELECT `posts`.`title` FROM `posts` WHERE (`posts`.`id` = ? OR `posts`.`id` = ?) AND `posts`.`user_id` IN (?, ?)",
				`SELECT "posts"."title" FROM "posts" WHERE ("posts"."id" = ? OR "posts"."id" = ?) AND "posts"."user_id" IN (?, ?)`,
				[]any{1, 2, int64(1), int64(2)},
			},
			{
				"many to many", app.UserBare.Query(db, users[0]).Select("name"),
				`SELECT "skills"."name", "skill_user"."user_id" AS "pivot_user_id", "skill_user"."skill_id" AS "pivot_skill_id" FROM "skills" INNER JOIN "skill_user" ON "skills"."id" = "skill_user"."skill_id" WHERE "skill_user"."user_id" = $1`,
				"SELECT `skills`.`name`, `skill_user`.`user_id` AS `pivot_user_id`, `skill_user`.`skill_id` AS `pivot_skill_id` FROM `skills` INNER JOIN `skill_user` ON `skills`.`id` = `skill_user`.`skill_id` WHERE `skill_user`.`user_id` = ?",
				`SELECT "skills"."name", "skill_user"."user_id" AS "pivot_user_id", "skill_user"."skill_id" AS "pivot_skill_id" FROM "skills" INNER JOIN "skill_user" ON "skills"."id" = "skill_user"."skill_id" WHERE "skill_user"."user_id" = ?`,
				[]any{int64(1)},
			},
			{
				"many through", app.CountryPosts.Query(db, countries[0]).Select("title"),
				`SELECT "posts"."title", "users"."country_id" AS "through_country_id" FROM "posts" INNER JOIN "users" ON "posts"."user_id" = "users"."id" WHERE "users"."country_id" = $1`,
				"SELECT `posts`.`title`, `users`.`country_id` AS `through_country_id` FROM `posts` INNER JOIN `users` ON `posts`.`user_id` = `users`.`id` WHERE `users`.`country_id` = ?",
				`SELECT "posts"."title", "users"."country_id" AS "through_country_id" FROM "posts" INNER JOIN "users" ON "posts"."user_id" = "users"."id" WHERE "users"."country_id" = ?`,
				[]any{int64(1)},
			},
			{
				"a parent without a key has no rows", app.UserCountry.Query(db, users[3]).Select("id"),
				`SELECT "countries"."id" FROM "countries" WHERE 1 = 0 LIMIT $1`,
				"SELECT `countries`.`id` FROM `countries` WHERE 1 = 0 LIMIT ?",
				`SELECT "countries"."id" FROM "countries" WHERE 1 = 0 LIMIT ?`,
				[]any{1},
			},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				text, args, err := tt.query.SQL()
				require.NoError(t, err)
				want := map[lucid.Dialect]string{lucid.PostgreSQL: tt.postgres, lucid.MySQL: tt.mysql, lucid.SQLite: tt.sqlite}
				assert.Equal(t, want[db.Dialect], text)
				if db.Dialect == lucid.MySQL {
					assert.Equal(t, tt.args, args)
				}
			})
		}
	})
}
