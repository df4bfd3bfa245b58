package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// choosing is what the clinician of a launch chose beside accepting what the rules suggest.
type choosing struct {
	picks       []review.Pick
	notBillable time.Time // when it was said that nothing is billed today; zero where it was not
}

const (
	maxPicks     = 20  // of one launch
	codesShown   = 40  // of one search
	longestQuery = 100 // characters
)

var (
	errTooManyPicks = errors.New("there are too many picked lines: take some back")
	errNotBillable  = errors.New("you said that this visit is not billable today: undo that first")
)

// pickLine keeps a line in the place of an earlier one of the same code and modifiers.
func (s *session) pickLine(pick review.Pick) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	picks := slices.DeleteFunc(slices.Clone(s.choosing.picks), func(p review.Pick) bool { return p.ID() == pick.ID() })
	if len(picks) >= maxPicks {
		return errTooManyPicks
	}
	s.choosing.picks, s.reviewed = append(picks, pick), nil
	return nil
}

// unpick forgets a picked line.
func (s *session) unpick(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.choosing.picks = slices.DeleteFunc(slices.Clone(s.choosing.picks), func(p review.Pick) bool { return p.ID() == id })
	s.reviewed = nil
}

// sayNotBillable keeps that nothing is billed today; the zero time takes it back. What was previewed
// cannot be confirmed any more.
func (s *session) sayNotBillable(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.choosing.notBillable, s.reviewed = at, nil
}

func (s *session) chosen() choosing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return choosing{slices.Clone(s.choosing.picks), s.choosing.notBillable}
}

// showCodes lists the codes that may be picked: those usual for the visit, or those that a search means.
func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, o open) {
	_, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.renderCodes(w, r, o, reviewed, r.URL.Query().Get("q"), nil)
}

func (s *Server) renderCodes(w http.ResponseWriter, r *http.Request, o open, reviewed *review.Review, search string, form *notTaken) {
	status := http.StatusOK
	body := s.codesBody(o, reviewed, search)
	if form != nil {
		status, body.Alert = http.StatusUnprocessableEntity, form
	}
	s.render(w, r, status, "codes", s.chartPage(o, reviewed, body.Heading, body))
}

// pick keeps a line that the clinician chose, or takes one back.
func (s *Server) pick(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	if o.launch.User == "" {
		s.fail(w, r, review.ErrNoUser)
		return
	}
	_, reviewed, _, err := s.read(r.Context(), o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if id := r.PostForm.Get("undo"); id != "" {
		o.session.unpick(id)
		seeOther(w, visitPath(o.launch.ID)+"#suggestions")
		return
	}
	units, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("units")))
	if err != nil {
		units = 0 // refused by the same words as none
	}
	pick := review.Pick{Code: r.PostForm.Get("code"), Units: units, Modifiers: inOrder(reviewed.Modifiers(), r.PostForm["modifier"]),
		User: o.launch.User, At: s.options.Now()}
	if err = s.options.Reviews.PickFault(reviewed, pick); err == nil {
		err = o.session.pickLine(pick)
	}
	if err != nil {
		s.renderCodes(w, r, o, reviewed, r.PostForm.Get("q"), &notTaken{What: "The line was not taken.", Why: sentence(err.Error())})
		return
	}
	seeOther(w, visitPath(o.launch.ID)+"#suggestions")
}

// inOrder puts what was chosen in the order of a list; what is not on it comes last, to be refused.
func inOrder(list, chosen []string) []string {
	var all []string
	for _, each := range slices.Concat(list, chosen) {
		if slices.Contains(chosen, each) && !slices.Contains(all, each) {
			all = append(all, each)
		}
	}
	return all
}

// sayBillable keeps that nothing is billed today, or takes it back. It writes nothing.
func (s *Server) sayBillable(w http.ResponseWriter, r *http.Request, o open) {
	if err := readForm(r); err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case o.encounter() == "":
		s.fail(w, r, errNotChosen)
		return
	case o.launch.User == "":
		s.fail(w, r, review.ErrNoUser)
		return
	}
	at := s.options.Now()
	if r.PostForm.Get("undo") != "" {
		at = time.Time{}
	}
	o.session.sayNotBillable(at)
	seeOther(w, visitPath(o.launch.ID)+"#suggestions")
}

// confirmedChoice is what a form chose: offers, picked lines by their ids, and diagnoses to link. A form
// that asked for no diagnoses links those that the page ticks by itself.
func (o open) confirmedChoice(r *http.Request, reviewed *review.Review) (offers []string, picks []review.Pick, diagnoses []string) {
	chosen := o.session.chosen()
	for _, id := range chosenOffers(r) {
		i := slices.IndexFunc(chosen.picks, func(p review.Pick) bool { return p.ID() == id })
		if i >= 0 {
			picks = append(picks, chosen.picks[i])
		} else {
			offers = append(offers, id)
		}
	}
	if diagnoses = ticked(r); diagnoses != nil {
		return offers, picks, diagnoses
	}
	diagnoses = []string{}
	for _, d := range reviewed.Visit().Diagnoses {
		if ofEncounter(d) && d.Code != "" {
			diagnoses = append(diagnoses, d.Reference)
		}
	}
	return offers, picks, diagnoses
}

// ofEncounter reports whether the record gives a diagnosis to the visit itself, and not to the patient.
func ofEncounter(d visit.Diagnosis) bool { return d.Origin == "encounter" }

// A codesPage lists codes that may be picked.
type codesPage struct {
	Heading, Launch, Search string
	Alert                   *notTaken
	Instead                 []string // what the rules suggest
	Usual, Found            []codeView
	More                    int // found and not shown
	CanPick                 bool
}

// A codeLine is one code on its page.
type codeLine struct {
	Page codesPage
	Code codeView
}

// A codeView is a code with what the rules say of one unit of it.
type codeView struct {
	Code, Label, Status, Text string
	Met                       bool
	Because                   []becauseView
	Modifiers                 []coded
}

func (s *Server) codesBody(o open, reviewed *review.Review, search string) codesPage {
	search = strings.TrimSpace(search)
	if runes := []rune(search); len(runes) > longestQuery {
		search = string(runes[:longestQuery])
	}
	body := codesPage{Heading: "Pick another code or units", Launch: o.launch.ID, Search: search, CanPick: o.launch.User != ""}
	for _, line := range reviewed.Coding.Suggestions {
		body.Instead = append(body.Instead, lineText(line.Code, line.Modifiers, line.Units))
	}
	reviews := s.options.Reviews
	if search == "" {
		for _, code := range reviews.Usual(reviewed) {
			body.Usual = append(body.Usual, s.codeOf(reviewed, code))
		}
		return body
	}
	found := reviews.Codes.Find(search)
	body.More = max(0, len(found)-codesShown)
	for _, code := range found[:min(codesShown, len(found))] {
		body.Found = append(body.Found, s.codeOf(reviewed, code))
	}
	return body
}

func (s *Server) codeOf(reviewed *review.Review, code string) codeView {
	label, _ := s.options.Reviews.Codes.Label(code)
	view := codeView{Code: code, Label: label, Modifiers: modifiersOf(reviewed.Modifiers()),
		Because: becauseOf(s.options.Reviews.Weigh(reviewed, coding.Line{Code: code, Units: 1}), evidenceOf(reviewed.Visit()))}
	view.Status, view.Text, view.Met = verdict(view.Because)
	return view
}

// verdict is the first answer that was not met, else the first.
func verdict(because []becauseView) (status, text string, met bool) {
	if len(because) == 0 {
		return "", "", false
	}
	i := max(slices.IndexFunc(because, func(b becauseView) bool { return !b.Met }), 0)
	return because[i].Status, because[i].Text, because[i].Met
}

// A pickView is a picked line with what the rules say of it.
type pickView struct {
	ID, Code, Label, Units, Said, Status, Text, There string
	Modifiers                                         []coded
	Met, Ticked                                       bool
	Because                                           []becauseView
}

// A diagnosisView is a diagnosis that the lines may be linked to.
type diagnosisView struct {
	Reference, Code, Display, Origin string
	Ticked                           bool
}

// A choosingView is what the page needs for choosing beside the suggestions.
type choosingView struct {
	Launch      string
	Picks       []pickView
	NotBillable string // when it was said; empty where it was not
	Encounter   []diagnosisView
	Problems    []diagnosisView
	Uncoded     []string
	CanChoose   bool
}

// choosingOf shows what was chosen. A form that could not be taken keeps its ticks.
func (s *Server) choosingOf(o open, reviewed *review.Review, form *notTaken) *choosingView {
	chosen, zone := o.session.chosen(), zoneOf(o.launch, reviewed.Visit())
	view := &choosingView{Launch: o.launch.ID, CanChoose: o.launch.User != ""}
	if !chosen.notBillable.IsZero() {
		view.NotBillable = clockIn(chosen.notBillable, zone)
	}
	for _, p := range chosen.picks {
		label, _ := s.options.Reviews.Codes.Label(p.Code)
		pick := pickView{ID: p.ID(), Code: p.Code, Label: label, Units: units(p.Units), Modifiers: modifiersOf(p.Modifiers), Said: clockIn(p.At, zone),
			Because: becauseOf(s.options.Reviews.Weigh(reviewed, p.Line()), evidenceOf(reviewed.Visit())), Ticked: true,
			There: chargeFor(coding.Suggestion{Code: p.Code, Modifiers: p.Modifiers}, reviewed.Visit().Charges)}
		pick.Status, pick.Text, pick.Met = verdict(pick.Because)
		if form != nil && form.offers != nil {
			pick.Ticked = slices.Contains(form.offers, p.ID())
		}
		view.Picks = append(view.Picks, pick)
	}
	view.diagnoses(reviewed.Visit().Diagnoses, form)
	return view
}

// untickReplaced takes the tick from suggested lines in whose place the clinician picked one: both for
// one service would bill it twice. They can be ticked again.
func (body *visitPage) untickReplaced(reviews *review.Service, reviewed *review.Review) {
	for i, line := range body.Lines {
		for _, pick := range body.Choosing.Picks {
			if line.Ticked && reviews.Alike(reviewed, line.Code, pick.Code) {
				body.Lines[i].Ticked = false
				body.Unticked = "Suggested lines of the kind that you picked are not ticked, so that nothing is billed twice."
			}
		}
	}
}

// diagnoses lists those of the visit apart from those of the problem list. What the record gives to the
// visit is ticked, for the visit was documented with it; nothing else is.
func (view *choosingView) diagnoses(all []visit.Diagnosis, form *notTaken) {
	for _, d := range all {
		if d.Code == "" {
			view.Uncoded = append(view.Uncoded, fmt.Sprintf("%s (%s, %s)", d.Display, d.Origin, d.Reference))
			continue
		}
		one := diagnosisView{Reference: d.Reference, Code: d.Code, Display: d.Display, Origin: d.Origin, Ticked: ofEncounter(d)}
		if d.Rank > 0 {
			one.Origin += fmt.Sprintf(", rank %d", d.Rank)
		}
		if form != nil && form.diagnoses != nil {
			one.Ticked = slices.Contains(form.diagnoses, d.Reference)
		}
		if ofEncounter(d) {
			view.Encounter = append(view.Encounter, one)
		} else {
			view.Problems = append(view.Problems, one)
		}
	}
}

// Ticked names the diagnoses that are ticked when the page is opened.
func (view *choosingView) Ticked() string {
	var codes []string
	for _, d := range slices.Concat(view.Encounter, view.Problems) {
		if d.Ticked {
			codes = append(codes, d.Code)
		}
	}
	return cmp.Or(strings.Join(codes, ", "), "none")
}

// linkedOf are the diagnoses of a filing as the preview shows them.
func linkedOf(filing visit.Filing) []diagnosisView {
	var all []diagnosisView
	for _, d := range filing.Diagnoses {
		if d.Code != "" {
			all = append(all, diagnosisView{Reference: d.Reference, Code: d.Code, Display: d.Display, Origin: d.Origin})
		}
	}
	return all
}
