package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// perInstrument is one unit for each instrument, whatever the time.
type perInstrument struct{}

func (perInstrument) faults(n *Numbers) []string { return noMinutes("per-instrument", n) }

func (perInstrument) sentences(n *Numbers) []string {
	said := []string{"one unit for each instrument; time does not count"}
	if n.Default > 0 {
		said = append(said, "where their number is not given: "+count(n.Default, "instrument"))
	}
	return said
}

func (perInstrument) evaluate(e *evaluation, w *work, rules []*rule) {
	for _, r := range rules {
		numbers, since, state := r.on(e.day)
		instruments := w.instruments
		if instruments == nil && numbers.Default > 0 {
			instruments = &numbers.Default
		}
		if instruments == nil {
			if state == effective.InForce {
				e.refuse(r.Code, Unknown, "the number of instruments is not known", cite(numbers.Reference))
				e.ask("tests-count", "How many instruments were given?", r.Code)
			}
			continue
		}
		if *instruments == 0 {
			e.refuse(r.Code, NotMet, "no instrument was given", cite(numbers.Reference))
			continue
		}
		l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: *instruments, work: w})
		if state != effective.InForce {
			l.notInForce(since, state)
			continue
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: count(*instruments, "instrument"),
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
