package lucid

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cursor is a place in an order: after the row with these values, or before it.
type cursor struct {
	back   bool
	values []any // nil: the beginning
}

// cursorJSON is the content of a cursor's text. Each value has its type, so that it comes back unchanged.
type cursorJSON struct {
	Back   bool         `json:"b,omitempty"`
	Values [][2]*string `json:"v"`
}

var (
	errCursorBroken = errors.New("the cursor is broken: begin with the first page")
	errCursorOrder  = errors.New("the cursor was made for another order: begin with the first page")
)

// sumSize is the length of a cursor's checksums: one of its content, and one of its order.
const sumSize = 8

// orderSum returns a checksum of an order.
func orderSum(terms []keysetTerm) []byte {
	var order strings.Builder
	for _, t := range terms {
		order.WriteString(strconv.Quote(t.name) + strconv.FormatBool(t.desc))
	}
	sum := sha256.Sum256([]byte(order.String()))
	return sum[:sumSize]
}

// encode returns the cursor as text, for an order.
func (c cursor) encode(terms []keysetTerm) (string, error) {
	travel := cursorJSON{Back: c.back}
	for i, v := range c.values {
		pair, err := cursorValue(v)
		if err != nil {
			return "", fmt.Errorf("cursor: column %q: %w", terms[i].name, err)
		}
		travel.Values = append(travel.Values, pair)
	}
	body, err := json.Marshal(travel)
	if err != nil {
		return "", err
	}
	order := orderSum(terms)
	sum := sha256.Sum256(append(slices.Clone(order), body...))
	return base64.RawURLEncoding.EncodeToString(slices.Concat(sum[:sumSize], order, body)), nil
}

// parseCursor returns the place that a cursor names. For "" it is the beginning.
func parseCursor(text string, terms []keysetTerm) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < 2*sumSize {
		return cursor{}, errCursorBroken
	}
	sum := sha256.Sum256(raw[sumSize:])
	if !bytes.Equal(raw[:sumSize], sum[:sumSize]) {
		return cursor{}, errCursorBroken
	}
	if !bytes.Equal(raw[sumSize:2*sumSize], orderSum(terms)) {
		return cursor{}, errCursorOrder
	}
	var c cursorJSON
	if err := json.Unmarshal(raw[2*sumSize:], &c); err != nil || len(c.Values) != len(terms) {
		return cursor{}, errCursorBroken
	}
	out := cursor{back: c.Back, values: []any{}}
	for _, pair := range c.Values {
		v, err := pairValue(pair)
		if err != nil {
			return cursor{}, errCursorBroken
		}
		out.values = append(out.values, v)
	}
	return out, nil
}

// cursorValue returns a value as its type and its text. For NULL both are nil.
func cursorValue(v any) ([2]*string, error) {
	if v == nil {
		return [2]*string{}, nil
	}
	if t, ok := v.(time.Time); ok {
		return pair("time", t.UTC().Format(time.RFC3339Nano)), nil
	}
	k, err := keyOf(v, false)
	if err != nil {
		return [2]*string{}, err
	}
	switch arg := k.arg().(type) {
	case int64:
		return pair("int", strconv.FormatInt(arg, 10)), nil
	case float64:
		return pair("float", strconv.FormatFloat(arg, 'g', -1, 64)), nil
	case bool:
		return pair("bool", strconv.FormatBool(arg)), nil
	case []byte:
		return pair("bytes", base64.StdEncoding.EncodeToString(arg)), nil
	}
	return pair("text", k.s), nil
}

func pair(kind, text string) [2]*string { return [2]*string{&kind, &text} }

func pairValue(p [2]*string) (any, error) {
	if p[0] == nil || p[1] == nil {
		return nil, nil
	}
	switch text := *p[1]; *p[0] {
	case "time":
		return time.Parse(time.RFC3339Nano, text)
	case "int":
		return strconv.ParseInt(text, 10, 64)
	case "float":
		return strconv.ParseFloat(text, 64)
	case "bool":
		return strconv.ParseBool(text)
	case "bytes":
		return base64.StdEncoding.DecodeString(text)
	case "text":
		return text, nil
	}
	return nil, errCursorBroken
}
