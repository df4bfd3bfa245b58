package coding

import (
	"fmt"

	"github.com/chargenote/chargenote/internal/effective"
)

// fullTime is time beyond an E/M code whose level was chosen by time: each unit needs its whole
// minutes, no midpoint is enough. It has no activity of its own: it follows from the minutes of the
// E/M service.
type fullTime struct{ prolonged }

func (fullTime) faults(n *Numbers) []string {
	problems := prolonged{}.faults(n)
	if n.Every < 1 {
		problems = append(problems, "full-time needs every, the whole minutes of each unit")
	}
	return problems
}

func (fullTime) sentences(n *Numbers) []string {
	said := []string{fmt.Sprintf("each unit needs its full %d minutes, and an E/M level that was chosen by time", n.Every)}
	return append(said, prolonged{}.sentences(n)...)
}

// prolongEM adds the full-time codes that the minutes of an E/M earn. The level must rest on time:
// one chosen by decision making has no minutes to go beyond.
func (e *evaluation) prolongEM(base *line) {
	minutes := base.work.minutes
	if minutes == nil || *minutes == 0 || e.facts.EvaluationManagement == nil || e.hasActivity(ActivityPsychotherapyWithEM, base.work.performer) {
		return
	}
	for _, r := range e.rules.kinds[kindFullTime] {
		on := e.on(r)
		steps := on.numbers.fromBase(base.code)
		if steps == nil || on.state != effective.InForce || *minutes < steps.First {
			continue
		}
		if payer := needsPayer(e, base.work, &on.numbers.Needs); payer != nil {
			e.refuse(r.Code, payer.status, payer.text, &on.numbers.Source)
			if payer.ask != nil {
				e.ask(payer.ask.ID, payer.ask.Text, r.Code)
			}
			continue
		}
		switch e.facts.EvaluationManagement.Basis {
		case BasisTime:
			e.prolong(r, base, base, minutes)
		case BasisMDM:
			e.refuse(r.Code, NotMet, "the E/M level was chosen by medical decision making, so no time goes beyond it", &on.numbers.Source)
		default:
			e.refuse(r.Code, Unknown, "whether the E/M level was chosen by time is not known", &on.numbers.Source)
			e.ask("em-basis", "Was the E/M level chosen by time?", r.Code)
		}
	}
}
