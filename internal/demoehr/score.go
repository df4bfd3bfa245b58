package demoehr

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// A score is one answered screening instrument; answers are 0 to 3 in the order of its items.
type score struct {
	instrument  instrument
	answers     []int
	preliminary bool // entered and not yet signed
}

// An instrument is a questionnaire with the LOINC codes of its panel, its total and its items.
// Items goes by number only: their wording is the publisher's.
type instrument struct {
	name, slug   string
	panel, total string // total is the number of the site's flowsheet row where siteRow is set
	items        []string
	inComponents bool // the answers stand in the total's Observation, not in ones of their own
	siteRow      bool // no LOINC code is verified for it: totals stand in a row of the site's flowsheet
}

var (
	phq9 = instrument{
		name: "PHQ-9", slug: "phq9", panel: "44249-1", total: "44261-6",
		items: []string{"44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"},
	}
	gad7 = instrument{
		name: "GAD-7", slug: "gad7", panel: "69737-5", total: "70274-6",
		items:        []string{"69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"},
		inComponents: true,
	}
	epds = instrument{name: "EPDS", slug: "epds", total: "71354-5"}
	pcl5 = instrument{name: "PCL-5", slug: "pcl5", total: "4711", siteRow: true}
)

// FlowsheetRows are the site's own codes of screening totals, by system|code, with the instrument that
// each stands for: what the site's analyst tells an app that is registered here.
func FlowsheetRows() map[string]string {
	return map[string]string{flowsheetSystem + "|" + pcl5.total: pcl5.name}
}

// likert are the LOINC answers 0 to 3 of both instruments.
var likert = []object{
	coding(loincSystem, "LA6568-5", "Not at all"),
	coding(loincSystem, "LA6569-3", "Several days"),
	coding(loincSystem, "LA6570-1", "More than half the days"),
	coding(loincSystem, "LA6571-9", "Nearly every day"),
}

// observations are a total with its items, in one of the two shapes that EHRs send: a panel with
// an Observation for each item, or a total with components.
func (sc score) observations(s *story) []resource {
	all := sc.final(s)
	if sc.preliminary {
		for _, o := range all {
			o["status"] = "preliminary"
		}
	}
	return all
}

func (sc score) final(s *story) []resource {
	in := sc.instrument
	total := 0
	for _, a := range sc.answers {
		total += a
	}
	sum := s.observation(in.slug+"-total", in.total, in.name+" total score")
	sum["valueInteger"] = total
	if in.inComponents {
		var components []any
		for i, a := range sc.answers {
			components = append(components, object{
				"code":                 concept(loincSystem, in.items[i], in.item(i)),
				"valueCodeableConcept": object{"coding": list(likert[a])},
			})
		}
		sum["component"] = components
		return []resource{sum}
	}
	all := []resource{sum}
	members := list(ref("Observation", idOf(sum)))
	for i, a := range sc.answers {
		item := s.observation(in.slug+"-"+strconv.Itoa(i+1), in.items[i], in.item(i))
		item["valueCodeableConcept"] = object{"coding": list(likert[a])}
		all = append(all, item)
		members = append(members, ref("Observation", idOf(item)))
	}
	panel := s.observation(in.slug, in.panel, in.name)
	panel["hasMember"] = members
	return append(all, panel)
}

func (in instrument) item(i int) string { return fmt.Sprintf("%s item %d", in.name, i+1) }

// observation is a final survey Observation at the beginning of the visit.
func (s *story) observation(slug, code, display string) resource {
	return resource{
		"resourceType": "Observation", "id": s.id + "-" + slug, "status": "final",
		"category": list(concept(terminology+"observation-category", "survey", "Survey")),
		"code":     concept(loincSystem, code, display),
		"subject":  ref("Patient", s.patient.id), "encounter": ref("Encounter", s.id),
		"effectiveDateTime": s.from().Format(time.RFC3339),
		"performer":         list(ref("Practitioner", s.clinician.id)),
	}
}

// A bareTotal is what an instrument came to, of which no more is in the record of the demo: on a day
// before the visit, or in it.
type bareTotal struct {
	instrument instrument
	day        string // as 2026-11-06; empty: the total of this visit, of which no answers are in the record
	total      int
}

func (e bareTotal) observation(s *story) resource {
	o := s.observation(e.instrument.slug+"-"+cmp.Or(e.day, "total"), e.instrument.total, e.instrument.name+" total score")
	if e.instrument.siteRow {
		o["code"] = concept(flowsheetSystem, e.instrument.total, e.instrument.name+" total score")
	}
	if e.day == "" {
		o["valueInteger"] = e.total
		return o
	}
	delete(o, "encounter")
	o["effectiveDateTime"], o["valueInteger"] = e.day, e.total
	return o
}
