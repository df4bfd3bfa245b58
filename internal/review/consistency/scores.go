package consistency

import (
	"fmt"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// instrument is the name under which the note reader knows an instrument of the record.
func (s *sides) instrument(name string) string {
	if known := s.words.synonyms[joined(name)]; known != "" {
		return known
	}
	return name
}

// scores compares, instrument by instrument, the totals of the day with the figures of the note. A note
// may give an earlier figure too.
func (s *sides) scores() (Check, bool) {
	var k Check
	var record, note, differing, gaps []string
	for _, said := range s.said.Scores {
		note = append(note, fmt.Sprintf("%s %d", said.Instrument, said.Value))
	}
	compared := 0
	for _, score := range s.Visit.Scores {
		if score.Total == nil || !s.onTheDay(score) {
			continue
		}
		record = append(record, fmt.Sprintf("%s %d", score.Instrument, *score.Total))
		k = k.from(score.Sources...)
		var figures []string
		equal := false
		for _, said := range s.said.Scores {
			if said.Instrument == s.instrument(score.Instrument) {
				equal = equal || said.Value == *score.Total
				figures = append(figures, fmt.Sprint(said.Value))
				k = k.shows(said.Evidence)
			}
		}
		switch {
		case len(figures) == 0:
			gaps = append(gaps, score.Instrument)
		case equal:
			compared++
		default:
			differing = append(differing, fmt.Sprintf("%s is %d in the record and %s in the note", score.Instrument, *score.Total, strings.Join(figures, " or ")))
		}
	}
	k.Record, k.Note = listed(record), listed(note)
	said := k.Record != "" || k.Note != ""
	switch {
	case len(differing) > 0:
		return s.differs(k, different, strings.Join(differing, "; ")), said
	case k.Record == "" || k.Note == "":
		return k.gap("a score of the day"), said
	case compared == 0:
		return k.unknown("record and note give scores of different instruments: " + k.Record + " and " + k.Note), said
	case len(gaps) > 0:
		return k.equal("the figures that both give are the same; the note gives none of " + listed(gaps)), said
	}
	return k.equal("record and note give the same figures"), said
}

// onTheDay reports whether a score is of the day of service, or of a day that is not known.
func (s *sides) onTheDay(score visit.Score) bool {
	day := s.Facts.DateOfService
	return score.Date == "" || day.IsZero() || strings.HasPrefix(score.Date, day.String())
}
