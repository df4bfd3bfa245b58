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

// kinds are all there are. A new kind is a new file with a test.
var kinds map[string]kind

func init() { // a map literal would refer to itself through evaluate
	kinds = map[string]kind{
		"fixed-range":    fixedRange{},
		"ladder":         ladder{},
		"blocks":         blocks{},
		"eight-minute":   eightMinute{},
		"per-instrument": perInstrument{},
		"per-session":    perSession{},
		"untimed":        untimed{},
		"as-given":       asGiven{},
		"add-on":         addOn{},
		"prolonged":      prolonged{},
		"withdrawn":      withdrawn{},
	}
}
