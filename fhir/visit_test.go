package fhir_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/visit"
)

// A visitCase is one made-up visit and what the contract says of it. Want names only what the case
// is about; lists are compared whole.
type visitCase struct {
	Why     string `json:"why"`
	Options struct {
		Encounter   string                  `json:"encounter"`
		Patient     string                  `json:"patient"`
		Zone        string                  `json:"zone"`
		Activities  map[string]string       `json:"activities"`
		Disciplines map[string]string       `json:"disciplines"`
		Payers      map[string]coding.Payer `json:"payers"`

		Instruments map[string]string `json:"instruments"`
	} `json:"options"`
	Error string         `json:"error"`
	Want  map[string]any `json:"want"`
}

func readCase(t testing.TB, path string) (bundle []byte, c visitCase) {
	t.Helper()
	bundle, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(strings.TrimSuffix(path, ".json") + ".want.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(want, &c); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return bundle, c
}

func (c visitCase) options(t testing.TB) fhir.Options {
	o := fhir.Options{EarlierNotes: true, Encounter: c.Options.Encounter, Patient: c.Options.Patient, Activities: c.Options.Activities,
		Disciplines: c.Options.Disciplines, Payers: c.Options.Payers}
	for key, said := range c.Options.Instruments {
		set, err := screening.Builtin()
		if err != nil {
			t.Fatal(err)
		}
		meaning, err := set.Meant(said)
		if err != nil {
			t.Fatal(err)
		}
		if o.Instruments == nil {
			o.Instruments = map[string]screening.Meaning{}
		}
		o.Instruments[key] = meaning
	}
	if c.Options.Zone != "" {
		zone, err := time.LoadLocation(c.Options.Zone)
		if err != nil {
			t.Fatal(err)
		}
		o.Zone = zone
	}
	return o
}

func visitCases(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/visits/*.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := slices.DeleteFunc(all, func(path string) bool { return strings.HasSuffix(path, ".want.json") })
	if len(cases) < 60 {
		t.Fatalf("only %d visits in testdata, there were more", len(cases))
	}
	return cases
}

func readVisit(data []byte, o fhir.Options) (*visit.Visit, error) {
	record, err := fhir.ReadBundle(data, fhir.DefaultLimits())
	if err != nil {
		return nil, err
	}
	return record.Visit(o)
}

func TestVisits(t *testing.T) {
	for _, path := range visitCases(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			bundle, c := readCase(t, path)
			options := c.options(t)
			options.PDF = pdfs(t)
			got, err := readVisit(bundle, options)
			checkError(t, err, c.Error)
			if err != nil {
				return
			}
			for _, difference := range subset("visit", c.Want, plain(t, got)) {
				t.Error(difference)
			}
			if t.Failed() {
				t.Logf("%s\nnotes: %+v", c.Why, got.Notes)
			}
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	var input *fhir.InputError
	switch {
	case want == "" && err == nil:
	case want == "other-patient":
		if !errors.Is(err, fhir.ErrOtherPatient) {
			t.Errorf("got error %v, want ErrOtherPatient", err)
		}
	case want == "" || err == nil || err.Error() != want || !errors.As(err, &input):
		t.Fatalf("got error %v, want %q", err, want)
	}
}

// plain is a value as JSON has it.
func plain(t testing.TB, value any) any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// subset says where got lacks what want holds; "(absent)" wants a key that is not there.
func subset(path string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: got %v, want an object", path, got)}
		}
		var differences []string
		for key, value := range want {
			found, there := object[key]
			switch {
			case value == "(absent)" && there && found != nil:
				differences = append(differences, fmt.Sprintf("%s.%s: got %v, want it absent", path, key, found))
			case value != "(absent)":
				differences = append(differences, subset(path+"."+key, value, found)...)
			}
		}
		return differences
	case []any:
		list, ok := got.([]any)
		if !ok && len(want) > 0 || len(list) != len(want) {
			return []string{fmt.Sprintf("%s: got %v, want %d of %v", path, got, len(want), want)}
		}
		var differences []string
		for i := range want {
			differences = append(differences, subset(fmt.Sprintf("%s[%d]", path, i), want[i], list[i])...)
		}
		return differences
	}
	if !reflect.DeepEqual(want, got) {
		return []string{fmt.Sprintf("%s: got %v, want %v", path, got, want)}
	}
	return nil
}

// The answer does not depend on the order of the entries, for any of the visits.
func TestVisitOfShuffledEntries(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, path := range visitCases(t) {
		data, c := readCase(t, path)
		if c.Error != "" {
			continue
		}
		first := visitBytes(t, data, c.options(t))
		var bundle struct {
			ResourceType string            `json:"resourceType"`
			Type         string            `json:"type"`
			Entries      []json.RawMessage `json:"entry"`
		}
		if err := json.Unmarshal(data, &bundle); err != nil {
			t.Fatal(err)
		}
		entries := bundle.Entries
		for range 12 {
			random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
			shuffled, err := json.Marshal(bundle)
			if err != nil {
				t.Fatal(err)
			}
			if got := visitBytes(t, shuffled, c.options(t)); got != first {
				t.Fatalf("%s: shuffled entries give another visit\n%s\n%s", path, got, first)
			}
		}
	}
}

func visitBytes(t *testing.T, data []byte, o fhir.Options) string {
	t.Helper()
	got, err := readVisit(data, o)
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The counted time of a session never exceeds the stretch from its first to its last instant, and
// no service has more minutes than its own.
func TestSessionNeverExceedsItsHull(t *testing.T) {
	for _, path := range visitCases(t) {
		data, c := readCase(t, path)
		if c.Error != "" {
			continue
		}
		got, err := readVisit(data, c.options(t))
		if err != nil {
			t.Fatal(err)
		}
		if s := got.Session; s.Start != nil && s.End != nil && *s.Minutes > int(s.End.Sub(*s.Start)/time.Minute) {
			t.Errorf("%s: %d minutes between %s and %s", path, *s.Minutes, s.Start, s.End)
		}
		for _, service := range got.Facts.Services {
			if service.Start != nil && *service.Minutes > int(service.End.Sub(*service.Start)/time.Minute) {
				t.Errorf("%s: %s has %d minutes between %s and %s", path, service.Activity, *service.Minutes, service.Start, service.End)
			}
		}
		if got.Session.Status == visit.SessionConflicting && (got.Session.Minutes != nil || len(got.Session.Conflicts) == 0) {
			t.Errorf("%s: a conflicting session has minutes %v and conflicts %v", path, got.Session.Minutes, got.Session.Conflicts)
		}
	}
}
