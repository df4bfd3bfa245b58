package screening

// sumKind adds up the answers to all items; bands go by the total.
type sumKind struct{}

func (sumKind) total(i *Instrument, answers map[int]int) int { return i.sum(answers, items(answers)) }

func (sumKind) word(i *Instrument, _ map[int]int, f Facts, r *Result) { i.band(f, r) }

func (sumKind) faults(i *Instrument, add func(string, ...string)) {
	if !i.HasTotal() {
		add("sum needs the range of the total", "range")
	}
	if len(i.Positives) > 0 {
		add("sum counts no positive answers", "positives")
	}
	if len(i.Levels) > 0 {
		add("sum has no levels", "levels")
	}
	if !i.HasTotal() || i.Items.Count == 0 {
		return
	}
	if least, most := i.span(); least != i.Range[0] || most != i.Range[1] {
		add(itemsFault(least, most, i.Range), "items")
	}
}

// span is the least and the most that the items can add up to.
func (i *Instrument) span() (least, most int) {
	for item := 1; item <= i.Items.Count; item++ {
		low, high, _ := i.limits(item)
		least, most = least+low, most+high
	}
	return least, most
}
