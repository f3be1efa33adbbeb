package lucid

import (
	"context"
	"strconv"
	"strings"
)

// Raw SQL takes ? placeholders on every dialect. A ? inside quotes or a comment is text, and ?? is
// one ? of the SQL's own, such as an operator of PostgreSQL.

// splitRaw cuts SQL at its placeholders.
func splitRaw(sql string, d *dialect) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(sql); {
		if n := quotedLen(sql[i:], d); n > 0 {
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

// quotedLen is the length of the quoted text or comment that sql begins with, 0 where it begins with neither.
func quotedLen(sql string, d *dialect) int {
	switch c := sql[0]; {
	case c == '\'' || c == '"' || c == '`':
		return stringLen(sql, c, d.kind == MySQL && c != '`')
	case strings.HasPrefix(sql, "--"):
		return upTo(sql, 2, "\n")
	case strings.HasPrefix(sql, "/*"):
		return upTo(sql, 2, "*/")
	case c == '$' && d.kind == PostgreSQL:
		if end := strings.IndexByte(sql[1:], '$'); end >= 0 && isTag(sql[1:1+end]) {
			return upTo(sql, end+2, sql[:end+2])
		}
	}
	return 0
}

// stringLen is the length of a string literal; a doubled quote does not end it.
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

// upTo is the length up to and with the first end after from, else all of sql.
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

// rebind is raw SQL with the dialect's placeholders.
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

// Exec runs SQL with ? placeholders on every dialect and returns the rows affected; ?? is a literal
// ?. A number of arguments that does not fit is an error before anything is sent.
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
	n, err := s.exec(ctx, &statement{path: "exec", sql: text, args: args})
	return n, failed("exec", err)
}
