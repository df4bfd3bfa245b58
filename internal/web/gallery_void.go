package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/visit"
)

// galleryCharge is a charge of the gallery's visit as the record has it.
var galleryCharge = visit.Standing{Kind: "ChargeItem", Status: "planned", Seen: "1",
	Charge: visit.Charge{Reference: "ChargeItem/c1", Code: "90834", Modifiers: []string{"95"}, Units: 1, Status: "planned", Key: "k1"}}

// voidScenes are what a clinician meets who takes back what was filed.
var voidScenes = []scene{
	{"void", "Mark entered in error?", "What will be marked, whose it is, and why.", voidScene(galleryCharge, nil, "")},
	{"void-no-reason", "No reason was chosen", "It asks again and marks nothing.", voidScene(galleryCharge, nil, "none")},
	{"void-not-granted", "The EHR grants no change", "What to do in the chart instead.", func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		g.launch.Scopes = []string{"user/ChargeItem.crs", "user/DocumentReference.crs", "user/Provenance.crs"}
		return voidScene(galleryCharge, nil, "")(g, w, r)
	}},
	{"void-billed", "Billing has it", "A charge that is no longer planned is not touched.", voidScene(visit.Standing{Kind: "ChargeItem", Status: "billed", Charge: galleryCharge.Charge,
		Why: "it is no longer planned but billed, so billing has it: ask them to take it back"}, nil, "")},
	{"voided", "Marked", "It can be filed again.", voidScene(galleryCharge, &visit.Voided{State: visit.StateMarked, Version: "2"}, "wrong-line")},
	{"voided-before", "Marked already", "Nothing was written a second time.", voidScene(galleryCharge, &visit.Voided{State: visit.StateMarkedAlready, Version: "2"}, "twice")},
	{"void-refused", "Not marked", "Why, and what to do.", voidScene(galleryCharge, &visit.Voided{State: visit.StateRefused,
		Reason: "update ChargeItem refused (403, forbidden): ask for scope user/ChargeItem.u"}, "other")},
	{"void-not-known", "Not known whether it was marked", "Check the chart.", voidScene(galleryCharge, &visit.Voided{State: visit.StateUnknown,
		Reason: "the record's answer was lost, and it does not hold the mark yet: look again in a minute"}, "other")},
}

// voidScene asks, or where something became of it presses the button with a reason.
func voidScene(standing visit.Standing, voided *visit.Voided, reason string) func(*gallery, http.ResponseWriter, *http.Request) error {
	return func(g *gallery, w http.ResponseWriter, r *http.Request) error {
		knownStory(g)
		g.chart.standing, g.chart.voided = standing, voided
		r = mux.SetURLVars(r, map[string]string{"launch": g.launch.ID, "kind": "ChargeItem", "id": "c1"})
		if reason == "" {
			g.askVoid(w, r, g.open())
			return nil
		}
		r.Form = url.Values{"reason": {reason}, "seen": {standing.Seen}}
		r.PostForm = r.Form
		g.void(w, r, g.open())
		return nil
	}
}

func (c *stillChart) Standing(context.Context, visit.Voiding) (visit.Standing, error) {
	return c.standing, nil
}

func (c *stillChart) Void(context.Context, visit.Voiding) (visit.Voided, error) {
	return *c.voided, nil
}
