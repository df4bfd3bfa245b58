package docs

// leastGround is how many words of its own the ground for a treatment has at least: "late to work
// twice", but not "to address symptoms".
const leastGround = 3

// detectNecessity is detectCues, and then the words of need (weak) in a sentence, or under a heading
// of their own, that says more than that treatment is needed. Clinicians join need and ground in too
// many ways for a list of conjunctions.
func detectNecessity(n *reading, v *value) finding {
	f := detectCues(n, v)
	if f.status == Present {
		return f
	}
	for _, h := range n.hits[v.lists.weak] {
		from, to := n.sentence(h.first)
		if n.counts(h, v) && !n.negatedBefore(h, from) && n.ground(from, to) >= leastGround {
			return present(n.quote(h.first, to))
		}
	}
	for _, s := range n.sections {
		if s.sections&inNecessity != 0 && n.ground(s.first, s.last) >= leastGround {
			return present(n.quote(s.first, s.last))
		}
	}
	return f
}

// ground counts the words and numbers that say more than that treatment is needed (necessity-fillers).
func (n *reading) ground(from, to int) int {
	own := 0
	for i := from; i < to; i++ {
		t := &n.tokens[i]
		if t.kind == numberToken || t.kind == wordToken && !n.hitAt("goal-fillers", i) && !n.hitAt("necessity-fillers", i) {
			own++
		}
	}
	return own
}
