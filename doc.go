// Package lucid reads and writes Go structs and the relations between them. It works with PostgreSQL, MySQL,
// MariaDB and SQLite.
//
// A model is a struct that embeds [Model]. A relation is a value that you declare once, such as a [HasMany]. A
// [Query] reads models. Every relation that it preloads costs one statement, not one statement per row.
//
// A [DB] and the declared relations are safe for concurrent use. A [Query] and a [Tx] serve one goroutine at a time.
//
// Many types here are aliases: Query[Post] is QueryOf[*Post]. The methods are on the type whose name ends in Of,
// such as [QueryOf] and [HasManyOf]. Write the short name, read the long one.
//
// # Connecting
//
// [Open] connects by URL and chooses careful settings:
//
//	db, err := lucid.Open(ctx, "postgres://app@localhost/shop") // mysql://…, sqlite:file.db, sqlite::memory:
//
// [NewPgx] takes a pgx pool, [NewSQL] takes a database/sql handle. [WithLogger] and [WithQueryHook] show every
// statement. [DB.Exec] runs SQL with ? placeholders on every database.
//
// # Models
//
// A field is a column. The column's name is the field's name in snake_case. The table's name is the plural of the
// type's name, unless the model has a method TableName() string:
//
//	type User struct {
//		lucid.Model
//		ID        int64  // a field named ID is the primary key if no field is tagged pk
//		Email     string `db:"email_address"`
//		CountryID *int64 // nullable
//
//		Country *Country // holds a related row; never a column
//		Posts   []*Post
//	}
//
// The tag is db:"name,option,…". The option pk makes a column the primary key. Two fields tagged pk make a composite
// primary key; its value is a [Key]. The tag db:"-" leaves a field out. A field tagged extra has no column: a query
// fills it if the query selects a value of that name. [Extra] reads everything else that a query selects.
//
// # Relations
//
// The parent and the related model are type parameters. So a relation of another model does not compile:
//
//	var UserPosts = &lucid.HasMany[User, Post]{
//		Field: func(u *User) *[]*Post { return &u.Posts },
//	}
//
//	func init() { lucid.Register[User](UserPosts) }
//
// The kinds are [HasOne], [HasMany], [BelongsTo], [ManyToMany], [HasManyThrough] and [HasOneThrough]. Keys have
// default names. An option such as ForeignKey names another key: a [Column], or [Columns] for a composite key.
// [Register] checks every key. If anything is wrong, it panics once and lists all mistakes. A relation without a
// Field keeps its rows inside the model; its Get reads them.
//
// # Queries
//
// [From] starts a query, and chained calls shape it. A finishing call sends the query and does not change it:
//
//		posts, err := lucid.From[Post](db).
//			Where("published", true).
//			Filter(PostLikes.Gt(10)).
//			OrderByDesc("id").
//			Limit(20).
//			All(ctx)
//
//	  - Conditions: [QueryOf.Where] takes names, which the finishing call checks against the model. [QueryOf.Filter]
//	    takes typed conditions, which the compiler checks.
//	  - SQL: lucid always binds values and never writes them into the SQL. Only [QueryOf.WhereRaw] and the other
//	    methods with Raw in their names take SQL.
//	  - Scopes: a scope is a function on a query. [QueryOf.Apply] runs it.
//	  - Rows: [QueryOf.All], [QueryOf.First] and [QueryOf.Find] read rows. [QueryOf.Each] reads them one by one.
//	  - Values: [Pluck] reads one column. [QueryOf.Count], [QueryOf.Sum] and others compute one value.
//	  - Pages: [QueryOf.Paginate] reads a page by its number. [QueryOf.CursorPaginate] reads the page after a row.
//	  - Changes: [QueryOf.Update], [QueryOf.Increment] and [QueryOf.Delete] change all matching rows in one statement.
//	  - [QueryOf.SQL] returns the statement without sending it.
//
// # Preloading
//
// [QueryOf.Preload] loads relations of the rows that a query finds. With gives a relation scopes. Preload nests:
//
//	users, err := lucid.From[User](db).
//		Preload(UserCountry, UserPosts.With(Published).Preload(PostComments)).
//		All(ctx)
//
// [QueryOf.GroupLimit] in a scope keeps the first rows of each parent. [Load], [LoadMissing] and a relation's own
// Load eager load relations of rows that you have already read. A relation's Query reads the related rows of some
// parents and does not load them into the parents.
//
// If the slice of a relation is nil, the relation is not loaded. If it is empty, the relation is loaded and has no
// rows. For a pointer, ask the relation's Loaded.
//
// # Filters and counts
//
// [QueryOf.Has] and [QueryOf.DoesntHave] keep rows by their related rows. [QueryOf.WithCount] and
// [QueryOf.WithAggregate] compute values over related rows. All of them are subqueries of the same statement:
//
//	users, err := lucid.From[User](db).
//		Has(UserPosts.With(Published), lucid.Count(">", 2)).
//		WithCount(UserPosts).
//		All(ctx)
//	n, err := lucid.Extra[int64](users[0], "posts_count")
//
// # Writing
//
// [Create] inserts rows and fills what the database generates. [Save] inserts a new row, or updates the columns that
// changed since the row was read. [Delete] deletes a row. [FirstOrCreate], [UpdateOrCreate] and their forms for many
// rows look for a row before they insert one. [Upsert] inserts or updates in one statement. A relation writes rows
// and sets their keys:
//
//	err := UserPosts.Create(ctx, db, user, &Post{Title: "Hello"})
//	expert := lucid.Pivot{ID: 3, Values: lucid.Values{"proficiency": "expert"}}
//	result, err := UserSkills.Sync(ctx, db, user, 1, 2, expert)
//
// If a write takes several statements, they are one transaction. If the write fails, or its transaction is rolled
// back later, the rows in memory are as they were before it.
//
// Options in a column's tag add behavior: autocreate and autoupdate set times, version refuses to update a row that
// another write has changed, and softdelete hides a row instead of deleting it. Hooks such as BeforeSave run around
// writes: see [BeforeSaver].
//
// # Transactions
//
// [DB.Transaction] runs a function in a transaction. It commits if the function returns nil. It rolls back if the
// function returns an error or panics. [Tx.Transaction] is a savepoint inside a transaction. A [*Tx] goes wherever a
// [*DB] goes: both are an [Executor].
//
// # Errors
//
// If a chain has a mistake, the finishing call returns the first one and sends nothing. Messages name the model, the
// relation and the column. errors.Is matches the kinds: [ErrNotFound], [ErrMultiple], [ErrNotLoaded],
// [ErrMissingKey], [ErrUnknownColumn] and others. A violated constraint is a [*ConstraintError]. Errors wrap the
// driver's error and the context's error.
//
// # Not built yet
//
// [Verify] returns an error that says so. [Relations] and [Diagram] return nothing.
package lucid
