package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/visit"
)

// A trendView is the totals of an instrument over time, on a true scale of days, over the bands that hold
// for this patient. Totals that are in doubt stand apart from the line, and sittings without a total are
// marked on the scale. A word beside each band says what it is.
type trendView struct {
	ID, Height, Wide string // Wide is the width of the words beside the picture
	Areas            []area
	Joins            []join
	Points           []point
	Blanks           []mark // sittings without a total
	AxisY, DaysY     string
	BlankY           string
	Ticks            []mark
	Ends             []mark // lowest and highest total, where there are no bands; X is their place down the picture
	Text             string
	Notes            []string
}

// An area is one band, from its line down to the next one.
type area struct {
	Y, Height, Line string
	Label           []string // one or two rows of words; none where there is no room
	LabelY          []string
	Shaded          bool // every other one
	Here            bool // the present total lies in it
	Words           string
}

type join struct {
	X1, Y1, X2, Y2 string
	Long           bool // nothing is known for more than a year
}

// A point is one total.
type point struct {
	X, Y, LabelY, Anchor, Label, Text string
	Now, Doubt                        bool
}

const (
	lowestPlot  = 6.5 // em
	highestPlot = 10.8
	bandWordRow = 1.02 // em that a band's word takes
	plotTop     = 0.95 // em above the highest total
	bandLetter  = 0.56 // em of a letter beside the picture
	longestBand = 18   // letters in a row of a band's words
	plotInset   = 0.05 // share of the width that is left free on both sides
	longGap     = 183 * 24 * time.Hour
)

// A sitting is one total, or the want of one, on the scale of days.
type sitting struct {
	when        time.Time
	total       int
	blank, open bool // it gave no total; what the record says of it disagrees
	now         bool
	words       string
}

// trendOf draws the totals of a score; nil where there is no earlier sitting.
func trendOf(id string, s visit.Score, bands []screening.Word, worse string) *trendView {
	sittings, undated := sittingsOf(s)
	if len(sittings) < 2 || s.Range[1] <= s.Range[0] {
		return nil
	}
	v := &trendView{ID: id}
	p := plotOf(s.Range, bands, sittings)
	v.bands(p, bands, s)
	v.points(p, sittings)
	v.joins(p, sittings)
	v.AxisY, v.DaysY, v.BlankY, v.Height = em(p.bottom()), em(p.bottom()+1.2), em(p.bottom()-0.35), em(p.bottom()+1.55)
	v.Ticks = dayTicks(sittings[0].when, sittings[len(sittings)-1].when, p)
	v.Text = trendText(s, sittings, bands)
	v.notes(sittings, undated, worse)
	return v
}

// sittingsOf puts the present and the earlier sittings in the order of their times, and counts those without
// a day.
func sittingsOf(s visit.Score) (all []sitting, undated int) {
	add := func(one sitting, date string) {
		when, known := momentOf(date)
		if !known {
			undated++
			return
		}
		one.when = when
		all = append(all, one)
	}
	for _, t := range s.Trend {
		add(sitting{total: t.Total, open: t.Stated != nil, words: earlierWords(t)}, t.Date)
	}
	for _, u := range s.Unfinished {
		add(sitting{blank: true, words: longDay(justDay(u.Date)) + ": no total"}, u.Date)
	}
	if s.Total != nil {
		add(sitting{total: *s.Total, open: s.Stated != nil, now: true, words: "this visit: " + fmt.Sprint(*s.Total)}, s.Date)
	} else {
		add(sitting{blank: true, now: true, words: "this visit: no total"}, s.Date)
	}
	slices.SortStableFunc(all, func(a, b sitting) int { return a.when.Compare(b.when) })
	for i := 1; i < len(all); i++ { // of one moment, and not alike: neither is known to be the last
		a, b := &all[i-1], &all[i]
		if !a.blank && !b.blank && a.when.Equal(b.when) && a.total != b.total {
			a.open, b.open = true, true
		}
	}
	return all, undated
}

func earlierWords(t visit.EarlierTotal) string {
	words := fmt.Sprintf("%s: %d", longDay(justDay(t.Date)), t.Total)
	if t.Band != "" {
		words += ", " + t.Band
	}
	if t.Stated != nil {
		words += fmt.Sprintf(", and the record states %d", *t.Stated)
	}
	return words
}

// momentOf is a FHIR dateTime that has at least a day.
func momentOf(date string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, date); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// A plot is where totals and days stand in the picture.
type plot struct {
	low, high float64
	height    float64 // em from the highest total to the lowest
	from, to  time.Time
}

// plotOf is as high as the smallest band needs for its word, within limits.
func plotOf(limits [2]int, bands []screening.Word, sittings []sitting) plot {
	p := plot{low: float64(limits[0]) - 0.5, high: float64(limits[1]) + 0.5, height: lowestPlot, from: sittings[0].when, to: sittings[len(sittings)-1].when}
	for i := range bands {
		first, last := bandEnds(bands, i, limits[1])
		if bands[i].Word != "" {
			p.height = max(p.height, bandWordRow*(p.high-p.low)/float64(last-first+1))
		}
	}
	p.height = min(p.height, highestPlot)
	return p
}

// bandEnds are the first and the last total of a band.
func bandEnds(bands []screening.Word, i, highest int) (first, last int) {
	last = highest
	if i+1 < len(bands) {
		last = bands[i+1].From - 1
	}
	return bands[i].From, last
}

func (p plot) y(total float64) float64 { return plotTop + p.height*(p.high-total)/(p.high-p.low) }

func (p plot) bottom() float64 { return plotTop + p.height }

// x is a share from 0 to 1; all days are one where there is one only.
func (p plot) x(when time.Time) float64 {
	whole := p.to.Sub(p.from).Seconds()
	if whole <= 0 {
		return 0.5
	}
	return plotInset + (1-2*plotInset)*when.Sub(p.from).Seconds()/whole
}

func (v *trendView) bands(p plot, bands []screening.Word, s visit.Score) {
	longest := 3
	for i, b := range bands {
		first, last := bandEnds(bands, i, s.Range[1])
		top, bottom := p.y(float64(last)+0.5), p.y(float64(first)-0.5)
		a := area{Y: em(top), Height: em(bottom - top), Line: em(bottom), Shaded: i%2 == 1,
			Here: s.Total != nil && *s.Total >= first && *s.Total <= last, Words: bandWords(b.Word, first, last)}
		a.label(b.Word, top, bottom)
		for _, row := range a.Label {
			longest = max(longest, len([]rune(row)))
		}
		v.Areas = append(v.Areas, a)
	}
	if len(bands) == 0 {
		v.Ends = []mark{{X: em(p.y(float64(s.Range[1])) + 0.35), Text: fmt.Sprint(s.Range[1])}, {X: em(p.y(float64(s.Range[0])) + 0.35), Text: fmt.Sprint(s.Range[0])}}
	}
	v.Wide = em(float64(longest)*bandLetter + 0.8)
}

// label sets a band's word in one row or two, as there is room.
func (a *area) label(word string, top, bottom float64) {
	rows := []string{word}
	if len([]rune(word)) > longestBand {
		rows = halves(word)
	}
	room := bottom - top
	if word == "" || float64(len(rows))*(bandWordRow) > room+0.01 {
		return
	}
	a.Label = rows
	first := (top+bottom)/2 + 0.35 - float64(len(rows)-1)*bandWordRow/2
	for i := range rows {
		a.LabelY = append(a.LabelY, em(first+float64(i)*bandWordRow))
	}
}

// halves breaks words in two rows, as even as they can be.
func halves(words string) []string {
	best := -1
	for i, r := range words {
		if r == ' ' && (best < 0 || abs(2*i-len(words)) < abs(2*best-len(words))) {
			best = i
		}
	}
	if best < 0 {
		return []string{words}
	}
	return []string{words[:best], words[best+1:]}
}

func abs(n int) int { return max(n, -n) }

func bandWords(word string, first, last int) string {
	word = cmp.Or(word, "no word")
	if first == last {
		return fmt.Sprintf("%s %d", word, first)
	}
	return fmt.Sprintf("%s %d to %d", word, first, last)
}

// points places the totals; a number stands at those where there is room for it, the present one first.
func (v *trendView) points(p plot, sittings []sitting) {
	var labels []mark
	for i := len(sittings) - 1; i >= 0; i-- {
		s := sittings[i]
		if s.blank {
			m := plotCanvas.markAt(p.x(s.when), "?")
			m.Anchor, m.Text = "middle", s.words
			v.Blanks = append(v.Blanks, m)
			continue
		}
		m := plotCanvas.markAt(p.x(s.when), fmt.Sprint(s.total))
		m.Anchor, m.Strong = "middle", s.now
		if s.now {
			labels = slices.Insert(labels, 0, m)
		} else {
			labels = append(labels, m)
		}
	}
	numbers := apart(labels)
	for _, s := range sittings {
		if s.blank {
			continue
		}
		at, y := p.x(s.when), p.y(float64(s.total))
		one := point{X: share(at, 1), Y: em(y), Now: s.now, Doubt: s.open, Text: s.words}
		if i := slices.IndexFunc(numbers, func(m mark) bool { return m.at == at && m.Text == fmt.Sprint(s.total) }); i >= 0 {
			one.Label, one.LabelY, one.Anchor = numbers[i].Text, em(y-0.6), numbers[i].Anchor
			numbers = slices.Delete(numbers, i, i+1)
		}
		v.Points = append(v.Points, one)
	}
}

// joins draws the line between totals that are not in doubt.
func (v *trendView) joins(p plot, sittings []sitting) {
	var last *sitting
	for i := range sittings {
		s := &sittings[i]
		if s.blank || s.open {
			continue
		}
		if last != nil {
			v.Joins = append(v.Joins, join{X1: share(p.x(last.when), 1), Y1: em(p.y(float64(last.total))), X2: share(p.x(s.when), 1), Y2: em(p.y(float64(s.total))),
				Long: s.when.Sub(last.when) > longGap})
		}
		last = s
	}
}

// dayTicks are the first and the last day, and between them the months or the years, as there is room.
func dayTicks(from, to time.Time, p plot) []mark {
	first, last := from.Format("Jan 2, 2006"), to.Format("Jan 2")
	if from.Year() == to.Year() {
		first = from.Format("Jan 2")
	} else if to.Sub(from) > 2*longGap {
		first, last = from.Format("Jan 2006"), to.Format("Jan 2006")
	}
	if from.Equal(to) {
		return []mark{plotCanvas.markAt(0.5, to.Format("Jan 2, 2006"))}
	}
	return apart([]mark{plotCanvas.markAt(p.x(to), last), plotCanvas.markAt(p.x(from), first)})
}

func (v *trendView) notes(sittings []sitting, undated int, worse string) {
	switch worse {
	case screening.WorseHigher:
		v.Notes = append(v.Notes, "Higher is worse.")
	case screening.WorseLower:
		v.Notes = append(v.Notes, "Lower is worse.")
	}
	has := func(what func(sitting) bool) bool { return slices.ContainsFunc(sittings, what) }
	if has(func(s sitting) bool { return s.open }) {
		v.Notes = append(v.Notes, "A hollow mark is a total that the record contradicts; the line leaves it out.")
	}
	if has(func(s sitting) bool { return s.blank }) {
		v.Notes = append(v.Notes, "A ? is a day without a total.")
	}
	if slices.ContainsFunc(v.Joins, func(j join) bool { return j.Long }) {
		v.Notes = append(v.Notes, "Dashed: nothing is known for more than a year.")
	}
	if undated > 0 {
		v.Notes = append(v.Notes, counted(undated, "sitting has", "sittings have")+" no day, and stands in the table alone.")
	}
}

func trendText(s visit.Score, sittings []sitting, bands []screening.Word) string {
	var all []string
	for _, each := range sittings {
		all = append(all, each.words)
	}
	text := fmt.Sprintf("Totals of %s from %d to %d: %s.", s.Instrument, s.Range[0], s.Range[1], strings.Join(all, "; "))
	if words := bandsText(bands, s.Range[1]); words != "" {
		text += " Bands: " + words + "."
	}
	return text
}

// bandsText lists bands with their totals: "minimal 0 to 4; mild 5 to 9".
func bandsText(bands []screening.Word, highest int) string {
	var all []string
	for i, b := range bands {
		first, last := bandEnds(bands, i, highest)
		all = append(all, bandWords(b.Word, first, last))
	}
	return strings.Join(all, "; ")
}

// A singleView is one total among the bands, from the lowest to the highest.
type singleView struct {
	ID     string
	Areas  []singleArea
	Value  string // where the total is
	Anchor string
	Number string
	Starts []mark // the first totals of the bands
	Text   string
	Worse  string
}

type singleArea struct {
	X, Width, Middle, Label string
	Shaded, Here            bool
}

// singleOf draws a single total; nil where there is none.
func singleOf(id string, s visit.Score, bands []screening.Word, worse string) *singleView {
	if s.Total == nil || s.Range[1] <= s.Range[0] {
		return nil
	}
	whole, low := float64(s.Range[1]-s.Range[0]+1), float64(s.Range[0])
	v := &singleView{ID: id, Number: fmt.Sprint(*s.Total), Text: fmt.Sprintf("%s: %d, from %d to %d.", s.Instrument, *s.Total, s.Range[0], s.Range[1])}
	at := (float64(*s.Total) - low + 0.5) / whole
	v.Value, v.Anchor = share(at, 1), "middle"
	marks := []mark{wholeCanvas.markAt(0, fmt.Sprint(s.Range[0])), wholeCanvas.markAt(1, fmt.Sprint(s.Range[1]))}
	for i, b := range bands {
		first, last := bandEnds(bands, i, s.Range[1])
		from, wide := float64(first)-low, float64(last-first+1)
		a := singleArea{X: share(from, whole), Width: share(wide, whole), Middle: share(from+wide/2, whole), Shaded: i%2 == 1, Here: *s.Total >= first && *s.Total <= last}
		if wholeCanvas.fits(b.Word+" ", wide, whole) {
			a.Label = b.Word
		}
		v.Areas = append(v.Areas, a)
		if i > 0 {
			marks = append(marks, wholeCanvas.markAt(from/whole, fmt.Sprint(first)))
		}
	}
	if words := bandsText(bands, s.Range[1]); words != "" {
		v.Text += " Bands: " + words + "."
	}
	v.Starts = apart(marks)
	switch worse {
	case screening.WorseHigher:
		v.Worse = "Higher is worse."
	case screening.WorseLower:
		v.Worse = "Lower is worse."
	}
	return v
}

// instrumentOf is what is known of a score's instrument, with the bands that hold for the patient.
func instrumentOf(s visit.Score) (i *screening.Instrument, bands screening.Bands) {
	set, err := screening.Builtin()
	if err != nil {
		return nil, bands
	}
	i, known := set.ByName(s.Instrument)
	if !known {
		return nil, bands
	}
	bands, _ = i.BandsFor(screening.Facts{Sex: s.Basis.Sex, SchoolYears: s.Basis.SchoolYears})
	return i, bands
}

// ruleOf says by which rule a total counts: how the instrument is scored, and whose bands they are.
func ruleOf(i *screening.Instrument, bands screening.Bands) (rule, reference string) {
	if i == nil {
		return "", ""
	}
	rule = i.ID
	if words := bandsText(bands.Words, highestOf(i)); words != "" {
		rule += ", bands " + words
	}
	return rule + ", checked " + longDay(i.Checked.String()), effective.Cite(i.Reference)
}

func highestOf(i *screening.Instrument) int {
	if !i.HasTotal() {
		return 0
	}
	return i.Range[1]
}
