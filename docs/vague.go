package docs

import (
	"slices"
	"strings"
)

// vague lists the phrases of the note that tell a reviewer nothing measurable. Not in a quotation
// of the patient, and not where the same sentence gives the measure, the goal or the cause.
func (n *reading) vague() []Vague {
	found := []Vague{}
	for _, g := range n.rules.groups["vague"] {
		for _, h := range n.hits[g.list] {
			if n.tokens[h.first].quoted || n.substantiated(g.name, h) {
				continue
			}
			e := n.evidence(h.first, h.last)
			found = append(found, Vague{Text: e.Text, Start: e.Start, End: e.End, Class: g.name})
		}
	}
	slices.SortStableFunc(found, func(a, b Vague) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	// of phrases inside of each other, the longer
	return slices.CompactFunc(found, func(a, b Vague) bool { return b.Start < a.End })
}

// substantiated says whether the sentence of a vague phrase says what the phrase does not.
func (n *reading) substantiated(class string, h hit) bool {
	from, to := n.sentence(h.first)
	for _, list := range []string{"substance", "substance " + class} {
		for _, g := range n.rules.groups["vague-exceptions"] {
			if g.name != list {
				continue
			}
			for _, k := range n.hits[g.list] {
				if k.first >= from && k.last <= to && (k.last <= h.first || k.first >= h.last) {
					return true
				}
			}
		}
	}
	return false
}

// detectVague is listed where vague wording was found, and then it is missing.
func detectVague(n *reading, v *value) finding {
	if len(n.found) == 0 {
		return notListed
	}
	f := missing()
	var texts []string
	for _, p := range n.found {
		f.evidence = append(f.evidence, Evidence{Text: p.Text, Start: p.Start, End: p.End})
		if quoted := `"` + p.Text + `"`; !slices.Contains(texts, quoted) && len(texts) < 3 {
			texts = append(texts, quoted)
		}
	}
	f.detail = joined(texts)
	return f
}

// Shares of a note that stand in the previous one, from which it reads as copied. The values are
// our own: no payer publishes one, and stable care reads alike.
const (
	copiedShare  = 0.90
	similarShare = 0.70
	shingle      = 5 // words of one comparison
)

// detectCloned is listed where a previous note was given.
func detectCloned(n *reading, v *value) finding {
	if n.similarity == nil {
		return notListed
	}
	share := n.similarity.Prior
	if share < similarShare {
		return present(n.newWords())
	}
	f := missing()
	f.detail = percent(share)
	f.severity = Warn
	if share >= copiedShare {
		f.severity = Block
	}
	return f
}

// percent writes a share in whole percents, cut down.
func percent(share float64) string {
	digits := ""
	for p := int(share * 100); p > 0 || digits == ""; p /= 10 {
		digits = string(rune('0'+p%10)) + digits
	}
	return digits + "%"
}

// newWords is the first sentence of the note that does not stand in the previous one.
func (n *reading) newWords() Evidence {
	prior := shingles(*n.request.Prior)
	for s := range n.sentences {
		first, last := n.sentenceRange(s)
		if n.wordsIn(first, last) < shingle {
			continue
		}
		e := n.quote(first, last)
		for _, key := range shingleList(e.Text) {
			if !prior[key] {
				return e
			}
		}
	}
	return n.quote(0, len(n.tokens))
}

// similarity is the share of the five-word runs of a note that stand in the previous one, 0 to 1.
// Numbers and dates count as one word, so that new dates alone make no new note.
func similarity(note, prior string) float64 {
	list := shingleList(note)
	if len(list) == 0 {
		return 0
	}
	before, same := shingles(prior), 0
	for _, key := range list {
		if before[key] {
			same++
		}
	}
	return float64(same*100/len(list)) / 100
}

func shingles(text string) map[string]bool {
	set := map[string]bool{}
	for _, key := range shingleList(text) {
		set[key] = true
	}
	return set
}

func shingleList(text string) []string {
	var words []string
	for _, t := range tokenize(fold(text).text) {
		switch t.kind {
		case wordToken:
			words = append(words, t.text)
		case numberToken:
			if len(words) == 0 || words[len(words)-1] != "#" {
				words = append(words, "#")
			}
		}
	}
	var list []string
	for i := 0; i+shingle <= len(words); i++ {
		list = append(list, strings.Join(words[i:i+shingle], " "))
	}
	return list
}
