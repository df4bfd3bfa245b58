package fhir

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// The systems and extensions of a definition.
const (
	ruleDefinition   = "https://chargenote.dev/fhir/ChargeItemDefinition/"
	ruleSource       = "https://chargenote.dev/fhir/StructureDefinition/rule-source" // R4 has no relatedArtifact on a ChargeItemDefinition
	countrySystem    = "urn:iso:std:iso:3166"
	fhirPathLanguage = "text/fhirpath"
)

// chargeDay is the day of a charge in FHIRPath, as its record writes it, in the zone of the visit:
// days compare as text, because a FHIRPath date and a time of the same day do not compare at all. A
// charge without a whole day gives nothing, and so does every comparison with it.
const chargeDay = "(%context.occurrence.ofType(Period).start | %context.occurrence.ofType(dateTime)).toString().substring(0, 10).where(length() = 10)"

var definitionForm = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`) // of an id in R4

// definitionCanonical is the address of a definition in one version of the rules.
func definitionCanonical(name, version string) string {
	if version == "" {
		return ruleDefinition + name
	}
	return ruleDefinition + name + "|" + definitionVersion(version)
}

// definitionVersion writes the version of the rules so that it can stand in a canonical, which holds
// no spaces: 2026.1 + site 3 is 2026.1+site-3. All but letters, digits, points, + and _ are hyphens.
func definitionVersion(version string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".+_", r) {
			return r
		}
		return '-'
	}, strings.ReplaceAll(version, " + ", "+"))
}

// A ChargeDefinition is what the rules say of one code, as a resource.
type ChargeDefinition struct {
	Name string // id of the resource and the last part of its url, see coding.Rules.Definition
	JSON []byte // a FHIR R4 ChargeItemDefinition
}

// ChargeDefinitions writes one ChargeItemDefinition for every code of the rules, by code: those that
// were ended and those that are not yet in force too. The url of each, with its version, is what a
// ChargeItem of the code names as definitionCanonical.
//
// The day decides status, date and what the description holds of the tables, unit limits, pairs and
// who may bill among them; what a rule says
// over the years stands in a propertyGroup for each of its periods, without prices. All that is said
// in words stands as applicability. An expression is there only where the charge alone can answer it:
// its day, and its units where the rule itself sets an end. Sources stand as extensions, because R4
// has no place for them. The notice is the copyright of every definition.
func ChargeDefinitions(rules *coding.Rules, on effective.Date, notice string) ([]ChargeDefinition, error) {
	c := catalogue{rules: rules, on: on, notice: notice, version: rules.Version().Version, every: rules.Every(on)}
	for _, payer := range rules.Payers() {
		c.payers = append(c.payers, payerRules{payer, rules.ForPayer(coding.Payer{Kind: payer, Name: payer})})
	}
	c.common = rules.ForPayer(coding.Payer{})
	var all []ChargeDefinition
	for _, rule := range c.every {
		for _, code := range rule.Codes {
			definition, err := c.definition(rule, code)
			if err != nil {
				return nil, err
			}
			all = append(all, definition)
		}
	}
	return all, nil
}

// A catalogue is the rules as they are written out on one day.
type catalogue struct {
	rules   *coding.Rules
	on      effective.Date
	notice  string
	version string
	every   []coding.RuleInForce
	common  *coding.Rules // for all payers
	payers  []payerRules
}

// payerRules are the rules as they hold for one payer.
type payerRules struct {
	payer string
	rules *coding.Rules
}

func (c *catalogue) definition(rule coding.RuleInForce, code string) (ChargeDefinition, error) {
	name, _ := c.rules.Definition(code)
	if !definitionForm.MatchString(name) {
		return ChargeDefinition{}, fmt.Errorf("rule %s: %q is no FHIR id, name the rule with letters, digits, hyphens and points, at most 64", rule.ID, name)
	}
	groups := c.groups(code)
	about := c.about(rule, code)
	resource := r4.ChargeItemDefinition{
		Id:              r4Value(name),
		Extension:       c.related(groups, about),
		Url:             ruleDefinition + name,
		Version:         r4Value(definitionVersion(c.version)),
		Title:           r4Value(rule.Label),
		Replaces:        c.predecessors(code),
		Status:          statusOn(groups, c.on),
		Date:            r4Value(c.on.String()),
		Publisher:       r4Value(softwareName("")),
		Description:     r4Value(c.description(rule, about)),
		Jurisdiction:    []r4.CodeableConcept{*r4Concept(countrySystem, "US")},
		Copyright:       r4Optional(c.notice),
		ApprovalDate:    r4Value(rule.Checked.String()),
		LastReviewDate:  r4Value(rule.Checked.String()),
		EffectivePeriod: effectivePeriod(groups),
		Code:            r4Concept(chargeSystemOf(code), code),
		Applicability:   commonApplicability(groups),
	}
	resource.Code.Text = r4Value(rule.Label)
	for _, g := range groups {
		resource.PropertyGroup = append(resource.PropertyGroup, r4.ChargeItemDefinitionPropertyGroup{
			Extension:     sources(g.References),
			Applicability: append([]r4.ChargeItemDefinitionApplicability{g.inDays()}, g.conditions...),
		})
	}
	raw, err := definitionJSON(resource)
	if err != nil {
		return ChargeDefinition{}, fmt.Errorf("build ChargeItemDefinition %s: %w", name, err)
	}
	return ChargeDefinition{Name: name, JSON: raw}, nil
}

// definitionJSON writes a definition for people too: indented, and with < and > as they are.
func definitionJSON(resource r4.ChargeItemDefinition) ([]byte, error) {
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(struct {
		ResourceType string `json:"resourceType"`
		r4.OtherChargeItemDefinition
	}{"ChargeItemDefinition", r4.OtherChargeItemDefinition(resource)})
	return written.Bytes(), err
}

// A days is a stretch of days, from the first to the last one; the last is zero where there is none.
type days struct{ from, until effective.Date }

func (d days) hold(day effective.Date) bool {
	return !day.Before(d.from) && (d.until.IsZero() || !d.until.Before(day))
}

// A group is one period of a rule, for all payers or for one, with what must hold for a charge in it.
type group struct {
	coding.Period
	days       days
	conditions []r4.ChargeItemDefinitionApplicability // without the days
}

// groups lists the periods of a code: as they hold for all payers, then what a layer of rules says
// for one payer alone, where that is something else.
func (c *catalogue) groups(code string) []group {
	common := c.common.Periods(code)
	var own []group
	var others []string
	for _, p := range c.payers {
		periods := p.rules.Periods(code)
		if samePeriods(periods, common) {
			continue
		}
		others = append(others, p.payer)
		for _, period := range periods {
			own = append(own, newGroup(period, "for "+p.payer+" alone"))
		}
	}
	except := ""
	if len(others) > 0 {
		except = "for payers other than " + strings.Join(others, ", ")
	}
	var all []group
	for _, period := range common {
		all = append(all, newGroup(period, except))
	}
	return append(all, own...)
}

func samePeriods(a, b []coding.Period) bool {
	return slices.EqualFunc(a, b, func(a, b coding.Period) bool { // one rule says different things under each day and in each layer
		return a.From == b.From && a.Until == b.Until && a.Layer == b.Layer
	})
}

func newGroup(period coding.Period, payer string) group {
	g := group{Period: period, days: days{period.From, period.Until}}
	say := func(text string) {
		if text != "" {
			g.conditions = append(g.conditions, r4.ChargeItemDefinitionApplicability{Description: r4Value(text)})
		}
	}
	say(strings.Join(period.Sentences, "; "))
	for _, condition := range period.Conditions {
		say(condition)
	}
	if most := period.MostUnits; most > 0 {
		g.conditions = append(g.conditions, r4.ChargeItemDefinitionApplicability{
			Description: r4Value("units of one charge: at most " + strconv.Itoa(most)),
			Language:    r4Value(fhirPathLanguage),
			Expression:  r4Value("%context.quantity.value <= " + strconv.Itoa(most)),
		})
	}
	say(payer)
	return g
}

// inDays says that the day of a charge is in the period, and which layer of rules says so.
func (g group) inDays() r4.ChargeItemDefinitionApplicability {
	said := daysOf(g.days)
	if g.Layer != coding.BuiltInLayer {
		*said.Description += ", as the layer " + g.Layer + " of the rules says"
	}
	return said
}

// commonApplicability is what holds for a charge whatever its period: a day of one of them, and the
// conditions that all of them share.
func commonApplicability(groups []group) []r4.ChargeItemDefinitionApplicability {
	if len(groups) == 0 {
		return nil
	}
	var shared []r4.ChargeItemDefinitionApplicability
	for _, condition := range groups[0].conditions {
		if !slices.ContainsFunc(groups, func(g group) bool {
			return !slices.ContainsFunc(g.conditions, func(o r4.ChargeItemDefinitionApplicability) bool { return *o.Description == *condition.Description })
		}) {
			shared = append(shared, condition)
		}
	}
	return append([]r4.ChargeItemDefinitionApplicability{daysOf(stretches(groups)...)}, shared...)
}

// stretches are the days of all groups, earliest first, with those that touch put together.
func stretches(groups []group) []days {
	var all []days
	for _, g := range groups {
		all = append(all, g.days)
	}
	slices.SortFunc(all, func(a, b days) int { return a.from.Compare(b.from) })
	var joined []days
	for _, d := range all {
		last := len(joined) - 1
		switch {
		case last < 0 || !joined[last].until.IsZero() && joined[last].until.AddDays(1).Before(d.from):
			joined = append(joined, d)
		case !joined[last].until.IsZero() && (d.until.IsZero() || joined[last].until.Before(d.until)):
			joined[last].until = d.until
		}
	}
	return joined
}

// daysOf says that the day of a charge is in one of the stretches.
func daysOf(all ...days) r4.ChargeItemDefinitionApplicability {
	var words, expressions []string
	for _, d := range all {
		text, expression := "on "+d.from.String()+" and later", chargeDay+" >= '"+d.from.String()+"'"
		if !d.until.IsZero() {
			text = "from " + d.from.String() + " to " + d.until.String()
			expression += " and " + chargeDay + " <= '" + d.until.String() + "'"
		}
		words, expressions = append(words, text), append(expressions, expression)
	}
	if len(expressions) > 1 {
		for i := range expressions {
			expressions[i] = "(" + expressions[i] + ")"
		}
	}
	return r4.ChargeItemDefinitionApplicability{
		Description: r4Value("day of service " + strings.Join(words, ", or ")),
		Language:    r4Value(fhirPathLanguage),
		Expression:  r4Value(strings.Join(expressions, " or ")),
	}
}

// effectivePeriod reaches from the first day on which the rule says anything to the last one.
func effectivePeriod(groups []group) *r4.Period {
	all := stretches(groups)
	if len(all) == 0 {
		return nil
	}
	return &r4.Period{Start: r4Value(all[0].from.String()), End: r4Optional(all[len(all)-1].until.String())}
}

// statusOn is retired where the rule held before the day and holds no more. A rule that is not yet in
// force is active: its effectivePeriod says from when.
func statusOn(groups []group, on effective.Date) r4.PublicationStatus {
	begun := false
	for _, g := range groups {
		if g.days.hold(on) {
			return r4.PublicationStatusActive
		}
		begun = begun || g.days.from.Before(on)
	}
	if begun {
		return r4.PublicationStatusRetired
	}
	return r4.PublicationStatusActive
}

// tablesOfLines say how the lines of a visit are marked and counted for a payer, of many codes alike.
var tablesOfLines = []string{"telehealth", "therapy-modifiers", "payer-terms"}

// about is what the tables say of a code itself on the day, where it is in force.
func (c *catalogue) about(rule coding.RuleInForce, code string) []coding.Statement {
	if rule.State != coding.StateInForce {
		return nil
	}
	return slices.DeleteFunc(c.rules.About(c.on, code), func(s coding.Statement) bool { return slices.Contains(tablesOfLines, s.Table) })
}

// description says which rule it is, how it stands on the day, and what the tables say that day.
func (c *catalogue) description(rule coding.RuleInForce, about []coding.Statement) string {
	state := "in force"
	switch rule.State {
	case coding.StateNotYet:
		state = "not yet in force"
	case coding.StateWithdrawn:
		state = "withdrawn"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s. Rule %s of the family %s, rules %s, %s on %s.\n", rule.Label, rule.ID, rule.Family, c.version, state, c.on)
	for _, layer := range c.rules.Layers() {
		if layer.Name != coding.BuiltInLayer {
			fmt.Fprintf(&text, "\nLayer %s %s lies over the built-in rules, for %s.\n", layer.Name, layer.Version, cmp.Or(strings.Join(layer.Payers, ", "), "all payers"))
		}
	}
	if len(about) > 0 {
		fmt.Fprintf(&text, "\nThe tables say of %s:\n\n", c.on)
	}
	for _, s := range about {
		fmt.Fprintf(&text, "- %s: %s", s.Table, s.Text)
		if s.Layer != "" && s.Layer != coding.BuiltInLayer {
			fmt.Fprintf(&text, " (layer %s)", s.Layer)
		}
		text.WriteString("\n")
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// related lists the codes that took the place of this one, and the sources of what the tables say;
// the sources of a period stand in its propertyGroup.
func (c *catalogue) related(groups []group, about []coding.Statement) []r4.Extension {
	var successors []string
	for _, g := range groups {
		successors = append(successors, g.Numbers.Successors...)
	}
	var all []r4.Extension
	for _, code := range unique(successors) {
		artifact := r4.RelatedArtifact{Type: r4.RelatedArtifactTypeSuccessor, Label: r4Value(code), Resource: c.canonicalOf(code)}
		if label, known := c.rules.Label(code); known {
			artifact.Display = r4Value(label)
		}
		all = append(all, related(artifact))
	}
	var references []effective.Reference
	for _, s := range about {
		references = append(references, s.References...)
	}
	return append(all, sources(unique(references))...)
}

// predecessors are the definitions of the codes whose place this one took.
func (c *catalogue) predecessors(code string) []string {
	var all []string
	for _, rule := range c.every {
		if !slices.Contains(rule.Numbers.Successors, code) {
			continue
		}
		for _, replaced := range rule.Codes {
			all = append(all, *c.canonicalOf(replaced))
		}
	}
	return all
}

// canonicalOf is nil for a code that no rule knows.
func (c *catalogue) canonicalOf(code string) *string {
	name, known := c.rules.Definition(code)
	if !known {
		return nil
	}
	return r4Value(definitionCanonical(name, c.version))
}

// sources writes references with their marks.
func sources(references []effective.Reference) []r4.Extension {
	var all []r4.Extension
	for _, reference := range references {
		all = append(all, related(r4.RelatedArtifact{
			Type:     r4.RelatedArtifactTypeCitation,
			Label:    r4Value("mark " + string(reference.Mark)),
			Display:  r4Value(reference.Title),
			Citation: r4Value(reference.String()),
			Url:      r4Optional(reference.Href),
		}))
	}
	return all
}

func related(artifact r4.RelatedArtifact) r4.Extension {
	return r4.Extension{Url: ruleSource, ValueRelatedArtifact: &artifact}
}

// unique keeps the first of equals, in order.
func unique[T comparable](all []T) []T {
	var kept []T
	for _, one := range all {
		if !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}
