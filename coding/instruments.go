package coding

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/effective"
)

// withoutUnfit takes the instruments out for which the code does not stand: a cognitive screen that is
// part of the evaluation, or one of this activity that is for another code only. Names that no
// instrument file knows are trusted, and so is a bare number. What is taken out is said.
func (e *evaluation) withoutUnfit(w *work, r *rule, instruments int, of *source) int {
	if instruments != len(w.tests) {
		return instruments
	}
	for _, name := range w.tests {
		switch known := instrumentNamed(name); {
		case known == nil:
		case len(known.Supports) == 0:
			instruments--
			e.refuse(r.Code, NotMet, instrumentText(known.BundledText(), name+" has no code of its own"), of)
		case known.Activity == w.activity && supportOf(known, r.Code) == nil:
			instruments--
			e.refuse(r.Code, NotMet, instrumentText(known.SupportText(), name+" is for another code"), of)
		}
	}
	return instruments
}

// sayInstruments says of each named instrument whether the code stands for it, where that is up to the
// payer or where it is another code's.
func (e *evaluation) sayInstruments(l *line) {
	for _, name := range l.work.tests {
		known := instrumentNamed(name)
		if known == nil || len(known.Supports) == 0 || known.Activity == l.work.activity && supportOf(known, l.code) == nil {
			continue
		}
		switch support := supportOf(known, l.code); {
		case support == nil:
			l.sayInstrument(known, NotMet, instrumentText(known.SupportText(), name+" is for another code"))
		case support.ByPayer:
			l.sayInstrument(known, Unknown, name+": whether "+l.code+" is taken for it is up to the payer")
		}
	}
}

// supportOf is what an instrument says of a code, or nil.
func supportOf(i *screening.Instrument, code string) *screening.Support {
	at := slices.IndexFunc(i.Supports, func(s screening.Support) bool { return s.Code == code })
	if at < 0 {
		return nil
	}
	return &i.Supports[at]
}

func (l *line) sayInstrument(of *screening.Instrument, status Status, text string) {
	l.because = append(l.because, Because{Rule: of.ID, Status: status, Text: text, Reference: effective.Cite(of.Reference), Layer: BuiltInLayer})
}

// instrumentNamed is the instrument of a name, or nil.
func instrumentNamed(name string) *screening.Instrument {
	set, err := screening.Builtin()
	if err != nil {
		return nil // the set is tested with the program; without it names are trusted
	}
	instrument, _ := set.ByName(name)
	return instrument
}

// instrumentText is a sentence of the instrument without its full stop, or another one where it says
// nothing.
func instrumentText(said, otherwise string) string {
	if said == "" {
		return otherwise
	}
	return strings.TrimSuffix(said, ".")
}
