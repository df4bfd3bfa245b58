package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// scoreText writes a score for a person, with what it asks for below it.
func scoreText(p *page, s visit.Score) {
	total := "no total"
	if s.Total != nil {
		total = strconv.Itoa(*s.Total)
	}
	if s.Prorated {
		total += " (prorated)"
	}
	if s.Average != nil {
		total += fmt.Sprintf(", %.2f an item", *s.Average)
	}
	words := []string{s.Instrument, total, s.Band, strings.Join(s.Triggers, ", ")}
	p.line("  %s", strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " "))
	if s.BandNote != "" {
		p.line("    note: %s", s.BandNote)
	}
	for _, next := range s.Next {
		p.line("    next: %s", next)
	}
	if len(s.Subscales) > 0 {
		var parts []string
		for _, part := range s.Subscales {
			parts = append(parts, part.String())
		}
		p.line("    subscales: %s", strings.Join(parts, "; "))
	}
	if s.Change != nil {
		p.line("    since %s: %s", s.Change.Date, s.Change.Text)
	}
	if len(s.Trend) > 0 {
		p.line("    earlier: %s", strings.Join(trendText(s.Trend), "; "))
	}
}

// trendText is each earlier total with its day and its band.
func trendText(trend []visit.EarlierTotal) []string {
	var words []string
	for _, t := range trend {
		day, _, _ := strings.Cut(t.Date, "T")
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %d %s", day, t.Total, t.Band)))
	}
	return words
}
