package coding

import "github.com/chargenote/chargenote/internal/effective"

// perSession is one unit for each session, however long it was.
type perSession struct{}

func (perSession) faults(n *Numbers) []string { return noMinutes("per-session", n) }

func (perSession) sentences(n *Numbers) []string {
	if n.Most > 0 {
		return []string{"one unit for each session, however long; at most " + count(n.Most, "unit") + " a day on a professional claim"}
	}
	return []string{"one unit for each session, however long"}
}

func (perSession) evaluate(e *evaluation, w *work, rules []*rule) {
	for _, r := range rules {
		numbers, since, state := r.on(e.day)
		units := w.sessions
		text := count(w.sessions, "session")
		if numbers.Most > 0 && units > numbers.Most && e.claim() == ClaimProfessional {
			units = numbers.Most
			text += ", at most " + count(units, "unit") + " a day"
		}
		l := e.add(&line{rule: r, numbers: numbers, code: r.Code, units: units, work: w})
		if state != effective.InForce {
			l.notInForce(since, state)
			continue
		}
		l.because = append(l.because, Because{Rule: r.ID, Status: Met, Text: text,
			Sources: e.sourcesOf(w, "activity"), Reference: cite(numbers.Reference)})
	}
}
