package draft

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// facts are what the record says, by the name that templates use, each in sentences of this program.
var facts map[string]func(*writer) []Line

// forPatients are the facts that are written in plain words and hold no code, no risk and no other person.
var forPatients = map[string]bool{"methods-plain": true, "date-plain": true}

func init() {
	facts = map[string]func(*writer) []Line{
		"session-time":  (*writer).sessionTime,
		"service-times": (*writer).serviceTimes,
		"scores":        (*writer).scores,
		"changes":       (*writer).changes,
		"diagnoses":     (*writer).diagnoses,
		"methods-plain": (*writer).methodsPlain,
		"date-plain":    (*writer).datePlain,
		"signature":     (*writer).signature,
	}
}

// header is who the document is about. What the record does not say is a blank.
func (w *writer) header() []Field {
	v := w.visit
	field := func(name, value string, sources ...string) Field {
		f := Field{Name: name, Value: value, Sources: []string{}}
		for _, s := range sources {
			if s != "" && value != "" {
				f.Sources = append(f.Sources, s)
			}
		}
		return f
	}
	return []Field{
		field("Name", v.Person.Name, v.Patient),
		field("Date of birth", longDay(v.Person.BirthDate), v.Patient),
		field("Date of service", longDay(w.review.DateOfService), w.review.Facts.Sources["dateOfService"]...),
		field("Clinician", v.Clinician.Name, v.Clinician.Reference),
	}
}

// longDay writes 2025-03-10 as March 10, 2025; a month or a year stays as it is written.
func longDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("January 2, 2006")
}

// sessionTime says how long the session was, where it is known.
func (w *writer) sessionTime() []Line {
	s := w.review.Session
	if s.Status != visit.SessionKnown || s.Minutes == nil {
		return []Line{{Text: "start, stop and minutes of the session", Blank: true, Sources: []string{}}}
	}
	text := fmt.Sprintf("Session time: %d minutes", *s.Minutes)
	if s.Start != nil && s.End != nil {
		text += fmt.Sprintf(", from %s to %s", s.Start.Format("3:04 PM"), s.End.Format("3:04 PM"))
	}
	return []Line{{Text: text + ".", Sources: countedSources(s)}}
}

func countedSources(s visit.Session) []string {
	all := []string{}
	for _, segment := range s.Segments {
		if segment.Counted {
			all = append(all, segment.Sources...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// serviceTimes says the minutes of each service by itself.
func (w *writer) serviceTimes() []Line {
	var lines []Line
	for i, service := range w.review.Facts.Services {
		if service.Minutes == nil {
			continue
		}
		sources := w.review.Facts.Sources[fmt.Sprintf("services[%d].minutes", i)]
		lines = append(lines, Line{Text: fmt.Sprintf("%s: %d minutes.", inWords(service.Activity), *service.Minutes), Sources: append([]string{}, sources...)})
	}
	return lines
}

// inWords is an activity as one would say it.
func inWords(activity string) string {
	words := strings.ReplaceAll(activity, "-", " ")
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// scores lists the instruments with their results, triggers first.
func (w *writer) scores() []Line {
	var lines []Line
	for _, s := range w.review.Scores {
		text := s.Instrument
		switch {
		case s.Total != nil:
			text += fmt.Sprintf(": %d of %d", *s.Total, s.Range[1])
			if s.Band != "" {
				text += ", " + s.Band
			}
		case s.Complete && s.Band != "":
			text += ": " + s.Band
		default:
			text += ": not complete, no total"
		}
		if s.Date != "" {
			text += " (" + longDay(s.Date[:min(len(s.Date), 10)]) + ")"
		}
		if len(s.Triggers) > 0 {
			text += "; " + strings.Join(s.Triggers, ", ")
		}
		lines = append(lines, Line{Text: text + ".", Sources: append([]string{}, s.Sources...)})
	}
	return lines
}

// changes says how scores lie to earlier ones.
func (w *writer) changes() []Line {
	var lines []Line
	for _, s := range w.review.Scores {
		if s.Change != nil {
			lines = append(lines, Line{Text: asSentence(s.Instrument + ": " + s.Change.Text), Sources: slices.Concat(s.Sources, s.Change.Sources)})
		}
	}
	return lines
}

// diagnoses lists what the encounter is for; the problem list is not what was treated today.
func (w *writer) diagnoses() []Line {
	var lines []Line
	for _, d := range w.visit.Diagnoses {
		if d.Origin != "encounter" {
			continue
		}
		text := strings.TrimSpace(d.Code + " " + d.Display)
		lines = append(lines, Line{Text: "Diagnosis: " + text + ".", Sources: []string{d.Reference}})
	}
	return lines
}

func (w *writer) datePlain() []Line {
	day := longDay(w.review.DateOfService)
	if day == "" {
		return nil
	}
	return []Line{{Text: "We met on " + day + ".", Sources: append([]string{}, w.review.Facts.Sources["dateOfService"]...)}}
}

// signature is a blank in every draft: nothing here signs.
func (w *writer) signature() []Line {
	return []Line{{Text: "signature with credentials, and the date of signing, in the record system", Blank: true, Sources: []string{}}}
}
