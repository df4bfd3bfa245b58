package web

import (
	"cmp"
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

// evidence finds the version and the last change of a resource that was read, and the field that was read of it.
type evidence struct {
	versions map[string]visit.Version
	fields   map[string]string // by source, where the record says which
	zone     *time.Location    // nil: as each instant is written
	day      string            // of the visit; empty where it is not known
}

func evidenceOf(v *visit.Visit) evidence {
	e := evidence{versions: map[string]visit.Version{}, fields: map[string]string{}}
	if v == nil {
		return e
	}
	for _, s := range v.Session.Segments {
		e.fieldsOf(s.Sources, fieldOfTime(s.Why))
	}
	for _, s := range v.Scores {
		e.fieldsOf(s.Sources, "")
		e.readAs(s.Trend)
	}
	for _, version := range v.Evidence {
		e.versions[version.Reference] = version
	}
	if !v.Facts.DateOfService.IsZero() {
		e.day = v.Facts.DateOfService.String()
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

// A proof is what a number rests on: where it was read, and by which rule it counts. What the record or the
// rules do not say is empty.
type proof struct{ Resource, Field, Changed, Rule, Reference string }

// proof says where something was read.
func (e evidence) proof(sources []string) proof {
	var p struct{ resources, fields, changed []string }
	for _, source := range sources {
		whole, _, _ := strings.Cut(source, "#")
		version := e.versions[whole]
		if version.Version != "" {
			source += ", version " + version.Version
		}
		p.resources = append(p.resources, source)
		if field := e.fields[whole]; field != "" && !slices.Contains(p.fields, field) {
			p.fields = append(p.fields, field)
		}
		if changed := e.moment(version.Updated); version.Updated != "" && !slices.Contains(p.changed, changed) {
			p.changed = append(p.changed, changed)
		}
	}
	return proof{Resource: strings.Join(p.resources, "; "), Field: strings.Join(p.fields, ", "), Changed: strings.Join(p.changed, "; ")}
}

// by adds the rule to a proof.
func (p proof) by(rule, reference string) proof {
	p.Rule, p.Reference = rule, reference
	return p
}

// fieldsOf notes which field of each source was read; an empty one is the value that its type has.
func (e evidence) fieldsOf(sources []string, field string) {
	for _, source := range sources {
		whole, _, _ := strings.Cut(source, "#")
		if kind, _, typed := strings.Cut(whole, "/"); typed && e.fields[whole] == "" {
			e.fields[whole] = cmp.Or(field, fieldOfValue[kind])
		}
	}
}

// fieldOfValue is where answers and totals stand in FHIR R4.
var fieldOfValue = map[string]string{
	"Observation":           "Observation.value[x], component.value[x]",
	"QuestionnaireResponse": "QuestionnaireResponse.item.answer.value[x]",
}

// fieldOfTime is the field that the reason of a segment names, as "Procedure.performedPeriod, without what
// is not counted" does; empty where it names none.
func fieldOfTime(why string) string {
	field, _, _ := strings.Cut(why, ",")
	if strings.HasPrefix(field, "Procedure.") || strings.HasPrefix(field, "Encounter.") {
		return field
	}
	return ""
}

// readAs notes versions and fields of earlier totals, which are no evidence of this visit.
func (e evidence) readAs(earlier []visit.EarlierTotal) {
	for _, t := range earlier {
		e.fieldsOf(t.Sources, "")
		for _, version := range t.Versions {
			if _, known := e.versions[version.Reference]; !known {
				e.versions[version.Reference] = version
			}
		}
	}
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
