package visit

import (
	"errors"
	"time"
)

// ErrNotOurs is a refusal to mark what another program, or a person, has entered, or what is of another chart.
var ErrNotOurs = errors.New("it was not filed by this program, for this patient and visit: change it in the chart")

// A Voiding is what a clinician wants marked "entered in error": one resource that was filed by this program.
type Voiding struct {
	Reference string // ChargeItem/c1 or DocumentReference/n2
	Patient   string
	Encounter string
	By        string // the fhirUser of the launch; never empty where it is carried out
	Reason    string // in words, as the clinician chose it
	Seen      string // Standing.Seen of what the clinician was shown
	At        time.Time
	Software  string
}

// A Standing is what the record holds of a resource that may be marked, when it is looked at.
type Standing struct {
	Kind   string // ChargeItem or DocumentReference
	Charge Charge // of a ChargeItem
	Status string
	Seen   string // names this state of the resource: its version, else when it was last changed
	Why    string // why it cannot be marked here, and what to do; empty: it can
	Marked bool   // it is marked already
}

// The states of a voiding, beside StateRefused and StateUnknown.
const (
	StateMarked        = "marked"
	StateMarkedAlready = "marked already"
)

// A Voided says what became of a voiding, as read back from the record.
type Voided struct {
	State   string // StateMarked, StateMarkedAlready, StateRefused or StateUnknown
	Version string // of the resource as it stands now, where the record says
	Reason  string // why it was refused or is unknown, or what was not written beside it
	Differs string // what else is another than before, where something is
}
