package lucid

import (
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/gobuffalo/flect"
)

// snake is a Go name as a column: UserID is user_id, HTTPLog is http_log.
func snake(name string) string { return flect.Underscore(name) }

// plural is a Go type's name as a table: UserProfile is user_profiles, Person is people.
func plural(name string) string { return flect.Pluralize(snake(name)) }

// pluralName is a Go type's name in the plural: Post is Posts.
func pluralName(name string) string { return flect.Pluralize(name) }

// joinNames is the default pivot table of two models: singular, snake_case, in alphabetical order.
func joinNames(a, b string) string {
	a, b = snake(a), snake(b)
	if b < a {
		a, b = b, a
	}
	return a + "_" + b
}

// nearest returns the candidate that is most like name; "" if none comes close.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/2+2
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// didYouMean returns the end of an error about an unknown name: the nearest candidate, or all candidates.
func didYouMean(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return `: did you mean "` + near + `"?`
	}
	if len(candidates) == 0 {
		return ""
	}
	return ": there are " + strings.Join(candidates, ", ")
}
