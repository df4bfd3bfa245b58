package web

import (
	"fmt"

	"github.com/chargenote/chargenote/docs"
)

// clonedElement is the id of the element that says what repeats an earlier note.
const clonedElement = "not_cloned"

// A repeatsView is how much of the note stands in an earlier one of the same author.
type repeatsView struct {
	Text     string
	Passages []docs.Evidence
}

func repeatsOf(s *docs.Similarity) *repeatsView {
	if s == nil {
		return nil
	}
	which := "an earlier note"
	if day := longDay(s.Day); day != "" {
		which = "the same clinician's note of " + day
	}
	view := &repeatsView{Text: fmt.Sprintf("%.0f%% of the text stands in %s.", s.Prior*100, which), Passages: s.Passages}
	if s.Numbers {
		view.Text += " Only numbers and dates are new."
	}
	if s.Stagnant {
		view.Text += " Goals and plan are the same as in the two notes before."
	}
	return view
}
