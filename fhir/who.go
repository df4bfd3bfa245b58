package fhir

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

func itoa(i int) string { return strconv.Itoa(i) }

// disciplines maps NUCC taxonomy codes to disciplines by their beginning; the longest one holds.
var disciplines = map[string]string{
	"103T": "psychologist", "103G": "psychologist",
	"1041C": "LCSW",
	"106H":  "LMFT",
	"101YM": "LMHC", "101YP": "LPC",
	"2084P08": "psychiatrist",
	"207Q":    "primary-care", "208D": "primary-care",
	"20":   "physician",
	"363L": "NP", "363A": "PA", "364S": "CNS",
	"225X": "OT", "2251": "PT", "235Z": "SLP",
}

// disciplineOfCode is the discipline of a NUCC code.
func disciplineOfCode(code string) string {
	for n := min(len(code), 7); n >= 2; n-- {
		if discipline, ok := disciplines[code[:n]]; ok {
			return discipline
		}
	}
	return ""
}

// people finds who rendered the service, and who launched the app: they need not be the same.
func (v *reading) people() {
	v.clinician = cmp.Or(v.performingClinician(), v.participatingClinician())
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
			who := v.practitioner(participant.Individual)
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

func (v *reading) performerOf(p r4.Procedure) string {
	for _, performer := range p.Performer {
		if who := v.practitioner(&performer.Actor); who != "" {
			return who
		}
	}
	return ""
}

// practitioner is the Practitioner that a reference means, by way of a PractitionerRole where it
// points to one; empty where it means no clinician.
func (v *reading) practitioner(reference *r4.Reference) string {
	return v.practitionerNamed(referenceOf(reference))
}

func (v *reading) practitionerNamed(reference string) string {
	if reference == "" {
		return ""
	}
	name := v.record.canonical(reference)
	if e := v.record.find(reference); e != nil {
		switch e.Type {
		case "Practitioner":
			return name
		case "PractitionerRole":
			role, _, err := decode[r4.PractitionerRole](e)
			if err != nil {
				return ""
			}
			return cmp.Or(v.canonical(role.Practitioner), name)
		}
		return ""
	}
	if strings.HasPrefix(name, "Practitioner/") || strings.HasPrefix(name, "PractitionerRole/") || strings.HasPrefix(name, "urn:") {
		return name
	}
	return ""
}

func (v *reading) readPractitioner(reference string) (r4.Practitioner, *entry, bool) {
	e := v.record.find(reference)
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

// disciplineOf is the discipline of a clinician by role, else by qualification. Two that differ
// leave it unknown.
func (v *reading) disciplineOf(reference string) string {
	discipline, _ := v.disciplineWithSources(reference)
	return discipline
}

func (v *reading) disciplineSources(reference string) []string {
	_, sources := v.disciplineWithSources(reference)
	return sources
}

func (v *reading) disciplineWithSources(reference string) (string, []string) {
	if reference == "" {
		return "", nil
	}
	found, sources, several := "", []string{}, false
	for _, e := range v.record.of("PractitionerRole") {
		role, lenient, err := decode[r4.PractitionerRole](e)
		if err != nil || role.Active != nil && !*role.Active {
			continue
		}
		if v.canonical(role.Practitioner) != reference && e.Reference != reference {
			continue
		}
		discipline := v.disciplineOfConcepts(append(slices.Clone(role.Specialty), role.Code...))
		if discipline == "" {
			continue
		}
		several = several || found != "" && found != discipline
		found = discipline
		sources = append(sources, e.Reference)
		v.use(e, lenient)
	}
	if several {
		v.note(reference, "holds roles of different disciplines: the discipline is left open")
		return "", nil
	}
	if found != "" {
		return found, sources
	}
	return v.qualified(reference)
}

func (v *reading) qualified(reference string) (string, []string) {
	practitioner, e, ok := v.readPractitioner(reference)
	if !ok {
		return "", nil
	}
	var concepts []r4.CodeableConcept
	for _, qualification := range practitioner.Qualification {
		concepts = append(concepts, qualification.Code)
	}
	if discipline := v.disciplineOfConcepts(concepts); discipline != "" {
		return discipline, []string{e.Reference}
	}
	return "", nil
}

// disciplineOfConcepts is the first discipline that a code names, by NUCC and then by the site.
func (v *reading) disciplineOfConcepts(concepts []r4.CodeableConcept) string {
	for i := range concepts {
		for _, code := range codesOf(&concepts[i], nuccSystem) {
			if discipline := disciplineOfCode(code); discipline != "" {
				return discipline
			}
		}
	}
	for i := range concepts {
		if discipline, ok := siteValue(v.options.Disciplines, &concepts[i]); ok {
			return discipline
		}
	}
	return ""
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
