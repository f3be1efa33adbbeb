package lucid

// AsMySQL has a handle on MariaDB take it for MySQL, which returns nothing from an INSERT: the way that its
// rows are filled is tested where there is no MySQL.
func AsMySQL(db *DB) {
	facts := *mysql8
	facts.idStep = 1
	db.core.asked.Store(&facts)
}

// ShapesMade is how many statements were compiled for want of one of their shape.
func ShapesMade(db *DB) int64 { return db.core.recipes.made.Load() }

// AsJSON has a handle on SQLite send all keys as one JSON text that can be, few ones too.
func AsJSON(db *DB) {
	facts := *sqlite
	facts.fewKeys = 0
	db.core.asked.Store(&facts)
}
