package lucid

import (
	"fmt"
	"strings"
	"time"
)

// timeText is the form of a stored time if the database stores times as text. It is UTC, so that texts compare as
// times do. CURRENT_TIMESTAMP has the same form.
const timeText = "2006-01-02 15:04:05.999999999"

// timeLayouts are the forms in which programs keep times as text.
var timeLayouts = []string{
	timeText, "2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano, "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02 15:04", "2006-01-02",
}

func parseTime(text string) (time.Time, error) {
	clean, _, _ := strings.Cut(text, " m=") // the monotonic clock of time.Time's String
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, clean); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

// timeOf returns a value as a time. ok is false if the value is NULL.
func timeOf(v any) (t time.Time, ok bool, err error) {
	switch v := v.(type) {
	case nil:
		return t, false, nil
	case time.Time:
		return v, true, nil
	case string:
		t, err = parseTime(v)
		return t, err == nil, err
	case []byte:
		t, err = parseTime(string(v))
		return t, err == nil, err
	}
	return t, false, fmt.Errorf("a %T is no time", v)
}

// converter is what a value of the result becomes as an extra; nil leaves it as it is.
type converter func(v any) (any, error)

// toUTC is a time in UTC, of a text that holds one too.
func toUTC(v any) (any, error) {
	t, ok, err := timeOf(v)
	if err != nil || !ok {
		return nil, err
	}
	return t.UTC(), nil
}
