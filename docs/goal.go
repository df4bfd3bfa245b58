package docs

import (
	"slices"
	"strings"
)

// goalReach is how many sentences behind a goal its status stands.
const goalReach = 2

// detectGoal wants a goal by number or content, with its status or evidence in the same breath.
// The lists of together are: the goal named, its status.
func detectGoal(n *reading, v *value) finding {
	lists := v.lists.together
	if len(lists) == 0 || len(lists[0]) < 2 {
		return n.fallsShort(v)
	}
	named, status := n.hits[lists[0][0]], n.hits[lists[0][1]]
	for _, h := range named {
		if !n.namesContent(h) {
			continue
		}
		s := n.tokens[h.first].sentence
		from, to := n.sentenceRange(s)
		if n.in(h.first, inGoals) {
			if sec, ok := n.sectionAt(h.first); ok {
				from, to = sec.heading, sec.last
			}
		} else {
			_, to = n.sentenceRange(min(s+goalReach, len(n.sentences)-1))
		}
		if k, ok := n.nearestApart(status, h, from, to); ok && !n.inDate(k) {
			return present(n.quote(min(h.first, k.first), max(h.last, k.last)))
		}
	}
	for _, s := range n.sections { // goals under their heading, without the word, or with their status apart
		if s.sections&inGoals == 0 || n.ground(s.first, s.last) < leastGoal {
			continue
		}
		for _, k := range hitsIn(status, s.first, s.last) {
			if !strings.HasPrefix(n.at(k.first), "progress") && !n.inDate(k) {
				return present(n.quote(s.heading, s.last))
			}
		}
	}
	for _, h := range named {
		if n.namesContent(h) {
			return unclear(n.quote(h.first, h.last)) // a goal without its status
		}
	}
	return n.fallsShort(v)
}

// leastGoal is how many words of its own a goal has under its heading.
const leastGoal = 4

// inDate says whether a hit is part of a full date: the 06/01 of 06/01/2026 counts nothing.
func (n *reading) inDate(h hit) bool {
	for _, d := range n.datesIn(max(0, h.first-4), h.last) {
		if d.full && d.first <= h.first && h.first < d.last {
			return true
		}
	}
	return false
}

// sectionAt is the section that token i stands in, its heading included.
func (n *reading) sectionAt(i int) (section, bool) {
	at, found := slices.BinarySearchFunc(n.sections, i, func(s section, i int) int { return s.heading - i })
	if !found {
		at--
	}
	if at < 0 || i >= n.sections[at].last {
		return section{}, false
	}
	return n.sections[at], true
}

// namesContent says whether a goal is named by its number or its content and not only as "goals".
func (n *reading) namesContent(h hit) bool {
	_, to := n.sentence(h.first)
	if sec, ok := n.sectionAt(h.first); ok && n.in(h.first, inGoals) && h.last <= sec.first {
		to = sec.last // the heading of the goals that stand below it
	}
	if n.tokens[h.last-1].kind == numberToken || numberWords[n.at(h.last-1)] > 0 {
		return true
	}
	words := 0
	for i := h.last; i < min(to, h.last+8); i++ {
		if n.tokens[i].kind == wordToken && !anyIn(n.words("goal-fillers"), i, i+1) {
			words++
		}
		if n.tokens[i].kind == numberToken && i <= h.last+2 {
			return true
		}
	}
	return words >= 2
}
