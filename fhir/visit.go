package fhir

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// Options say which visit is meant, and what the site knows that the record does not say.
type Options struct {
	Encounter string         // id or reference; may be empty where the record holds exactly one
	Patient   string         // the patient of the launch; every resource must belong to it
	User      string         // reference of who launched the app
	Zone      *time.Location // of the clinic; nil where unknown
	Rules     *coding.Rules  // names the activity of a CPT or HCPCS code; nil: the built-in rules

	// EarlierNotes allows notes of earlier visits to be read, to compare the note with. They are more
	// than the visit itself needs, so that who reads a record says so.
	EarlierNotes bool

	PDF notetext.PDFReader // reads the PDFs of the visit; nil: none is read

	// The site's own words, by "system|code" or by the exact text of a code.
	Activities  map[string]string       // to activities of coding.Facts
	Payers      map[string]coding.Payer // Coverage.type, payor or its name, to a payer
	Disciplines map[string]string       // specialty or qualification, to a discipline

	// Instruments are what the site's own codes, texts, linkIds and addresses of questionnaires stand
	// for, as screening.Set.Meant reads it.
	Instruments map[string]screening.Meaning
}

func newReading(r *Record, o Options) *reading {
	return &reading{record: r, options: o, lists: map[string]any{}, notes: map[visit.Remark]bool{}, used: map[string]visit.Version{}, unreal: map[string]map[string]string{},
		out: &visit.Visit{Known: map[string]docs.Known{}, Facts: coding.Facts{Services: []coding.Service{}, Sources: map[string][]string{}}}}
}

// Visit reads one visit out of the record. It is an *InputError where the record does not say which
// visit is meant, and ErrOtherPatient where the visit is not the launch patient's. Nothing in it
// depends on the order in which the resources were added.
func (r *Record) Visit(o Options) (*visit.Visit, error) {
	v, session, err := r.begin(o)
	if err != nil {
		return nil, err
	}
	v.introduce()
	v.scores()
	v.services(session)
	v.circumstances()
	v.payer()
	v.diagnoses()
	v.infant()
	v.charges()
	v.voidedNotes()
	v.clinicalNote()
	v.signing()
	v.participants()
	v.others()
	v.known()
	v.sourcesTogether()
	v.finish()
	return v.out, nil
}

// begin reads which visit is meant, who had part in it and when it was.
func (r *Record) begin(o Options) (*reading, sessionTime, error) {
	if o.Rules == nil {
		rules, err := coding.Builtin()
		if err != nil {
			return nil, sessionTime{}, err
		}
		o.Rules = rules
	}
	v := newReading(r, o)
	if err := v.choose(); err != nil {
		return nil, sessionTime{}, err
	}
	v.frame()
	v.procedures()
	v.people()
	return v, v.session(), nil
}

// frame fills in what the encounter itself says.
func (v *reading) frame() {
	e := v.encounter
	v.use(e.entry, e.lenient)
	v.out.Encounter, v.out.Patient = e.Reference, v.patient
	if e.Value.Period != nil {
		v.out.Start = instant(v.local(v.date(e.entry, "period.start", e.Value.Period.Start)))
		v.out.End = instant(v.local(v.date(e.entry, "period.end", e.Value.Period.End)))
	}
	switch status := e.Value.Status; status {
	case r4.EncounterStatusFinished:
	case r4.EncounterStatusPlanned:
		v.note(e.Reference, "the visit is planned: it has not taken place as far as the record says")
	case r4.EncounterStatusUnknown:
		v.note(e.Reference, "the status of the visit is unknown")
	default:
		v.note(e.Reference, "the visit is still open: %s", status.Code())
	}
	v.out.Person = v.person()
}

// instant is a known instant, and nil where date, time or zone is missing.
func instant(d DateTime) *time.Time {
	if !d.Known() {
		return nil
	}
	t := d.Time
	return &t
}

// person is how the patient is shown.
func (v *reading) person() visit.Person {
	var person visit.Person
	for _, e := range v.record.of("Patient") {
		if e.Reference != v.patient {
			if v.patient != "" {
				v.note(e.Reference, "left out: it is another patient")
			}
			continue
		}
		patient, lenient, err := decode[r4.Patient](e)
		if err != nil {
			v.note(e.Reference, "not read: %s", err)
			continue
		}
		v.use(e, lenient)
		person = personOf(patient)
	}
	return person
}

func personOf(patient r4.Patient) visit.Person {
	person := visit.Person{Name: nameOfPerson(patient.Name), Names: namesOf(patient.Name)}
	if d, err := ParseDateTime(text(patient.BirthDate)); err == nil && d.Precision < PrecisionTime {
		person.BirthDate = d.String()
	}
	if patient.Gender != nil {
		person.Sex = patient.Gender.Code()
	}
	for _, identifier := range patient.Identifier {
		if identifier.Type != nil && slices.Contains(codesOf(identifier.Type, identifierTypes), "MR") {
			person.Record = cmp.Or(person.Record, text(identifier.Value))
		}
	}
	return person
}

// nameOfPerson prints a name: the official or usual one where one is marked so, else the first;
// never an old one where there is another.
func nameOfPerson(names []r4.HumanName) string {
	best, rank := "", 9
	for _, name := range names {
		if r := nameRank(name.Use); r < rank {
			if printed := printedName(name); printed != "" {
				best, rank = printed, r
			}
		}
	}
	return best
}

func nameRank(use *r4.NameUse) int {
	if use == nil {
		return 2
	}
	switch *use {
	case r4.NameUseOfficial:
		return 0
	case r4.NameUseUsual:
		return 1
	case r4.NameUseOld, r4.NameUseMaiden:
		return 5
	}
	return 3
}

func printedName(name r4.HumanName) string {
	if s := text(name.Text); s != "" {
		return s
	}
	parts := slices.Concat(name.Prefix, name.Given, []string{text(name.Family)})
	printed := strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
	if suffix := strings.Join(name.Suffix, " "); suffix != "" && printed != "" {
		printed += ", " + suffix
	}
	return printed
}
