package consistency

import (
	"slices"
	"strings"

	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// A likeness says how far two names agree.
type likeness int

const (
	otherName likeness = iota // they are of two people
	weakly                    // they agree as far as they go: an initial, or a part of a double surname
	sameName
)

// titles stand before or behind a name and are no part of it.
var titles = []string{"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "jr", "sr", "ii", "iii", "iv"}

// parts are the words of a name that count: without titles, and without what stands behind a second comma
// or is a credential. Order, case, accents and hyphens do not matter.
func (r *Rules) parts(written string) []string {
	pieces := strings.Split(written, ",")
	kept := pieces[:1]
	for _, piece := range pieces[1:] {
		if len(r.degreesOf([]string{piece})) == 0 && len(kept) < 2 {
			kept = append(kept, piece)
		}
	}
	words := slices.DeleteFunc(docs.PlainWords(strings.Join(kept, " ")), func(w string) bool { return slices.Contains(titles, w) })
	for len(words) > 2 && len(r.degreesOf(words[len(words)-1:])) > 0 { // "Rowan Test PhD"
		words = words[:len(words)-1]
	}
	return words
}

// inParts splits a name of the record into given names and surname; one that is printed only is
// "Given Surname" or "Surname, Given".
func (r *Rules) inParts(n visit.Name) (given, family []string) {
	if n.Family != "" && len(n.Given) > 0 {
		return docs.PlainWords(strings.Join(n.Given, " ")), docs.PlainWords(n.Family)
	}
	all := r.parts(n.Text)
	if given = docs.PlainWords(strings.Join(n.Given, " ")); len(given) > 0 && slices.Equal(given, all) { // a first name alone
		return given, nil
	}
	if len(all) < 2 {
		return nil, all
	}
	if before, behind, ok := strings.Cut(n.Text, ","); ok && len(r.degreesOf([]string{behind})) == 0 {
		if surname := r.parts(before); len(surname) < len(all) {
			return all[len(surname):], surname
		}
	}
	return all[:len(all)-1], all[len(all)-1:]
}

// alike compares a name as written with all names of a person, former and preferred ones too, and
// returns the best.
func (r *Rules) alike(written string, names []visit.Name) likeness {
	best := otherName
	parts := r.parts(written)
	for _, n := range names {
		given, family := r.inParts(n)
		best = max(best, compareNames(parts, given, family))
		if len(given) > 0 && len(family) == 0 { // a preferred first name goes with any surname
			for _, other := range names {
				if _, surname := r.inParts(other); other.Family != "" {
					best = max(best, compareNames(parts, given, surname))
				}
			}
		}
	}
	return best
}

// compareNames wants a given name and the surname among the parts. A middle name or an initial more or
// less does not matter.
func compareNames(parts, given, family []string) likeness {
	if len(family) == 0 {
		return otherName
	}
	if len(parts) == 1 && (slices.Contains(family, parts[0]) || slices.Contains(given, parts[0])) {
		return weakly
	}
	rest := slices.Clone(parts)
	take := func(word string) bool {
		i := slices.Index(rest, word)
		if i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		}
		return i >= 0
	}
	taken := 0
	for _, f := range family {
		if take(f) {
			taken++
		}
	}
	if taken == 0 {
		return otherName
	}
	result := sameName
	if taken < len(family) {
		result = weakly
	}
	if slices.ContainsFunc(given, func(g string) bool { return len([]rune(g)) > 1 && take(g) }) {
		return result
	}
	if len(given) > 0 && len(rest) > 0 && slices.ContainsFunc(rest, func(w string) bool { return initialOf(w, given[0]) }) {
		return weakly
	}
	return otherName
}

// initialOf says whether one of two words is the first letter of the other.
func initialOf(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	return (len(ra) == 1 || len(rb) == 1) && len(ra) > 0 && len(rb) > 0 && ra[0] == rb[0]
}
