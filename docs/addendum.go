package docs

// leastAddition is how many words below the signature make a line of the note and no footer.
const leastAddition = 6

// detectAddendum is detectWhen for a label such as "Addendum"; without one, prose about the patient
// below the signing statement was added after signing, and is missing its label.
func detectAddendum(n *reading, v *value) finding {
	if f := detectWhen(n, v); f.listed {
		return f
	}
	signed := n.signatures()
	if len(signed) == 0 {
		return notListed
	}
	last := n.tokens[signed[len(signed)-1].first].line
	for k := last + 1; k < len(n.lines); k++ {
		l := n.lines[k]
		if n.wordsIn(l.first, l.last) < leastAddition || anyIn(n.words("signature"), l.first, l.last) {
			continue
		}
		if anyIn(n.words("the-patient-acts"), l.first, l.last) || n.reactsIn(l.first, l.last) {
			return missing(n.quote(l.first, l.last))
		}
	}
	return notListed
}

// reactsIn says whether the patient begins the tokens and did something.
func (n *reading) reactsIn(from, to int) bool {
	if !anyIn(n.words("reaction-subjects"), from, from+1) {
		return false
	}
	for i := from + 1; i < to && i <= from+3; i++ {
		if _, ok := n.pastVerb(i, to); ok {
			return true
		}
		if n.tokens[i].kind != wordToken {
			return false
		}
		if n.hitAt("no-reaction", i) {
			return true
		}
	}
	return false
}
