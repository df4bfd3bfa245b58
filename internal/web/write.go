package web

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/visit"
)

// Filings remembers what was confirmed and sends it; [*journal.Journal] is one.
type Filings interface {
	Next(ctx context.Context, v journal.Visit, id string) (attempt int, err error)
	Hold(ctx context.Context, o journal.Order, send journal.Send) (entry journal.Entry, mine bool, err error)
	SendNow(ctx context.Context, v journal.Visit, id string, send journal.Send) (journal.Entry, error)
	Undo(ctx context.Context, v journal.Visit, id string) (entry journal.Entry, undone bool, err error)
	Find(ctx context.Context, v journal.Visit, id string) (journal.Entry, error)
	Of(ctx context.Context, v journal.Visit) ([]journal.Entry, error)
	Settle(ctx context.Context, e journal.Entry, receipt visit.Receipt) error
	Wait(ctx context.Context, e journal.Entry)
}

// visitOf names an encounter of the launch's patient for the journal: any launch of the same visit sees
// its filings, and no other does.
func (o open) visitOf(encounter string) journal.Visit {
	v := journal.Visit{Issuer: o.iss(), Patient: strings.TrimPrefix(o.launch.Patient, "Patient/"), Encounter: strings.TrimPrefix(encounter, "Encounter/")}
	if o.launch.Issuer != nil {
		v.Tenant = o.launch.Issuer.Tenant
	}
	return v
}

// notRemembered is what a person is told where the journal could not do what was asked; nil stays nil.
func (s *Server) notRemembered(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrNone):
		return errNoWrite
	case errors.Is(err, journal.ErrSkipped):
		return errChanged
	case errors.Is(err, journal.ErrStopping):
		return errStopping
	}
	s.options.Log.Error("the journal does not answer", "error", err) // it holds hashes and sealed bytes, so its words are safe
	return errNoJournal
}

// written is the filing that the address names, of the visit that this launch confirmed it for.
func (s *Server) written(r *http.Request, o open) (journal.Visit, journal.Entry, error) {
	id := mux.Vars(r)["id"]
	v := o.visitOf(o.session.confirmedFor(id, o.encounter()))
	entry, err := s.options.Filings.Find(r.Context(), v, id)
	return v, entry, s.notRemembered(err)
}

// showWrite shows what became of a filing, as the record holds it now. While it is held or being sent
// the record is not asked.
func (s *Server) showWrite(w http.ResponseWriter, r *http.Request, o open) {
	v, entry, err := s.written(r, o)
	if err == nil && s.answerIsNear(entry) {
		s.wait(r.Context(), entry)
		entry, err = s.options.Filings.Find(r.Context(), v, entry.ID)
		err = s.notRemembered(err)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.showEntry(w, r, o, entry, "")
}

// waitTime is how long the page of a filing that is being sent is held back for its answer. A page that
// loaded itself again would take the reader's place away (WCAG 2.2, 2.2.1 and failure F41).
const waitTime = 5 * time.Second

func (s *Server) answerIsNear(e journal.Entry) bool {
	return e.State == visit.StateSending || e.State == visit.StateHeld && !s.options.Now().Before(e.SendAt)
}

// wait returns when the filing is settled, or when the page has been held back for long enough.
func (s *Server) wait(ctx context.Context, e journal.Entry) {
	ctx, cancel := context.WithTimeout(ctx, waitTime)
	defer cancel()
	s.options.Filings.Wait(ctx, e)
}

// showEntry shows a filing, and what did not come of a button that was pressed.
func (s *Server) showEntry(w http.ResponseWriter, r *http.Request, o open, entry journal.Entry, late string) {
	unproven := ""
	if isInRecord(entry) {
		entry.Receipt, unproven = s.readBack(r.Context(), o, entry)
		entry.State = entry.Receipt.State
	}
	body := writeBody(entry, unproven, s.options.Now(), zoneOf(o.launch, &visit.Visit{Start: entry.Filing.Start}))
	if entry.Filing.Way == "" {
		body.voids(o.launch, entry.Receipt.Items)
	}
	body.MayUndo, body.Late = entry.State == visit.StateHeld && entry.Who == o.launch.User, late
	p := page{Title: body.Heading, Launch: o.launch.ID, Body: body}
	if entry.Kept {
		p.Strip = stripOf(entry.Person)
	}
	status := http.StatusOK
	if late != "" {
		status = http.StatusConflict
	}
	s.render(w, r, status, "write", p)
}

// hasLeft reports whether something was sent, and an answer or its absence is known.
func hasLeft(state string) bool {
	switch state {
	case visit.StateFiled, visit.StateAlready, visit.StateRefused, visit.StateUnknown:
		return true
	}
	return false
}

// isInRecord reports whether the record can be asked what became of an entry.
func isInRecord(e journal.Entry) bool {
	return e.Kept && hasLeft(e.State) && e.Filing.Way == ""
}

// undo takes a filing back that is still held.
func (s *Server) undo(w http.ResponseWriter, r *http.Request, o open) {
	v, entry, err := s.mine(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	entry, undone, err := s.options.Filings.Undo(r.Context(), v, entry.ID)
	switch {
	case err != nil:
		s.fail(w, r, s.notRemembered(err))
	case undone || entry.State == visit.StateUndone:
		s.options.Log.Info("filing undone", "launch", short(o.launch.ID))
		seeOther(w, writePath(o.launch.ID, entry.ID))
	case entry.State == visit.StateNotSent:
		seeOther(w, writePath(o.launch.ID, entry.ID))
	default:
		s.wait(r.Context(), entry)
		if entry, err = s.options.Filings.Find(r.Context(), v, entry.ID); err != nil {
			s.fail(w, r, s.notRemembered(err))
			return
		}
		s.showEntry(w, r, o, entry, "It was too late to undo: it had been sent.")
	}
}

// fileNow sends what is held without waiting for the time to undo.
func (s *Server) fileNow(w http.ResponseWriter, r *http.Request, o open) {
	v, entry, err := s.mine(r, o)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	chart, err := s.options.Open(o.launch)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if _, err := s.options.Filings.SendNow(r.Context(), v, entry.ID, s.sender(o, chart)); err != nil {
		s.fail(w, r, s.notRemembered(err))
		return
	}
	seeOther(w, writePath(o.launch.ID, entry.ID))
}

// mine is the filing that the address names, where the person at the screen confirmed it.
func (s *Server) mine(r *http.Request, o open) (journal.Visit, journal.Entry, error) {
	v, entry, err := s.written(r, o)
	if err == nil && entry.Who != o.launch.User {
		err = errNotYours
	}
	return v, entry, err
}

// fileHeld sends what this launch still holds, and reports whether there was anything: the launch ends, and
// its leave to write ends with it.
func (s *Server) fileHeld(ctx context.Context, o open) (sent bool) {
	for id, encounter := range o.session.all() {
		v := o.visitOf(encounter)
		entry, err := s.options.Filings.Find(ctx, v, id)
		if err != nil || !entry.InFlight() || entry.Who != o.launch.User {
			continue
		}
		if chart, err := s.options.Open(o.launch); err == nil {
			if entry, err = s.options.Filings.SendNow(ctx, v, id, s.sender(o, chart)); err == nil {
				s.options.Filings.Wait(context.WithoutCancel(ctx), entry)
				sent = true
			}
		}
	}
	return sent
}

const unknownReason = "The EHR did not answer in time, so nobody can say yet whether it was written. " +
	"Look at the charges of this visit in the chart before you file again."

// readBack asks the record what it holds of a filing. Where it cannot say, the answer to the filing
// stands, with a word that it was not checked.
func (s *Server) readBack(ctx context.Context, o open, entry journal.Entry) (visit.Receipt, string) {
	receipt := entry.Receipt
	chart, err := s.options.Open(o.launch)
	var read visit.Receipt
	if err == nil {
		read, err = chart.ReadBack(ctx, entry.Filing)
	}
	if err != nil {
		s.options.Log.Warn("read back failed", "launch", short(o.launch.ID), "error", logged(err))
		return receipt, "It could not be read back from the record just now. " + explain(err).Next
	}
	receipt = withReading(receipt, read)
	if reflect.DeepEqual(receipt, entry.Receipt) {
		return receipt, ""
	}
	if err := s.options.Filings.Settle(ctx, entry, receipt); err != nil {
		_ = s.notRemembered(err) // what was read is shown all the same
	}
	return receipt, ""
}

// withReading joins what the record holds now to what it answered when it was filed. Only the reading
// can settle an unknown fate; it never turns filed into anything else.
func withReading(filed, read visit.Receipt) visit.Receipt {
	joined := filed
	joined.Items = nil
	if filed.State == visit.StateUnknown && (read.State == visit.StateFiled || read.State == visit.StateAlready) {
		joined.State, joined.Reason, joined.At = read.State, "", read.At
	}
	for _, item := range filed.Items {
		if i := slices.IndexFunc(read.Items, func(r visit.FiledItem) bool { return sameItem(r, item) }); i >= 0 {
			created := item.Created
			item = read.Items[i]
			item.Created = created
		}
		joined.Items = append(joined.Items, item)
	}
	for _, item := range read.Items {
		if !slices.ContainsFunc(filed.Items, func(f visit.FiledItem) bool { return sameItem(f, item) }) {
			joined.Items = append(joined.Items, item)
		}
	}
	return joined
}

func sameItem(a, b visit.FiledItem) bool { return a.Kind == b.Kind && a.Key == b.Key }
