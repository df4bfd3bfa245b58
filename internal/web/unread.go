package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
)

// partsOf are the kinds of resource that each part of the page rests on. A part whose kinds could not be
// read says so itself: what is missing from it is not known, and not absent.
var partsOf = map[string][]string{
	"session":   {"Encounter", "Procedure", "Observation", "Location", "DocumentReference"},
	"codes":     {"Procedure", "Coverage", "Observation", "QuestionnaireResponse", "Practitioner", "PractitionerRole", "Location"},
	"note":      {"DocumentReference", "Binary", "Composition", "Condition", "Procedure", visit.UnreadEarlierNotes},
	"scores":    {"Observation", "QuestionnaireResponse"},
	"sides":     {"DocumentReference", "Binary", "Composition", "ChargeItem", "Procedure", "Coverage"},
	"charges":   {"ChargeItem", "Provenance"},
	"diagnoses": {"Condition"},
}

// kindsInWords name a kind of resource as a clinician would.
var kindsInWords = map[string]string{
	"Encounter": "the visit", "Procedure": "procedures", "Observation": "observations", "Location": "places", "DocumentReference": "notes",
	"Binary": "texts of notes", "Composition": "notes in sections", "QuestionnaireResponse": "filled-in forms", "Coverage": "coverage", "Practitioner": "clinicians",
	"PractitionerRole": "roles of clinicians", "Condition": "diagnoses", "ChargeItem": "charges", "Provenance": "who confirmed charges",
	visit.UnreadEarlierNotes: "earlier notes",
}

// notLoaded says which kinds that a part rests on could not be loaded; empty where all were. The reasons
// stand once, on top of the page.
func notLoaded(part string, unread []visit.Unread) string {
	var kinds []string
	for _, u := range unread {
		if slices.Contains(partsOf[part], u.Kind) {
			kinds = append(kinds, cmp.Or(kindsInWords[u.Kind], u.Kind)+" ("+u.Kind+")")
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), ", ") + ". What rests on it is not known here."
}

// notLoaded says in each part what of it could not be loaded.
func (body *visitPage) notLoaded(unread []visit.Unread) {
	body.Session.Unread, body.CodesUnread = notLoaded("session", unread), notLoaded("codes", unread)
	body.NoteUnread, body.ScoresUnread = notLoaded("note", unread), notLoaded("scores", unread)
	body.SidesUnread, body.ChargesUnread = notLoaded("sides", unread), notLoaded("charges", unread)
	body.DiagnosesUnread = notLoaded("diagnoses", unread)
}
