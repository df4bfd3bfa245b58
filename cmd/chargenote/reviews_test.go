package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
)

// A wantedReview is what one Bundle of testdata/reviews must give, worked out by hand from the contract
// before the program ran on it. It wants a part of the review, in these words:
//
//   - an object wants its keys and no others; under "(not)" stands what it must not hold;
//   - a list wants all its elements in order, or, after "(among)", that each stands somewhere in it, and
//     that what {"(no)": …} describes stands nowhere;
//   - "(absent)", "(some)" and "(empty)" want no key, any value but an empty one, and no value or an empty one;
//   - "~needle" wants text that holds the needle in any case, "@2025-03-10T14:00:00Z" the same instant.
type wantedReview struct {
	Why    string   `json:"why"`    // the one thing this case shows
	Args   []string `json:"args"`   // options after the file name
	Exit   int      `json:"exit"`   // the exit code
	Stderr []string `json:"stderr"` // what the one line of fault holds
	Want   any      `json:"want"`   // part of the review; absent where there is none
}

// reviewsWanted is how many cases there must be at least, so that none is lost unseen.
const reviewsWanted = 230

// TestReviews reviews Bundles as EHRs write them, one shape each.
func TestReviews(t *testing.T) {
	files, err := filepath.Glob("testdata/reviews/*.want.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < reviewsWanted {
		t.Errorf("%d cases, want at least %d", len(files), reviewsWanted)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".want.json")
		t.Run(name, func(t *testing.T) { reviewCase(t, name, readWanted(t, file)) })
	}
}

// readWanted reads a want file, strictly: a misspelt key would want nothing.
func readWanted(t *testing.T, file string) wantedReview {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var w wantedReview
	if err := decoder.Decode(&w); err != nil {
		t.Fatal(err)
	}
	if w.Why == "" || strings.Contains(w.Why, "\n") {
		t.Error("a case says why in one line")
	}
	if (w.Want == nil) == (w.Exit == exitDone) {
		t.Error("a case wants a part of the review, or a fault")
	}
	return w
}

// reviewCase runs one case and holds it against the list of those known to be wrong.
func reviewCase(t *testing.T, name string, w wantedReview) {
	t.Helper()
	if differences := reviewDifferences(t, name, w); len(differences) > 0 {
		t.Errorf("%s\n%s", w.Why, strings.Join(differences, "\n"))
	}
}

// reviewDifferences runs the command on a case and lists what is not as wanted.
func reviewDifferences(t *testing.T, name string, w wantedReview) []string {
	t.Helper()
	var out, faults bytes.Buffer
	file := filepath.Join("testdata", "reviews", name+".json")
	args := append([]string{"review", "--format", "json", file}, w.Args...)
	exit := run(t.Context(), args, terminal{in: strings.NewReader(""), out: &out, err: &faults})
	if exit != w.Exit {
		return []string{fmt.Sprintf("exit code %d, want %d; standard error %q", exit, w.Exit, faults.String())}
	}
	if w.Exit != exitDone {
		return faultDifferences(file, out.String(), faults.String(), w.Stderr)
	}
	if faults.Len() > 0 {
		return []string{fmt.Sprintf("standard error %q, want nothing", faults.String())}
	}
	var got any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		return []string{err.Error()}
	}
	return differ("", got, w.Want)
}

// faultDifferences lists what is not as wanted where the input cannot be reviewed: lines that begin with
// the file, and nothing on standard output.
func faultDifferences(file, out, faults string, needles []string) []string {
	var all []string
	if out != "" {
		all = append(all, "standard output holds something, want nothing")
	}
	if !strings.HasPrefix(faults, file+": ") {
		all = append(all, fmt.Sprintf("standard error %q, want a line that begins with the file", faults))
	}
	for _, needle := range needles {
		if !strings.Contains(faults, needle) {
			all = append(all, fmt.Sprintf("standard error %q, want %q in it", faults, needle))
		}
	}
	return all
}

// differ lists where got is not as want says; path is where both stand.
func differ(path string, got, want any) []string {
	switch want := want.(type) {
	case map[string]any:
		return differObject(path, got, want)
	case []any:
		return differList(path, got, want)
	case string:
		if !textIs(got, want) {
			return []string{difference(path, got, want)}
		}
	default: // numbers, booleans and null
		if got != want {
			return []string{difference(path, got, want)}
		}
	}
	return nil
}

func differObject(path string, got any, want map[string]any) []string {
	object, is := got.(map[string]any)
	if !is {
		return []string{difference(path, got, want)}
	}
	var all []string
	for _, key := range effective.SortedKeys(want) {
		value, there := object[key]
		switch wanted := want[key]; {
		case key == "(not)":
			if len(differ(path, got, wanted)) == 0 {
				all = append(all, fmt.Sprintf("%s: is %s, and must not", path, inJSON(wanted)))
			}
		case wanted == "(empty)" && !there:
		case wanted == "(absent)" || !there:
			if there || wanted != "(absent)" {
				all = append(all, difference(path+"."+key, value, wanted))
			}
		default:
			all = append(all, differ(path+"."+key, value, wanted)...)
		}
	}
	return all
}

func differList(path string, got any, want []any) []string {
	list, is := got.([]any)
	if !is && got != nil { // a list without elements may be null or missing
		return []string{difference(path, got, want)}
	}
	if len(want) > 0 && want[0] == "(among)" {
		return differAmong(path, list, want[1:])
	}
	if len(list) != len(want) {
		return []string{difference(path, got, want)}
	}
	var all []string
	for i := range want {
		all = append(all, differ(fmt.Sprintf("%s[%d]", path, i), list[i], want[i])...)
	}
	return all
}

// differAmong wants each element of want somewhere in the list, and what stands under "(no)" nowhere.
func differAmong(path string, list, want []any) []string {
	var all []string
	for _, wanted := range want {
		sought, absent := wanted, false
		if object, is := wanted.(map[string]any); is && object["(no)"] != nil {
			sought, absent = object["(no)"], true
		}
		found := slices.ContainsFunc(list, func(element any) bool { return len(differ("", element, sought)) == 0 })
		if found == absent {
			all = append(all, difference(path, list, wanted))
		}
	}
	return all
}

// textIs compares a value with a word of the want language, or with plain text.
func textIs(got any, want string) bool {
	text, isText := got.(string)
	switch {
	case want == "(some)":
		return !isEmpty(got)
	case want == "(empty)":
		return isEmpty(got)
	case strings.HasPrefix(want, "~"):
		return isText && strings.Contains(strings.ToLower(text), strings.ToLower(want[1:]))
	case strings.HasPrefix(want, "@"):
		a, errA := time.Parse(time.RFC3339, text)
		b, errB := time.Parse(time.RFC3339, want[1:])
		return errA == nil && errB == nil && a.Equal(b)
	}
	return isText && text == want
}

func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}

func difference(path string, got, want any) string {
	return fmt.Sprintf("%s: got %s, want %s", path, inJSON(got), inJSON(want))
}

// inJSON writes a value for a person who reads a failure, cut where it is long.
func inJSON(value any) string {
	content, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	if text := string(content); len(text) <= 700 {
		return text
	}
	return string(content[:700]) + "…"
}

// TestDiffer shows that the words of the want files can fail.
func TestDiffer(t *testing.T) {
	for _, tt := range []struct {
		got, want string
		differ    bool
	}{
		{`{"a":1,"b":2}`, `{"a":1}`, false},
		{`{"a":1}`, `{"b":1}`, true},
		{`{"a":null}`, `{"a":null}`, false},
		{`{}`, `{"a":null}`, true},
		{`{"a":1}`, `{"a":"(absent)"}`, true},
		{`{}`, `{"a":"(absent)"}`, false},
		{`{"a":[]}`, `{"a":"(some)"}`, true},
		{`{}`, `{"a":"(some)"}`, true},
		{`{"a":0}`, `{"a":"(some)"}`, false},
		{`{"a":[1]}`, `{"a":"(empty)"}`, true},
		{`{}`, `{"a":"(empty)"}`, false},
		{`{"a":{"b":1}}`, `{"(not)":{"a":{"b":1}}}`, true},
		{`{"a":{"b":2}}`, `{"(not)":{"a":{"b":1}}}`, false},
		{`{"a":"left out: Entered-in-error"}`, `{"a":"~entered-in-error"}`, false},
		{`{"a":"left out"}`, `{"a":"~entered-in-error"}`, true},
		{`{"a":"2025-03-10T14:00:00-04:00"}`, `{"a":"@2025-03-10T18:00:00Z"}`, false},
		{`{"a":"2025-03-10T14:00:00Z"}`, `{"a":"@2025-03-10T18:00:00Z"}`, true},
		{`[1,2]`, `[1]`, true},
		{`[1,2]`, `[2,1]`, true},
		{`[1,2]`, `["(among)",2]`, false},
		{`[1,2]`, `["(among)",3]`, true},
		{`[{"c":1}]`, `["(among)",{"(no)":{"c":1}}]`, true},
		{`[{"c":1}]`, `["(among)",{"(no)":{"c":2}}]`, false},
	} {
		var got, want any
		if err := errors.Join(json.Unmarshal([]byte(tt.got), &got), json.Unmarshal([]byte(tt.want), &want)); err != nil {
			t.Fatal(err)
		}
		if found := differ("", got, want); (len(found) > 0) != tt.differ {
			t.Errorf("%s against %s: %v, want a difference: %v", tt.got, tt.want, found, tt.differ)
		}
	}
}
