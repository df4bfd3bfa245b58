package screening

import (
	"fmt"
	"slices"
)

// subscalesKind has no total: its parts decide by themselves.
type subscalesKind struct{}

func (subscalesKind) total(*Instrument, map[int]int) int { return 0 }

func (subscalesKind) word(*Instrument, map[int]int, Facts, *Result) {}

func (subscalesKind) faults(i *Instrument, add func(string, ...string)) {
	if len(i.Subscales) == 0 || len(i.Screens) == 0 {
		add("subscales needs subscales, and screens that say what they mean", "subscales")
	}
	if len(i.Range) > 0 || len(i.Bands) > 0 || len(i.Levels) > 0 {
		add("subscales has no total, so neither range, bands nor levels", "range")
	}
}

// parts are the subscales, in the order of the file.
func (i *Instrument) parts(answers map[int]int, prorated bool) []Part {
	var parts []Part
	for _, s := range i.Subscales {
		parts = append(parts, i.part(s, answers, prorated))
	}
	return parts
}

// part reckons one subscale. It is positive or not as soon as the missing items cannot change it;
// its value needs every item, unless a blank counts as zero.
func (i *Instrument) part(s Subscale, answers map[int]int, prorated bool) Part {
	value, more, missing := 0, 0, 0
	for _, item := range s.Items {
		answer, ok := answers[item]
		_, most, _ := i.limits(item)
		switch {
		case !ok && prorated && i.Prorate.As == asZero:
		case !ok && s.Of == "count":
			more, missing = more+1, missing+1
		case !ok:
			more, missing = more+most, missing+1
		case s.Of == "count" && answer >= s.From:
			value++
		case s.Of == "sum":
			value += i.points(item, answer)
		}
	}
	p := Part{Name: s.Name}
	if missing == 0 {
		p.Value = &value
	}
	switch {
	case s.Cut == 0:
	case value >= s.Cut:
		p.Positive = Yes
	case value+more < s.Cut:
		p.Positive = No
	}
	return p
}

// screened is the word of the first screen that is met. Nothing is said while an earlier screen may
// still be met; the word for otherwise needs every screen to have failed.
func (i *Instrument) screened(parts []Part) string {
	for _, screen := range i.Screens {
		switch screen.met(parts) {
		case Yes:
			return screen.Word
		case No:
			continue
		}
		return ""
	}
	return i.Otherwise
}

// met reports whether every part that a screen needs is positive; one that is not is enough for no.
func (s Screen) met(parts []Part) Truth {
	met := Yes
	for _, name := range s.Needs {
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Name == name })
		switch {
		case at < 0 || parts[at].Positive == "":
			met = ""
		case parts[at].Positive == No:
			return No
		}
	}
	return met
}

// subscaleFaults lists what is wrong with subscales and screens.
func (i *Instrument) subscaleFaults(add func(string, ...string)) {
	var names []string
	for _, s := range i.Subscales {
		switch {
		case s.Name == "" || slices.Contains(names, s.Name):
			add(fmt.Sprintf("a subscale needs a name of its own, not %q", s.Name), "subscales")
		case s.Of != "sum" && s.Of != "count":
			add(fmt.Sprintf("%s is a %q, not one of sum, count", s.Name, s.Of), "subscales")
		case len(s.Items) == 0 || s.Of == "count" && s.From == 0:
			add(fmt.Sprintf("%s needs its items, and a count the answer from which they count", s.Name), "subscales")
		}
		i.checkItems(s.Items, add, "subscales")
		checkMark(s.Mark, add, "subscales")
		names = append(names, s.Name)
	}
	for _, screen := range i.Screens {
		if screen.Word == "" || len(screen.Needs) == 0 {
			add("a screen needs its word and the subscales that must be positive", "screens")
		}
		for _, name := range screen.Needs {
			if at := slices.Index(names, name); at < 0 || i.Subscales[at].Cut == 0 {
				add(fmt.Sprintf("%q is no subscale with a cut", name), "screens")
			}
		}
	}
	if len(i.Screens) > 0 && i.Otherwise == "" {
		add("screens need otherwise, the word for where none is met", "screens")
	}
}
