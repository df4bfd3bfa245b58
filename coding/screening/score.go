package screening

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Given is what one giving of an instrument left behind. An item that is not among Answers has no
// answer: nothing is taken for 0 or for no.
type Given struct {
	Answers    map[int]int // by item, 1 is the first
	Unanswered []int       // items that stand there without a usable answer
	Unread     []int       // items with an answer that could not be read: no blanks, so nothing is filled in
	Stated     *int        // the total as written down

	// What the record says in two ways is not settled: none of it counts, and a trigger that any of it
	// would raise is raised.
	Unsettled       map[int][]int // answers that disagree, by item
	UnsettledTotals []int         // totals as written down that disagree
}

// Facts are what bands may depend on; the zero value knows nothing.
type Facts struct {
	Sex         string // male, female
	SchoolYears *int   // whole years of schooling
}

// A Result is what an instrument says. Triggers outrank the band: a low total does not take them
// back. A result is no diagnosis.
type Result struct {
	Instrument string   `json:"instrument"`
	Total      *int     `json:"total"`            // nil where an item is missing, or where there is no total
	Stated     *int     `json:"stated,omitempty"` // the total as written down, where it is not Total
	Average    *float64 `json:"average,omitempty"`
	Complete   bool     `json:"complete"`   // every item that was asked has an answer, or only a total was given
	Recomputed bool     `json:"recomputed"` // the total follows from the items
	Prorated   bool     `json:"prorated,omitempty"`
	Missing    []int    `json:"missing,omitempty"` // items without a usable answer
	Band       string   `json:"band,omitempty"`
	BandNote   string   `json:"bandNote,omitempty"` // why there is no band, or how sure it is
	Next       []string `json:"next,omitempty"`     // what the source asks for: after the triggers, then after this band
	Parts      []Part   `json:"parts,omitempty"`
	Triggers   []string `json:"triggers"`
	Remarks    []string `json:"remarks,omitempty"` // what was left out, filled in or in disagreement
}

// A Part is the value of a subscale. Positive is unknown where missing items could decide it.
type Part struct {
	Name     string `json:"name"`
	Value    *int   `json:"value"`
	Positive Truth  `json:"positive,omitempty"`
}

// A Truth is yes, no, or nothing where it is not known.
type Truth string

// The two values of a Truth that is known.
const (
	Yes Truth = "yes"
	No  Truth = "no"
)

// Score says what an instrument says of one giving. Items count before a stated total: where all of
// them are answered the total is recomputed, and a stated total that disagrees stands beside it. A
// missing item means no total unless the publisher allows to fill it in. A total alone is taken as it
// stands, if it is in range; its items are unknown.
func (i *Instrument) Score(g Given, facts Facts) Result {
	r := Result{Instrument: i.Name, Triggers: []string{}}
	answers := i.usable(g.Answers)
	stated := i.statedTotal(g.Stated, &r)
	if g.bare() && i.HasTotal() {
		r.Total, r.Complete = stated, stated != nil
	} else {
		i.scoreItems(g, answers, stated, &r)
	}
	i.word(answers, facts, &r)
	i.triggers(g, answers, &r)
	return r
}

// bare reports whether nothing is known of the items.
func (g Given) bare() bool { return len(g.Answers)+len(g.Unanswered)+len(g.Unsettled) == 0 }

// scoreItems reckons total and parts from the items.
func (i *Instrument) scoreItems(g Given, answers map[int]int, stated *int, r *Result) {
	r.Missing = i.missing(answers, g)
	r.Complete = len(r.Missing) == 0
	switch {
	case i.onOtherScale(g.Answers):
		r.Complete, r.Stated = false, stated
		r.Remarks = append(r.Remarks, fmt.Sprintf("its answers fit a form that counts from %d to %d, which makes another total: no total", i.Items.OrElse[0], i.Items.OrElse[1]))
		return
	case !r.Complete && !g.bare():
		r.Remarks = append(r.Remarks, i.Name+" is not complete: "+missingText(r.Missing))
	}
	if i.HasTotal() {
		i.totalOf(answers, stated, len(answers) == len(g.Answers) && len(g.Unread)+len(g.Unsettled) == 0, r)
	}
	r.Parts = i.parts(answers, r.Prorated)
}

// statedTotal is a total as written down, unless the instrument cannot have it.
func (i *Instrument) statedTotal(stated *int, r *Result) *int {
	switch {
	case stated == nil:
		return nil
	case !i.HasTotal():
		r.Remarks = append(r.Remarks, fmt.Sprintf("%s has no total: the one that is stated is not used", i.Name))
		return nil
	case !i.InRange(*stated):
		r.Remarks = append(r.Remarks, fmt.Sprintf("its total is outside of %d to %d and not used", i.Range[0], i.Range[1]))
		return nil
	}
	return stated
}

// totalOf recomputes the total from the items, or prorates it where that is allowed: an answer that
// no item takes, or that could not be read, is no blank.
func (i *Instrument) totalOf(answers map[int]int, stated *int, onlyBlanks bool, r *Result) {
	total := i.kind().total(i, answers)
	switch {
	case r.Complete:
		r.Total, r.Recomputed = &total, true
		r.Average = i.average(total, len(answers))
		if stated != nil && *stated != total {
			r.Stated = stated
			r.Remarks = append(r.Remarks, fmt.Sprintf("its items add up to %d and its stored total is %d: the items count", total, *stated))
		}
	case i.Prorate != nil && onlyBlanks && len(r.Missing) <= i.Prorate.UpTo && len(answers) > 0:
		filled := i.prorated(total, len(answers))
		r.Total, r.Recomputed, r.Prorated, r.Stated = &filled, true, true, stated
		r.Average = i.average(total, len(answers))
		r.Remarks = append(r.Remarks, fmt.Sprintf("its total counts %s, as the publisher allows for up to %d", i.Prorate.words(), i.Prorate.UpTo))
	default:
		r.Stated = stated
	}
}

// missingText names items without an answer in words.
func missingText(items []int) string {
	if len(items) == 1 {
		return fmt.Sprintf("item %d has no answer", items[0])
	}
	words := make([]string, len(items))
	for n, item := range items {
		words[n] = strconv.Itoa(item)
	}
	last := len(words) - 1
	return "items " + strings.Join(words[:last], ", ") + " and " + words[last] + " have no answer"
}

// sum adds up what the answers to some items add, in order of item.
func (i *Instrument) sum(answers map[int]int, items []int) int {
	total := 0
	for _, item := range items {
		if answer, ok := answers[item]; ok {
			total += i.points(item, answer)
		}
	}
	return total
}

// items lists the items that were answered, in order.
func items(answers map[int]int) []int { return slices.Sorted(maps.Keys(answers)) }
