package screening

import "slices"

// countKind counts the answers that are positive, each from its own threshold on; bands go by the
// count.
type countKind struct{}

func (countKind) total(i *Instrument, answers map[int]int) int { return i.positives(answers) }

func (countKind) word(i *Instrument, _ map[int]int, f Facts, r *Result) { i.band(f, r) }

// positives is how many answers reach the threshold of their item.
func (i *Instrument) positives(answers map[int]int) int {
	count := 0
	for _, p := range i.Positives {
		for _, item := range p.Items {
			if answer, ok := answers[item]; ok && answer >= p.From {
				count++
			}
		}
	}
	return count
}

func (countKind) faults(i *Instrument, add func(string, ...string)) {
	if len(i.Positives) == 0 {
		add("count needs the answers that are positive", "positives")
	}
	if len(i.Levels) > 0 {
		add("count has no levels", "levels")
	}
	if !i.HasTotal() {
		add("count needs the range of the total", "range")
		return
	}
	var counted []int
	for _, p := range i.Positives {
		for _, item := range p.Items {
			if slices.Contains(counted, item) {
				add("an item is counted twice", "positives")
			}
			if !i.Allows(item, p.From) {
				add("a positive answer is none that its item takes", "positives")
			}
			counted = append(counted, item)
		}
	}
	if i.Range[0] != 0 || i.Range[1] != len(counted) {
		add(itemsFault(0, len(counted), i.Range), "range")
	}
}
