package docs

// detectMentalStatus counts the categories of mental status that hold a finding.
func detectMentalStatus(n *reading, v *value) finding {
	var names []string
	var evidence []Evidence
	for k, g := range n.rules.groups["mental-status"] {
		h, ok := n.seenIn(g)
		if !ok {
			h, ok = n.seenBeside(k)
		}
		if !ok {
			h, ok = n.seenBare(g.name)
		}
		if !ok && g.name == moodAndAffect {
			h, ok = n.moodNamed(k)
		}
		if ok {
			names = append(names, g.name)
			evidence = append(evidence, n.evidence(h.first, h.last))
		}
	}
	var f finding
	switch {
	case len(names) >= v.Find.Count:
		f = present(evidence...)
	case len(names) > 0:
		f = unclear(evidence...)
	default:
		f = n.fallsShort(v)
		f.status = Missing
	}
	f.detail = joined(names)
	return f
}

// seenIn is the first finding of a category.
func (n *reading) seenIn(g listing) (hit, bool) {
	for _, h := range n.hits[g.list] {
		if n.wasSeen(g.name, h) {
			return h, true
		}
	}
	return hit{}, false
}

// seenBeside is the first finding of category k by words that count only in the exam itself or in a
// sentence that holds a finding of another category.
func (n *reading) seenBeside(k int) (hit, bool) {
	groups := n.rules.groups["mental-status"]
	for _, g := range n.rules.groups["mental-status-beside"] {
		if g.name != groups[k].name {
			continue
		}
		for _, h := range n.hits[g.list] {
			if n.wasSeen(g.name, h) && (n.in(h.first, inObjective) || n.seenWith(h, k, leastBeside)) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// seenBare is the first finding of a category by adjectives alone ("loud, angry, logical"), which count only in
// the exam, or in a sentence that runs through it.
func (n *reading) seenBare(category string) (hit, bool) {
	for _, g := range n.rules.groups["mental-status-bare"] {
		if g.name != category {
			continue
		}
		for _, h := range n.hits[g.list] {
			if n.wasSeen(category, h) && (n.in(h.first, inObjective) || n.examSentence(h)) {
				return h, true
			}
		}
	}
	return hit{}, false
}

// moodAndAffect is the category whose findings are any word: mood "hollow", mood keyed up.
const moodAndAffect = "mood and affect"

// moodNamed is the first finding behind the words mood or affect themselves (mood-names), in the exam or
// beside a finding of another category than k.
func (n *reading) moodNamed(k int) (hit, bool) {
	for _, h := range n.words("mood-names") {
		named, ok := n.moodAt(h)
		if ok && n.wasSeen(moodAndAffect, named) && (n.in(h.first, inObjective) || n.seenWith(h, k, 1)) {
			return named, true
		}
	}
	return hit{}, false
}

// moodAt is what is found of the mood where it is named: mood "hollow", frustrated in mood. Words that
// only speak of mood (no-mood) are no finding.
func (n *reading) moodAt(h hit) (hit, bool) {
	i := h.last
	for i < len(n.tokens) && i < h.last+2 && n.tokens[i].kind == markToken && n.at(i) != "." {
		i++
	}
	named := hit{h.first, i + 1}
	if n.at(h.first-1) == "in" && h.first > 1 {
		i, named = h.first-2, hit{h.first - 2, h.last}
	}
	if i >= len(n.tokens) || n.tokens[i].kind != wordToken || n.tokens[i].sentence != n.tokens[h.first].sentence || n.notMood(h, i) {
		return hit{}, false
	}
	return named, true
}

// notMood says whether the words mood or affect with what follows them, up to token i, are no finding.
func (n *reading) notMood(h hit, i int) bool {
	for _, no := range within(n.words("no-mood"), h.first, h.last) {
		if no.last > i {
			return true
		}
	}
	return false
}

// seenWith says whether the sentence of h holds a finding of another category than k, or common words of
// so many others.
func (n *reading) seenWith(h hit, k, least int) bool {
	from, to := n.sentence(h.first)
	own := n.rules.groups["mental-status"][k].name
	for _, g := range n.rules.groups["mental-status"] {
		if found, ok := firstIn(n.hits[g.list], from, to); ok && g.name != own && n.wasSeen(g.name, found) {
			return true
		}
	}
	besides := map[string]bool{}
	for _, g := range n.rules.groups["mental-status-beside"] {
		if found, ok := firstIn(n.hits[g.list], from, to); ok && g.name != own && n.wasSeen(g.name, found) {
			besides[g.name] = true
		}
	}
	if mood, ok := firstIn(n.words("mood-names"), from, to); ok && own != moodAndAffect {
		if _, found := n.moodAt(mood); found {
			besides[moodAndAffect] = true
		}
	}
	return len(besides) >= least
}

// leastBeside is how many other categories of common words in one sentence make it an exam.
const leastBeside = 2

// wasSeen says whether a finding is one of this patient, observed today.
func (n *reading) wasSeen(category string, h hit) bool {
	a := n.assertion(h)
	return !a.other && !a.past && !a.hypothetical && !a.notDone && !n.tokens[h.first].quoted && !n.toldNotSeen(category, h) &&
		(!n.in(h.first, inPlan|inGoals|inHistory) || n.examSentence(h))
}

// leastExam is how many categories in one sentence make it an exam, whatever heading stands above it.
const leastExam = 4

// examSentence says whether the sentence of h runs through the exam.
func (n *reading) examSentence(h hit) bool {
	from, to := n.sentence(h.first)
	categories := map[string]bool{}
	for _, lists := range []string{"mental-status", "mental-status-beside", "mental-status-bare"} {
		for _, g := range n.rules.groups[lists] {
			if anyIn(n.hits[g.list], from, to) {
				categories[g.name] = true
			}
		}
	}
	if mood, ok := firstIn(n.words("mood-names"), from, to); ok {
		_, found := n.moodAt(mood)
		categories[moodAndAffect] = categories[moodAndAffect] || found
	}
	return len(categories) >= leastExam
}

// toldNotSeen says whether a finding is a complaint and not an observation: "reports restless
// sleep". Mood is what the patient says.
func (n *reading) toldNotSeen(category string, h hit) bool {
	if category == moodAndAffect || category == "perception" || category == "thought content" || n.in(h.first, inObjective) {
		return false
	}
	from, _ := n.clause(h.first)
	return anyIn(n.words("complaint-verbs"), max(from, h.first-5), h.first)
}
