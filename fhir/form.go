package fhir

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding/screening"
)

type response = item[r4.QuestionnaireResponse]

// forms are the questionnaire responses of the visit that are complete.
func (v *reading) forms() []response {
	var list []response
	for _, q := range readAll(v, "QuestionnaireResponse", func(q *r4.QuestionnaireResponse) *r4.Reference { return q.Subject }) {
		yes, said := v.ofVisit(q.Value.Encounter)
		if said && !yes || !said && (!v.patients(q.entry, q.Value.Subject) || !v.onVisitDay(v.authored(q))) {
			continue
		}
		if !completedForm(q.Value.Status) {
			v.note(q.Reference, "not counted: %s", q.Value.Status.Code())
			continue
		}
		list = append(list, q)
	}
	return list
}

func completedForm(status r4.QuestionnaireResponseStatus) bool {
	return status == r4.QuestionnaireResponseStatusCompleted || status == r4.QuestionnaireResponseStatusAmended
}

func (v *reading) authored(q response) DateTime {
	return v.local(v.date(q.entry, "authored", q.Value.Authored))
}

// answered reads forms as the instruments that they name.
func (v *reading) answered(forms []response) []*given {
	var list []*given
	for _, q := range forms {
		if g, ok := v.form(q, v.authored(q)); ok {
			v.use(q.entry, q.lenient)
			list = append(list, g)
		}
	}
	return list
}

// An answered is one item of a form with the LOINC codes it may stand for. What its answers are worth
// is known once the instrument is.
type answered struct {
	codes   []string
	place   string // its linkId
	answers []r4.QuestionnaireResponseItemAnswer
}

// value is the first answer that the instrument can read.
func (a answered) value(i instrument) *int {
	var value *int
	for _, answer := range a.answers {
		value = cmp.Or(value, answerValue(i, answer))
	}
	return value
}

var loincCode = regexp.MustCompile(`[0-9]{3,6}-[0-9]`)

// form reads a response as the instrument that its questionnaire or its items name.
func (v *reading) form(q response, when DateTime) (*given, bool) {
	codes := v.itemCodes(q)
	var items []answered
	collect(q.Value.Item, codes, &items)
	i, ok := formInstrument(text(q.Value.Questionnaire), items)
	if !ok {
		return nil, false
	}
	g := newGiven(i, when, q.Reference)
	g.panel = true
	for _, a := range items {
		role, number := roleAmong(i, a.codes)
		if role == 0 && len(a.codes) == 0 {
			item, ok := i.ItemCalled(a.place)
			if !ok {
				continue
			}
			if len(a.answers) > 0 && a.value(i) == nil {
				g.unread = append(g.unread, item) // in words of the site: where all are, the total beside them stands
				continue
			}
			role, number = screening.Item, item
		}
		switch role {
		case screening.Item:
			g.answer(number, a.value(i))
		case screening.Total:
			g.total = v.totalInRange(q.Reference, i, a.value(i))
		}
	}
	return g, true
}

// collect lists the items of a form, those within items and answers too.
func collect(items []r4.QuestionnaireResponseItem, codes map[string][]string, out *[]answered) {
	for _, item := range items {
		a := answered{codes: codes[item.LinkId], place: item.LinkId}
		if found := loincCode.FindAllString(item.LinkId, -1); len(a.codes) == 0 && len(found) > 0 {
			a.codes = found[len(found)-1:]
		}
		if found := loincCode.FindAllString(text(item.Definition), -1); len(a.codes) == 0 && len(found) > 0 {
			a.codes = found[len(found)-1:]
		}
		a.answers = item.Answer
		for _, answer := range item.Answer {
			collect(answer.Item, codes, out)
		}
		if len(item.Answer) > 0 || len(item.Item) == 0 {
			*out = append(*out, a)
		}
		collect(item.Item, codes, out)
	}
}

func answerValue(i instrument, answer r4.QuestionnaireResponseItemAnswer) *int {
	if value := ordinalOf(answer.Extension); value != nil {
		return value
	}
	if answer.ValueCoding != nil {
		return codedAnswer(i, []r4.Coding{*answer.ValueCoding})
	}
	if answer.ValueDecimal != nil {
		return wholeNumber(answer.ValueDecimal.String())
	}
	return valueOf(i, answer.ValueInteger, answer.ValueQuantity, answer.ValueString, nil, answer.ValueBoolean)
}

// formInstrument is the instrument that the items of a form name: a panel that is in the name of the
// questionnaire, else the instrument that holds all items that are known at all.
func formInstrument(questionnaire string, items []answered) (instrument, bool) {
	if i, ok := namedInstrument(questionnaire); ok {
		return i, true
	}
	var known []string
	for _, a := range items {
		if i, _, ok := instrumentOf(a.codes); ok {
			return i, true
		}
		if isItem(a.codes) {
			known = append(known, itemCode(a.codes))
		} else if len(a.codes) > 0 && !has(a.codes[:1], screening.Unscored) {
			return nil, false // a form of more than one instrument is not taken apart
		}
	}
	if len(known) == 0 {
		return nil, false
	}
	return smallest(known)
}

// namedInstrument reads the canonical URL of a questionnaire: the LOINC code of a panel, or the
// name of an instrument as a word of its last part.
func namedInstrument(url string) (instrument, bool) {
	url, _, _ = strings.Cut(url, "|")
	last := strings.ToLower(url[strings.LastIndexByte(url, '/')+1:])
	for _, i := range instruments().All() {
		for _, panel := range i.LOINC.Panels {
			if _, _, ok := i.RoleOf(panel.Code); ok && strings.HasSuffix(last, panel.Code) {
				return i, true
			}
		}
	}
	return instruments().ByName(last)
}

// itemCodes are the LOINC codes of a form's items by linkId, where its questionnaire is contained or
// in the record.
func (v *reading) itemCodes(q response) map[string][]string {
	url, _, _ := strings.Cut(text(q.Value.Questionnaire), "|")
	if url == "" {
		return nil
	}
	codes := map[string][]string{}
	if fragment, ok := strings.CutPrefix(url, "#"); ok {
		if e := containedIn(q.entry, fragment); e != nil {
			questionnaireCodes(e.Raw, codes)
		}
		return codes
	}
	for _, e := range v.record.of("Questionnaire") {
		var head struct {
			URL string `json:"url"`
		}
		if json.Unmarshal(e.Raw, &head) == nil && (head.URL == url || e.Reference == v.record.canonical(url)) {
			questionnaireCodes(e.Raw, codes)
		}
	}
	return codes
}

type questionnaireItem struct {
	LinkID string              `json:"linkId"`
	Code   []r4.Coding         `json:"code"`
	Item   []questionnaireItem `json:"item"`
}

func questionnaireCodes(raw json.RawMessage, codes map[string][]string) {
	var questionnaire struct {
		Item []questionnaireItem `json:"item"`
	}
	if json.Unmarshal(raw, &questionnaire) != nil {
		return
	}
	var walk func(items []questionnaireItem)
	walk = func(items []questionnaireItem) {
		for _, item := range items {
			concept := r4.CodeableConcept{Coding: item.Code}
			if list := codesOf(&concept, loincSystem); len(list) > 0 {
				codes[item.LinkID] = list
			}
			walk(item.Item)
		}
	}
	walk(questionnaire.Item)
}
