package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/ncci"
	"github.com/chargenote/chargenote/internal/review"
)

// A layer that does not load, as one with a code that no rule knows, is no use to anybody: it is told
// and taken away. What else stands above its directory stays.
func TestALayerThatDoesNotLoadIsTakenAway(t *testing.T) {
	rules, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	day := effective.MustParseDate("2026-10-01")
	limits := func(code string) *ncci.Layer {
		return &ncci.Layer{Quarter: day, Checked: day, Tables: ncci.Tables{Limits: map[ncci.Side][]ncci.LimitRow{ncci.Practitioner: {{Code: code, Units: 1, Indicator: 2}}, ncci.OutpatientHospital: {}}}}
	}
	above := t.TempDir()
	for _, tt := range []struct {
		code  string
		loads bool
	}{{"90791", true}, {"00100", false}} {
		dir := filepath.Join(above, tt.code)
		laid, err := lay(rules, limits(tt.code), dir)
		_, missing := os.Stat(dir)
		switch {
		case tt.loads && (err != nil || missing != nil || laid.Name != "ncci-2026-10-01"):
			t.Errorf("%s: layer %+v, %v, %v", tt.code, laid, err, missing)
		case !tt.loads && (err == nil || !os.IsNotExist(missing)):
			t.Errorf("%s: %v, and its directory: %v", tt.code, err, missing)
		case !tt.loads:
			var stderr bytes.Buffer
			if code := exitCode(err, &stderr); code != exitRemote || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), "names 00100, which no rule knows") {
				t.Errorf("exit code %d with %q", code, stderr.String())
			}
		}
	}
}

// Progress is for a person alone: a pipeline's standard error holds faults and nothing else.
func TestImportTellsItsProgressToAPerson(t *testing.T) {
	table := filepath.Join(t.TempDir(), "addons.txt")
	head := "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\tAOC_Edit_DelDT\tSpecial_Instruction_Notes\n"
	if err := os.WriteFile(table, []byte(head+"1\t90840\t\t90839\t\t2013001\t\t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		person bool
		want   string
	}{{true, "reading " + table + " (1 KiB)\n"}, {false, ""}} {
		var stdout, stderr bytes.Buffer
		args := []string{"rules", "import", "--addon", table, "--effective", "2026-10-01", "--out", filepath.Join(t.TempDir(), "pack")}
		code := run(context.Background(), args, terminal{out: &stdout, err: &stderr, errTTY: tt.person})
		if code != exitDone || stderr.String() != tt.want || !strings.Contains(stdout.String(), `"name": "ncci-2026-10-01"`) {
			t.Errorf("a person watches: %v: exit code %d, standard error %q, want %q", tt.person, code, stderr.String(), tt.want)
		}
	}
}
