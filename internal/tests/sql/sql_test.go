package sql_test

import (
	"math"
	"strings"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// statement is any query, by the text that it becomes.
type statement interface{ SQL() (string, []any, error) }

// perDialect is arguments that differ: those of PostgreSQL, of MySQL, of SQLite.
type perDialect [3][]any

// args is arguments that do not.
func args(list ...any) perDialect { return perDialect{list, list, list} }

func post(db *lucid.DB) app.PostQuery { return lucid.From[app.Post](db) }

// one selects a single column, to keep the statements short.
func one(db *lucid.DB) app.PostQuery { return lucid.From[app.Post](db).Select("id") }

// TestSQL has every clause as it is written, to the byte: the call, then PostgreSQL, MySQL and SQLite.
func TestSQL(t *testing.T) {
	for _, tc := range []struct {
		name                 string
		query                func(db *lucid.DB) statement
		postgres, my, sqlite string
		args                 perDialect
	}{
		{"all columns", func(db *lucid.DB) statement { return post(db) },
			`SELECT "posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at" FROM "posts"`,
			"SELECT `posts`.`id`, `posts`.`user_id`, `posts`.`title`, `posts`.`likes`, `posts`.`published`, `posts`.`created_at` FROM `posts`",
			`SELECT "posts"."id", "posts"."user_id", "posts"."title", "posts"."likes", "posts"."published", "posts"."created_at" FROM "posts"`,
			args()},
		{"value", func(db *lucid.DB) statement { return one(db).Where("likes", 3) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" = $1`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` = ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" = ?`,
			args(3)},
		{"operator", func(db *lucid.DB) statement { return one(db).Where("likes", "!=", 3) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" <> $1`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` <> ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" <> ?`,
			args(3)},
		{"null", func(db *lucid.DB) statement { return one(db).Where("created_at", nil) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."created_at" IS NULL`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`created_at` IS NULL",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."created_at" IS NULL`,
			args()},
		{"not null", func(db *lucid.DB) statement { return one(db).Where("created_at", "!=", nil) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."created_at" IS NOT NULL`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`created_at` IS NOT NULL",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."created_at" IS NOT NULL`,
			args()},
		{"not", func(db *lucid.DB) statement { return one(db).WhereNot("likes", 3) },
			`SELECT "posts"."id" FROM "posts" WHERE NOT "posts"."likes" = $1`,
			"SELECT `posts`.`id` FROM `posts` WHERE NOT `posts`.`likes` = ?",
			`SELECT "posts"."id" FROM "posts" WHERE NOT "posts"."likes" = ?`,
			args(3)},
		{"or not", func(db *lucid.DB) statement { return one(db).Where("id", 1).OrWhereNot("likes", ">", 3) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = $1 OR NOT "posts"."likes" > $2`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` = ? OR NOT `posts`.`likes` > ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = ? OR NOT "posts"."likes" > ?`,
			args(1, 3)},
		{"in", func(db *lucid.DB) statement { return one(db).WhereIn("id", []int{1, 2, 3}) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = ANY($1::bigint[])`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` IN (?, ?, ?, ?)",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" IN (?, ?, ?, ?)`,
			perDialect{[]any{[]int64{1, 2, 3}}, []any{int64(1), int64(2), int64(3), int64(3)}, []any{int64(1), int64(2), int64(3), int64(3)}}},
		{"not in", func(db *lucid.DB) statement { return one(db).WhereNotIn("title", []string{"a", "b"}) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" <> ALL($1)`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`title` NOT IN (?, ?)",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" NOT IN (?, ?)`,
			perDialect{[]any{[]string{"a", "b"}}, []any{"a", "b"}, []any{"a", "b"}}},
		{"in of floats", func(db *lucid.DB) statement { return one(db).WhereIn("likes", []float64{1, 2, 3}) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" IN ($1, $2, $3, $4)`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` IN (?, ?, ?, ?)",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" IN (?, ?, ?, ?)`,
			args(1.0, 2.0, 3.0, 3.0)},
		{"in of none", func(db *lucid.DB) statement { return one(db).WhereIn("id", []int{}) },
			`SELECT "posts"."id" FROM "posts" WHERE 1 = 0`,
			"SELECT `posts`.`id` FROM `posts` WHERE 1 = 0",
			`SELECT "posts"."id" FROM "posts" WHERE 1 = 0`,
			args()},
		{"not in of none", func(db *lucid.DB) statement { return one(db).WhereNotIn("id", []int{}) },
			`SELECT "posts"."id" FROM "posts" WHERE 1 = 1`,
			"SELECT `posts`.`id` FROM `posts` WHERE 1 = 1",
			`SELECT "posts"."id" FROM "posts" WHERE 1 = 1`,
			args()},
		{"in query", func(db *lucid.DB) statement {
			return one(db).Where("likes", 1).WhereIn("user_id", lucid.From[app.User](db).Select("id").Where("email", "x")).Where("likes", 2)
		},
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" = $1 AND "posts"."user_id" IN (SELECT "users"."id" FROM "users" WHERE "users"."email" = $2) AND "posts"."likes" = $3`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` = ? AND `posts`.`user_id` IN (SELECT `users`.`id` FROM `users` WHERE `users`.`email` = ?) AND `posts`.`likes` = ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" = ? AND "posts"."user_id" IN (SELECT "users"."id" FROM "users" WHERE "users"."email" = ?) AND "posts"."likes" = ?`,
			args(1, "x", 2)},
		{"exists", func(db *lucid.DB) statement {
			return one(db).WhereExists(lucid.From[app.User](db).Where("email", "x").WhereColumn("users.id", "=", "posts.user_id").OrderBy("id"))
		},
			`SELECT "posts"."id" FROM "posts" WHERE EXISTS (SELECT 1 FROM "users" WHERE "users"."email" = $1 AND "users"."id" = "posts"."user_id")`,
			"SELECT `posts`.`id` FROM `posts` WHERE EXISTS (SELECT 1 FROM `users` WHERE `users`.`email` = ? AND `users`.`id` = `posts`.`user_id`)",
			`SELECT "posts"."id" FROM "posts" WHERE EXISTS (SELECT 1 FROM "users" WHERE "users"."email" = ? AND "users"."id" = "posts"."user_id")`,
			args("x")},
		{"not exists of its own table", func(db *lucid.DB) statement {
			return one(db).WhereNotExists(lucid.From[app.Post](db).WhereColumn("posts.likes", ">", "user_id"))
		},
			`SELECT "posts"."id" FROM "posts" WHERE NOT EXISTS (SELECT 1 FROM "posts" AS "posts_2" WHERE "posts_2"."likes" > "posts_2"."user_id")`,
			"SELECT `posts`.`id` FROM `posts` WHERE NOT EXISTS (SELECT 1 FROM `posts` AS `posts_2` WHERE `posts_2`.`likes` > `posts_2`.`user_id`)",
			`SELECT "posts"."id" FROM "posts" WHERE NOT EXISTS (SELECT 1 FROM "posts" AS "posts_2" WHERE "posts_2"."likes" > "posts_2"."user_id")`,
			args()},
		{"scalar subquery", func(db *lucid.DB) statement {
			return one(db).Where("likes", "<", lucid.From[app.Post](db).SelectRaw("MAX(likes) - ?", 1))
		},
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" < (SELECT MAX(likes) - $1 FROM "posts" AS "posts_2")`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` < (SELECT MAX(likes) - ? FROM `posts` AS `posts_2`)",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" < (SELECT MAX(likes) - ? FROM "posts" AS "posts_2")`,
			args(1)},
		{"between", func(db *lucid.DB) statement { return one(db).WhereBetween("likes", 1, 2).OrWhereNotBetween("id", 3, 4) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" BETWEEN $1 AND $2 OR "posts"."id" NOT BETWEEN $3 AND $4`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`likes` BETWEEN ? AND ? OR `posts`.`id` NOT BETWEEN ? AND ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."likes" BETWEEN ? AND ? OR "posts"."id" NOT BETWEEN ? AND ?`,
			args(1, 2, 3, 4)},
		{"like", func(db *lucid.DB) statement {
			return one(db).WhereLike("title", "a%").OrWhere("title", "not like", "b%")
		},
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" LIKE $1 OR "posts"."title" NOT LIKE $2`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`title` LIKE ? OR `posts`.`title` NOT LIKE ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" LIKE ? OR "posts"."title" NOT LIKE ?`,
			args("a%", "b%")},
		{"ilike", func(db *lucid.DB) statement {
			return one(db).WhereILike("title", "a%").OrWhere("title", "not ilike", "b%")
		},
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" ILIKE $1 OR "posts"."title" NOT ILIKE $2`,
			"SELECT `posts`.`id` FROM `posts` WHERE LOWER(`posts`.`title`) LIKE LOWER(?) OR LOWER(`posts`.`title`) NOT LIKE LOWER(?)",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."title" LIKE ? OR "posts"."title" NOT LIKE ?`,
			args("a%", "b%")},
		{"columns", func(db *lucid.DB) statement { return one(db).WhereColumn("id", "<=", "posts.likes") },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" <= "posts"."likes"`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` <= `posts`.`likes`",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" <= "posts"."likes"`,
			args()},
		{"raw", func(db *lucid.DB) statement {
			return one(db).WhereRaw("likes + ? > id", 1).OrWhereRaw("title ?? '$1 ?' AND id = ?", 2)
		},
			`SELECT "posts"."id" FROM "posts" WHERE (likes + $1 > id) OR (title ? '$1 ?' AND id = $2)`,
			"SELECT `posts`.`id` FROM `posts` WHERE (likes + ? > id) OR (title ? '$1 ?' AND id = ?)",
			`SELECT "posts"."id" FROM "posts" WHERE (likes + ? > id) OR (title ? '$1 ?' AND id = ?)`,
			args(1, 2)},
		{"group", func(db *lucid.DB) statement {
			return one(db).Where("id", 1).OrWhereGroup(func(q app.PostQuery) {
				q.Where("id", 2).WhereGroup(func(q app.PostQuery) { q.Where("id", 3).OrWhere("id", 4) })
			})
		},
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = $1 OR ("posts"."id" = $2 AND ("posts"."id" = $3 OR "posts"."id" = $4))`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` = ? OR (`posts`.`id` = ? AND (`posts`.`id` = ? OR `posts`.`id` = ?))",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = ? OR ("posts"."id" = ? AND ("posts"."id" = ? OR "posts"."id" = ?))`,
			args(1, 2, 3, 4)},
		{"typed", func(db *lucid.DB) statement {
			return one(db).Filter(lucid.Or(app.PostLikes.Eq(1), lucid.Not(app.PostTitle.Like("x")), lucid.And[app.Post](), lucid.Or[app.Post]()))
		},
			`SELECT "posts"."id" FROM "posts" WHERE ("posts"."likes" = $1 OR (NOT ("posts"."title" LIKE $2)) OR 1 = 1 OR 1 = 0)`,
			"SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`likes` = ? OR (NOT (`posts`.`title` LIKE ?)) OR 1 = 1 OR 1 = 0)",
			`SELECT "posts"."id" FROM "posts" WHERE ("posts"."likes" = ? OR (NOT ("posts"."title" LIKE ?)) OR 1 = 1 OR 1 = 0)`,
			args(1, "x")},
		{"select", func(db *lucid.DB) statement { return post(db).Select("title", "posts.likes AS hearts", "id", "title") },
			`SELECT "posts"."title", "posts"."likes" AS "hearts", "posts"."id" FROM "posts"`,
			"SELECT `posts`.`title`, `posts`.`likes` AS `hearts`, `posts`.`id` FROM `posts`",
			`SELECT "posts"."title", "posts"."likes" AS "hearts", "posts"."id" FROM "posts"`,
			args()},
		{"select raw", func(db *lucid.DB) statement {
			return post(db).Select("id").SelectRaw("length(title) + ? AS size", 1).SelectRaw("likes, published")
		},
			`SELECT "posts"."id", length(title) + $1 AS "size", likes, published FROM "posts"`,
			"SELECT `posts`.`id`, length(title) + ? AS `size`, likes, published FROM `posts`",
			`SELECT "posts"."id", length(title) + ? AS "size", likes, published FROM "posts"`,
			args(1)},
		{"distinct", func(db *lucid.DB) statement { return post(db).Select("user_id").Distinct() },
			`SELECT DISTINCT "posts"."user_id" FROM "posts"`,
			"SELECT DISTINCT `posts`.`user_id` FROM `posts`",
			`SELECT DISTINCT "posts"."user_id" FROM "posts"`,
			args()},
		{"join", func(db *lucid.DB) statement {
			return one(db).Join("users", "users.id = posts.user_id").Select("users.email").Where("users.email", "x").Where("email", "y")
		},
			`SELECT "posts"."id", "users"."email" FROM "posts" INNER JOIN "users" ON "users"."id" = "posts"."user_id" WHERE "users"."email" = $1 AND "users"."email" = $2`,
			"SELECT `posts`.`id`, `users`.`email` FROM `posts` INNER JOIN `users` ON `users`.`id` = `posts`.`user_id` WHERE `users`.`email` = ? AND `users`.`email` = ?",
			`SELECT "posts"."id", "users"."email" FROM "posts" INNER JOIN "users" ON "users"."id" = "posts"."user_id" WHERE "users"."email" = ? AND "users"."email" = ?`,
			args("x", "y")},
		{"left join with a name", func(db *lucid.DB) statement {
			return one(db).LeftJoin("users AS u", "u.id = posts.user_id AND u.id <> posts.id").OrderBy("u.email")
		},
			`SELECT "posts"."id" FROM "posts" LEFT JOIN "users" AS "u" ON "u"."id" = "posts"."user_id" AND "u"."id" <> "posts"."id" ORDER BY "u"."email" ASC`,
			"SELECT `posts`.`id` FROM `posts` LEFT JOIN `users` AS `u` ON `u`.`id` = `posts`.`user_id` AND `u`.`id` <> `posts`.`id` ORDER BY `u`.`email` ASC",
			`SELECT "posts"."id" FROM "posts" LEFT JOIN "users" AS "u" ON "u"."id" = "posts"."user_id" AND "u"."id" <> "posts"."id" ORDER BY "u"."email" ASC`,
			args()},
		{"self join", func(db *lucid.DB) statement {
			return lucid.From[app.User](db).Select("id", "boss.email AS boss").Join("users boss", "boss.id = users.parent_id")
		},
			`SELECT "users"."id", "boss"."email" AS "boss" FROM "users" INNER JOIN "users" AS "boss" ON "boss"."id" = "users"."parent_id"`,
			"SELECT `users`.`id`, `boss`.`email` AS `boss` FROM `users` INNER JOIN `users` AS `boss` ON `boss`.`id` = `users`.`parent_id`",
			`SELECT "users"."id", "boss"."email" AS "boss" FROM "users" INNER JOIN "users" AS "boss" ON "boss"."id" = "users"."parent_id"`,
			args()},
		{"raw join", func(db *lucid.DB) statement {
			return one(db).JoinRaw("JOIN countries c ON c.id = ? AND c.name <> '?'", 1).Where("c.name", "x").OrderByDesc("c.we$0")
		},
			`SELECT "posts"."id" FROM "posts" JOIN countries c ON c.id = $1 AND c.name <> '?' WHERE "c"."name" = $2 ORDER BY "c"."we$0" DESC`,
			"SELECT `posts`.`id` FROM `posts` JOIN countries c ON c.id = ? AND c.name <> '?' WHERE `c`.`name` = ? ORDER BY `c`.`we$0` DESC",
			`SELECT "posts"."id" FROM "posts" JOIN countries c ON c.id = ? AND c.name <> '?' WHERE "c"."name" = ? ORDER BY "c"."we$0" DESC`,
			args(1, "x")},
		{"order", func(db *lucid.DB) statement {
			return one(db).OrderBy("title").OrderByDesc("likes").OrderBy("id", "ASC")
		},
			`SELECT "posts"."id" FROM "posts" ORDER BY "posts"."title" ASC, "posts"."likes" DESC, "posts"."id" ASC`,
			"SELECT `posts`.`id` FROM `posts` ORDER BY `posts`.`title` ASC, `posts`.`likes` DESC, `posts`.`id` ASC",
			`SELECT "posts"."id" FROM "posts" ORDER BY "posts"."title" ASC, "posts"."likes" DESC, "posts"."id" ASC`,
			args()},
		{"raw order", func(db *lucid.DB) statement { return one(db).OrderByRaw("likes + ? DESC", 1).OrderBy("id") },
			`SELECT "posts"."id" FROM "posts" ORDER BY likes + $1 DESC, "posts"."id" ASC`,
			"SELECT `posts`.`id` FROM `posts` ORDER BY likes + ? DESC, `posts`.`id` ASC",
			`SELECT "posts"."id" FROM "posts" ORDER BY likes + ? DESC, "posts"."id" ASC`,
			args(1)},
		{"order by an alias", func(db *lucid.DB) statement { return post(db).SelectRaw("likes + ? AS more", 1).OrderByDesc("more") },
			`SELECT likes + $1 AS "more" FROM "posts" ORDER BY "more" DESC`,
			"SELECT likes + ? AS `more` FROM `posts` ORDER BY `more` DESC",
			`SELECT likes + ? AS "more" FROM "posts" ORDER BY "more" DESC`,
			args(1)},
		{"group by and having", func(db *lucid.DB) statement {
			return post(db).Select("user_id").SelectRaw("SUM(likes + ?) AS total", 1).GroupBy("user_id").Having("total", ">", 2).HavingRaw("COUNT(*) < ?", 3).OrderBy("total")
		},
			`SELECT "posts"."user_id", SUM(likes + $1) AS "total" FROM "posts" GROUP BY "posts"."user_id" HAVING (SUM(likes + $2)) > $3 AND (COUNT(*) < $4) ORDER BY "total" ASC`,
			"SELECT `posts`.`user_id`, SUM(likes + ?) AS `total` FROM `posts` GROUP BY `posts`.`user_id` HAVING (SUM(likes + ?)) > ? AND (COUNT(*) < ?) ORDER BY `total` ASC",
			`SELECT "posts"."user_id", SUM(likes + ?) AS "total" FROM "posts" GROUP BY "posts"."user_id" HAVING (SUM(likes + ?)) > ? AND (COUNT(*) < ?) ORDER BY "total" ASC`,
			args(1, 1, 2, 3)},
		{"limit", func(db *lucid.DB) statement { return one(db).Limit(3) },
			`SELECT "posts"."id" FROM "posts" LIMIT $1`,
			"SELECT `posts`.`id` FROM `posts` LIMIT ?",
			`SELECT "posts"."id" FROM "posts" LIMIT ?`,
			args(3)},
		{"limit 0", func(db *lucid.DB) statement { return one(db).Limit(0) },
			`SELECT "posts"."id" FROM "posts" LIMIT $1`,
			"SELECT `posts`.`id` FROM `posts` LIMIT ?",
			`SELECT "posts"."id" FROM "posts" LIMIT ?`,
			args(0)},
		{"limit and offset", func(db *lucid.DB) statement { return one(db).Where("id", ">", 1).Limit(3).Offset(4) },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" > $1 LIMIT $2 OFFSET $3`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` > ? LIMIT ? OFFSET ?",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" > ? LIMIT ? OFFSET ?`,
			args(1, 3, 4)},
		{"offset alone", func(db *lucid.DB) statement { return one(db).Offset(4) },
			`SELECT "posts"."id" FROM "posts" OFFSET $1`,
			"SELECT `posts`.`id` FROM `posts` LIMIT ? OFFSET ?",
			`SELECT "posts"."id" FROM "posts" LIMIT ? OFFSET ?`,
			perDialect{[]any{4}, []any{math.MaxInt64, 4}, []any{math.MaxInt64, 4}}},
		{"for update", func(db *lucid.DB) statement { return one(db).ForUpdate() },
			`SELECT "posts"."id" FROM "posts" FOR UPDATE`,
			"SELECT `posts`.`id` FROM `posts` FOR UPDATE",
			`SELECT "posts"."id" FROM "posts"`,
			args()},
		{"for share", func(db *lucid.DB) statement { return one(db).ForShare() },
			`SELECT "posts"."id" FROM "posts" FOR SHARE`,
			"SELECT `posts`.`id` FROM `posts` FOR SHARE",
			`SELECT "posts"."id" FROM "posts"`,
			args()},
		{"for update skip locked", func(db *lucid.DB) statement { return one(db).Where("id", 1).Limit(2).ForUpdate().SkipLocked() },
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = $1 LIMIT $2 FOR UPDATE SKIP LOCKED`,
			"SELECT `posts`.`id` FROM `posts` WHERE `posts`.`id` = ? LIMIT ? FOR UPDATE SKIP LOCKED",
			`SELECT "posts"."id" FROM "posts" WHERE "posts"."id" = ? LIMIT ?`,
			args(1, 2)},
		{"for share no wait", func(db *lucid.DB) statement { return one(db).ForShare().NoWait() },
			`SELECT "posts"."id" FROM "posts" FOR SHARE NOWAIT`,
			"SELECT `posts`.`id` FROM `posts` FOR SHARE NOWAIT",
			`SELECT "posts"."id" FROM "posts"`,
			args()},
		{"lock with a join", func(db *lucid.DB) statement { return one(db).LeftJoin("users", "users.id = posts.user_id").ForUpdate() },
			`SELECT "posts"."id" FROM "posts" LEFT JOIN "users" ON "users"."id" = "posts"."user_id" FOR UPDATE OF "posts"`,
			"SELECT `posts`.`id` FROM `posts` LEFT JOIN `users` ON `users`.`id` = `posts`.`user_id` FOR UPDATE",
			`SELECT "posts"."id" FROM "posts" LEFT JOIN "users" ON "users"."id" = "posts"."user_id"`,
			args()},
		{"comment", func(db *lucid.DB) statement { return one(db).Comment("why? */ $1 /* -- `x`") },
			"/* why  * / $1 / * -- `x` */ SELECT \"posts\".\"id\" FROM \"posts\"",
			"/* why  * / $1 / * -- `x` */ SELECT `posts`.`id` FROM `posts`",
			"/* why  * / $1 / * -- `x` */ SELECT \"posts\".\"id\" FROM \"posts\"",
			args()},
		{"everything", func(db *lucid.DB) statement {
			return post(db).Comment("all").Select("user_id").SelectRaw("COUNT(*) + ? AS n", 1).Distinct().Join("users", "users.id = posts.user_id").JoinRaw("JOIN countries c ON c.id = ?", 2).Where("likes", 3).WhereIn("user_id", lucid.From[app.User](db).Select("id").Where("id", 4)).GroupBy("user_id").Having("n", ">", 5).OrderByRaw("COUNT(*) + ?", 6).Limit(7).Offset(8)
		},
			`/* all */ SELECT DISTINCT "posts"."user_id", COUNT(*) + $1 AS "n" FROM "posts" INNER JOIN "users" ON "users"."id" = "posts"."user_id" JOIN countries c ON c.id = $2 WHERE "posts"."likes" = $3 AND "posts"."user_id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."id" = $4) GROUP BY "posts"."user_id" HAVING (COUNT(*) + $5) > $6 ORDER BY COUNT(*) + $7 LIMIT $8 OFFSET $9`,
			"/* all */ SELECT DISTINCT `posts`.`user_id`, COUNT(*) + ? AS `n` FROM `posts` INNER JOIN `users` ON `users`.`id` = `posts`.`user_id` JOIN countries c ON c.id = ? WHERE `posts`.`likes` = ? AND `posts`.`user_id` IN (SELECT `users_2`.`id` FROM `users` AS `users_2` WHERE `users_2`.`id` = ?) GROUP BY `posts`.`user_id` HAVING (COUNT(*) + ?) > ? ORDER BY COUNT(*) + ? LIMIT ? OFFSET ?",
			`/* all */ SELECT DISTINCT "posts"."user_id", COUNT(*) + ? AS "n" FROM "posts" INNER JOIN "users" ON "users"."id" = "posts"."user_id" JOIN countries c ON c.id = ? WHERE "posts"."likes" = ? AND "posts"."user_id" IN (SELECT "users_2"."id" FROM "users" AS "users_2" WHERE "users_2"."id" = ?) GROUP BY "posts"."user_id" HAVING (COUNT(*) + ?) > ? ORDER BY COUNT(*) + ? LIMIT ? OFFSET ?`,
			args(1, 2, 3, 4, 1, 5, 6, 7, 8)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for i, dialect := range []lucid.Dialect{lucid.PostgreSQL, lucid.MySQL, lucid.SQLite} {
				text, args, err := tc.query(testdb.Offline(t, dialect)).SQL()
				require.NoError(t, err, dialect)
				assert.Equal(t, []string{tc.postgres, tc.my, tc.sqlite}[i], text, dialect)
				assert.Equal(t, append([]any{}, tc.args[i]...), append([]any{}, args...), dialect)
			}
		})
	}
}

// TestSQLIsWhatIsSent: SQL shows the statement of All, which the hooks see too.
func TestSQLIsWhatIsSent(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		q := lucid.From[app.Post](db).WhereIn("id", []int{1, 2}).Where("created_at", "<", app.Day(5)).Limit(3).Comment("why?")
		text, args, err := q.SQL()
		require.NoError(t, err)
		assert.Empty(t, db.Sent.Paths(), "SQL sends nothing")
		_, err = q.All(t.Context())
		require.NoError(t, err)
		assert.Equal(t, text, db.Sent.Last().SQL)
		assert.Equal(t, args, db.Sent.Last().Args)
	})
}

// TestSQLOfRelation: the conditions of a relation's query are bracketed apart from the relation's own.
func TestSQLOfRelation(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ann, err := lucid.From[app.User](db).Find(t.Context(), 1)
		require.NoError(t, err)
		text, args, err := app.UserPosts.Query(db, ann).Select("id").Where("likes", 1).OrWhere("likes", 2).SQL()
		require.NoError(t, err)
		assert.Equal(t, map[lucid.Dialect]string{
			lucid.PostgreSQL: `SELECT "posts"."id" FROM "posts" WHERE ("posts"."likes" = $1 OR "posts"."likes" = $2) AND "posts"."user_id" = $3`,
			lucid.MySQL:      "SELECT `posts`.`id` FROM `posts` WHERE (`posts`.`likes` = ? OR `posts`.`likes` = ?) AND `posts`.`user_id` = ?",
			lucid.SQLite:     `SELECT "posts"."id" FROM "posts" WHERE ("posts"."likes" = ? OR "posts"."likes" = ?) AND "posts"."user_id" = ?`,
		}[db.Dialect], text)
		assert.Equal(t, []any{1, 2, int64(1)}, args)
	})
}

// TestLocks: each lock is one that the database at hand takes; MariaDB has a word of its own for shared ones.
func TestLocks(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		version := "SQLite"
		if db.Dialect != lucid.SQLite {
			got, err := lucid.Pluck[string](t.Context(), lucid.From[app.User](db).SelectRaw("version() AS v").Limit(1), "v")
			require.NoError(t, err)
			version = got[0]
		}
		require.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
			for name, lock := range map[string]func(q app.PostQuery) app.PostQuery{
				"FOR UPDATE":             func(q app.PostQuery) app.PostQuery { return q.ForUpdate() },
				"FOR UPDATE SKIP LOCKED": func(q app.PostQuery) app.PostQuery { return q.ForUpdate().SkipLocked() },
				"FOR UPDATE NOWAIT":      func(q app.PostQuery) app.PostQuery { return q.NoWait().ForUpdate() },
				"FOR SHARE":              func(q app.PostQuery) app.PostQuery { return q.ForShare() },
				"FOR SHARE SKIP LOCKED":  func(q app.PostQuery) app.PostQuery { return q.ForShare().SkipLocked() },
				"FOR SHARE OF a join":    func(q app.PostQuery) app.PostQuery { return q.ForShare().LeftJoin("users", "users.id = posts.user_id") },
			} {
				posts, err := lock(lucid.From[app.Post](tx)).OrderBy("id").All(t.Context())
				require.NoError(t, err, name)
				assert.Len(t, posts, 6, name)
				text := db.Sent.Last().SQL
				switch {
				case db.Dialect == lucid.SQLite:
					assert.True(t, strings.HasSuffix(text, " ASC"), text)
				case strings.Contains(version, "MariaDB"):
					assert.Contains(t, text, strings.Replace(strings.TrimSuffix(name, " OF a join"), "FOR SHARE", "LOCK IN SHARE MODE", 1))
				default:
					assert.Contains(t, text, strings.TrimSuffix(name, " OF a join"))
				}
			}
			return nil
		}))
	})
}

// TestLockInSchema: a table that is named with its schema is locked by its own name.
func TestLockInSchema(t *testing.T) {
	text, _, err := lucid.From[drawer](testdb.Offline(t, lucid.PostgreSQL)).Select("id").Join("users", "users.id = user_id").ForUpdate().SQL()
	require.NoError(t, err)
	assert.Equal(t, `SELECT "pg_temp"."drawers"."id" FROM "pg_temp"."drawers" INNER JOIN "users" ON "users"."id" = "pg_temp"."drawers"."user_id" FOR UPDATE OF "drawers"`, text)
	app.Each(t, func(t *testing.T, db *app.DB) {
		if db.Dialect != lucid.PostgreSQL {
			return // only it has this schema, where temporary tables are
		}
		require.NoError(t, db.Transaction(t.Context(), func(tx *lucid.Tx) error {
			for _, text := range []string{"CREATE TEMPORARY TABLE drawers (id BIGINT, user_id BIGINT)", "INSERT INTO drawers VALUES (1, 2), (2, 99)"} {
				if _, err := tx.Exec(t.Context(), text); err != nil {
					return err
				}
			}
			found, err := lucid.From[drawer](tx).Join("users", "users.id = user_id").ForUpdate().All(t.Context())
			assert.Len(t, found, 1)
			return err
		}))
	})
}

type drawer struct {
	lucid.Model
	ID     int64
	UserID int64
}

func (drawer) TableName() string { return "pg_temp.drawers" }

// hostile has names that quoting, placeholders and templates could trip over.
type hostile struct {
	lucid.Model
	ID   int64
	Name string "db:\"we$0ird\\\"$?`\""
	Size int64  "db:\"$1 size -- ' /* ?? \\\\\""
}

const (
	hostileTable = "we$0ird\"$?`s"
	hostileName  = "we$0ird\"$?`"
	hostileSize  = "$1 size -- ' /* ?? \\"
)

func (hostile) TableName() string { return hostileTable }

// quoteFor quotes a name for a dialect.
func quoteFor(d lucid.Dialect, name string) string {
	q := `"`
	if d == lucid.MySQL {
		q = "`"
	}
	return q + strings.ReplaceAll(name, q, q+q) + q
}

func TestHostileNamesAreQuoted(t *testing.T) {
	for dialect, want := range map[lucid.Dialect]string{
		lucid.PostgreSQL: `SELECT "we$0ird""$?` + "`" + `s"."we$0ird""$?` + "`" + `" FROM "we$0ird""$?` + "`" + `s" WHERE "we$0ird""$?` + "`" + `s"."$1 size -- ' /* ?? \" = $1`,
		lucid.SQLite:     `SELECT "we$0ird""$?` + "`" + `s"."we$0ird""$?` + "`" + `" FROM "we$0ird""$?` + "`" + `s" WHERE "we$0ird""$?` + "`" + `s"."$1 size -- ' /* ?? \" = ?`,
		lucid.MySQL:      "SELECT `we$0ird\"$?``s`.`we$0ird\"$?``` FROM `we$0ird\"$?``s` WHERE `we$0ird\"$?``s`.`$1 size -- ' /* ?? \\` = ?",
	} {
		text, _, err := lucid.From[hostile](testdb.Offline(t, dialect)).Select(hostileName).Where(hostileSize, 1).SQL()
		require.NoError(t, err)
		assert.Equal(t, want, text)
	}
}

// TestHostileNames runs every method that takes a column on names that no one should give one.
func TestHostileNames(t *testing.T) {
	nameCol := lucid.Column(func(h *hostile) *string { return &h.Name })
	type rows = *lucid.Query[hostile]
	app.Each(t, func(t *testing.T, db *app.DB) {
		quoted := func(name string) string { return quoteFor(db.Dialect, name) }
		testdb.ExecAll(t, db.DB, "CREATE TABLE "+quoted(hostileTable)+" (id {id}, "+quoted(hostileName)+" {text} NOT NULL, "+quoted(hostileSize)+" INTEGER NOT NULL)")
		for i, name := range []string{"$0", "?", "'"} {
			_, err := db.Exec(t.Context(), "INSERT INTO "+quoted(hostileTable)+" VALUES (?, ?, ?)", i+1, name, (i+1)*10)
			require.NoError(t, err)
		}
		for name, tc := range map[string]struct {
			scope func(q rows)
			want  []int64
		}{
			"all":              {func(rows) {}, []int64{1, 2, 3}},
			"Select":           {func(q rows) { q.Select(hostileName, "id", hostileSize) }, []int64{1, 2, 3}},
			"Where":            {func(q rows) { q.Where(hostileName, "?") }, []int64{2}},
			"Where with table": {func(q rows) { q.Where(hostileTable+"."+hostileName, "$0") }, []int64{1}},
			"WhereIn":          {func(q rows) { q.WhereIn(hostileName, []string{"?", "'"}) }, []int64{2, 3}},
			"WhereIn query": {func(q rows) {
				q.WhereIn(hostileName, lucid.From[hostile](db).Select(hostileName).Where(hostileSize, ">", 10))
			}, []int64{2, 3}},
			"WhereBetween":    {func(q rows) { q.WhereBetween(hostileSize, 10, 20) }, []int64{1, 2}},
			"WhereLike":       {func(q rows) { q.WhereLike(hostileName, "$%").OrWhereILike(hostileName, "'") }, []int64{1, 3}},
			"WhereNull":       {func(q rows) { q.WhereNull(hostileName).OrWhereNotNull(hostileSize) }, []int64{1, 2, 3}},
			"WhereColumn":     {func(q rows) { q.WhereColumn(hostileSize, "=", hostileTable+"."+hostileSize) }, []int64{1, 2, 3}},
			"WhereExists":     {func(q rows) { q.WhereExists(lucid.From[app.User](db).WhereColumn("users.id", "=", hostileTable+".id")) }, []int64{1, 2, 3}},
			"typed":           {func(q rows) { q.Filter(lucid.Or(nameCol.Eq("?"), nameCol.In("'"))) }, []int64{2, 3}},
			"OrderBy":         {func(q rows) { q.OrderByDesc(hostileSize).OrderBy(hostileName) }, []int64{3, 2, 1}},
			"GroupBy, Having": {func(q rows) { q.GroupBy("id", hostileName, hostileSize).Having(hostileSize, ">", 10).OrderBy("id") }, []int64{2, 3}},
			"Distinct":        {func(q rows) { q.Distinct().OrderBy("id") }, []int64{1, 2, 3}},
			"JoinRaw": {func(q rows) {
				q.JoinRaw("JOIN users u ON u.id = ?", 1).Where("u.email", "ann@example.com").OrderBy("id")
			}, []int64{1, 2, 3}},
			"raw":     {func(q rows) { q.WhereRaw("'$0 $1 $? ${x} $$' <> ? /* $0 $? */ AND id = ?", "$0", 2) }, []int64{2}},
			"comment": {func(q rows) { q.Comment("$0 $1 $? ${x} $$ ?").Where(hostileSize, 10) }, []int64{1}},
		} {
			found, err := lucid.From[hostile](db).Apply(tc.scope).All(t.Context())
			if assert.NoError(t, err, name) {
				got := app.IDs(found, func(h *hostile) int64 { return h.ID })
				if name != "OrderBy" {
					got = app.SortedIDs(got)
				}
				assert.Equal(t, tc.want, got, name)
			}
		}

		q := lucid.From[hostile](db).OrderBy("id")
		names, err := lucid.Pluck[string](t.Context(), q, hostileName)
		require.NoError(t, err)
		assert.Equal(t, []string{"$0", "?", "'"}, names)
		sum, err := q.Sum(t.Context(), hostileSize)
		require.NoError(t, err)
		assert.Equal(t, int64(60), sum)
		least, err := q.Min(t.Context(), hostileName)
		require.NoError(t, err)
		assert.NotNil(t, least)
		row, err := q.FindBy(t.Context(), hostileName, "'")
		require.NoError(t, err)
		assert.Equal(t, int64(30), row.Size)
		n, err := lucid.From[hostile](db).Select(hostileName).Distinct().Count(t.Context())
		require.NoError(t, err)
		assert.Equal(t, int64(3), n)
		plan, err := q.Explain(t.Context())
		require.NoError(t, err)
		assert.NotEmpty(t, plan)
	})
}

// TestJoinTakesPlainNames: a name that Join cannot read is refused, and never becomes SQL.
func TestJoinTakesPlainNames(t *testing.T) {
	for _, join := range [][2]string{
		{hostileTable, "a.x = b.y"}, {"users; DROP TABLE users", "users.id = posts.user_id"}, {"", "users.id = posts.user_id"},
		{"users", "1 = 1 OR users.id = posts.user_id"}, {"users", "users.id = 1)"}, {"users", "users.id = posts.user_id OR 1 = 1"}, {"users", ""},
	} {
		_, _, err := one(testdb.Offline(t, lucid.SQLite)).Join(join[0], join[1]).SQL()
		assert.ErrorContains(t, err, "lucid: Post: Join", join)
		assert.ErrorContains(t, err, "JoinRaw", join)
	}
}
