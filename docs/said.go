package docs

import (
	"fmt"
	"slices"
	"strings"
)

// Said is what a note says, as values that can be laid beside a claim and a record. What the note
// does not say is absent, and nothing in it comes from the record.
type Said struct {
	PatientNames  []SaidName      `json:"patientNames,omitempty"`
	BirthDate     *SaidDate       `json:"birthDate,omitempty"`
	ProviderNames []SaidName      `json:"providerNames,omitempty"`
	Credentials   []SaidText      `json:"credentials,omitempty"` // of the clinician, as written
	ServiceDate   *SaidDate       `json:"serviceDate,omitempty"`
	Span          *SaidSpan       `json:"span,omitempty"`
	Minutes       *SaidNumber     `json:"minutes,omitempty"`    // the stated total
	Places        []SaidText      `json:"places,omitempty"`     // telehealth, in-person, office, home, school, facility; each once
	Modalities    []SaidText      `json:"modalities,omitempty"` // audio-video, audio-only; each once
	Codes         []SaidText      `json:"codes,omitempty"`      // procedure codes, in the order of the note
	Diagnoses     []SaidText      `json:"diagnoses,omitempty"`  // ICD-10-CM codes with their dot, in the order of the note
	Signatures    []SaidSignature `json:"signatures,omitempty"`
	SignedOn      *SaidDate       `json:"signedOn,omitempty"`
	Unsigned      *SaidText       `json:"unsigned,omitempty"`     // words that say the note is not signed
	Supervised    *SaidText       `json:"supervised,omitempty"`   // words of supervision or of a second signature
	Participants  []SaidText      `json:"participants,omitempty"` // of a family session, by their relation, such as mother
	Patient       *SaidText       `json:"patient,omitempty"`      // present or absent, where the note says one of them alone
	GroupSize     *SaidNumber     `json:"groupSize,omitempty"`
	Scores        []SaidScore     `json:"scores,omitempty"`
	TimedMinutes  *SaidNumber     `json:"timedMinutes,omitempty"`
	OtherNames    []SaidText      `json:"otherNames,omitempty"` // first names of others in sentences about goals and progress
	Pronouns      []SaidPronoun   `json:"pronouns,omitempty"`
}

// SaidText is a value of a note and the words that say it.
type SaidText struct {
	Value string `json:"value"`
	Evidence
}

// SaidNumber is a number of a note and the words that say it.
type SaidNumber struct {
	Value int `json:"value"`
	Evidence
}

// SaidName is a person's name as written.
type SaidName struct {
	Value string `json:"value"`
	Short bool   `json:"short,omitempty"` // initials in place of a first or a last name
	Evidence
}

// SaidDate is a day. A day in figures is read with the month first.
type SaidDate struct {
	Value string   `json:"value"`        // as 2025-03-10
	Or    []string `json:"or,omitempty"` // what else the same figures may mean: the day first, another century
	Evidence
}

// SaidSpan is when the session began and ended, as 14:00.
type SaidSpan struct {
	From string `json:"from"`
	To   string `json:"to"`
	Half bool   `json:"half,omitempty"` // the note does not say which half of the day: both are times of twelve hours
	Evidence
}

// SaidSignature is a signing statement; Name is empty where it names nobody.
type SaidSignature struct {
	Name string `json:"name,omitempty"`
	Evidence
}

// SaidScore is the figure beside an instrument.
type SaidScore struct {
	Instrument string `json:"instrument"`
	Value      int    `json:"value"`
	Evidence
}

// said collects what the note says.
func (n *reading) said(rules []*ruleFile) *Said {
	s := &Said{ServiceDate: n.saidServiceDate(), Signatures: n.saidSignatures(), SignedOn: n.saidSignedOn(), Scores: n.saidScores()}
	s.BirthDate = n.saidBirthDate(s.ServiceDate)
	s.PatientNames = n.saidNames(n.names, n.writtenAsName)
	s.ProviderNames = n.saidNames(n.providerNames(), func(p nameFound) bool { return p.whole > 0 && p.whole+p.initials >= 2 })
	s.Credentials = n.saidCredentials()
	s.Span, s.Minutes = n.saidTime()
	s.Codes, s.Diagnoses = n.saidCodes(rules), n.saidDiagnoses()
	s.Unsigned = n.firstWords("unsigned", "unsigned")
	s.Supervised = n.firstWords("supervision", "supervised")
	n.saidCircumstances(s, rules)
	n.saidOthers(s)
	return s
}

// firstWords is the first place of a word list that speaks of the note.
func (n *reading) firstWords(list, value string) *SaidText {
	for _, h := range n.words(list) {
		if !anyIn(n.words("not-the-note"), n.firstOfSentence(h.first), h.first) {
			return &SaidText{value, n.evidence(h.first, h.last)}
		}
	}
	return nil
}

// once keeps the first place of each value.
func once(all []SaidText) []SaidText {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(s SaidText) bool {
		again := seen[s.Value]
		seen[s.Value] = true
		return again
	})
}

// saidTime is the best span of the session and the total that is stated for it.
func (n *reading) saidTime() (*SaidSpan, *SaidNumber) {
	var span *SaidSpan
	if len(n.session.spans) > 0 {
		best := n.session.spans[0]
		span = &SaidSpan{From: clockText(best.from), To: clockText(best.to), Evidence: n.evidence(best.first, best.last)}
		if best.from < 0 {
			span.From, span.To, span.Half = clockText(best.start.minutes), clockText(best.stop.minutes), true
		}
	}
	if n.session.stated == nil {
		return span, nil
	}
	for _, d := range n.session.totals {
		if d.minutes == *n.session.stated {
			return span, &SaidNumber{d.minutes, n.evidence(d.first, d.last)}
		}
	}
	return span, nil
}

// saidCodes are the procedure codes that the note names. One of five digits counts where it is claimed,
// where documentation rules know it, or behind a label; behind a state it is a postal code.
func (n *reading) saidCodes(rules []*ruleFile) []SaidText {
	plain := map[string]bool{}
	for _, code := range plainCodes(n.request.Codes) {
		plain[strings.ToLower(code)] = true // as the note is folded
	}
	var labels []hit
	if v := n.valueOf(rules, "cpt_in_note"); v != nil {
		labels = n.hits[v.lists.any]
	}
	var all []SaidText
	for i := range n.tokens {
		t := &n.tokens[i]
		if !isCode(t.text) && !plain[t.text] {
			continue
		}
		family, _ := FamilyOf([]string{t.text})
		labelled := n.at(i-1) == "+" || anyIn(labels, max(0, i-4), i)
		if !plain[t.text] && family == "" && t.text != "90785" && !labelled {
			continue
		}
		if !labelled && (anyIn(n.words("states"), max(0, i-1), i) || anyIn(n.words("state-names"), max(0, i-2), i)) {
			continue
		}
		if a := n.assertion(hit{i, i + 1}); a.negated || a.planned || a.past || n.in(i, inPlan) {
			continue
		}
		all = append(all, SaidText{strings.ToUpper(t.text), n.evidence(i, i+1)})
	}
	return once(all)
}

// saidDiagnoses are the diagnosis codes of the patient, written with their dot.
func (n *reading) saidDiagnoses() []SaidText {
	var all []SaidText
	for _, h := range n.diagnosisCodes() {
		e := n.evidence(h.first, h.last)
		all = append(all, SaidText{DottedCode(e.Text), e})
	}
	return once(all)
}

// DottedCode is an ICD-10-CM code in capitals with the dot behind its third character.
func DottedCode(code string) string {
	code = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(code), ".", ""))
	if len(code) <= 3 {
		return code
	}
	return code[:3] + "." + code[3:]
}

// saidScores are the whole numbers that stand beside instruments, each figure once.
func (n *reading) saidScores() []SaidScore {
	var all []SaidScore
	seen := map[string]bool{}
	for _, s := range n.instruments("instruments") {
		first, _, ok := n.scoreBeside(s.instrument)
		if !ok || atoi(n.at(first)) < 0 {
			continue
		}
		key := fmt.Sprint(s.name, " ", n.at(first))
		if !seen[key] {
			all = append(all, SaidScore{s.name, atoi(n.at(first)), n.evidence(s.first, s.last)})
		}
		seen[key] = true
	}
	return all
}

// valueOf is what the rule of an element says on the day of the note; nil where none holds.
func (n *reading) valueOf(rules []*ruleFile, id string) *value {
	for _, rule := range rules {
		if rule.ID == id {
			if v, ok := rule.On(dayOf(n.request)); ok {
				return v
			}
		}
	}
	return nil
}
