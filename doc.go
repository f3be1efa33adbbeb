// Package lucid reads and writes Go structs and the relations between them, on PostgreSQL, MySQL or
// MariaDB, and SQLite.
//
// A model is a struct that embeds [Model]. A relation is a value that is declared once, such as a
// [HasMany]. A [Query] reads models, and every relation that it preloads costs one statement, not
// one for each row.
//
// A [DB] and the declared relations are safe for concurrent use. A [Query] and a [Tx] serve one
// goroutine at a time.
//
// # Connecting
//
// [Open] connects by URL and sets what a careful user would:
//
//	db, err := lucid.Open(ctx, "postgres://app@localhost/shop") // mysql://…, sqlite:file.db, sqlite::memory:
//
// [NewPgx] takes a pgx pool and [NewSQL] a database/sql handle. [WithLogger] and [WithQueryHook]
// show every statement. [DB.Exec] runs SQL with ? placeholders on every database.
//
// # Models
//
// Fields are columns, by their names in snake_case; the table is the plural of the type's name,
// unless the model has a method TableName() string:
//
//	type User struct {
//		lucid.Model
//		ID        int64  // a field named ID is the primary key where no field is tagged pk
//		Email     string `db:"email_address"`
//		CountryID *int64 // nullable
//
//		Country *Country // a home for related rows, never a column
//		Posts   []*Post
//	}
//
// The tag is db:"name,option,…"; pk makes a primary key, two of them a composite one, whose value is
// a [Key]; db:"-" leaves a field out. A field tagged extra has no column: it is filled by a query that
// selects its name. What else a query selects is read with [Extra].
//
// # Relations
//
// The parent and the related model are type parameters, so a relation used with another model does
// not compile:
//
//	var UserPosts = &lucid.HasMany[User, Post]{
//		Field: func(u *User) *[]*Post { return &u.Posts },
//	}
//
//	func init() { lucid.Register[User](UserPosts) }
//
// There are [HasOne], [HasMany], [BelongsTo], [ManyToMany], [HasManyThrough] and [HasOneThrough].
// Keys have defaults by name; an option such as ForeignKey takes a [Column], or [Columns] for a
// composite key. [Register] checks every key and panics once, listing all that is wrong. A relation
// without a Field keeps its rows inside the model, to be read with its Get.
//
// # Queries
//
// [From] starts a query, chained calls shape it, and a finishing call sends it and leaves it as it was:
//
//	posts, err := lucid.From[Post](db).
//		Where("published", true).
//		Filter(PostLikes.Gt(10)).
//		OrderByDesc("id").
//		Limit(20).
//		All(ctx)
//
// Names given to [Query.Where] are checked against the model when the query is finished; conditions
// given to [Query.Filter] are checked by the compiler. Values are always bound, never written into the
// SQL; [Query.WhereRaw] and its like are the only way to pass SQL. Scopes are plain functions on a query:
// [Query.Apply]. Rows come with [Query.All], [Query.First], [Query.Find] or, one after the other,
// [Query.Each]; single columns with [Pluck]; numbers with [Query.Count], [Query.Sum] and their like.
// [Query.SQL] shows the statement without sending it. [Query.Paginate] reads pages by number,
// [Query.CursorPaginate] by the row before. [Query.Update], [Query.Increment] and [Query.Delete] change all
// rows that match, in one statement.
//
// # Preloading
//
// [Query.Preload] loads relations of the rows found. With gives a relation scopes, Preload nests:
//
//	users, err := lucid.From[User](db).
//		Preload(UserCountry, UserPosts.With(Published).Preload(PostComments)).
//		All(ctx)
//
// [Query.GroupLimit] in a scope keeps the first rows of each parent. [Load] and [LoadMissing] do the
// same for rows that were read already, as does a relation's own Load. A relation's Query asks about the
// related rows of some parents without loading them.
//
// A nil slice was not loaded; an empty one was, and there is nothing. For a pointer ask the relation's
// Loaded.
//
// # Filters and counts
//
// [Query.Has] and [Query.DoesntHave] keep rows by their related rows, [Query.WithCount] and
// [Query.WithAggregate] compute over them, as subqueries of the same statement:
//
//	users, err := lucid.From[User](db).
//		Has(UserPosts.With(Published), lucid.Count(">", 2)).
//		WithCount(UserPosts).
//		All(ctx)
//	n, err := lucid.Extra[int64](users[0], "posts_count")
//
// # Writing
//
// [Create] inserts rows and fills what the database generates, [Save] writes what changed since a row was
// read, [Delete] deletes it. [FirstOrCreate], [UpdateOrCreate], their forms for many rows, and [Upsert] look
// before they insert. A relation writes with its key set:
//
//	err := UserPosts.Create(ctx, db, user, &Post{Title: "Hello"})
//	result, err := UserSkills.Sync(ctx, db, user, 1, 2, lucid.Pivot{ID: 3, Values: lucid.Values{"proficiency": "expert"}})
//
// What takes several statements is one transaction. Where a write fails, or its transaction is rolled back
// later, rows in memory are as they were before it. Options of a column say more: autocreate and
// autoupdate set times, version refuses an update of a row that another changed, softdelete hides
// rows instead of deleting them. Methods such as BeforeSave run around writes: [BeforeSaver].
//
// # Transactions
//
// [DB.Transaction] commits when its function returns nil and rolls back when it returns an error or
// panics; [Tx.Transaction] is a savepoint inside one. A [*Tx] goes wherever a [*DB] does: both are an
// [Executor].
//
// # Errors
//
// The first mistake in a chain is returned by its finishing call, and nothing is sent then. Messages
// name the model, the relation and the column. [ErrNotFound], [ErrMultiple], [ErrNotLoaded],
// [ErrMissingKey], [ErrUnknownColumn] and the other kinds match with errors.Is; a violated constraint is a
// [*ConstraintError]; the driver's own error and that of the context are wrapped.
//
// # Not built yet
//
// [Verify] answers with an error that says so; [Relations] and [Diagram] return nothing.
package lucid
