package docs

import (
	"cmp"
	"slices"
)

// A nameFound is a person's name of the note: how many of its parts are whole words and how many
// are initials.
type nameFound struct {
	first, last     int // tokens
	whole, initials int
}

func (p nameFound) full() bool { return p.whole >= 2 }

// longestName is the most parts a name is read with.
const longestName = 5

// nameAt reads a name at token i: words that are no words of the clinic, initials, "Last, First".
func (n *reading) nameAt(i int) (nameFound, bool) {
	p := nameFound{first: i, last: i}
	comma := false
	for at := i; at < len(n.tokens) && n.tokens[at].line == n.tokens[i].line && p.whole+p.initials < longestName; at++ {
		t := n.tokens[at]
		if t.kind == glueToken || t.text == "." && p.initials > 0 {
			continue
		}
		if t.text == "," {
			next := at + 1
			if comma || p.whole != 1 || next >= len(n.tokens) || !n.namePart(next) || n.credentialAt(next) > 0 {
				break
			}
			comma = true
			continue
		}
		if at == i && anyIn(n.words("titles"), at, at+1) {
			if n.at(at+1) == "." {
				at++
			}
			continue
		}
		if !n.namePart(at) || p.whole >= 2 && n.credentialAt(at) > 0 {
			break
		}
		switch {
		case n.tokens[at].dotted:
			p.initials += len(t.text)
		case len(t.text) == 1:
			p.initials++
		case at > i && n.tokens[at-1].kind == glueToken: // Smith-Jones is one name
		default:
			p.whole++
		}
		if p.whole+p.initials == 1 {
			p.first = at
		}
		p.last = at + 1
	}
	if p.last < len(n.tokens) && p.initials > 0 && n.at(p.last) == "." && len(n.at(p.last-1)) == 1 {
		p.last++
	}
	return p, p.whole+p.initials > 0
}

// namePart says whether token i can be part of a name.
func (n *reading) namePart(i int) bool {
	if i >= len(n.tokens) || n.tokens[i].kind != wordToken {
		return false
	}
	t := n.tokens[i]
	for k := range len(t.text) {
		if isDigit(t.text[k]) {
			return false
		}
	}
	if len(t.text) == 2 && n.at(i-1) == "," && anyIn(n.words("states"), i, i+1) {
		return false
	}
	if len(t.text) == 1 && n.at(i+1) == "." && i+2 < len(n.tokens) && n.tokens[i+2].kind == wordToken && n.tokens[i+2].line == t.line && len(n.at(i+2)) > 1 {
		return true // A. Roe
	}
	return n.monthAsName(i) || !anyIn(n.words("not-names"), i, i+1) || n.rules.lexicon.known[t.text] == 0 // Freeling is no feeling
}

// monthAsName says whether a month is the first name of somebody: June Abbey.
func (n *reading) monthAsName(i int) bool {
	switch n.at(i) {
	case "april", "june", "august":
		return i+1 < len(n.tokens) && n.tokens[i+1].kind == wordToken && n.tokens[i+1].line == n.tokens[i].line && !anyIn(n.words("not-names"), i+1, i+2)
	}
	return false
}

// credentialAt is the number of tokens of a credential at token i, or 0.
func (n *reading) credentialAt(i int) int {
	hits := n.words("credentials") // in order of their first token
	at, found := slices.BinarySearchFunc(hits, i, func(h hit, first int) int { return cmp.Compare(h.first, first) })
	if !found {
		return 0
	}
	return hits[at].last - hits[at].first
}

// afterLabel skips what stands between a label and its value: "/DOB", brackets, colon or dash.
func (n *reading) afterLabel(i int) (value int, marked bool) {
	from := i
	for i < len(n.tokens) && i < from+8 && n.tokens[i].line == n.tokens[from-1].line {
		switch n.at(i) {
		case ":", "=", "#":
			return i + 1, true
		case "-":
			if n.tokens[i].kind == markToken {
				return i + 1, true
			}
			return from, false
		case "/", "(", ")", "&", "and", "name", "id", "dob", "date", "of", "birth", "s", "print", "printed", "legal", "full", "last", "first", ",":
			i++
		default:
			return from, false
		}
	}
	return from, false
}

// startsField says whether token i may begin a labelled field: at the start of a line or behind a mark.
func (n *reading) startsField(i int) bool {
	if i == 0 || n.tokens[i-1].line != n.tokens[i].line || n.tokens[i-1].kind == markToken {
		return true
	}
	return false
}

// patientNames lists the names that the note gives the patient.
func (n *reading) patientNames() []nameFound {
	var found []nameFound
	for _, h := range n.words("patient-labels") {
		value, marked := n.afterLabel(h.last)
		if anyIn(n.words("provider-labels"), max(0, h.first-2), h.first) || anyIn(n.words("people"), max(0, h.first-2), h.first) || n.at(h.first-1) == "group" || n.at(h.first-1) == "school" {
			continue
		}
		if p, ok := n.nameAt(value); ok && (marked || n.startsField(h.first) && n.nameEnds(p)) {
			found = append(found, p)
		}
	}
	for _, h := range n.words("dob-labels") { // "Jordan Rivera, DOB", or the line above
		l := n.lines[n.tokens[h.first].line]
		if l.first == h.first && n.tokens[h.first].line > 0 {
			l = n.lines[n.tokens[h.first].line-1]
		}
		if p, ok := n.nameAt(l.first); ok && l.first < l.last && p.last <= h.first && n.wordsIn(p.last, min(max(p.last, l.last), h.first)) == 0 && p.full() {
			found = append(found, p)
		}
	}
	for _, h := range n.words("dob-labels") { // "Patient is Jordan Rivera, date of birth"
		if p, ok := n.nameBefore(n.beforePatientLabel(h.first)); ok && p.full() && p.last <= h.first && n.tokens[p.first].line < topLines {
			found = append(found, p)
		}
	}
	for _, h := range n.words("titles") { // "Ms. Jordan Rivera" at the top
		if h.first < 40 && n.tokens[h.first].line < 3 && n.at(h.first) != "dr" {
			if p, ok := n.nameAt(h.first); ok {
				found = append(found, p)
			}
		}
	}
	if known, ok := n.request.Known["patient_name"]; ok && len(found) == 0 {
		if p, ok := n.nameInNote(known.Value); ok {
			found = append(found, p)
		}
	}
	return found
}

// beforePatientLabel is the token before a label of birth, or before the word for the patient in front of it:
// "Ann Roe (identified patient, DOB". Words of another kind between them make it no name.
func (n *reading) beforePatientLabel(i int) int {
	for _, h := range within(n.words("patient-labels"), max(0, i-4), i) {
		if n.onlyMarks(h.last, i) {
			return h.first
		}
	}
	return i
}

// nameEnds says whether a name without a colon before it is closed off, so that "Patient quiet
// today" is not read as one.
func (n *reading) nameEnds(p nameFound) bool {
	if !p.full() {
		return false
	}
	if p.last >= len(n.tokens) || n.tokens[p.last].line != n.tokens[p.first].line {
		return true
	}
	switch t := n.tokens[p.last]; {
	case t.kind == markToken && t.text != ":":
		return true
	case t.kind == numberToken:
		return true
	}
	return anyIn(n.words("after-a-name"), p.last, p.last+1)
}

// nameInNote finds a known name in the note, in either order.
func (n *reading) nameInNote(name string) (nameFound, bool) {
	parts := []string{}
	for _, t := range tokenize(fold(name).text) {
		if t.kind == wordToken && len(t.text) > 1 {
			parts = append(parts, t.text)
		}
	}
	if len(parts) < 2 {
		return nameFound{}, false
	}
	given, surname := parts[0], parts[len(parts)-1]
	for i := range n.tokens {
		for j := i + 1; j < len(n.tokens) && j <= i+4; j++ {
			if n.at(i) == given && n.at(j) == surname || n.at(i) == surname && n.at(j) == given && n.at(i+1) == "," {
				return nameFound{first: i, last: j + 1, whole: 2}, true
			}
		}
	}
	return nameFound{}, false
}

// detectPatientName wants a first and a last name in the note.
func detectPatientName(n *reading, _ *value) finding {
	best := missing()
	for _, p := range n.names {
		e := n.evidence(p.first, p.last)
		switch {
		case p.full():
			return present(e)
		case p.whole == 1 && p.initials > 0:
			best = unclear(e)
		case best.status == Missing && len(best.evidence) == 0:
			best = missing(e)
		}
	}
	return best
}

// detectBirthDate wants a full date behind a label of birth.
func detectBirthDate(n *reading, _ *value) finding {
	best := missing()
	for _, h := range n.words("dob-labels") {
		if anyIn(n.words("people"), max(0, h.first-3), h.first) {
			continue
		}
		for _, d := range n.datesIn(h.last, h.last+10) {
			if n.tokens[d.first].line > n.tokens[h.first].line+1 {
				continue
			}
			if n.otherLabelBetween(h.last, d.first) {
				break
			}
			if d.full {
				return present(n.evidence(h.first, d.last))
			}
			best = unclear(n.evidence(h.first, d.last))
			break
		}
		if i := h.last; best.status == Missing {
			for i < len(n.tokens) && n.tokens[i].kind == markToken && i < h.last+2 {
				i++
			}
			if i < len(n.tokens) && n.tokens[i].kind == numberToken {
				if len(n.at(i)) == 8 {
					return present(n.evidence(h.first, i+1)) // 19880412
				}
				if yearOf(n.at(i)) > 0 || n.at(i+1) == "/" {
					best = unclear(n.evidence(h.first, i+1))
				}
			}
		}
	}
	return best
}

// otherLabelBetween says whether another field begins between a label and a date.
func (n *reading) otherLabelBetween(first, last int) bool {
	return anyIn(n.words("service-date-labels"), first, last) || anyIn(n.words("other-date-labels"), first, last) || anyIn(n.words("patient-labels-with-colon"), first, last)
}

// detectServiceDate wants a full date tied to the service.
func detectServiceDate(n *reading, _ *value) finding {
	best := missing()
	for _, d := range n.dates {
		if !n.isServiceDate(d) {
			continue
		}
		if d.full {
			from := d.first
			return present(n.evidence(from, d.last))
		}
		if len(best.evidence) == 0 {
			best = missing(n.evidence(d.first, d.last))
		}
	}
	return best
}

// longestTitle is the most words of a note's title before its date.
const longestTitle = 5

// isServiceDate says whether a date is the day of the service, by its label, its sentence or its
// place at the top.
func (n *reading) isServiceDate(d noteDate) bool {
	l := n.lines[n.tokens[d.first].line]
	from, _ := n.sentence(d.first)
	service, okService := n.lastBefore(n.words("service-date-labels"), max(from, d.first-8), d.first)
	other, okOther := n.lastBefore(n.words("other-date-labels"), max(from, d.first-8), d.first)
	if okOther && !(other.first == 0 && n.at(other.last) != ":" && n.tokens[d.first].line == 0 && anyIn(n.words("note-titles"), 0, d.first) && n.wordsIn(other.last, d.first) <= 1) && (!okService || other.last >= service.last) && !n.dateBetween(other.last, d.first) {
		return false
	}
	if signed, ok := n.lastBefore(n.words("signature"), max(l.first, d.first-14), d.first); ok && (!okService || signed.first > service.first || n.at(service.first) == "date") {
		return false
	}
	if n.afterSignature(d.first) && !(okService && n.at(service.first) != "date") {
		return false
	}
	if anyIn(n.words("other-date-behind"), d.last, min(l.last, d.last+3)) {
		return false
	}
	if okService && n.wordsIn(service.last, d.first) <= 3 {
		return true
	}
	if n.in(d.first, inPlan|inGoals|inHistory|inSignature|inResults) {
		return false
	}
	top := n.inTop(d.first) && n.tokens[d.first].line < 12
	if top && (d.first-l.first <= 1 || anyIn(n.words("note-titles"), l.first, d.first) || anyIn(n.words("time-labels"), l.first, l.last)) {
		return true
	}
	if (d.first == l.first || n.wordsIn(l.first, d.first) <= longestTitle && anyIn(n.words("note-titles"), l.first, d.first)) && n.tokens[d.first].line <= 1 {
		return true
	}
	if first, last := n.sentence(d.first); anyIn(n.words("seen-on"), first, last) && !anyIn(n.words("another-visit"), first, last) {
		return true
	}
	return n.dateOfHead(d, l)
}

// dateBetween says whether a full date between the tokens has already answered a label before them.
func (n *reading) dateBetween(first, last int) bool {
	return slices.ContainsFunc(n.datesIn(first, last), func(d noteDate) bool { return d.full && d.last <= last })
}

// headLines is how many lines of text a note's head has where it has no labels.
const headLines = 3

// dateOfHead says whether a full date is the one of the note's head that no label gives to something else:
// "Ann Roe, DOB 1/30/1971, 9/2/2026, office". It stands between marks, not in a sentence.
func (n *reading) dateOfHead(d noteDate, l line) bool {
	if !d.full || l.above >= headLines || n.tokens[d.first].sections&^inHeader != 0 {
		return false
	}
	before := d.first == l.first || n.tokens[d.first-1].kind == markToken || anyIn(n.words("note-titles"), d.first-1, d.first)
	after := d.last == l.last || n.tokens[d.last].kind == markToken || n.tokens[d.last].kind == numberToken
	return before && after && !anyIn(n.words("another-visit"), max(l.first, d.first-6), d.first)
}

// afterSignature says whether token i stands within the signature block: on the line of the
// signing statement or the two lines below it.
func (n *reading) afterSignature(i int) bool {
	signed := n.words("signature")
	before := len(signed) - len(hitsFrom(signed, i))
	if before == 0 {
		return false
	}
	line := n.tokens[signed[before-1].first].line // of the nearest one
	return n.tokens[i].line <= line+1 && line > 3
}

// providerNames lists the names that the note gives the clinician who rendered the service.
func (n *reading) providerNames() []nameFound {
	if n.providers == nil {
		n.providers = append([]nameFound{}, n.findProviders()...)
	}
	return n.providers
}

func (n *reading) findProviders() []nameFound {
	var found []nameFound
	for _, h := range n.words("provider-labels") {
		value, marked := n.afterLabel(h.last)
		by := n.at(h.last-1) == "by"
		if !marked && !by && !n.startsField(h.first) {
			continue
		}
		if by && anyIn(n.words("not-the-note"), max(n.firstOfSentence(h.first), h.first-5), h.first) {
			continue
		}
		if p, ok := n.nameAt(value); ok && (marked || by || n.credentialNear(p.last) > 0) {
			if by && anyIn(n.words("the-patient"), p.first, p.last) {
				continue
			}
			if by && h.last-h.first == 1 && !p.full() && p.initials == 0 && n.credentialNear(p.last) == 0 {
				continue // "as evidenced by low mood"
			}
			found = append(found, p)
		}
	}
	for _, h := range n.words("signature") {
		value, _ := n.afterLabel(h.last)
		if p, ok := n.nameAt(value); ok {
			found = append(found, p)
		}
	}
	for _, h := range n.words("credentials") {
		if !n.inTop(h.first) && !n.atFoot(h.first) {
			continue
		}
		if p, ok := n.nameBefore(h.first); ok && (p.full() || p.initials > 0) {
			found = append(found, p)
		}
	}
	return found
}

func (n *reading) firstOfSentence(i int) int {
	first, _ := n.sentence(i)
	return first
}

// atFoot says whether token i stands in the last lines of the note or beside a signature.
func (n *reading) atFoot(i int) bool {
	if n.in(i, inSignature) || n.afterSignature(i) {
		return true
	}
	l, end := n.lines[n.tokens[i].line], n.lines[n.tokens[len(n.tokens)-1].line]
	return end.above-l.above < 3 && n.wordsIn(l.first, l.last) <= 14
}

// nameBefore reads the name that stands before a credential, back to the start of the line, a
// mark or a word that is no name.
func (n *reading) nameBefore(i int) (nameFound, bool) {
	l := n.lines[n.tokens[i].line]
	at := i - 1
	for at >= l.first && (n.at(at) == "," || n.at(at) == "." || n.at(at) == "(") {
		at--
	}
	first := at + 1
	for at >= l.first && first-at <= longestName+2 {
		t := n.tokens[at]
		if !(n.namePart(at) || t.kind == glueToken || t.text == "." && at > l.first && len(n.at(at-1)) == 1) || n.credentialAt(at) > 0 {
			break
		}
		first = at
		at--
	}
	if first >= i {
		return nameFound{}, false
	}
	return n.nameAt(first)
}

// credentialNear finds a credential directly behind a name and returns the token behind it, or 0.
func (n *reading) credentialNear(i int) int {
	if i == 0 {
		return 0
	}
	name := n.tokens[i-1]
	for k := i; k < len(n.tokens) && k <= i+3 && n.tokens[k].line <= name.line+1; k++ {
		if n.tokens[k].line == name.line && n.tokens[k].sentence != name.sentence {
			return 0
		}
		if c := n.credentialAt(k); c > 0 {
			return k + c
		}
		if n.tokens[k].kind == wordToken {
			return 0
		}
	}
	return 0
}

// detectProviderName wants the clinician's first and last name.
func detectProviderName(n *reading, _ *value) finding {
	best := missing()
	for _, p := range n.providerNames() {
		e := n.evidence(p.first, p.last)
		if p.full() {
			return present(e)
		}
		if best.status == Missing {
			best = unclear(e)
		}
	}
	return best
}

// detectCredentials wants a licence or degree next to the clinician's name.
func detectCredentials(n *reading, _ *value) finding {
	for _, p := range n.providerNames() {
		if last := n.credentialNear(p.last); last > 0 {
			return present(n.evidence(p.first, last))
		}
	}
	for _, h := range n.words("credential-labels") {
		value, _ := n.afterLabel(h.last)
		for i := value; i < value+4 && i < len(n.tokens); i++ {
			if c := n.credentialAt(i); c > 0 {
				return present(n.evidence(h.first, i+c))
			}
		}
	}
	for _, h := range n.words("provider-labels") {
		value, marked := n.afterLabel(h.last)
		if c := n.credentialAt(value); marked && c > 0 {
			return present(n.evidence(h.first, value+c))
		}
	}
	for _, h := range n.words("titles") {
		if n.at(h.first) != "dr" {
			continue
		}
		for _, p := range n.providerNames() {
			if p.first == h.last || p.first == h.last+1 {
				return unclear(n.evidence(h.first, p.last))
			}
		}
	}
	return missing()
}
