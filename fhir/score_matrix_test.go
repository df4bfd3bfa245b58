package fhir_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/fhir"
)

// A matrixRow is one instrument with made-up answers and what its publisher says of them, worked out by
// hand. Where no answers stand its items are not known here. Lacks is -1 where there is no total.
type matrixRow struct {
	name    string
	answers []int
	total   int
	band    string
}

const lacks = -1

var matrixRows = []matrixRow{
	{"PHQ-2", []int{2, 1}, 3, "positive"},
	{"PHQ-9", []int{2, 2, 1, 2, 1, 2, 1, 1, 1}, 13, "moderate"},
	{"PHQ-9M", []int{2, 2, 1, 2, 1, 2, 1, 1, 1}, 13, "moderate"},
	{"GAD-7", []int{1, 1, 2, 1, 0, 2, 1}, 8, "mild"},
	{"AUDIT", []int{4, 2, 1, 0, 1, 0, 1, 0, 2, 4}, 15, "hazardous"},
	{"AUDIT-C", []int{4, 2, 1}, 7, ""},                                                                   // the cut differs by sex
	{"DAST-10", []int{1, 0, 1, 0, 1, 0, 0, 0, 0, 1}, 3, "moderate"},                                      // yes to item 3 is no point
	{"PCL-5", []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1}, 32, "provisional PTSD"}, // 24 + 8
	{"EPDS", []int{1, 2, 1, 1, 2, 1, 1, 1, 1, 0}, 11, "possible"},
	{"C-SSRS", []int{1, 1, 1, 0, 0, 0, 0}, lacks, "moderate"},                  // item 3
	{"MDQ", []int{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 2}, 8, "positive"}, // 8 symptoms, same time, moderate problem
	{"ASRS", []int{2, 2, 1, 3, 3, 2}, 4, "positive"},                           // shaded: 1, 2, 4, 5
	{"PSC-17", []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 17, "positive"},
	{"Vanderbilt", slices.Concat([]int{2, 2, 2, 2, 2, 2}, make([]int, 41), []int{4, 3, 3, 3, 3, 3, 3, 3}), lacks, "inattentive"},
	{"MoCA", nil, 20, "mild"},
	{"MMSE", nil, 20, "abnormal"},
	{"SLUMS", nil, 20, ""}, // bands differ by schooling
	{"Mini-Cog", nil, 2, "positive"},
	{"BOMC", nil, 12, "positive"},
	{"AD8", []int{1, 1, 0, 0, 0, 0, 0, 0}, 2, "positive"},
	{"IQCODE", nil, 60, ""}, // no band: forms of 16 and 26 items
	{"ACE", []int{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}, 4, "high"},
	{"ACE-III", nil, 85, "82 to 87"},
	{"WHODAS 2.0", []int{2, 1, 0, 1, 2, 0, 1, 3, 1, 0, 2, 2}, 15, ""}, // no official bands
}

type object = map[string]any

const (
	siteSystem   = "urn:oid:1.2.3"
	ordinalValue = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
	itemWeight   = "http://hl7.org/fhir/StructureDefinition/itemWeight"
)

// A matrixCase is one row as it stands in a record in one way, with one form of value.
type matrixCase struct {
	row   matrixRow
	i     *screening.Instrument
	site  bool // its codes are the site's own, else LOINC
	value string
}

// code is the code of the total (0), or of an item. why says that there is none.
func (c matrixCase) code(item int) (code object, why string) {
	if c.site {
		return object{"system": siteSystem, "code": fmt.Sprintf("%s-%d", c.i.ID, item)}, ""
	}
	if item > 0 {
		for _, ic := range c.i.LOINC.Items {
			if ic.Item == item && ic.Sure != screening.Unsure {
				return loincCoding(ic.Code), ""
			}
		}
		return nil, "no LOINC code of its items is verified"
	}
	for _, tc := range slices.Concat(c.i.LOINC.Totals, c.i.LOINC.Panels) {
		if tc.Sure != screening.Unsure {
			return loincCoding(tc.Code), ""
		}
	}
	return nil, "no LOINC code of it as a whole is verified"
}

func loincCoding(code string) object { return object{"system": "http://loinc.org", "code": code} }

// names are the site's map for an instrument.
func (c matrixCase) names() map[string]screening.Meaning {
	set, err := screening.Builtin()
	if err != nil || !c.site {
		return nil
	}
	names := map[string]screening.Meaning{}
	names[fmt.Sprintf("%s|%s-0", siteSystem, c.i.ID)], err = set.Meant(c.i.Name)
	for item := 1; item <= c.i.Items.Count && err == nil; item++ {
		meaning, _ := set.Meant(fmt.Sprintf("%s item %d", c.i.Name, item))
		names[fmt.Sprintf("%s|%s-%d", siteSystem, c.i.ID, item)] = meaning
		names[fmt.Sprintf("%s_%d", c.i.ID, item)] = meaning // a linkId
	}
	return names
}

// itemValues are the forms of an answer: those of observations and those of forms.
var itemValues = map[string][]string{
	"observation": {"integer", "quantity score", "quantity 1", "quantity", "string", "LOINC answer", "LOINC answer and ordinal", "ordinal", "weight", "boolean"},
	"form": {"integer", "decimal", "string", "quantity", "LOINC answer", "LOINC answer and ordinal", "ordinal", "ordinal of the answer", "option",
		"value set", "boolean"},
}

// totalValues are the forms of a total.
var totalValues = []string{"integer", "quantity score", "quantity 1", "quantity", "string", "string with zeros", "string with spaces", "string of the highest"}

// number is the value of a plain number in the form of the case; nil where the form is another one.
func (c matrixCase) number(n int) object {
	switch c.value {
	case "integer":
		return object{"valueInteger": n}
	case "decimal":
		return object{"valueDecimal": n}
	case "string":
		return object{"valueString": fmt.Sprint(n)}
	case "string with zeros":
		return object{"valueString": fmt.Sprintf("%d.0", n)}
	case "string with spaces":
		return object{"valueString": fmt.Sprintf(" %d ", n)}
	case "string of the highest":
		return object{"valueString": fmt.Sprintf("%d/%d", n, c.i.Range[1])}
	case "quantity":
		return object{"valueQuantity": object{"value": n}}
	case "quantity 1":
		return object{"valueQuantity": object{"value": n, "system": "http://unitsofmeasure.org", "code": "1"}}
	case "quantity score":
		return object{"valueQuantity": object{"value": n, "unit": "score", "system": "http://unitsofmeasure.org", "code": "{score}"}}
	}
	return nil
}

// coding is an answer as a coding; why says that it cannot be one.
func (c matrixCase) coding(n int) (coding object, why string) {
	extension := func(url string) []any { return []any{object{"url": url, "valueDecimal": n}} }
	own := object{"system": "urn:example:answers", "code": fmt.Sprintf("answer-%d", n)}
	switch c.value {
	case "LOINC answer", "LOINC answer and ordinal":
		at := slices.IndexFunc(c.i.Answers, func(a screening.Answer) bool { return a.Value == n && a.Sure != screening.Unsure })
		if at < 0 {
			return nil, "not every answer has a LOINC code that is verified"
		}
		own = loincCoding(c.i.Answers[at].Code)
		if c.value == "LOINC answer and ordinal" {
			own["extension"] = extension(ordinalValue)
		}
	case "ordinal":
		own["extension"] = extension(ordinalValue)
	case "weight":
		own["extension"] = extension(itemWeight)
	}
	return own, ""
}

// answer is the value of an answer where value[x] of codes is called so; why says that there is none.
func (c matrixCase) answer(item int, coded string) (value object, why string) {
	n := c.row.answers[item-1]
	if value := c.number(n); value != nil {
		return value, ""
	}
	if c.value == "boolean" {
		if !c.i.Items.YesNo {
			return nil, "its items take more than yes and no"
		}
		return object{"valueBoolean": n == 1}, ""
	}
	coding, why := c.coding(n)
	if why != "" {
		return nil, why
	}
	if coded == "valueCodeableConcept" {
		return object{coded: object{"coding": []any{coding}}}, ""
	}
	value = object{coded: coding}
	if c.value == "ordinal of the answer" {
		value["extension"] = []any{object{"url": ordinalValue, "valueDecimal": n}}
	}
	return value, ""
}

// A standing is one way in which an instrument stands in a record. It gives the resources, or why
// there are none.
type standing struct {
	name   string
	values string // which forms of value it is tried with: total, observation, form
	make   func(c matrixCase) (resources []object, why string)
}

var standings = []standing{
	{"bare total", "total", matrixCase.bareTotal},
	{"panel with components", "observation", matrixCase.panelWithComponents},
	{"panel with members", "observation", matrixCase.panelWithMembers},
	{"loose items", "observation", matrixCase.looseItems},
	{"form with linkIds", "form", func(c matrixCase) ([]object, string) { return c.form("linkIds") }},
	{"form with groups", "form", func(c matrixCase) ([]object, string) { return c.form("groups") }},
	{"form with a contained questionnaire", "form", func(c matrixCase) ([]object, string) { return c.form("contained") }},
	{"form with a questionnaire in the record", "form", func(c matrixCase) ([]object, string) { return c.form("beside") }},
	{"form with numbers", "form", func(c matrixCase) ([]object, string) { return c.form("numbers") }},
}

func (c matrixCase) observation(id string, item int, value object) (o object, why string) {
	code, why := c.code(item)
	if why != "" {
		return nil, why
	}
	o = object{"resourceType": "Observation", "id": id, "status": "final", "code": object{"coding": []any{code}},
		"encounter": object{"reference": "Encounter/e1"}, "effectiveDateTime": "2025-03-10T14:05:00-05:00"}
	maps.Copy(o, value)
	return o, ""
}

func (c matrixCase) bareTotal() ([]object, string) {
	if c.row.total == lacks {
		return nil, "it has no total"
	}
	if !c.site && !slices.ContainsFunc(c.i.LOINC.Totals, func(t screening.Code) bool { return t.Sure != screening.Unsure }) && len(c.i.LOINC.Panels) == 0 {
		return nil, "no LOINC code of it as a whole is verified"
	}
	o, why := c.observation("o1", 0, c.number(c.row.total))
	return []object{o}, why
}

// itemObservations are the items, each an observation.
func (c matrixCase) itemObservations() (all []object, why string) {
	if c.row.answers == nil {
		return nil, "its items are not known here"
	}
	for n := range c.row.answers {
		value, why := c.answer(n+1, "valueCodeableConcept")
		if why != "" {
			return nil, why
		}
		o, why := c.observation(fmt.Sprintf("i%02d", n+1), n+1, value)
		if why != "" {
			return nil, why
		}
		all = append(all, o)
	}
	return all, ""
}

func (c matrixCase) looseItems() ([]object, string) {
	if c.row.name == "PHQ-9M" && !c.site {
		return nil, "its items alone are those of the PHQ-9"
	}
	return c.itemObservations()
}

func (c matrixCase) panelWithMembers() ([]object, string) {
	items, why := c.itemObservations()
	if why != "" {
		return nil, why
	}
	var members []any
	for _, o := range items {
		members = append(members, object{"reference": "Observation/" + o["id"].(string)})
	}
	panel, why := c.observation("panel", 0, object{"hasMember": members})
	return append(items, panel), why
}

func (c matrixCase) panelWithComponents() ([]object, string) {
	items, why := c.itemObservations()
	if why != "" {
		return nil, why
	}
	var components []any
	for _, o := range items {
		component := object{"code": o["code"]}
		for key, value := range o {
			if len(key) > 5 && key[:5] == "value" {
				component[key] = value
			}
		}
		components = append(components, component)
	}
	panel, why := c.observation("o1", 0, object{"component": components})
	return []object{panel}, why
}

// form is a form by one of the ways in which its items are named.
func (c matrixCase) form(by string) ([]object, string) {
	if why := c.noForm(by); why != "" {
		return nil, why
	}
	form := object{"resourceType": "QuestionnaireResponse", "id": "q1", "status": "completed", "encounter": object{"reference": "Encounter/e1"},
		"authored": "2025-03-10T14:05:00-05:00"}
	var items, asked []any
	for n := range c.row.answers {
		value, why := c.answer(n+1, "valueCoding")
		if why != "" {
			return nil, why
		}
		code, why := c.code(n + 1)
		if why != "" && by != "numbers" {
			return nil, why
		}
		link := map[string]string{"linkIds": c.link(n+1, code), "groups": c.link(n+1, code), "numbers": fmt.Sprint(n + 1)}[by]
		if link == "" {
			link = fmt.Sprintf("x%d", n)
		}
		items = append(items, object{"linkId": link, "answer": []any{value}})
		asked = append(asked, c.question(link, code))
	}
	form["item"] = items
	questionnaire := object{"resourceType": "Questionnaire", "id": "form", "url": "https://ehr.example/Questionnaire/form", "status": "active", "item": asked}
	switch by {
	case "groups":
		whole, why := c.code(0)
		form["item"] = []any{object{"linkId": "/" + fmt.Sprint(whole["code"]), "item": items}}
		return []object{form}, why
	case "numbers":
		form["questionnaire"] = "https://ehr.example/Questionnaire/" + c.i.ID
	case "contained":
		form["questionnaire"], form["contained"] = "#form", []any{questionnaire, c.valueSet()}
	case "beside":
		form["questionnaire"], questionnaire["contained"] = "https://ehr.example/Questionnaire/form", []any{c.valueSet()}
		return []object{form, questionnaire}, ""
	}
	return []object{form}, ""
}

// noForm says why a form cannot be like this.
func (c matrixCase) noForm(by string) string {
	switch {
	case c.row.answers == nil:
		return "its items are not known here"
	case (c.value == "option" || c.value == "value set") && by != "contained" && by != "beside":
		return "what an option is worth stands in a questionnaire"
	case by == "numbers" && c.site:
		return "numbers are no codes of a site"
	case by == "numbers" && len(c.i.Items.Reversed)+len(c.i.Items.OrElse) > 0:
		return "by its number alone an item does not say which scale its answer is on"
	case by == "groups" && c.site:
		return "a group of the site has no code of its own"
	case by != "numbers" && by != "groups" && c.row.name == "PHQ-9M" && !c.site:
		return "its items alone are those of the PHQ-9"
	}
	return ""
}

func (c matrixCase) link(item int, code object) string {
	if c.site {
		return fmt.Sprintf("%s_%d", c.i.ID, item)
	}
	return "/" + fmt.Sprint(code["code"])
}

// question is an item of the questionnaire, with what its options are worth where the case says so.
func (c matrixCase) question(link string, code object) object {
	q := object{"linkId": link, "type": "choice", "code": []any{code}}
	switch c.value {
	case "option":
		var options []any
		for n := range 6 {
			options = append(options, object{"valueCoding": object{"system": "urn:example:answers", "code": fmt.Sprintf("answer-%d", n),
				"extension": []any{object{"url": ordinalValue, "valueDecimal": n}}}})
		}
		q["answerOption"] = options
	case "value set":
		q["answerValueSet"] = "#answers"
	}
	return q
}

func (c matrixCase) valueSet() object {
	var concepts []any
	for n := range 6 {
		concepts = append(concepts, object{"code": fmt.Sprintf("answer-%d", n), "extension": []any{object{"url": ordinalValue, "valueDecimal": n}}})
	}
	return object{"resourceType": "ValueSet", "id": "answers", "status": "active",
		"compose": object{"include": []any{object{"system": "urn:example:answers", "concept": concepts}}}}
}

// Every instrument, in every way in which it can stand in a record, in every form of its values, by LOINC
// and by the codes of a site, gives the one result that its publisher says. What cannot be says why.
func TestEveryInstrumentInEveryShape(t *testing.T) {
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(matrixRows) != len(set.All()) {
		t.Errorf("%d instruments are tried, there are %d", len(matrixRows), len(set.All()))
	}
	read, cannot, seen := 0, map[string]int{}, map[string]int{}
	for _, row := range matrixRows {
		i, ok := set.ByName(row.name)
		if !ok {
			t.Fatalf("no instrument is called %q", row.name)
		}
		for _, s := range standings {
			for _, value := range append(slices.Clone(itemValues[s.values]), map[string][]string{"total": totalValues}[s.values]...) {
				for _, site := range []bool{false, true} {
					c := matrixCase{row, i, site, value}
					resources, why := s.make(c)
					if why != "" {
						cannot[why]++
						continue
					}
					c.check(t, s.name, resources)
					read++
					seen[row.name]++
					seen[s.name]++
					seen[value]++
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cannot)) {
		t.Logf("%4d cannot be: %s", cannot[name], name)
	}
	for _, name := range slices.Concat(rowNames(), standingNames(), itemValues["observation"], itemValues["form"], totalValues) {
		if seen[name] == 0 {
			t.Errorf("%s was not read in any way", name)
		}
	}
	if t.Logf("%4d were read", read); read < 1000 {
		t.Errorf("%d combinations were read, there were more", read)
	}
}

func rowNames() (names []string) {
	for _, row := range matrixRows {
		names = append(names, row.name)
	}
	return names
}

func standingNames() (names []string) {
	for _, s := range standings {
		names = append(names, s.name)
	}
	return names
}

func (c matrixCase) check(t *testing.T, standing string, resources []object) {
	t.Helper()
	bundle := `{"resourceType":"Bundle","type":"collection","entry":[` + smallVisit
	for _, r := range resources {
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		bundle += `,{"resource":` + string(raw) + `}`
	}
	got, err := readVisit([]byte(bundle+"]}"), fhir.Options{Instruments: c.names()})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s, %s, %s, site %t", c.row.name, standing, c.value, c.site)
	if len(got.Scores) != 1 {
		t.Errorf("%s: %d scores, notes %v", name, len(got.Scores), got.Notes)
		return
	}
	score, total := got.Scores[0], lacks
	if score.Total != nil {
		total = *score.Total
	}
	band := c.row.band
	if standing == "bare total" && c.i.Name == "MDQ" {
		band = "" // the number of symptoms alone is neither positive nor negative
	}
	if score.Instrument != c.row.name || total != c.row.total || score.Band != band || !score.Complete {
		t.Errorf("%s: got %s %d %q, complete %t; want %d %q; notes %v", name, score.Instrument, total, score.Band, score.Complete, c.row.total, band, got.Notes)
	}
}
