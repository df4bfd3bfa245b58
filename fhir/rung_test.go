package fhir

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/visit"
)

// taking is a server without transactions that takes these kinds of resources.
func taking(kinds ...string) *Capability {
	c := &Capability{Kinds: map[string]KindCapability{"ChargeItem": {Search: true}}}
	for _, kind := range kinds {
		c.Kinds[kind] = KindCapability{Create: true, Search: true, ConditionalCreate: true, Parameters: []string{"identifier"}}
	}
	return c
}

func TestTheRungIsTheHighestThatTheServerOffers(t *testing.T) {
	everything := []string{"ChargeItem", "DocumentReference", "Provenance"}
	whole := taking(everything...)
	whole.Transaction = true
	const noProvenance, noGapNote = "no record of who confirmed is filed: this EHR takes none (Provenance)", "no gap note is filed: this EHR takes no documents (DocumentReference)"
	lines, noteAlone := wireFiling(), wireFiling()
	noteAlone.Lines = nil
	for _, tt := range []struct {
		name       string
		capability *Capability
		filing     visit.Filing
		inNote     bool
		want       visit.Way
		left       []string
	}{
		{"not known yet", nil, lines, false, visit.WayTogether, nil},
		{"everything", whole, lines, false, visit.WayTogether, nil},
		{"no transaction", taking(everything...), lines, true, visit.WayOneByOne, nil},
		{"no gap note", taking("ChargeItem"), lines, true, visit.WayOneByOne, []string{noGapNote, noProvenance}},
		{"documents, and the site wants it", taking("DocumentReference"), lines, true, visit.WayInNote,
			[]string{"this EHR takes no charges (ChargeItem): the lines stand as text in the note, and have to be entered by hand", noProvenance}},
		{"documents, and the site did not say so", taking("DocumentReference"), lines, false, visit.WayByHand, []string{"this EHR takes no charges (ChargeItem): nothing is sent"}},
		{"nothing", taking(), lines, true, visit.WayByHand, []string{"this EHR takes no charges (ChargeItem): nothing is sent"}},
		{"a gap note alone", taking("DocumentReference"), noteAlone, false, visit.WayOneByOne, []string{noProvenance}},
		{"a gap note alone, and nothing is taken", taking(), noteAlone, true, visit.WayByHand, []string{"this EHR takes no documents (DocumentReference): nothing is sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := newWireServer(t).client()
			f, err := c.newFiler(tt.capability, tt.filing, tt.inNote)
			if err != nil {
				t.Fatal(err)
			}
			if f.way != tt.want || !slices.Equal(f.left, tt.left) {
				t.Errorf("got %q leaving %q, want %q leaving %q", f.way, f.left, tt.want, tt.left)
			}
		})
	}
}

func TestTheSuggestionStandsInANoteWhereNoChargeIsTaken(t *testing.T) {
	s := newWireServer(t)
	c, _ := s.client()
	file := func() visit.Receipt {
		f, err := c.newFiler(taking("DocumentReference", "Provenance"), wireFiling(), true)
		if err != nil {
			t.Fatal(err)
		}
		if receipt := f.file(t.Context()); receipt.State != visit.StateFiled && receipt.State != visit.StateAlready {
			t.Fatalf("%s: %s", receipt.State, receipt.Reason)
		}
		return f.readBack(t.Context())
	}
	first := file()
	if len(first.Items) != 2 || !first.Items[0].Verified {
		t.Errorf("read back: %+v", first)
	}
	file()
	if n := len(s.held("ChargeItem")); n != 0 {
		t.Errorf("%d charges were sent", n)
	}
	documents := s.held("DocumentReference")
	if len(documents) != 1 {
		t.Fatalf("%d documents after two filings, want one", len(documents))
	}
	var document struct {
		Description string
		Content     []struct{ Attachment struct{ Data string } }
	}
	if err := json.Unmarshal([]byte(documents[0]), &document); err != nil {
		t.Fatal(err)
	}
	text, err := base64.StdEncoding.DecodeString(document.Content[0].Attachment.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"NOT BILLED", "Date of service: 2025-03-10, 14:00 to 14:47\n", "90834-95, 1 unit: 47 min, within 38 to 52.\n",
		"G0444-KX-59, 2 units: One screening.\n", "Diagnoses: F33.1\n", "Missing: the plan.\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if !strings.HasPrefix(document.Description, "Billing suggestion, not billed") {
		t.Errorf("described as %q", document.Description)
	}
}

func TestNothingIsSentThatIsEnteredByHand(t *testing.T) {
	s := newWireServer(t)
	c, _ := s.client()
	f, err := c.newFiler(taking(), wireFiling(), true)
	if err != nil {
		t.Fatal(err)
	}
	receipt := f.file(t.Context())
	if receipt.State != visit.StateRefused || receipt.Reason != "this EHR takes no charges (ChargeItem): enter it by hand; nothing was written" || len(s.seen()) != 0 {
		t.Errorf("got %s: %s after %d requests", receipt.State, receipt.Reason, len(s.seen()))
	}
}
