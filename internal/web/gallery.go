package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
	"github.com/chargenote/chargenote/smart"
)

// The gallery shows every part of the page in every state, from visits that are fixed and made up. The
// handlers and templates are those of the real pages, over a chart that stands still. There is no
// launch behind it, so its forms lead nowhere. It is there in the demonstration only.

// galleryNow is when every visit of the gallery is looked at.
var galleryNow = time.Date(2025, 3, 10, 15, 10, 0, 0, time.FixedZone("", -4*60*60))

// A scene is one page of the gallery.
type scene struct {
	Name, Title, Look string
	show              func(g *gallery, w http.ResponseWriter, r *http.Request) error
}

// A sceneGroup is a heading of the gallery with its scenes.
type sceneGroup struct {
	Title  string
	Scenes []scene
}

// galleryScenes are all scenes in the order in which a visit meets them.
var galleryScenes = []sceneGroup{
	{"The visit", []scene{
		{"known", "Everything is known", "Minutes, lines, gaps, scores with an answer to look at today and earlier totals, rows that are equal, differ and are unknown.", visitScene(knownStory)},
		{"conflicting", "Times in conflict", "Two sources disagree, so the minutes are a question and only what both support can be billed.", visitScene(conflictingStory)},
		{"unknown", "Almost nothing is known", "No time, no activity, no note: questions instead of guesses.", visitScene(unknownStory)},
		{"choice", "A choice of equals", "The rules leave two lines open, and neither is preselected.", visitScene(choiceStory)},
		{"answered", "A question answered", "What the clinician said stands with its time and can be undone.", visitScene(answeredStory)},
		{"unread", "Not everything could be loaded", "What is missing is named and never taken for absent.", visitScene(unreadStory)},
		{"nobody", "Nobody to confirm", "The EHR did not say who is at the screen, so nothing can be filed.", visitScene(nobodyStory)},
		{"not-taken", "An answer that was not taken", "A form that could not be used says why and changes nothing.", notTakenScene},
		{"reopened", "Opened again after filing", "What became of it, with the way to undo what is still held.", reopenedScene(visit.Receipt{State: visit.StateHeld}, visit.Receipt{State: visit.StateFiled, At: galleryNow})},
		{"restarted", "Opened again after a restart", "What was cut off is not taken for filed, and what is unknown sends her to the chart.", reopenedScene(visit.Receipt{State: visit.StateNotSent}, visit.Receipt{State: visit.StateUnknown})},
		{"encounters", "Which visit?", "The launch named none.", encountersScene(galleryEncounters)},
		{"no-encounters", "No visit to choose from", "The record lists none.", encountersScene(nil)},
	}},
	{"The session line", sessionScenes},
	{"Scores over time", scoreScenes},
	{"Before filing", []scene{
		{"preview", "Preview", "Exactly what would be written, and where.", previewScene("")},
		{"preview-one-by-one", "Preview where nothing goes together", "What this EHR takes, and what it leaves.", rungScene(visit.Rung{Way: visit.WayOneByOne, Left: []string{"no record of who confirmed is filed: this EHR takes none (Provenance)"}})},
		{"preview-in-note", "Preview of a suggestion in a note", "No charge is taken, and the site wants the text.", rungScene(visit.Rung{Way: visit.WayInNote, Left: []string{"this EHR takes no charges (ChargeItem): the lines stand as text in the note, and have to be entered by hand"}})},
		{"by-hand", "To be entered by hand", "Nothing is sent to an EHR that takes no charges.", rungScene(visit.Rung{Way: visit.WayByHand})},
		{"preview-changed", "Preview of a visit that changed", "What was read again is not what was seen.", previewScene("other")},
	}},
	{"After confirming", []scene{
		{"held", "Held", "Ten seconds to undo it; it is filed even if the page is closed.", receiptScene(visit.Receipt{State: visit.StateHeld}, "")},
		{"undone", "Undone", "Nothing was filed, said plainly.", receiptScene(visit.Receipt{State: visit.StateUndone}, "")},
		{"too-late", "Too late to undo", "It had been sent, and the page says what became of it.", tooLateScene},
		{"not-sent", "Not sent", "The program was interrupted while it was held.", receiptScene(visit.Receipt{State: visit.StateNotSent}, "")},
		{"sending", "Sending", "The EHR has not answered yet.", receiptScene(visit.Receipt{State: visit.StateSending}, "")},
		{"filed", "Filed", "Each resource, read back and the same.", receiptScene(visit.Receipt{State: visit.StateFiled, Items: filedItems(true, true, "")}, "")},
		{"filed-aside", "In the chart’s scratchpad", "The record takes no charge, and the chart’s window took it.", asideScene},
		{"filed-unproven", "Filed, not read back", "The answer stands; the proof is missing.", receiptScene(visit.Receipt{State: visit.StateFiled, Items: filedItems(true, false, "")}, "no answer")},
		{"filed-differs", "Filed, and held differently", "The chart holds something else than was sent.", receiptScene(visit.Receipt{State: visit.StateFiled, Items: filedItems(true, true, "the chart has 1 unit, 2 were sent")}, "")},
		{"already-there", "Already there", "The same lines were filed before.", receiptScene(visit.Receipt{State: visit.StateAlready, Items: filedItems(false, true, "")}, "")},
		{"entered-by-hand", "Entered by hand", "The clinician's word, and nothing was sent.", receiptScene(visit.Receipt{State: visit.StateByHand, At: galleryNow}, "")},
		{"refused", "Refused", "Nothing was written, and why.", receiptScene(visit.Receipt{State: visit.StateRefused, Reason: "you or the app may not create ChargeItem; ask your EHR's analyst for user/ChargeItem.c"}, "")},
		{"not-known", "Not known", "Check the chart before anything is sent again.", receiptScene(visit.Receipt{State: visit.StateUnknown, Reason: unknownReason}, "")},
	}},
	{"Taking back", voidScenes},
	{"When something fails", []scene{
		{"lost-cookie", "The cookie was kept back", "With the way out: a window of its own.", failureScene(&smart.Error{Kind: smart.NoCookie, Again: "/launch?iss=https%3A%2F%2Fehr.example%2Ffhir&launch=made-up"})},
		{"other-patient", "Another patient's visit", "The only red page.", failureScene(visit.ErrOtherPatient)},
		{"session-over", "The EHR ended the session", "Open it again from the chart.", failureScene(&smart.Error{Kind: smart.Reopen})},
		{"changed", "The visit changed", "What was seen is not what would be written.", failureScene(errChanged)},
		{"unreachable", "The EHR took too long", "Wait, and load again.", failureScene(context.DeadlineExceeded)},
		{"internal", "A fault of ours", "With a reference number for whoever runs the app.", failureScene(errors.New("made up"))},
	}},
	{"Other pages", []scene{
		{"closed", "The chart is closed", "After it was ended.", func(g *gallery, w http.ResponseWriter, r *http.Request) error {
			g.render(w, r, http.StatusOK, "ended", page{Title: "The chart is closed", Plain: true, Body: false})
			return nil
		}},
	}},
}

// showGallery lists the scenes.
func (s *Server) showGallery(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "gallery", page{Title: "Gallery", Body: galleryScenes})
}

// showScene shows one scene with a server of its own, which keeps nothing for the next request.
func (s *Server) showScene(w http.ResponseWriter, r *http.Request) {
	for _, group := range galleryScenes {
		for _, each := range group.Scenes {
			if each.Name != mux.Vars(r)["scene"] {
				continue
			}
			if err := each.show(s.gallery(), found{w}, onVisitPage(r)); err != nil {
				s.fail(w, r, fmt.Errorf("gallery: %w", err))
			}
			return
		}
	}
	s.fail(w, r, errNoPage)
}

// A gallery is a server whose one chart stands still.
type gallery struct {
	*Server
	chart   *stillChart
	filings *stillFilings
	launch  *smart.Launch
	way     visit.Way // of what is filed
}

func (s *Server) gallery() *gallery {
	g := &gallery{chart: &stillChart{}, filings: &stillFilings{}, launch: &smart.Launch{ID: "gallery", ISS: "https://ehr.example/fhir",
		Issuer: &smart.Issuer{ISS: "https://ehr.example/fhir", Key: "gallery", Tenant: "gallery", Zone: "America/New_York"}, Patient: "p1", Encounter: "e1", User: "Practitioner/d1",
		NeedPatientBanner: true, Scopes: []string{"user/ChargeItem.crus", "user/DocumentReference.crus", "user/Provenance.crs"}}}
	options := s.options
	options.Open = func(*smart.Launch) (Chart, error) { return g.chart, nil }
	options.Filings = g.filings
	options.Now = func() time.Time { return galleryNow }
	options.Log = slog.New(slog.DiscardHandler)
	g.Server = &Server{options: options, origin: s.origin, pages: s.pages, sessions: newSessions(options.Now)}
	return g
}

func (g *gallery) open() open { return open{g.launch, g.sessions.of(g.launch)} }

// onVisitPage is the request as it would have been for the page of a visit.
func onVisitPage(r *http.Request) *http.Request {
	as := r.Clone(r.Context())
	as.URL = &url.URL{Path: visitPath("gallery")}
	return as
}

// found answers 200 whatever the scene is about: the page of the gallery was found.
type found struct{ http.ResponseWriter }

func (f found) WriteHeader(int) { f.ResponseWriter.WriteHeader(http.StatusOK) }

func visitScene(story func(*gallery)) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		story(g)
		g.showVisit(w, r, g.open())
		return nil
	}
}

func encountersScene(choices []visit.EncounterChoice) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		g.launch.Encounter, g.chart.encounters = "", choices
		g.showVisit(w, r, g.open())
		return nil
	}
}

func failureScene(err error) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		g.fail(w, r, err)
		return nil
	}
}

// reviewed is a story as it was read, with what was answered.
func (g *gallery) reviewed(r *http.Request, story func(*gallery)) (*review.Review, []said, error) {
	story(g)
	return g.review(r.Context(), g.open(), g.chart)
}

func notTakenScene(g *gallery, w http.ResponseWriter, r *http.Request) error {
	reviewed, answers, err := g.reviewed(r, unknownStory)
	if err != nil {
		return err
	}
	g.showReview(w, r, g.open(), reviewed, answers, &notTaken{What: "Your answer was not taken.", Why: "Minutes are whole numbers from 1 to 1,440."})
	return nil
}

// previewScene presses the button of the visit's page with every line ticked.
func previewScene(saw string) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		reviewed, _, err := g.reviewed(r, knownStory)
		if err != nil {
			return err
		}
		form := url.Values{"seen": {saw}}
		for _, offer := range reviewed.Offers() {
			form.Add("offer", offer.ID)
		}
		r.Method, r.Form, r.PostForm = http.MethodPost, form, form
		g.preview(w, r, g.open())
		return nil
	}
}

// rungScene is a preview over an EHR that takes filings in another way.
func rungScene(rung visit.Rung) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		g.chart.rung = rung
		return previewScene("")(g, w, r)
	}
}

// receiptScene shows a filing of every line that became what receipt says.
func receiptScene(receipt visit.Receipt, unread string) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		if hasLeft(receipt.State) {
			receipt.At = galleryNow
		}
		if err := g.confirmed(r, receipt); err != nil {
			return err
		}
		g.chart.read, g.chart.readErr = receipt, unread
		g.showWrite(w, mux.SetURLVars(r, map[string]string{"id": "made-up"}), g.open())
		return nil
	}
}

// asideScene shows a charge that the chart's scratchpad took.
func asideScene(g *gallery, w http.ResponseWriter, r *http.Request) error {
	g.way = visit.WayScratchpad
	return receiptScene(visit.Receipt{State: visit.StateFiled, Items: []visit.FiledItem{{Kind: "ChargeItem", Reference: "ChargeItem/s1", Created: true}}}, "")(g, w, r)
}

// tooLateScene presses undo when the filing had been sent.
func tooLateScene(g *gallery, w http.ResponseWriter, r *http.Request) error {
	receipt := visit.Receipt{State: visit.StateFiled, At: galleryNow, Items: filedItems(true, true, "")}
	if err := g.confirmed(r, receipt); err != nil {
		return err
	}
	g.chart.read = receipt
	r.Method = http.MethodPost
	g.undo(w, mux.SetURLVars(r, map[string]string{"id": "made-up"}), g.open())
	return nil
}

// confirmed has every line confirmed, and adds to what became of filings before.
func (g *gallery) confirmed(r *http.Request, receipt visit.Receipt) error {
	reviewed, _, err := g.reviewed(r, knownStory)
	if err != nil {
		return err
	}
	var offers []string
	for _, offer := range reviewed.Offers() {
		offers = append(offers, offer.ID)
	}
	r.Form = url.Values{"offer": offers}
	r.PostForm = r.Form
	filing, err := g.filing(r, reviewed, g.open())
	if err != nil {
		return err
	}
	filing.Way = g.way
	g.filings.all = append(g.filings.all, journal.Entry{ID: "made-up", Attempt: 1, State: receipt.State, Confirmed: galleryNow, SendAt: galleryNow.Add(10 * time.Second), Changed: galleryNow,
		Who: g.launch.User, Kept: true, Filing: filing, Person: reviewed.Visit().Person, Receipt: receipt})
	return nil
}

// reopenedScene is the page of a visit whose filings another launch confirmed.
func reopenedScene(receipts ...visit.Receipt) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		for _, receipt := range receipts {
			if err := g.confirmed(r.Clone(r.Context()), receipt); err != nil {
				return err
			}
		}
		g.chart.readErr = "no answer"
		g.showVisit(w, r, g.open())
		return nil
	}
}

// stillFilings are filings that stand still. What is not answered here, no scene asks.
type stillFilings struct {
	Filings
	all []journal.Entry
}

func (f *stillFilings) Next(context.Context, journal.Visit, string) (int, error) { return 1, nil }

func (f *stillFilings) Of(context.Context, journal.Visit) ([]journal.Entry, error) {
	return f.all, nil
}

func (f *stillFilings) Find(context.Context, journal.Visit, string) (journal.Entry, error) {
	return f.all[0], nil
}

func (f *stillFilings) Undo(context.Context, journal.Visit, string) (journal.Entry, bool, error) {
	return f.all[0], false, nil
}

func (f *stillFilings) Wait(context.Context, journal.Entry) {}

func (f *stillFilings) Settle(context.Context, journal.Entry, visit.Receipt) error { return nil }

func filedItems(created, verified bool, differs string) []visit.FiledItem {
	return []visit.FiledItem{
		{Kind: "ChargeItem", Key: "k1", Reference: "ChargeItem/c1", Version: "1", Created: created, Verified: verified && differs == "", Differs: differs},
		{Kind: "DocumentReference", Key: "k2", Reference: "DocumentReference/n2", Version: "1", Created: created, Verified: verified},
		{Kind: "Provenance", Key: "k3", Reference: "Provenance/v1", Version: "1", Created: created, Verified: verified},
	}
}

// A stillChart is a record that stands still. What it does not answer here, no scene asks.
type stillChart struct {
	Chart
	visit      *visit.Visit
	encounters []visit.EncounterChoice
	rung       visit.Rung
	read       visit.Receipt
	readErr    string
	standing   visit.Standing
	voided     *visit.Voided
}

func (c *stillChart) Visit(context.Context, string) (*visit.Visit, error) { return c.visit, nil }

func (c *stillChart) Encounters(context.Context) ([]visit.EncounterChoice, error) {
	return c.encounters, nil
}

func (c *stillChart) Charges(filing visit.Filing) ([]json.RawMessage, error) {
	return c.Preview(filing)
}

func (c *stillChart) Preview(filing visit.Filing) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, line := range filing.Lines {
		resource, err := json.Marshal(map[string]any{"resourceType": "ChargeItem", "status": "planned", "code": map[string]string{"text": strings.Join(append([]string{line.Code}, line.Modifiers...), "-")}})
		if err != nil {
			return nil, err
		}
		all = append(all, resource)
	}
	return all, nil
}

func (c *stillChart) Rung(visit.Filing) (visit.Rung, error) { return c.rung, nil }

func (c *stillChart) ReadBack(context.Context, visit.Filing) (visit.Receipt, error) {
	if c.readErr != "" {
		return visit.Receipt{}, context.DeadlineExceeded
	}
	return c.read, nil
}
