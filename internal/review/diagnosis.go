package review

import "github.com/chargenote/chargenote/internal/visit"

// A Diagnosis is a coded condition that a charge may point to, with where the record has it from.
type Diagnosis struct {
	Code      string `json:"code,omitempty"`
	System    string `json:"system,omitempty"`
	Display   string `json:"display,omitempty"`
	Reference string `json:"reference"`      // such as Condition/c1
	Origin    string `json:"origin"`         // encounter, or problem list
	Rank      int    `json:"rank,omitempty"` // that the encounter gives it, 1 the first
}

func diagnoses(all []visit.Diagnosis) []Diagnosis {
	var list []Diagnosis
	for _, d := range all {
		list = append(list, Diagnosis(d))
	}
	return list
}
