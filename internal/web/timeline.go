package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// A timeline is the stretches of a session in clock time: a row for each thing that was done, counted ones
// first; where there are several, a row for all of them together, each minute once.
type timeline struct {
	Height string
	Rows   []lane
	Axis   string // how far down the scale stands
	Below  string // and its words
	Ticks  []mark
	Text   string // the picture in words
	Note   string // midnight, clocks that were set, or times that make no picture
	Drawn  bool
}

// A lane is one row of a timeline.
type lane struct {
	Label         string
	TextY, Y      string // of its words, and of its bars
	Kind          string // counted, uncounted, open, together
	Bars, Overlap []bar
	Breaks        []mark
	BreakY        string
	key           laneKey
}

type laneKey struct{ activity, kind string }

type bar struct{ X, Width, Text string }

const (
	laneHeight = 2.5 // em, words and bar
	mostLanes  = 6
)

// timelineOf draws the stretches whose times are known; nil where none is.
func timelineOf(session visit.Session) *timeline {
	var list []stretch
	for _, s := range session.Segments {
		if each, ok := stretchOf(s); ok {
			list = append(list, each)
		}
	}
	if len(list) == 0 {
		return nil
	}
	from, to := list[0].start, list[0].end
	for _, s := range list {
		from, to = visit.Earlier(from, s.start), visit.Later(to, s.end)
	}
	if !to.After(from) {
		return &timeline{Note: nothingToDraw(list)}
	}
	t := &timeline{Note: noteOfTimes(from, to)}
	t.Drawn = true
	t.lanes(list, from, to)
	t.Ticks = clockTicks(from, to)
	height := float64(len(t.Rows)) * laneHeight
	t.Axis, t.Below, t.Height = em(height), em(height+1.2), em(height+1.45)
	t.Text = timelineText(list, from, to)
	return t
}

// A stretch is a segment with its times in one zone. Open ends are those that the record does not give.
type stretch struct {
	visit.Segment
	start, end time.Time
	openStart  bool
	openEnd    bool
}

// stretchOf is a segment with at least one time. What ends before it starts is no stretch.
func stretchOf(s visit.Segment) (stretch, bool) {
	each := stretch{Segment: s, openStart: s.Start == nil, openEnd: s.End == nil}
	switch {
	case s.Start != nil && s.End != nil:
		each.start, each.end = *s.Start, *s.End
	case s.Start != nil:
		each.start, each.end = *s.Start, *s.Start
	case s.End != nil:
		each.start, each.end = *s.End, *s.End
	}
	return each, (s.Start != nil || s.End != nil) && !each.end.Before(each.start)
}

// kind is how a stretch is drawn.
func (s stretch) kind() string {
	switch {
	case s.openStart || s.openEnd:
		return "open"
	case s.Counted:
		return "counted"
	}
	return "uncounted"
}

// laneWords say of a row what its pattern says.
var laneWords = map[string]string{"counted": "counted", "uncounted": "not counted", "open": "not known how long", "together": "together, each minute once"}

// lanes puts the stretches into rows.
func (t *timeline) lanes(list []stretch, from, to time.Time) {
	rows := map[laneKey]*lane{}
	var order []*lane
	for _, s := range list {
		key := laneKey{s.Activity, s.kind()}
		if rows[key] == nil {
			rows[key] = &lane{Label: laneLabel(s), Kind: s.kind(), key: key}
			order = append(order, rows[key])
		}
		rows[key].Bars = append(rows[key].Bars, barOf(s, from, to))
	}
	slices.SortStableFunc(order, func(a, b *lane) int { return cmp.Compare(laneRank[a.Kind], laneRank[b.Kind]) })
	merged, twice := union(countedOf(list))
	for _, row := range order[:min(len(order), mostLanes)] {
		t.Rows = append(t.Rows, *row)
	}
	if more := len(order) - mostLanes; more > 0 {
		t.Note = strings.TrimSpace(t.Note + " " + counted(more, "row more stands", "rows more stand") + " in the table alone.")
	}
	switch several := countKind(order, "counted") > 1; {
	case several || len(twice) > 0:
		t.Rows = slices.Insert(t.Rows, min(countKind(order, "counted"), mostLanes), together(merged, twice, from, to))
	case len(merged) > 1:
		t.Rows[0].Breaks = breakMarks(merged, from, to)
	}
	for i := range t.Rows {
		top := float64(i) * laneHeight
		t.Rows[i].TextY, t.Rows[i].Y, t.Rows[i].BreakY = em(top+1.05), em(top+1.4), em(top+2.15)
	}
}

var laneRank = map[string]int{"counted": 0, "uncounted": 1, "open": 2}

func countKind(rows []*lane, kind string) int {
	n := 0
	for _, row := range rows {
		if row.Kind == kind {
			n++
		}
	}
	return n
}

// longestLane keeps a row's words inside of the narrowest picture.
const longestLane = 38

func laneLabel(s stretch) string {
	label := []rune(cmp.Or(capital(activity(s.Activity)), "Not named"))
	word := laneWords[s.kind()]
	if room := longestLane - len([]rune(word)); len(label) > room {
		label = append(label[:room-1], '…')
	}
	return string(label) + " · " + word
}

// together is the row of what is counted in all.
func together(merged, twice []gap, from, to time.Time) lane {
	row := lane{Label: capital(laneWords["together"]), Kind: "together", Breaks: breakMarks(merged, from, to)}
	for _, m := range merged {
		row.Bars = append(row.Bars, barBetween(m.from, m.to, from, to, m.words()+", counted"))
	}
	for _, o := range twice {
		row.Overlap = append(row.Overlap, barBetween(o.from, o.to, from, to, o.words()+", in more than one, counted once"))
	}
	return row
}

func barOf(s stretch, from, to time.Time) bar {
	start, end, words := s.start, s.end, span(s.Start, s.End)
	if s.openEnd {
		end = to
	}
	if s.openStart {
		start = from
	}
	return barBetween(start, end, from, to, words+", "+laneWords[s.kind()])
}

func barBetween(start, end, from, to time.Time, text string) bar {
	whole := to.Sub(from).Seconds()
	return bar{X: share(start.Sub(from).Seconds(), whole), Width: share(max(end.Sub(start).Seconds(), whole*0.006), whole), Text: text}
}

// A gap is a time between two instants: one that is counted, one that two stretches share, or a break.
type gap struct{ from, to time.Time }

func (g gap) words() string { return span(&g.from, &g.to) }

func (g gap) minutes() int { return int(g.to.Sub(g.from) / time.Minute) }

func countedOf(list []stretch) []gap {
	var all []gap
	for _, s := range list {
		if s.kind() == "counted" && s.end.After(s.start) {
			all = append(all, gap{s.start, s.end})
		}
	}
	return all
}

// union joins times that touch, and lists what more than one of them covers.
func union(all []gap) (merged, twice []gap) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b gap) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	for _, g := range all {
		last := len(merged) - 1
		if last < 0 || g.from.After(merged[last].to) {
			merged = append(merged, g)
			continue
		}
		if shared := (gap{g.from, visit.Earlier(g.to, merged[last].to)}); shared.to.After(shared.from) {
			if n := len(twice) - 1; n >= 0 && !shared.from.After(twice[n].to) {
				twice[n].to = visit.Later(twice[n].to, shared.to)
			} else {
				twice = append(twice, shared)
			}
		}
		merged[last].to = visit.Later(merged[last].to, g.to)
	}
	return merged, twice
}

// breaksOf are the times between those that are counted.
func breaksOf(merged []gap) []gap {
	var all []gap
	for i := 1; i < len(merged); i++ {
		all = append(all, gap{merged[i-1].to, merged[i].from})
	}
	return all
}

func breakMarks(merged []gap, from, to time.Time) []mark {
	whole := to.Sub(from).Seconds()
	var all []mark
	for _, b := range breaksOf(merged) {
		text := durationText(b.minutes()) + " break"
		if !wholeCanvas.fits(text, b.to.Sub(b.from).Seconds(), whole) {
			text = "break"
		}
		if !wholeCanvas.fits(text, b.to.Sub(b.from).Seconds(), whole) {
			continue
		}
		m := wholeCanvas.markAt((b.from.Sub(from).Seconds()+b.to.Sub(b.from).Seconds()/2)/whole, text)
		m.Anchor = "middle"
		all = append(all, m)
	}
	return all
}

// durationText is minutes in words that stay short: "45 min", "5 h 15 min".
func durationText(minutes int) string {
	if minutes < 120 {
		return fmt.Sprintf("%d min", minutes)
	}
	if minutes%60 == 0 {
		return fmt.Sprintf("%d h", minutes/60)
	}
	return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
}

// tickSteps are the distances of the scale in minutes; the first is taken that gives few enough marks.
var tickSteps = []int{1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080}

const mostTicks = 5

// clockTicks are round times of the clock, as it hangs on the wall at the start, with both ends.
func clockTicks(from, to time.Time) []mark {
	whole := to.Sub(from)
	step := tickSteps[len(tickSteps)-1]
	for _, each := range tickSteps {
		if int(whole/time.Minute)/each < mostTicks {
			step = each
			break
		}
	}
	layout := "15:04"
	if step >= 1440 {
		layout = "Jan 2"
	}
	marks := []mark{wholeCanvas.markAt(0, from.Format(layout)), wholeCanvas.markAt(1, to.Format(layout))}
	minute := from.Hour()*60 + from.Minute()
	into := time.Duration((step-minute%step)%step)*time.Minute - time.Duration(from.Second())*time.Second
	for at := into; at < whole; at += time.Duration(step) * time.Minute {
		if at > 0 {
			marks = append(marks, wholeCanvas.markAt(at.Seconds()/whole.Seconds(), from.Add(at).Format(layout)))
		}
	}
	return apart(marks)
}

// nothingToDraw says why there is no picture of stretches that all begin and end at one time.
func nothingToDraw(list []stretch) string {
	at := list[0].start.Format("15:04")
	if list[0].kind() == "open" {
		return "Nothing is drawn: of what began or ended at " + at + ", the other end is not known."
	}
	return "Nothing is drawn: it began and ended at " + at + "."
}

// noteOfTimes says what a clock does not show: that midnight lies between, or that clocks were set.
func noteOfTimes(from, to time.Time) string {
	_, before := from.Zone()
	_, after := to.Zone()
	switch {
	case after > before:
		return fmt.Sprintf("The clocks were set forward by %d minutes in between; the minutes are those that passed.", (after-before)/60)
	case after < before:
		return fmt.Sprintf("The clocks were set back by %d minutes in between; the minutes are those that passed.", (before-after)/60)
	case from.YearDay() != to.YearDay() || from.Year() != to.Year():
		return "It ended on " + to.Format("January 2") + ", a later day than it began."
	}
	return ""
}

func timelineText(list []stretch, from, to time.Time) string {
	all := []string{fmt.Sprintf("From %s to %s.", from.Format("15:04"), to.Format("15:04"))}
	for _, s := range list {
		all = append(all, sentence(fmt.Sprintf("%s, %s, %s", cmp.Or(activity(s.Activity), "not named"), fromTo(s.Start, s.End), laneWords[s.kind()])))
	}
	merged, twice := union(countedOf(list))
	for _, o := range twice {
		all = append(all, fmt.Sprintf("%s lies in more than one and is counted once.", fromTo(&o.from, &o.to)))
	}
	for _, b := range breaksOf(merged) {
		all = append(all, fmt.Sprintf("Nothing is counted from %s.", fromTo(&b.from, &b.to)))
	}
	return strings.Join(all, " ")
}

// between lists what the table has beside the stretches: shared time and breaks.
func between(session visit.Session) []segmentView {
	var list []stretch
	for _, s := range session.Segments {
		if each, ok := stretchOf(s); ok {
			list = append(list, each)
		}
	}
	merged, twice := union(countedOf(list))
	var all []segmentView
	for _, o := range twice {
		all = append(all, segmentView{Between: o.words(), Activity: "In more than one of them", Minutes: durationText(o.minutes()), Counted: "counted once", IsCounted: true, start: &o.from,
			Why: "The same minutes are not counted twice."})
	}
	for _, b := range breaksOf(merged) {
		all = append(all, segmentView{Between: b.words(), Activity: "Break", Minutes: durationText(b.minutes()), Counted: countedWord(false), start: &b.from, Why: "The record holds nothing that is counted here."})
	}
	return all
}

func countedWord(counted bool) string {
	if counted {
		return laneWords["counted"]
	}
	return laneWords["uncounted"]
}
