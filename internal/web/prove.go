package web

import (
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/review"
)

// prove adds to choices, findings and lines that fell away what they rest on: where the minutes of the
// service were read, and what the rules say of the code. Suggestions carry theirs.
func (s *Server) prove(body *visitPage, reviewed *review.Review) {
	p := prover{s, reviewed, evidenceOf(reviewed.Visit())}
	for i, choice := range reviewed.Coding.Choices {
		body.Choices[i].Because = p.ofChoice(choice)
	}
	for i, n := range reviewed.Coding.NotSuggested {
		proof := p.minutesBehind(n.Code, body.NotSuggested[i].Proof)
		proof.Rule, _ = s.options.Reviews.Codes.Definition(n.Code)
		body.NotSuggested[i].Proof = proof
	}
	for i, f := range reviewed.Coding.Flags {
		body.Flags[i].Because = p.ofFlag(f)
	}
}

type prover struct {
	*Server
	reviewed *review.Review
	read     evidence
}

// ofChoice says of each line of a choice, once, what the rules say of it.
func (p prover) ofChoice(choice coding.Choice) []becauseView {
	var all []becauseView
	var seen []string
	for _, option := range choice.Options {
		for _, line := range option {
			if !slices.Contains(seen, line.Code) {
				seen = append(seen, line.Code)
				all = append(all, p.ofLine(line)...)
			}
		}
	}
	return all
}

func (p prover) ofLine(line coding.Line) []becauseView {
	all := becauseOf(p.options.Reviews.Weigh(p.reviewed, line), p.read)
	for i := range all {
		all[i].Text = line.Code + ": " + all[i].Text
		all[i].Proof = p.minutesBehind(line.Code, all[i].Proof)
		if all[i].Proof.Reference == "" {
			all[i].Proof.Reference = p.cited(line.Code)
		}
	}
	return all
}

// ofFlag is what the rules say of a finding's code; of one without a code, the minutes that are not counted.
func (p prover) ofFlag(f coding.Flag) []becauseView {
	if f.Code != "" {
		units := 1
		for _, s := range p.reviewed.Coding.Suggestions {
			if s.Code == f.Code {
				units = s.Units
			}
		}
		return p.ofLine(coding.Line{Code: f.Code, Units: units})
	}
	var all []becauseView
	for _, m := range p.reviewed.Coding.Minutes {
		if !m.Counted {
			all = append(all, becauseView{Status: countedWord(false), Text: sentence(minutes(&m.Minutes) + " of " + activity(m.Activity) + ": " + m.Why),
				Proof: p.read.proof(m.Sources).by(m.Layer+" rules", m.Reference)})
		}
	}
	return all
}

// cited is the reference of a code's rule on the day of service.
func (p prover) cited(code string) string {
	for _, rule := range p.options.Reviews.Codes.InForce(p.reviewed.Facts.DateOfService, code) {
		return effective.Cite(rule.References)
	}
	return ""
}

// minutesBehind adds to a proof where the minutes of a code's service were read, where nothing else is named.
func (p prover) minutesBehind(code string, of proof) proof {
	activity, known := p.options.Reviews.Codes.ActivityForCode(code)
	if !known || of.Resource != "" {
		return of
	}
	for _, m := range p.reviewed.Coding.Minutes {
		if m.Activity == activity {
			return p.read.proof(m.Sources).by(of.Rule, of.Reference)
		}
	}
	return of
}
