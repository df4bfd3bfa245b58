package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// A workLog is the evaluation work of a launch that the clinician says was done outside the room.
type workLog struct {
	entries []review.Work
	timer   *running
	made    int // entries so far; each has a name of its own, be others taken back
}

// A running timer has a start and no end yet.
type running struct {
	Kind, Activity string
	Start          time.Time
}

const maxWork = 100 // entries of one launch

var (
	errTooMuchWork  = errors.New("there are too many entries: put some together")
	errTimerRuns    = errors.New("the clock is running already: stop it first, or throw its time away")
	errTimerStopped = errors.New("no clock is running")
)

// addWork keeps an entry. What was previewed rests on other facts now.
func (s *session) addWork(work review.Work, zone *time.Location, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keepWork(work, zone, now)
}

func (s *session) keepWork(work review.Work, zone *time.Location, now time.Time) error {
	if len(s.work.entries) >= maxWork {
		return errTooMuchWork
	}
	work.ID = fmt.Sprintf("work-%d", s.work.made+1)
	all := append(slices.Clone(s.work.entries), work)
	if err := (review.Ledger{Entries: all, Zone: zone}).Fault(now); err != nil {
		return err
	}
	s.work.made++
	s.work.entries, s.reviewed = all, nil
	return nil
}

// takeBackWork forgets an entry.
func (s *session) takeBackWork(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work.entries = slices.DeleteFunc(slices.Clone(s.work.entries), func(w review.Work) bool { return w.ID == id })
	s.reviewed = nil
}

// startTimer keeps the start of a stretch of work; one runs at a time, for nobody does two things at once.
func (s *session) startTimer(timer running) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.work.timer != nil {
		return errTimerRuns
	}
	s.work.timer = &timer
	return nil
}

// stopTimer makes an entry of the running timer. One that cannot be an entry goes on running, so that
// nothing is lost unseen.
func (s *session) stopTimer(user string, zone *time.Location, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	timer := s.work.timer
	if timer == nil {
		return errTimerStopped
	}
	err := s.keepWork(review.Work{Kind: timer.Kind, Activity: timer.Activity, Start: timer.Start, End: now, User: user, At: now}, zone, now)
	if err == nil {
		s.work.timer = nil
	}
	return err
}

func (s *session) throwTimerAway() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work.timer = nil
}

func (s *session) worked() workLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	return workLog{entries: slices.Clone(s.work.entries), timer: s.work.timer}
}

// ledger is what the clinician says of work outside the room, on the clinic's clock.
func (o open) ledger(v *visit.Visit) review.Ledger {
	return review.Ledger{Entries: o.session.worked().entries, Zone: zoneOf(o.launch, v)}
}

// zoneOf is the time zone of the launch's clinic, else that of the visit, else ours.
func zoneOf(l *smart.Launch, v *visit.Visit) *time.Location {
	if l.Issuer != nil && l.Issuer.Zone != "" {
		if zone, err := time.LoadLocation(l.Issuer.Zone); err == nil {
			return zone
		}
	}
	if start := cmp.Or(v.Session.Start, v.Start); start != nil {
		return start.Location()
	}
	return time.Local
}

// addOrUndoWork takes an entry of the ledger, or takes one back.
func (s *Server) addOrUndoWork(w http.ResponseWriter, r *http.Request, o open) {
	s.changeWork(w, r, o, func(form url.Values, zone *time.Location) error {
		if id := form.Get("undo"); id != "" {
			o.session.takeBackWork(id)
			return nil
		}
		work, err := workOf(form, zone)
		if err != nil {
			return err
		}
		work.User, work.At = o.launch.User, s.options.Now()
		return o.session.addWork(work, zone, s.options.Now())
	})
}

// startWork starts the clock.
func (s *Server) startWork(w http.ResponseWriter, r *http.Request, o open) {
	s.changeWork(w, r, o, func(form url.Values, zone *time.Location) error {
		now := s.options.Now().Truncate(time.Second)
		timer := running{Kind: form.Get("kind"), Activity: form.Get("evaluation"), Start: now}
		try := review.Work{Kind: timer.Kind, Activity: timer.Activity, Start: now.Add(-time.Second), End: now, User: o.launch.User}
		if err := (review.Ledger{Entries: []review.Work{try}, Zone: zone}).Fault(now); err != nil {
			return err
		}
		return o.session.startTimer(timer)
	})
}

// stopWork stops the clock and makes an entry of its time, or throws the time away.
func (s *Server) stopWork(w http.ResponseWriter, r *http.Request, o open) {
	s.changeWork(w, r, o, func(form url.Values, zone *time.Location) error {
		if form.Get("discard") != "" {
			o.session.throwTimerAway()
			return nil
		}
		return o.session.stopTimer(o.launch.User, zone, s.options.Now().Truncate(time.Second))
	})
}

// changeWork reads a form of the ledger, changes the ledger and shows the visit as it stands then.
func (s *Server) changeWork(w http.ResponseWriter, r *http.Request, o open, change func(url.Values, *time.Location) error) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	if o.launch.User == "" {
		s.fail(w, r, review.ErrNoUser)
		return
	}
	_, reviewed, answers, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if err := change(r.PostForm, zoneOf(o.launch, reviewed.Visit())); err != nil {
		s.showReview(w, r, o, reviewed, answers, &notTaken{What: "Your entry was not taken.", Why: sentence(err.Error()), work: r.PostForm})
		return
	}
	seeOther(w, visitPath(o.launch.ID)+"#work")
}

// workOf is the entry of a form: a day with minutes, or with clock times. An end that is not after the
// start is on the next day; the limit of a stretch refuses what cannot be meant.
func workOf(form url.Values, zone *time.Location) (review.Work, error) {
	work := review.Work{Kind: form.Get("kind"), Activity: form.Get("evaluation")}
	day, minutes, from, to := form.Get("day"), strings.TrimSpace(form.Get("minutes")), form.Get("from"), form.Get("to")
	switch {
	case minutes != "" && (from != "" || to != ""):
		return work, errors.New("give either minutes, or start and end")
	case minutes != "":
		n, err := strconv.Atoi(minutes)
		if err != nil {
			return work, errors.New("give whole minutes")
		}
		work.Day, work.Minutes = day, n
		return work, nil
	case from == "" || to == "":
		return work, errors.New("give minutes, or both start and end")
	}
	start, err := time.ParseInLocation("2006-01-02 15:04", day+" "+from, zone)
	if err != nil {
		return work, errors.New("give the day and the start, such as 14:00")
	}
	end, err := time.ParseInLocation("2006-01-02 15:04", day+" "+to, zone)
	if err != nil {
		return work, errors.New("give the end, such as 14:45")
	}
	if end.Before(start) {
		end, _ = time.ParseInLocation("2006-01-02 15:04", start.AddDate(0, 0, 1).Format(time.DateOnly)+" "+to, zone)
	}
	work.Start, work.End = start, end
	return work, nil
}

// A ledgerView is the ledger with its forms.
type ledgerView struct {
	Launch      string
	Named       bool                // the visit names an evaluation, so the ledger is open
	Evaluations []review.FormChoice // that the work may belong to; one alone is not asked for
	Kinds       []review.FormChoice
	Entries     []workView
	Total       string
	Timer       *timerView
	Today       string
	Typed       url.Values // of a form that was not taken
	MayAdd      bool
}

// For is the field that asks for the evaluation, under its own id.
func (v *ledgerView) For(field string) evaluationField { return evaluationField{v, field} }

type evaluationField struct {
	View  *ledgerView
	Field string
}

type workView struct{ ID, Kind, Evaluation, When, Minutes, Said, Shared string }

type timerView struct{ Kind, Evaluation, Since string }

// ledgerOf shows the ledger of a launch.
func (s *Server) ledgerOf(o open, reviewed *review.Review, form *notTaken) *ledgerView {
	v, log := reviewed.Visit(), o.session.worked()
	zone := zoneOf(o.launch, v)
	view := &ledgerView{Launch: o.launch.ID, Kinds: review.WorkKinds, MayAdd: o.launch.User != "", Today: s.options.Now().In(zone).Format(time.DateOnly)}
	view.Evaluations, view.Named = evaluationsOf(v)
	view.Entries, view.Total = worksOf(review.Ledger{Entries: log.entries, Zone: zone}, v)
	if log.timer != nil {
		view.Timer = &timerView{wordsOf(review.WorkKinds, log.timer.Kind), wordsOf(review.WorkActivities, log.timer.Activity), momentIn(log.timer.Start, zone)}
	}
	if form != nil {
		view.Typed = form.work
	}
	return view
}

// evaluationsOf are the evaluations that the visit names; all of them where it names none.
func evaluationsOf(v *visit.Visit) (evaluations []review.FormChoice, named bool) {
	for _, choice := range review.WorkActivities {
		for _, service := range v.Facts.Services {
			if service.Activity == choice.Value {
				evaluations = append(evaluations, choice)
				break
			}
		}
	}
	if len(evaluations) == 0 {
		return review.WorkActivities, false
	}
	return evaluations, true
}

// worksOf are the entries with what of each counts, and what counts in all.
func worksOf(ledger review.Ledger, v *visit.Visit) (all []workView, total string) {
	var sum time.Duration
	for _, c := range ledger.Counts(v) {
		sum += c.Own
		view := workView{ID: c.ID, Kind: wordsOf(review.WorkKinds, c.Kind), Evaluation: wordsOf(review.WorkActivities, c.Activity),
			Said: momentIn(c.At, ledger.Zone), When: longDay(c.Day), Minutes: wholeMinutes(c.Own)}
		if c.Day == "" {
			view.When = betweenIn(c.Start, c.End, ledger.Zone)
		}
		if c.Shared >= time.Minute {
			view.Shared = wholeMinutes(c.Shared) + " of it lie within the session or another entry, and count once only."
		}
		all = append(all, view)
	}
	return all, wholeMinutes(sum)
}

func wholeMinutes(d time.Duration) string {
	n := int(d / time.Minute)
	return minutes(&n)
}

// momentIn is a day and a time on the clinic's clock.
func momentIn(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("January 2, 2006, 15:04")
}

// betweenIn is a stretch on the clinic's clock, with both days where it runs over midnight.
func betweenIn(start, end time.Time, zone *time.Location) string {
	if start.In(zone).Format(time.DateOnly) == end.In(zone).Format(time.DateOnly) {
		return momentIn(start, zone) + " to " + clockIn(end, zone)
	}
	return momentIn(start, zone) + " to " + momentIn(end, zone)
}

func wordsOf(choices []review.FormChoice, value string) string {
	return review.Form{Choices: choices}.Words(value)
}

// restsOnWork marks the lines that would not stand so without the ledger.
func (body *visitPage) restsOnWork(rests map[string][]review.Assertion) {
	for i, line := range body.Lines {
		total := 0
		for _, a := range rests[line.ID] {
			if minutes, ok := a.Value.(float64); ok && a.FromLedger() {
				total += int(minutes)
			}
		}
		if total > 0 {
			body.Lines[i].Said = strings.TrimPrefix(line.Said+"; "+minutes(&total)+" of work outside the room", "; ")
		}
	}
}
