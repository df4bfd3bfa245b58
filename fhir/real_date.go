package fhir

import (
	"reflect"
	"regexp"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// A dateKind is what an element that is a text in JSON says of time.
type dateKind int

const (
	notDate   dateKind = iota
	calendar           // a date, dateTime or instant, with whatever precision it was written
	timeOfDay          // a time without a day
)

// dateElements are the elements of FHIR R4's date, dateTime, instant and time within the models, by
// name: no model has an element of such a name that is another text, but for notDates.
var dateElements = map[string]dateKind{
	"abatementDateTime": calendar, "authored": calendar, "birthDate": calendar, "creation": calendar, "date": calendar,
	"deceasedDateTime": calendar, "effectiveDateTime": calendar, "effectiveInstant": calendar, "end": calendar,
	"enteredDate": calendar, "event": calendar, "issued": calendar, "lastUpdated": calendar, "occurrenceDateTime": calendar,
	"onsetDateTime": calendar, "performedDateTime": calendar, "recordedDate": calendar, "start": calendar, "time": calendar,
	"timingDate": calendar, "timingDateTime": calendar, "valueDate": calendar, "valueDateTime": calendar, "valueInstant": calendar,
	"when": calendar,

	"availableEndTime": timeOfDay, "availableStartTime": timeOfDay, "closingTime": timeOfDay, "openingTime": timeOfDay,
	"timeOfDay": timeOfDay, "valueTime": timeOfDay,
}

// notDates have a name of dateElements and hold codes.
var notDates = map[reflect.Type]string{reflect.TypeFor[r4.TimingRepeat](): "when"}

// tellsByBeingThere are dates that say something by being there, whatever day they name: a problem with
// an end has ended. One that is none is named and stays.
var tellsByBeingThere = map[string]bool{"abatementDateTime": true, "deceasedDateTime": true}

// dateKindOf is what an element of a model says of time.
func dateKindOf(t reflect.Type, name string) dateKind {
	element := textType(t, name)
	if notDates[t] == name || element == nil || element.Kind() != reflect.String || element == number {
		return notDate
	}
	return dateElements[name]
}

// textType is the type of an element, or of the members of its list.
func textType(t reflect.Type, name string) reflect.Type {
	for i := range t.NumField() {
		if jsonName(t.Field(i)) != name {
			continue
		}
		element := bare(t.Field(i).Type)
		if element.Kind() == reflect.Slice && element != rawMessage {
			element = bare(element.Elem())
		}
		return element
	}
	return nil
}

// clockTime is FHIR's time, and a time without its seconds.
var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?$`)

// unrealDate says why what was written is no date or time of day, and nothing where it is one.
func unrealDate(kind dateKind, written string) string {
	switch {
	case kind == notDate:
		return ""
	case written == "":
		return "is empty"
	case kind == timeOfDay:
		if !clockTime.MatchString(written) {
			return "is no time of day"
		}
		return ""
	}
	if _, err := ParseDateTime(written); err != nil {
		return err.Error()
	}
	return ""
}
