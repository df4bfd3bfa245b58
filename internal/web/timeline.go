package web

import (
	"fmt"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// A timeline is the segments of a session as bars. Lengths are thousandths of the whole width, so
// that the picture fits any frame; counted bars stand in the upper lane, the others in the lower.
type timeline struct {
	From, To string // clock times of both ends
	Text     string // the picture in words
	Bars     []bar
	Mixed    bool // some bars are not counted, so that the key is needed
}

type bar struct {
	X, Width int
	Counted  bool
	Text     string
}

const (
	timelineWidth = 1000
	narrowestBar  = 4
)

// timelineOf draws the segments that have both ends; nil where fewer than one has.
func timelineOf(session visit.Session) *timeline {
	var from, to time.Time
	for _, s := range session.Segments {
		if !drawable(s) {
			continue
		}
		if from.IsZero() || s.Start.Before(from) {
			from = *s.Start
		}
		if s.End.After(to) {
			to = *s.End
		}
	}
	if from.IsZero() {
		return nil
	}
	t := &timeline{From: clock(&from), To: clock(&to), Text: fmt.Sprintf("Timeline from %s to %s.", clock(&from), clock(&to))}
	whole := to.Sub(from)
	for _, s := range session.Segments {
		if !drawable(s) {
			continue
		}
		b := bar{Counted: s.Counted, X: part(s.Start.Sub(from), whole)}
		b.Width = min(max(part(s.End.Sub(from), whole)-b.X, narrowestBar), timelineWidth-b.X)
		b.Text = fmt.Sprintf("%s, %s, %s", activity(s.Activity), fromTo(s.Start, s.End), countedWord(s.Counted))
		t.Bars = append(t.Bars, b)
		t.Mixed = t.Mixed || !s.Counted
		t.Text += " " + sentence(b.Text)
	}
	return t
}

func drawable(s visit.Segment) bool {
	return s.Start != nil && s.End != nil && s.End.After(*s.Start)
}

func part(d, whole time.Duration) int { return int(int64(d) * timelineWidth / int64(whole)) }

func countedWord(counted bool) string {
	if counted {
		return "counted"
	}
	return "not counted"
}
