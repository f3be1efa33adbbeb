package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	mostArguments = 10 // shown of one statement, or of one list
	longestText   = 60 // runes shown of one value
)

// arguments is a statement's arguments for reading: text in quotes, long lists and values shortened.
func arguments(args []any) string {
	return join(len(args), func(i int) string { return argument(args[i]) })
}

func argument(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return strconv.Quote(shorten(v))
	case []byte:
		return strconv.Quote(shorten(string(v)))
	case time.Time:
		if time.Since(v).Abs() < time.Hour {
			return "(now)"
		}
		return v.UTC().Format(time.RFC3339)
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return "NULL"
		}
		return argument(r.Elem().Interface())
	case reflect.Slice, reflect.Array:
		return "[" + join(r.Len(), func(i int) string { return argument(r.Index(i).Interface()) }) + "]"
	}
	return shorten(fmt.Sprint(v))
}

func join(n int, text func(i int) string) string {
	texts := make([]string, 0, mostArguments+1)
	for i := range n {
		if i == mostArguments {
			texts = append(texts, fmt.Sprintf("… %d in all", n))
			break
		}
		texts = append(texts, text(i))
	}
	return strings.Join(texts, ", ")
}

func shorten(text string) string {
	if utf8.RuneCountInString(text) <= longestText {
		return text
	}
	return string([]rune(text)[:longestText-1]) + "…"
}
