package fhir

import (
	"cmp"
	"math"
	"slices"

	"github.com/chargenote/chargenote/internal/visit"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// The origins of a diagnosis.
const (
	originEncounter = "encounter"
	originProblems  = "problem list"
)

// diagnoses lists the conditions of the visit in their order: those that the encounter names by
// rank, then those that name the encounter, then the active ones of the problem list.
func (v *reading) diagnoses() {
	conditions := map[string]item[r4.Condition]{}
	var names []string
	for _, c := range readAll(v, "Condition", func(c *r4.Condition) *r4.Reference { return &c.Subject }) {
		if v.stands(c) {
			conditions[c.Reference] = c
			names = append(names, c.Reference)
		}
	}
	taken := map[string]bool{}
	add := func(name, origin string, rank int) {
		c, ok := conditions[name]
		if !ok || taken[name] {
			return
		}
		taken[name] = true
		v.diagnosis(c, origin, rank)
	}
	ranks := v.ranks()
	for _, name := range v.rankedConditions() {
		add(name, originEncounter, ranks[name])
	}
	for _, name := range names {
		if yes, _ := v.ofVisit(conditions[name].Value.Encounter); yes {
			add(name, originEncounter, 0)
		}
	}
	for _, name := range names {
		c := conditions[name]
		if v.patients(c.entry, &c.Value.Subject) && onProblemList(c.Value) {
			add(name, originProblems, 0)
		}
	}
}

// ranks are the ranks that the encounter gives to conditions, the lowest of each; 1 is the first.
func (v *reading) ranks() map[string]int {
	ranks := map[string]int{}
	for i := range v.encounter.Value.Diagnosis {
		d := &v.encounter.Value.Diagnosis[i]
		name := v.canonical(&d.Condition)
		if d.Rank != nil && (ranks[name] == 0 || *d.Rank < ranks[name]) {
			ranks[name] = *d.Rank
		}
	}
	return ranks
}

// rankedConditions are the conditions that the encounter names, in the order of their rank.
func (v *reading) rankedConditions() []string {
	list := slices.Clone(v.encounter.Value.Diagnosis)
	slices.SortStableFunc(list, func(a, b r4.EncounterDiagnosis) int {
		return cmp.Compare(rankOf(a.Rank), rankOf(b.Rank))
	})
	var names []string
	for i := range list {
		names = append(names, v.canonical(&list[i].Condition))
	}
	return names
}

func rankOf(rank *int) int {
	if rank == nil {
		return math.MaxInt
	}
	return *rank
}

// notDiagnosed are the states of verification in which a condition is no diagnosis: what was refuted, what was
// entered in error, and one of several that are possible.
var notDiagnosed = []string{"entered-in-error", "refuted", "differential"}

// stands reports whether a condition is a diagnosis. One that is not, and one that is not confirmed yet, is
// named where it may be of the visit.
func (v *reading) stands(c item[r4.Condition]) bool {
	for _, status := range conceptCodes(c.Value.VerificationStatus) {
		isNone := slices.Contains(notDiagnosed, status)
		if !isNone && status != "unconfirmed" && status != "provisional" {
			continue
		}
		yes, said := v.ofVisit(c.Value.Encounter)
		mayBe := yes || !said || slices.Contains(v.rankedConditions(), c.Reference)
		switch {
		case mayBe && isNone:
			v.note(c.Reference, "not counted: %s", status)
		case mayBe:
			v.note(c.Reference, "listed although it is %s", status)
		}
		if isNone {
			return false
		}
	}
	return true
}

// conceptCodes are the codes of a concept, of whatever system.
func conceptCodes(concept *r4.CodeableConcept) []string {
	if concept == nil {
		return nil
	}
	var codes []string
	for _, coding := range concept.Coding {
		codes = append(codes, text(coding.Code))
	}
	return codes
}

// onProblemList reports whether a condition is an active problem that belongs to no visit alone.
func onProblemList(c r4.Condition) bool {
	for _, status := range conceptCodes(c.ClinicalStatus) {
		if status == "inactive" || status == "remission" || status == "resolved" {
			return false
		}
	}
	if c.AbatementDateTime != nil || c.AbatementPeriod != nil {
		return false
	}
	for i := range c.Category {
		if slices.Contains(conceptCodes(&c.Category[i]), "problem-list-item") {
			return true
		}
	}
	return len(c.Category) == 0 && c.Encounter == nil
}

// diagnosis writes a condition by its ICD-10-CM code, else by its first code.
func (v *reading) diagnosis(c item[r4.Condition], origin string, rank int) {
	if c.Value.Code == nil {
		return
	}
	diagnosis := visit.Diagnosis{Display: wordsOf(c.Value.Code), Reference: c.Reference, Origin: origin, Rank: rank}
	for _, coding := range c.Value.Code.Coding {
		isICD := system(coding) == icd10cmSystem
		if diagnosis.Code == "" || isICD && diagnosis.System != icd10cmSystem {
			diagnosis.Code, diagnosis.System = text(coding.Code), system(coding)
		}
	}
	if diagnosis.Code == "" && diagnosis.Display == "" {
		return
	}
	v.use(c.entry, c.lenient)
	v.out.Diagnoses = append(v.out.Diagnoses, diagnosis)
}
