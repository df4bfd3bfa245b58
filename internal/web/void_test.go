package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
)

func (c *chart) Standing(_ context.Context, v visit.Voiding) (visit.Standing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, v.Reference)
	return c.standing, c.voidErr
}

func (c *chart) Void(_ context.Context, v visit.Voiding) (visit.Voided, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.voidings = append(c.voidings, v)
	return c.voided, c.voidErr
}

// voidWorld has a visit with a charge of ours, one of another program and one that billing has.
func voidWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	v := therapyVisit(47)
	v.Charges = []visit.Charge{
		{Reference: "ChargeItem/c1", Code: "90834", Units: 1, Status: "planned", Key: "k1"},
		{Reference: "ChargeItem/c2", Code: "96127", Units: 1, Status: "planned"},
		{Reference: "ChargeItem/c3", Code: "90785", Units: 1, Status: "billed", Key: "k3"},
	}
	w.chart.visit = v
	w.chart.standing = visit.Standing{Kind: "ChargeItem", Charge: v.Charges[0], Status: "planned", Seen: "7"}
	w.launches.open["A"].Scopes = append(w.launches.open["A"].Scopes, "user/ChargeItem.u")
	return w
}

const voidAt = "/visit/A/void/ChargeItem/c1"

func TestOnlyAPlannedChargeOfOursCanBeTakenBack(t *testing.T) {
	w := voidWorld(t)
	page := w.get("/visit/A", "A")
	want(t, page, http.StatusOK, `<a href="`+voidAt+`" aria-label="Mark entered in error: ChargeItem/c1">Mark entered in error</a>`)
	wantNot(t, page, "void/ChargeItem/c2", "void/ChargeItem/c3")
	w.launches.open["A"].Scopes = []string{"user/ChargeItem.crs"}
	page = w.get("/visit/A", "A")
	want(t, page, http.StatusOK, "How to take it back")
	wantNot(t, page, "Mark entered in error")
}

func TestMarkingIsAskedForAndNamesThePatient(t *testing.T) {
	w := voidWorld(t)
	page := w.get(voidAt, "A")
	want(t, page, http.StatusOK, "Mark entered in error for Wilhelmina Testcase", "90834, 1 unit", "ChargeItem/c1, planned", `name="seen" value="7"`, `action="`+voidAt+`"`, "MRN-0017")
	if len(w.chart.voidings) > 0 {
		t.Error("looking at the page marks it")
	}
	for _, reason := range []string{"", "because"} {
		again := w.post(voidAt, "A", url.Values{"reason": {reason}, "seen": {"7"}})
		want(t, again, http.StatusUnprocessableEntity, "Nothing was marked.", "Mark entered in error for")
	}
	if len(w.chart.voidings) > 0 {
		t.Error("without a reason it is marked")
	}
	w.chart.voided = visit.Voided{State: visit.StateMarked, Version: "8"}
	done := w.post(voidAt, "A", url.Values{"reason": {"wrong-line"}, "seen": {"7"}})
	want(t, done, http.StatusOK, "Marked entered in error", "holds it as entered in error now", "filed again from the visit", "Back to the visit")
	wantNot(t, done, `type="submit">Mark`)
	if len(w.chart.voidings) != 1 {
		t.Fatalf("%d marks were sent", len(w.chart.voidings))
	}
	sent := visit.Voiding{Reference: "ChargeItem/c1", Patient: "Patient/p1", Encounter: "Encounter/e1", By: "Practitioner/d1",
		Reason: "The code, the units or the diagnoses are wrong", Seen: "7", At: w.now, Software: "Chargenote test"}
	if got := w.chart.voidings[0]; got != sent {
		t.Errorf("sent %+v, want %+v", got, sent)
	}
	if log := w.log.String(); !strings.Contains(log, "marked entered in error") || strings.Contains(log, "Testcase") || strings.Contains(log, "c1") {
		t.Errorf("the log says: %s", log)
	}
}

func TestWhatBecameOfAMark(t *testing.T) {
	for _, tt := range []struct {
		name   string
		voided visit.Voided
		words  []string
	}{
		{"marked, and something differs", visit.Voided{State: visit.StateMarked, Differs: "the record holds another quantity than before"}, []string{"holds it as entered in error now", "The record holds another quantity than before."}},
		{"marked already", visit.Voided{State: visit.StateMarkedAlready}, []string{"It was marked before, so nothing was written."}},
		{"refused", visit.Voided{State: visit.StateRefused, Reason: "it is no longer planned but billed, so billing has it: ask them to take it back"}, []string{"It was not marked", "The chart holds it as before.", "billing has it"}},
		{"unknown", visit.Voided{State: visit.StateUnknown, Reason: "the record's answer was lost"}, []string{"Not known: check the chart", "Nothing is sent again by itself."}},
		{"nothing said", visit.Voided{}, []string{"Not known: check the chart"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := voidWorld(t)
			w.chart.voided = tt.voided
			want(t, w.post(voidAt, "A", url.Values{"reason": {"other"}, "seen": {"7"}}), http.StatusOK, tt.words...)
		})
	}
}

// Where it cannot be done here the page says what to do in the chart, and a form that was made up does nothing.
func TestMarkingThatIsNotPossibleHasNoButton(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(w *world)
		words  string
	}{
		{"no scope", func(w *world) { w.launches.open["A"].Scopes = []string{"user/ChargeItem.crs"} }, "ask your EHR&#39;s analyst for user/ChargeItem.u"},
		{"nobody", func(w *world) { w.launches.open["A"].User = "" }, "did not say who you are"},
		{"billing has it", func(w *world) { w.chart.standing.Why = "billing has it" }, "Billing has it."},
		{"marked", func(w *world) { w.chart.standing.Marked, w.chart.standing.Status = true, "entered-in-error" }, "The chart holds it as entered in error."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := voidWorld(t)
			tt.change(w)
			page := w.get(voidAt, "A")
			want(t, page, http.StatusOK, tt.words, "Back to the visit")
			wantNot(t, page, "<form method=\"post\" action=\"/visit/A/void")
			w.chart.voided = visit.Voided{State: visit.StateRefused, Reason: "billing has it"} // the record says no where it is asked
			w.post(voidAt, "A", url.Values{"reason": {"other"}})
			if (tt.name == "no scope" || tt.name == "nobody") && len(w.chart.voidings) > 0 {
				t.Error("it is marked all the same")
			}
		})
	}
}

func TestMarkingStaysWithinItsChart(t *testing.T) {
	w := voidWorld(t)
	for _, tt := range []struct {
		path, launch string
		status       int
	}{
		{voidAt, "", http.StatusNotFound},
		{voidAt, "B", http.StatusNotFound},
		{"/visit/B/void/ChargeItem/c1", "B", http.StatusConflict}, // the stand-in gives the other patient's visit
		{"/visit/C/void/ChargeItem/c1", "C", http.StatusConflict}, // no visit was chosen
		{"/visit/A/void/Procedure/p1", "A", http.StatusNotFound},
		{"/visit/A/void/ChargeItem/c%2F1", "A", http.StatusNotFound},
	} {
		for _, answer := range []int{w.get(tt.path, tt.launch).Code, w.post(tt.path, tt.launch, url.Values{"reason": {"other"}}).Code} {
			if answer != tt.status {
				t.Errorf("%s as %s: %d, want %d", tt.path, tt.launch, answer, tt.status)
			}
		}
	}
	if len(w.chart.voidings) > 0 {
		t.Errorf("%d marks were sent", len(w.chart.voidings))
	}
}

// A refusedRead is the record server's refusal of a read.
type refusedRead int

func (refusedRead) Error() string     { return "read ChargeItem refused" }
func (r refusedRead) HTTPStatus() int { return int(r) }
func (refusedRead) WhatToDo() string  { return "ask for scope user/ChargeItem.r" }

func TestWhatCannotBeLookedAtIsExplained(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		words  string
	}{
		{visit.ErrNotOurs, http.StatusNotFound, "This was not filed from here"},
		{refusedRead(404), http.StatusNotFound, "It is not in the record any more"},
		{refusedRead(410), http.StatusNotFound, "It is not in the record any more"},
		{refusedRead(403), http.StatusForbidden, "user/ChargeItem.r"},
		{errors.New("unforeseen"), http.StatusInternalServerError, "Reference number"},
	} {
		w := voidWorld(t)
		w.chart.voidErr = tt.err
		want(t, w.get(voidAt, "A"), tt.status, tt.words)
		want(t, w.post(voidAt, "A", url.Values{"reason": {"other"}}), tt.status, tt.words)
	}
}

func TestTheReceiptLeadsToTakingBack(t *testing.T) {
	w := voidWorld(t)
	w.chart.visit.Charges = nil
	form := w.previewed("A")
	receipt := w.get(w.post("/visit/A/confirm", "A", form).Header().Get("Location"), "A")
	want(t, receipt, http.StatusOK, `<a href="`+voidAt+`"`, "Mark entered in error")
}
