package write_test

import (
	"context"
	"errors"
	"testing"

	"github.com/lucid-go/lucid"
	"github.com/lucid-go/lucid/internal/testdb"
	"github.com/lucid-go/lucid/internal/tests/app"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Author and Article are users and posts whose AfterFind writes down what it saw.
type Author struct {
	lucid.Model
	ID    int64
	Email string

	Articles []*Article

	calls int
	saw   found
}

type Article struct {
	lucid.Model
	ID     int64
	UserID int64
	Title  string

	Author *Author

	calls int
	saw   found
}

// found is what AfterFind saw of its row.
type found struct {
	related  int // rows that were there already
	comments int64
	ex       lucid.Executor
}

var (
	AuthorArticles = &lucid.HasMany[Author, Article]{Field: func(a *Author) *[]*Article { return &a.Articles }, ForeignKey: lucid.Column(func(a *Article) *int64 { return &a.UserID })}
	ArticleAuthor  = &lucid.BelongsTo[Article, Author]{Field: func(a *Article) **Author { return &a.Author }, ForeignKey: lucid.Column(func(a *Article) *int64 { return &a.UserID })}

	_ lucid.AfterFinder = (*Author)(nil)
	_ lucid.AfterFinder = (*Article)(nil)
)

func init() {
	lucid.Register[Author](AuthorArticles)
	lucid.Register[Article](ArticleAuthor)
}

func (*Author) TableName() string  { return "users" }
func (*Article) TableName() string { return "posts" }

// errStop is what a hook fails with.
var errStop = errors.New("stop here")

type findKey struct{}

func (a *Author) AfterFind(ctx context.Context, ex lucid.Executor) error {
	a.calls++
	a.saw = found{related: len(a.Articles), ex: ex}
	if ctx.Value(findKey{}) == a.ID {
		return errStop
	}
	return nil
}

// AfterFind sends a statement of its own.
func (a *Article) AfterFind(ctx context.Context, ex lucid.Executor) error {
	n, err := lucid.From[app.Comment](ex).Where("post_id", a.ID).Count(ctx)
	a.calls++
	a.saw = found{comments: n, ex: ex}
	if a.Author != nil {
		a.saw.related = 1
	}
	return err
}

func TestAfterFind(t *testing.T) {
	one := func(a *Article, err error) ([]*Article, error) { return []*Article{a}, err }
	tests := []struct {
		name string
		find func(ctx context.Context, ex lucid.Executor) ([]*Article, error)
		want int
	}{
		{"All", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return lucid.From[Article](ex).All(ctx)
		}, 6},
		{"First", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return one(lucid.From[Article](ex).First(ctx))
		}, 1},
		{"Find", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return one(lucid.From[Article](ex).Find(ctx, 1))
		}, 1},
		{"FindBy", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return one(lucid.From[Article](ex).FindBy(ctx, "title", "alpha"))
		}, 1},
		{"FindMany", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return lucid.From[Article](ex).FindMany(ctx, 3, 1, 2)
		}, 3},
		{"Sole", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			return one(lucid.From[Article](ex).Where("id", 1).Sole(ctx))
		}, 1},
		{"Each", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			var out []*Article
			for a, err := range lucid.From[Article](ex).Each(ctx) {
				if err != nil {
					return nil, err
				}
				out = append(out, a)
			}
			return out, nil
		}, 6},
		{"Preload", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			authors, err := lucid.From[Author](ex).Preload(AuthorArticles).All(ctx)
			var out []*Article
			for _, a := range authors {
				out = append(out, a.Articles...)
			}
			return out, err
		}, 6},
		{"Load", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			author, err := lucid.From[Author](ex).Find(ctx, 1)
			if err == nil {
				err = AuthorArticles.Load(ctx, ex, author)
			}
			return author.Articles, err
		}, 3},
		{"Query", func(ctx context.Context, ex lucid.Executor) ([]*Article, error) {
			author, err := lucid.From[Author](ex).Find(ctx, 1)
			if err != nil {
				return nil, err
			}
			return AuthorArticles.Query(ex, author).All(ctx)
		}, 3},
	}
	comments := map[int64]int64{1: 2, 2: 1, 4: 1}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB) // so a statement of the hook waits for ever if the result is still open
				check := func(ex lucid.Executor) {
					articles, err := test.find(t.Context(), ex)
					require.NoError(t, err)
					require.Len(t, articles, test.want)
					for _, a := range articles {
						assert.Equal(t, 1, a.calls, "once a row")
						assert.Equal(t, comments[a.ID], a.saw.comments)
						assert.Same(t, ex, a.saw.ex, "the executor of the query")
					}
				}
				check(one)
				require.NoError(t, one.Transaction(t.Context(), func(tx *lucid.Tx) error {
					check(tx)
					return tx.Transaction(t.Context(), func(tx *lucid.Tx) error { check(tx); return nil })
				}))
			})
		})
	}
}

func TestAfterFindRunsAfterPreloads(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		authors, err := lucid.From[Author](db).Preload(AuthorArticles.Preload(ArticleAuthor.Preload(AuthorArticles))).OrderBy("id").All(t.Context())
		require.NoError(t, err)
		for i, posts := range []int{3, 2, 1, 0} {
			author := authors[i]
			assert.Equal(t, 1, author.calls)
			assert.Equal(t, posts, author.saw.related, "a row's relations are there")
			for _, article := range author.Articles {
				assert.Equal(t, 1, article.calls)
				assert.Equal(t, 1, article.saw.related, "so are those of a preloaded row")
				assert.Equal(t, 1, article.Author.calls, "once a row, however many share it")
				assert.Equal(t, posts, article.Author.saw.related)
			}
		}
	})
}

// What reads no rows of the model finds none.
func TestAfterFindIsNotForNumbers(t *testing.T) {
	app.Each(t, func(t *testing.T, db *app.DB) {
		ctx := context.WithValue(t.Context(), findKey{}, int64(1))
		_, err := lucid.From[Author](db).All(ctx)
		require.ErrorIs(t, err, errStop, "the hook would fail")
		n, err := lucid.From[Author](db).Count(ctx)
		require.NoError(t, err)
		assert.EqualValues(t, 4, n)
		emails, err := lucid.Pluck[string](ctx, lucid.From[Author](db), "email")
		require.NoError(t, err)
		assert.Len(t, emails, 4)
		author := &Author{}
		found, err := lucid.From[Author](db).Where("id", ">", 1).All(ctx)
		require.NoError(t, err)
		*author = *found[0]
		require.NoError(t, AuthorArticles.Load(ctx, db, author))
		assert.Equal(t, 1, author.calls, "Load does not find its parents again")
	})
}

func TestAfterFindError(t *testing.T) {
	tests := []struct {
		name string
		find func(ctx context.Context, ex lucid.Executor) (int, error)
		rows int // that the caller gets all the same
	}{
		{"All", func(ctx context.Context, ex lucid.Executor) (int, error) {
			rows, err := lucid.From[Author](ex).All(ctx)
			return len(rows), err
		}, 0},
		{"First", func(ctx context.Context, ex lucid.Executor) (int, error) {
			row, err := lucid.From[Author](ex).Where("id", 2).First(ctx)
			if row != nil {
				return 1, err
			}
			return 0, err
		}, 0},
		{"Each", func(ctx context.Context, ex lucid.Executor) (int, error) {
			n := 0
			for _, err := range lucid.From[Author](ex).OrderBy("id").Each(ctx) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}, 0},
		{"Preload", func(ctx context.Context, ex lucid.Executor) (int, error) {
			rows, err := lucid.From[Article](ex).Preload(ArticleAuthor).All(ctx)
			return len(rows), err
		}, 0},
		{"Load", func(ctx context.Context, ex lucid.Executor) (int, error) {
			article := &Article{UserID: 2}
			err := ArticleAuthor.Load(ctx, ex, article)
			assert.NotErrorIs(t, err, lucid.ErrNotPersisted)
			if article.Author != nil || ArticleAuthor.Loaded(article) {
				return 1, err
			}
			return 0, err
		}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app.Each(t, func(t *testing.T, db *app.DB) {
				one := testdb.Single(t, db.DB)
				n, err := test.find(context.WithValue(t.Context(), findKey{}, int64(2)), one)
				require.ErrorIs(t, err, errStop)
				require.EqualError(t, err, "lucid: Author.AfterFind: stop here")
				assert.Equal(t, test.rows, n)
				app.RequireUsable(t, one)
			})
		})
	}
}

type hookWithoutExecutor struct {
	lucid.Model
	ID int64
}

func (*hookWithoutExecutor) AfterFind(context.Context) error { return nil }

type hookWithoutError struct {
	lucid.Model
	ID int64
}

func (*hookWithoutError) BeforeSave(context.Context, lucid.Executor) {}

type hookForDB struct {
	lucid.Model
	ID int64
}

func (hookForDB) AfterDelete(context.Context, *lucid.DB) error { return nil }

func TestHookOfAnotherSignature(t *testing.T) {
	t.Parallel()
	db := testdb.Memory(t)
	use := func(_ any, err error) error { return err }
	tests := []struct {
		register func()
		use      func() error
		want     string
	}{
		{
			func() { lucid.Register[hookWithoutExecutor]() },
			func() error { return use(lucid.From[hookWithoutExecutor](db).All(t.Context())) },
			"lucid: hookWithoutExecutor.AfterFind is a hook by its name, but it is func(*write_test.hookWithoutExecutor, context.Context) error: " +
				"declare it as AfterFind(ctx context.Context, ex lucid.Executor) error",
		},
		{
			func() { lucid.Register[hookWithoutError]() },
			func() error { return use(lucid.From[hookWithoutError](db).First(t.Context())) },
			"lucid: hookWithoutError.BeforeSave is a hook by its name, but it is func(*write_test.hookWithoutError, context.Context, lucid.Executor): " +
				"declare it as BeforeSave(ctx context.Context, ex lucid.Executor) error",
		},
		{
			func() { lucid.Register[hookForDB]() },
			func() error { return use(lucid.From[hookForDB](db).Count(t.Context())) },
			"lucid: hookForDB.AfterDelete is a hook by its name, but it is func(*write_test.hookForDB, context.Context, *lucid.DB) error: " +
				"declare it as AfterDelete(ctx context.Context, ex lucid.Executor) error",
		},
	}
	for _, test := range tests {
		require.EqualError(t, test.use(), test.want, "at first use")
		assert.Equal(t, test.want, app.Mistakes(test.register), "at Register")
	}
}
