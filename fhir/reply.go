package fhir

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A written is the value of an item or of a total as it stands in a resource, whichever form it has.
type written struct {
	integer  *int
	decimal  *json.Number
	quantity *r4.Quantity
	text     *string
	truth    *bool
	codings  []r4.Coding
	ordinals []int // worth of the answer, by extensions beside its codings and by its questionnaire
	coded    bool  // it has a concept, with or without codings
	other    bool  // a form that holds no number: a time, a range, an attachment
	absent   bool  // a reason stands there why there is none
}

// A reply is what is read of a written value. The zero reply is that nothing is there.
type reply struct {
	value *int
	among []int  // values that disagree: none of them is used
	why   string // what stands there is not used, and why; it goes on after "it"
	words bool   // it is in words or codes of the site, which say nothing against what stands beside it
}

func replied(value int) reply { return reply{value: &value} }

// observedValue is the value of an observation.
func observedValue(o *r4.Observation) written {
	return written{integer: o.ValueInteger, quantity: o.ValueQuantity, text: o.ValueString, truth: o.ValueBoolean,
		codings: codingsOf(o.ValueCodeableConcept), coded: o.ValueCodeableConcept != nil, absent: o.DataAbsentReason != nil,
		other: o.ValueRange != nil || o.ValueRatio != nil || o.ValueSampledData != nil || o.ValueTime != nil || o.ValueDateTime != nil || o.ValuePeriod != nil}
}

// componentValue is the value of a component.
func componentValue(c *r4.ObservationComponent) written {
	return written{integer: c.ValueInteger, quantity: c.ValueQuantity, text: c.ValueString, truth: c.ValueBoolean,
		codings: codingsOf(c.ValueCodeableConcept), coded: c.ValueCodeableConcept != nil, absent: c.DataAbsentReason != nil,
		other: c.ValueRange != nil || c.ValueRatio != nil || c.ValueSampledData != nil || c.ValueTime != nil || c.ValueDateTime != nil || c.ValuePeriod != nil}
}

// answerValue is the value of an answer in a form. Option is what the questionnaire says that an
// answer is worth.
func answerValue(a *r4.QuestionnaireResponseItemAnswer, option func(written) []int) written {
	w := written{integer: a.ValueInteger, decimal: a.ValueDecimal, quantity: a.ValueQuantity, text: a.ValueString, truth: a.ValueBoolean,
		ordinals: ordinalsOf(a.Extension),
		other:    a.ValueDate != nil || a.ValueDateTime != nil || a.ValueTime != nil || a.ValueUri != nil || a.ValueAttachment != nil || a.ValueReference != nil}
	if a.ValueCoding != nil {
		w.coded, w.codings = true, []r4.Coding{*a.ValueCoding}
	}
	w.ordinals = append(w.ordinals, option(w)...)
	return w
}

func codingsOf(concept *r4.CodeableConcept) []r4.Coding {
	if concept == nil {
		return nil
	}
	return concept.Coding
}

// empty reports whether no value stands there.
func (w written) empty() bool {
	return w.integer == nil && w.decimal == nil && w.quantity == nil && w.text == nil && w.truth == nil && !w.coded && !w.other
}

// itemReply reads the answer to an item. What it is worth is told by a LOINC answer code, by an ordinal
// value beside it, or by a plain number; where these disagree none of them is used.
func itemReply(i instrument, item int, w written) reply {
	switch {
	case w.absent && !w.empty():
		return reply{why: "stands beside a reason why there is none"}
	case w.empty():
		return reply{}
	case w.coded || len(w.ordinals) > 0:
		return codedReply(i, item, w)
	case w.truth != nil:
		return truthReply(i, item, *w.truth)
	}
	return inRange(i, item, numberReply(w))
}

// totalReply reads a total, which is a number. 14/27 is one where 27 is the highest total.
func totalReply(i instrument, w written) reply {
	switch {
	case w.absent && !w.empty():
		return reply{why: "stands beside a reason why there is none"}
	case w.empty():
		return reply{}
	case w.coded || w.truth != nil:
		return reply{why: "is no number"}
	}
	if number, most, ok := strings.Cut(text(w.text), "/"); ok {
		if highest := wholeNumber(strings.TrimSpace(most)); highest == nil || !i.HasTotal() || *highest != i.Range[1] {
			return reply{why: "is given out of something else than its highest total"}
		}
		number = strings.TrimSpace(number)
		w.text = &number
	}
	return numberReply(w)
}

// numberReply reads a whole number.
func numberReply(w written) reply {
	switch {
	case w.integer != nil:
		return reply{value: w.integer}
	case w.decimal != nil:
		return wholeReply(w.decimal.String())
	case w.quantity != nil:
		return quantityReply(w.quantity)
	case w.text != nil:
		if value := wholeNumber(text(w.text)); value != nil {
			return reply{value: value}
		}
	}
	return reply{why: "is in words that are not read", words: true}
}

func wholeReply(s string) reply {
	if value := wholeNumber(s); value != nil {
		return reply{value: value}
	}
	return reply{why: "is no whole number"}
}

// scoreUnits are the units of a score: none, one, and what is said in their place.
var scoreUnits = []string{"", "1", "{score}", "{scores}", "{point}", "{points}", "score", "scores", "point", "points"}

func quantityReply(q *r4.Quantity) reply {
	unit := text(q.Code)
	if unit == "" {
		unit = text(q.Unit)
	}
	switch {
	case q.Value == nil:
		return reply{}
	case q.Comparator != nil:
		return reply{why: "is a bound and no number"}
	case !slices.Contains(scoreUnits, strings.ToLower(unit)):
		return reply{why: "has a unit that is not that of a score"}
	}
	return wholeReply(q.Value.String())
}

// plainNumber is a number without exponent, at most four digits before the point.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,4}(\.0+)?$`)

// wholeNumber reads 14 and 14.0, and nothing else.
func wholeNumber(s string) *int {
	if !plainNumber.MatchString(s) {
		return nil
	}
	digits, _, _ := strings.Cut(s, ".")
	value, err := strconv.Atoi(digits)
	if err != nil {
		return nil
	}
	return &value
}

// inRange keeps an answer that the item takes.
func inRange(i instrument, item int, r reply) reply {
	if r.value != nil && !i.Allows(item, *r.value) {
		return reply{why: "is none that it takes"}
	}
	return r
}

// truthReply takes yes for 1 and no for 0, where the item has no other answers.
func truthReply(i instrument, item int, yes bool) reply {
	if !i.Allows(item, 0) || !i.Allows(item, 1) || i.Allows(item, 2) {
		return reply{why: "is yes or no, which it does not take"}
	}
	if yes {
		return replied(1)
	}
	return replied(0)
}

// yesNo are yes and no in the code systems that forms use beside LOINC: HL7 v2 table 0136 and SNOMED CT.
var yesNo = map[string]bool{
	"http://terminology.hl7.org/CodeSystem/v2-0136|Y": true, "http://terminology.hl7.org/CodeSystem/v2-0136|N": false,
	"http://hl7.org/fhir/v2/0136|Y": true, "http://hl7.org/fhir/v2/0136|N": false,
	snomedSystem + "|373066001": true, snomedSystem + "|373067005": false,
}

// codedReply reads an answer by its codes and ordinal values. A code of the answers of another
// instrument is not used, whatever stands beside it.
func codedReply(i instrument, item int, w written) reply {
	var values []int
	add := func(value int) {
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	for _, coding := range w.codings {
		code, loinc := text(coding.Code), system(coding) == loincSystem || system(coding) == ""
		if value, ok := i.AnswerValue(code); ok && loinc {
			add(value)
		} else if loinc && instruments().AnsweredElsewhere(i, code) {
			return reply{why: "is an answer of another instrument and none of " + i.Name}
		}
		if yes, ok := yesNo[system(coding)+"|"+code]; ok {
			if r := truthReply(i, item, yes); r.value != nil {
				add(*r.value)
			}
		}
	}
	for _, value := range slices.Concat(w.ordinals, ordinalsOfCodings(w.codings)) {
		add(value)
	}
	if number := numberReply(w); number.value != nil { // 2, and beside it what 2 is worth
		add(*number.value)
	}
	switch len(values) {
	case 0:
		return reply{why: "is in words or codes that are not read", words: true}
	case 1:
		return inRange(i, item, replied(values[0]))
	}
	slices.Sort(values)
	return reply{among: values}
}

func ordinalsOfCodings(codings []r4.Coding) []int {
	var all []int
	for _, coding := range codings {
		all = append(all, ordinalsOf(coding.Extension)...)
	}
	return all
}

// ordinalsOf are the scores that extensions give to an answer, in whole numbers.
func ordinalsOf(extensions []r4.Extension) []int {
	var all []int
	for _, extension := range extensions {
		switch {
		case extension.Url != ordinalURL && extension.Url != itemWeightURL:
		case extension.ValueInteger != nil:
			all = append(all, *extension.ValueInteger)
		case extension.ValueDecimal != nil:
			if value := wholeNumber(extension.ValueDecimal.String()); value != nil {
				all = append(all, *value)
			}
		}
	}
	return all
}
