package screening

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// triggers are what asks for a look whatever the total, in the order of the file, with what the source
// asks for then, each once and before what the band asks for. A total that is missing is taken from what
// is written down, or for the least that the answers make it. What is not settled raises what any of
// its readings would: an answer that asks for a look is not hidden by a disagreement about it.
func (i *Instrument) triggers(g Given, answers map[int]int, r *Result) {
	var next []string
	for _, t := range i.Triggers {
		raised := i.itemTriggers(t, g, answers)
		if text := i.totalTrigger(t, g, answers, *r); text != "" {
			raised = append(raised, text)
		}
		if len(raised) > 0 && t.Next != "" && !slices.Contains(next, t.Next) {
			next = append(next, t.Next)
		}
		r.Triggers = append(r.Triggers, raised...)
	}
	r.Next = append(next, r.Next...)
}

func (i *Instrument) itemTriggers(t Trigger, g Given, answers map[int]int) []string {
	var list []string
	for _, item := range t.Items {
		answer, ok := answers[item]
		switch {
		case ok && answer >= t.From:
			list = append(list, fmt.Sprintf("item %d is %s", item, i.answerWord(answer)))
		case !ok && len(g.Unsettled[item]) > 0 && slices.Max(g.Unsettled[item]) >= t.From:
			list = append(list, fmt.Sprintf("item %d is %s, which is not settled", item, oneOf(g.Unsettled[item], i.answerWord)))
		}
	}
	return list
}

// answerWord is an answer as it is said: yes and no, or its number.
func (i *Instrument) answerWord(answer int) string {
	switch {
	case i.Items.YesNo && answer == 1:
		return "yes"
	case i.Items.YesNo && answer == 0:
		return "no"
	}
	return strconv.Itoa(answer)
}

// oneOf says values of which one holds, the lowest first.
func oneOf(values []int, word func(int) string) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	words := make([]string, len(sorted))
	for n, value := range sorted {
		words[n] = word(value)
	}
	return strings.Join(words, " or ")
}

func (i *Instrument) totalTrigger(t Trigger, g Given, answers map[int]int, r Result) string {
	switch {
	case t.Total == 0:
		return ""
	case r.Total != nil && *r.Total >= t.Total:
		return fmt.Sprintf("total is %d", *r.Total)
	case r.Total != nil:
		return ""
	case r.Stated != nil && *r.Stated >= t.Total:
		return fmt.Sprintf("stated total is %d", *r.Stated)
	case len(g.UnsettledTotals) > 0 && slices.Max(g.UnsettledTotals) >= t.Total:
		return fmt.Sprintf("stated total is %s, which is not settled", oneOf(g.UnsettledTotals, strconv.Itoa))
	}
	if least := i.kind().total(i, answers); least >= t.Total {
		return fmt.Sprintf("total is at least %d", least)
	}
	return ""
}

// Foremost is what a reader must see first: the triggers where there are any, else the band.
func (r Result) Foremost() string {
	if len(r.Triggers) == 0 {
		return r.Band
	}
	text := r.Triggers[0]
	for _, trigger := range r.Triggers[1:] {
		text += ", " + trigger
	}
	return text
}
