package coding

import (
	"fmt"
	"slices"
	"strings"
)

// answer is what a condition says of a service.
type answer struct {
	status Status
	text   string
	flag   string    // kind of flag where the condition takes the line out
	ask    *Question // what would settle an unknown
	stands bool      // an unknown that is no bar: the line stands, and the question is asked
}

// needs lists the conditions beside time and number. An absent condition is answered by nil.
var needs = []func(*evaluation, *work, *Needs) *answer{
	needsPayer, needsSetting, needsScore, needsTests, needsInterpretedTests, needsReport, needsGivenInPerson,
	needsOneOnOne, needsPatients, needsFamilyTherapy, needsStatusChange, needsMonths, needsNoSymptoms,
}

// checkNeeds takes out the lines whose conditions are not met.
func (e *evaluation) checkNeeds() {
	for _, l := range e.lines {
		if l.fallen != nil || !l.numbers.conditional || l.rule.Kind == kindEightMinute {
			continue
		}
		for _, need := range needs {
			a := need(e, l.work, &l.numbers.Needs)
			if a == nil {
				continue
			}
			if a.ask != nil {
				e.ask(a.ask.ID, a.ask.Text, l.code)
			}
			switch {
			case a.status == Met:
				l.say(l.rule.ID, Met, a.text, nil, &l.numbers.Source)
			case a.stands:
				l.say(l.rule.ID, a.status, a.text, nil, &l.numbers.Source)
				if a.flag != "" {
					l.flag(a.flag)
					e.flag(a.flag, l.code, a.text)
				}
			default:
				l.fall(a.status, a.text, a.flag, &l.numbers.Source)
			}
		}
	}
}

// unmet checks the conditions of a timed service before its minutes are added to the total.
func (e *evaluation) unmet(w *work, r *rule) bool {
	numbers := e.on(r).numbers
	for _, need := range needs {
		if a := need(e, w, &numbers.Needs); a != nil && a.status != Met && !a.stands {
			e.refuse(r.Code, a.status, a.text, &numbers.Source)
			if a.flag != "" {
				e.flag(a.flag, r.Code, a.text)
			}
			return true
		}
	}
	return false
}

func needsPayer(e *evaluation, _ *work, n *Needs) *answer {
	payer := e.facts.Payer.Kind
	switch {
	case payer == "" && len(n.Payers)+len(n.NotPayers) > 0:
		return &answer{status: Unknown, text: "not every payer covers it, and the payer is not known",
			ask: &Question{ID: "payer", Text: "Who pays?"}}
	case payer == "":
		return nil
	case len(n.Payers) > 0 && !slices.Contains(n.Payers, payer):
		return &answer{status: NotMet, text: fmt.Sprintf("known to %s only", strings.Join(n.Payers, ", ")), flag: "payer-does-not-cover"}
	case slices.Contains(n.NotPayers, payer):
		return &answer{status: NotMet, text: fmt.Sprintf("%s does not cover it", payer), flag: "payer-does-not-cover"}
	}
	return nil
}

func needsSetting(e *evaluation, _ *work, n *Needs) *answer {
	if len(n.Settings) == 0 || e.facts.Setting == "" || slices.Contains(n.Settings, e.facts.Setting) {
		return nil
	}
	return &answer{status: NotMet, text: fmt.Sprintf("the setting must be %s", spoken(strings.Join(n.Settings, " or ")))}
}

func needsScore(_ *evaluation, w *work, n *Needs) *answer {
	switch {
	case !n.Scored:
		return nil
	case w.scored == nil:
		return &answer{status: Unknown, text: "whether the instrument was scored is not known", flag: "score-missing",
			ask: &Question{ID: "screening-score", Text: "What was the score of each instrument?"}}
	case !*w.scored:
		return &answer{status: NotMet, text: "the instrument was not scored", flag: "score-missing"}
	}
	return &answer{status: Met, text: "scored and documented"}
}

func needsTests(e *evaluation, w *work, n *Needs) *answer {
	if n.Tests == 0 {
		return nil
	}
	given := w.instruments
	if given == nil && e.facts.Testing != nil {
		given = e.facts.Testing.StandardizedTestsInterpreted
	}
	switch {
	case given == nil:
		return &answer{status: Unknown, text: fmt.Sprintf("the number of tests is not known, needs at least %d", n.Tests),
			ask: &Question{ID: "tests-count", Text: "How many tests were given?"}}
	case *given < n.Tests:
		return &answer{status: NotMet, text: fmt.Sprintf("%s, needs at least %d", count(*given, "test"), n.Tests), flag: "too-few-tests"}
	}
	return &answer{status: Met, text: fmt.Sprintf("%s, needs at least %d", count(*given, "test"), n.Tests)}
}

func needsInterpretedTests(e *evaluation, w *work, n *Needs) *answer {
	if n.InterpretedTests == 0 {
		return nil
	}
	given := w.instruments
	if e.facts.Testing != nil && e.facts.Testing.StandardizedTestsInterpreted != nil {
		given = e.facts.Testing.StandardizedTestsInterpreted
	}
	switch {
	case given == nil:
		return &answer{status: Unknown, text: "whether standardized tests were interpreted is not known",
			ask: &Question{ID: "tests-count", Text: "How many standardized tests were interpreted?"}}
	case *given < n.InterpretedTests:
		return &answer{status: NotMet, text: fmt.Sprintf("%s interpreted, needs at least %d", count(*given, "standardized test"), n.InterpretedTests), flag: "too-few-tests"}
	}
	return &answer{status: Met, text: count(*given, "standardized test") + " interpreted"}
}

func needsReport(e *evaluation, _ *work, n *Needs) *answer {
	if !n.Report || e.facts.Testing == nil || e.facts.Testing.IntegratedReport == nil {
		return nil
	}
	if !*e.facts.Testing.IntegratedReport {
		return &answer{status: NotMet, text: "there is no report that integrates the findings", flag: "report-missing"}
	}
	return &answer{status: Met, text: "with an integrated report"}
}

// needsGivenInPerson keeps tests that patients fill in by themselves from being testing. It is a
// rule of CMS; for other payers it is a flag.
func needsGivenInPerson(e *evaluation, _ *work, n *Needs) *answer {
	if !n.NotSelfAdministered || e.facts.Testing == nil || e.facts.Testing.SelfAdministered == nil || !*e.facts.Testing.SelfAdministered {
		return nil
	}
	return &answer{status: NotMet, text: "tests that patients fill in by themselves are not testing", flag: "self-administered-tests", stands: !e.terms.followsNCCI}
}

func needsOneOnOne(_ *evaluation, w *work, n *Needs) *answer {
	if n.OneOnOne && ((w.oneOnOne != nil && !*w.oneOnOne) || (w.oneOnOne == nil && w.patients != nil && *w.patients > 1)) {
		return &answer{status: NotMet, text: "needs the clinician one on one with the patient"}
	}
	return nil
}

func needsPatients(_ *evaluation, w *work, n *Needs) *answer {
	if n.Patients > 0 && w.patients != nil && *w.patients < n.Patients {
		return &answer{status: NotMet, text: fmt.Sprintf("%s at once, needs at least %d", count(*w.patients, "patient"), n.Patients)}
	}
	return nil
}

func needsFamilyTherapy(e *evaluation, _ *work, n *Needs) *answer {
	family := e.facts.Family
	switch {
	case !n.FamilyTherapy || family == nil:
		return nil
	case family.StructuredTherapy != nil && !*family.StructuredTherapy:
		return &answer{status: NotMet, text: "the time with the family was no structured therapy"}
	case family.PresentAs == PresentAsInformants:
		return &answer{status: NotMet, text: "the family gave information and was not in therapy"}
	}
	return nil
}

func needsStatusChange(e *evaluation, _ *work, n *Needs) *answer {
	switch {
	case !n.StatusChange:
		return nil
	case e.facts.History == nil || e.facts.History.StatusChange == nil:
		return &answer{status: Unknown, text: "whether the patient's status changed is not known", stands: true,
			ask: &Question{ID: "status-change", Text: "Did the patient's status change?"}}
	case !*e.facts.History.StatusChange:
		return &answer{status: NotMet, text: "a re-evaluation needs a change of status", flag: "frequency-limit"}
	}
	return &answer{status: Met, text: "the patient's status changed"}
}

func needsMonths(e *evaluation, _ *work, n *Needs) *answer {
	if n.MonthsBetween == 0 || e.facts.History == nil || e.facts.History.MonthsSinceLastG0444 == nil {
		return nil
	}
	months := *e.facts.History.MonthsSinceLastG0444
	text := fmt.Sprintf("%s since the last one, needs at least %d", count(months, "month"), n.MonthsBetween)
	if months < n.MonthsBetween {
		return &answer{status: NotMet, text: text, flag: "frequency-limit"}
	}
	return &answer{status: Met, text: text}
}

func needsNoSymptoms(e *evaluation, _ *work, n *Needs) *answer {
	if n.NotSymptomatic && e.facts.Patient != nil && e.facts.Patient.Symptomatic != nil && *e.facts.Patient.Symptomatic {
		return &answer{status: NotMet, text: "a screening is for a patient without symptoms"}
	}
	return nil
}
