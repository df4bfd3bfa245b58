package fhir

import (
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A sheet is what the questionnaire of a form says of its items, by linkId. It is empty where the
// questionnaire is neither contained in the form nor in the record.
type sheet map[string]sheetItem

// A sheetItem is one item of a questionnaire: its codes, and what its answers are worth.
type sheetItem struct {
	concept r4.CodeableConcept
	worth   map[string][]int // by system|code, or by the text of the answer
}

// concept is the code of an item.
func (s sheet) concept(linkID string) r4.CodeableConcept { return s[linkID].concept }

// worth says what an answer to an item is worth by its questionnaire.
func (s sheet) worth(linkID string) func(written) []int {
	return func(w written) []int {
		for _, coding := range w.codings {
			if worth, ok := s[linkID].worth[optionKey(coding)]; ok {
				return worth
			}
		}
		if w.text != nil {
			return s[linkID].worth[text(w.text)]
		}
		return nil
	}
}

// optionKey names an answer by its code, else by its words.
func optionKey(coding r4.Coding) string {
	if code := text(coding.Code); code != "" {
		return system(coding) + "|" + code
	}
	return text(coding.Display)
}

// sheetOf reads the questionnaire of a form. Where the record has several under its address and
// none of its version, which one was filled in is not known, and none is used.
func (v *reading) sheetOf(q response) sheet {
	url, version, _ := strings.Cut(text(q.Value.Questionnaire), "|")
	if url == "" {
		return nil
	}
	if fragment, ok := strings.CutPrefix(url, "#"); ok {
		if e := containedIn(q.entry, fragment); e != nil {
			return v.sheetIn(e, q.entry)
		}
		return nil
	}
	all := v.published("Questionnaire", url, version)
	if len(all) > 1 {
		v.note(q.Reference, "its questionnaire stands %d times in the record: none is used", len(all))
	}
	if len(all) != 1 {
		return nil
	}
	return v.sheetIn(all[0], all[0])
}

// published are the resources of a type under a canonical address: those of the version, where one is
// named and there.
func (v *reading) published(kind, url, version string) []*entry {
	var all, same []*entry
	for _, e := range v.record.of(kind) {
		head, err := view[canonicalView](e.Raw, kind, v.record.limits)
		if err != nil || head.URL != url && e.Reference != v.record.canonical(url) {
			continue
		}
		all = append(all, e)
		if version != "" && head.Version == version {
			same = append(same, e)
		}
	}
	if len(same) > 0 {
		return same
	}
	return all
}

// A canonicalView is what any resource that is published says of its own address.
type canonicalView struct {
	ResourceType string `json:"resourceType"`
	URL          string `json:"url"`
	Version      string `json:"version"`
}

// A questionnaireView is what is read of a Questionnaire.
type questionnaireView struct {
	ResourceType string              `json:"resourceType"`
	Item         []questionnaireItem `json:"item"`
}

type questionnaireItem struct {
	LinkID string      `json:"linkId"`
	Code   []r4.Coding `json:"code"`
	Option []struct {
		Extension   []r4.Extension `json:"extension"`
		ValueCoding *r4.Coding     `json:"valueCoding"`
		ValueString string         `json:"valueString"`
	} `json:"answerOption"`
	ValueSet string              `json:"answerValueSet"`
	Item     []questionnaireItem `json:"item"`
}

// sheetIn reads a questionnaire. Value sets that it names by # are contained in holder.
func (v *reading) sheetIn(e, holder *entry) sheet {
	questionnaire, err := view[questionnaireView](e.Raw, "Questionnaire", v.record.limits)
	if err != nil {
		v.note(e.Reference, "not read: its items do not have the shape of FHIR")
		return nil
	}
	s := sheet{}
	var walk func(items []questionnaireItem)
	walk = func(items []questionnaireItem) {
		for _, item := range items {
			worth := item.options()
			for key, values := range v.valueSet(item.ValueSet, holder) {
				worth[key] = append(worth[key], values...)
			}
			s[item.LinkID] = sheetItem{r4.CodeableConcept{Coding: item.Code}, worth}
			walk(item.Item)
		}
	}
	walk(questionnaire.Item)
	return s
}

// options are what the answers that an item offers are worth.
func (i questionnaireItem) options() map[string][]int {
	worth := map[string][]int{}
	for _, option := range i.Option {
		key, values := option.ValueString, ordinalsOf(option.Extension)
		if option.ValueCoding != nil {
			key, values = optionKey(*option.ValueCoding), append(values, ordinalsOf(option.ValueCoding.Extension)...)
		}
		if key != "" && len(values) > 0 {
			worth[key] = append(worth[key], values...)
		}
	}
	return worth
}

// A valueSetConcept is a concept of a value set, with the worth that an extension gives it.
type valueSetConcept struct {
	System    string         `json:"system"`
	Code      string         `json:"code"`
	Extension []r4.Extension `json:"extension"`
}

// A valueSetView is what is read of a ValueSet.
type valueSetView struct {
	ResourceType string `json:"resourceType"`
	Compose      struct {
		Include []struct {
			System  string            `json:"system"`
			Concept []valueSetConcept `json:"concept"`
		} `json:"include"`
	} `json:"compose"`
	Expansion struct {
		Contains []valueSetConcept `json:"contains"`
	} `json:"expansion"`
}

// valueSet is what the concepts of a value set are worth, by system|code: one that is contained, or in the
// record.
func (v *reading) valueSet(canonical string, holder *entry) map[string][]int {
	url, version, _ := strings.Cut(canonical, "|")
	var e *entry
	if fragment, ok := strings.CutPrefix(url, "#"); ok {
		e = containedIn(holder, fragment)
	} else if all := v.published("ValueSet", url, version); url != "" && len(all) == 1 {
		e = all[0]
	}
	if e == nil || e.Type != "ValueSet" {
		return nil
	}
	set, err := view[valueSetView](e.Raw, "ValueSet", v.record.limits)
	if err != nil {
		v.note(e.Reference, "not read: its concepts do not have the shape of FHIR")
		return nil
	}
	concepts := slices.Clone(set.Expansion.Contains)
	for _, include := range set.Compose.Include {
		for _, concept := range include.Concept {
			concept.System = include.System
			concepts = append(concepts, concept)
		}
	}
	worth := map[string][]int{}
	for _, c := range concepts {
		if values := ordinalsOf(c.Extension); len(values) > 0 {
			key := optionKey(r4.Coding{System: &c.System, Code: &c.Code})
			worth[key] = append(worth[key], values...)
		}
	}
	return worth
}
