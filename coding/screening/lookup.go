package screening

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Role is what a LOINC code stands for in an instrument.
type Role int

// The roles. The zero Role is none of them, so that a forgotten one shows.
const (
	Panel    Role = iota + 1 // the form as a whole
	Total                    // its total
	Item                     // one of its items
	Unscored                 // within the form, and no item of the total
)

// A Meaning is one thing that a LOINC code stands for.
type Meaning struct {
	Code       string
	Instrument *Instrument
	Role       Role
	Item       int // which item, 1 is the first; 0 for other roles
}

// ByName finds an instrument by its name, id or alias, whatever the case and the separators:
// phq9, PHQ-9 and phq_9 are one.
func (s *Set) ByName(name string) (*Instrument, bool) {
	i, ok := s.byName[plain(name)]
	return i, ok
}

// ByCode lists what a LOINC code stands for, in order of the instruments' names. The items of a short
// form are items of the long one too. Codes that are not verified stand for nothing.
func (s *Set) ByCode(code string) []Meaning { return s.byCode[code] }

// RoleOf says what a LOINC code stands for in this instrument, and which item it is.
func (i *Instrument) RoleOf(code string) (role Role, item int, ok bool) {
	m, ok := i.roles[code]
	return m.Role, m.Item, ok
}

// Codes lists the LOINC codes of panels, totals and items, in this order.
func (i *Instrument) Codes() []string {
	var codes []string
	for _, m := range i.meanings() {
		if m.Role != Unscored {
			codes = append(codes, m.Code)
		}
	}
	return codes
}

// meanings are the codes of an instrument that may be looked up.
func (i *Instrument) meanings() []Meaning {
	var all []Meaning
	add := func(code string, sure Sure, role Role, item int) {
		if sure != Unsure {
			all = append(all, Meaning{code, i, role, item})
		}
	}
	for _, c := range i.LOINC.Panels {
		add(c.Code, c.Sure, Panel, 0)
	}
	for _, c := range i.LOINC.Totals {
		add(c.Code, c.Sure, Total, 0)
	}
	for _, c := range i.LOINC.Items {
		add(c.Code, c.Sure, Item, c.Item)
	}
	for _, c := range i.LOINC.Unscored {
		add(c.Code, Verified, Unscored, 0)
	}
	return all
}

func (i *Instrument) names() []string { return append([]string{i.Name, i.ID}, i.Aliases...) }

// Named reports whether name is the name, the id or an alias of the instrument.
func (i *Instrument) Named(name string) bool {
	for _, n := range i.names() {
		if plain(n) == plain(name) {
			return true
		}
	}
	return false
}

// ItemCalled reads what a site calls an item: its number, alone or after the name of the instrument,
// as in 3, q3, phq9-3 or phq9_item3. Nothing is read by number where no is the point of some items, for
// the caller cannot know whether the site holds answers or points, nor where forms of another scale
// are in use.
func (i *Instrument) ItemCalled(label string) (item int, ok bool) {
	if len(i.Items.Reversed)+len(i.Items.OrElse) > 0 {
		return 0, false
	}
	rest := withoutName(strings.ToLower(label), plain(i.Name))
	for _, word := range []string{"question", "item", "q"} {
		rest = strings.TrimPrefix(rest, word)
	}
	rest = strings.TrimLeft(rest, separators)
	item, err := strconv.Atoi(rest)
	return item, err == nil && !strings.ContainsAny(rest, "+-") && item >= 1 && item <= i.Items.Count
}

// withoutName is what follows a name in a label, or the label where it does not begin with the name.
// Separators in front of what is left are gone; those within it stay, for 1.1 is no 11.
func withoutName(label, name string) string {
	rest := label
	for n := range len(name) {
		if rest = strings.TrimLeft(rest, separators); rest == "" || rest[0] != name[n] {
			return strings.TrimLeft(label, separators)
		}
		rest = rest[1:]
	}
	return strings.TrimLeft(rest, separators)
}

// Meant reads what a site says that one of its own codes stands for: an instrument for its total, or
// for the form where it has no total, and one of its items as in "PHQ-9 item 9". An item named so
// holds the answer and not the points that it earns: 1 is yes, also where no is the point.
func (s *Set) Meant(said string) (Meaning, error) {
	name, number, isItem := cutItem(said)
	i, ok := s.ByName(name)
	switch {
	case !ok || name == "":
		return Meaning{}, fmt.Errorf("%q is no instrument", name)
	case !isItem && i.HasTotal():
		return Meaning{Instrument: i, Role: Total}, nil
	case !isItem:
		return Meaning{Instrument: i, Role: Panel}, nil
	case i.Items.Count == 0:
		return Meaning{}, fmt.Errorf("the items of %s are not known, only its total can be named", i.Name)
	}
	item, err := strconv.Atoi(number)
	if err != nil || item < 1 || item > i.Items.Count {
		return Meaning{}, fmt.Errorf("%q is no item of %s, which has 1 to %d", number, i.Name, i.Items.Count)
	}
	return Meaning{Instrument: i, Role: Item, Item: item}, nil
}

// cutItem parts "PHQ-9 item 9" into the instrument and the number.
func cutItem(said string) (name, number string, isItem bool) {
	words := strings.Fields(said)
	if n := len(words); n >= 2 && strings.EqualFold(words[n-2], "item") {
		return strings.Join(words[:n-2], " "), words[n-1], true
	}
	return strings.Join(words, " "), "", false
}

// AnsweredElsewhere reports whether a LOINC answer code is an answer of other instruments and none of
// this one, where this one has a list of its own.
func (s *Set) AnsweredElsewhere(i *Instrument, code string) bool {
	if _, own := i.AnswerValue(code); own || len(i.Answers) == 0 {
		return false
	}
	return slices.ContainsFunc(s.instruments, func(other *Instrument) bool { _, theirs := other.AnswerValue(code); return theirs })
}

// separators stand between the words of a name.
const separators = "-_./ "

var withoutSeparators = strings.NewReplacer("-", "", "_", "", ".", "", "/", "", " ", "")

// plain is a name without its case and its separators.
func plain(name string) string { return withoutSeparators.Replace(strings.ToLower(name)) }
