package coding

import (
	"fmt"
	"strconv"
)

// fixedRange is a code with printed minutes: one unit from the first minute to the last, and no
// second unit however long it was.
type fixedRange struct{}

func (fixedRange) faults(n *Numbers) []string {
	switch {
	case n.Min < 1:
		return []string{"fixed-range needs min, the first minute of the range"}
	case n.Max != 0 && n.Max < n.Min:
		return []string{fmt.Sprintf("max %d is below min %d", n.Max, n.Min)}
	case n.First != 0 || n.Every != 0 || n.Most != 0:
		return []string{"fixed-range has min and max; first, every and most belong to ladder and blocks"}
	}
	return nil
}

func (fixedRange) sentences(n *Numbers) []string {
	if n.Max == 0 {
		return []string{fmt.Sprintf("one unit from %d minutes, however long", n.Min)}
	}
	return []string{fmt.Sprintf("one unit from %d to %d minutes", n.Min, n.Max)}
}

func (fixedRange) evaluate(e *evaluation, w *work, rules []*rule) { evaluateTimed(e, w, rules) }

func (fixedRange) units(n *Numbers, minutes int) int {
	if minutes < n.Min || (n.Max != 0 && minutes > n.Max) {
		return 0
	}
	return 1
}

func (r fixedRange) from(n *Numbers, minutes int) int {
	if r.units(n, minutes) == 0 {
		return 0
	}
	return n.Min
}

func (fixedRange) next(n *Numbers, minutes int) int {
	if minutes < n.Min {
		return n.Min
	}
	return 0
}

func (fixedRange) why(n *Numbers, minutes int) string {
	switch {
	case minutes < n.Min:
		return minutesText(minutes, ", needs at least ", n.Min)
	case n.Max == 0:
		return minutesText(minutes, ", ", n.Min) + " or more"
	case minutes > n.Max:
		return minutesText(minutes, ", more than ", n.Max)
	}
	return minutesText(minutes, ", within ", n.Min) + " to " + strconv.Itoa(n.Max)
}

// minutesText says how minutes stand to a number.
func minutesText(minutes int, how string, number int) string {
	var room [48]byte
	text := append(strconv.AppendInt(room[:0], int64(minutes), 10), " min"...)
	return string(strconv.AppendInt(append(text, how...), int64(number), 10))
}
