package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What only a person at a terminal is told.
func TestDraftOnATerminal(t *testing.T) {
	bundle := filepath.Join(t.TempDir(), "visit.json")
	content := `{"resourceType": "Bundle", "type": "collection", "entry": [
		{"resource": {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"}, "subject": {"reference": "Patient/p1"},
		"period": {"start": "2025-03-10T14:00:00-04:00", "end": "2025-03-10T14:52:00-04:00"}}}]}`
	if err := os.WriteFile(bundle, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name         string
		args         []string
		code         int
		out, err     string // what they must hold; empty: nothing is there
		outTTY       bool
		errTTY, left bool // left: the line about blanks is on standard error
	}{
		{"text without asking for it", nil, exitDone, "Draft for clinician review. Unsigned.\n", "", true, true, true},
		{"piped, a person watches", nil, exitDone, `"template": "after-visit-summary"`, "", false, true, true},
		{"piped, nobody watches", nil, exitDone, `"template": "after-visit-summary"`, "", false, false, false},
		{"a PDF to the terminal", []string{"--format", "pdf"}, exitUsage, "", "a PDF is not for a terminal, add --out FILE.pdf", true, true, false},
		{"a PDF sent on", []string{"--format", "pdf"}, exitDone, "%PDF-1", "", false, true, true},
		{"a PDF into a file", []string{"--out", filepath.Join(t.TempDir(), "a.pdf")}, exitDone, "", "", true, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, err bytes.Buffer
			args := append([]string{"draft", bundle, "--document", "after-visit-summary"}, tt.args...)
			code := run(t.Context(), args, terminal{in: strings.NewReader(""), out: &out, err: &err, isTTY: tt.outTTY, errTTY: tt.errTTY})
			if code != tt.code || !strings.Contains(out.String(), tt.out) || tt.out == "" && out.Len() > 0 || !strings.Contains(err.String(), tt.err) {
				t.Errorf("exit %d, standard output %.80q, standard error %q", code, out.String(), err.String())
			}
			if got := strings.Contains(err.String(), "blanks are left, marked [[ so ]]"); got != tt.left {
				t.Errorf("the blanks are said on standard error: %t, want %t", got, tt.left)
			}
		})
	}
}
