package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// untimed is one unit a day for the service as a whole. Where a least time is printed (min), known
// minutes must reach it; unknown ones are no bar.
type untimed struct{}

func (untimed) faults(n *Numbers) []string {
	if n.First != 0 || n.Every != 0 || n.Most != 0 || n.Max != 0 {
		return []string{"untimed is one unit a day: only min, the least minutes, has a place here"}
	}
	return nil
}

func (untimed) sentences(n *Numbers) []string {
	if n.Min > 0 {
		return []string{fmt.Sprintf("one unit a day, from %d minutes", n.Min)}
	}
	return []string{"one unit a day; time does not count"}
}

func (untimed) evaluate(e *evaluation, w *work, rules []*rule) {
	for _, r := range rules {
		on := e.on(r)
		if on.numbers.Min > 0 && w.minutes != nil && *w.minutes < on.numbers.Min && on.state == effective.InForce {
			text := fmt.Sprintf("%d min, needs at least %d", *w.minutes, on.numbers.Min)
			e.refuse(r.Code, NotMet, text, &on.numbers.Source)
			e.flag("below-threshold", r.Code, text)
			continue
		}
		l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: 1, work: w})
		if on.state != effective.InForce {
			l.notInForce(*on)
			continue
		}
		l.say(r.ID, Met, "one for the day, whatever the time", e.sourcesOf(w, "activity"), &on.numbers.Source)
	}
}
