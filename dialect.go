package lucid

// Dialect is the SQL that a database speaks, for [NewSQL]. The zero value is none.
type Dialect int

// These are the dialects.
const (
	PostgreSQL Dialect = iota + 1
	MySQL              // MySQL 8 and MariaDB
	SQLite
)

// String returns the dialect's name: "PostgreSQL", "MySQL" or "SQLite". For any other value it returns "unknown".
func (d Dialect) String() string {
	switch d {
	case PostgreSQL:
		return "PostgreSQL"
	case MySQL:
		return "MySQL"
	case SQLite:
		return "SQLite"
	}
	return "unknown"
}

// dialect is what the package has to know of a database, as data. The code asks for a fact, never for a name.
type dialect struct {
	kind             Dialect
	server           string // the name in errors
	quote            string // around identifiers; doubled inside them
	numbered         bool   // placeholders are $1, $2; else ?
	maxParams        int    // parameters of one statement
	maxTuples        int    // length of a list of composite keys; 0: as many as the parameters allow
	keys             keyForm
	nullsLast        bool   // ORDER BY x ASC puts NULL after the values
	limitInSub       bool   // a subquery of IN can have a LIMIT
	readOnlyTx       bool   // there are read-only transactions
	changesBlind     bool   // a statement cannot read the table that it changes
	offsetNeedsLimit bool   // there is no OFFSET without a LIMIT
	ilike            string // the operator of a case-insensitive LIKE; "": LOWER on both sides
	explain          string
	share            string // how a select locks for reading; "": selects take no locks
	lockOf           bool   // a lock can name the table it is for
	toFloat          string // what makes a number floating point; "": averages are floating point already
	textTimes        bool   // times are stored as text
	valuesIn         bool   // a list of composite keys is IN (VALUES (…), …)
	fillsAll         bool   // the driver reads uuids and named bytes by itself
	returning        bool   // an INSERT can return what it wrote; else its generated keys are a block of numbers
	idStep           int64  // the step between keys of such a block
	updateReturning  bool   // an UPDATE can return what it wrote
	defaultWord      string // a value of an INSERT that leaves a generated key to the database
	mixedDefaults    bool   // defaultWord may stand for any column, beside rows with values
	onConflict       bool   // ON CONFLICT (columns) DO …; else ON DUPLICATE KEY
	countsChanged    bool   // an UPDATE may count only rows whose values it changed, not all that it found
	countGroups      bool   // conditions on the number of related rows use groups: see counted
	readsLatest      bool   // a locking read also sees what others committed after it began, while it waited
	fewKeys          int    // up to this many keys are a list; more are one JSON text
	countsKeys       bool   // a group limit numbers keys and joins their rows: see joinCounted
	lockParent       string // the lock of a row that others may still refer to by foreign key
	quoting          quoting
}

// quoting is the syntax that can hide a ? in raw SQL, beyond the standard's quotes and comments.
type quoting struct {
	backslash bool // \' does not end a string
	eStrings  bool // nor does it in E'…'
	dollars   bool // $tag$ … $tag$ is a string
	hash      bool // # begins a comment
	dashSpace bool // -- begins one only before white space
	nested    bool // /* /* */ */ is one comment
}

// otherParams is how many parameters a statement may have in addition to its keys.
const otherParams = 1024

// listParams is how many parameters a list of keys may have.
func (d *dialect) listParams() int { return d.maxParams - otherParams }

// keyForm is the form in which a set of keys is sent.
type keyForm int

const (
	keyArray keyForm = iota + 1 // = ANY($1): one typed array
	keyJSON                     // IN (SELECT value FROM json_each(?)): one JSON text, if there are more than fewKeys
	keyList                     // IN (?, ?, …), its length rounded up so that few texts serve all lengths
)

var mysqlQuoting = quoting{backslash: true, hash: true, dashSpace: true}

var (
	postgres = &dialect{
		kind: PostgreSQL, server: "PostgreSQL", quote: `"`, numbered: true, maxParams: 65535, maxTuples: 4096,
		keys: keyArray, nullsLast: true, limitInSub: true, readOnlyTx: true, ilike: "ILIKE", explain: "EXPLAIN",
		share: "FOR SHARE", lockOf: true, lockParent: "FOR NO KEY UPDATE", countGroups: true,
		fillsAll: true, returning: true, updateReturning: true, defaultWord: "DEFAULT", mixedDefaults: true, onConflict: true,
		quoting: quoting{eStrings: true, dollars: true, nested: true},
	}
	mysql8 = &dialect{
		kind: MySQL, server: "MySQL", quote: "`", maxParams: 65535,
		keys: keyList, readsLatest: true, readOnlyTx: true, changesBlind: true, toFloat: "1E0 * ",
		offsetNeedsLimit: true, countsKeys: true, explain: "EXPLAIN", share: "FOR SHARE",
		defaultWord: "DEFAULT", mixedDefaults: true, countsChanged: true, quoting: mysqlQuoting,
	}
	mariadb = &dialect{
		kind: MySQL, server: "MariaDB", quote: "`", maxParams: 65535,
		keys: keyList, readsLatest: true, readOnlyTx: true, changesBlind: true, toFloat: "1E0 * ",
		offsetNeedsLimit: true, countsKeys: true, explain: "EXPLAIN", share: "LOCK IN SHARE MODE",
		countGroups: true, returning: true, defaultWord: "DEFAULT", mixedDefaults: true, countsChanged: true,
		quoting: mysqlQuoting,
	}
	sqlite = &dialect{
		kind: SQLite, server: "SQLite", quote: `"`, maxParams: 32766,
		keys: keyJSON, fewKeys: fewKeys, limitInSub: true, offsetNeedsLimit: true, countsKeys: true, ilike: "LIKE",
		explain: "EXPLAIN QUERY PLAN", textTimes: true, valuesIn: true,
		countGroups: true, returning: true, updateReturning: true, defaultWord: "NULL", onConflict: true,
	}
)

// fewKeys is how many keys are sent as a list on SQLite. Its planner sees the length of a list, and scans a table
// if most of its rows are wanted: 1,000 users with all 10,000 posts take 0.7 of the time. From some thousands of
// keys on, SQLite takes longer to read the text of a list that is not prepared yet than the list saves.
const fewKeys = 2048

// dialectOf returns the facts of a dialect before the server is asked; nil for an unknown dialect.
func dialectOf(d Dialect) *dialect {
	switch d {
	case PostgreSQL:
		return postgres
	case MySQL:
		return mysql8
	case SQLite:
		return sqlite
	}
	return nil
}
