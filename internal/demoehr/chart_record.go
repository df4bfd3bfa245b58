package demoehr

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// A chartScreen is what the screen of one encounter shows.
type chartScreen struct {
	frame
	Encounter string
	Title     string
	LookFor   string
	Patient   patientStrip
	Visit     string // class, status and time
	Note      string
	NoteTag   string // version that the note was read in
	NoteForm  string // in words; empty: plain text
	HasApp    bool
	Filed     []filedItem
	Messaging string      // the app's origin, where this window talks to it
	Aside     []asideItem // in the scratchpad
}

// A patientStrip says whose chart it is.
type patientStrip struct{ Name, BirthDate, Sex, Record string }

// readChart reads the screen's resources with the EHR's own eyes: no token, no scopes.
func (e *EHR) readChart(ctx context.Context, id string) (chartScreen, error) {
	screen := chartScreen{frame: e.frameOf("/chart/" + id), Encounter: id, HasApp: e.options.AppLaunchURL != ""}
	encounter, err := e.readOwn(ctx, "Encounter", id)
	if err != nil {
		return screen, err
	}
	_, patientID, _ := splitReference(first(texts(encounter, "subject.reference")))
	patient, err := e.readOwn(ctx, "Patient", patientID)
	if err != nil {
		return screen, err
	}
	if story := storyOf(id); story != nil {
		screen.Title, screen.LookFor = story.title, story.lookFor
	}
	screen.Patient = patientStrip{
		Name: first(texts(patient, "name.text")), BirthDate: text(patient, "birthDate"), Sex: text(patient, "gender"),
		Record: first(texts(patient, "identifier.value")),
	}
	screen.Visit = first(texts(encounter, "class.display")) + ", " + text(encounter, "status") + ", " +
		between(first(texts(encounter, "period.start")), first(texts(encounter, "period.end")))
	documents, err := e.searchOwn(ctx, "DocumentReference", url.Values{"encounter": {"Encounter/" + id}})
	if err != nil {
		return screen, err
	}
	if note := noteAmong(documents); note != nil {
		screen.Note, screen.NoteTag, screen.NoteForm = noteText(note), versionTag(note), formWords[formOf(note)]
	}
	if e.personality.messages {
		screen.Messaging, screen.Aside = originOf(e.options.AppLaunchURL), e.scratchpad.list(id)
	}
	screen.Filed, err = e.readFiled(ctx, id, documents)
	return screen, err
}

func (e *EHR) readOwn(ctx context.Context, kind, id string) (resource, error) {
	if !isTypeName(kind) || !isID(id) {
		return nil, refuse(404, "not-found", "there is no such chart")
	}
	a, err := e.server().answer(ctx, call{interaction: readCall, kind: kind, id: id})
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, refuse(a.status, "not-found", "the record answers %d for this %s", a.status, kind)
	}
	return a.body, nil
}

func (e *EHR) searchOwn(ctx context.Context, kind string, query url.Values) ([]resource, error) {
	query.Set("_count", "100")
	a, err := e.server().answer(ctx, call{interaction: searchCall, kind: kind, query: query})
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, refuse(a.status, "not-found", "the record answers %d for the search of %s", a.status, kind)
	}
	var found []resource
	for _, item := range values(a.body, "entry.resource") {
		if r, ok := item.(map[string]any); ok && kindOf(r) == kind {
			found = append(found, r)
		}
	}
	return found, nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// between is a time of day to another, with the day once where it is the same.
func between(start, end string) string {
	from, to := readable(start), readable(end)
	if day, hour, ok := strings.Cut(to, " "); ok && strings.HasPrefix(from, day+" ") {
		to = hour
	}
	return from + " to " + to
}

// readable turns a FHIR date and time into the form of a chart: the offset stays, seconds go.
func readable(moment string) string {
	if len(moment) < len("2026-11-16T14:00") {
		return moment
	}
	return moment[:10] + " " + moment[11:16]
}
