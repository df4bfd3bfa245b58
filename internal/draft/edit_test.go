package draft_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/draft"
)

// written is a document of two sections: two sentences and a blank in the first, one sentence in the
// second. Its sources are numbered 1, 2 and 3 in this order.
func written() draft.Document {
	return draft.Document{Title: "Note", Label: draft.Label, Header: []draft.Field{{Name: "Name", Value: "Wilhelmina Testcase"}}, Sections: []draft.Section{
		{Heading: "Objective", Lines: []draft.Line{
			{Text: "Mood anxious.", Sources: []string{"DocumentReference/n1, bytes 1 to 9"}},
			{Text: "PHQ-9: 14 of 27.", Sources: []string{"Observation/o1", "Observation/o2"}},
			{Text: "Risk assessment", Blank: true, Sources: []string{}}}},
		{Heading: "Plan", Lines: []draft.Line{{Text: "Return in 2 weeks.", Sources: []string{"DocumentReference/n1, bytes 20 to 38"}}}},
	}}
}

func TestPassagesAreAsTheTextHasThem(t *testing.T) {
	passages := written().Passages()
	want := "Mood anxious. [1]\nPHQ-9: 14 of 27. [2][3]\n[[ Risk assessment ]]"
	if got := passages[0].Text; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := passages[1].Text; got != "Return in 2 weeks. [4]" {
		t.Errorf("the numbers do not run on through the document: %q", got)
	}
	if got := passages[0].Blanks; !slices.Equal(got, []string{"Risk assessment"}) {
		t.Errorf("blanks %q", got)
	}
}

// What an edited line rests on.
func TestAnEditedLineKeepsOnlyTheSourcesItMay(t *testing.T) {
	first, second, last := "DocumentReference/n1, bytes 1 to 9", "Observation/o1", "DocumentReference/n1, bytes 20 to 38"
	for _, tt := range []struct {
		name, text string
		stale      bool // the numbers are of another state of the document
		want       draft.Line
	}{
		{name: "the words as they were", text: "Mood anxious. [1]", want: draft.Line{Text: "Mood anxious.", Sources: []string{first}}},
		{name: "the number was deleted, the words still stand there", text: "Mood anxious.", want: draft.Line{Text: "Mood anxious.", Sources: []string{first}}},
		{name: "moved here from another section", text: "Return in 2 weeks. [4]", want: draft.Line{Text: "Return in 2 weeks.", Sources: []string{last}}},
		{name: "the number of another sentence behind known words", text: "Mood anxious. [4]", want: draft.Line{Text: "Mood anxious.", Sources: []string{first}}},
		{name: "reworded, the number left", text: "Mood anxious, tearful. [1]", want: draft.Line{Text: "Mood anxious, tearful.", Sources: []string{first}, Edited: true}},
		{name: "two sentences made one", text: "Mood anxious. [1] Score 14. [2]", want: draft.Line{Text: "Mood anxious. Score 14.", Sources: []string{first, second}, Edited: true}},
		{name: "her own words", text: "Denies SI.", want: draft.Line{Text: "Denies SI.", Sources: []string{}, Edited: true}},
		{name: "a number that no source has", text: "Item [12] of the list.", want: draft.Line{Text: "Item [12] of the list.", Sources: []string{}, Edited: true}},
		{name: "reworded over another state", text: "Mood anxious, tearful. [1]", stale: true, want: draft.Line{Text: "Mood anxious, tearful.", Sources: []string{}, Edited: true}},
		{name: "known words over another state", text: "Return in 2 weeks. [1]", stale: true, want: draft.Line{Text: "Return in 2 weeks.", Sources: []string{last}}},
		{name: "the blank as it was", text: "[[ Risk assessment ]]", want: draft.Line{Text: "Risk assessment", Blank: true, Sources: []string{}}},
		{name: "a blank of her own", text: "[[call the school]]", want: draft.Line{Text: "call the school", Blank: true, Sources: []string{}, Edited: true}},
		{name: "a blank inside of a sentence", text: "Risk: [[ level ]], denies plan.", want: draft.Line{Text: "Risk: [[ level ]], denies plan.", Sources: []string{}, Edited: true}},
		{name: "characters that move a cursor", text: "a\x1b[2Jb\u202ec\x00\xff", want: draft.Line{Text: "a\ufffd[2Jb\ufffdc\ufffd\ufffd", Sources: []string{}, Edited: true}},
	} {
		got := written().Read(tt.text, !tt.stale)
		if len(got) != 1 || got[0].Text != tt.want.Text || got[0].Blank != tt.want.Blank || got[0].Edited != tt.want.Edited || !slices.Equal(got[0].Sources, tt.want.Sources) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestEditedDocumentCountsWhatIsStillBlank(t *testing.T) {
	d := written()
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"filled", "Denies SI/HI.", nil},
		{"left open", "[[ Risk assessment ]]", []string{"Objective: Risk assessment"}},
		{"half filled", "Risk: [[ level ]] and [[ plan ]].", []string{"Objective: level", "Objective: plan"}},
		{"an end forgotten", "Risk: [[ level", []string{"Objective: level"}},
		{"a blank without words", "Risk: [[ ]].", []string{"Objective: a blank"}},
		{"taken out", "", nil},
	} {
		edited := d.Edited(map[string][]draft.Line{"Objective": d.Read(tt.text, true)})
		if !slices.Equal(edited.Blanks, tt.want) {
			t.Errorf("%s: blanks %q, want %q", tt.name, edited.Blanks, tt.want)
		}
		text := edited.Text()
		if said := strings.Contains(text, "No blank is left."); said != (len(tt.want) == 0) {
			t.Errorf("%s: the text says that none is left: %t\n%s", tt.name, said, text)
		}
		if !strings.Contains(text, "Edited by the clinician: Objective.") || !strings.Contains(text, draft.Label) {
			t.Errorf("%s: the text does not say who wrote it, or that it is unsigned:\n%s", tt.name, text)
		}
	}
	if len(d.Sections[0].Lines) != 3 {
		t.Error("the draft itself was changed")
	}
}

func TestASectionThatIsNotDraftedAnyMoreIsKept(t *testing.T) {
	d := written()
	edited := d.Edited(map[string][]draft.Line{"Telehealth": {{Text: "By video.", Sources: []string{}, Edited: true}}})
	if got := edited.Text(); !strings.Contains(got, "TELEHEALTH\nBy video.") {
		t.Errorf("what the clinician wrote is lost:\n%s", got)
	}
}

// A section that was emptied has no heading in print, and can still be edited.
func TestAnEmptiedSectionIsNotPrinted(t *testing.T) {
	d := written()
	edited := d.Edited(map[string][]draft.Line{"Plan": d.Read(" \r\n ", true)})
	if strings.Contains(edited.Text(), "PLAN") || strings.Contains(edited.XHTML(), "<h2>Plan") {
		t.Error("an empty heading is printed")
	}
	if passages := edited.Passages(); len(passages) != 2 || passages[1].Text != "" || !passages[1].Edited {
		t.Errorf("the section cannot be edited any more: %+v", passages)
	}
}

// The numbers of an edited document are those of its own list of sources.
func TestNumbersOfAnEditedDocument(t *testing.T) {
	d := written()
	edited := d.Edited(map[string][]draft.Line{"Objective": d.Read("Score 14. [2]\nMood low. [1]", true)})
	text := edited.Text()
	for _, want := range []string{"Score 14. [1]\nMood low. [2]", "Return in 2 weeks. [3]", "[1] Observation/o1\n[2] DocumentReference/n1, bytes 1 to 9\n[3] DocumentReference/n1, bytes 20 to 38"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if again := edited.Read(edited.Passages()[0].Text, true); !edited.Sections[0].Holds(again) {
		t.Errorf("read again it is %+v", again)
	}
}

// Reading the text of a draft as it stands gives the draft.
func TestUneditedTextIsTheDraft(t *testing.T) {
	for _, v := range visits {
		d, _ := write(t, v)
		for i, p := range d.Passages() {
			if got := d.Read(strings.ReplaceAll(p.Text, "\n", "\r\n"), true); !d.Sections[i].Holds(got) {
				t.Errorf("%s, %s: read as %+v", v.template, p.Heading, got)
			}
		}
	}
}

func TestGradeIsMeasuredAnew(t *testing.T) {
	d, _ := write(t, drafted{"narrative-complete", "psychotherapy", 53, "after-visit-summary"})
	hard := "Psychoeducational interventions emphasized interoceptive exposure methodologies, incorporating individualized hierarchies."
	edited := d.Edited(map[string][]draft.Line{"What we worked on": d.Read(hard, true)})
	if edited.Grade == nil || *edited.Grade <= *d.Grade {
		t.Errorf("grade %v after %v: the clinician's words were not measured", edited.Grade, d.Grade)
	}
}

func TestMarkupInEditedTextStaysText(t *testing.T) {
	d := written()
	edited := d.Edited(map[string][]draft.Line{"Plan": d.Read(`</p><script>alert(1)</script> & "quotes" ]]>`, true)})
	decoder := xml.NewDecoder(strings.NewReader(edited.XHTML()))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "script" {
			t.Error("edited text became an element")
		}
	}
	if !strings.Contains(edited.Text(), "<script>alert(1)</script>") {
		t.Error("plain text does not hold what was written")
	}
	if _, err := edited.PDF(); err != nil {
		t.Error(err)
	}
}
