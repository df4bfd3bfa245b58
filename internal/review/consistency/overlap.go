package consistency

import (
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// overlap lays the time of the visit beside what else the record holds of the patient on that day: nobody
// is one-to-one in two places. What the same clinician did for other patients is not read.
func (s *sides) overlap() (Check, bool) {
	var k Check
	others := s.Visit.Others
	if len(others) == 0 {
		return k.unknown("nothing else of that day is in what was read"), false
	}
	if span := s.said.Span; span != nil && !span.Half {
		k.Note = span.From + " to " + span.To
		k = k.shows(span.Evidence)
	}
	if s.Documentation.Family == "group" {
		return k.unknown("the minutes of a group are not one-to-one"), true
	}
	session := s.countedTime()
	if len(session) == 0 {
		return k.unknown("the record holds other visits of that day, and the time of this one is not known"), true
	}
	worst := 0
	for _, other := range others {
		minutes := 0
		for _, one := range session {
			minutes += sharedMinutes(one, stretch{other.Start, other.End})
		}
		if minutes > worst {
			worst = minutes
			k.Record = other.Reference + " " + between(stretch{other.Start, other.End})
			k.Sources = nil
			k = k.from(other.Reference)
		}
	}
	if worst > s.rule.Limits["minutes"] {
		return s.differs(k, different, fmt.Sprintf("%d minutes of the session lie within %s of the same day", worst, k.Record)), true
	}
	return k.equal("the session overlaps nothing else that the record holds of that day"), true
}

// countedTime is the stretches that were counted, else the session as a whole, else what the note says
// of it on the day of service.
func (s *sides) countedTime() []stretch {
	session := s.Visit.Session
	var all []stretch
	for _, segment := range session.Segments {
		if segment.Counted && segment.Start != nil && segment.End != nil {
			all = append(all, stretch{*segment.Start, *segment.End})
		}
	}
	if all = joinedStretches(all); len(all) > 0 {
		return all
	}
	if session.Start != nil && session.End != nil {
		return []stretch{{*session.Start, *session.End}}
	}
	span, zone := s.said.Span, s.Visit.Others[0].Start.Location()
	if span == nil || span.Half || s.Facts.DateOfService.IsZero() || s.inUTC() {
		return nil
	}
	day := s.Facts.DateOfService
	at := func(clock string) time.Time {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			return time.Time{}
		}
		return time.Date(day.Year, day.Month, day.Day, t.Hour(), t.Minute(), 0, 0, zone)
	}
	one := stretch{at(span.From), at(span.To)}
	if one.end.Before(one.start) {
		one.end = one.end.AddDate(0, 0, 1)
	}
	return []stretch{one}
}

// joinedStretches counts time that several stretches share once.
func joinedStretches(all []stretch) []stretch {
	var out []stretch
	for _, one := range all {
		for i := 0; i < len(out); i++ {
			if !one.start.After(out[i].end) && !out[i].start.After(one.end) {
				one = stretch{visit.Earlier(one.start, out[i].start), visit.Later(one.end, out[i].end)}
				out = append(out[:i], out[i+1:]...)
				i = -1
			}
		}
		out = append(out, one)
	}
	return out
}

func sharedMinutes(a, b stretch) int {
	return max(0, int(visit.Earlier(a.end, b.end).Sub(visit.Later(a.start, b.start))/time.Minute))
}
