package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/chargenote/chargenote/coding"
)

// An Assertion is a fact that a person said and that stands, over the record or where it says nothing.
type Assertion struct {
	Fact        string   `json:"fact"` // its path in a facts document, such as visit.modality; a list given as a whole is services
	Value       any      `json:"value"`
	By          string   `json:"by"`                    // a clinician, such as Practitioner/d1, or an option of the command line
	At          string   `json:"at,omitempty"`          // RFC 3339; absent where it is not known, as on the command line
	Over        any      `json:"over,omitempty"`        // what the record says, be it the same; absent where it says nothing
	OverSources []string `json:"overSources,omitempty"` // where the record says it
	Question    string   `json:"question,omitempty"`    // id of the question that it answers, where it answers one

	source string // as the sources of the fact name it
}

// Differs reports whether the record says something else.
func (a Assertion) Differs() bool { return a.Over != nil && !sameValue(a.Fact, a.Over, a.Value) }

// againstRecord says what was given against what the record says.
func (a Assertion) againstRecord() string {
	if a.Fact == servicesKey {
		return "services: as given, which differs from the record"
	}
	return fmt.Sprintf("%s: %s as given, the record says %s", a.Fact, ValueText(a.Value), ValueText(a.Over))
}

// String says the assertion as one would: "visit.modality audio-video".
func (a Assertion) String() string {
	if a.Fact == servicesKey {
		return "the list of services"
	}
	return a.Fact + " " + ValueText(a.Value)
}

// ValueText writes a value of a facts document for a person: true and false, a number, a word, a list of
// words. Of a list of services it is how many.
func ValueText(value any) string {
	switch v := value.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var words []string
		for _, each := range v {
			if _, isTree := each.(map[string]any); isTree {
				return counted(len(v))
			}
			words = append(words, ValueText(each))
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(value)
}

func counted(services int) string {
	if services == 1 {
		return "1 service"
	}
	return fmt.Sprintf("%d services", services)
}

// sameValue compares two values of one fact; instants are the same in whatever zone they are written.
func sameValue(path string, a, b any) bool {
	if path != servicesKey {
		return reflect.DeepEqual(a, b)
	}
	return reflect.DeepEqual(inUTC(a), inUTC(b))
}

// inUTC is a list of services with every instant in UTC; the value itself where it is none.
func inUTC(value any) any {
	content, err := json.Marshal(value)
	var services []coding.Service
	if err != nil || json.Unmarshal(content, &services) != nil {
		return value
	}
	for i := range services {
		if s := services[i].Start; s != nil {
			*s = s.UTC()
		}
		if s := services[i].End; s != nil {
			*s = s.UTC()
		}
	}
	return services
}

// comparePaths orders paths by their keys, and services by their number.
func comparePaths(a, b string) int {
	numberA, restA := serviceNumber(a)
	numberB, restB := serviceNumber(b)
	return cmp.Or(cmp.Compare(restA[0], restB[0]), cmp.Compare(numberA, numberB), cmp.Compare(a, b))
}

// serviceNumber is the number in a path such as services[3].minutes, and what stands around it; -1
// where there is none.
func serviceNumber(path string) (number int, around [2]string) {
	before, rest, ok := strings.Cut(path, "[")
	if !ok {
		return -1, [2]string{path}
	}
	digits, after, _ := strings.Cut(rest, "]")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return -1, [2]string{path}
	}
	return number, [2]string{before, after}
}
