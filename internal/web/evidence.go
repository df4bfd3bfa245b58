package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// evidence finds the version and the last change of a resource that was read.
type evidence struct {
	versions map[string]visit.Version
	zone     *time.Location // nil: as each instant is written
}

func evidenceOf(v *visit.Visit) evidence {
	e := evidence{versions: map[string]visit.Version{}}
	if v == nil {
		return e
	}
	for _, version := range v.Evidence {
		e.versions[version.Reference] = version
	}
	if v.Start != nil {
		e.zone = v.Start.Location()
	}
	return e
}

// text names sources with their version and last change, as far as they are known:
// "Procedure/p1 (version 2, last changed March 10, 2025, 14:58)".
func (e evidence) text(sources []string) string {
	all := make([]string, 0, len(sources))
	for _, source := range sources {
		whole, _, _ := strings.Cut(source, "#")
		version := e.versions[whole]
		var parts []string
		if version.Version != "" {
			parts = append(parts, "version "+version.Version)
		}
		if version.Updated != "" {
			parts = append(parts, "last changed "+e.moment(version.Updated))
		}
		if len(parts) > 0 {
			source += " (" + strings.Join(parts, ", ") + ")"
		}
		all = append(all, source)
	}
	return strings.Join(all, ", ")
}

func (e evidence) moment(instant string) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return instant
	}
	if e.zone == nil {
		return t.Format("January 2, 2006, 15:04 -07:00")
	}
	return momentIn(t, e.zone)
}

// A factView is one fact with where it was read, or who said it.
type factView struct{ Path, Value, Sources string }

// factsOf lists every fact that the rules were given and that has a source, by its path in a facts
// document.
func factsOf(facts coding.Facts, e evidence) []factView {
	sources := facts.Sources
	facts.Sources = nil
	var tree any
	content, err := json.Marshal(facts)
	if err != nil || json.Unmarshal(content, &tree) != nil {
		return nil
	}
	var all []factView
	eachFact(tree, "", func(path string, value any) {
		if from := sources[path]; len(from) > 0 {
			all = append(all, factView{path, review.ValueText(value), e.text(from)})
		}
	})
	slices.SortFunc(all, func(a, b factView) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// eachFact visits the values of a facts document, lists of plain values as one.
func eachFact(tree any, path string, visit func(path string, value any)) {
	switch value := tree.(type) {
	case map[string]any:
		for key, below := range value {
			eachFact(below, strings.TrimPrefix(path+"."+key, "."), visit)
		}
	case []any:
		visit(path, value)
		for i, below := range value {
			if _, isTree := below.(map[string]any); isTree {
				eachFact(below, fmt.Sprintf("%s[%d]", path, i), visit)
			}
		}
	default:
		visit(path, value)
	}
}

// phrases are the words of the note behind a side of a comparison.
func phrases(found []docs.Evidence) string {
	var all []string
	for _, each := range found {
		if each.Text != "" {
			all = append(all, "“"+each.Text+"”")
		}
	}
	return strings.Join(all, ", ")
}

// unnamed is what a stretch of time is called where no activity is known: the code that the record has.
func unnamed(segment visit.Segment) string {
	if segment.Code == "" {
		return "Not named"
	}
	return "Not named: " + segment.Code
}
