package screening

import (
	"fmt"
	"slices"
)

// triggers are what asks for a look whatever the total, in the order of the file, with what the source
// asks for then, each once and before what the band asks for. A total that is missing is taken from what
// is written down, or for the least that the answers make it.
func (i *Instrument) triggers(answers map[int]int, r *Result) {
	var next []string
	for _, t := range i.Triggers {
		raised := i.itemTriggers(t, answers)
		if text := i.totalTrigger(t, answers, *r); text != "" {
			raised = append(raised, text)
		}
		if len(raised) > 0 && t.Next != "" && !slices.Contains(next, t.Next) {
			next = append(next, t.Next)
		}
		r.Triggers = append(r.Triggers, raised...)
	}
	r.Next = append(next, r.Next...)
}

func (i *Instrument) itemTriggers(t Trigger, answers map[int]int) []string {
	var list []string
	for _, item := range t.Items {
		answer, ok := answers[item]
		switch {
		case !ok || answer < t.From:
		case i.Items.YesNo:
			list = append(list, fmt.Sprintf("item %d is yes", item))
		default:
			list = append(list, fmt.Sprintf("item %d is %d", item, answer))
		}
	}
	return list
}

func (i *Instrument) totalTrigger(t Trigger, answers map[int]int, r Result) string {
	switch {
	case t.Total == 0:
		return ""
	case r.Total != nil && *r.Total >= t.Total:
		return fmt.Sprintf("total is %d", *r.Total)
	case r.Total != nil:
		return ""
	case r.Stated != nil && *r.Stated >= t.Total:
		return fmt.Sprintf("stated total is %d", *r.Stated)
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
