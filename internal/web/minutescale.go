package web

import (
	"fmt"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// A scaleView is the minutes of a service as a bar against the lines from which its codes are earned. It says
// how far they lie above the line below and below the line above, in the same words and at the same size,
// and asks for nothing: to add time is to document it, and a line is no target.
type scaleView struct {
	ID      string
	Heading string
	Bare    bool   // the only one, of the minutes that stand above it: they are not said again
	Known   bool   // there is a bar
	Number  string // the minutes
	Bar     string // and how long they are
	Zones   []rung
	Lines   []string // where a line stands
	Marks   []mark   // minutes of the lines
	Doubts  []mark   // minutes that sources disagree about
	Below   side
	Above   side
	Unknown string // why there is no bar
	Text    string // the picture in words
	Rows    []scaleRow
	Parts   []string
	Proof   proof
}

// A side is where the minutes stand towards a line, and what the line divides.
type side struct{ Words, Line string }

// A rung is the stretch between two lines, with what is earned there.
type rung struct {
	X, Width, Middle, Text string
	Here                   bool
}

// A scaleRow is one stretch of the table.
type scaleRow struct {
	Minutes, Earned, Rule, Reference string
	Here                             bool
}

const (
	hour        = 60   // minutes; a picture shows at least the lines of an hour
	beyondLines = 1.12 // of the last line, so that it is not the end of the picture
	scalesShown = 2    // the others are folded
)

// scalesOf draws each timed service.
func scalesOf(rules *coding.Rules, facts coding.Facts, session visit.Session, read evidence) []scaleView {
	if rules == nil {
		return nil
	}
	var all []scaleView
	for i, s := range rules.Scales(facts) {
		if len(s.Steps) > 0 {
			all = append(all, scaleOf(fmt.Sprintf("scale-%d", i+1), s, doubtsOf(session, s), read))
		}
	}
	return all
}

// doubtsOf are the minutes that sources disagree about, where they are those of the service.
func doubtsOf(session visit.Session, s coding.Scale) []int {
	if s.Minutes != nil {
		return nil
	}
	for _, c := range session.Conflicts {
		if len(c.Minutes) > 0 && (c.Activity == s.Activity || c.Activity == "") {
			return c.Minutes
		}
	}
	return nil
}

func scaleOf(id string, s coding.Scale, doubts []int, read evidence) scaleView {
	view := scaleView{ID: id, Heading: headingOf(s)}
	minutes, at := 0, -1 // at is the step that the minutes have reached
	if s.Minutes != nil {
		minutes, view.Known = *s.Minutes, true
		at = reached(s.Steps, minutes)
	}
	view.table(s, at)
	here := s.Steps[max(at, 0)]
	view.Proof = read.proof(s.Sources).by(here.Rule, here.Reference)
	for _, p := range s.Parts {
		view.Parts = append(view.Parts, fmt.Sprintf("%s %d min", capital(activity(p.Activity)), p.Minutes))
	}
	if !view.Known {
		view.Unknown = unknownText(s, doubts)
		if len(doubts) == 0 {
			return view
		}
		minutes = doubts[len(doubts)-1]
	}
	view.draw(s, minutes, at, doubts)
	if view.Known {
		view.Below, view.Above = belowOf(s, minutes, at), aboveOf(s, minutes, at)
	}
	view.Text = view.words(s, minutes)
	return view
}

func headingOf(s coding.Scale) string {
	if s.Activity == "" {
		return "All timed therapy together"
	}
	return capital(activity(s.Activity))
}

// reached is the last step that the minutes reach; -1 where they reach none.
func reached(steps []coding.Step, minutes int) int {
	at := -1
	for i, step := range steps {
		if minutes >= step.From {
			at = i
		}
	}
	return at
}

// draw places bar, lines and words.
func (v *scaleView) draw(s coding.Scale, minutes, at int, doubts []int) {
	shown := 1
	for shown < len(s.Steps) && (shown <= reached(s.Steps, minutes)+1 || s.Steps[shown].From <= hour) {
		shown++
	}
	steps := s.Steps[:shown]
	whole := float64(max(minutes, steps[shown-1].From)) * beyondLines
	before := 0
	for i := 0; i <= shown; i++ {
		until, text := whole, earned(s, i-1)
		if i < shown {
			until = float64(steps[i].From)
			v.Lines = append(v.Lines, share(until, whole))
		}
		z := rung{X: share(float64(before), whole), Width: share(until-float64(before), whole), Middle: share((float64(before)+until)/2, whole), Here: v.Known && i-1 == at}
		if wholeCanvas.fits(text, until-float64(before), whole) {
			z.Text = text
		}
		v.Zones = append(v.Zones, z)
		before = int(until)
	}
	v.Marks = lineMarks(steps, at, whole)
	for _, d := range doubts {
		m := wholeCanvas.markAt(float64(d)/whole, fmt.Sprintf("%d?", d))
		v.Doubts = append(v.Doubts, m)
	}
	if v.Known {
		v.Number, v.Bar = fmt.Sprint(minutes), share(float64(minutes), whole)
	}
}

// lineMarks are the minutes of the lines: those around the bar before the others, where there is no room for all.
func lineMarks(steps []coding.Step, at int, whole float64) []mark {
	var first, rest []mark
	for i, step := range steps {
		m := wholeCanvas.markAt(float64(step.From)/whole, fmt.Sprint(step.From))
		if m.Strong = i == at; i == at || i == at+1 {
			first = append(first, m)
		} else {
			rest = append(rest, m)
		}
	}
	return apart(append(first, rest...))
}

// earned is what a step earns, as short as it can be said: "90834", "2 units", "+96131 ×2".
func earned(s coding.Scale, step int) string {
	if step < 0 {
		return "none"
	}
	lines := s.Steps[step].Lines
	switch last := lines[len(lines)-1]; {
	case last.Code == "" || len(lines) == 1 && last.Units > 1:
		return units(last.Units)
	case len(lines) == 1:
		return last.Code
	case last.Units == 1:
		return "+" + last.Code
	default:
		return fmt.Sprintf("+%s ×%d", last.Code, last.Units)
	}
}

// earnedWords is the same in full, for the table: "96130, 1 unit, and 96131, 2 units".
func earnedWords(s coding.Scale, step int) string {
	if step < 0 {
		return "nothing by minutes"
	}
	var all []string
	for _, line := range s.Steps[step].Lines {
		if line.Code == "" {
			all = append(all, units(line.Units)+" in all")
			continue
		}
		all = append(all, line.Code+", "+units(line.Units))
	}
	return strings.Join(all, ", and ")
}

// shortEarned names what stands on one side of a line: the code that minutes have reached, and its units.
func shortEarned(s coding.Scale, step int) string {
	if step < 0 {
		return "none"
	}
	lines := s.Steps[step].Lines
	switch last := lines[len(lines)-1]; {
	case last.Code == "":
		return units(last.Units)
	case last.Units > 1:
		return fmt.Sprintf("%s\u00a0×%d", last.Code, last.Units)
	default:
		return last.Code
	}
}

func belowOf(s coding.Scale, minutes, at int) side {
	if at < 0 {
		return side{"Below the first line", fmt.Sprintf("under %d: none", s.Steps[0].From)}
	}
	words, from := "Exactly on the line", s.Steps[at].From
	if margin := minutes - from; margin > 0 {
		words = counted(margin, "minute", "minutes") + " above the line"
	}
	return side{words, fmt.Sprintf("under %d: %s", from, shortEarned(s, at-1))}
}

func aboveOf(s coding.Scale, minutes, at int) side {
	if at+1 >= len(s.Steps) {
		return side{"No line above", "however long: " + shortEarned(s, at)}
	}
	next := s.Steps[at+1].From
	return side{fmt.Sprintf("%d of %d minutes: %d to go", minutes, next, next-minutes), fmt.Sprintf("from %d: %s", next, shortEarned(s, at+1))}
}

// unknownText says why there is no bar, and what the lines are.
func unknownText(s coding.Scale, doubts []int) string {
	var lines []string
	for i, step := range s.Steps {
		if i < fewLines {
			lines = append(lines, fmt.Sprintf("%s from %d", shortEarned(s, i), step.From))
		}
	}
	why := "There is no bar, because the minutes are not known."
	if len(doubts) > 0 {
		why = "There is no bar, because sources disagree about the minutes; each of them is marked."
	}
	return why + " By minutes it would be " + strings.Join(lines, "; ") + "."
}

const fewLines = 3 // of a scale without an end

// table lists every stretch between lines with its rule.
func (v *scaleView) table(s coding.Scale, at int) {
	cited := s.Steps[max(at, 0)].Reference // stands below the table, with the rule that the minutes have reached
	for i := -1; i < len(s.Steps); i++ {
		row := scaleRow{Earned: capital(earnedWords(s, i)), Here: v.Known && i == at}
		switch {
		case i < 0:
			row.Minutes = fmt.Sprintf("under %d", s.Steps[0].From)
		case i+1 < len(s.Steps):
			row.Minutes = fmt.Sprintf("%d to %d", s.Steps[i].From, s.Steps[i+1].From-1)
		default:
			row.Minutes = fmt.Sprintf("from %d", s.Steps[i].From)
		}
		if i >= 0 {
			row.Rule = s.Steps[i].Rule
			if said := s.Steps[i].Reference; said != cited && (i == 0 || said != s.Steps[i-1].Reference) {
				row.Reference = said
			}
		}
		v.Rows = append(v.Rows, row)
	}
}

// words say what the picture shows.
func (v *scaleView) words(s coding.Scale, minutes int) string {
	var lines []string
	for i, step := range s.Steps {
		lines = append(lines, fmt.Sprintf("%s from %d", shortEarned(s, i), step.From))
	}
	text := "Lines: " + strings.Join(lines, "; ") + "."
	if !v.Known {
		return v.Unknown + " " + text
	}
	return fmt.Sprintf("A bar of %s. %s. %s. %s", counted(minutes, "minute", "minutes"), v.Below.Words, v.Above.Words, text)
}
