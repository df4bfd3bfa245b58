package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// A strip says whose chart is open.
type strip struct{ Name, Born, Sex, Record string }

func stripOf(p visit.Person) *strip {
	return &strip{Name: cmp.Or(p.Name, "Name not in the record"), Born: cmp.Or(longDay(p.BirthDate), "not known"),
		Sex: cmp.Or(p.Sex, "not known"), Record: cmp.Or(p.Record, "none marked")}
}

// A visitPage is the review of one visit in the words of the page.
type visitPage struct {
	Heading   string
	Person    *strip // whose visit it is, for the sheet that is printed
	Clinician string
	Alert     *notTaken // the last form
	Filings   *filingsView
	MayPick   bool // the launch named no visit, so another may be picked
	Today     []string
	Unread    []visit.Unread
	Session   sessionView

	Lines        []lineView
	Choices      []choiceView
	Flags        []findingView
	NotSuggested []notSuggestedView
	Answers      []answerView   // what the clinician said on this page
	Questions    []questionView // to be answered here
	InChart      []questionView // to be answered in the chart
	CanFile      bool
	WhyNot       string
	Doubt        string // why the EHR may refuse, said before the click
	Unticked     string // why nothing is ticked
	Seen         string // names what is shown, so that the preview can say that it changed

	NoteStatus string
	Gaps       []gapView
	MoreGaps   []gapView
	GapCount   string
	NoRules    bool // no documentation rule was asked, since nothing says what was done
	Vague      []docs.Vague
	Present    string // how many elements the note holds
	Repeats    *repeatsView
	Scores     []scoreView
	// What of each part could not be loaded.
	ScoresUnread, CodesUnread, NoteUnread, SidesUnread, ChargesUnread, DiagnosesUnread string

	Consistency []consistencyView
	Charges     []chargeView
	Notes       []visit.Remark
	Ledger      *ledgerView // work outside the room
	Choosing    *choosingView
	Facts       []factView // that have a source
}

func visitBody(r *review.Review, v *visit.Visit, user string, lower map[string]string, answers ...said) visitPage {
	read := evidenceOf(v)
	body := visitPage{
		Heading:      "Visit on " + cmp.Or(weekday(r.DateOfService), "an unknown day"),
		Person:       stripOf(v.Person),
		Clinician:    v.Clinician.Name,
		Unread:       r.Unread,
		Session:      sessionOf(r.Session, read),
		Choices:      choicesOf(r),
		Flags:        findingsOf(r.Coding.Flags),
		NotSuggested: notSuggestedOf(r.Coding.NotSuggested),
		CanFile:      user != "",
		Seen:         seen(r),
		NoteStatus:   r.Documentation.Status,
		NoRules:      len(r.Documentation.Elements) == 0,
		Vague:        r.Documentation.Vague,
		Repeats:      repeatsOf(r.Documentation.Similarity),
		Scores:       scoresOf(r.Scores, read),
		Consistency:  consistencyOf(r.Consistency, read),
		Charges:      chargesOf(v.Charges),
		Notes:        r.Notes,
		Facts:        factsOf(r.Facts, read),
	}
	for _, score := range body.Scores {
		if score.Trigger != "" {
			body.Today = append(body.Today, score.today())
		}
	}
	for _, note := range r.Notes {
		if note.Look {
			body.Today = append(body.Today, note.Resource+" "+note.Text)
		}
	}
	body.notLoaded(r.Unread)
	body.gaps(r.Documentation.Elements)
	body.lines(r, v, lower)
	body.asked(r.Coding.Questions, answers, user != "")
	if user == "" {
		body.WhyNot = sentence(review.ErrNoUser.Error())
	}
	return body
}

// Picked reports whether the clinician picked a line.
func (body visitPage) Picked() bool { return body.Choosing != nil && len(body.Choosing.Picks) > 0 }

// seen names the content of a review, so that two readings can be told apart.
func seen(r *review.Review) string {
	content, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// A sessionView is the time of the visit.
type sessionView struct {
	Status    string
	Word      string
	Minutes   string
	Number    int
	Between   string
	Question  string
	Said      string // that the clinician's minutes count, and not these
	Timeline  *timeline
	Scales    []scaleView // of timed services
	Untimed   bool        // something may be billed, and no minutes decide it
	Segments  []segmentView
	Proof     proof
	Unread    string // what of it could not be loaded
	Conflicts []visit.Conflict
}

// ScalesShown are the first scales, and ScalesMore the others.
func (v sessionView) ScalesShown() []scaleView { return v.Scales[:min(scalesShown, len(v.Scales))] }

// ScalesMore are those that are folded.
func (v sessionView) ScalesMore() []scaleView { return v.Scales[min(scalesShown, len(v.Scales)):] }

type segmentView struct {
	Between, Activity, Minutes, Counted, Why, Sources string
	IsCounted                                         bool
	start                                             *time.Time
}

func sessionOf(s visit.Session, read evidence) sessionView {
	view := sessionView{Status: s.Status, Word: sessionStatus(s.Status), Between: fromTo(s.Start, s.End),
		Question: s.Question, Timeline: timelineOf(s), Proof: proofOfTime(s, read)}
	for _, c := range s.Conflicts {
		view.Conflicts = append(view.Conflicts, visit.Conflict{Text: sentence(c.Text), Sources: c.Sources})
	}
	if s.Minutes != nil {
		view.Minutes, view.Number = minutes(s.Minutes), *s.Minutes
	}
	for _, each := range s.Segments {
		view.Segments = append(view.Segments, segmentView{
			Between: cmp.Or(span(each.Start, each.End), "no times"), Activity: cmp.Or(capital(activity(each.Activity)), unnamed(each)),
			Minutes: cmp.Or(minutes(each.Minutes), "not known"), Counted: countedWord(each.Counted), IsCounted: each.Counted,
			Why: sentence(each.Why), Sources: read.text(each.Sources), start: each.Start})
	}
	view.Segments = append(view.Segments, between(s)...)
	slices.SortStableFunc(view.Segments, func(a, b segmentView) int {
		if a.start == nil || b.start == nil {
			return 0
		}
		return a.start.Compare(*b.start)
	})
	return view
}

// proofOfTime is what the minutes of the session rest on: the closest source of time, each minute once.
func proofOfTime(s visit.Session, read evidence) proof {
	var sources []string
	for _, each := range s.Segments {
		if each.Counted {
			sources = append(sources, each.Sources...)
		}
	}
	for _, c := range s.Conflicts {
		sources = append(sources, c.Sources...)
	}
	slices.Sort(sources)
	p := read.proof(slices.Compact(sources))
	if len(sources) == 0 {
		return p
	}
	p = p.by("The source closest to the service decides; stretches are joined, and no minute counts twice", "")
	if p.Field != "" {
		p.Reference = "HL7 FHIR R4 (4.0.1), " + p.Field
	}
	return p
}

// A lineView is a suggestion that may be confirmed.
type lineView struct {
	ID, Code, Label, Units string
	Modifiers              []coded
	Place                  *coded
	Reason                 string
	Said                   string // what the clinician said that it rests on
	Minutes                string
	Higher, Lower          string
	Flags                  []string
	Because                []becauseView
	Ticked                 bool
	There                  string // the charge that stands in the record already
}

// A coded is a short code with what it means here.
type coded struct{ Code, Words string }

type becauseView struct {
	Status, Text string
	Proof        proof
	Met          bool
}

// lines are the suggestions. One is ticked beforehand only where nothing stands against it: no
// needed element is open, it carries no flag but the one that says how far it reaches, and the
// record does not hold it yet.
func (body *visitPage) lines(r *review.Review, v *visit.Visit, lower map[string]string) {
	blocked := slices.ContainsFunc(r.Documentation.Elements, func(e docs.Element) bool {
		return isGap(e) && e.Severity == docs.Block
	})
	ids, read := offerIDs(r), evidenceOf(v)
	for i, s := range r.Coding.Suggestions {
		line := lineView{ID: ids[i], Code: s.Code, Label: s.Label, Units: units(s.Units), Minutes: minutes(s.Minutes),
			Modifiers: modifiersOf(s.Modifiers), Lower: lower[s.Code], Flags: flagsOf(s, r.Coding.Flags), Because: becauseOf(s.Because, read)}
		if s.PlaceOfService != "" {
			line.Place = &coded{s.PlaceOfService, placeWords[s.PlaceOfService]}
		}
		if s.Next != nil {
			line.Higher = fmt.Sprintf("%d min to %s", s.Next.MinutesToGo, s.Next.Code)
		}
		line.Reason = reasonOf(s.Because)
		line.There = chargeFor(s, v.Charges)
		line.Ticked = !blocked && line.There == "" && !slices.ContainsFunc(s.Flags, func(f string) bool { return f != "no-prolonged-code" })
		body.Lines = append(body.Lines, line)
	}
	if blocked && len(body.Lines) > 0 {
		body.Unticked = "Nothing is ticked, because the note still lacks something that is needed."
	}
}

// offerIDs are the ids of the offers that are lines of their own, in the order of the suggestions.
func offerIDs(r *review.Review) []string {
	var ids []string
	for _, o := range r.Offers() {
		if o.Choice == 0 {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func modifiersOf(modifiers []string) []coded {
	var all []coded
	for _, m := range modifiers {
		all = append(all, coded{m, modifierWords[m]})
	}
	return all
}

// reasonOf is the first answer that was met, as the one sentence of a line.
func reasonOf(because []coding.Because) string {
	for _, b := range because {
		if b.Status == coding.Met {
			return sentence(b.Text)
		}
	}
	return ""
}

// flagsOf says a line's flags in words: those of the top level with its code, else the kind itself.
func flagsOf(s coding.Suggestion, flags []coding.Flag) []string {
	var all []string
	for _, kind := range s.Flags {
		i := slices.IndexFunc(flags, func(f coding.Flag) bool { return f.Kind == kind && f.Code == s.Code })
		if i >= 0 {
			all = append(all, sentence(flags[i].Text))
			continue
		}
		all = append(all, sentence(strings.ReplaceAll(kind, "-", " ")))
	}
	return all
}

// A findingView is what the rules found beside the lines.
type findingView struct {
	Code, Text string
	Because    []becauseView
}

func findingsOf(flags []coding.Flag) []findingView {
	var all []findingView
	for _, f := range flags {
		all = append(all, findingView{Code: f.Code, Text: sentence(f.Text)})
	}
	return all
}

// becauseOf are the answers of rules, each with what it rests on; a reference that the one before it has
// too is not written out again.
func becauseOf(because []coding.Because, read evidence) []becauseView {
	var all []becauseView
	for i, b := range because {
		rule, reference := b.Rule, b.Reference
		if b.Layer != "" {
			rule += " of the " + b.Layer + " rules"
		}
		if i > 0 && reference != "" && reference == because[i-1].Reference {
			reference = "as above"
		}
		all = append(all, becauseView{Status: ruleStatus(b.Status), Met: b.Status == coding.Met, Text: sentence(b.Text), Proof: read.proof(b.Sources).by(rule, reference)})
	}
	return all
}

// chargeFor is the charge in the record that is this very line, withdrawn ones aside.
func chargeFor(s coding.Suggestion, charges []visit.Charge) string {
	for _, c := range charges {
		if c.Code == s.Code && slices.Equal(slices.Sorted(slices.Values(c.Modifiers)), slices.Sorted(slices.Values(s.Modifiers))) &&
			c.Status != "entered-in-error" && c.Status != "aborted" {
			return cmp.Or(c.Reference, "a charge without a name")
		}
	}
	return ""
}

// A choiceView is a line that the rules leave to the clinician.
type choiceView struct {
	Name    string
	Why     string
	Options []optionView
	Open    bool // no option is taken
	Because []becauseView
	Said    string // what the clinician said that it rests on
}

type optionView struct {
	ID    string
	Lines []string
	Taken bool
}

// taken ticks what a person had chosen on the form that could not be taken, and nothing else.
func (body *visitPage) taken(offers []string) {
	for i := range body.Lines {
		body.Lines[i].Ticked = slices.Contains(offers, body.Lines[i].ID)
	}
	for i := range body.Choices {
		for j, option := range body.Choices[i].Options {
			if slices.Contains(offers, option.ID) {
				body.Choices[i].Options[j].Taken, body.Choices[i].Open = true, false
			}
		}
	}
}

func choicesOf(r *review.Review) []choiceView {
	choices := make([]choiceView, len(r.Coding.Choices))
	for i, c := range r.Coding.Choices {
		choices[i] = choiceView{Name: fmt.Sprintf("choice-%d", i+1), Why: sentence(c.Why), Open: true}
	}
	for _, o := range r.Offers() {
		if o.Choice == 0 {
			continue
		}
		var lines []string
		for _, line := range o.Lines {
			lines = append(lines, lineText(line.Code, line.Modifiers, line.Units))
		}
		choice := &choices[o.Choice-1]
		choice.Options = append(choice.Options, optionView{ID: o.ID, Lines: lines})
	}
	return choices
}

// lineText is a line as one would say it: "97112 GP, 2 units".
func lineText(code string, modifiers []string, n int) string {
	return strings.Join(append([]string{code}, modifiers...), " ") + ", " + units(n)
}

type notSuggestedView struct {
	Code, Status, Text string
	Proof              proof
}

func notSuggestedOf(fallen []coding.NotSuggested) []notSuggestedView {
	var all []notSuggestedView
	for _, n := range fallen {
		reference := n.Reference
		if n.Layer != "" {
			reference += " (" + n.Layer + " rules)"
		}
		all = append(all, notSuggestedView{n.Code, ruleStatus(n.Status), sentence(n.Text), proof{Reference: reference}})
	}
	return all
}

// A gapView is one thing that the note lacks.
type gapView struct {
	Severity, Word, Missing, Why, Write, Or, Known, Found, Reference string

	KnownValue string // what the record holds, without where it was read
}

const gapsShown = 3 // the rest is folded: each further reminder makes all of them less read

func isGap(e docs.Element) bool { return e.Status == docs.Missing || e.Status == docs.Unclear }

// gaps ranks what is missing: what is needed first, then what is likely asked for, then advice.
func (body *visitPage) gaps(elements []docs.Element) {
	var all []gapView
	for _, severity := range []string{docs.Block, docs.Warn, docs.Info} {
		for _, e := range elements {
			if isGap(e) && e.Severity == severity {
				all = append(all, gapOf(e))
			}
		}
	}
	present := 0
	for _, e := range elements {
		if e.Status == docs.Present {
			present++
		}
	}
	if present > 0 {
		body.Present = counted(present, "element", "elements")
	}
	shown := min(gapsShown, len(all))
	body.Gaps, body.MoreGaps = all[:shown], all[shown:]
	body.GapCount = counted(len(all), "gap", "gaps")
}

func gapOf(e docs.Element) gapView {
	gap := gapView{Severity: e.Severity, Word: severityWords[e.Severity], Missing: cmp.Or(e.Name, activity(e.ID)),
		Why: sentence(e.Why), Write: sentence(e.Gap), Or: sentence(e.Or), Reference: e.Reference}
	if e.Status == docs.Unclear {
		gap.Missing += ", not clear in the note"
	}
	var found []string
	for _, evidence := range e.Evidence {
		found = append(found, "“"+evidence.Text+"”")
	}
	if e.ID != clonedElement { // its passages stand below the gaps, folded
		gap.Found = strings.Join(found, ", ")
	}
	if e.Known != nil {
		gap.Known, gap.KnownValue = e.Known.Value, e.Known.Value
		if len(e.Known.Sources) > 0 {
			gap.Known += " (" + strings.Join(e.Known.Sources, ", ") + ")"
		}
	}
	return gap
}

type consistencyView struct {
	Name, Status, Word, Record, Claim, Note, Text string
	Phrases                                       string
	Proof                                         proof
}

func consistencyOf(checks []review.Consistency, read evidence) []consistencyView {
	var all []consistencyView
	for _, c := range checks {
		if c.ID == "cc_note_exists" {
			if c.Status != review.Equal { // a note that is there needs no row
				all = append(all, consistencyView{Name: consistencyName(c), Status: c.Status, Word: consistencyStatus(c), Record: "visit", Note: activity(c.Record), Text: sentence(c.Text)})
			}
			continue
		}
		all = append(all, consistencyView{Name: consistencyName(c), Status: c.Status, Word: consistencyStatus(c),
			Record: cmp.Or(c.Record, "not said"), Claim: c.Claim, Note: cmp.Or(c.Note, "not said"), Text: sentence(c.Text),
			Phrases: phrases(c.Evidence), Proof: read.proof(c.Sources).by(c.ID, c.Reference)})
	}
	return all
}

type chargeView struct {
	Line, Status, Reference, Origin string

	Ours            bool
	Void, VoidWords string // the way to take it back; empty: there is none
}

func chargesOf(charges []visit.Charge) []chargeView {
	var all []chargeView
	for _, c := range charges {
		origin := "entered elsewhere"
		if c.Key != "" {
			origin = "filed with this app"
		}
		all = append(all, chargeView{Line: lineText(c.Code, c.Modifiers, c.Units), Status: c.Status, Reference: c.Reference, Origin: origin, Ours: c.Key != ""})
	}
	return all
}

// An encountersPage lists the visits that a clinician may mean.
type encountersPage struct{ Choices []encounterView }

type encounterView struct{ Reference, Day, Between, Text, Status string }

func encountersBody(choices []visit.EncounterChoice) encountersPage {
	var body encountersPage
	for _, c := range choices {
		body.Choices = append(body.Choices, encounterView{c.Reference, cmp.Or(weekday(c.Day), "Day not known"),
			fromTo(c.Start, c.End), cmp.Or(c.Text, "Visit"), c.Status})
	}
	return body
}
