package effective_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/effective"
)

type rule struct {
	ID        string                         `yaml:"id"`
	Effective effective.Values[minutesRange] `yaml:"effective"`
}

type minutesRange struct {
	Min int `yaml:"min"`
}

func decode(t *testing.T, content string) rule {
	t.Helper()
	var r rule
	if err := effective.Decode([]byte(content), "made-up.yaml", &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOn(t *testing.T) {
	// Written out of order on purpose: the day decides, not the line.
	values := decode(t, "id: made-up\neffective:\n  2020-01-01: {min: 30}\n  2013-01-01: {min: 16}\n  2023-01-01: null\n  2025-01-01: {min: 8}\n").Effective
	for _, tt := range []struct {
		name, day string
		min       int
		since     string
		state     effective.State
	}{
		{"day before the first", "2012-12-31", 0, "2013-01-01", effective.NotYet},
		{"first day", "2013-01-01", 16, "2013-01-01", effective.InForce},
		{"last day of the first value", "2019-12-31", 16, "2013-01-01", effective.InForce},
		{"first day of the second", "2020-01-01", 30, "2020-01-01", effective.InForce},
		{"last day before the end", "2022-12-31", 30, "2020-01-01", effective.InForce},
		{"day of the end", "2023-01-01", 0, "2023-01-01", effective.Withdrawn},
		{"last day without", "2024-12-31", 0, "2023-01-01", effective.Withdrawn},
		{"begun again", "2025-01-01", 8, "2025-01-01", effective.InForce},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, since, state := values.On(effective.MustParseDate(tt.day))
			if got.Min != tt.min || since.String() != tt.since || state != tt.state {
				t.Errorf("got %d since %s, state %d; want %d since %s, state %d", got.Min, since, state, tt.min, tt.since, tt.state)
			}
		})
	}
	var days []string
	for _, day := range values.Days() {
		days = append(days, day.String())
	}
	if diff := cmp.Diff([]string{"2013-01-01", "2020-01-01", "2023-01-01", "2025-01-01"}, days); diff != "" {
		t.Errorf("days (-want +got)\n%s", diff)
	}
	ends := 0
	for day, value := range values.All {
		if value == nil {
			ends++
			if day.String() != "2023-01-01" {
				t.Errorf("an end on %s", day)
			}
		}
	}
	if ends != 1 {
		t.Errorf("%d ends, want 1", ends)
	}
}

func TestNoValues(t *testing.T) {
	var none effective.Values[minutesRange]
	if _, since, state := none.On(effective.MustParseDate("2025-03-10")); state != effective.NotYet || !since.IsZero() {
		t.Errorf("no values give state %d since %s", state, since)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		line          int
		want          string
	}{
		{"unknown field", "id: x\ncolour: red\n", 2, "unknown field"},
		{"unknown field in a value", "id: x\neffective:\n  2013-01-01:\n    min: 1\n    mix: 2\n", 5, "unknown field"},
		{"key twice", "id: x\nid: y\n", 2, "already defined"},
		{"day that is none", "id: x\neffective:\n  2013-02-29: {min: 1}\n", 3, "is not a day"},
		{"no mapping", "id: x\neffective: [1]\n", 2, "must list values under the first day"},
		{"begins with an end", "id: x\neffective:\n  2013-01-01: null\n", 3, "ends a value that never began"},
		{"wrong type", "id: x\neffective:\n  2013-01-01: {min: many}\n", 3, "cannot unmarshal"},
		{"no YAML", "id: [x\n", 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r rule
			err := effective.Decode([]byte(tt.content), "made-up.yaml", &r)
			var field *effective.FieldError
			if !errors.As(err, &field) {
				t.Fatalf("got %v, want a fault with its place", err)
			}
			if field.File != "made-up.yaml" || field.Line != tt.line || field.Column < 1 || !strings.Contains(field.Problem, tt.want) {
				t.Errorf("got %+v, want line %d and %q", field, tt.line, tt.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("one fault is written on several lines:\n%v", err)
			}
		})
	}
}

func TestDecodeReportsEveryDayThatIsWrong(t *testing.T) {
	var r rule
	err := effective.Decode([]byte("id: x\neffective:\n  2013: {min: 1}\n  soon: {min: 2}\n"), "made-up.yaml", &r)
	if err == nil || strings.Count(err.Error(), "is not a day") != 2 {
		t.Errorf("got %v, want two faults", err)
	}
}

func TestLoadDir(t *testing.T) {
	files, err := effective.LoadDir[rule](fstest.MapFS{
		"rules/b.yaml":      {Data: []byte("id: b\n")},
		"rules/a.yaml":      {Data: []byte("id: a\n")},
		"rules/README.md":   {Data: []byte("no rule")},
		"rules/sub/c.yaml":  {Data: []byte("id: c\n")},
		"other/d.yaml":      {Data: []byte("id: d\n")},
		"rules/e.yaml.orig": {Data: []byte("not read")},
	}, "rules")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, file.Name+" "+file.Value.ID)
	}
	if diff := cmp.Diff([]string{"a a", "b b"}, names); diff != "" {
		t.Errorf("files (-want +got)\n%s", diff)
	}
	_, err = effective.LoadDir[rule](fstest.MapFS{"rules/a.yaml": {Data: []byte("idd: a\n")}, "rules/b.yaml": {Data: []byte("id: [\n")}}, "rules")
	if err == nil || !strings.Contains(err.Error(), "rules/a.yaml:1:1") || !strings.Contains(err.Error(), "rules/b.yaml:") {
		t.Errorf("got %v, want the faults of both files", err)
	}
	if _, err := effective.LoadDir[rule](fstest.MapFS{}, "rules"); err == nil {
		t.Error("a folder that is not there was read")
	}
}

func TestLocate(t *testing.T) {
	content := []byte("# a comment\nid: x\neffective:\n  2013-01-01:\n    min: 38\n")
	for _, tt := range []struct {
		keys         []string
		line, column int
	}{
		{nil, 2, 1},
		{[]string{"id"}, 2, 1},
		{[]string{"effective", "2013-01-01"}, 4, 3},
		{[]string{"effective", "2013-01-01", "min"}, 5, 5},
		{[]string{"effective", "2014-01-01"}, 3, 1},
		{[]string{"label"}, 2, 1},
	} {
		if line, column := effective.Locate(content, tt.keys...); line != tt.line || column != tt.column {
			t.Errorf("%v is at %d:%d, want %d:%d", tt.keys, line, column, tt.line, tt.column)
		}
	}
	if line, column := effective.Locate([]byte("id: [x"), "id"); line != 0 || column != 0 {
		t.Errorf("a document that cannot be parsed has a place, %d:%d", line, column)
	}
}

func TestReference(t *testing.T) {
	for _, tt := range []struct {
		name      string
		reference effective.Reference
		text      string
		fault     string
	}{
		{"whole", effective.Reference{Title: "Manual, section 4.2", Href: "https://payer.example/manual#4.2", Mark: effective.MarkA}, "Manual, section 4.2 [A] https://payer.example/manual#4.2", ""},
		{"without an address", effective.Reference{Title: "Manual, section 4.2", Mark: effective.MarkU}, "Manual, section 4.2 [U]", ""},
		{"without a title", effective.Reference{Mark: effective.MarkB}, " [B]", "needs a title"},
		{"a site and no page of it", effective.Reference{Title: "Manual", Href: "https://payer.example/", Mark: effective.MarkB}, "Manual [B] https://payer.example/", "names no page"},
		{"no address", effective.Reference{Title: "Manual", Href: "payer.example/manual", Mark: effective.MarkB}, "Manual [B] payer.example/manual", "names no page"},
		{"without a mark", effective.Reference{Title: "Manual"}, "Manual []", "not one of A, B, C, U"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.reference.String(); got != tt.text {
				t.Errorf("got %q, want %q", got, tt.text)
			}
			if got := tt.reference.Fault(); (got == "") != (tt.fault == "") || !strings.Contains(got, tt.fault) {
				t.Errorf("fault %q, want %q", got, tt.fault)
			}
		})
	}
}

func TestSortedKeys(t *testing.T) {
	if diff := cmp.Diff([]string{"a", "b", "c"}, effective.SortedKeys(map[string]int{"c": 1, "a": 2, "b": 3})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
