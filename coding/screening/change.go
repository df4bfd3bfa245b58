package screening

import "fmt"

// A Difference is how one total lies to an earlier one.
type Difference struct {
	Points     int    `json:"points"`               // after less before: below 0 where the total fell
	Meaningful Truth  `json:"meaningful,omitempty"` // nothing where no such number is known
	Text       string `json:"text"`
}

// Compare says how far two totals of the instrument lie apart, and whether that means something.
func (i *Instrument) Compare(before, after int) Difference {
	d := Difference{Points: after - before}
	apart, moved := d.Points, "rose"
	if apart < 0 {
		apart, moved = -apart, "fell"
	}
	d.Text = fmt.Sprintf("%s by %d, from %d to %d", moved, apart, before, after)
	if apart == 0 {
		d.Text = fmt.Sprintf("stayed at %d", after)
	}
	switch {
	case i.Change == nil:
		d.Text += "; no meaningful change is known for " + i.Name
	case apart >= i.Change.Points:
		d.Meaningful = Yes
		d.Text += fmt.Sprintf("; %d points are a meaningful change", i.Change.Points)
	default:
		d.Meaningful = No
		d.Text += fmt.Sprintf("; a meaningful change takes %d points", i.Change.Points)
	}
	return d
}
