package screening

import "fmt"

// band gives the word of a total under what is known of the patient. Where every variant has a
// condition and none is known to hold, there is no word.
func (i *Instrument) band(facts Facts, r *Result) {
	if r.Total == nil {
		return
	}
	if b, known := i.BandsFor(facts); known {
		word := b.word(*r.Total)
		r.Band = word.Word
		if word.Next != "" {
			r.Next = append(r.Next, word.Next)
		}
		if *r.Total < word.CutsUpTo {
			r.BandNote = fmt.Sprintf("sources begin %q anywhere from %d to %d", word.Word, word.From, word.CutsUpTo)
		}
		return
	}
	if len(i.Bands) > 0 {
		r.BandNote = fmt.Sprintf("no band: it depends on %s, which is not known", i.BandsDependOn())
	}
}

// BandsFor are the bands that hold under what is known of the patient. There are none where the
// instrument has none, or where every variant has a condition and none is known to hold.
func (i *Instrument) BandsFor(facts Facts) (bands Bands, known bool) {
	for _, b := range i.Bands {
		if b.When.holds(facts) {
			return b, true
		}
	}
	return Bands{}, false
}

// word is the last one that has begun.
func (b Bands) word(total int) Word {
	var found Word
	for _, w := range b.Words {
		if total >= w.From {
			found = w
		}
	}
	return found
}

// holds reports whether a condition is known to hold. The empty one always does.
func (w When) holds(f Facts) bool {
	if w.Sex != "" && f.Sex != w.Sex {
		return false
	}
	if w.SchoolYearsFrom == 0 && w.SchoolYearsTo == 0 {
		return true
	}
	return f.SchoolYears != nil && *f.SchoolYears >= w.SchoolYearsFrom &&
		(w.SchoolYearsTo == 0 || *f.SchoolYears <= w.SchoolYearsTo)
}

// BandsDependOn names what the bands depend on beside the total: sex or schooling, or nothing.
func (i *Instrument) BandsDependOn() string {
	for _, b := range i.Bands {
		switch {
		case b.When.Sex != "":
			return "sex"
		case b.When.SchoolYearsFrom+b.When.SchoolYearsTo > 0:
			return "schooling"
		}
	}
	return ""
}
