package sakila_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lucid-go/lucid"
)

// testCompositeKey reads rows by a primary key of two columns, in the order in which the model declares them.
// The relations that go by such keys are in testPreload and testGroupLimit.
func testCompositeKey(t *testing.T, db *database) {
	t.Run("Find", func(t *testing.T) { testCompositeFind(t, db) })
	t.Run("FindMany", func(t *testing.T) { testCompositeFindMany(t, db) })
	t.Run("FindMany of all", func(t *testing.T) { testCompositeFindAll(t, db) })
	t.Run("First", func(t *testing.T) { testCompositeFirst(t, db) })
}

func testCompositeFind(t *testing.T, db *database) {
	const actor, film = 1, 23
	assertTuples(t, db.tuples(t, "SELECT count(*) FROM film_actor WHERE actor_id = 1 AND film_id = 23"), [][]int64{{1}})
	credit, err := lucid.From[FilmActor](db).Preload(FilmActorFilm, FilmActorActor).Find(t.Context(), lucid.Key{actor, film})
	require.NoError(t, err)
	assert.Equal(t, []int64{actor, film}, credit.key())
	assert.Equal(t, int64(actor), credit.Actor.ID)
	assert.Equal(t, int64(film), credit.Film.ID)

	_, err = lucid.From[FilmActor](db).Find(t.Context(), lucid.Key{film, actor})
	require.ErrorIs(t, err, lucid.ErrNotFound)
	_, err = lucid.From[FilmActor](db).Find(t.Context(), actor)
	require.Error(t, err, "half a key")
	require.NotErrorIs(t, err, lucid.ErrNotFound)
}

func testCompositeFindMany(t *testing.T, db *database) {
	ctx, sent := recorded(t)
	credits, err := lucid.From[FilmActor](db).FindMany(ctx,
		lucid.Key{200, 993}, lucid.Key{1, 1}, lucid.Key{0, 0}, lucid.Key{int64(10), int32(1)}, lucid.Key{1, 23})
	require.NoError(t, err)
	assert.Equal(t, 1, sent.count(), sent)
	assert.Equal(t, [][]int64{{200, 993}, {1, 1}, {10, 1}, {1, 23}}, keys(credits))
}

// testCompositeFindAll asks for every row by its key, last one first.
func testCompositeFindAll(t *testing.T, db *database) {
	want := db.tuples(t, "SELECT actor_id, film_id FROM film_actor ORDER BY actor_id DESC, film_id DESC")
	ids := make([]any, len(want))
	for i, key := range want {
		ids[i] = lucid.Key{key[0], key[1]}
	}
	credits, err := lucid.From[FilmActor](db).FindMany(t.Context(), ids...)
	require.NoError(t, err)
	assertTuples(t, want, keys(credits))
}

func testCompositeFirst(t *testing.T, db *database) {
	credit, err := lucid.From[FilmActor](db).Where("actor_id", ">", 100).First(t.Context())
	require.NoError(t, err)
	want := db.tuples(t, "SELECT actor_id, film_id FROM film_actor WHERE actor_id > 100 ORDER BY actor_id, film_id LIMIT 1")
	assertTuples(t, want, [][]int64{credit.key()})
}
