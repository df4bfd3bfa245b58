package web

import (
	"math"
	"slices"
	"strconv"
)

// The pictures are SVG without a view box: across, lengths are shares of the width, so that a picture fits
// any frame and its words keep their size; down, they are in em of the picture's own type, so that it grows
// with the reader's letters. Nothing is said by colour alone: each area has its word, its line or its hatch.

// A canvas is the width in pixels that a picture has in a frame of 320; words that would not fit there are
// left to the table.
type canvas float64

const (
	wholeCanvas canvas = 254 // a picture as wide as its card
	plotCanvas  canvas = 150 // one with words beside it
)

// A letter is about this wide at the size of a picture's words, in pixels.
const letter = 6.4

// share is a part of the whole as an SVG length: "37.5%".
func share(part, whole float64) string {
	if whole <= 0 {
		return "0%"
	}
	return short1(100*part/whole) + "%"
}

// em is a length down a picture: "1.25em".
func em(n float64) string { return strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64) + "em" }

func short1(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) }

// fits reports whether text fits into a share of the width.
func (c canvas) fits(text string, part, whole float64) bool {
	return whole > 0 && float64(len([]rune(text)))*letter <= float64(c)*part/whole
}

// A mark is a word at a place along a picture. Anchor keeps it inside at both ends.
type mark struct {
	X, Anchor, Text string
	Strong          bool
	at, half        float64 // its place, and half the width of its word, as shares
}

// markAt is a mark at a share from 0 to 1.
func (c canvas) markAt(at float64, text string) mark {
	m := mark{X: share(at, 1), Text: text, at: at, Anchor: "middle", half: float64(len([]rune(text))) * letter / 2 / float64(c)}
	switch {
	case at < m.half:
		m.Anchor = "start"
	case at > 1-m.half:
		m.Anchor = "end"
	}
	return m
}

// middle is where the word of a mark has its middle, as a share.
func (m mark) middle() float64 {
	switch m.Anchor {
	case "start":
		return m.at + m.half
	case "end":
		return m.at - m.half
	}
	return m.at
}

// apart keeps those marks whose words do not touch, the first ones of the list before the others, and puts
// them in order.
func apart(marks []mark) []mark {
	var kept []mark
	for _, m := range marks {
		if !slices.ContainsFunc(kept, func(k mark) bool {
			return math.Abs(k.middle()-m.middle()) < k.half+m.half+0.02
		}) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b mark) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	return kept
}
