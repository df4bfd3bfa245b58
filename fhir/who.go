package fhir

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

func itoa(i int) string { return strconv.Itoa(i) }

// disciplines maps NUCC taxonomy codes to disciplines by their beginning; the longest one holds. The names of the
// codes were read in Individual and Group Specialties of Da Vinci PDex Plan Net 1.1.0, which has NUCC 20.2. What
// is not in it names no discipline of ours: social worker (104100000X), school social worker (1041S0200X) and
// counselor (101Y00000X) say no licence to practise alone; nurses, behavior analysts, assistants of the
// therapies (2252, 224Z, 2355) and students (390200000X) are none of ours.
var disciplines = map[string]string{
	"103T": coding.DisciplinePsychologist, // psychologist, whatever the specialty
	"103G": coding.DisciplinePsychologist, // clinical neuropsychologist

	"1041C": coding.DisciplineLCSW,
	"106H":  coding.DisciplineLMFT,
	"101YM": coding.DisciplineLMHC,
	"101YP": coding.DisciplineLPC,

	"2084P08":   coding.DisciplinePsychiatrist, // psychiatry; of addiction, of children and adolescents, geriatric
	"2084F0202": coding.DisciplinePsychiatrist, // forensic psychiatry
	"207Q":      coding.DisciplinePrimaryCare,  // family medicine
	"208D":      coding.DisciplinePrimaryCare,  // general practice
	"20":        coding.DisciplinePhysician,    // allopathic and osteopathic physicians

	"363L": coding.DisciplineNP, "363A": coding.DisciplinePA, "364S": coding.DisciplineCNS,
	"225X": coding.DisciplineOT, "2251": coding.DisciplinePT, "235Z": coding.DisciplineSLP,
}

// disciplineOfCode is the discipline of a NUCC code.
func disciplineOfCode(code string) string {
	for n := min(len(code), 9); n >= 2; n-- {
		if discipline, ok := disciplines[code[:n]]; ok {
			return discipline
		}
	}
	return ""
}

// people finds who rendered the service. Time of participants depends on it.
func (v *reading) people() {
	v.clinician = cmp.Or(v.performingClinician(), v.participatingClinician())
}

// introduce says who rendered the service and who launched the app: they need not be the same. It comes
// after the day of service is known, on which roles must hold.
func (v *reading) introduce() {
	v.out.Clinician = v.clinicianOf(v.clinician)
	if v.options.User != "" {
		v.out.User = v.clinicianOf(v.practitionerNamed(v.options.User))
	}
	if discipline := v.out.Clinician.Discipline; discipline != "" {
		v.out.Facts.Provider.Discipline = discipline
		v.source("provider.discipline", v.disciplineSources(v.clinician)...)
	}
}

func (v *reading) clinicianOf(reference string) visit.Clinician {
	if reference == "" {
		return visit.Clinician{}
	}
	clinician := visit.Clinician{Reference: reference, Discipline: v.disciplineOf(reference)}
	if practitioner, e, ok := v.readPractitioner(reference); ok {
		clinician.Name, clinician.Names = nameOfPerson(practitioner.Name), namesOf(practitioner.Name)
		clinician.Credentials = credentialsOf(practitioner)
		v.use(e, nil)
	}
	return clinician
}

// performingClinician is the performer of the first procedure that names an activity, else of the
// first one.
func (v *reading) performingClinician() string {
	first := ""
	for _, p := range v.performed {
		if p.performer == "" || uncounted[p.activity] != "" {
			continue
		}
		if p.activity != "" && fillsTime(p.activity) {
			return p.performer
		}
		first = cmp.Or(first, p.performer)
	}
	return first
}

// participatingClinician is the primary performer, else the attender, else the only participant
// that is a practitioner.
func (v *reading) participatingClinician() string {
	var all []string
	for _, kind := range []string{"PPRF", "ATND"} {
		for _, participant := range v.encounter.Value.Participant {
			who := v.practitioner(v.encounter.entry, participant.Individual)
			if who == "" {
				continue
			}
			for _, concept := range participant.Type {
				for _, coding := range concept.Coding {
					if text(coding.Code) == kind {
						return who
					}
				}
			}
			all = append(all, who)
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		return all[0]
	}
	return ""
}

func (v *reading) performerOf(p item[r4.Procedure]) string {
	for _, performer := range p.Value.Performer {
		if who := v.practitioner(p.entry, &performer.Actor); who != "" {
			return who
		}
	}
	return ""
}

// practitioner is the Practitioner that a reference of a resource means, by way of a PractitionerRole where
// it points to one; empty where it means no clinician.
func (v *reading) practitioner(holder *entry, reference *r4.Reference) string {
	return v.practitionerNamed(nameWithin(holder, reference))
}

// nameWithin is a reference with the name of its holder before it where it points to what is contained there.
func nameWithin(holder *entry, reference *r4.Reference) string {
	name := referenceOf(reference)
	if strings.HasPrefix(name, "#") {
		return holder.Reference + name
	}
	return name
}

// located is the resource of a name, which may be one contained in another: Encounter/e1#d1.
func (v *reading) located(name string) *entry {
	if holder, id, ok := strings.Cut(name, "#"); ok {
		if e := v.record.find(holder); e != nil {
			return containedIn(e, id)
		}
		return nil
	}
	return v.record.find(name)
}

func (v *reading) practitionerNamed(reference string) string {
	if reference == "" {
		return ""
	}
	name := v.record.canonical(reference)
	if e := v.located(reference); e != nil {
		switch e.Type {
		case "Practitioner":
			return e.Reference
		case "PractitionerRole":
			role, _, err := decode[r4.PractitionerRole](e)
			if err != nil {
				return ""
			}
			return cmp.Or(v.practitionerOfRole(e, role), e.Reference)
		}
		return ""
	}
	if strings.HasPrefix(name, "Practitioner/") || strings.HasPrefix(name, "PractitionerRole/") || strings.HasPrefix(name, "urn:") {
		return name
	}
	return ""
}

// practitionerOfRole is the Practitioner of a role, as other references name it.
func (v *reading) practitionerOfRole(e *entry, role r4.PractitionerRole) string {
	holder, _, _ := strings.Cut(e.Reference, "#") // what is contained refers to its neighbours by #
	if name := referenceOf(role.Practitioner); strings.HasPrefix(name, "#") {
		return holder + name
	}
	return v.canonical(role.Practitioner)
}

func (v *reading) readPractitioner(reference string) (r4.Practitioner, *entry, bool) {
	e := v.located(reference)
	if e == nil || e.Type != "Practitioner" {
		return r4.Practitioner{}, nil, false
	}
	practitioner, _, err := decode[r4.Practitioner](e)
	if err != nil {
		v.note(e.Reference, "not read: %s", err)
		return r4.Practitioner{}, nil, false
	}
	return practitioner, e, true
}

// credentials are a clinician's licences and degrees as the record prints them.
func (v *reading) credentials() (string, []string) {
	practitioner, e, ok := v.readPractitioner(v.clinician)
	if !ok {
		return "", nil
	}
	var words []string
	for _, qualification := range practitioner.Qualification {
		if s := wordsOf(&qualification.Code); s != "" {
			words = append(words, s)
		}
	}
	for _, name := range practitioner.Name {
		if len(words) == 0 {
			words = append(words, name.Suffix...)
		}
	}
	return listed(words), []string{e.Reference}
}
