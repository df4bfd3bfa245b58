package consistency

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// serviceDate compares the day of service. A session over midnight belongs to the day on which it began.
func (s *sides) serviceDate() (Check, bool) {
	k := Check{}.from(s.Facts.Sources["dateOfService"]...)
	if !s.Facts.DateOfService.IsZero() {
		k.Record = s.Facts.DateOfService.String()
	}
	said := s.said.ServiceDate
	if said == nil {
		return k.gap("a date of service"), k.Record != ""
	}
	k = s.day(k, said, "date of service")
	if session := s.Visit.Session; k.Status == Differs && session.End != nil && session.End.Format(time.DateOnly) == said.Value {
		k.Text += ", on which the session only ended: it belongs to the day on which it began"
	}
	return k, true
}

// A stretch is time that may be what the note's start and stop speak of.
type stretch struct{ start, end time.Time }

// stretches are the session as a whole, and each service where there are several.
func (s *sides) stretches() []stretch {
	session := s.Visit.Session
	if session.Start == nil || session.End == nil {
		return nil
	}
	all := []stretch{{*session.Start, *session.End}}
	byActivity := map[string]stretch{}
	for _, segment := range session.Segments {
		if !segment.Counted || segment.Start == nil || segment.End == nil {
			continue
		}
		one, ok := byActivity[segment.Activity]
		if !ok {
			one = stretch{*segment.Start, *segment.End}
		}
		if segment.Start.Before(one.start) {
			one.start = *segment.Start
		}
		if segment.End.After(one.end) {
			one.end = *segment.End
		}
		byActivity[segment.Activity] = one
	}
	if len(byActivity) > 1 {
		for _, segment := range session.Segments { // in their order
			if one, ok := byActivity[segment.Activity]; ok {
				all = append(all, one)
				delete(byActivity, segment.Activity)
			}
		}
	}
	return all
}

// startStop compares the clock times of the session, or of the one service that the note's lie closest to.
func (s *sides) startStop() (Check, bool) {
	k := Check{}.from(s.sessionSources()...)
	all := s.stretches()
	if len(all) > 0 {
		k.Record = between(all[0])
	}
	span := s.said.Span
	if span != nil {
		k.Note = span.From + " to " + span.To
		k = k.shows(span.Evidence)
	}
	said := k.Record != "" || k.Note != ""
	if k.Record == "" || k.Note == "" {
		return k.unknown("start and stop can be compared only where both record and note state them"), said
	}
	if s.inUTC() {
		return k.unknown("the record writes its times in UTC and the zone of the clinic is not known: clock times cannot be compared"), said
	}
	best, off := all[0], -1
	for _, one := range all {
		if d := apart(one, span.From, span.To, span.Half); off < 0 || d < off {
			best, off = one, d
		}
	}
	k.Record = between(best)
	switch {
	case off == 0:
		return k.equal("record and note give the same start and stop"), said
	case off <= s.rule.Limits["minutes"]:
		return s.differs(k, slightly, k.bothSay()), said
	}
	return s.differs(k, different, k.bothSay()), said
}

func between(s stretch) string { return s.start.Format("15:04") + " to " + s.end.Format("15:04") }

// inUTC reports whether the record's clock times are no local ones.
func (s *sides) inUTC() bool {
	return slices.ContainsFunc(s.Visit.Notes, func(n visit.Remark) bool { return n.Text == visit.RemarkUTCDay })
}

// apart is by how many minutes start or stop differ, whichever differs more.
func apart(one stretch, from, to string, half bool) int {
	return max(clockApart(one.start, from, half), clockApart(one.end, to, half))
}

// clockApart is the distance in minutes of a time of day and one as written, around midnight too.
func clockApart(t time.Time, written string, half bool) int {
	clock, err := time.Parse("15:04", written)
	if err != nil {
		return minutesOfADay
	}
	period := minutesOfADay
	if half {
		period /= 2
	}
	d := (t.Hour()*60 + t.Minute() - clock.Hour()*60 - clock.Minute()) % period
	if d < 0 {
		d += period
	}
	return min(d, period-d)
}

const minutesOfADay = 1440

func (s *sides) sessionSources() []string {
	var sources []string
	for _, segment := range s.Visit.Session.Segments {
		if segment.Counted {
			sources = append(sources, segment.Sources...)
		}
	}
	return sources
}

// duration compares minutes. It matters most where the note's figure would lead to another code or
// another number of units.
func (s *sides) duration() (Check, bool) {
	k := Check{}.from(s.sessionSources()...)
	stated := s.Documentation.Time.MinutesStated
	if stated == nil {
		stated = s.Documentation.Time.MinutesComputed
	}
	switch said := s.said; {
	case said.Minutes != nil:
		k = k.shows(said.Minutes.Evidence)
	case said.Span != nil:
		k = k.shows(said.Span.Evidence)
	}
	record, service := s.minutesOfRecord()
	if record != nil {
		k.Record = strconv.Itoa(*record)
	}
	if stated != nil {
		k.Note = strconv.Itoa(*stated)
	}
	said := record != nil || stated != nil
	if record == nil || stated == nil {
		return k.unknown("the duration can be compared only where both record and note give it"), said
	}
	if *record == *stated {
		return k.equal("record and note give the same minutes"), said
	}
	text := fmt.Sprintf("the record gives %d minutes, the note %d", *record, *stated)
	if service < 0 {
		return s.differs(k, slightly, text), said
	}
	was, would := s.suggestWith(service, record), s.suggestWith(service, stated)
	if linesText(was) == linesText(would) {
		return s.differs(k, slightly, text+": the same codes either way"), said
	}
	k.Claim = linesText(was)
	return s.differs(k, "other-code", text+fmt.Sprintf(": %s by the record, %s by the note", orNothing(linesText(was)), orNothing(linesText(would)))), said
}

// suggestWith asks the coding rules what other minutes of a service would earn.
func (s *sides) suggestWith(service int, minutes *int) coding.Result {
	return s.Codes.Suggest(s.Facts.WithMinutes(service, nil).WithMinutes(service, minutes))
}

// minutesOfRecord is what the note's figure is of: the psychotherapy beside an E/M visit, else the
// session; with the service that it decides, or -1.
func (s *sides) minutesOfRecord() (minutes *int, service int) {
	services := s.Facts.Services
	if i := slices.IndexFunc(services, func(one coding.Service) bool { return one.Activity == "psychotherapy-with-em" }); i >= 0 && services[i].Minutes != nil {
		return services[i].Minutes, i
	}
	i := slices.IndexFunc(services, func(one coding.Service) bool { return one.Activity == s.Visit.SoleService })
	if s.Visit.SoleService == "" {
		i = -1
	}
	return s.Visit.Session.Minutes, i
}
