package lucid

// AsMySQL has a handle on MariaDB take it for MySQL, which returns nothing from an INSERT: the way that its
// rows are filled is tested where there is no MySQL.
func AsMySQL(db *DB) {
	facts := *mysql8
	facts.idStep = 1
	db.core.asked.Store(&facts)
}
