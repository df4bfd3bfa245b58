package docs

import "slices"

// A detector looks for one element in a note, with the words of its rule.
type detector func(*reading, *value) finding

// detectors are the kinds that a rule file may name.
var detectors map[string]detector

func init() {
	detectors = map[string]detector{
		"cues":               detectCues,
		"patient-name":       detectPatientName,
		"birth-date":         detectBirthDate,
		"each-page":          detectEachPage,
		"service-date":       detectServiceDate,
		"provider-name":      detectProviderName,
		"credentials":        detectCredentials,
		"signature":          detectSignature,
		"signature-date":     detectSignatureDate,
		"procedure-code":     detectProcedureCode,
		"start-and-stop":     detectStartStop,
		"total-time":         detectTotal,
		"face-to-face":       detectFaceToFace,
		"consistent-times":   detectConsistent,
		"separate-time":      detectSeparateTime,
		"labelled-minutes":   detectLabelledMinutes,
		"diagnosis-code":     detectDiagnosisCode,
		"mental-status":      detectMentalStatus,
		"histories":          detectHistories,
		"necessity":          detectNecessity,
		"risk":               detectRisk,
		"safety":             detectSafety,
		"interventions":      detectInterventions,
		"only-complementary": detectOnlyComplementary,
		"particulars":        detectParticulars,
		"goal":               detectGoal,
		"plan":               detectPlan,
		"vague":              detectVague,
		"cloned":             detectCloned,
		"when":               detectWhen,
		"no-contradiction":   detectNoContradiction,
		"several":            detectSeveral,
		"patient-place":      detectPatientPlace,
		"instruments":        detectInstruments,
		"scores":             detectScores,
		"reaction":           detectReaction,
		"addendum":           detectAddendum,
		"each-unit":          detectEachUnit,
		"distinct-parts":     detectDistinctParts,
		"distinct-work":      detectDistinct,
	}
}

// quoteLength is the longest quotation in bytes, where a whole section is the evidence.
const quoteLength = 80

// quote is the evidence for the tokens from first up to last, cut to the length of a quotation.
func (n *reading) quote(first, last int) Evidence {
	for last > first+1 && n.tokens[last-1].end-n.tokens[first].start > quoteLength {
		last--
	}
	return n.evidence(first, last)
}

// counts says whether a hit may count for the element: by its section, by the words beside it and
// by how the note means it.
func (n *reading) counts(h hit, v *value) bool {
	switch l := v.lists; {
	case n.in(h.first, l.skip) && n.tokens[h.first].sections&^l.skip == 0, l.only != 0 && !n.in(h.first, l.only):
		return false
	}
	from, to := n.sentence(h.first)
	if anyIn(n.hits[v.lists.except], from, to) || n.tokens[h.first].kind == numberToken && n.inDate(h) {
		return false
	}
	switch v.Find.As {
	case "affirmed":
		a := n.assertion(h)
		return a.affirmed() && (v.Find.Future || !a.planned)
	case "stated":
		a := n.assertion(h)
		return a.stated() && (v.Find.Future || !a.planned)
	case "today":
		a := n.assertion(h)
		return !a.negated && !a.past && !a.hypothetical
	}
	return true
}

// cueHits are the places where the cues of a rule count.
func (n *reading) cueHits(v *value) []hit {
	var found []hit
	for _, h := range n.hits[v.lists.any] {
		if n.counts(h, v) {
			found = append(found, h)
		}
	}
	for _, h := range n.hits[v.lists.top] {
		if (n.inTop(h.first) || n.tokens[h.first].sentence == 0 && n.sentenceShort(h.first)) && n.counts(h, v) {
			found = append(found, h)
		}
	}
	for _, h := range n.hits[v.lists.anywhere] {
		if from, to := n.sentence(h.first); !n.in(h.first, inHeader|inSignature) && !anyIn(n.hits[v.lists.except], from, to) {
			found = append(found, h)
		}
	}
	for k, lists := range v.lists.together {
		for _, h := range n.hits[lists[0]] {
			if !n.counts(h, v) {
				continue
			}
			if whole, ok := n.sideBySide(h, lists[1:], max(1, v.Find.Together[k].Within)); ok {
				found = append(found, whole)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b hit) int { return a.first - b.first })
	return found
}

// sideBySide looks for one hit of every list within so many sentences of h, and returns what they
// span, which is cut to h where the others stand in another sentence.
func (n *reading) sideBySide(h hit, lists []int, within int) (hit, bool) {
	s := n.tokens[h.first].sentence
	from, _ := n.sentenceRange(max(0, s-within+1))
	_, to := n.sentenceRange(min(len(n.sentences)-1, s+within-1))
	if within == 1 {
		from, to = n.sentenceRange(s)
	}
	whole := h
	for _, list := range lists {
		other, ok := n.nearestApart(n.hits[list], h, from, to)
		if !ok {
			return hit{}, false
		}
		if n.tokens[other.first].sentence == s {
			whole.first, whole.last = min(whole.first, other.first), max(whole.last, other.last)
		}
	}
	return whole, true
}

// nearestApart is the first hit within the tokens that does not lie inside of h.
func (n *reading) nearestApart(hits []hit, h hit, from, to int) (hit, bool) {
	for _, other := range hitsIn(hits, from, to) {
		if other.last <= to && (other.last <= h.first || other.first >= h.last) {
			return other, true
		}
	}
	return hit{}, false
}

// sectionWith is the first section of the kinds with enough words in it.
func (n *reading) sectionWith(kinds sectionSet, words int) (section, bool) {
	for _, s := range n.sections {
		if s.sections&kinds != 0 && n.wordsIn(s.first, s.last) >= max(1, words) {
			return s, true
		}
	}
	return section{}, false
}

// detectCues finds an element by the cues of its rule alone.
func detectCues(n *reading, v *value) finding {
	if found := n.cueHits(v); len(found) > 0 {
		return present(n.quote(found[0].first, found[0].last))
	}
	if v.lists.sections != 0 {
		for _, s := range n.sections {
			if s.sections&v.lists.sections != 0 && n.wordsIn(s.first, s.last) >= max(1, v.Find.Words) && !anyIn(n.hits[v.lists.except], s.first, s.last) {
				_, last := n.sentence(s.first)
				return present(n.quote(s.first, min(s.last, max(last, s.first+1))))
			}
		}
	}
	return n.fallsShort(v)
}

// fallsShort is unclear where a weak cue stands, missing with the evidence where a short one does.
func (n *reading) fallsShort(v *value) finding {
	for _, h := range n.hits[v.lists.weak] {
		if n.counts(h, v) {
			f := unclear(n.quote(h.first, h.last))
			f.detail = `"` + f.evidence[0].Text + `"`
			return f
		}
	}
	for _, h := range n.hits[v.lists.short] {
		f := missing(n.quote(h.first, h.last))
		f.detail = `"` + f.evidence[0].Text + `"`
		return f
	}
	return missing()
}

// detectWhen is detectCues for a conditional element: it is listed only where one of the short cues
// says that the condition holds.
func detectWhen(n *reading, v *value) finding {
	if len(n.hits[v.lists.short]) == 0 && !n.claimed(v) {
		return notListed
	}
	f := detectCues(n, v)
	if f.status == Missing {
		f.evidence = nil
	}
	return f
}

// claimed says whether a modifier of the claim makes the condition hold.
func (n *reading) claimed(v *value) bool {
	for _, claim := range n.request.Codes {
		if _, modifiers := splitCode(claim); slices.Contains(modifiers, v.Find.Modifier) {
			return true
		}
	}
	return false
}

// detectNoContradiction is detectCues where words of the contrary make it unclear, and alone make
// it missing: one-on-one beside "concurrent treatment".
func detectNoContradiction(n *reading, v *value) finding {
	found := n.cueHits(v)
	var contrary []hit
	for _, h := range n.hits[v.lists.short] {
		if !n.assertion(h).negated {
			contrary = append(contrary, h)
		}
	}
	switch {
	case len(found) > 0 && len(contrary) == 0:
		return present(n.evidence(found[0].first, found[0].last))
	case len(found) > 0:
		return unclear(n.evidence(found[0].first, found[0].last), n.evidence(contrary[0].first, contrary[0].last))
	case len(contrary) > 0:
		return missing(n.evidence(contrary[0].first, contrary[0].last))
	}
	return n.fallsShort(&value{lists: findLists{weak: v.lists.weak}})
}

// detectSeveral wants cues of so many different lists (those of together), each for a kind of work.
func detectSeveral(n *reading, v *value) finding {
	var evidence []Evidence
	for _, lists := range v.lists.together {
		for _, h := range n.hits[lists[0]] {
			if n.counts(h, v) {
				evidence = append(evidence, n.quote(h.first, h.last))
				break
			}
		}
	}
	switch {
	case len(evidence) >= max(1, v.Find.Count):
		return present(evidence...)
	case len(evidence) > 0:
		return unclear(evidence...)
	}
	return n.fallsShort(v)
}
