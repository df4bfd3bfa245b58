package coding

import (
	"strconv"

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
		on := e.on(r)
		instruments := e.instrumentsOf(w, r, on)
		if instruments == 0 {
			continue
		}
		l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: instruments, work: w})
		if on.state != effective.InForce {
			l.notInForce(*on)
			continue
		}
		l.say(r.ID, Met, count(instruments, "instrument"), e.sourcesOf(w, "instruments", "tests"), &on.numbers.Source)
		e.sayInstruments(l)
	}
}

// instrumentsOf is how many instruments earn a code, and says why where none do.
func (e *evaluation) instrumentsOf(w *work, r *rule, on *standing) int {
	instruments := w.instruments
	if instruments == nil && on.numbers.Default > 0 {
		instruments = &on.numbers.Default
	}
	switch {
	case instruments == nil:
		if on.state == effective.InForce {
			e.refuse(r.Code, Unknown, "the number of instruments is not known", &on.numbers.Source)
			e.ask("tests-count", "How many instruments were given?", r.Code)
		}
		return 0
	case *instruments == 0:
		e.refuse(r.Code, NotMet, "no instrument was given", &on.numbers.Source)
		return 0
	}
	return e.withoutUnfit(w, r, *instruments, &on.numbers.Source)
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
	return strconv.Itoa(n) + " " + noun + "s"
}
