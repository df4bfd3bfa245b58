package docs

import "slices"

// A Work is one component of a testing evaluation (96130 and its neighbours), found in the note or not.
type Work struct {
	Component string     `json:"component"`
	Elements  []string   `json:"elements"` // of documentation, that show it
	Status    string     `json:"status"`
	Evidence  []Evidence `json:"evidence"`
	Ask       string     `json:"ask,omitempty"` // where it is missing
}

// components are the work that makes an evaluation, in the order in which it is done.
var components = []struct {
	name, ask string
	elements  []string
}{
	{"review", "What was reviewed, and why?", []string{"test_data_reviewed"}},
	{"integration", "Where do results, history and observation agree or differ?", []string{"test_integration"}},
	{"interpretation", "What do the results mean for diagnosis and function?", []string{"test_interpretation"}},
	{"decision", "What was decided on these findings?", []string{"test_decision"}},
	{"planning", "What follows for the treatment plan?", nil},
	{"report and feedback", "Is there a written report, and was feedback given, to whom?", []string{"test_report", "test_feedback"}},
}

// planningWords is the list for the component that no element stands for.
const planningWords = "evaluation-planning"

// work says of each component of an evaluation whether the note shows it. Report and feedback is unclear
// where only one of the two is there.
func (n *reading) work(elements []Element) []Work {
	if n.family != "testing" {
		return nil
	}
	var all []Work
	for _, c := range components {
		w := Work{Component: c.name, Elements: append([]string{}, c.elements...), Evidence: []Evidence{}}
		if c.elements == nil {
			w.Status = n.planning(&w)
		} else {
			w.Status = shown(&w, elements)
		}
		if w.Status != Present {
			w.Ask = c.ask
		}
		all = append(all, w)
	}
	return all
}

func (n *reading) planning(w *Work) string {
	for _, h := range n.words(planningWords) {
		if n.in(h.first, inReferral|inSignature|inHeader) || n.assertion(h).negated {
			continue
		}
		w.Evidence = append(w.Evidence, n.quote(h.first, h.last))
		return Present
	}
	return Missing
}

func shown(w *Work, elements []Element) string {
	found, fell := 0, false
	for _, e := range elements {
		if !slices.Contains(w.Elements, e.ID) {
			continue
		}
		w.Evidence = append(w.Evidence, e.Evidence...)
		switch {
		case e.InNote:
			found++
		case e.Status == Unclear:
			fell = true
		}
	}
	switch {
	case found == len(w.Elements):
		return Present
	case found > 0 || fell:
		return Unclear
	}
	return Missing
}

// detectDistinct wants words that keep an evaluation apart from therapy. A note of therapy that names no
// instrument does not become an evaluation by them: it is unclear then, and missing without.
func detectDistinct(n *reading, v *value) finding {
	found := n.cueHits(v)
	var therapy []Evidence
	for _, h := range n.methods("interventions") {
		if !n.in(h.first, inPlan|inReferral|inHistory) {
			therapy = append(therapy, n.evidence(h.first, h.last))
		}
	}
	relabelled := len(therapy) > 0 && len(n.words("instruments")) == 0
	switch {
	case len(found) > 0 && !relabelled:
		return present(n.quote(found[0].first, found[0].last))
	case len(found) > 0:
		return unclearWith(append([]Evidence{n.quote(found[0].first, found[0].last)}, therapy[:min(3, len(therapy))]...), therapy)
	case len(therapy) > 0:
		f := missing(therapy[:min(3, len(therapy))]...)
		f.detail = quotedTexts(therapy)
		return f
	}
	return n.fallsShort(v)
}

func unclearWith(evidence, named []Evidence) finding {
	f := unclear(evidence...)
	f.detail = quotedTexts(named)
	return f
}

// quotedTexts are up to three texts in quotation marks.
func quotedTexts(all []Evidence) string {
	var texts []string
	for _, e := range all {
		if quoted := `"` + e.Text + `"`; !slices.Contains(texts, quoted) && len(texts) < 3 {
			texts = append(texts, quoted)
		}
	}
	return joined(texts)
}
