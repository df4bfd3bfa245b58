package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the tests read of an exported definition.
type (
	applicability        struct{ Description, Language, Expression string }
	chargeItemDefinition struct {
		ID, URL, Version, Status string
		Code                     concept
		Applicability            []applicability
		PropertyGroup            []struct {
			Applicability  []applicability
			PriceComponent []json.RawMessage
		}
		raw json.RawMessage
	}
)

// exportDay is the day on which the rules are exported.
const exportDay = "2026-12-01"

// definitions are what the built program exports, by id.
func definitions(t testing.TB) map[string]chargeItemDefinition {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "definitions")
	if out, err := exec.CommandContext(t.Context(), program, "rules", "export", "--fhir", dir, "--on", exportDay).CombinedOutput(); err != nil {
		t.Fatalf("export of the rules: %v: %s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]chargeItemDefinition{}
	for _, file := range files {
		raw, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		d := decoded[chargeItemDefinition](t, raw)
		d.raw = raw
		if want := "ChargeItemDefinition-" + d.ID + ".json"; file.Name() != want {
			t.Errorf("the definition %s is in the file %s", d.ID, file.Name())
		}
		all[d.ID] = d
	}
	if len(all) < 100 {
		t.Fatalf("%d definitions are exported, want one for each code", len(all))
	}
	return all
}

var knownCanonicals map[string]bool

// canonicals are the addresses of the exported definitions, each with its version. They are the same
// for all tests, and exported once.
func canonicals(t testing.TB) map[string]bool {
	t.Helper()
	if knownCanonicals == nil {
		known := map[string]bool{}
		for _, d := range definitions(t) {
			known[d.URL+"|"+d.Version] = true
		}
		knownCanonicals = known
	}
	return knownCanonicals
}

// exportedRules shows the exported definitions to a FHIR server: each is valid, it keeps them as they
// are, and the expressions say of charges what the rules say.
func exportedRules(t *testing.T, r record) {
	all := definitions(t)
	t.Run("every exported definition is valid", func(t *testing.T) {
		for _, d := range all {
			r.validate(t, d.raw)
			for _, group := range d.PropertyGroup {
				if len(group.PriceComponent) > 0 {
					t.Errorf("%s has prices", d.ID)
				}
			}
		}
	})
	t.Run("exported definitions are kept and found by url", func(t *testing.T) {
		for _, id := range []string{"psychotherapy-60", "prolonged-first", "evaluation-management-99214", "depression-screening-annual", "withdrawn-97127"} {
			keptAsItIs(t, r, all[id])
		}
	})
	t.Run("expressions of exported definitions", func(t *testing.T) { expressionsHold(t, r, all) })
}

func keptAsItIs(t *testing.T, r record, d chargeItemDefinition) {
	t.Helper()
	if status, answer := r.ask(t, http.MethodPut, "/ChargeItemDefinition/"+d.ID, d.raw); status != http.StatusCreated && status != http.StatusOK {
		t.Fatalf("keeping %q answers %d: %s", d.ID, status, answer)
	}
	found := r.search(t, "ChargeItemDefinition", url.Values{"url": {d.URL}})
	if len(found) != 1 {
		t.Fatalf("%s is found %d times by its url", d.ID, len(found))
	}
	got, want := decoded[map[string]any](t, found[0]), decoded[map[string]any](t, d.raw)
	delete(got, "meta") // the server's own
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is not kept as it is (-want +got)\n%s", d.ID, diff)
	}
}

// A tried is a charge that expressions are put to, with what each is to answer: true, false, or
// nothing where the charge does not say it.
type tried struct {
	occurrence string // as JSON member, or empty
	units      int    // 0: no quantity
	want       []string
}

// expressionsHold evaluates expressions on the server, over charges around each threshold; and every
// expression there is over one charge, where it must be true or false.
func expressionsHold(t *testing.T, r record, all map[string]chargeItemDefinition) {
	put(t, r, "Patient/definitions", `{"resourceType":"Patient","id":"definitions"}`)
	for _, tt := range []struct {
		definition string
		tried      []tried
	}{
		{"prolonged-first", []tried{ // from 2013 to 2022, one unit
			{`"occurrencePeriod":{"start":"2012-12-31T23:30:00-05:00","end":"2013-01-01T00:30:00-05:00"}`, 1, []string{"false", "true"}},
			{`"occurrencePeriod":{"start":"2013-01-01","end":"2013-01-01"}`, 1, []string{"true", "true"}},
			{`"occurrencePeriod":{"start":"2013-01-01T00:00:00-05:00"}`, 2, []string{"true", "false"}},
			{`"occurrenceDateTime":"2022-12-31T23:59:00-05:00"`, 1, []string{"true", "true"}},
			{`"occurrenceDateTime":"2023-01-01"`, 1, []string{"false", "true"}},
			{`"occurrenceDateTime":"2022-12"`, 1, []string{"nothing", "true"}},
			{"", 0, []string{"nothing", "nothing"}},
		}},
		{"psychotherapy-60", []tried{ // from 2013 on, one unit
			{`"occurrencePeriod":{"start":"2012-12-31"}`, 1, []string{"false", "true"}},
			{`"occurrencePeriod":{"start":"2013-01-01"}`, 1, []string{"true", "true"}},
			{`"occurrencePeriod":{"start":"2026-12-01T14:00:00Z"}`, 2, []string{"true", "false"}},
		}},
		{"screening", []tried{ // from 2015 on, as many units as instruments
			{`"occurrencePeriod":{"start":"2014-12-31"}`, 1, []string{"false"}},
			{`"occurrencePeriod":{"start":"2015-01-01"}`, 4, []string{"true"}},
		}},
	} {
		for _, charge := range tt.tried {
			putCharge(t, r, charge)
			for _, group := range all[tt.definition].PropertyGroup {
				if diff := cmp.Diff(charge.want, evaluated(t, r, expressions(group.Applicability))); diff != "" {
					t.Errorf("%s of a charge with %s and %d units (-want +got)\n%s", tt.definition, charge.occurrence, charge.units, diff)
				}
			}
		}
	}

	putCharge(t, r, tried{occurrence: `"occurrencePeriod":{"start":"2020-06-15T14:00:00Z"}`, units: 1})
	for id, d := range all {
		for _, answer := range evaluated(t, r, expressions(d.Applicability)) {
			if answer != "true" && answer != "false" {
				t.Errorf("an expression of %s answers %s", id, answer)
			}
		}
	}
}

func expressions(all []applicability) []string {
	var found []string
	for _, a := range all {
		if a.Language == "text/fhirpath" {
			found = append(found, a.Expression)
		}
	}
	return found
}

func putCharge(t *testing.T, r record, charge tried) {
	t.Helper()
	body := `{"resourceType":"ChargeItem","id":"definitions","status":"planned","code":{"text":"made up"},"subject":{"reference":"Patient/definitions"}`
	if charge.units > 0 {
		body += fmt.Sprintf(`,"quantity":{"value":%d}`, charge.units)
	}
	if charge.occurrence != "" {
		body += "," + charge.occurrence
	}
	put(t, r, "ChargeItem/definitions", body+"}")
}

func put(t *testing.T, r record, resource, body string) {
	t.Helper()
	if status, answer := r.ask(t, http.MethodPut, "/"+resource, []byte(body)); !slices.Contains([]int{http.StatusOK, http.StatusCreated}, status) {
		t.Fatalf("keeping %s answers %d: %s", resource, status, answer)
	}
}

// evaluated is what the server's own FHIRPath says of the charge that was put, one answer for each
// expression.
func evaluated(t *testing.T, r record, expressions []string) []string {
	t.Helper()
	status, answer := r.ask(t, http.MethodGet, "/ChargeItem/definitions?"+url.Values{"_fhirpath": expressions}.Encode(), nil)
	if status != http.StatusOK {
		t.Fatalf("evaluating answers %d: %s", status, answer)
	}
	parameters := decoded[struct {
		Parameter []struct {
			Part []struct {
				Name         string
				ValueBoolean *bool
			}
		}
	}](t, answer)
	var answers []string
	for _, one := range parameters.Parameter {
		said := "nothing"
		for _, part := range one.Part {
			if part.Name == "result" {
				said = "no boolean"
				if part.ValueBoolean != nil {
					said = fmt.Sprint(*part.ValueBoolean)
				}
			}
		}
		answers = append(answers, said)
	}
	return answers
}
