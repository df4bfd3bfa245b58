package screening

// A kind is one way in which a result follows from answers.
type kind interface {
	total(i *Instrument, answers map[int]int) int                  // of the answers that are there
	word(i *Instrument, answers map[int]int, f Facts, r *Result)   // the band, where it is known
	faults(i *Instrument, add func(problem string, key ...string)) // numbers that are missing, or that the kind does not know
}

// kinds are the logic, by the name that a file gives.
var kinds = map[string]kind{
	"sum":       sumKind{},
	"count":     countKind{},
	"screener":  screenerKind{},
	"subscales": subscalesKind{},
}

func (i *Instrument) kind() kind { return kinds[i.Kind] }

// word finds the band. Where screens are given they decide, else the kind does.
func (i *Instrument) word(answers map[int]int, facts Facts, r *Result) {
	if len(i.Screens) > 0 {
		r.Band = i.screened(r.Parts)
		return
	}
	i.kind().word(i, answers, facts, r)
}
