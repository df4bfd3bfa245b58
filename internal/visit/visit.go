// Package visit holds the words that the record, the review and the page share: what a record says
// about one visit, and what is filed back into it.
//
// It holds values and their names only. It reads nothing, decides nothing and sends nothing, and
// it knows neither FHIR nor pages.
package visit

import (
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
)

// A Visit is what the record says about one encounter, with the resources each thing came from.
type Visit struct {
	Encounter string // such as Encounter/e1, or urn:uuid:… as given
	Patient   string // such as Patient/p1
	Person    Person
	Clinician Clinician // who rendered the service
	User      Clinician // who launched the app; zero outside of a launch

	Start, End *time.Time // of the encounter, where both date and time are known
	// SoleService is the activity of the one timed service that time of the whole session may be
	// given to; empty where there is none, or another service that takes time beside it.
	SoleService string
	Session     Session
	Scores      []Score
	Facts       coding.Facts
	Questions   []coding.Question // what the record leaves open
	Note        Note
	Priors      []Prior               // at most five, the latest first; nothing of them is part of this visit
	Known       map[string]docs.Known // what the record holds, by element of documentation
	Diagnoses   []Diagnosis           // of the encounter first, in their order

	Participants []Participant // of the encounter, beside clinicians and the patient
	Others       []Occupied    // what else the record holds of the patient on the day of the visit
	Signing      Signing       // of the note

	Charges []Charge // ChargeItems that the record already holds for the encounter
	Voided  []Charge // charges of ours that were marked entered-in-error since

	VoidedNotes int // gap notes of ours that were marked entered-in-error since

	Evidence []Version // every resource that was used, with its version
	Unread   []Unread  // kinds of resource that could not be read
	Notes    []Remark  // what was left out or read leniently, and why
}

// A Person is how the patient is shown, so that a clinician sees whose chart it is.
type Person struct {
	Name      string // as the EHR prints it
	BirthDate string // FHIR date: 1980, 1980-04 or 1980-04-02
	Sex       string // administrative gender
	Record    string // medical record number, where one is marked as such
	Names     []Name // all of them, former and preferred ones too, in the order of the record
}

// A Name is one name of a person, in its parts as far as the record has them.
type Name struct {
	Use    string // official, usual, nickname, old, maiden, …; empty where it is not said
	Text   string // as the EHR prints it
	Given  []string
	Family string
}

// A Clinician is a Practitioner by reference and name.
type Clinician struct {
	Reference  string // such as Practitioner/d1
	Name       string
	Discipline string // as coding.Provider names it; empty where unknown

	Names       []Name   // all of them
	Credentials []string // licences and degrees, in words and by code
}

// A Participant is someone who took part in the encounter as the record says.
type Participant struct {
	Reference string   // such as RelatedPerson/r1
	Relation  []string // to the patient, in words and by code; none where the record does not say
}

// An Occupied is time in which another visit or procedure of the patient took place.
type Occupied struct {
	Reference string // such as Encounter/e2
	Start     time.Time
	End       time.Time
	Clinician string // who rendered it; empty where it is not known
}

// The states of a note's signature in the record.
const (
	SigningDone  = "signed"     // someone is named who authenticated the note
	SigningFinal = "final"      // its status is final or amended, and nobody is named
	SigningDraft = "not signed" // its status is preliminary
)

// A Signing is what the record says of the signature of the note, beside its text.
type Signing struct {
	State   string // SigningDone, SigningFinal, SigningDraft; empty where the record does not say
	Signer  Clinician
	At      *time.Time // where the instant is known
	Day     string     // as 2025-03-11, where the day is known
	Sources []string
}

// The states of a session's time.
const (
	SessionKnown       = "known"
	SessionConflicting = "conflicting"
	SessionUnknown     = "unknown"
)

// A Session is the time of the visit, reconstructed.
type Session struct {
	Status    string     `json:"status"`
	Minutes   *int       `json:"minutes"` // whole minutes, union of the counted segments, cut down once
	Start     *time.Time `json:"start,omitempty"`
	End       *time.Time `json:"end,omitempty"`
	Segments  []Segment  `json:"segments"`
	Conflicts []Conflict `json:"conflicts"`
	Question  string     `json:"question,omitempty"`
}

// A Segment is a stretch of time within the visit.
type Segment struct {
	Activity string `json:"activity,omitempty"`
	// Code is "system|code" of what was done, as the record has it, where no activity is known for it.
	Code    string     `json:"code,omitempty"`
	Minutes *int       `json:"minutes,omitempty"`
	Start   *time.Time `json:"start,omitempty"`
	End     *time.Time `json:"end,omitempty"`
	Counted bool       `json:"counted"`
	Sources []string   `json:"sources"`
	Why     string     `json:"why"`
}

// A Conflict says in words where two sources of time disagree.
type Conflict struct {
	Text    string `json:"text"`
	Minutes []int  `json:"minutes,omitempty"` // the candidates, smallest first
	// Activity is the service whose minutes the candidates are; empty where the visit names none.
	// Candidates that may not be given to one service alone are in Text only.
	Activity string   `json:"activity,omitempty"`
	Sources  []string `json:"sources"`
}

// The states of a visit's note.
const (
	NoteRead       = "read"
	NoteAbsent     = "no-note"
	NoteUnreadable = "unreadable"
)

// A Note is the clinician's text for the visit. Offsets of the documentation result are bytes of
// Text: the note as given where it is plain text in UTF-8, else what was taken out of its form, with
// addenda after it.
type Note struct {
	Status    string // NoteRead, NoteAbsent, NoteUnreadable
	Text      string // at most 1 MiB; a form feed stands before each page but the first
	Reference string // such as DocumentReference/n1
	Reason    string // why it is unreadable, where it is
}

// A Prior is an earlier note of the same patient by the same clinician, which the note of the visit is
// compared with.
type Prior struct {
	Reference string    // such as DocumentReference/n0
	Day       string    // of the visit it tells of, as 2025-03-03; else the day on which it was written
	Text      string    // with the clinician's addenda
	Sources   []Version // the resources that it was read from
}

// A Diagnosis is a coded condition that a charge may point to.
type Diagnosis struct {
	Code      string
	System    string
	Display   string
	Reference string // such as Condition/c1
	Origin    string // encounter, or problem list
	Rank      int    // that the encounter gives it, 1 the first; 0 where it gives none
}

// A Charge is a ChargeItem that stands in the record.
type Charge struct {
	Reference string
	Code      string
	Modifiers []string
	Units     int
	Status    string
	Key       string // our identifier's value; empty where the charge is not ours
}

// A Version is a resource with the version that was read; Version is empty where the server keeps none.
type Version struct {
	Reference string
	Version   string
	Updated   string // when it was last changed, as the server writes it; empty where it does not
}

// Unread is a kind of resource that could not be loaded, with what to do about it.
type Unread struct {
	Kind   string `json:"kind"`   // such as Observation, or UnreadEarlierNotes
	Reason string `json:"reason"` // such as "refused (403): ask for scope user/Observation.rs"
}

// UnreadEarlierNotes is the kind of notes of earlier visits, where they were asked for in vain.
const UnreadEarlierNotes = "earlier notes"

// RemarkUTCDay is the remark on a day of service that was read in UTC for want of a zone. It does not
// stand where the day was given beside the record.
const RemarkUTCDay = "its start is written in UTC and the zone of the clinic is not known: the day of service is the UTC day"

// A Remark names a resource that was left out, or a value read leniently.
type Remark struct {
	Resource string `json:"resource"`
	Text     string `json:"text"`
	Look     bool   `json:"look,omitempty"` // it names an answer that asks for a look, whatever it is left out for
}

// An EncounterChoice is one encounter a clinician may mean, where the launch named none.
type EncounterChoice struct {
	Reference string // such as Encounter/e1
	Day       string // as 2025-03-10
	Start     *time.Time
	End       *time.Time
	Status    string
	Text      string // type or class, as the EHR prints it
}
