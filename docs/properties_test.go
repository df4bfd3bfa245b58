package docs_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/docs"
)

// statuses are the statuses of all listed elements, by id.
func statuses(result docs.Result) map[string]string {
	all := map[string]string{}
	for _, e := range result.Elements {
		all[e.ID] = e.Status
	}
	return all
}

// TestDashCaseAndSpacingChangeNothing reads each note again with other dashes, letters and spaces.
func TestDashCaseAndSpacingChangeNothing(t *testing.T) {
	changes := map[string]func(string) string{
		"upper case":      strings.ToUpper,
		"lower case":      strings.ToLower,
		"en dashes":       func(s string) string { return strings.ReplaceAll(s, "-", "–") },
		"minus signs":     func(s string) string { return strings.ReplaceAll(s, "-", "−") },
		"double spaces":   func(s string) string { return strings.ReplaceAll(s, " ", "  ") },
		"hard spaces":     func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") },
		"carriage return": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"curly quotes":    func(s string) string { return strings.NewReplacer(`"`, "”", "'", "’").Replace(s) },
		"trailing spaces": func(s string) string { return strings.ReplaceAll(s, "\n", "  \n") },
		"indented":        func(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n\t") },
	}
	for name, c := range readNotes(t) {
		note := readNote(t, name)
		want := check(t, note, c.Codes...)
		for change, apply := range changes {
			got := check(t, apply(note), c.Codes...)
			if diff := cmp.Diff(statuses(want), statuses(got)); diff != "" {
				t.Errorf("%s in %s: -want +got:\n%s", name, change, diff)
			}
			if diff := cmp.Diff(want.Time, got.Time); diff != "" {
				t.Errorf("%s in %s: -want +got:\n%s", name, change, diff)
			}
		}
	}
}

// TestOneLineLess takes the words that carry one element out of a complete note: that element alone
// turns missing.
func TestOneLineLess(t *testing.T) {
	for _, tt := range []struct{ note, remove, replace, element string }{
		{"soap-complete", "Patient: Jordan Rivera    ", "", "patient_name"},
		{"soap-complete", "DOB: 04/12/1988", "", "patient_dob"},
		{"soap-complete", "Date of service: 10/03/2024\n", "", "service_date"},
		{"soap-complete", "Location: In person, main office\n", "", "service_location"},
		{"soap-complete", "Electronically signed by Dana Whitfield, LCSW on 10/03/2024 17:20", "Therapist: Dana Whitfield, LCSW. Date signed: 10/03/2024", "signature"},
		{"soap-complete", " on 10/03/2024 17:20", "", "signature_date"},
		{"soap-complete", ", LCSW", "", "provider_credentials"},
		{"soap-complete", "Total time: 50 minutes face-to-face individual psychotherapy", "Face-to-face individual psychotherapy", "time_total"},
		{"soap-complete", "Time: 4:00 - 4:50 PM   ", "", "time_start_stop"},
		{"soap-complete", "face-to-face individual psychotherapy", "", "time_face_to_face"},
		{"soap-complete", "F41.1 ", "", "diagnosis_code"},
		{"soap-complete", "P: Continue weekly CBT; homework: one thought record per day. Next session 10/10/2024.\n", "", "plan"},
		{"soap-complete", " Denies SI/HI.", "", "risk_assessment"},
		{"soap-complete", "Intervention: Cognitive restructuring with a thought record on the fear of dismissal.\n", "", "interventions"},
		{"soap-complete", "Response: Client identified two distortions and rated belief 80 -> 45.\n", "", "patient_response"},
		{"soap-complete", "O: Casually dressed, cooperative, good eye contact. Mood anxious, affect congruent. Speech normal rate. Thought process linear. Denies SI/HI.", "O: Denies SI/HI.", "mse_3"},
		{"soap-complete", "Goal 1: reduce worry to under 1 hour daily; today 2 hours, partially met.\n", "", "goal_progress"},
		{"soap-complete", " Treatment is medically necessary because worry limits her attendance at work; without it relapse is likely.", "", "medical_necessity"},
		{"telegraphic-complete", "Risk: denies SI/HI\n", "", "risk_assessment"},
		{"typos-complete", "Plan: rtc 1 wk, hw activity log\n", "", "plan"},
		{"telegraphic-complete", "Dx F10.20\n", "", "diagnosis_code"},
		{"ext-complete", "Duration: The session was extended because the exposure protocol could not be ended safely before distress fell and the dissociation resolved.\n", "", "extended_justification"},
		{"tele-complete", " Client consented verbally to telehealth.", "", "tele_consent"},
		{"tele-complete", " Therapist located in office in Dallas, TX.", "", "tele_provider_location"},
		{"tele-complete", " Client located at home in Austin, TX.", "", "tele_patient_location"},
		{"family-complete", "Present: patient, mother (Sheila) and stepfather.\n", "", "family_patient_presence"},
		{"pt-complete", "Timed-code minutes: 38. ", "", "timed_minutes"},
		{"pt-complete", " Total treatment time: 45 min.", "", "total_treatment_time"},
		{"pt-complete", ", one-on-one treatment", "", "one_on_one"},
		{"cognitive-complete", ", individual treatment, one-on-one", "", "one_on_one"},
	} {
		t.Run(tt.note+" without "+tt.element, func(t *testing.T) {
			note := readNote(t, tt.note)
			if !strings.Contains(note, tt.remove) {
				t.Fatalf("the note does not hold %q", tt.remove)
			}
			codes := readNotes(t)[tt.note].Codes
			before, after := statuses(check(t, note, codes...)), statuses(check(t, strings.Replace(note, tt.remove, tt.replace, 1), codes...))
			for id, was := range before {
				now, listed := after[id]
				switch {
				case id == tt.element && now != docs.Missing:
					t.Errorf("%s: got %s, want missing", id, now)
				case id != tt.element && listed && was == docs.Present && now != docs.Present && !follows(tt.element, id):
					t.Errorf("%s: got %s, want it unchanged", id, now)
				}
			}
		})
	}
}

// follows says whether the second element cannot stand without the line of the first.
func follows(element, id string) bool {
	also := map[string][]string{
		"time_start_stop":   {"time_consistent"},
		"time_total":        {"time_consistent"},
		"goal_progress":     {"functional_impact"},
		"medical_necessity": {"functional_impact", "extended_justification"},
		"plan":              {"tx_plan_decision"},
	}
	return slices.Contains(also[element], id)
}

func TestSameNoteSameBytes(t *testing.T) {
	for name, c := range readNotes(t) {
		first, err := json.Marshal(check(t, readNote(t, name), c.Codes...))
		if err != nil {
			t.Fatal(err)
		}
		second, _ := json.Marshal(check(t, readNote(t, name), c.Codes...))
		if string(first) != string(second) {
			t.Errorf("%s: two readings differ", name)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	note := readNote(b, "soap-complete")
	for len(note) < 2000 {
		note += "\nClient spoke about the week at work and the drive to the office with a friend."
	}
	note = note[:2000]
	rules, err := docs.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(note)))
	b.ReportAllocs()
	for b.Loop() {
		rules.Check(docs.Request{Note: note, HasNote: true, Codes: []string{"90837", "90785-95"}})
	}
}

// TestPure keeps the line of the package: rules need no network, no other program and no database.
func TestPure(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	forbidden := map[string]string{
		"net": "rules know no network", "net/http": "rules know no network",
		"os/exec": "rules start no program", "database/sql": "rules keep nothing",
	}
	for _, dep := range strings.Fields(string(out)) {
		if why, ok := forbidden[dep]; ok {
			t.Errorf("docs depends on %s: %s", dep, why)
		}
	}
}
