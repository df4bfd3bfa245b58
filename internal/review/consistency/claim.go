package consistency

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
)

const icd10cm = "http://hl7.org/fhir/sid/icd-10-cm"

// chargedCodes are the codes that the record already charges for the visit.
func (s *sides) chargedCodes() (codes, sources []string) {
	for _, c := range s.Visit.Charges {
		codes, sources = append(codes, c.Code), append(sources, c.Reference)
	}
	return unique(codes), sources
}

// codes compares the codes that the note names with those of the claim; a code that the note leaves out
// is a gap.
func (s *sides) codes() (Check, bool) {
	claim, open := s.claimCodes()
	charged, sources := s.chargedCodes()
	k := Check{Claim: listed(claim), Record: listed(charged)}.from(sources...)
	var named []string
	for _, c := range s.said.Codes {
		named = append(named, c.Value)
		k = k.shows(c.Evidence)
	}
	k.Note = listed(named)
	said := k.Claim != "" || k.Record != "" || k.Note != ""
	ours := slices.Concat(claim, open)
	if len(ours) == 0 {
		ours = charged
	}
	switch {
	case len(named) == 0 && len(ours) == 0:
		return k.unknown("neither claim nor note names a code"), said
	case len(named) == 0:
		return k.unknown("the note names no code, which is a gap only where the payer asks for one"), said
	case len(ours) == 0:
		return k.unknown("the note names " + k.Note + ", and no line is suggested"), said
	}
	if others := without(named, ours); len(others) > 0 {
		return s.differs(k, different, fmt.Sprintf("the note names %s, the claim has %s", listed(others), listed(unique(ours)))), said
	}
	if others := without(charged, ours); len(others) > 0 {
		return s.differs(k, different, fmt.Sprintf("the record already charges %s, the suggested lines and the note have %s", listed(others), k.Note)), said
	}
	if rest := without(claim, named); len(rest) > 0 {
		return k.equal("the note names " + k.Note + ", which the claim has; it does not name " + listed(rest)), said
	}
	return k.equal("claim and note name the same codes"), said
}

// instrumentCode is the code of which each unit is one scored instrument.
const instrumentCode = "96127"

// units compares the units of the claim with those that the note's own figures earn.
func (s *sides) units() (Check, bool) {
	claimed, activities := 0, []string{}
	for _, line := range s.Claim.Suggestions {
		if line.Code == instrumentCode {
			return s.instrumentUnits(line.Units), true
		}
		family, _ := docs.FamilyOf([]string{line.Code})
		if line.Minutes == nil || family != "timed_therapy" && family != "cognitive" {
			continue
		}
		claimed += line.Units
		if activity, ok := s.Codes.ActivityForCode(line.Code); ok {
			activities = append(activities, activity)
		}
	}
	if claimed == 0 {
		return Check{}.unknown("no line of the claim is counted in units of time or of instruments"), false
	}
	return s.timedUnits(claimed, unique(activities)), true
}

func unitsText(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return strconv.Itoa(n) + " units"
}

// instrumentUnits counts the instruments that the note gives a figure for. More than are claimed support
// the claim.
func (s *sides) instrumentUnits(claimed int) Check {
	k := Check{Claim: unitsText(claimed)}
	var names []string
	for _, score := range s.said.Scores {
		names = append(names, score.Instrument)
		k = k.shows(score.Evidence)
	}
	names = unique(names)
	if len(names) == 0 {
		return k.unknown("the claim has " + k.Claim + " of " + instrumentCode + ", and the note gives no instrument with its figure: a gap, and no mismatch")
	}
	k.Note = listed(names)
	if len(names) < claimed {
		return s.differs(k, different, fmt.Sprintf("the claim has %s of %s, the note %d scored (%s)", k.Claim, instrumentCode, len(names), k.Note))
	}
	return k.equal(fmt.Sprintf("the claim has %s of %s, and the note gives figures of %s", k.Claim, instrumentCode, k.Note))
}

// timedUnits asks the coding rules what the note's timed minutes earn by the payer's rule.
func (s *sides) timedUnits(claimed int, activities []string) Check {
	k := Check{Claim: unitsText(claimed)}
	minutes := s.said.TimedMinutes
	if minutes == nil && len(activities) == 1 && activities[0] == "cognitive-intervention" {
		minutes = s.said.Minutes // of a cognitive service the total is of the timed code
	}
	if minutes == nil {
		return k.unknown("the claim has " + k.Claim + " of timed codes, and the note gives no total of timed minutes: a gap, and no mismatch")
	}
	k.Note = fmt.Sprintf("%d minutes", minutes.Value)
	k = k.shows(minutes.Evidence)
	facts, ok := s.withTimed(activities, minutes.Value)
	if !ok {
		return k.unknown("the note gives " + k.Note + " in total, which settles the units of several services only where the payer counts the total")
	}
	earned := 0
	for _, line := range s.Codes.Suggest(facts).Suggestions {
		if activity, ok := s.Codes.ActivityForCode(line.Code); ok && slices.Contains(activities, activity) {
			earned += line.Units
		}
	}
	if earned == claimed {
		return k.equal(fmt.Sprintf("%s of timed codes, as the note's %s earn", k.Claim, k.Note))
	}
	return s.differs(k, different, fmt.Sprintf("the claim has %s of timed codes, the note's %s earn %s", k.Claim, k.Note, unitsText(earned)))
}

// withTimed gives all timed minutes to the first of the timed services. Where there are several that is
// right only where the payer counts their total.
func (s *sides) withTimed(activities []string, minutes int) (coding.Facts, bool) {
	facts := s.Facts
	facts.Services = nil
	timed := 0
	for _, service := range s.Facts.Services {
		switch {
		case slices.Contains(activities, service.Activity):
			if timed++; timed == 1 {
				service.Minutes, service.Start, service.End, service.AssistantMinutes = &minutes, nil, nil, nil
				facts.Services = append(facts.Services, service)
			}
		case slices.Contains(activities, service.LinkedActivity): // its minutes are among them
		default:
			facts.Services = append(facts.Services, service)
		}
	}
	payer := facts.Payer
	total := payer.TimedUnits == coding.UnitsCMS8Minute || payer.TimedUnits == "" && payer.Kind == coding.PayerMedicare
	return facts, timed == 1 || timed > 1 && total
}

// diagnosis compares the diagnoses of the visit, which the claim will name, with the codes of the note.
func (s *sides) diagnosis() (Check, bool) {
	var k Check
	var claim, named []string
	for _, d := range s.Visit.Diagnoses {
		if d.Origin == "encounter" && d.System == icd10cm {
			claim = append(claim, docs.DottedCode(d.Code))
			k = k.from(d.Reference)
		}
	}
	for _, d := range s.said.Diagnoses {
		named = append(named, d.Value)
		k = k.shows(d.Evidence)
	}
	claim = unique(claim)
	k.Record, k.Note = listed(claim), listed(named)
	said := k.Record != "" || k.Note != ""
	if k.Record == "" || k.Note == "" {
		return k.gap("a diagnosis code"), said
	}
	if rest := without(claim, named); len(rest) > 0 {
		return s.differs(k, "lacking", "the claim has "+listed(rest)+", which the note lacks: "+k.bothSay()), said
	}
	if claim[0] != named[0] {
		return s.differs(k, "order", "the first diagnosis is another: "+k.bothSay()), said
	}
	if rest := without(named, claim); len(rest) > 0 {
		return s.differs(k, "more", "the note names "+listed(rest)+", which the visit does not have: "+k.bothSay()), said
	}
	return k.equal("record and note name the same diagnoses, the same first"), said
}

// addOns wants of each add-on that is suggested or charged one of the codes that it may follow.
func (s *sides) addOns() (Check, bool) {
	claim, open := s.claimCodes()
	charged, sources := s.chargedCodes()
	all := unique(slices.Concat(claim, charged, open))
	k := Check{Claim: listed(claim), Record: listed(charged)}.from(sources...)
	found := []string{}
	for _, code := range all {
		primaries, complete := s.Codes.Primaries(code, s.Facts.DateOfService)
		if len(primaries) == 0 {
			continue
		}
		found = append(found, code)
		if slices.ContainsFunc(primaries, func(p string) bool { return slices.Contains(all, p) }) {
			continue
		}
		if complete {
			return s.differs(k, different, code+" is an add-on and stands without the code that it belongs to"), true
		}
		return k.unknown(code + " is an add-on, and whether the code that it belongs to is there is not known"), true
	}
	if len(found) == 0 {
		return k.unknown("no add-on is suggested or charged"), false
	}
	return k.equal(listed(found) + " beside the code that it belongs to"), true
}
