package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// contents are the chapters in reading order. To add one, write it in a file of its own and name it here.
var contents = []chapter{
	connectChapter,
	modelsChapter,
	whereChapter,
	typedWhereChapter,
	findChapter,
	valuesChapter,
	hasOneChapter,
	hasManyChapter,
	belongsToChapter,
	manyToManyChapter,
	hasManyThroughChapter,
	hasOneThroughChapter,
	nestedChapter,
	groupLimitChapter,
	filterChapter,
	countsChapter,
	pagesChapter,
	lazyChapter,
	selfChapter,
	fieldlessChapter,
	relatedQueryChapter,
	changeChapter,
	writeChapter,
	writeRelationChapter,
	emptyChapter,
	eachChapter,
	transactionChapter,
	sqlChapter,
	errorsChapter,
}

// page is a chapter with its place in the contents, which it keeps when it is run alone.
type page struct {
	chapter
	number, of int
}

// choose returns the chapter with that name or number, or all of them for "".
func choose(chapters []chapter, wanted string) ([]page, error) {
	number, err := strconv.Atoi(wanted)
	byNumber := err == nil
	var pages []page
	for i, c := range chapters {
		if wanted == "" || c.name == wanted || byNumber && number == i+1 {
			pages = append(pages, page{c, i + 1, len(chapters)})
		}
	}
	switch {
	case len(pages) > 0:
		return pages, nil
	case byNumber:
		return nil, fmt.Errorf("no chapter %d: the chapters are 1 to %d", number, len(chapters))
	default:
		return nil, fmt.Errorf("no chapter %q: the chapters are %s", wanted, strings.Join(names(chapters), ", "))
	}
}

func list(w io.Writer, chapters []chapter) {
	for i, c := range chapters {
		_, _ = fmt.Fprintf(w, "%2d  %-17s  %s\n", i+1, c.name, c.title)
	}
}

func names(chapters []chapter) []string {
	all := make([]string, len(chapters))
	for i, c := range chapters {
		all[i] = c.name
	}
	return all
}
