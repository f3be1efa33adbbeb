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

// Prepared is how many statements a handle on database/sql keeps prepared.
func Prepared(db *DB) int {
	c := db.core.pool.(sqlPool).prepared
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for e := c.recent.Front(); e != nil; e = e.Next() {
		if e.Value.(*preparedStmt).stmt != nil {
			n++
		}
	}
	return n
}
