package docs_test

import "testing"

func TestSentences(t *testing.T) {
	note := "Name: Otis Fictum\nS: Reports poor sleep. \"I wake at 3.\"\nO: Tearful.\nA: Stable.\nPlan:\n- Sleep log by Friday.\n- Return in 2 weeks."
	var got []string
	for _, s := range builtin(t).Sentences(note) {
		if note[s.Start:s.End] != s.Text {
			t.Errorf("%q is not bytes %d to %d of the note", s.Text, s.Start, s.End)
		}
		got = append(got, s.Section+"|"+s.Text)
	}
	want := []string{"header|Otis Fictum", "subjective|Reports poor sleep.", `subjective|"I wake at 3."`, "objective|Tearful.",
		"assessment|Stable.", "plan|Sleep log by Friday.", "plan|Return in 2 weeks."}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("sentence %d: got %q, want %q", i, got[i], want[i])
		}
	}
}
