package fhir

import (
	"net/url"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// mostClinicians is how many clinicians of one visit are looked up.
const mostClinicians = 10

// clinicians asks for those who took part in the visit and did not come along with it: each Practitioner and
// PractitionerRole that is named and missing, and in one search the roles of those whose discipline is not
// known without them. The roles of who launched the app came in the first round, and so did the Practitioner, where
// the encounter was not to bring it along.
func (l *loading) clinicians(encounter string, options LoadOptions) []ask {
	p := planner{client: l.client, capability: options.Capability}
	user := l.client.relative(options.User)
	var asks []ask
	asked := ""
	if id, err := l.client.localID("Practitioner", user); user != "" && err == nil && !l.seen["Practitioner/"+id] && !l.unread["Practitioner"] {
		asks, asked = append(asks, p.reads("Practitioner", id, false)), "Practitioner/"+id
	}
	var people []string // ids of those whose discipline is not known
	for _, reference := range l.actors(encounter) {
		kind, id, _ := strings.Cut(reference, "/")
		if !l.seen[reference] && !l.unread[kind] && reference != asked {
			asks = append(asks, p.reads(kind, id, false))
		}
		if kind == "Practitioner" && reference != user && !l.knowsDiscipline(reference) {
			people = append(people, id)
		}
	}
	if len(people) > 0 && !l.unread["PractitionerRole"] && p.capability.Searches("PractitionerRole", "practitioner") {
		search := url.Values{"practitioner": {strings.Join(people, ",")}, "_count": {"100"}}
		asks = append(asks, p.searching("PractitionerRole", query(search)))
	}
	return asks
}

// actors are the clinicians that the encounter and its procedures name, as Type/id.
func (l *loading) actors(encounter string) []string {
	var named []string
	name := func(reference *r4.Reference) { named = append(named, l.client.relative(referenceOf(reference))) }
	for i := range l.record.entries {
		switch e := &l.record.entries[i]; {
		case e.Type == "Encounter" && e.ID == encounter:
			if read, _, err := decode[r4.Encounter](e); err == nil {
				for _, participant := range read.Participant {
					name(participant.Individual)
				}
			}
		case e.Type == "Procedure":
			read, _, err := decode[r4.Procedure](e)
			if err != nil || l.client.relative(referenceOf(read.Encounter)) != "Encounter/"+encounter {
				continue
			}
			for k := range read.Performer {
				name(&read.Performer[k].Actor)
			}
		}
	}
	named = slices.DeleteFunc(named, func(reference string) bool {
		kind, id, _ := strings.Cut(reference, "/")
		return kind != "Practitioner" && kind != "PractitionerRole" || !isID(id)
	})
	slices.Sort(named)
	named = slices.Compact(named)
	return named[:min(len(named), mostClinicians)]
}

// knowsDiscipline reports whether the record already has a role of a clinician, or a qualification by NUCC.
func (l *loading) knowsDiscipline(practitioner string) bool {
	v := newReading(l.record, Options{})
	discipline, _ := v.disciplineWithSources(practitioner)
	return discipline != "" || slices.ContainsFunc(l.record.of("PractitionerRole"), func(e *entry) bool {
		role, _, err := decode[r4.PractitionerRole](e)
		return err == nil && v.canonical(role.Practitioner) == practitioner
	})
}
