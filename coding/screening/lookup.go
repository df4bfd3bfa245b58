package screening

import (
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
	rest := strings.TrimPrefix(plain(label), plain(i.Name))
	for _, word := range []string{"question", "item", "q"} {
		rest = strings.TrimPrefix(rest, word)
	}
	item, err := strconv.Atoi(rest)
	return item, err == nil && item >= 1 && item <= i.Items.Count
}

var separators = strings.NewReplacer("-", "", "_", "", ".", "", "/", "", " ", "")

// plain is a name without its case and its separators.
func plain(name string) string { return separators.Replace(strings.ToLower(name)) }
