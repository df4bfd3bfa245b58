package visit

import "time"

// A Filing is what a clinician confirmed: the lines and the gap note to be written into the record.
type Filing struct {
	Tenant    string // of the issuer's configuration
	Issuer    string // the FHIR base as the EHR names it
	Encounter string
	Patient   string
	Performer string // who rendered the service
	Enterer   string // who confirmed: the fhirUser of the launch; never empty
	Day       string // of service, as 2025-03-10
	Start     *time.Time
	End       *time.Time
	Lines     []FiledLine
	Rules     string // version of the coding rules that the lines rest on
	GapNote   string // plain text; empty: none is written

	GapNoteOrdinal int // 0 for the first gap note of the visit day

	Note      string // reference of the note that was reviewed
	Diagnoses []Diagnosis
	Evidence  []Version
	Recorded  time.Time // when the clinician confirmed
	Software  string    // name and version of this program

	// Way is how it goes to the chart where that is not over the record service: WayScratchpad or WayByHand. It
	// is no part of what is filed: the same lines are the same filing, whichever way they go.
	Way Way `json:",omitempty"`
}

// A FiledLine is one confirmed suggestion.
type FiledLine struct {
	Code       string
	Modifiers  []string
	Units      int
	Ordinal    int    // 0 for the first line of its code and modifiers
	Sentence   string // one sentence for ChargeItem.note
	Rule       string // id of the rule that decided
	Definition string // name of what the rules say of the code, see coding.Rules.Definition
	Label      string // our own short label
}

// The states of a filing, in the words of the page. A filing is held, then sending, then one of the last
// four; or it is held and then undone or not sent, and nothing has left the program.
const (
	StateHeld    = "held"     // confirmed, and to be sent when the time to undo is over
	StateUndone  = "undone"   // by the person who confirmed, while it was held
	StateNotSent = "not sent" // the program stopped while it was held
	StateSending = "sending"
	StateFiled   = "filed"
	StateAlready = "already there"
	StateByHand  = "entered by hand" // says the person who confirmed: nothing is sent to an EHR that takes no charges
	StateRefused = "refused"
	StateUnknown = "unknown"
)

// A Receipt says what became of a filing, as read back from the record.
type Receipt struct {
	State  string
	Items  []FiledItem
	Reason string // why it was refused or is unknown, and what to do
	At     time.Time
}

// A FiledItem is one resource of a filing, with what the record said of it.
type FiledItem struct {
	Kind      string // ChargeItem, DocumentReference, Provenance
	Key       string // identifier value
	Reference string // type and id, as the record gave it
	Version   string
	Created   bool   // false: it was already there
	Verified  bool   // it was read back and holds what was sent
	Differs   string // what the record holds instead, where it does
}
