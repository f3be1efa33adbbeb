package lucid

import (
	"context"
	"strconv"
	"strings"
)

// Raw SQL takes ? placeholders on every dialect. A ? inside quotes or a comment is text. ?? is a ? of the SQL
// itself, such as an operator of PostgreSQL.

// splitRaw cuts SQL at its placeholders.
func splitRaw(sql string, d *dialect) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(sql); {
		if n := quotedLen(sql, i, d); n > 0 {
			part.WriteString(sql[i : i+n])
			i += n
			continue
		}
		switch {
		case strings.HasPrefix(sql[i:], "??"):
			part.WriteByte('?')
			i += 2
		case sql[i] == '?':
			parts = append(parts, part.String())
			part.Reset()
			i++
		default:
			part.WriteByte(sql[i])
			i++
		}
	}
	return append(parts, part.String())
}

// quotedLen returns the length of the quoted text or comment that begins at sql[i]; 0 if none begins there.
func quotedLen(sql string, i int, d *dialect) int {
	rest := sql[i:]
	switch c := rest[0]; {
	case c == '\'':
		return stringLen(rest, c, d.quoting.backslash || d.quoting.eStrings && escapes(sql[:i]))
	case c == '"' || c == '`':
		return stringLen(rest, c, d.quoting.backslash && c == '"')
	case isLineComment(rest, d.quoting):
		return upTo(rest, 1, "\n")
	case strings.HasPrefix(rest, "/*"):
		return blockLen(rest, d.quoting.nested)
	case c == '$' && d.quoting.dollars && (i == 0 || !isTag("_"+sql[i-1:i])):
		if end := strings.IndexByte(rest[1:], '$'); end >= 0 && isTag(rest[1:1+end]) {
			return upTo(rest, end+2, rest[:end+2])
		}
	}
	return 0
}

// escapes reports whether a string that follows before has backslash escapes: E'…' on PostgreSQL.
func escapes(before string) bool {
	n := len(before)
	return n > 0 && (before[n-1] == 'E' || before[n-1] == 'e') && (n == 1 || !isTag(before[n-2:n-1]))
}

// isLineComment reports whether sql begins a comment to the end of the line.
func isLineComment(sql string, q quoting) bool {
	if !strings.HasPrefix(sql, "--") {
		return q.hash && sql[0] == '#'
	}
	return !q.dashSpace || len(sql) == 2 || sql[2] <= ' '
}

// blockLen returns the length of a comment in /* */. On some databases such comments nest.
func blockLen(sql string, nests bool) int {
	depth := 0
	for i := 0; i+1 < len(sql); i++ {
		switch {
		case sql[i] == '/' && sql[i+1] == '*' && (nests || depth == 0):
			depth++
			i++
		case sql[i] == '*' && sql[i+1] == '/':
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(sql)
}

// stringLen returns the length of a string literal. A doubled quote does not end it.
func stringLen(sql string, quote byte, backslash bool) int {
	for i := 1; i < len(sql); i++ {
		switch {
		case backslash && sql[i] == '\\':
			i++
		case sql[i] != quote:
		case i+1 < len(sql) && sql[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(sql)
}

// upTo returns the length up to the end of the first occurrence of end after from; else the length of sql.
func upTo(sql string, from int, end string) int {
	if i := strings.Index(sql[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(sql)
}

// isTag reports whether s can be between the dollars of a dollar quote.
func isTag(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return true
}

// rebind returns raw SQL with the dialect's placeholders.
func rebind(sql string, args []any, d *dialect) (string, error) {
	parts := splitRaw(sql, d)
	if len(parts)-1 != len(args) {
		return "", wrong(nil, "lucid: Exec: the SQL has %d placeholders and %d arguments are given", len(parts)-1, len(args))
	}
	if !d.numbered {
		return strings.Join(parts, "?"), nil
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String(), nil
}

// Exec runs SQL and returns the number of rows affected. It takes ? placeholders on every database; ?? is a literal
// ?. If the number of args does not fit the placeholders, it returns an error and sends nothing. A violated
// constraint is a *ConstraintError.
func (db *DB) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return db.execRaw(ctx, sql, args)
}

func (s *session) execRaw(ctx context.Context, sql string, args []any) (int64, error) {
	d, err := s.ready(ctx)
	if err != nil {
		return 0, err
	}
	text, err := rebind(sql, args, d)
	if err != nil {
		return 0, err
	}
	bare := make([]any, len(args))
	for i, arg := range args {
		if bare[i], err = plain(arg); err != nil {
			return 0, failed("exec", err)
		}
	}
	n, err := s.exec(ctx, &statement{path: "exec", sql: text, args: bare})
	return n, failed("exec", err)
}
