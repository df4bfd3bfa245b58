package demoehr

import (
	"fmt"
	"strings"
	"time"
)

// A story is one made-up visit, told by what was done and what the note says of it. The resources
// of the visit are made from it; to add a visit, add a story to the list in visits.go.
type story struct {
	id        string // of the Encounter; the other resources are named after it
	title     string
	lookFor   string // what the visit shows, in one line for the worklist
	patient   person
	clinician clinician
	payer     payer
	diagnoses []diagnosis
	start     string    // of the first service, with the offset of the clinic: 2026-11-16T14:00:00-05:00
	did       []service // one after the other, without a break

	modality   string // audio-video, audio-only: a virtual visit with the patient at home; empty: in the office
	complexity string // factor of interactive complexity; empty: none
	scores     []score
	earlier    []earlierTotal
	note       string // see noteText for what stands in braces
	before     []earlierVisit

	launchWithoutEncounter bool // the chart does not say which visit is open, as many EHRs do not
}

// An earlierVisit is a visit before that of the story, of the same patient for the same work: it is in the
// record with its note, and not in the worklist.
type earlierVisit struct {
	start     string    // as in a story
	clinician clinician // who saw the patient and wrote the note
	note      string
}

// earlierStory is an earlier visit told as a story of its own; of two, the one listed first is before-1.
func (s *story) earlierStory(i int) *story {
	e := s.before[i]
	return &story{
		id: fmt.Sprintf("%s-before-%d", s.id, i+1), patient: s.patient, clinician: e.clinician, payer: s.payer,
		diagnoses: s.diagnoses, start: e.start, did: s.did, note: e.note,
	}
}

// A service is one kind of work and its whole minutes. Cpt is the code that a clinician chose
// himself, as for evaluation and management.
type service struct {
	activity string
	minutes  int
	cpt      string
}

// A diagnosis is an ICD-10-CM code.
type diagnosis struct{ code, display string }

// storyOf finds the story of an encounter, nil where it is not of the seed.
func storyOf(encounter string) *story {
	for i := range stories {
		if stories[i].id == encounter {
			return &stories[i]
		}
	}
	return nil
}

func (s *story) from() time.Time {
	t, err := time.Parse(time.RFC3339, s.start)
	if err != nil {
		panic(fmt.Sprintf("demo EHR: the start of the story %s: %v", s.id, err)) // our own list; a test reads all of it
	}
	return t
}

func (s *story) minutes() int {
	sum := 0
	for _, d := range s.did {
		sum += d.minutes
	}
	return sum
}

func (s *story) to() time.Time {
	return s.from().Add(time.Duration(s.minutes()) * time.Minute)
}

func (s *story) arrives() time.Time { return s.from().Add(-4 * time.Minute) }
func (s *story) leaves() time.Time  { return s.to().Add(5 * time.Minute) }

// day is the day of service as a FHIR date.
func (s *story) day() string { return s.from().Format(time.DateOnly) }

// noteText is the note with the facts of the visit in place of {name}, {born}, {date}, {clinician},
// {start}, {stop}, {minutes} and {signed}. A line that begins with two spaces goes on the one before.
func (s *story) noteText() string {
	born, _ := time.Parse(time.DateOnly, s.patient.born) // a test reads all of them
	return strings.TrimLeft(strings.NewReplacer(
		"\n  ", " ",
		"{name}", s.patient.name(),
		"{born}", born.Format("01/02/2006"),
		"{date}", s.from().Format("01/02/2006"),
		"{clinician}", s.clinician.signs(),
		"{start}", s.from().Format("3:04 PM"),
		"{stop}", s.to().Format("3:04 PM"),
		"{minutes}", fmt.Sprint(s.minutes()),
		"{signed}", s.leaves().Add(25*time.Minute).Format("01/02/2006 3:04 PM"),
	).Replace(s.note), "\n")
}
