package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
)

// The README, --help and the program have one table of limits.
func TestLimitsAreExplained(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"review", "--help"}, terminal{in: nil, out: &out, err: &out}); code != exitDone {
		t.Fatalf("review --help: exit code %d", code)
	}
	help := strings.Join(strings.Fields(out.String()), " ")
	rows := 0
	for _, row := range fhir.LimitTable() {
		if line := fmt.Sprintf("| `%s` | %d | %d to %d | %s |\n", row.Name, row.Default, row.Least, row.Most, row.Meaning); !strings.Contains(string(readme), line) {
			t.Errorf("README.md lacks the row %s", line)
		}
		if entry := fmt.Sprintf("%s (%d)", row.Name, row.Default); !strings.Contains(help, entry) {
			t.Errorf("review --help lacks %s: %s", entry, help)
		}
		rows++
	}
	if got := strings.Count(string(readme), "\n| `"); got != rows {
		t.Errorf("README.md has %d rows of limits, the program has %d", got, rows)
	}
}

func TestLimitOptions(t *testing.T) {
	for _, tt := range []struct {
		name    string
		options []string
		depth   int
		want    string // fault
	}{
		{"none", nil, 64, ""},
		{"one", []string{"depth=24"}, 24, ""},
		{"several", []string{"pages=20", "depth=512"}, 512, ""},
		{"the last one of a name holds", []string{"depth=30", "depth=40"}, 40, ""},
		{"below the least", []string{"depth=23"}, 0, "chargenote: --limit depth: 23 is not sensible, give 24 to 512 levels of objects and lists in one resource"},
		{"above the most", []string{"depth=513"}, 0, "chargenote: --limit depth: 513 is not sensible, give 24 to 512 levels of objects and lists in one resource"},
		{"no number", []string{"depth=deep"}, 0, `chargenote: --limit "depth=deep" is not a name and a number, write it as depth=96`},
		{"no value", []string{"depth"}, 0, `chargenote: --limit "depth" is not a name and a number, write it as depth=96`},
		{"a number that no machine holds", []string{"depth=99999999999999999999"}, 0, `chargenote: --limit "depth=99999999999999999999" is not a name and a number, write it as depth=96`},
		{"unknown", []string{"width=3"}, 0, `chargenote: --limit "width" is no limit, choose one of: bytes, ratio, depth, resource-values, page-values, pages, resources, total-bytes, line-bytes`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limits, err := limitOptions{tt.options}.limits()
			if got := fmt.Sprint(err); tt.want != "" && (got != tt.want || exitCode(err, new(bytes.Buffer)) != exitUsage) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if tt.want == "" && (err != nil || limits.Depth != tt.depth) {
				t.Errorf("got depth %d and error %v, want %d", limits.Depth, err, tt.depth)
			}
		})
	}
}

// What a configuration changes reaches the client, and everything wrong is said at once.
func TestLimitsOfAConfiguration(t *testing.T) {
	limits, faults := limitsWith(map[string]int{"pages": 21, "total-bytes": 8 << 20})
	if want := func() fhir.Limits { l := fhir.DefaultLimits(); l.Pages, l.TotalBytes = 21, 8<<20; return l }(); limits != want || faults != nil {
		t.Errorf("got %+v and %v, want %+v", limits, faults, want)
	}
	_, faults = limitsWith(map[string]int{"pages": 0, "Depth": 64, "ratio": 100})
	want := []string{
		`limits: "Depth" is no limit, choose one of: bytes, ratio, depth, resource-values, page-values, pages, resources, total-bytes, line-bytes`,
		"limits: pages: 0 is not sensible, give 20 to 500 pages of searches for one visit",
	}
	if !slices.Equal(faults, want) {
		t.Errorf("got faults %q, want %q", faults, want)
	}
}
