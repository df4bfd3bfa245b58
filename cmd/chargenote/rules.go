package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review/consistency"
)

// rulesCommand prints rules, checks a pack of them, and brings them in and out.
type rulesCommand struct {
	List   rulesList   `cmd:"" default:"withargs" hidden:"" help:"Print the rules in force on a day."`
	Check  rulesCheck  `cmd:"" help:"Check a directory of rule files: every fault with file, line and column."`
	Import rulesImport `cmd:"" help:"Turn the quarterly NCCI tables of CMS into a rule pack, and say what they change."`
	Export rulesExport `cmd:"" help:"Write the coding rules as FHIR R4 ChargeItemDefinitions, one for each code."`
}

// rulesList prints the rules in force on a day, with their sources.
type rulesList struct {
	Code   string `arg:"" optional:"" help:"One code, such as 90837, screening instrument, such as PHQ-9, element of a note, such as mse_3, or check between claim, record and note, such as cc_duration, with everything that is said about it; without it all rules."`
	On     string `help:"The day, such as 2025-03-10; without it today." placeholder:"DATE"`
	Family string `help:"The rules of one family, such as psychotherapy, with everything that is said about them." placeholder:"NAME"`
	Payer  string `help:"The rules for one payer, by kind (medicare, medicaid, commercial, self-pay) or by the name that a pack uses; without it coding rules of all packs, and the others as they hold for everybody." placeholder:"PAYER"`
	packs
	output

	Instruments bool `help:"The screening instruments, one a line."`
}

// inForce is what the command rules prints.
type inForce struct {
	On            string                 `json:"on"`
	Version       coding.RulesVersion    `json:"rules"`
	Layers        []coding.Layer         `json:"layers"`
	Coding        []explained            `json:"coding"`
	Documentation []docs.Standing        `json:"documentation,omitempty"`
	Consistency   []consistency.Standing `json:"consistency,omitempty"`
}

// explained is a rule with what the tables say about its codes, where one code or family was asked for.
type explained struct {
	coding.RuleInForce
	Periods []coding.Period               `json:"periods,omitempty"`
	About   map[string][]coding.Statement `json:"about,omitempty"`
}

// Run is the command rules.
func (c *rulesList) Run(t terminal) error {
	day, err := dayOption("--on", c.On)
	if err != nil {
		return err
	}
	if day.IsZero() {
		day = effective.DateOf(time.Now())
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	codes, notes := rules.Codes, rules.Notes
	if asked, err := c.instruments(t); asked || err != nil {
		return err
	}
	if c.Payer != "" {
		codes, notes = codes.ForPayer(coding.Payer{Kind: c.Payer, Name: c.Payer}), notes.ForPayer(c.Payer, c.Payer)
	}
	checks := rules.Sides.InForce(day, c.Payer, c.Payer)
	answer := inForce{On: day.String(), Version: codes.Version(), Layers: codes.Layers()}
	switch {
	case c.Code != "" && c.Family != "":
		return usage("give either a code or --family, not both")
	case c.Family != "":
		answer.Coding = explain(codes, codes.InFamily(day, c.Family), day, "")
		if len(answer.Coding) == 0 {
			return usage("no rule belongs to the family %q; there are %s", c.Family, strings.Join(codes.Families(), ", "))
		}
	case c.Code != "":
		answer.Coding = explain(codes, codes.InForce(day, c.Code), day, c.Code)
		answer.Documentation = slices.DeleteFunc(notes.InForce(day), func(s docs.Standing) bool { return s.ID != c.Code })
		answer.Consistency = slices.DeleteFunc(slices.Clone(checks), func(s consistency.Standing) bool { return s.ID != c.Code })
		if len(answer.Coding)+len(answer.Documentation)+len(answer.Consistency) == 0 {
			return unknownRule(codes, notes, checks, day, c.Code)
		}
	default:
		for _, rule := range codes.InForce(day, "") {
			answer.Coding = append(answer.Coding, explained{RuleInForce: rule})
		}
		answer.Documentation, answer.Consistency = notes.InForce(day), checks
	}
	return c.print(t, answer, func(p *page) { rulesText(p, answer) })
}

// explain adds what the tables say about each code of the rules, or about one of them.
func explain(codes *coding.Rules, rules []coding.RuleInForce, day effective.Date, only string) []explained {
	all := []explained{}
	for _, rule := range rules {
		e := explained{RuleInForce: rule, Periods: codes.Periods(rule.Codes[0]), About: map[string][]coding.Statement{}}
		for _, code := range rule.Codes {
			if only == "" || only == code {
				e.About[code] = codes.About(day, code)
			}
		}
		all = append(all, e)
	}
	return all
}

// rulesText writes rules so that a coder who checks a line needs no other page.
func rulesText(p *page, answer inForce) {
	p.line("Rules on %s (%s, %s)", answer.On, answer.Version.Version, answer.Version.Digest)
	for _, layer := range answer.Layers {
		p.line("  %s", layerText(layer))
	}
	for _, r := range answer.Coding {
		p.line("\n%s  %s", strings.Join(r.Codes, " "), r.Label)
		p.line("  %s, family %s, %s, %s since %s, checked %s, layer %s", r.ID, r.Family, r.Kind, r.State, r.Since, r.Checked, r.Layer)
		for _, sentence := range slices.Concat(r.Sentences, r.Conditions) {
			p.line("  %s", sentence)
		}
		sourcesText(p, "  ", r.References)
		periodsText(p, r)
		for _, code := range effective.SortedKeys(r.About) {
			if len(r.About) > 1 {
				p.line("  about %s:", code)
			}
			aboutText(p, r.About[code])
		}
	}
	for _, r := range answer.Documentation {
		p.line("\n%s  %s", r.ID, r.Name)
		elementText(p, r)
	}
	for _, r := range answer.Consistency {
		p.line("\n%s  %s", r.ID, r.Name)
		checkText(p, r)
	}
}

// checkText writes how much a difference between claim, record and note matters, and which layer says so.
func checkText(p *page, r consistency.Standing) {
	p.line("  since %s, layer %s", r.Since, r.Layer)
	for _, s := range r.Sentences {
		p.line("  %s (%s)", s.Text, s.Layer)
	}
	sourcesText(p, "  ", r.References)
}

// elementText writes when an element of documentation is asked for, and what is said where it is missing.
func elementText(p *page, r docs.Standing) {
	p.line("  %s, %s, for %s, since %s, layer %s", r.Level, r.Severity, strings.Join(r.Families, ", "), r.Since, r.Layer)
	if r.Condition != "" {
		p.line("  asked for where %s", r.Condition)
	}
	if len(r.Codes) > 0 {
		p.line("  with %s alone", strings.Join(r.Codes, ", "))
	}
	if len(r.Without) > 0 {
		p.line("  not with %s", strings.Join(r.Without, ", "))
	}
	if r.Minutes > 0 {
		p.line("  from %s of the session on", minutesText(r.Minutes))
	}
	p.line("  why: %s", r.Why)
	p.line("  write: %s", r.Gap)
	p.line("  or: %s", r.Or)
	if len(r.Record) > 0 {
		p.line("  in the record: %s", strings.Join(r.Record, ", "))
	}
	sourcesText(p, "  ", r.References)
}

func sourcesText(p *page, indent string, references []effective.Reference) {
	for _, reference := range references {
		p.line("%ssource: %s", indent, reference)
	}
}

// periodsText writes what a rule said at other times, where it said something else or was ended.
func periodsText(p *page, r explained) {
	if len(r.Periods) == 0 || len(r.Periods) == 1 && r.Periods[0].Until.IsZero() {
		return
	}
	for _, period := range r.Periods {
		until := cmp.Or(period.Until.String(), "today and on")
		p.line("  from %s to %s: %s (%s)", period.From, until, strings.Join(slices.Concat(period.Sentences, period.Conditions), "; "), period.Layer)
	}
}

// aboutText writes what the tables say, each source once below the last sentence that rests on it.
func aboutText(p *page, about []coding.Statement) {
	for i, s := range about {
		p.line("  %s: %s", s.Table, s.Text)
		if i+1 < len(about) && effective.Cite(about[i+1].References) == effective.Cite(s.References) && about[i+1].Layer == s.Layer {
			continue
		}
		if s.Layer != "" && s.Layer != coding.BuiltInLayer {
			p.line("    layer: %s", s.Layer)
		}
		sourcesText(p, "    ", s.References)
	}
}

// layerText says which rules lie over each other, and of when their tables of CMS are.
func layerText(l coding.Layer) string {
	text := l.Name + " " + l.Version + ", checked " + l.Checked.String()
	for _, t := range l.Tables {
		text += ", CMS " + t.Table + " of " + t.Quarter.String()
	}
	if len(l.Payers) > 0 {
		text += ", for " + strings.Join(l.Payers, ", ")
	}
	return text
}

// rulesCheck checks a directory of rule files.
type rulesCheck struct {
	Dir string `arg:"" help:"Directory of rule files (.yaml): a whole pack, a pack that lies over the built-in rules, documentation rules, or checks of consistency."`
}

// Run is the command rules check.
func (c *rulesCheck) Run(t terminal) error {
	root, err := openDir(c.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := checkPack(root.FS()); err != nil {
		return input(c.Dir, err)
	}
	_, err = t.out.Write([]byte("no faults\n"))
	return err
}
