package web

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/visit"
)

// evidencedVisit has a version, a last change and a field for everything that numbers rest on.
func evidencedVisit(v *visit.Visit) *visit.Visit {
	v.Evidence = nil
	known := map[string]bool{}
	note := func(sources []string) {
		for _, s := range sources {
			if !known[s] {
				known[s] = true
				v.Evidence = append(v.Evidence, visit.Version{Reference: s, Version: "4", Updated: "2025-03-10T20:01:00Z"})
			}
		}
	}
	for i, s := range v.Session.Segments {
		v.Session.Segments[i].Why = performed
		note(s.Sources)
	}
	for _, s := range v.Scores {
		note(s.Sources)
	}
	return v
}

// numberedVisits are visits that show every number there is: one line with scores, several lines in a
// choice, units of a total, and minutes that earn nothing.
func numberedVisits() map[string]*visit.Visit {
	yes := true
	therapy := therapyVisit(47)
	therapy.Facts.Visit = coding.Circumstances{Telehealth: &yes, Modality: "audio-video", PatientLocation: "home"}
	therapy.Facts.Services = append(therapy.Facts.Services, coding.Service{Activity: "screening", Instruments: number(2), Tests: []string{"GAD-7", "PHQ-9"}, Scored: &yes})
	therapy.Facts.Sources = map[string][]string{"services[0].minutes": {"Procedure/p1"}, "services[1]": {"Observation/o1", "Observation/o2"}, "services[1].tests": {"Observation/o1", "Observation/o2"},
		"visit.modality": {"Procedure/p1"}, "visit.telehealth": {"Procedure/p1"}, "visit.patientLocation": {"Procedure/p1"}}
	therapy.Scores = []visit.Score{fallingScore(), singleScore(), conflictingScore(), mocaScore()}
	g := &gallery{chart: &stillChart{}}
	choiceStory(g)
	choice := g.chart.visit
	choice.Facts.Sources = map[string][]string{"services[0].minutes": {"Procedure/p1"}, "services[1].minutes": {"Procedure/p2"}}
	therapyStory("medicare")(g)
	total := g.chart.visit
	return map[string]*visit.Visit{"psychotherapy": evidencedVisit(therapy), "a choice": evidencedVisit(choice), "a total": evidencedVisit(total), "below every line": evidencedVisit(therapyVisit(12))}
}

// provenParts are the parts of the page whose numbers must open their evidence.
var provenParts = []string{"session", "suggestions", "scores", "reasons", "consistency"}

// TestEveryNumberOpensItsEvidence walks the numbers of the page: each stands in a block that has a folded
// part of its own, one click away, which says resource, field, last change, rule and reference.
func TestEveryNumberOpensItsEvidence(t *testing.T) {
	for name, v := range numberedVisits() {
		w := newWorld(t)
		w.chart.set(v)
		root := parse(t, w.get("/visit/A", "A").Body.String())
		numbers, blocks := 0, map[*html.Node]bool{}
		walk(root, func(n *html.Node) {
			if n.Data != "section" || !oneOfParts(attr(n, "aria-labelledby")) {
				return
			}
			eachNumber(n, func(text string, at *html.Node) {
				numbers++
				block := blockOf(at)
				if block == nil {
					t.Errorf("%s: %q opens no evidence", name, text)
					return
				}
				blocks[block] = true
			})
		})
		if numbers < 20 {
			t.Errorf("%s: %d numbers were found, there are more", name, numbers)
		}
		for block := range blocks {
			checkProof(t, name, block)
		}
	}
}

func oneOfParts(id string) bool {
	for _, part := range provenParts {
		if part == id {
			return true
		}
	}
	return false
}

// eachNumber visits texts with a digit, but for forms that ask, and for how many are folded in a list: to open
// the list shows them.
func eachNumber(n *html.Node, visit func(text string, at *html.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.ContainsFunc(c.Data, unicode.IsDigit) {
			visit(strings.TrimSpace(c.Data), c)
		}
		counts := c.Data == "summary" && attr(c.Parent, "class") != "evidence"
		if c.Type == html.ElementNode && !counts && attr(c, "class") != "ask" {
			eachNumber(c, visit)
		}
	}
}

// blockOf is the nearest block around a number that has its evidence in it.
func blockOf(n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && strings.Contains(" "+attr(n, "class")+" ", " sourced ") && evidenceIn(n) != nil {
			return n
		}
	}
	return nil
}

// evidenceIn is the folded part with evidence that is in sight within a block: not folded into another.
func evidenceIn(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if c.Data == "details" {
			if attr(c, "class") == "evidence" {
				return c
			}
			continue
		}
		if found := evidenceIn(c); found != nil {
			return found
		}
	}
	return nil
}

func checkProof(t *testing.T, name string, block *html.Node) {
	t.Helper()
	about := textOf(block)
	about = about[:min(60, len(about))]
	says := map[string]bool{}
	walk(evidenceIn(block), func(n *html.Node) {
		if n.Data == "dt" && n.NextSibling != nil && textOf(n.NextSibling) != "" {
			says[textOf(n)] = true
		}
	})
	for _, part := range []string{"Resource", "Field", "Last changed", "Rule", "Reference"} {
		if !says[part] {
			t.Errorf("%s: the evidence of %q… says no %s", name, about, strings.ToLower(part))
		}
	}
}

// A number without evidence is found: the walk itself can fail.
func TestANumberWithoutEvidenceIsFound(t *testing.T) {
	root := parse(t, `<!DOCTYPE html><section aria-labelledby="session"><p>47 min</p><div class="sourced"><p>38</p><details><details class="evidence"></details></details></div></section>`)
	var bare []string
	eachNumber(root, func(text string, at *html.Node) {
		if blockOf(at) == nil {
			bare = append(bare, text)
		}
	})
	if strings.Join(bare, ", ") != "47 min, 38" {
		t.Errorf("found %q, want both numbers", bare)
	}
}

// Last changes are told on the clinic's clock, and of earlier totals too.
func TestEarlierTotalsNameTheirVersions(t *testing.T) {
	v := therapyVisit(47)
	v.Scores = []visit.Score{risingScore()}
	score := scoreOf("score-1", v.Scores[0], evidenceOf(v))
	if got, want := score.Trend[0].Sources, "Observation/of-2025-01-06 (version 1, last changed January 6, 2025, 10:00)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, offset := v.Start.Zone(); time.Duration(offset)*time.Second != -5*time.Hour {
		t.Errorf("the clinic's clock is %d seconds from UTC", offset)
	}
}
