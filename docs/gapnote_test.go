package docs_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chargenote/chargenote/docs"
)

func TestGapNote(t *testing.T) {
	result := check(t, readNote(t, "ext-ran-long"), "90837")
	text := docs.GapNote(result, docs.GapNoteHead{Day: "2024-06-18", Encounter: "Encounter/e1",
		Lines: []string{"90837 x1"}, Rules: []string{"documentation 2026.1"}})
	lines := strings.Split(text, "\n")
	if lines[0] != "Automated checklist, not clinical documentation" {
		t.Errorf("got first line %q", lines[0])
	}
	if !strings.HasPrefix(lines[1], "2 of ") || !strings.Contains(lines[1], "required elements are missing") {
		t.Errorf("got second line %q", lines[1])
	}
	for _, want := range []string{"Missing: Clinical reason for the extended duration", "Why:", "Write:", "Or:", "90837 x1", "2024-06-18", "Encounter/e1", "documentation 2026.1", "ran long"} {
		if !strings.Contains(text, want) {
			t.Errorf("the gap note does not hold %q:\n%s", want, text)
		}
	}
	if block, warn := strings.Index(text, "(block"), strings.Index(text, "(warn"); block < 0 || warn < block {
		t.Errorf("block and warn do not stand in their order:\n%s", text)
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 78 {
			t.Errorf("%d characters: %q", utf8.RuneCountInString(line), line)
		}
	}
	for _, not := range []string{"Amir", "Haddad", "$", "USD", " paid"} {
		if strings.Contains(text, not) {
			t.Errorf("the gap note holds %q", not)
		}
	}
}

// The head of a gap note alone says what matters: how much is missing, and the gravest three by name.
func TestHeadOfAGapNote(t *testing.T) {
	text := docs.GapNote(check(t, readNote(t, "psy-vague"), "90834"), docs.GapNoteHead{Day: "2025-03-10"})
	head, _, _ := strings.Cut(text, "\n\n")
	if !strings.Contains(head, "First: ") || !strings.Contains(strings.Join(strings.Fields(head), " "), "more") || strings.Count(head, "\n") > 7 {
		t.Errorf("got the head\n%s", head)
	}
	bare := docs.GapNote(check(t, "Treatment:\nBridges 2 x 15.", "97110"), docs.GapNoteHead{})
	if !strings.Contains(bare, `Line:    "Bridges 2 x 15."`) {
		t.Errorf("the gap note does not name the bare line:\n%s", bare)
	}
	work := docs.GapNote(check(t, "Total time: 60 minutes.", "96130"), docs.GapNoteHead{})
	if !strings.Contains(strings.Join(strings.Fields(work), " "), "review (missing), integration (missing)") {
		t.Errorf("the gap note does not name the work that is not shown:\n%s", work)
	}
}

func TestGapNoteOfACompleteNote(t *testing.T) {
	text := docs.GapNote(check(t, readNote(t, "screening-complete"), "96127"), docs.GapNoteHead{})
	if !strings.HasPrefix(text, "Automated checklist, not clinical documentation\n0 of 11 required elements are missing\n") {
		t.Errorf("got:\n%s", text)
	}
}

// TestWordingNamesNoMoney reads every wording of the pack.
func TestWordingNamesNoMoney(t *testing.T) {
	for _, family := range []string{"psychotherapy", "extended", "crisis", "em_psychotherapy", "intake", "testing", "screening", "cognitive", "timed_therapy", "family", "group"} {
		result := builtin(t).Check(docs.Request{HasNote: true, Note: "Session ran long. Art therapy. Endorses SI. Addendum.", Family: family, Codes: []string{"90837-93", "90785"}})
		for _, e := range result.Elements {
			for _, word := range []string{"$", "dollar", "reimburse", "revenue", "payment", "paid"} {
				if strings.Contains(strings.ToLower(e.Gap+e.Why+e.Or), word) {
					t.Errorf("%s speaks of money: %q", e.ID, word)
				}
			}
		}
	}
}

// A gap note names the earlier note only where something is to be changed, by share, day and up to three
// short passages, which stand in the present note too.
func TestGapNoteOfACopiedNote(t *testing.T) {
	result := againstPriors(t, weekTwo, strings.NewReplacer("60", "55", "03/10/2025", "03/03/2025").Replace(weekTwo)+"\nSecret of that week: zebra crossing at noon with the cousin.")
	text := docs.GapNote(result, docs.GapNoteHead{})
	plain := strings.Join(strings.Fields(text), " ")
	if !docs.NamesEarlier(result) || !strings.Contains(plain, "100% of this note stands in an earlier note of 2025-03-09; only numbers and dates are new Repeated: \"") {
		t.Errorf("the gap note does not say what is repeated:\n%s", text)
	}
	for _, not := range []string{"zebra", "next session in one week"} { // of the earlier note alone; too far on in the passage
		if strings.Contains(plain, not) {
			t.Errorf("the gap note holds %q:\n%s", not, text)
		}
	}
	another := "S: Nothing of it stands here, and nobody wrote the same words before this day at all."
	if result := againstPriors(t, weekTwo, another); docs.NamesEarlier(result) || strings.Contains(docs.GapNote(result, docs.GapNoteHead{}), "earlier note") {
		t.Error("a note that repeats nothing is laid beside an earlier one")
	}
}

func TestTheLongestPassagesAreQuoted(t *testing.T) {
	sentences := []string{
		"Reports that the week was quiet and that he slept six hours on most nights of it.",
		"Chose the mail first and then called the task possible for anyone who has the morning off work.",
		"Walked to the pond with his brother and came back before the rain began on Sunday in the late afternoon.",
		"Thought record on three days and a walk before breakfast until the next session in one week from now.",
	}
	result := againstPriors(t, "S: "+strings.Join(sentences, " Truly. "), "S: "+strings.Join(sentences, " Indeed. "))
	text := strings.Join(strings.Fields(docs.GapNote(result, docs.GapNoteHead{})), " ")
	if len(result.Similarity.Passages) != 4 {
		t.Fatalf("got the passages %+v, want four", result.Similarity.Passages)
	}
	for i, sentence := range sentences {
		start := strings.Join(strings.Fields(sentence)[:6], " ")
		if got := strings.Contains(text, start); docs.NamesEarlier(result) && got != (i > 0) {
			t.Errorf("sentence %d is quoted: %v, want the three longest:\n%s", i, got, text)
		}
	}
	if !docs.NamesEarlier(result) {
		t.Errorf("share %v names nothing", result.Similarity.Prior)
	}
}
