package coding

import (
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/internal/effective"
)

// payerTermsTable says how each kind of payer counts and edits. A layer that holds for one payer
// says under "every" what that payer wants.
type payerTermsTable struct {
	Head  head                                    `yaml:",inline"`
	Kinds map[string]effective.Values[payerTerms] `yaml:"kinds"`
}

func (t *payerTermsTable) heading() head { return t.Head }

// payerTerms is what a payer asks for. What is not said is as the layer below says it.
type payerTerms struct {
	TimedUnits         string        `yaml:"timedUnits,omitempty"`         // counting rule of timed units
	FollowsNCCI        *bool         `yaml:"followsNCCI,omitempty"`        // pairs, unit limits and eligibility of CMS bind; else they are flags
	TelehealthModifier string        `yaml:"telehealthModifier,omitempty"` // of audio-video; none where the payer wants none
	SeparateEM         *bool         `yaml:"separateEM,omitempty"`         // an E/M beside its psychotherapy add-on carries the modifier of a separate service
	Distinct           distinctMarks `yaml:"distinct,omitempty"`           // modifiers of distinct services
	Source             source        `yaml:",inline"`
}

func (t *payerTerms) origin() *source { return &t.Source }

// distinctMarks are the modifiers of a service that was apart from another one, by what set it apart.
type distinctMarks struct {
	Service      string `yaml:"service,omitempty"`      // otherwise
	Practitioner string `yaml:"practitioner,omitempty"` // by another clinician
}

// everyPayer is the key of terms that hold for every payer of the layer.
const everyPayer = "every"

func (t *payerTermsTable) seal(layer string) {
	for _, values := range t.Kinds {
		sealAll(values, layer)
	}
}

func (t *payerTermsTable) faults() []fault {
	var all []fault
	for _, kind := range effective.SortedKeys(t.Kinds) {
		if kind != everyPayer && !slices.Contains(vocabulary["payer.kind"], kind) {
			all = append(all, fault{[]string{"kinds", kind}, fmt.Sprintf("%q is no kind of payer", kind)})
		}
		all = append(all, uncited(t.Kinds[kind], "kinds", kind)...)
		for day, terms := range t.Kinds[kind].All {
			if terms == nil {
				continue
			}
			keys := []string{"kinds", kind, day.String()}
			if terms.TimedUnits != "" && !slices.Contains(vocabulary["payer.timedUnits"], terms.TimedUnits) {
				all = append(all, fault{keys, fmt.Sprintf("%q is no counting rule of timed units", terms.TimedUnits)})
			}
			for _, modifier := range []string{terms.Distinct.Service, terms.Distinct.Practitioner} {
				if modifier != "" && !modifierForm(modifier) {
					all = append(all, fault{keys, fmt.Sprintf("%q is no modifier, write two characters such as 59", modifier)})
				}
			}
			if m := terms.TelehealthModifier; m != "" && m != noModifier && !modifierForm(m) {
				all = append(all, fault{keys, fmt.Sprintf("%q is no modifier, write two characters such as 95, or none", m)})
			}
		}
	}
	return all
}

// terms are the terms of one payer on one day, with the layer that says each.
type terms struct {
	timedUnits, telehealthModifier                   string
	followsNCCI, separateEM                          bool
	distinct                                         distinctMarks
	ofUnits, ofEdits, ofTelehealth, ofEM, ofDistinct *source
}

// lay lays what a layer says over the terms below it.
func (t *terms) lay(said *payerTerms) {
	if said == nil {
		return
	}
	if said.TimedUnits != "" {
		t.timedUnits, t.ofUnits = said.TimedUnits, &said.Source
	}
	if said.FollowsNCCI != nil {
		t.followsNCCI, t.ofEdits = *said.FollowsNCCI, &said.Source
	}
	if said.TelehealthModifier != "" {
		t.telehealthModifier, t.ofTelehealth = said.TelehealthModifier, &said.Source
	}
	if said.SeparateEM != nil {
		t.separateEM, t.ofEM = *said.SeparateEM, &said.Source
	}
	for _, mark := range []struct{ to, said *string }{
		{&t.distinct.Service, &said.Distinct.Service}, {&t.distinct.Practitioner, &said.Distinct.Practitioner},
	} {
		if *mark.said != "" {
			*mark.to, t.ofDistinct = *mark.said, &said.Source
		}
	}
}
