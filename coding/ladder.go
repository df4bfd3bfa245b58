package coding

import "fmt"

// ladder is a code whose units are earned at the midpoint of each further stretch of time: the
// first at one minute, the others a fixed number of minutes apart. A base code has at most one;
// its add-on starts where the second unit would.
type ladder struct{}

func (ladder) faults(n *Numbers) []string {
	var problems []string
	if n.First < 1 {
		problems = append(problems, "ladder needs first, the first minute of the first unit")
	}
	if n.Every < 1 && n.Most != 1 {
		problems = append(problems, "ladder needs every, the minutes from one unit to the next, or most: 1")
	}
	if n.Min != 0 || n.Max != 0 {
		problems = append(problems, "ladder has first, every and most; min and max belong to fixed-range")
	}
	return problems
}

func (ladder) sentences(n *Numbers) []string {
	if n.Most == 1 {
		return []string{fmt.Sprintf("one unit from %d minutes", n.First)}
	}
	said := fmt.Sprintf("one unit from %d minutes, one more every %d minutes: %d, %d, %d", n.First, n.Every, n.First, n.First+n.Every, n.First+2*n.Every)
	if n.Most > 0 {
		said += fmt.Sprintf("; at most %d", n.Most)
	}
	return []string{said}
}

func (ladder) evaluate(e *evaluation, w *work, rules []*rule) {
	if len(rules) > 0 {
		if numbers := e.on(rules[0]).numbers; numbers.TherapyTotal && e.joinsTherapyTotal(w) {
			e.timedTherapy = append(e.timedTherapy, timedTherapy{w, rules})
			return
		}
	}
	evaluateTimed(e, w, rules)
}

func (ladder) units(n *Numbers, minutes int) int {
	if minutes < n.First {
		return 0
	}
	units := 1
	if n.Every > 0 {
		units += (minutes - n.First) / n.Every
	}
	if n.Most > 0 {
		units = min(units, n.Most)
	}
	return units
}

func (l ladder) from(n *Numbers, minutes int) int {
	units := l.units(n, minutes)
	if units == 0 {
		return 0
	}
	return n.First + (units-1)*n.Every
}

func (l ladder) next(n *Numbers, minutes int) int {
	units := l.units(n, minutes)
	if units == 0 {
		return n.First
	}
	if n.Every == 0 || units == n.Most {
		return 0
	}
	return n.First + units*n.Every
}

func (l ladder) why(n *Numbers, minutes int) string {
	units := l.units(n, minutes)
	if units == 0 {
		return minutesText(minutes, ", needs at least ", n.First)
	}
	if units == 1 {
		return minutesText(minutes, ", the unit begins at ", n.First)
	}
	return fmt.Sprintf("%d min, unit %d begins at %d", minutes, units, n.First+(units-1)*n.Every)
}
