package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/demoehr"
)

// suite is what must hold on every EHR.
func suite(t *testing.T, on target) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *world)
	}{
		{"every visit is reviewed, filed once and read back", everyVisit},
		{"pressed by two at once, filed once", pressedAtOnce},
		{"filed once across a restart of the program", acrossRestart},
		{"what was voided can be filed again", voidedAgain},
		{"what was filed is taken back and filed again", takenBack},
		{"what billing has is not taken back", takenBackTooLate},
		{"taken back once when the answer is lost", takenBackUnheard},
		{"filed once when the answer to the write is lost", answerLost},
		{"refused by the record, nothing is written", refused},
		{"few round trips, and none for what is cached", fewTrips},
		{"the door asks for a token and for scopes", doorIsClosed},
		{"a launch without a visit lets the clinician choose", visitChosen},
		{"without a named user, nothing can be filed", nobodyKnown},
		{"what could not be read is named, not taken for absent", partOfRecord},
		{"a launch belongs to one browser", oneBrowser},
		{"two charts in one browser stay apart", twoCharts},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, on.open(t)) })
	}
}

// everyVisit goes through all made-up visits: review, preview, confirm, read back, and again.
func everyVisit(t *testing.T, w *world) {
	filed := 0
	for _, visit := range w.ehr.Visits() {
		t.Run(visit.Title, func(t *testing.T) {
			if w.journey(t, visit) {
				filed++
			}
		})
	}
	if filed == 0 {
		t.Error("no made-up visit has a suggestion to file")
	}
	w.logHoldsNoRecord(t)
}

// journey is one clinician's way through one visit. It reports whether there was anything to file.
func (w *world) journey(t *testing.T, visit demoehr.SeedVisit) bool {
	encounter := "Encounter/" + visit.Encounter
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	r := s.review(t)
	if r.Encounter != encounter || r.Patient != "Patient/"+visit.Patient {
		t.Fatalf("review of %s, %s; want %s, Patient/%s", r.Encounter, r.Patient, encounter, visit.Patient)
	}
	offers, ok := s.page.form("/preview")
	if !ok || !offers.offers() {
		if n := len(r.Coding.Suggestions) + len(r.Coding.Choices); n > 0 {
			t.Errorf("the page offers nothing, and the review has %d suggestions and choices", n)
		}
		return false
	}

	confirm := s.preview(t)
	if n := len(w.record.charges(t, encounter)) + len(w.record.gapNotes(t, encounter)); n != 0 {
		t.Fatalf("%d resources were written before the clinician confirmed", n)
	}
	says(t, s.confirm(t, confirm), "filed")
	charges, notes := w.filedOnce(t, r)
	for _, raw := range slices.Concat(raws(charges, func(c chargeItem) []byte { return c.raw }), raws(notes, func(d documentReference) []byte { return d.raw })) {
		w.record.validate(t, raw)
	}
	w.provenance(t, charges, notes)

	s.confirm(t, confirm) // the same button again
	w.still(t, encounter, charges, notes)

	again := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	if offers, ok := again.page.form("/preview"); ok && offers.offers() { // opened again, confirmed again
		says(t, again.confirm(t, again.preview(t)), "already there")
	}
	w.still(t, encounter, charges, notes)
	return true
}

// filedOnce checks what the record holds after a confirmation, line by line against the review.
func (w *world) filedOnce(t *testing.T, r review) ([]chargeItem, []documentReference) {
	charges, notes := w.record.charges(t, r.Encounter), w.record.gapNotes(t, r.Encounter)
	want := lines(r)
	if got := chargedLines(charges); !slices.Equal(got, want) {
		t.Errorf("the record holds the lines %v, the review suggested %v", got, want)
	}
	keys := map[string]bool{}
	for _, c := range charges {
		w.checkCharge(t, r, c)
		keys[c.Identifier[0].Value] = true
	}
	if len(keys) != len(charges) {
		t.Errorf("%d charges share %d keys", len(charges), len(keys))
	}
	if len(notes) > 1 {
		t.Errorf("the record holds %d gap notes, want at most one", len(notes))
	}
	if len(notes) == 0 && lacks(r) {
		t.Error("the note lacks something, and no gap note was filed")
	}
	for _, n := range notes {
		w.checkNote(t, r, n)
	}
	return charges, notes
}

func (w *world) checkCharge(t *testing.T, r review, c chargeItem) {
	if c.Status != "planned" {
		t.Errorf("ChargeItem.status is %q, want planned: the program never bills", c.Status)
	}
	if coding := c.Code.Coding; len(coding) != 1 || coding[0].System != cptSystem && coding[0].System != hcpcsSystem {
		t.Errorf("ChargeItem.code is %+v, want one coding of CPT or HCPCS level II", coding)
	}
	if !c.Subject.isTo(r.Patient) || !c.Context.isTo(r.Encounter) {
		t.Errorf("ChargeItem is about %s at %s, want %s at %s", c.Subject.Reference, c.Context.Reference, r.Patient, r.Encounter)
	}
	if !strings.Contains(c.Enterer.Reference, "Practitioner/") {
		t.Errorf("ChargeItem.enterer is %q, want the person who confirmed", c.Enterer.Reference)
	}
	if len(c.SupportingInformation) == 0 || len(c.Note) == 0 || len(c.DefinitionCanonical) == 0 {
		t.Errorf("ChargeItem explains itself with %d references, %d notes, %d rules; want each", len(c.SupportingInformation), len(c.Note), len(c.DefinitionCanonical))
	}
	for _, canonical := range c.DefinitionCanonical {
		if !canonicals(t)[canonical] {
			t.Errorf("ChargeItem.definitionCanonical is %s, which the program does not export", canonical)
		}
	}
	for _, s := range c.SupportingInformation {
		if strings.HasPrefix(s.Reference, "urn:uuid:") {
			t.Errorf("ChargeItem.supportingInformation points nowhere: %s", s.Reference)
		}
	}
}

func (w *world) checkNote(t *testing.T, r review, n documentReference) {
	if n.Status != "current" || n.DocStatus != "preliminary" {
		t.Errorf("gap note is %s and %s, want current and preliminary", n.Status, n.DocStatus)
	}
	if !n.Subject.isTo(r.Patient) || len(n.Context.Encounter) != 1 || !n.Context.Encounter[0].isTo(r.Encounter) {
		t.Errorf("gap note is about %s at %v, want %s at %s", n.Subject.Reference, n.Context.Encounter, r.Patient, r.Encounter)
	}
	if len(n.Content) != 1 || !strings.EqualFold(strings.ReplaceAll(n.Content[0].Attachment.ContentType, " ", ""), "text/plain;charset=utf-8") {
		t.Fatalf("gap note has content %+v, want one plain text in UTF-8", n.Content)
	}
	text := string(n.Content[0].Attachment.Data)
	for _, code := range lines(r) {
		if plain, _, _ := strings.Cut(code, " "); !strings.Contains(text, plain) {
			t.Errorf("the gap note does not name %s", plain)
		}
	}
}

// provenance checks that each written resource is vouched for by a person and by this software.
func (w *world) provenance(t *testing.T, charges []chargeItem, notes []documentReference) {
	var targets []string
	for _, c := range charges {
		targets = append(targets, "ChargeItem/"+c.ID)
	}
	for _, n := range notes {
		targets = append(targets, "DocumentReference/"+n.ID)
	}
	for _, target := range targets {
		vouchers := w.record.provenances(t, target)
		if len(vouchers) != 1 {
			t.Errorf("%s has %d Provenances, want one", target, len(vouchers))
			continue
		}
		if p := vouchers[0]; len(p.Agent) < 2 || len(p.Entity) == 0 {
			t.Errorf("Provenance has %d agents and %d entities, want the person and the software, and the evidence", len(p.Agent), len(p.Entity))
		}
		w.record.validate(t, vouchers[0].raw)
	}
}

// still checks that nothing was added, and nothing replaced.
func (w *world) still(t *testing.T, encounter string, charges []chargeItem, notes []documentReference) {
	ids := func(charges []chargeItem, notes []documentReference) []string {
		var all []string
		for _, c := range charges {
			all = append(all, "ChargeItem/"+c.ID)
		}
		for _, n := range notes {
			all = append(all, "DocumentReference/"+n.ID)
		}
		slices.Sort(all)
		return all
	}
	if got, want := ids(w.record.charges(t, encounter), w.record.gapNotes(t, encounter)), ids(charges, notes); !slices.Equal(got, want) {
		t.Errorf("after confirming again the record holds %v, want still %v", got, want)
	}
	w.provenance(t, charges, notes)
}

// logHoldsNoRecord checks that no patient, no visit and no token is in the program's log.
func (w *world) logHoldsNoRecord(t *testing.T) {
	for _, visit := range w.ehr.Visits() {
		status, answer := w.record.ask(t, http.MethodGet, "/Patient/"+visit.Patient, nil)
		if status != http.StatusOK {
			t.Fatalf("Patient answers %d", status)
		}
		patient := decoded[struct{ Name []struct{ Family string } }](t, answer)
		words := []string{visit.Patient, visit.Encounter}
		for _, name := range patient.Name {
			words = append(words, name.Family)
		}
		for _, text := range w.app.log.lines() {
			for _, word := range words {
				if len(word) > 2 && strings.Contains(text, word) {
					t.Errorf("the log names %q of a patient's record: %s", word, text)
				}
			}
			if strings.Contains(text, "Bearer ") || strings.Contains(text, clientSecret) || strings.Contains(text, "code=") {
				t.Errorf("the log holds a secret: %s", text)
			}
		}
	}
}

// pressedAtOnce sends one confirmation many times side by side, from two browsers.
func pressedAtOnce(t *testing.T, w *world) {
	visit := w.fileable(t)
	var ready []struct {
		*sitting
		form
	}
	for range 2 {
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		ready = append(ready, struct {
			*sitting
			form
		}{s, s.preview(t)})
	}
	var all sync.WaitGroup
	answers := make(chan error, 3*len(ready))
	for _, one := range ready {
		for range 3 {
			request := one.request(t)
			all.Go(func() {
				response, err := one.client.Do(request)
				if err == nil {
					response.Body.Close()
					if response.StatusCode >= http.StatusInternalServerError {
						err = fmt.Errorf("confirm answers %s", response.Status)
					}
				}
				answers <- err
			})
		}
	}
	all.Wait()
	close(answers)
	for err := range answers {
		if err != nil {
			t.Error(err)
		}
	}
	for _, one := range ready {
		one.confirm(t, one.form) // once more, and then without waiting
	}
	w.filedOnce(t, ready[0].review(t))
}

// acrossRestart files, ends the program, starts it again and files the same visit once more.
func acrossRestart(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	r := s.review(t)
	s.confirm(t, s.preview(t))
	charges, notes := w.filedOnce(t, r)

	w.app.stop(t)
	w.app.start(t)
	again := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	if offers, ok := again.page.form("/preview"); ok && offers.offers() {
		says(t, again.confirm(t, again.preview(t)), "already there")
	}
	w.still(t, r.Encounter, charges, notes)
}

// answerLost cuts the connection after the record has kept the write.
func answerLost(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	r := s.review(t)
	confirm := s.preview(t)
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultLostResponse, Times: 1})
	p := s.confirm(t, confirm)
	w.ehr.Behave()
	if slices.Contains(p.tags, "refused") {
		t.Errorf("the write was kept, and the page says that it was refused: %s", p)
	}
	charges, notes := w.filedOnce(t, r)

	again := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	if offers, ok := again.page.form("/preview"); ok && offers.offers() {
		again.confirm(t, again.preview(t))
	}
	w.still(t, r.Encounter, charges, notes)
}

// refused has the EHR forbid the write: the page says so and what to do, and nothing is there.
func refused(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	confirm := s.preview(t)
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultForbidden, Type: "ChargeItem"})
	p := s.confirm(t, confirm)
	w.ehr.Behave()
	says(t, p, "refused")
	encounter := "Encounter/" + visit.Encounter
	if n := len(w.record.charges(t, encounter)) + len(w.record.gapNotes(t, encounter)); n != 0 {
		t.Errorf("the write was refused, and the record holds %d resources of it", n)
	}
}

// voidedAgain marks what was filed as entered-in-error, as a billing office does, and files again:
// each line is one more charge under a key of its own, and the voided one stays as it was.
func voidedAgain(t *testing.T, w *world) {
	visit := w.fileable(t)
	encounter := "Encounter/" + visit.Encounter
	file := func() {
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		says(t, s.confirm(t, s.preview(t)), "filed")
	}
	file()
	first := w.record.charges(t, encounter)
	for _, c := range first {
		body := decoded[map[string]any](t, c.raw)
		body["status"] = "entered-in-error"
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if status, answer := w.record.ask(t, http.MethodPut, "/ChargeItem/"+c.ID, raw); status != http.StatusOK {
			t.Fatalf("voiding answers %d: %s", status, answer)
		}
	}
	file()
	standing, keys := 0, map[string]bool{}
	all := w.record.charges(t, encounter)
	for _, c := range all {
		keys[c.Identifier[0].Value] = true
		if c.Status == "planned" {
			standing++
		}
	}
	if len(all) != 2*len(first) || standing != len(first) || len(keys) != len(all) {
		t.Errorf("the record holds %d charges under %d keys, %d of them planned; want %d, all under keys of their own, and %d planned",
			len(all), len(keys), standing, 2*len(first), len(first))
	}
}

// fewTrips counts the round trips that a clinician waits for.
func fewTrips(t *testing.T, w *world) {
	visit := w.fileable(t) // its launch has filled the caches
	v := newVisitor(t)
	v.stop = func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/callback/") }
	stopped := v.open(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	callback := redirectOf(t, v, stopped)
	v.stop = nil
	w.slow()

	p := v.open(t, callback)
	s := &sitting{v, p, p.at.Path[strings.LastIndex(p.at.Path, "/")+1:]}
	if _, ok := p.form("/preview"); !ok {
		t.Fatalf("the launch did not end at a visit with suggestions: %s", p)
	}
	w.atMost(t, 3, "from the authorization code to the suggestion")
	w.slow()

	s.page = s.open(t, s.address("/visit/"+s.launch))
	w.atMost(t, 2, "to see the visit again")

	confirm := s.preview(t)
	w.slow()
	s.confirm(t, confirm)
	written := slices.IndexFunc(w.ehr.Requests(), func(r demoehr.Request) bool { return r.Method == http.MethodPost })
	if written < 0 || w.ehr.Requests()[written].Trip != 1 {
		t.Errorf("the write is not the first round trip after the button: %v", calls(w.ehr.Requests()))
	}
}

// slow makes every call of the record take long from now on, so that calls sent side by side are
// told from calls that wait for each other, and starts counting.
func (w *world) slow() {
	w.ehr.Behave()
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultSlow, Delay: 250 * time.Millisecond})
	w.ehr.ResetRequests()
}

// redirectOf is where a redirect that was not followed leads. The visitor stopped before it.
func redirectOf(t *testing.T, v *visitor, stopped *page) string {
	t.Helper()
	if v.stoppedAt == "" {
		t.Fatalf("the launch did not come back to the app: %s answers %d: %s", stopped.at.Path, stopped.status, stopped)
	}
	return v.stoppedAt
}

func (w *world) atMost(t *testing.T, trips int, what string) {
	t.Helper()
	requests := w.ehr.Requests()
	if got := demoehr.Trips(requests); got == 0 || got > trips {
		t.Errorf("%s: %d round trips in a row, want at most %d: %v", what, got, trips, calls(requests))
	}
	for _, r := range requests {
		if strings.Contains(r.Path, "/.well-known/") || strings.HasSuffix(r.Path, "/metadata") || strings.HasSuffix(r.Path, "/jwks") {
			t.Errorf("%s: %s is asked for again though it is cached", what, r.Path)
		}
	}
}

// calls is a list of requests for people, trip first.
func calls(requests []demoehr.Request) []string {
	var all []string
	for _, r := range requests {
		all = append(all, fmt.Sprintf("%d: %s %s %d", r.Trip, r.Method, r.Path, r.Status))
	}
	return all
}

// doorIsClosed asks the EHR without a token, and with too small a one.
func doorIsClosed(t *testing.T, w *world) {
	visit := w.ehr.Visits()[0]
	reader := record{base: w.ehr.ISS(), client: observe(t, w.ehr, visit, "user/Patient.r user/ChargeItem.rs")}
	charge := []byte(`{"resourceType":"ChargeItem","status":"planned","code":{"text":"none"},"subject":{"reference":"Patient/` + visit.Patient + `"}}`)
	for _, tt := range []struct {
		name, method, path string
		by                 record
		body               []byte
		want               int
	}{
		{"no token", http.MethodGet, "/Patient/" + visit.Patient, record{base: w.ehr.ISS(), client: http.DefaultClient}, nil, http.StatusUnauthorized},
		{"a token for it", http.MethodGet, "/Patient/" + visit.Patient, reader, nil, http.StatusOK},
		{"no scope to read", http.MethodGet, "/Encounter/" + visit.Encounter, reader, nil, http.StatusForbidden},
		{"no scope to write", http.MethodPost, "/ChargeItem", reader, charge, http.StatusForbidden},
	} {
		if got, answer := tt.by.ask(t, tt.method, tt.path, tt.body); got != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.name, got, tt.want, answer)
		}
	}
}

// visitChosen launches with a patient alone and picks the visit on the page.
func visitChosen(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, ""))
	choice, ok := s.page.form("/encounter")
	if !ok || len(choice.buttons["encounter"]) == 0 {
		t.Fatalf("the page lets nobody choose a visit: %s", s.page)
	}
	want := "Encounter/" + visit.Encounter
	if !slices.Contains(choice.buttons["encounter"], want) {
		t.Fatalf("the page offers %v, want %s among them", choice.buttons["encounter"], want)
	}
	choice.fields.Set("encounter", want)
	s.page = s.press(t, choice)
	if got := s.review(t).Encounter; got != want {
		t.Errorf("after choosing %s the review is of %s", want, got)
	}
	says(t, s.confirm(t, s.preview(t)), "filed")
}

// nobodyKnown launches where the EHR does not say who the user is.
func nobodyKnown(t *testing.T, w *world) {
	visit := w.fileable(t)
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultNoIDToken})
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	w.ehr.Behave()
	r := s.review(t)
	if len(r.Coding.Suggestions) == 0 {
		t.Error("without a named user nothing is suggested, want the review to read")
	}
	offers, ok := s.page.form("/preview")
	if !ok {
		return // no button at all
	}
	if p := s.press(t, offers.tickAll()); p.status < 400 {
		if confirm, ok := p.form("/confirm"); ok {
			s.press(t, confirm)
		}
	}
	if n := len(w.record.charges(t, "Encounter/"+visit.Encounter)); n != 0 {
		t.Errorf("%d charges were filed by nobody", n)
	}
}

// partOfRecord launches where the EHR refuses one kind of resource.
func partOfRecord(t *testing.T, w *world) {
	visit := w.fileable(t)
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultForbidden, Type: "Observation"})
	defer w.ehr.Behave()
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	left := s.review(t).Unread
	if !slices.ContainsFunc(left, func(u unread) bool { return u.Kind == "Observation" && u.Reason != "" }) {
		t.Errorf("the review names %v as not read, want Observation with a reason", left)
	}
	if !strings.Contains(s.page.text, "Observation") {
		t.Errorf("the page does not name what could not be read: %s", s.page)
	}
}

// oneBrowser shows a launch's addresses to another browser, and to a form of another site.
func oneBrowser(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	confirm := s.preview(t)
	stranger := newVisitor(t)
	for _, address := range []string{"/visit/" + s.launch, "/api/v1/review/" + s.launch} {
		if p := stranger.open(t, s.address(address)); p.status < 400 || strings.Contains(p.raw, visit.Patient) {
			t.Errorf("another browser gets %d for %s", p.status, strings.ReplaceAll(address, s.launch, "…"))
		}
	}
	if p := stranger.press(t, confirm); p.status < 400 {
		t.Errorf("another browser's confirmation answers %d", p.status)
	}
	foreign := confirm.request(t)
	foreign.Header.Set("Origin", "https://elsewhere.example")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := s.send(t, foreign); p.status < 400 {
		t.Errorf("a form of another site answers %d", p.status)
	}
	if n := len(w.record.charges(t, "Encounter/"+visit.Encounter)); n != 0 {
		t.Errorf("%d charges were filed by others than the clinician", n)
	}
}

// twoCharts opens two visits in one browser and presses the button of one under the other's address.
func twoCharts(t *testing.T, w *world) {
	visits := w.ehr.Visits()
	first := w.fileable(t)
	second := visits[slices.IndexFunc(visits, func(v demoehr.SeedVisit) bool { return v.Patient != first.Patient })]
	v := newVisitor(t)
	a := v.launch(t, w.ehr.LaunchURL(first.Patient, first.Encounter))
	b := v.launch(t, w.ehr.LaunchURL(second.Patient, second.Encounter))
	if got, want := a.review(t).Patient, "Patient/"+first.Patient; got != want {
		t.Errorf("the first chart is of %s after another was opened, want %s", got, want)
	}
	if got, want := b.review(t).Patient, "Patient/"+second.Patient; got != want {
		t.Errorf("the second chart is of %s, want %s", got, want)
	}
	crossed := a.preview(t)
	crossed.action = crossed.action.ResolveReference(&url.URL{Path: strings.ReplaceAll(crossed.action.Path, a.launch, b.launch)})
	if p := v.press(t, crossed); p.status < 400 {
		t.Errorf("a confirmation of one chart under the other's address answers %d", p.status)
	}
	for _, visit := range []demoehr.SeedVisit{first, second} {
		if n := len(w.record.charges(t, "Encounter/"+visit.Encounter)); n != 0 {
			t.Errorf("%d charges were filed by a crossed form", n)
		}
	}
}

// fileable is a made-up visit with something to file.
func (w *world) fileable(t *testing.T) demoehr.SeedVisit {
	t.Helper()
	for _, visit := range w.ehr.Visits() {
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		if f, ok := s.page.form("/preview"); ok && f.offers() && len(s.review(t).Coding.Suggestions) > 0 {
			return visit
		}
	}
	t.Fatal("no made-up visit has a suggestion to file")
	return demoehr.SeedVisit{}
}

// lines are what a clinician who takes everything, and the first option of each choice, would file.
func lines(r review) []string {
	all := slices.Clone(r.Coding.Suggestions)
	for _, c := range r.Coding.Choices {
		all = append(all, c.Options[0]...)
	}
	var text []string
	for _, l := range all {
		text = append(text, fmt.Sprintf("%s %v x%d", l.Code, l.Modifiers, l.Units))
	}
	slices.Sort(text)
	return text
}

func chargedLines(charges []chargeItem) []string {
	var text []string
	for _, c := range charges {
		modifiers := []string{}
		for _, e := range c.Extension {
			if e.URL == modifierURL && len(e.ValueCodeableConcept.Coding) > 0 {
				modifiers = append(modifiers, e.ValueCodeableConcept.Coding[0].Code)
			}
		}
		code := ""
		if len(c.Code.Coding) > 0 {
			code = c.Code.Coding[0].Code
		}
		text = append(text, fmt.Sprintf("%s %v x%v", code, modifiers, c.Quantity.Value))
	}
	slices.Sort(text)
	return text
}

// lacks is whether the note lacks anything.
func lacks(r review) bool {
	for _, e := range r.Documentation.Elements {
		if e.Status == "missing" {
			return true
		}
	}
	return false
}

func raws[T any](resources []T, raw func(T) []byte) [][]byte {
	var all [][]byte
	for _, r := range resources {
		all = append(all, raw(r))
	}
	return all
}

// says fails unless the page of a filing names this state of it.
func says(t *testing.T, p *page, state string) {
	t.Helper()
	if len(p.tags) == 0 || p.tags[0] != state {
		t.Errorf("the page of the filing says %q, want %q: %s", p.tags, state, p)
	}
}
