package fhir

import (
	"maps"
	"slices"

	"github.com/chargenote/chargenote/coding"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A calling is what one resource says of a clinician's discipline.
type calling struct {
	source   string // of the resource that says it
	entry    *entry
	lenient  []string
	concepts [][]r4.CodeableConcept // the first list in which a code names a discipline decides
}

// disciplineOf is the discipline of a clinician, and empty where it is not known.
func (v *reading) disciplineOf(reference string) string {
	discipline, _ := v.disciplineWithSources(reference)
	return discipline
}

func (v *reading) disciplineSources(reference string) []string {
	_, sources := v.disciplineWithSources(reference)
	return sources
}

// disciplineWithSources goes by NUCC code, then by the map of the site; by either, first in what the
// clinician acted as in this visit, then in the roles at the organization of the visit, then in those
// elsewhere, then in the qualifications. The first of these that names a discipline decides; where it names
// two, the discipline is left open.
func (v *reading) disciplineWithSources(reference string) (string, []string) {
	if reference == "" {
		return "", nil
	}
	here, elsewhere := v.rolesOf(reference)
	tiers := [][]calling{v.actedAs(reference), here, elsewhere, v.qualified(reference)}
	for _, named := range []func(*r4.CodeableConcept) string{byTaxonomy, v.bySite} {
		for _, tier := range tiers {
			found := map[string][]calling{}
			for _, c := range tier {
				for _, discipline := range c.disciplines(named) {
					found[discipline] = append(found[discipline], c)
				}
			}
			if discipline, ok := v.one(reference, found); ok {
				return discipline, v.sourcesOf(found[discipline])
			}
		}
	}
	return "", nil
}

// one is the discipline of those that were found. Physician is no other discipline than psychiatrist or
// primary care, only a wider word. ok is false where nothing was found.
func (v *reading) one(reference string, found map[string][]calling) (discipline string, ok bool) {
	names := slices.Sorted(maps.Keys(found))
	if len(names) > 1 && (found[coding.DisciplinePsychiatrist] != nil || found[coding.DisciplinePrimaryCare] != nil) {
		names = slices.DeleteFunc(names, func(name string) bool { return name == coding.DisciplinePhysician })
	}
	switch len(names) {
	case 0:
		return "", false
	case 1:
		return names[0], true
	}
	v.note(reference, "roles or qualifications name different disciplines (%s): the discipline is left open", listed(names))
	return "", true
}

func (v *reading) sourcesOf(callings []calling) []string {
	var sources []string
	for _, c := range callings {
		v.use(c.entry, c.lenient)
		sources = append(sources, c.source)
	}
	return sources
}

// disciplines are those of the first list of concepts that names any.
func (c calling) disciplines(named func(*r4.CodeableConcept) string) []string {
	for _, concepts := range c.concepts {
		var found []string
		for i := range concepts {
			if discipline := named(&concepts[i]); discipline != "" {
				found = append(found, discipline)
			}
		}
		if len(found) > 0 {
			slices.Sort(found)
			return slices.Compact(found)
		}
	}
	return nil
}

// byTaxonomy is the discipline of a concept by its first NUCC code that names one.
func byTaxonomy(concept *r4.CodeableConcept) string {
	for _, code := range codesOf(concept, nuccSystem) {
		if discipline := disciplineOfCode(code); discipline != "" {
			return discipline
		}
	}
	return ""
}

// bySite is the discipline of a concept by the map of the site.
func (v *reading) bySite(concept *r4.CodeableConcept) string {
	discipline, _ := siteValue(v.options.Disciplines, concept)
	return discipline
}

// actedAs is what a clinician acted as in this visit: the function written beside the performer, and the
// roles that procedures and encounter name in place of the person.
func (v *reading) actedAs(reference string) []calling {
	var callings []calling
	acted := func(holder *entry, actor *r4.Reference) {
		e := v.located(nameWithin(holder, actor))
		if e == nil || e.Type != "PractitionerRole" || slices.ContainsFunc(callings, func(c calling) bool { return c.source == e.Reference }) {
			return
		}
		if role, lenient, err := decode[r4.PractitionerRole](e); err == nil {
			callings = append(callings, callingOf(e, role, lenient))
		}
	}
	for _, p := range v.performed {
		for _, performer := range p.Value.Performer {
			if v.practitioner(p.entry, &performer.Actor) != reference {
				continue
			}
			if performer.Function != nil {
				callings = append(callings, calling{p.Reference, p.entry, p.lenient, [][]r4.CodeableConcept{{*performer.Function}}})
			}
			acted(p.entry, &performer.Actor)
		}
	}
	for _, participant := range v.encounter.Value.Participant {
		if v.practitioner(v.encounter.entry, participant.Individual) == reference {
			acted(v.encounter.entry, participant.Individual)
		}
	}
	return callings
}

// callingOf is what a role says: its specialties, else its codes.
func callingOf(e *entry, role r4.PractitionerRole, lenient []string) calling {
	return calling{e.Reference, e, lenient, [][]r4.CodeableConcept{role.Specialty, role.Code}}
}

// rolesOf are the roles of a clinician that hold on the day of service: those at the organization of the
// visit or at none that is named, and those at another one.
func (v *reading) rolesOf(reference string) (here, elsewhere []calling) {
	organization := v.canonical(v.encounter.Value.ServiceProvider)
	for _, e := range v.record.of("PractitionerRole") {
		role, lenient, err := decode[r4.PractitionerRole](e)
		if err != nil {
			v.note(e.Reference, "not read: %s", err)
			continue
		}
		if v.practitionerOfRole(e, role) != reference && e.Reference != reference {
			continue
		}
		if role.Active != nil && !*role.Active {
			v.note(e.Reference, "not used: inactive")
			continue
		}
		if !v.holds(e, role.Period) {
			v.note(e.Reference, "not used: it does not hold on the day of service")
			continue
		}
		at := v.canonical(role.Organization)
		if at == "" || organization == "" || at == organization {
			here = append(here, callingOf(e, role, lenient))
		} else {
			elsewhere = append(elsewhere, callingOf(e, role, lenient))
		}
	}
	return here, elsewhere
}

// qualified is what the qualifications of a clinician say that hold on the day of service.
func (v *reading) qualified(reference string) []calling {
	practitioner, e, ok := v.readPractitioner(reference)
	if !ok {
		return nil
	}
	var concepts []r4.CodeableConcept
	for _, qualification := range practitioner.Qualification {
		if v.holds(e, qualification.Period) {
			concepts = append(concepts, qualification.Code)
		}
	}
	return []calling{{e.Reference, e, nil, [][]r4.CodeableConcept{concepts}}}
}
