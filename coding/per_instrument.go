package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// perInstrument is one unit for each instrument, whatever the time.
type perInstrument struct{}

func (perInstrument) faults(n *Numbers) []string { return noMinutes("per-instrument", n) }

func (perInstrument) sentences(*Numbers) []string {
	return []string{"one unit for each instrument; time does not count"}
}

func (perInstrument) evaluate(e *evaluation, w *work, rules []*rule) {
	for _, r := range rules {
		numbers, since, state := r.on(e.day)
		if w.instruments == nil {
			if state == effective.InForce {
				e.refuse(r.Code, Unknown, "the number of instruments is not known", cite(numbers.Reference))
				e.ask("tests-count", "How many instruments were given?", r.Code)
			}
			continue
		}
		if *w.instruments == 0 {
			e.refuse(r.Code, NotMet, "no instrument was given", cite(numbers.Reference))
			continue
		}
		l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: *w.instruments, work: w})
		if state != effective.InForce {
			l.notInForce(since, state)
			continue
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: count(*w.instruments, "instrument"),
			Sources: e.sourcesOf(w, "instruments", "tests"), Reference: cite(numbers.Reference)})
	}
}

// noMinutes refuses numbers of time where time does not decide.
func noMinutes(kind string, n *Numbers) []string {
	if n.Min != 0 || n.Max != 0 || n.First != 0 || n.Every != 0 {
		return []string{kind + " does not count time: min, max, first and every have no place here"}
	}
	return nil
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
