package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
)

// instrumentText writes an instrument so that a person who checks a score needs no other page.
func instrumentText(p *page, i *screening.Instrument) {
	p.line("%s  %s", i.Name, i.About)
	p.line("  %s, %s, %s, checked %s", i.ID, i.Activity, i.Kind, i.Checked)
	if len(i.Aliases) > 0 {
		p.line("  also called %s", strings.Join(i.Aliases, "; "))
	}
	p.under("Total and items", func(p *page) { itemsText(p, i) })
	p.under("Bands", func(p *page) { bandsText(p, i) })
	p.under("Subscales", func(p *page) { subscalesText(p, i) })
	p.under("Look at it whatever the total", func(p *page) { triggersText(p, i) })
	p.under("Meaningful change", func(p *page) { changeText(p, i) })
	p.under("Codes it supports", func(p *page) { supportsText(p, i) })
	p.under("LOINC codes", func(p *page) { loincText(p, i) })
	p.under("LOINC answers and their values", func(p *page) { answersText(p, i) })
	p.under("Texts of items", func(p *page) {
		may := map[string]string{"yes": "may be shown", "no": "may not be shown", "ask": "may be shown only after asking"}[i.Licence.Show]
		p.line("  %s: %s [%s]; none are held here", may, i.Licence.Why, i.Licence.Mark)
	})
	p.under("Notes", func(p *page) {
		for _, note := range i.Notes {
			p.line("  %s", note)
		}
	})
	p.line("")
	sourcesText(p, "  ", i.Reference)
	p.line("  marks: A read in the authority's own table or manual, B in pages that restate it, C general knowledge, U not verified")
}

// itemsText says which totals and answers there are, and how the one follows from the others.
func itemsText(p *page, i *screening.Instrument) {
	if i.HasTotal() {
		p.line("  total: %d to %d, %s is worse", i.Range[0], i.Range[1], i.Worse)
	} else {
		p.line("  total: none")
	}
	if i.Items.Count == 0 {
		p.line("  items: not known here; a total is taken as it is written down")
		return
	}
	p.line("  items: %d, answers 0 to %d%s", i.Items.Count, i.Items.Most, map[bool]string{true: ", 1 is yes and 0 is no"}[i.Items.YesNo])
	for _, d := range i.Items.Differ {
		answers := fmt.Sprintf("%d to %d", d.Lowest, d.Most)
		if len(d.Only) > 0 {
			answers = "only " + listing(d.Only, "or")
		}
		p.line("  %s: answers %s", theItems(d.Items, "and"), answers)
	}
	if len(i.Items.Reversed) > 0 {
		p.line("  %s: no is the point", theItems(i.Items.Reversed, "and"))
	}
	for _, positive := range i.Positives {
		p.line("  %s: counted from %d on", theItems(positive.Items, "and"), positive.From)
	}
	for _, b := range i.Asked {
		when := fmt.Sprintf("item %d is %d or more", b.OnlyIf, b.From)
		if b.Positives > 0 {
			when = fmt.Sprintf("%d or more items are counted", b.Positives)
		}
		p.line("  %s: asked only where %s", theItems(b.Items, "and"), when)
	}
	if len(i.Items.OrElse) == 2 {
		p.line("  another form answers %d to %d: answers that fit both make no total", i.Items.OrElse[0], i.Items.OrElse[1])
	}
	if i.Average {
		p.line("  the average of an item is given beside the total")
	}
	p.line("  missing items: %s", missingRule(i))
}

// missingRule says what a missing item does.
func missingRule(i *screening.Instrument) string {
	switch {
	case i.Prorate != nil:
		place := map[string]string{"zero": "each counts as 0", "mean": "each takes the mean of the others"}[i.Prorate.As]
		return fmt.Sprintf("up to %d, %s; with more, no total [%s] %s", i.Prorate.UpTo, place, i.Prorate.Mark, i.Prorate.Source)
	case i.HasTotal():
		return "one is enough for no total"
	case len(i.Levels) > 0:
		return "one that was asked is enough for no word"
	}
	return "a subscale with one has no value, and is positive or not only where it cannot change that"
}

// bandsText writes the words of totals, of levels and of screens.
func bandsText(p *page, i *screening.Instrument) {
	for _, b := range i.Bands {
		p.line("  %s [%s]", whenText(b.When), b.Mark)
		for n, w := range b.Words {
			last := i.Range[1]
			if n+1 < len(b.Words) {
				last = b.Words[n+1].From - 1
			}
			p.line("    %-10s %s", span(w.From, last), wordText(w))
		}
	}
	for _, level := range i.Levels {
		p.line("  %s: %s is yes", level.Word, theItems(level.Any, "or"))
	}
	for _, screen := range i.Screens {
		p.line("  %s: positive on %s", screen.Word, strings.Join(screen.Needs, ", "))
	}
	if i.Otherwise != "" {
		p.line("  %s: otherwise", i.Otherwise)
	}
}

func whenText(w screening.When) string {
	var parts []string
	if w.Sex != "" {
		parts = append(parts, "sex "+w.Sex)
	}
	switch {
	case w.SchoolYearsFrom > 0 && w.SchoolYearsTo > 0:
		parts = append(parts, fmt.Sprintf("%d to %d years of schooling", w.SchoolYearsFrom, w.SchoolYearsTo))
	case w.SchoolYearsFrom > 0:
		parts = append(parts, fmt.Sprintf("%d or more years of schooling", w.SchoolYearsFrom))
	case w.SchoolYearsTo > 0:
		parts = append(parts, fmt.Sprintf("%d or fewer years of schooling", w.SchoolYearsTo))
	}
	if len(parts) == 0 {
		return "for everybody"
	}
	return "for " + strings.Join(parts, ", ") + "; where that is not known there is no band"
}

func wordText(w screening.Word) string {
	text := w.Word
	if text == "" {
		text = "no word in the source"
	}
	if w.CutsUpTo > 0 {
		text += fmt.Sprintf(" (sources begin it anywhere from %d to %d)", w.From, w.CutsUpTo)
	}
	if w.Next != "" {
		text += ": " + w.Next
	}
	return text
}

func subscalesText(p *page, i *screening.Instrument) {
	for _, s := range i.Subscales {
		how := "sum of " + theItems(s.Items, "and")
		switch {
		case s.Of == "count" && len(s.Items) == 1:
			how = fmt.Sprintf("1 where %s is %d or more", theItems(s.Items, "and"), s.From)
		case s.Of == "count":
			how = fmt.Sprintf("how many of %s are %d or more", theItems(s.Items, "and"), s.From)
		}
		cut := "without a cut"
		if s.Cut > 0 {
			cut = fmt.Sprintf("positive from %d on", s.Cut)
		}
		p.line("  %s: %s; %s [%s]", s.Name, how, cut, s.Mark)
	}
}

func triggersText(p *page, i *screening.Instrument) {
	for _, t := range i.Triggers {
		var when []string
		if len(t.Items) > 0 {
			from := fmt.Sprintf("is %d or more", t.From)
			if i.Items.YesNo {
				from = "is yes"
			}
			when = append(when, theItems(t.Items, "or")+" "+from)
		}
		if t.Total > 0 {
			when = append(when, fmt.Sprintf("the total is %d or more", t.Total))
		}
		if t.Said != "" {
			when = append(when, t.Said+" (no answer holds it, so the clinician must see to it)")
		}
		text := strings.Join(when, ", or ")
		if t.Next != "" {
			text += ": " + t.Next
		}
		p.line("  %s [%s]", text, t.Mark)
	}
}

func changeText(p *page, i *screening.Instrument) {
	switch {
	case i.Change != nil:
		p.line("  %d points [%s] %s", i.Change.Points, i.Change.Mark, i.Change.Source)
	case i.HasTotal():
		p.line("  none is known")
	}
}

func supportsText(p *page, i *screening.Instrument) {
	if len(i.Supports) == 0 {
		p.line("  none of its own")
	}
	for _, s := range i.Supports {
		byPayer := ""
		if s.ByPayer {
			byPayer = " (by payer: which ones is not known here)"
		}
		p.line("  %s %s%s [%s]", s.Code, s.When, byPayer, s.Mark)
	}
	for _, b := range i.Bundled {
		code, payers := b.Code, ""
		if code == "" {
			code = "it"
		}
		if len(b.Payers) > 0 {
			payers = " for " + strings.Join(b.Payers, " and ")
		}
		p.line("  %s is bundled into %s%s [%s]", code, b.Into, payers, b.Mark)
	}
}

// sureWords say how sure a LOINC code is.
var sureWords = map[screening.Sure]string{
	screening.Verified: "number and name were read",
	screening.Known:    "known, not read",
	screening.Unsure:   "not verified, never looked up",
}

func loincText(p *page, i *screening.Instrument) {
	line := func(what, code, about string) { p.line("  %-8s %-9s %s", what, code, about) }
	for _, c := range i.LOINC.Panels {
		line("panel", c.Code, sureWords[c.Sure])
	}
	for _, c := range i.LOINC.Totals {
		line("total", c.Code, sureWords[c.Sure])
	}
	for _, c := range i.LOINC.Items {
		line("item "+strconv.Itoa(c.Item), c.Code, sureWords[c.Sure])
	}
	for _, c := range i.LOINC.Unscored {
		line("beside", c.Code, c.Is+", which is not scored")
	}
	for _, c := range i.LOINC.Not {
		line("not", c.Code, c.Is)
	}
	if len(i.LOINC.Panels)+len(i.LOINC.Totals)+len(i.LOINC.Items) == 0 {
		p.line("  none was found; it is read by name")
	}
}

func answersText(p *page, i *screening.Instrument) {
	for _, a := range i.Answers {
		p.line("  %-9s %d, %s", a.Code, a.Value, sureWords[a.Sure])
	}
}

// theItems names items: item 9; items 1, 2 and 3; item 1, 2 or 3; items 1 to 9; any of items 1 to 9.
func theItems(items []int, last string) string {
	row := len(items) > 3
	for n := range items {
		row = row && items[n] == items[0]+n
	}
	switch {
	case len(items) == 1 || !row && last == "or":
		return "item " + listing(items, last)
	case !row:
		return "items " + listing(items, last)
	case last == "or":
		return fmt.Sprintf("any of items %d to %d", items[0], items[len(items)-1])
	}
	return fmt.Sprintf("items %d to %d", items[0], items[len(items)-1])
}

// span is a stretch of totals.
func span(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// listing joins numbers as one would say them.
func listing(numbers []int, last string) string {
	var text strings.Builder
	for n, number := range numbers {
		switch {
		case n > 0 && n == len(numbers)-1:
			text.WriteString(" " + last + " ")
		case n > 0:
			text.WriteString(", ")
		}
		text.WriteString(strconv.Itoa(number))
	}
	return text.String()
}
