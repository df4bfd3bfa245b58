package coding

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ledger is every minute that was looked at: counted for a code, or not and why.
type ledger []entry

type entry struct {
	activity string
	time     time.Duration
	counted  bool
	why      *uncounted // of minutes that are not counted
	sources  []string
}

// add notes minutes of a service. Services without any are no news.
func (l *ledger) add(e entry, sources map[string][]string, service int) {
	if e.time == 0 {
		return
	}
	if len(sources) > 0 {
		path := fmt.Sprintf("services[%d]", service)
		e.sources = firstOf(sources[path+".minutes"], sources[path+".start"], sources[path+".end"], sources[path])
	}
	*l = append(*l, e)
}

// firstOf is the first list that is not empty.
func firstOf(lists ...[]string) []string {
	for _, list := range lists {
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// minutes writes the ledger in order of activity, counted ones first; what was counted alike is one
// entry.
func (e *evaluation) minutes() []Minutes {
	if len(e.ledger) == 0 {
		return []Minutes{}
	}
	slices.SortFunc(e.ledger, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.activity, b.activity), -compareBools(a.counted, b.counted), cmp.Compare(a.text(), b.text()))
	})
	all := make([]Minutes, 0, len(e.ledger))
	spent := time.Duration(0)
	for i, entry := range e.ledger {
		if last := len(all) - 1; i > 0 && e.ledger[i-1].alike(entry) {
			spent += entry.time
			all[last].Minutes = int(spent / time.Minute)
			all[last].Sources = append(slices.Clone(all[last].Sources), entry.sources...)
			continue
		}
		spent = entry.time
		written := Minutes{Activity: entry.activity, Minutes: int(entry.time / time.Minute), Counted: entry.counted, Why: entry.text(), Sources: entry.sources}
		if entry.why != nil {
			written.Reference, written.Layer = entry.why.Source.cited, entry.why.Source.layer
		}
		all = append(all, written)
	}
	for i := range all {
		if len(all[i].Sources) > 1 {
			all[i].Sources = slices.Compact(slices.Sorted(slices.Values(all[i].Sources)))
		}
	}
	return all
}

func (e entry) text() string {
	if e.why == nil {
		return ""
	}
	return e.why.Why
}

func (e entry) alike(other entry) bool {
	return e.activity == other.activity && e.counted == other.counted && e.text() == other.text()
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// timeOf is the time of a service: the minutes that are given, else the time between start and end,
// less what lies within another service of the same clinician.
func (e *evaluation) timeOf(service int) (spent time.Duration, known bool) {
	s := &e.facts.Services[service]
	if own, shared := e.once[service]; shared {
		return own, true
	}
	if s.Minutes != nil {
		return time.Duration(*s.Minutes) * time.Minute, true
	}
	if s.Start == nil || s.End == nil || s.End.Before(*s.Start) {
		return 0, false
	}
	return s.End.Sub(*s.Start), true
}

// countOnce finds the services whose minutes lie within others of the same clinician, by start and
// end. Minutes are counted once, for the service that began first; of two that began together, for
// the longer one, and then for the first by name. Minutes that are given as a number are apart, unless the
// number is that of the stretch from start to end.
func (e *evaluation) countOnce() {
	timed := make([]int, 0, usualWorks)
	for i := range e.facts.Services {
		if e.takesTime(&e.facts.Services[i]) {
			timed = append(timed, i)
		}
	}
	if len(timed) < 2 {
		return
	}
	services := e.facts.Services
	slices.SortFunc(timed, func(a, b int) int {
		return cmp.Or(cmp.Compare(e.performerOf(&services[a]), e.performerOf(&services[b])), services[a].Start.Compare(*services[b].Start),
			services[b].End.Compare(*services[a].End), cmp.Compare(services[a].Activity, services[b].Activity))
	})
	last := -1 // the service that ended latest
	for n, i := range timed {
		s := &services[i]
		if n == 0 || e.performerOf(&services[timed[n-1]]) != e.performerOf(s) {
			last = i
			continue
		}
		if s.Start.Before(*services[last].End) {
			e.countLate(i, last)
		}
		if s.End.After(*services[last].End) {
			last = i
		}
	}
}

// countLate counts of a service only what comes after the end of an earlier one. Parts of one session
// that overlap are its union, which is nothing to speak of, and so are seconds between two clocks.
func (e *evaluation) countLate(service, earlier int) {
	s, before := &e.facts.Services[service], &e.facts.Services[earlier]
	own := max(s.End.Sub(*before.End), 0)
	if e.once == nil {
		e.once = map[int]time.Duration{}
	}
	e.once[service] = own
	shared := s.End.Sub(*s.Start) - own
	if s.Activity == before.Activity || shared < time.Minute {
		return
	}
	e.ledger.add(entry{activity: s.Activity, time: shared, why: &e.rules.uncounted.CountedBefore}, e.facts.Sources, service)
	e.flag("minutes-counted-once", "", fmt.Sprintf("%d min of %s lie within %s, and are counted once only", int(shared/time.Minute), spoken(s.Activity), spoken(before.Activity)))
}

// takesTime reports whether the minutes of a service come from its start and end and count for its
// code: those of an untimed service, or of one that goes on beside another, are nobody's loss.
func (e *evaluation) takesTime(s *Service) bool {
	if s.Start == nil || s.End == nil || !s.End.After(*s.Start) || !(s.Date.IsZero() || s.Date == e.day) {
		return false
	}
	if s.Minutes != nil && time.Duration(*s.Minutes) != s.End.Sub(*s.Start)/time.Minute {
		return false
	}
	rules := e.rules.of(s.Activity)
	return (rules.timed && !rules.shares) || s.Activity == ActivityAssessmentManagement
}
