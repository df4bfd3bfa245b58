package journal

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// A Visit names whose filings are meant: those of one visit of one patient in one EHR of one tenant.
// The ids are written without their type, as "p1".
type Visit struct{ Tenant, Issuer, Patient, Encounter string }

// bytes is the name with the length of each part before it, so that no two visits share one.
func (v Visit) bytes() []byte {
	var all []byte
	for _, part := range []string{v.Tenant, v.Issuer, v.Patient, v.Encounter} {
		all = binary.AppendUvarint(all, uint64(len(part)))
		all = append(all, part...)
	}
	return all
}

// An Order is a confirmed filing to be written down and sent.
type Order struct {
	Visit   Visit
	ID      string // of the filing, from what it would write: the same content has the same id
	Attempt int    // that the person saw to be the next one, see Next
	Filing  visit.Filing
	Person  visit.Person // whom the page names
	Hold    time.Duration
}

// An Entry is the latest attempt of a filing, and what became of it.
type Entry struct {
	ID        string
	Attempt   int    // 1 for the first
	State     string // one of visit.State...
	Confirmed time.Time
	SendAt    time.Time // when it is sent, or was to be
	Changed   time.Time // when it came into its state
	Who       string    // fhirUser who confirmed
	// Filing, Person and Receipt are kept for some days after the filing is settled; then Kept is false.
	Kept    bool
	Filing  visit.Filing
	Person  visit.Person
	Receipt visit.Receipt

	row row
}

// InFlight reports whether the filing is held or sending, so that it changes without anybody's doing.
func (e Entry) InFlight() bool {
	return e.State == visit.StateHeld || e.State == visit.StateSending
}

// Errors that a caller tells apart; every other one says that the store did not answer.
var (
	// ErrNone means that nothing of the visit is known under the id.
	ErrNone = errors.New("journal: nothing is known of this filing")
	// ErrStopping means that the program is about to end and takes nothing more.
	ErrStopping = errors.New("journal: the program is stopping")
	// ErrSkipped means that an order names an attempt that is not the next one.
	ErrSkipped = errors.New("journal: this is not the next attempt")
)

// A row is the primary key of an attempt.
type row struct {
	visit   string // keyed hash, 32 bytes
	id      string
	attempt int
}

// bound is what the sealed columns of a row are bound to: sealed bytes moved to another row do not open.
func (r row) bound(column string) []byte {
	all := append([]byte(column), 0)
	all = append(all, r.visit...)
	all = binary.AppendUvarint(all, uint64(r.attempt))
	return append(all, r.id...)
}
