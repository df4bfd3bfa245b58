package demoehr

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gorilla/mux"
)

// This is the EHR's side of SMART Web Messaging 1.0 (HL7, trial use): the window of the chart passes on what
// the app in its frame sends, and does what the answer says. Types that are not here are refused.

// An asideItem is one resource of the scratchpad: held by the window for the clinician, not by the record.
type asideItem struct {
	Location string   `json:"location"` // ChargeItem/s1
	Words    string   `json:"words"`
	resource resource // as the app gave it, with its id
}

// A scratchpad keeps what apps have put aside, by encounter.
type scratchpad struct {
	mutex sync.Mutex
	items map[string][]asideItem
	given int
}

// put adds a charge and gives it its place.
func (s *scratchpad) put(encounter string, r resource) asideItem {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.given++
	kept := maps.Clone(r)
	id := fmt.Sprintf("s%d", s.given)
	kept["id"] = id
	item := asideItem{"ChargeItem/" + id, describe(r), kept}
	if s.items == nil {
		s.items = map[string][]asideItem{}
	}
	s.items[encounter] = append(s.items[encounter], item)
	return item
}

func (s *scratchpad) list(encounter string) []asideItem {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]asideItem{}, s.items[encounter]...)
}

// A message is a request of the app, as the window passes it on.
type message struct {
	MessagingHandle string         `json:"messagingHandle"`
	MessageType     string         `json:"messageType"`
	Payload         map[string]any `json:"payload"`
}

// A messageAnswer is what the window does: it sends the payload back, lists what was added, or closes the app.
type messageAnswer struct {
	Payload map[string]any `json:"payload"`
	Added   *asideItem     `json:"added,omitempty"`
	Close   bool           `json:"close,omitempty"`
}

func serveMessagingScript(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, chartFiles, "chart/messaging.js")
}

// serveMessage answers one message of the app that is framed in the chart of an encounter.
func (e *EHR) serveMessage(w http.ResponseWriter, r *http.Request) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<18))
	decoder.UseNumber()
	var m message
	if err := decoder.Decode(&m); err != nil {
		writeJSON(w, http.StatusOK, "no-store", refusedMessage(400, "the message cannot be read"))
		return
	}
	writeJSON(w, http.StatusOK, "no-store", e.answerMessage(mux.Vars(r)["encounter"], m))
}

func (e *EHR) answerMessage(encounter string, m message) messageAnswer {
	if !e.authority.holdsHandle(m.MessagingHandle, encounter) {
		return refusedMessage(403, "the handle is not that of this chart's launch")
	}
	switch m.MessageType {
	case "status.handshake":
		return messageAnswer{Payload: map[string]any{}}
	case "ui.done":
		return messageAnswer{Payload: map[string]any{"status": "success"}, Close: true}
	case "scratchpad.create":
		charge, _ := m.Payload["resource"].(map[string]any)
		if kindOf(charge) != "ChargeItem" || !strings.HasSuffix(first(texts(charge, "context.reference")), "Encounter/"+encounter) {
			return refusedMessage(422, "only charges of this visit are taken")
		}
		item := e.scratchpad.put(encounter, charge)
		return messageAnswer{Payload: map[string]any{"status": "201 Created", "location": item.Location}, Added: &item}
	case "scratchpad.read":
		return e.readScratchpad(encounter, m)
	}
	return refusedMessage(501, "this type of message is not known here")
}

// readScratchpad gives one resource by its location, or all of them in a Bundle.
func (e *EHR) readScratchpad(encounter string, m message) messageAnswer {
	entries := []any{}
	location, one := m.Payload["location"].(string)
	for _, item := range e.scratchpad.list(encounter) {
		if one && item.Location == location {
			return messageAnswer{Payload: map[string]any{"status": "200 OK", "location": location, "resource": item.resource}}
		}
		entries = append(entries, map[string]any{"fullUrl": e.ISS() + "/" + item.Location, "resource": item.resource})
	}
	if one {
		return refusedMessage(404, "the scratchpad has nothing of this name")
	}
	return messageAnswer{Payload: map[string]any{"status": "200 OK", "scratchpad": map[string]any{"resourceType": "Bundle", "type": "collection", "entry": entries}}}
}

func refusedMessage(status int, words string) messageAnswer {
	return messageAnswer{Payload: map[string]any{"status": fmt.Sprintf("%d %s", status, http.StatusText(status)),
		"outcome": map[string]any{"resourceType": "OperationOutcome", "issue": []any{map[string]any{"severity": "error", "code": "processing", "diagnostics": words}}}}}
}

// holdsHandle says whether a handle was given out for a launch from the chart of an encounter. It outlives the
// launch's tokens, since an app may give those back before it says that it is done.
func (a *authority) holdsHandle(handle, encounter string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	s, ok := a.handles[handle]
	return ok && (s.encounter == encounter || s.encounter == "")
}

// originOf is the origin of an address; empty where it has none.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
