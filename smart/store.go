package smart

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How long launches live.
const (
	answerTime = 5 * time.Minute  // from /launch, and again from the authorization request, to the callback
	idleTime   = 15 * time.Minute // without a request of the browser
	wholeTime  = 8 * time.Hour    // whatever is done
	perBrowser = 8                // open launches
)

// ErrNoRecord says that the store has no record of that name.
var ErrNoRecord = errors.New("no such launch")

// The phases of a [Record], in order.
const (
	PhaseBegun  = "begun"  // the browser has its cookie
	PhaseAsked  = "asked"  // the browser was sent to the authorization endpoint
	PhaseAnswer = "answer" // the callback came; a code is worth one exchange
	PhaseOpen   = "open"
	PhaseEnded  = "ended" // the EHR took the grant back
)

// A Record is what the server remembers of one launch. It holds live tokens: a store that writes it down
// has to seal it.
type Record struct {
	Name      string // short name, in the cookie's name and at the front of state
	ID        string // in the path of pages
	IssuerKey string
	ISS       string // as it came
	Handle    Secret // launch, as it came
	Browser   [32]byte
	Phase     string
	Started   time.Time
	Used      time.Time // last request of the browser

	State    [32]byte // hash of the state that may come back, kept afterwards to know a second use
	Nonce    Secret
	Verifier Secret

	Patient, Encounter   string
	User, Subject        string
	HideBanner           bool
	StyleURL             string
	Messaging            Messaging
	Intent, Tenant       string
	FHIRContext          []ContextItem
	Scopes               []string
	Access, Refresh      Secret
	RenewAt, AccessUntil time.Time // zero where the EHR said no lifetime
	RetryAt              time.Time // no renewal before, after one that failed
}

// Ends is when the record is worth nothing any more and may be dropped.
func (r *Record) Ends() time.Time {
	switch r.Phase {
	case PhaseOpen, PhaseEnded:
		whole, idle := r.Started.Add(wholeTime), r.Used.Add(idleTime)
		if idle.Before(whole) {
			return idle
		}
		return whole
	}
	return r.Used.Add(answerTime)
}

// A Store keeps records by their name. Memory is the one built in; a database can take its place.
type Store interface {
	// Create adds a record.
	Create(ctx context.Context, r Record) error
	// Get returns a copy, or ErrNoRecord.
	Get(ctx context.Context, name string) (Record, error)
	// Change lets f alter the record while nobody else changes it, in this process or another, and keeps the result
	// before it returns. When f fails nothing is kept. A record that is not there is ErrNoRecord.
	// f may take seconds: it asks the EHR for tokens.
	Change(ctx context.Context, name string, f func(*Record) error) (Record, error)
	// Delete forgets the record; one that is not there is no error.
	Delete(ctx context.Context, name string) error
}

// maxRecords bounds the memory that strangers can fill by calling /launch: at most 5 kB each.
const maxRecords = 20_000

// memory is a Store that forgets everything when the process ends.
type memory struct {
	now func() time.Time

	mu      sync.Mutex
	records map[string]*kept
	swept   time.Time
}

type kept struct {
	gate   chan struct{} // holds one token; who has it may change the record
	record Record        // guarded by memory.mu
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, records: map[string]*kept{}}
}

func (m *memory) Create(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.now(); now.Sub(m.swept) >= time.Minute || len(m.records) >= maxRecords {
		m.sweep(now)
	}
	if len(m.records) >= maxRecords {
		return errors.New("too many launches are open")
	}
	k := &kept{gate: make(chan struct{}, 1), record: r}
	k.gate <- struct{}{}
	m.records[r.Name] = k
	return nil
}

func (m *memory) sweep(now time.Time) {
	m.swept = now
	for name, k := range m.records {
		if now.After(k.record.Ends()) {
			delete(m.records, name)
		}
	}
}

func (m *memory) Get(_ context.Context, name string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.records[name]; k != nil {
		return k.record, nil
	}
	return Record{}, ErrNoRecord
}

func (m *memory) Change(ctx context.Context, name string, f func(*Record) error) (Record, error) {
	m.mu.Lock()
	k := m.records[name]
	m.mu.Unlock()
	if k == nil {
		return Record{}, ErrNoRecord
	}
	select {
	case <-k.gate:
	case <-ctx.Done():
		return Record{}, ctx.Err()
	}
	defer func() { k.gate <- struct{}{} }()

	r, err := m.Get(ctx, name) // as the one before us left it
	if err != nil {
		return Record{}, err
	}
	if err := f(&r); err != nil {
		return Record{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[name] != k { // ended meanwhile
		return Record{}, ErrNoRecord
	}
	k.record = r
	return r, nil
}

func (m *memory) Delete(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, name)
	return nil
}
