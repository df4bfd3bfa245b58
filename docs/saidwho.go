package docs

import (
	"unicode"
	"unicode/utf8"
)

// saidNames are names as written, each once. Of those that are no full name only the ones with an
// initial count.
func (n *reading) saidNames(found []nameFound, counts func(nameFound) bool) []SaidName {
	var all []SaidName
	seen := map[string]bool{}
	for _, p := range found {
		if !counts(p) {
			continue
		}
		e := n.evidence(p.first, p.last)
		if e.Text == "" || seen[e.Text] {
			continue
		}
		seen[e.Text] = true
		all = append(all, SaidName{Value: e.Text, Short: !p.full(), Evidence: e})
	}
	return all
}

// writtenAsName tells the name of a patient from words behind a label: "Client: restless today". Each
// part begins with a capital; in text of capitals or of small letters alone, nothing else stands beside.
func (n *reading) writtenAsName(p nameFound) bool {
	if p.whole == 0 || p.whole+p.initials < 2 {
		return false
	}
	l := n.lines[n.tokens[p.first].line]
	upper, lower := 0, 0
	for _, r := range n.evidence(l.first, l.last).Text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	if upper == 0 || lower == 0 {
		return n.nameEnds(p) || !p.full() && p.last == l.last
	}
	for i := p.first; i < p.last; i++ {
		if n.tokens[i].kind == wordToken && !n.capitalised(i) && !particles[n.at(i)] {
			return false
		}
	}
	return true
}

// particles are parts of surnames that are written small.
var particles = map[string]bool{"de": true, "da": true, "del": true, "la": true, "van": true, "von": true, "der": true, "den": true, "di": true, "el": true, "al": true, "bin": true, "y": true}

// capitalised says whether token i begins with a capital as given, or with a letter that has none.
func (n *reading) capitalised(i int) bool {
	r, _ := utf8.DecodeRuneInString(n.request.Note[n.note.start[n.tokens[i].start]:])
	return !unicode.IsLower(r)
}

// saidCredentials are the licences and degrees beside the clinician's name or behind their label.
func (n *reading) saidCredentials() []SaidText {
	var all []SaidText
	take := func(i, last int) {
		for i < last && i < len(n.tokens) {
			c := n.credentialAt(i)
			if c == 0 {
				i++
				continue
			}
			e := n.evidence(i, i+c)
			all = append(all, SaidText{e.Text, e})
			i += c
		}
	}
	for _, p := range n.providerNames() {
		for at := p.last; ; { // "PhD, LP"
			next := n.credentialNear(at)
			if next == 0 {
				break
			}
			take(at, next)
			at = next
		}
	}
	for _, h := range n.words("credential-labels") {
		value, _ := n.afterLabel(h.last)
		take(value, value+4)
	}
	return once(all)
}

// saidSignatures are the signing statements with who signed, each signer once.
func (n *reading) saidSignatures() []SaidSignature {
	var all []SaidSignature
	seen := map[string]bool{}
	behind := 0 // "electronically signed by" is one statement, and no second one "signed by"
	for _, h := range n.signatures() {
		if h.first < behind {
			continue
		}
		behind = h.last
		s := SaidSignature{Evidence: n.evidence(h.first, h.last)}
		if p, ok := n.signerIn(h); ok {
			s.Name = n.evidence(p.first, p.last).Text
		}
		if !seen[s.Name] {
			all = append(all, s)
		}
		seen[s.Name] = true
	}
	return all
}

// signerIn is the name within a signing statement.
func (n *reading) signerIn(h hit) (nameFound, bool) {
	for i := h.first; i < h.last; i++ {
		if p, ok := n.nameAt(i); ok && p.first == i && p.last <= h.last && p.whole > 0 {
			return p, true
		}
	}
	return nameFound{}, false
}
