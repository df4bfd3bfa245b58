package docs

// signatures lists the signing statements of the note: a cue and who signed.
func (n *reading) signatures() []hit {
	if n.signed == nil {
		n.signed = append([]hit{}, n.findSignatures()...)
	}
	return n.signed
}

func (n *reading) findSignatures() []hit {
	var found []hit
	for _, h := range n.words("signature") {
		if anyIn(n.words("not-the-note"), max(n.firstOfSentence(h.first), h.first-6), h.first) {
			continue
		}
		if n.negatedBefore(h, max(n.firstOfSentence(h.first), n.lines[n.tokens[h.first].line].first, h.first-3)) || n.at(h.first-1) == "be" {
			continue
		}
		value, _ := n.afterLabel(h.last)
		if n.at(value) == "[" || n.at(value) == "(" {
			value++
		}
		if n.at(value) == "by" {
			value++
		}
		if anyIn(n.words("the-patient"), value, min(value+2, len(n.tokens))) || anyIn(n.words("people"), value, min(value+2, len(n.tokens))) {
			continue
		}
		last := h.last
		if p, ok := n.nameAt(value); ok {
			last = p.last
			if end := n.credentialNear(p.last); end > 0 {
				last = end
			}
		} else if !n.signsAlone(h) {
			continue
		}
		found = append(found, hit{h.first, last})
	}
	return found
}

// longestStamp is the most words of a line that stamps the note as a draft.
const longestStamp = 4

// unsigned lists the statements that the note is not signed. "Draft" is one as a stamp of its own line;
// in prose it is some other text: "draft text was reviewed".
func (n *reading) unsigned() []hit {
	var found []hit
	for _, h := range n.words("unsigned") {
		l := n.lines[n.tokens[h.first].line]
		if n.at(h.first) == "draft" && n.wordsIn(l.first, l.last) > longestStamp {
			continue
		}
		found = append(found, h)
	}
	return found
}

// signsAlone says whether the cue says by itself that the note was signed: "electronically signed
// 10/3/2024", but not "Signature: ____".
func (n *reading) signsAlone(h hit) bool {
	return anyIn(n.words("signed-outright"), h.first, h.last)
}

// detectSignature wants a statement that the author signed.
func detectSignature(n *reading, _ *value) finding {
	for _, h := range n.unsigned() {
		if !anyIn(n.words("not-the-note"), n.firstOfSentence(h.first), h.first) {
			return missing(n.evidence(h.first, h.last))
		}
	}
	if signed := n.signatures(); len(signed) > 0 {
		return present(n.evidence(signed[0].first, signed[0].last))
	}
	if blank := n.words("signature"); len(blank) > 0 {
		return missing(n.evidence(blank[0].first, blank[0].last))
	}
	return missing()
}

// detectSignatureDate wants a full date inside or directly behind the signing statement.
func detectSignatureDate(n *reading, _ *value) finding {
	if len(n.unsigned()) > 0 {
		return missing()
	}
	best := missing()
	consider := func(first, last int, d noteDate) bool {
		if d.full {
			best = present(n.evidence(first, last))
			return true
		}
		if best.status == Missing {
			best = unclear(n.evidence(first, last))
		}
		return false
	}
	for _, h := range n.words("date-signed-labels") {
		for _, d := range n.datesIn(h.last, len(n.tokens)) {
			if n.wordsIn(h.last, d.first) > 2 || n.tokens[d.first].line > n.tokens[h.first].line+1 {
				break
			}
			if consider(h.first, d.last, d) {
				return best
			}
		}
	}
	for _, s := range n.signatures() {
		l := n.tokens[s.first].line
		for _, d := range n.datesIn(n.lines[l].first, n.lines[min(l+2, len(n.lines)-1)].last) {
			line := n.tokens[d.first].line
			if line == l && d.last <= s.first && !n.dateAloneBefore(d, s) {
				continue
			}
			if labelled, ok := n.lastBefore(n.words("service-date-labels"), max(0, d.first-4), d.first); ok && n.at(labelled.first) != "date" && labelled.first > s.first {
				continue
			}
			if anyIn(n.words("dob-labels"), max(0, d.first-4), d.first) || anyIn(n.words("another-visit"), max(s.first, d.first-5), d.first) || line > l && n.wordsIn(n.lines[line].first, d.first) > 6 {
				continue
			}
			if consider(min(s.first, d.first), max(d.last, s.last), d) {
				return best
			}
		}
	}
	return best
}

// dateAloneBefore says whether a date stands directly before the signing statement: "10/3/2024
// 17:20 signed by".
func (n *reading) dateAloneBefore(d noteDate, s hit) bool {
	return n.wordsIn(d.last, s.first) <= 3 && n.lines[n.tokens[d.first].line].first == d.first
}
