package fhir

import (
	"errors"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// ErrOtherPatient says that the encounter belongs to another patient than the launch named.
var ErrOtherPatient = errors.New("the encounter belongs to another patient than the one of the launch: close this page and launch again from the right chart")

// Options say which visit is meant, and what the site knows that the record does not say.
type Options struct {
	Encounter string         // id or reference; may be empty where the record holds exactly one
	Patient   string         // the patient of the launch; every resource must belong to it
	User      string         // reference of who launched the app
	Zone      *time.Location // of the clinic; nil where unknown

	// The site's own words, by "system|code" or by the exact text of a code.
	Activities  map[string]string       // to activities of coding.Facts
	Payers      map[string]coding.Payer // Coverage.type, payor or its name, to a payer
	Disciplines map[string]string       // specialty or qualification, to a discipline
}

// Visit reads one visit out of the record. It is an *InputError where the record does not say which
// visit is meant, and ErrOtherPatient where the visit is not the launch patient's.
func (r *Record) Visit(o Options) (*visit.Visit, error) {
	return nil, &InputError{"record", "nothing can be read yet"}
}
