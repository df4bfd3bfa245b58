package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review/consistency"
)

// instrumentsKnown is what the command rules prints where instruments are asked for.
type instrumentsKnown struct {
	Instruments []*screening.Instrument `json:"instruments"`
}

// instruments prints all instruments, or the one whose name stands where a code is expected. It
// reports whether instruments were asked for at all. They hold on every day and whoever pays.
func (c *rulesList) instruments(t terminal) (asked bool, err error) {
	set, err := screening.Builtin()
	if err != nil {
		return true, err
	}
	one, named := set.ByName(c.Code)
	switch {
	case !c.Instruments && (c.Code == "" || !named):
		return false, nil
	case c.Family != "" || c.Payer != "":
		return true, usage("an instrument is the same for every family and payer: leave --family and --payer away")
	case !c.Instruments:
		return true, c.print(t, instrumentsKnown{[]*screening.Instrument{one}}, func(p *page) { instrumentText(p, one) })
	case c.Code != "":
		return true, usage("give either a name or --instruments, not both")
	}
	return true, c.print(t, instrumentsKnown{set.All()}, func(p *page) { instrumentLines(p, set.All()) })
}

// instrumentLines writes each instrument on one line.
func instrumentLines(p *page, all []*screening.Instrument) {
	for _, i := range all {
		var codes []string
		for _, s := range i.Supports {
			codes = append(codes, s.Code)
		}
		total := "no total"
		if i.HasTotal() {
			total = fmt.Sprintf("%d to %d", i.Range[0], i.Range[1])
		}
		p.line("%-11s %-55s %-8s %s", i.Name, i.About, total, cmp.Or(strings.Join(codes, " "), "no code of its own"))
	}
}

// unknownRule says that no rule that holds on the day has this code or id and no instrument this name, and
// which come nearest.
func unknownRule(rules *coding.Rules, notes *docs.Rules, checks []consistency.Standing, day effective.Date, asked string) error {
	if notes.Knows(asked) || consistency.IsCheck(asked) {
		return usage("%s does not hold on %s: it begins later, or was ended; give another day by --on", asked, day)
	}
	set, err := screening.Builtin()
	if err != nil {
		return err
	}
	var names []name
	for _, rule := range rules.InForce(day, "") {
		for _, code := range rule.Codes {
			names = append(names, name{shown: code, said: code})
		}
	}
	for _, r := range notes.InForce(day) {
		names = append(names, name{shown: r.ID, said: r.ID})
	}
	for _, r := range checks {
		names = append(names, name{shown: r.ID, said: r.ID})
	}
	for _, i := range set.All() {
		for _, said := range slices.Concat([]string{i.Name, i.ID}, i.Aliases) {
			names = append(names, name{shown: i.Name, said: said, about: i.About})
		}
	}
	near := nearest(asked, names)
	if len(near) == 0 {
		return usage("no rule knows the code %q, and no instrument has this name: chargenote rules lists codes and ids, chargenote rules --instruments instruments", asked)
	}
	return usage("no rule knows the code %q, and no instrument has this name; nearest: %s", asked, strings.Join(near, ", "))
}
