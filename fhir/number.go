package fhir

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// numberBounds are what FHIR lets a number be, where a resource can be read without it.
type numberBounds struct {
	least, most float64
	whole       bool
	kept        bool // only its place among others counts, so that one out of bounds is kept and named
}

// boundedNumbers are the numbers of the models that no answer rests on, or not alone. A wrong one is
// left out and named, and costs nothing else. Every other number is refused with its whole resource
// where it is a text, a fraction for a whole number or out of range, because it may be a score or a
// quantity: "14" may be fourteen or a code, 14.5 points are none that an instrument can give, and what
// is left out of a score looks like an answer that was never given. Percentages have no bounds, for
// none of these elements is one, and a result of 120 % is a result.
//
// Coverage.order counts from 1 in FHIR and from 0 in some records. Left out, the coverage that comes
// first would come last, so that it is kept.
var boundedNumbers = map[reflect.Type]map[string]numberBounds{
	reflect.TypeFor[r4.Age]():                {"value": {0, 1e4, false, false}},
	reflect.TypeFor[r4.Attachment]():         {"size": {0, math.MaxInt32, true, false}},
	reflect.TypeFor[r4.ContactPoint]():       {"rank": {1, math.MaxInt32, true, false}},
	reflect.TypeFor[r4.Coverage]():           {"order": {1, math.MaxInt32, true, true}},
	reflect.TypeFor[r4.Duration]():           {"value": {0, 1e9, false, false}},
	reflect.TypeFor[r4.Extension]():          {"valuePositiveInt": {1, math.MaxInt32, true, false}, "valueUnsignedInt": {0, math.MaxInt32, true, false}},
	reflect.TypeFor[r4.EncounterDiagnosis](): {"rank": {1, math.MaxInt32, true, false}},
	reflect.TypeFor[r4.LocationPosition]():   {"latitude": {-90, 90, false, false}, "longitude": {-180, 180, false, false}},
}

func boundsOf(t reflect.Type, name string) *numberBounds {
	if bounds, ok := boundedNumbers[t][name]; ok {
		return &bounds
	}
	return nil
}

// fault says why a number, as it stands in JSON, is not one that FHIR has here; nothing where it is.
func (b numberBounds) fault(written string) string {
	f, err := strconv.ParseFloat(written, 64)
	switch {
	case strings.HasPrefix(written, `"`):
		return "is a text where a number must be"
	case err != nil || len(written) > 64 || math.IsInf(f, 0) || math.IsNaN(f):
		return "is no number in range"
	case b.whole && f != math.Trunc(f):
		return "is no whole number"
	case f < 0 && b.least == 0:
		return "is negative"
	case f < b.least:
		return "is less than " + strconv.FormatFloat(b.least, 'f', -1, 64)
	case f > b.most:
		return "is more than " + strconv.FormatFloat(b.most, 'f', -1, 64)
	}
	return ""
}
