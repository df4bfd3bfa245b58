package coding

// A kind is the logic of one sort of rule; the numbers are in the rule files.
type kind interface {
	// faults says which numbers are missing, or stand where this kind does not use them.
	faults(n *Numbers) []string
	// sentences says the numbers in words, for the person who checks them.
	sentences(n *Numbers) []string
	// evaluate answers the rules of one activity, all of this kind, for one service.
	evaluate(e *evaluation, w *work, rules []*rule)
}

// The kinds that other code asks for by name.
const (
	kindAddOn       = "add-on"
	kindAsGiven     = "as-given"
	kindEightMinute = "eight-minute"
	kindFullTime    = "full-time"
	kindProlonged   = "prolonged"
	kindWithdrawn   = "withdrawn"
)

// kinds are all there are. A new kind is a new file with a test.
var kinds map[string]kind

func init() { // a map literal would refer to itself through evaluate
	kinds = map[string]kind{
		"fixed-range":    fixedRange{},
		"ladder":         ladder{},
		"blocks":         blocks{},
		kindEightMinute:  eightMinute{},
		"per-instrument": perInstrument{},
		"per-session":    perSession{},
		"untimed":        untimed{},
		kindAsGiven:      asGiven{},
		kindAddOn:        addOn{},
		kindProlonged:    prolonged{},
		kindFullTime:     fullTime{},
		kindWithdrawn:    withdrawn{},
	}
}

// isClock reports whether a kind turns minutes into units.
func isClock(name string) bool {
	_, timed := kinds[name].(clock)
	return timed
}
