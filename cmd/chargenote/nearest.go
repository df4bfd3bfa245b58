package main

import (
	"cmp"
	"slices"
	"strings"
)

// A name is something that a person may have meant.
type name struct {
	shown string // what to write
	said  string // how it is called
	about string // words of what it is
}

const (
	mostNearest  = 3 // more would be a list, and there is one
	leastWritten = 3 // letters from which a part of a name or of what it is about counts
)

// nearest lists what comes nearest to what was asked, nearest first: a name of which it is a part, or
// one that few changed letters make of it; else what is about it.
func nearest(asked string, names []name) []string {
	asked = letters(asked)
	type near struct {
		shown  string
		far    int
		common int
	}
	var found []near
	for _, n := range names {
		if far, ok := distance(asked, n); ok {
			found = append(found, near{n.shown, far, common(asked, letters(n.said))})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(b.common, a.common), cmp.Compare(a.shown, b.shown))
	})
	var shown []string
	for _, f := range found {
		if !slices.Contains(shown, f.shown) && len(shown) < mostNearest {
			shown = append(shown, f.shown)
		}
	}
	return shown
}

// distance is how many letters lie between what was asked and a name, where that is near at all: less
// than half of what was asked. A part of a name is one away, a part of what it is about two.
func distance(asked string, n name) (int, bool) {
	said := letters(n.said)
	far := edits(asked, said)
	switch {
	case far <= 2 && 2*far < len(asked):
		return far, true
	case len(asked) < leastWritten:
		return 0, false
	case strings.Contains(said, asked):
		return 1, true
	case strings.Contains(letters(n.about), asked):
		return 2, true
	}
	return 0, false
}

// edits is the number of letters to change, add or drop to make one word of another.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// common is how many letters two words begin with alike.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// letters is a name in lower case, without what stands between its letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
