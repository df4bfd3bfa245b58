package coding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// work is what one clinician did of one activity: the services of the facts, put together.
type work struct {
	activity   string
	performer  string // as the facts name the performer; empty for the provider
	rules      *activityRules
	scoring    string // of screening: what is known of its scores, so that one unscored instrument bars no other
	discipline string // of the performer; empty where unknown
	services   []int  // indexes among the facts
	few        [2]int // room for the usual number of them

	sessions         int
	minutes          *int // nil: unknown for at least one of the services
	time             time.Duration
	unknown          bool // the time of at least one of the services
	instruments      *int
	tests            []string
	scored           *bool
	oneOnOne         *bool
	patients         *int // least number at once
	assistantMinutes *int
	sources          []string // of the minutes
}

// gather puts the services of the facts together by activity and performer, in order.
func (e *evaluation) gather() {
	e.identify()
	e.countOnce()
	for i := range e.facts.Services {
		s := &e.facts.Services[i]
		activity, counted := e.activityOf(i, s)
		if !counted {
			continue
		}
		e.addService(e.workOf(activity, s), i, s)
	}
	for i := range e.facts.Services {
		if s := &e.facts.Services[i]; s.Activity == ActivityAssessmentManagement {
			e.addLinked(i, s)
		}
	}
	slices.SortFunc(e.works, func(a, b *work) int {
		return cmp.Or(cmp.Compare(a.activity, b.activity), cmp.Compare(a.performer, b.performer), cmp.Compare(a.scoring, b.scoring))
	})
	for _, w := range e.works {
		if !w.unknown {
			whole := int(w.time / time.Minute) // cut down once, at the end
			w.minutes = &whole
		}
		e.countTests(w)
		w.sources = e.sourcesOf(w, "minutes", "start", "end")
	}
}

// countTests counts each test that is named once, however often it was given, and trusts a number
// where names are missing.
func (e *evaluation) countTests(w *work) {
	slices.Sort(w.tests)
	w.tests = slices.Compact(w.tests)
	named := len(w.tests) > 0
	for _, i := range w.services {
		s := &e.facts.Services[i]
		named = named && len(s.Tests) > 0 && (s.Instruments == nil || *s.Instruments == countDistinct(s.Tests))
	}
	if named || (w.instruments == nil && len(w.tests) > 0) {
		n := len(w.tests)
		w.instruments = &n
	}
}

// withEM reports whether a performer also did an evaluation and management service.
func (e *evaluation) withEM(performer string) bool {
	for i := range e.facts.Services {
		if s := &e.facts.Services[i]; s.Activity == ActivityEvaluationManagement && e.performerOf(s) == performer {
			return true
		}
	}
	return false
}

// activityOf is under which activity a service is coded, and whether it is coded at all.
func (e *evaluation) activityOf(i int, s *Service) (string, bool) {
	if s.Activity == ActivityAssessmentManagement {
		return "", false
	}
	rules := e.rules.of(s.Activity)
	if rules.uncounted != nil {
		e.notCounted(i, s, rules.uncounted)
		return "", false
	}
	if s.Activity == ActivityPsychotherapy && e.withEM(e.performerOf(s)) {
		return ActivityPsychotherapyWithEM, e.ofTheDay(s)
	}
	return e.instead(s.Activity, rules), e.ofTheDay(s)
}

// instead is the activity under which a service is coded where nothing of its own holds that day for
// the payer, as its rule says; else the activity itself.
func (e *evaluation) instead(activity string, rules *activityRules) string {
	first := rules.otherwise
	if first == nil {
		return activity
	}
	if e.on(first).state == effective.InForce && (e.facts.Payer.Kind == "" || e.knows(first)) {
		return activity
	}
	return first.Otherwise
}

// notCounted notes a service that has no code of its own.
func (e *evaluation) notCounted(i int, s *Service, why *uncounted) {
	if why.Note {
		e.flag("no-code-of-its-own", "", why.Why)
	}
	if spent, known := e.timeOf(i); known {
		e.ledger.add(entry{activity: s.Activity, time: spent, why: why}, e.facts.Sources, i)
	}
}

// ofTheDay reports whether a service belongs to the day of service. The days of one episode of
// testing are counted together.
func (e *evaluation) ofTheDay(s *Service) bool {
	if s.Date.IsZero() || s.Date == e.day {
		return true
	}
	rules := e.rules.ofActivity(s.Activity)
	testing := len(rules) > 0 && rules[0].TimeAway
	episode := ""
	if e.facts.Testing != nil {
		episode = e.facts.Testing.Episode
	}
	switch {
	case testing && episode == EpisodeMultiDay:
		return true
	case testing && episode == "":
		e.ask("testing-episode", "Do the days of testing belong to one episode?", codesOf(rules)...)
		e.refuseAll(rules, Unknown, fmt.Sprintf("the time of %s counts here only when testing was one episode over several days", s.Date))
		return false
	}
	e.refuseAll(rules, NotMet, fmt.Sprintf("the service of %s is coded under that day", s.Date))
	return false
}

// workOf is the work of an activity that a service belongs to, begun where there is none yet.
func (e *evaluation) workOf(activity string, s *Service) *work {
	performer := e.performerOf(s)
	discipline, scoring := e.disciplineOf(s.Performer), ""
	rules := e.rules.of(activity)
	if len(rules.kinds) > 0 {
		first := rules.kinds[0].rules[0]
		numbers := e.on(first).numbers
		if (first.Kind == kindEightMinute || numbers.TherapyTotal) && discipline != "" {
			performer = discipline // clinicians of one discipline share one plan of care, and one total
		}
		if numbers.Needs.Scored {
			scoring = scoringOf(s)
		}
	}
	for _, w := range e.works {
		if w.activity == activity && w.performer == performer && w.scoring == scoring {
			return w
		}
	}
	if len(e.made.works) == cap(e.made.works) {
		e.made.works = make([]work, 0, 2*cap(e.made.works)) // works that were made stay where they are
	}
	e.made.works = append(e.made.works, work{activity: activity, performer: performer, rules: rules, scoring: scoring, discipline: discipline})
	w := &e.made.works[len(e.made.works)-1]
	w.services = w.few[:0]
	e.works = append(e.works, w)
	return w
}

// scoringOf is what is known of the scores of a screening.
func scoringOf(s *Service) string {
	switch {
	case s.Scored == nil:
		return "unknown"
	case *s.Scored:
		return "scored"
	}
	return "unscored"
}

// addService adds one service to the work of its activity and performer.
func (e *evaluation) addService(w *work, i int, s *Service) {
	first := w.sessions == 0
	w.sessions++
	w.services = append(w.services, i)
	e.addTime(w, i, s)
	w.tests = append(w.tests, s.Tests...)
	instruments := s.Instruments
	if instruments == nil && len(s.Tests) > 0 {
		n := countDistinct(s.Tests)
		instruments = &n
	}
	if first {
		w.instruments, w.scored, w.oneOnOne, w.patients = instruments, s.Scored, s.OneOnOne, s.PatientsSimultaneous
		w.assistantMinutes = s.AssistantMinutes
		return
	}
	w.instruments = sum(w.instruments, instruments)
	w.scored = both(w.scored, s.Scored)
	w.oneOnOne = both(w.oneOnOne, s.OneOnOne)
	w.assistantMinutes = sumKnown(w.assistantMinutes, s.AssistantMinutes)
	if s.PatientsSimultaneous != nil && (w.patients == nil || *s.PatientsSimultaneous < *w.patients) {
		w.patients = s.PatientsSimultaneous
	}
}

// addLinked adds face-to-face assessment and management to the minutes of the service it belongs to.
func (e *evaluation) addLinked(i int, s *Service) {
	if !e.ofTheDay(s) {
		return
	}
	if s.LinkedActivity == "" || (s.FaceToFace != nil && !*s.FaceToFace) {
		e.notCounted(i, s, &e.rules.uncounted.LinkedActivity)
		return
	}
	spent, known := e.timeOf(i)
	if !known || s.FaceToFace == nil {
		e.ask(minutesQuestion+ActivityAssessmentManagement, "How many minutes of assessment and management were face to face?", codesOf(e.rules.ofActivity(s.LinkedActivity))...)
		return
	}
	w := e.workOf(s.LinkedActivity, s)
	w.sessions = max(w.sessions, 1)
	w.services = append(w.services, i)
	w.time += spent
	e.ledger.add(entry{activity: s.Activity, time: spent, counted: true}, e.facts.Sources, i)
}

// addTime adds the time of a service that counts for its code. Time away from the patient counts only
// where the rules of the activity say so.
func (e *evaluation) addTime(w *work, i int, s *Service) {
	spent, known := e.timeOf(i)
	away := s.FaceToFace != nil && !*s.FaceToFace
	switch {
	case away && len(w.rules.kinds) > 0 && !w.rules.timeAway:
		e.ledger.add(entry{activity: s.Activity, time: spent, why: &e.rules.uncounted.NotFaceToFace}, e.facts.Sources, i)
		return
	case !known:
		w.unknown = true
		return
	}
	w.time += spent
	e.ledger.add(entry{activity: s.Activity, time: spent, counted: true}, e.facts.Sources, i)
}

// hasActivity reports whether the performer did a service of the activity that day.
func (e *evaluation) hasActivity(activity, performer string) bool {
	for _, w := range e.works {
		if w.activity == activity && w.performer == performer {
			return true
		}
	}
	return false
}

// sourcesOf lists where the first of the named facts that has sources was read, for each service.
func (e *evaluation) sourcesOf(w *work, names ...string) []string {
	if len(e.facts.Sources) == 0 {
		return nil
	}
	var all []string
	for _, i := range w.services {
		path := fmt.Sprintf("services[%d]", i)
		found := false
		for _, name := range names {
			if sources := e.facts.Sources[path+"."+name]; len(sources) > 0 {
				all, found = append(all, sources...), true
				break
			}
		}
		if !found {
			all = append(all, e.facts.Sources[path]...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sum adds two numbers of which both must be known.
func sum(a, b *int) *int {
	if a == nil || b == nil {
		return nil
	}
	n := *a + *b
	return &n
}

// sumKnown adds what is known of two numbers.
func sumKnown(a, b *int) *int {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return sum(a, b)
}

// both is whether two answers are both yes: one no decides, and an unknown leaves it unknown.
func both(a, b *bool) *bool {
	switch {
	case a != nil && !*a:
		return a
	case b != nil && !*b:
		return b
	case a == nil:
		return nil
	}
	return b
}

// countDistinct counts names, each once.
func countDistinct(names []string) int {
	sorted := slices.Sorted(slices.Values(names))
	return len(slices.Compact(sorted))
}

// spoken writes a word of the vocabulary as it is said.
func spoken(word string) string { return strings.ReplaceAll(word, "-", " ") }
