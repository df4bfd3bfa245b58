package coding

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"github.com/chargenote/chargenote/internal/effective"
)

// eightMinute is a timed code of therapy. What a unit is depends on the payer: under the midpoint
// rule each code stands alone; under the CMS rule the minutes of all timed codes of one clinician
// are added up, the units are read from the total, and they are handed out to the codes.
type eightMinute struct{ ladder }

func (eightMinute) sentences(n *Numbers) []string {
	return []string{
		fmt.Sprintf("midpoint rule: one unit from %d minutes of this code, one more every %d minutes", n.First, n.Every),
		fmt.Sprintf("CMS rule: the minutes of all timed codes of the day are added up; the same steps give the units of the total; each code has one for every full %d minutes, and the largest remainders have the rest", n.Every),
	}
}

// evaluate waits until all services are known: under the CMS rule no code stands alone.
func (eightMinute) evaluate(e *evaluation, w *work, rules []*rule) {
	e.timedTherapy = append(e.timedTherapy, timedTherapy{w, rules})
}

// timedTherapy is one timed service with the rules of its codes: one code, or a base code and
// its add-on.
type timedTherapy struct {
	work  *work
	rules []*rule
}

// joinsTherapyTotal reports whether a service is counted in the total of timed therapy of its day:
// there is other timed therapy by the same clinician, and the CMS rule counts it or may count it.
func (e *evaluation) joinsTherapyTotal(w *work) bool {
	if e.timedUnits() == UnitsCPTMidpoint {
		return false
	}
	for _, other := range e.works {
		if other.performer == w.performer && len(other.rules.kinds) > 0 && other.rules.kinds[0].rules[0].Kind == kindEightMinute {
			return true
		}
	}
	return false
}

// therapyUnits hands out the units of all timed therapy of the day.
func (e *evaluation) therapyUnits() {
	slices.SortFunc(e.timedTherapy, func(a, b timedTherapy) int {
		return cmp.Or(cmp.Compare(a.work.performer, b.work.performer), cmp.Compare(a.rules[0].Code, b.rules[0].Code))
	})
	for start := 0; start < len(e.timedTherapy); {
		end := start + 1
		for end < len(e.timedTherapy) && e.timedTherapy[end].work.performer == e.timedTherapy[start].work.performer {
			end++
		}
		e.therapyOfClinician(e.timedTherapy[start:end])
		start = end
	}
}

// therapyOfClinician hands out the units of one clinician's timed therapy.
func (e *evaluation) therapyOfClinician(services []timedTherapy) {
	known := services[:0:len(services)] // each service is read before its place is written
	unknown := 0
	for _, s := range services {
		if s.work.minutes == nil {
			unknown++
		}
		switch on := e.on(s.rules[0]); {
		case on.state != effective.InForce:
			if s.work.minutes != nil && (ladder{}).units(on.numbers, *s.work.minutes) > 0 {
				e.add(line{rule: s.rules[0], numbers: on.numbers, code: s.rules[0].Code, units: 1, work: s.work}).notInForce(*on)
			}
		case s.work.minutes == nil:
			e.askMinutes(s.work, s.rules)
		case !e.unmet(s.work, s.rules[0]):
			known = append(known, s)
		}
	}
	switch e.timedUnits() {
	case UnitsCPTMidpoint:
		for _, s := range known {
			e.therapyAlone(s)
		}
	case UnitsCMS8Minute:
		if unknown > 0 {
			e.therapyWithout(known, unknown)
			return
		}
		e.therapyByTotal(known)
	default:
		e.therapyByEither(known, unknown)
	}
}

// therapyAlone applies the midpoint rule to one service.
func (e *evaluation) therapyAlone(s timedTherapy) {
	numbers := e.on(s.rules[0]).numbers
	units := midpointUnits(numbers, *s.work.minutes)
	if units == 0 {
		e.belowThreshold(s.work, s.rules)
		return
	}
	at := numbers.First + units*numbers.stride()
	last := e.therapyLines(s, units, strconv.Itoa(*s.work.minutes)+" min of this code alone: "+count(units, "unit"), false)
	last.setMargin(at - numbers.stride())
	last.next = &Next{Code: s.rules[len(s.rules)-1].Code, MinutesToGo: at - *s.work.minutes}
}

// midpointUnits is the units of a timed service by its own minutes, over base code and add-on.
func midpointUnits(n *Numbers, minutes int) int {
	if minutes < n.First {
		return 0
	}
	return 1 + (minutes-n.First)/n.stride()
}

// stride is the minutes from one unit to the next. A base code with a single unit has those of its
// first unit, which begins one past the midpoint: eight of fifteen.
func (n *Numbers) stride() int {
	if n.Every > 0 {
		return n.Every
	}
	return 2*n.First - 1
}

// therapyWithout lets stand what holds whatever the missing minutes are, and says of the rest that
// the total is not known.
func (e *evaluation) therapyWithout(services []timedTherapy, unknown int) {
	units := e.settled(services, unknown)
	for i, s := range services {
		if units[i] < 1 {
			e.refuse(s.rules[0].Code, Unknown, "the total of timed minutes is not known, because one service has no minutes", &e.on(s.rules[0]).numbers.Source)
			continue
		}
		e.therapyLines(s, units[i], fmt.Sprintf("%d min of this code: %s, whatever the missing minutes are", *s.work.minutes, count(units[i], "unit")), false)
	}
}

// unsettled is the number of units of a service that depends on minutes which are not known.
const unsettled = -1

// settled is the units of each service by the total, where they are the same whatever the minutes of
// the unknown services are, and unsettled where they are not. Only one unknown service is tried out: what
// counts of it is its remainder, and full units of it change nothing for others.
func (e *evaluation) settled(services []timedTherapy, unknown int) []int {
	units := make([]int, len(services))
	if len(services) == 0 {
		return units
	}
	if unknown > 1 {
		for i := range units {
			units[i] = unsettled
		}
		return units
	}
	numbers := e.on(services[0].rules[0]).numbers
	minutes := append(e.minutesOfAll(services), 0)
	candidates := 1
	if unknown == 1 {
		candidates = numbers.stride()
	}
	shares := e.made.shares[0].of(len(minutes))
	for missing := range candidates {
		minutes[len(services)] = missing
		shares.allocate(minutes, numbers)
		for i := range services {
			if shares.tied[i] || (missing > 0 && units[i] != shares.units[i]) {
				units[i] = unsettled
			} else if missing == 0 {
				units[i] = shares.units[i]
			}
		}
	}
	return units
}

// therapyByEither lets stand what holds under both counting rules, and asks for the payer for the
// rest.
func (e *evaluation) therapyByEither(services []timedTherapy, unknown int) {
	units := e.settled(services, unknown)
	for i, s := range services {
		numbers := e.on(s.rules[0]).numbers
		alone := midpointUnits(numbers, *s.work.minutes)
		if units[i] != alone {
			e.refuse(s.rules[0].Code, Unknown, "the units depend on how the payer counts timed minutes", &numbers.Source)
			e.ask("payer", "Who pays, and how does the payer count timed minutes?", codesOf(s.rules)...)
			continue
		}
		if alone == 0 {
			e.belowThreshold(s.work, s.rules)
			continue
		}
		last := e.therapyLines(s, alone, fmt.Sprintf("%d min: %s under either counting rule", *s.work.minutes, count(alone, "unit")), false)
		if len(services) == 1 && unknown == 0 {
			e.aroundTotal(last, s, e.minutesOfAll(services), i, alone)
		}
	}
}

// minutesOfAll lists the minutes of services, which are known. The list holds until the next call.
func (e *evaluation) minutesOfAll(services []timedTherapy) []int {
	minutes := e.made.minutes[:0]
	for _, s := range services {
		minutes = append(minutes, *s.work.minutes)
	}
	e.made.minutes = minutes
	return minutes
}

// shares is how the units of a total are handed out to services, by index.
type shares struct {
	total, due  int
	units       []int
	remainder   []int
	tied        []bool // whether the last units are open between this service and others
	open        int    // how many units the tied services may choose
	byRemainder []int
}

// of makes room for the shares of so many services; it holds until the next call.
func (s *shares) of(services int) *shares {
	if cap(s.units) < services {
		s.units, s.remainder, s.byRemainder, s.tied = make([]int, services), make([]int, services), make([]int, services), make([]bool, services)
	}
	s.units, s.remainder, s.byRemainder, s.tied = s.units[:services], s.remainder[:services], s.byRemainder[:services], s.tied[:services]
	return s
}

// allocate applies the CMS rule: units by the total of minutes, one for every full stretch, the
// rest to the largest remainders; equal remainders at the cut stay open.
func (s *shares) allocate(minutes []int, n *Numbers) {
	s.total, s.due, s.open = 0, 0, 0
	if len(minutes) == 0 {
		return
	}
	stride := n.stride()
	for i, m := range minutes {
		s.total += m
		s.units[i], s.remainder[i], s.tied[i], s.byRemainder[i] = m/stride, m%stride, false, i
	}
	s.due = midpointUnits(n, s.total)
	left := s.due
	for _, units := range s.units {
		left -= units
	}
	if left <= 0 {
		return
	}
	left = min(left, len(minutes))
	s.sort()
	cut := s.remainder[s.byRemainder[left-1]]
	equal := 0
	for _, i := range s.byRemainder {
		switch {
		case s.remainder[i] > cut:
			s.units[i]++
			left--
		case s.remainder[i] == cut:
			equal++
		}
	}
	for i := range minutes {
		if s.remainder[i] != cut {
			continue
		}
		if equal == left {
			s.units[i]++
		} else {
			s.tied[i], s.open = true, left
		}
	}
}

// sort puts the services in order of their remainders, the largest first, equal ones as they were. There
// are few of them, and this is done for each minute that is tried out.
func (s *shares) sort() {
	for n, i := range s.byRemainder {
		at := n
		for at > 0 && s.remainder[s.byRemainder[at-1]] < s.remainder[i] {
			s.byRemainder[at] = s.byRemainder[at-1]
			at--
		}
		s.byRemainder[at] = i
	}
}

// therapyByTotal turns the shares of the total into lines, refusals and the choice between equal
// remainders.
func (e *evaluation) therapyByTotal(services []timedTherapy) {
	if len(services) == 0 {
		return
	}
	minutes := e.minutesOfAll(services)
	s := e.made.shares[0].of(len(services))
	s.allocate(minutes, e.on(services[0].rules[0]).numbers)
	due := count(s.due, "unit")
	for i, service := range services {
		numbers := e.on(service.rules[0]).numbers
		said := strconv.Itoa(minutes[i]) + " min of " + strconv.Itoa(s.total) + " timed minutes in all, which are " + due
		switch {
		case s.tied[i]:
			e.therapyLines(service, s.units[i], said, true)
		case s.units[i] == 0:
			e.refuse(service.rules[0].Code, NotMet, said+"; none is left for this code, its minutes stay in the total", &numbers.Source)
			if minutes[i] < numbers.First {
				e.flag("below-threshold", service.rules[0].Code, said)
			}
		default:
			last := e.therapyLines(service, s.units[i], said+"; "+strconv.Itoa(s.units[i])+" of them for this code", false)
			e.aroundTotal(last, service, minutes, i, s.units[i])
		}
	}
	if s.open > 0 {
		e.openChoice(services, s)
	}
}

// aroundTotal finds how many more minutes of one service would give it one more unit, and how many
// fewer leave it what it has. More minutes of a service never give it fewer units, so both are found
// by halving.
func (e *evaluation) aroundTotal(l *line, service timedTherapy, minutes []int, i, units int) {
	n := e.on(service.rules[0]).numbers
	tried, own := e.made.shares[1].of(len(minutes)), minutes[i]
	defer func() { minutes[i] = own }()
	unitsAt := func(m int) int {
		minutes[i] = m
		tried.allocate(minutes, n)
		return tried.units[i]
	}
	first := sort.Search(own, func(m int) bool { return unitsAt(m) >= units })
	margin := own - first
	l.margin = &margin
	most := n.stride() + n.First
	if more := 1 + sort.Search(most, func(more int) bool { return unitsAt(own+1+more) > units }); more <= most {
		l.next = &Next{Code: service.rules[len(service.rules)-1].Code, MinutesToGo: more}
	}
}

// therapyLines adds the lines of a service with its units, shared between base code and add-on,
// and is the last of them. Open lines belong to a choice.
func (e *evaluation) therapyLines(s timedTherapy, units int, said string, open bool) *line {
	var last *line
	for i, r := range s.rules {
		on := e.on(r)
		if on.state != effective.InForce {
			continue
		}
		take := units
		if on.numbers.Most > 0 {
			take = min(take, on.numbers.Most)
		}
		if take == 0 && (i > 0 || !open) {
			continue
		}
		units -= take
		l := e.add(line{rule: r, numbers: on.numbers, code: r.Code, units: take, work: s.work, minutes: s.work.minutes, open: open, base: last})
		l.say(r.ID, Met, said, s.work.sources, &on.numbers.Source)
		last = l
	}
	return last
}

// codesOf lists the codes of rules.
func codesOf(rules []*rule) []string {
	var codes []string
	for _, r := range rules {
		codes = append(codes, r.codes()...)
	}
	return codes
}
