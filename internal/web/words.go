package web

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// longDay writes 2025-03-10 as "March 10, 2025", and a month or a year alone as such. What is no
// date stays as it is.
func longDay(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("January 2, 2006")
	}
	if t, err := time.Parse("2006-01", day); err == nil {
		return t.Format("January 2006")
	}
	return day
}

// weekday is longDay with the day of the week before it.
func weekday(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("Monday, January 2, 2006")
	}
	return longDay(day)
}

func clock(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format("15:04")
}

// fromTo is "14:00 to 14:47", or as much of it as is known.
func fromTo(start, end *time.Time) string {
	switch {
	case start != nil && end != nil:
		return clock(start) + " to " + clock(end)
	case start != nil:
		return "from " + clock(start)
	case end != nil:
		return "until " + clock(end)
	}
	return ""
}

// span is fromTo in the least room, for tables: "14:00–14:47".
func span(start, end *time.Time) string {
	if start != nil && end != nil {
		return clock(start) + "–" + clock(end)
	}
	return fromTo(start, end)
}

// minutes is "47 min", or nothing where the minutes are not known.
func minutes(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%d min", *n)
}

func units(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// activity is our code of an activity as words.
func activity(code string) string {
	words := strings.ReplaceAll(code, "-", " ")
	if before, with := strings.CutSuffix(words, " with em"); with {
		return before + " with E/M"
	}
	return words
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// sentence begins text with a capital and ends it with a full stop.
func sentence(text string) string {
	text = capital(strings.TrimSpace(text))
	if text == "" {
		return ""
	}
	if !strings.ContainsAny(text[len(text)-1:], `.!?:"`) && !strings.HasSuffix(text, "”") {
		text += "."
	}
	return text
}

// ruleStatus is the status of a rule, as it is said on the page.
func ruleStatus(status coding.Status) string {
	switch status {
	case coding.Met:
		return "met"
	case coding.NotMet:
		return "not met"
	case coding.Unknown:
		return "not known"
	case coding.NotEffective:
		return "not in force"
	}
	return string(status)
}

// modifierWords say what a modifier means here, in our own words; one that we do not name stands bare.
var modifierWords = map[string]string{
	"25": "separate visit work, same day",
	"59": "separate service",
	"93": "by audio alone",
	"95": "by video",
	"CO": "in part by an OT assistant",
	"CQ": "in part by a PT assistant",
	"FQ": "by audio alone",
	"GN": "speech therapy plan",
	"GO": "occupational therapy plan",
	"GP": "physical therapy plan",
	"GT": "by video",
	"KX": "above the therapy threshold",
	"XE": "separate encounter",
	"XP": "separate clinician",
	"XS": "separate structure",
	"XU": "unusual, not overlapping",
}

// placeWords say what a place of service code means, in our own words.
var placeWords = map[string]string{
	"02": "telehealth, patient not at home",
	"03": "school",
	"10": "telehealth, patient at home",
	"11": "office",
	"12": "home",
	"19": "hospital outpatient, off campus",
	"21": "hospital inpatient",
	"22": "hospital outpatient, on campus",
	"31": "skilled nursing",
	"53": "community mental health center",
}

// severityWords say how much a gap matters.
var severityWords = map[string]string{
	docs.Block: "Needed",
	docs.Warn:  "Likely asked for",
	docs.Info:  "Advice",
}

// differenceWords say how much a difference between record and note matters.
var differenceWords = map[string]string{
	docs.Block: "settle it before billing",
	docs.Warn:  "a reviewer may ask",
	docs.Info:  "for your information",
}

// consistencyName says what is compared, by its id where the check has no words for it.
func consistencyName(c review.Consistency) string {
	if c.Name != "" {
		return c.Name
	}
	return sentence(strings.ReplaceAll(strings.TrimPrefix(c.ID, "cc_"), "_", " "))
}

func consistencyStatus(c review.Consistency) string {
	switch c.Status {
	case review.Equal:
		return "agree"
	case review.Differs:
		if word := differenceWords[c.Severity]; word != "" {
			return "differ: " + word
		}
		return "differ"
	}
	return "not compared"
}

func sessionStatus(status string) string {
	switch status {
	case visit.SessionKnown:
		return "known"
	case visit.SessionConflicting:
		return "sources disagree"
	}
	return "not known"
}

// shortDigest is the first twelve hex digits of a sha256: digest.
func shortDigest(digest string) string {
	digest = strings.TrimPrefix(digest, "sha256:")
	return digest[:min(12, len(digest))]
}
