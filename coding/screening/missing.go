package screening

import (
	"math"
	"slices"
)

// What stands in the place of a missing item.
const (
	asZero = "zero"
	asMean = "mean"
)

// missing lists the items that were asked and have no usable answer, in order. One that was answered in
// a way that is not read was asked, whatever the answers before it say.
func (i *Instrument) missing(answers map[int]int, g Given) []int {
	var missing []int
	for item := 1; item <= i.Items.Count; item++ {
		asked := len(g.Unsettled[item]) > 0 || slices.Contains(g.Unread, item) || !i.passedOver(item, answers)
		if _, ok := answers[item]; !ok && asked {
			missing = append(missing, item)
		}
	}
	return missing
}

// passedOver reports whether the answers before an item say that it is not asked. Where they are
// missing themselves the item may have been asked.
func (i *Instrument) passedOver(item int, answers map[int]int) bool {
	for _, b := range i.Asked {
		if !slices.Contains(b.Items, item) {
			continue
		}
		if b.Positives > 0 {
			if i.positivesKnown(answers) && i.positives(answers) < b.Positives {
				return true
			}
			continue
		}
		if answer, ok := answers[b.OnlyIf]; ok && answer < b.From {
			return true
		}
	}
	return false
}

// positivesKnown reports whether every item that counts has an answer.
func (i *Instrument) positivesKnown(answers map[int]int) bool {
	for _, p := range i.Positives {
		for _, item := range p.Items {
			if _, ok := answers[item]; !ok {
				return false
			}
		}
	}
	return true
}

// prorated is the total with the missing items filled in: rounded to a whole number, half upwards.
func (i *Instrument) prorated(total, answered int) int {
	if i.Prorate.As == asZero {
		return total
	}
	return int(math.Floor(float64(total)*float64(i.Items.Count)/float64(answered) + 0.5))
}

func (p *Prorate) words() string {
	if p.As == asZero {
		return "a blank as 0"
	}
	return "the mean of the others in its place"
}

// average is the average answer of an item, to two decimals.
func (i *Instrument) average(total, answered int) *float64 {
	if !i.Average || answered == 0 {
		return nil
	}
	average := math.Round(float64(total)/float64(answered)*100) / 100
	return &average
}
