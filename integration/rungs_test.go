package integration

import (
	"strings"
	"testing"
)

// TestRungs files at EHRs that take less and less: what the preview says is what happens, and once.
func TestRungs(t *testing.T) {
	for _, tt := range []struct {
		name, personality, config string
		preview                   []string // words of the preview
		state, again              string   // of the filing, and of the same once more
		documents                 int
		text                      []string // of the document
	}{
		{"one by one", "no-transaction", "", []string{"One after the other"}, "filed", "already there", 1, nil},
		{"in a note", "documents-only", "    suggestion_in_note: true\n",
			[]string{"As text in one document. It is no charge.", "takes no charges (ChargeItem)"}, "filed", "already there", 1,
			[]string{"SUGGESTION FOR BILLING, NOT BILLED", "Date of service: 2026-11-16, 10:00 to 10:53", "90837, 1 unit: 53 min"}},
		{"by hand, because the site did not say otherwise", "documents-only", "", []string{"Enter this by hand", "90837, 1 unit: 53 min"}, "entered by hand", "entered by hand", 0, nil},
		{"by hand", "read-only", "    suggestion_in_note: true\n", []string{"Enter this by hand"}, "entered by hand", "entered by hand", 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := target{personality: tt.personality, config: tt.config}.open(t)
			for _, state := range []string{tt.state, tt.again} { // from another launch the second time
				s := w.open(t, "therapy-53")
				offers, _ := s.page.form("/preview")
				preview := s.press(t, offers.tickAll())
				for _, words := range tt.preview {
					if !strings.Contains(preview.text, words) {
						t.Errorf("the preview does not say %q: %s", words, preview)
					}
				}
				confirm, ok := preview.form("/confirm")
				if !ok {
					t.Fatalf("the preview has no form to confirm: %s", preview)
				}
				says(t, s.confirm(t, confirm), state)
			}
			if s := w.open(t, "therapy-53"); !strings.Contains(strings.ToLower(s.page.text), tt.state) {
				t.Errorf("the visit does not say that its lines are %s: %s", tt.state, s.page)
			}
			charges, documents := w.record.charges(t, "Encounter/therapy-53"), w.record.gapNotes(t, "Encounter/therapy-53")
			if (len(charges) > 0) != (tt.personality == "no-transaction") || len(documents) != tt.documents {
				t.Fatalf("%d charges and %d documents stand in the record", len(charges), len(documents))
			}
			for _, words := range tt.text {
				if text := string(documents[0].Content[0].Attachment.Data); !strings.Contains(text, words) {
					t.Errorf("the document does not say %q: %s", words, text)
				}
			}
		})
	}
}
