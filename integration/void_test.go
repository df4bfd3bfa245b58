package integration

import (
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/demoehr"
)

var voidLink = regexp.MustCompile(`href="(/visit/[^"]+/void/([^"]+))"`)

// voidLinks are the ways to take something back that a page offers, by the resource's name.
func (p *page) voidLinks() map[string]string {
	links := map[string]string{}
	for _, found := range voidLink.FindAllStringSubmatch(p.raw, -1) {
		links[found[2]] = found[1]
	}
	return links
}

// takeBack presses the button on the page of one resource.
func (s *sitting) takeBack(t *testing.T, address string) *page {
	t.Helper()
	asked := s.visitor.open(t, s.address(address))
	button, ok := asked.form(address)
	if !ok {
		t.Fatalf("nothing can be marked: %s", asked)
	}
	return s.press(t, button.tickAll())
}

// takenBack files, marks everything of it entered in error from the receipt and from the visit's page, and
// files again: what was marked differs in its status alone, is marked once, and is no charge that stands; the
// next confirmation makes a new one.
func takenBack(t *testing.T, w *world) {
	visit := w.fileable(t)
	encounter := "Encounter/" + visit.Encounter
	file := func() (*sitting, *page) {
		s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
		receipt := s.confirm(t, s.preview(t))
		says(t, receipt, "filed")
		return s, receipt
	}
	s, receipt := file()
	charges, notes := w.record.charges(t, encounter), w.record.gapNotes(t, encounter)
	links := receipt.voidLinks()
	if len(links) != len(charges)+len(notes) || len(charges) == 0 {
		t.Fatalf("the receipt leads to taking back %v, of %d charges and %d notes", links, len(charges), len(notes))
	}
	first := "ChargeItem/" + charges[0].ID
	onVisit := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	if got := onVisit.page.voidLinks()[first]; got == "" {
		t.Fatalf("the visit's page does not lead to taking back %s", first)
	}
	says(t, onVisit.takeBack(t, onVisit.page.voidLinks()[first]), "marked")
	again := s.visitor.open(t, s.address(links[first]))
	says(t, again, "marked already")
	if _, ok := again.form(links[first]); ok {
		t.Error("what is marked already has a button")
	}
	for _, name := range slices.Sorted(maps.Keys(links)) {
		if name != first {
			says(t, s.takeBack(t, links[name]), "marked")
		}
	}
	for _, before := range charges {
		status, raw := w.record.ask(t, http.MethodGet, "/ChargeItem/"+before.ID, nil)
		if status != http.StatusOK {
			t.Fatalf("the charge answers %d", status)
		}
		w.onlyStatusChanged(t, before.raw, raw)
		w.saysWho(t, "ChargeItem/"+before.ID)
	}
	for _, before := range notes {
		_, raw := w.record.ask(t, http.MethodGet, "/DocumentReference/"+before.ID, nil)
		w.onlyStatusChanged(t, before.raw, raw)
		w.saysWho(t, "DocumentReference/"+before.ID)
	}
	file()
	standing := 0
	for _, c := range w.record.charges(t, encounter) {
		if c.Status == "planned" {
			standing++
		}
	}
	current := 0
	for _, n := range w.record.gapNotes(t, encounter) {
		if n.Status == "current" {
			current++
		}
	}
	if all := w.record.charges(t, encounter); len(all) != 2*len(charges) || standing != len(charges) || current != len(notes) {
		t.Errorf("filed again, the record holds %d charges, %d of them planned, and %d notes that stand; want %d, %d and %d",
			len(all), standing, current, 2*len(charges), len(charges), len(notes))
	}
	w.logHoldsNoRecord(t)
}

// onlyStatusChanged compares a resource before and after, but for what the server writes itself.
func (w *world) onlyStatusChanged(t *testing.T, before, after []byte) {
	t.Helper()
	old, marked := decoded[map[string]any](t, before), decoded[map[string]any](t, after)
	if marked["status"] != "entered-in-error" {
		t.Errorf("the status is %v", marked["status"])
	}
	for _, own := range []string{"status", "meta", "text"} {
		delete(old, own)
		delete(marked, own)
	}
	if !reflect.DeepEqual(old, marked) {
		t.Errorf("more than the status changed:\n%v\n%v", old, marked)
	}
}

// saysWho checks that one record beside that of the filing says who marked a resource, and why.
func (w *world) saysWho(t *testing.T, target string) {
	t.Helper()
	found := 0
	for _, p := range w.record.provenances(t, target) {
		if strings.Contains(string(p.raw), `"NULLIFY"`) {
			found++
			if len(p.Agent) == 0 || !strings.Contains(p.Agent[0].Who.Reference, "Practitioner/") || !strings.Contains(string(p.raw), "The code, the units or the diagnoses are wrong") {
				t.Errorf("the record of the mark does not say who and why: %s", p.raw)
			}
			w.record.validate(t, p.raw)
		}
	}
	if found != 1 {
		t.Errorf("%d records say who marked %s, want 1", found, target)
	}
}

// takenBackTooLate has billing take the charge after it was filed: nothing of it is touched. And where the
// answer to the mark is lost, the record is asked what it holds.
func takenBackTooLate(t *testing.T, w *world) {
	visit := w.fileable(t)
	encounter := "Encounter/" + visit.Encounter
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	receipt := s.confirm(t, s.preview(t))
	charge := w.record.charges(t, encounter)[0]
	address := receipt.voidLinks()["ChargeItem/"+charge.ID]
	asked := s.visitor.open(t, s.address(address))
	button, ok := asked.form(address)
	if !ok {
		t.Fatalf("nothing can be marked: %s", asked)
	}
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultForbidden, Type: "ChargeItem"})
	if refused := s.press(t, button.tickAll()); refused.status == http.StatusOK && !strings.Contains(refused.text, "not marked") {
		t.Errorf("the record refuses, and the page says: %s", refused)
	}
	w.ehr.Behave()

	billed := strings.Replace(string(charge.raw), `"planned"`, `"billed"`, 1)
	if status, answer := w.record.ask(t, http.MethodPut, "/ChargeItem/"+charge.ID, []byte(billed)); status != http.StatusOK {
		t.Fatalf("billing: %d %s", status, answer)
	}
	late := s.press(t, button.tickAll())
	says(t, late, "refused")
	if !strings.Contains(late.text, "billing has it") {
		t.Errorf("the page does not say who has it: %s", late)
	}
	if now := s.visitor.open(t, s.address(address)); !strings.Contains(now.text, "billing has it") {
		t.Errorf("the page of a charge that billing has: %s", now)
	} else if _, ok := now.form(address); ok {
		t.Error("a charge that billing has can be marked")
	}
	if c := w.record.charges(t, encounter); c[0].Status != "billed" {
		t.Errorf("the charge is %s", c[0].Status)
	}
}

// takenBackUnheard marks a charge while the answer to the write is lost.
func takenBackUnheard(t *testing.T, w *world) {
	visit := w.fileable(t)
	s := newVisitor(t).launch(t, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	receipt := s.confirm(t, s.preview(t))
	charge := w.record.charges(t, "Encounter/"+visit.Encounter)[0]
	address := receipt.voidLinks()["ChargeItem/"+charge.ID]
	button, ok := s.visitor.open(t, s.address(address)).form(address)
	if !ok {
		t.Fatal("nothing can be marked")
	}
	w.ehr.Misbehave(demoehr.Fault{Kind: demoehr.FaultLostResponse, Type: "ChargeItem", Times: 1})
	says(t, s.press(t, button.tickAll()), "marked")
	w.ehr.Behave()
	says(t, s.press(t, button.tickAll()), "marked already")
	w.saysWho(t, "ChargeItem/"+charge.ID)
}
