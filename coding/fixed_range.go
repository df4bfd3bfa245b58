package coding

import "fmt"

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

func (fixedRange) next(n *Numbers, minutes int) int {
	if minutes < n.Min {
		return n.Min
	}
	return 0
}

func (fixedRange) why(n *Numbers, minutes int) string {
	switch {
	case minutes < n.Min:
		return fmt.Sprintf("%d min, needs at least %d", minutes, n.Min)
	case n.Max == 0:
		return fmt.Sprintf("%d min, %d or more", minutes, n.Min)
	case minutes > n.Max:
		return fmt.Sprintf("%d min, more than %d", minutes, n.Max)
	}
	return fmt.Sprintf("%d min, within %d to %d", minutes, n.Min, n.Max)
}
