package web

import (
	"cmp"
	"maps"
	"sync"
	"time"

	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/smart"
)

const (
	maxSessions = 2000 // launches kept at once; the one untouched for longest gives way
	maxWrites   = 32   // different filings of one launch

	idleTime  = time.Hour   // a session untouched for longer is emptied; its launch is over before that
	sweepTime = time.Minute // between two looks for such sessions
)

// A session is what one launch has seen, answered and confirmed. It lives in memory and is emptied when
// the launch ends; what was confirmed is remembered by the journal.
type session struct {
	mu        sync.Mutex
	encounter string                     // picked, where the launch named none
	reviewed  *review.Review             // behind the latest preview
	readAt    time.Time                  // when it was read
	answers   []answer                   // to open questions of the visit
	work      workLog                    // outside the room, for the visit
	choosing  choosing                   // beside what the rules suggest
	filings   map[string]string          // encounter that each was confirmed for, by the filing's id
	edits     map[string]map[string]edit // of documents, by template and heading
	edition   int                        // version of the latest edit
	keysOff   bool                       // the page's single keys are switched off

	touched   time.Time
	expires   time.Time
	messaging smart.Messaging // with the chart's window
	look      string          // address of the EHR's look; empty where it has none
	ancestors []string        // who may frame us; kept after the end, so that the last page can say so in its frame
}

// sessions keeps a session for each launch, up to a limit.
type sessions struct {
	mu       sync.Mutex
	now      func() time.Time
	swept    time.Time
	byLaunch map[string]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, byLaunch: map[string]*session{}}
}

// of is the session of an open launch; a first one is made.
func (all *sessions) of(l *smart.Launch) *session {
	all.mu.Lock()
	defer all.mu.Unlock()
	now := all.now()
	all.sweep(now)
	have := all.byLaunch[l.ID]
	if have == nil {
		all.makeRoom()
		have = &session{filings: map[string]string{}}
		all.byLaunch[l.ID] = have
	}
	have.touched, have.expires, have.look = now, l.Expires, lookPath(l)
	have.messaging = l.Messaging
	if l.Issuer != nil {
		have.ancestors = l.Issuer.FrameAncestors
	}
	return have
}

// sweep empties what has expired or was left, so that no record stays in memory after its launch.
func (all *sessions) sweep(now time.Time) {
	if now.Sub(all.swept) < sweepTime {
		return
	}
	all.swept = now
	for _, s := range all.byLaunch {
		if s.expires.Before(now) && !s.expires.IsZero() || now.Sub(s.touched) > idleTime {
			s.empty()
		}
	}
}

// makeRoom drops the session untouched for longest when all places are taken.
func (all *sessions) makeRoom() {
	if len(all.byLaunch) < maxSessions {
		return
	}
	oldest := ""
	for id, s := range all.byLaunch {
		if oldest == "" || s.touched.Before(all.byLaunch[oldest].touched) {
			oldest = id
		}
	}
	delete(all.byLaunch, oldest)
}

// end empties the session of a launch.
func (all *sessions) end(launchID string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := all.byLaunch[launchID]; s != nil {
		s.empty()
	}
}

// ancestors is who could frame the pages of a launch that may be over.
func (all *sessions) ancestors(launchID string) []string {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := all.byLaunch[launchID]; s != nil {
		return s.ancestors
	}
	return nil
}

// look is the address of the look of a launch's EHR.
func (all *sessions) look(launchID string) string {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s := all.byLaunch[launchID]; s != nil {
		return s.look
	}
	return ""
}

func (s *session) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encounter, s.reviewed, s.answers, s.filings, s.edits = "", nil, nil, map[string]string{}, nil
	s.work, s.choosing = workLog{}, choosing{}
}

// confirmed remembers for which encounter a filing was confirmed, so that it is found again when another
// visit has been picked.
func (s *session) confirmed(id, encounter string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, have := s.filings[id]; !have && len(s.filings) >= maxWrites {
		return errTooManyWrites
	}
	s.filings[id] = encounter
	return nil
}

// confirmedFor is the encounter that this launch confirmed a filing for; otherwise where it did not.
func (s *session) confirmedFor(id, otherwise string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.filings[id], otherwise)
}

// all is the encounters of all that this launch confirmed, by the filing's id.
func (s *session) all() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.filings)
}

func (s *session) picked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.encounter
}

// pick chooses a visit; what was read, answered and written was of another.
func (s *session) pick(encounter string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encounter, s.reviewed, s.answers, s.edits = encounter, nil, nil, nil
	s.work, s.choosing = workLog{}, choosing{}
}

// keep remembers the review behind a preview; an earlier one is forgotten, so that only what was
// read last can be confirmed.
func (s *session) keep(r *review.Review, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reviewed, s.readAt = r, at
}

func (s *session) kept() (*review.Review, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reviewed, s.readAt
}
