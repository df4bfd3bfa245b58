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
		on := e.on(r)
		units := w.sessions
		text := count(w.sessions, "session")
		if on.numbers.Most > 0 && units > on.numbers.Most && e.claim() == ClaimProfessional {
			units = on.numbers.Most
			text += ", at most " + count(units, "unit") + " a day"
		}
		l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: units, work: w})
		if on.state != effective.InForce {
			l.notInForce(*on)
			continue
		}
		l.say(r.ID, Met, text, e.sourcesOf(w, "activity"), &on.numbers.Source)
	}
}
