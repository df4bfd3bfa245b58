package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/visit"
)

// Filer writes a confirmed filing into a record, once.
type Filer interface {
	// File sends the filing. An answer of the record, a refusal among them, is a Receipt; an
	// error is for what could not be tried.
	File(ctx context.Context, filing visit.Filing) (visit.Receipt, error)
	// ReadBack reads what the record holds of the filing and compares it with what was sent.
	ReadBack(ctx context.Context, filing visit.Filing) (visit.Receipt, error)
}

// An Offer is a line, or an option of a choice, that a clinician may confirm.
type Offer struct {
	ID      string // stable for the same code and modifiers; "choice-1-2" for the second option of the first choice
	Lines   []coding.Line
	Because []coding.Because
	Choice  int // 1 for the first open choice, 0 where the line stands as it is

	place string // of service
}

// ErrNoUser means that nobody is named who could confirm, so that nothing is written.
var ErrNoUser = errors.New("the EHR did not say who you are, so nothing can be filed: open the app again from the chart")

// Offers lists what may be confirmed, in the order of the suggestions.
func (r *Review) Offers() []Offer {
	var offers []Offer
	for _, s := range r.Coding.Suggestions {
		offers = append(offers, Offer{ID: lineID(LineOf(s)), Lines: []coding.Line{LineOf(s)}, Because: s.Because, place: s.PlaceOfService})
	}
	for i, c := range r.Coding.Choices {
		for j, option := range c.Options {
			offers = append(offers, Offer{ID: fmt.Sprintf("choice-%d-%d", i+1, j+1), Lines: option, Choice: i + 1})
		}
	}
	return offers
}

// LineOf is the bare line of a suggestion.
func LineOf(s coding.Suggestion) coding.Line {
	return coding.Line{Code: s.Code, Units: s.Units, Modifiers: s.Modifiers}
}

func lineID(line coding.Line) string {
	return strings.Join(append([]string{line.Code}, line.Modifiers...), "-")
}

// A Confirmation is who confirmed which offers, and where they are filed.
type Confirmation struct {
	Offers []string // ids of Offers
	Picks  []Pick   // lines beside them
	// Diagnoses are references of those to link; nil: all of the record, an empty list: none.
	Diagnoses []string
	Tenant    string
	Issuer    string
	User      string // fhirUser of the launch
	Software  string
	At        time.Time
}

// Filing is what a confirmation would write. An unknown offer, two options of one choice, an add-on
// without its base and a confirmation without a user are errors.
func (s *Service) Filing(r *Review, c Confirmation) (visit.Filing, error) {
	if c.User == "" {
		return visit.Filing{}, ErrNoUser
	}
	lines, err := s.chosen(r, c.Offers, c.Picks)
	if err != nil {
		return visit.Filing{}, err
	}
	diagnoses, err := linked(r.visit.Diagnoses, c.Diagnoses)
	if err != nil {
		return visit.Filing{}, err
	}
	v := r.visit
	start, end := r.Session.Start, r.Session.End
	if start == nil || end == nil {
		start, end = v.Start, v.End
	}
	return visit.Filing{
		Tenant: c.Tenant, Issuer: c.Issuer,
		Encounter: v.Encounter, Patient: v.Patient,
		Performer: v.Clinician.Reference, Enterer: c.User,
		Day: r.DateOfService, Start: start, End: end,
		Lines:   lines,
		Rules:   r.Coding.Rules.Version,
		GapNote: s.gapNote(r, lines, len(c.Picks) > 0), GapNoteOrdinal: v.VoidedNotes, Note: v.Note.Reference,
		Diagnoses: diagnoses, Evidence: r.evidence(),
		Recorded: c.At, Software: c.Software,
	}, nil
}

func (s *Service) chosen(r *Review, ids []string, picks []Pick) ([]visit.FiledLine, error) {
	if len(ids)+len(picks) == 0 {
		return nil, errors.New("nothing was chosen: tick at least one line")
	}
	offers := r.Offers()
	rests, err := s.Rests(r)
	if err != nil {
		return nil, err
	}
	choice := map[int]string{}
	var lines []visit.FiledLine
	for _, offer := range offers {
		if !slices.Contains(ids, offer.ID) {
			continue
		}
		if first, taken := choice[offer.Choice]; taken && offer.Choice > 0 {
			return nil, fmt.Errorf("%s and %s are two options of one choice: take one", first, offer.ID)
		}
		choice[offer.Choice] = offer.ID
		for _, line := range offer.Lines {
			lines = append(lines, s.filedLine(r, offer, line, rests[offer.ID]))
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(offers, func(o Offer) bool { return o.ID == id }) {
			return nil, fmt.Errorf("%q is not among the suggestions any more: look again", id)
		}
	}
	all, err := s.picked(r, picks, lines)
	if err != nil {
		return nil, err
	}
	return all, s.addOnsFollow(r, ids, all)
}

// addOnsFollow is an error where a suggested add-on was chosen without a line that it may follow.
func (s *Service) addOnsFollow(r *Review, ids []string, lines []visit.FiledLine) error {
	for _, each := range r.Coding.Suggestions {
		if each.AddOnTo == "" || !slices.Contains(ids, lineID(LineOf(each))) {
			continue
		}
		if !slices.ContainsFunc(lines, func(l visit.FiledLine) bool {
			return l.Code == each.AddOnTo || s.Codes.MayFollow(r.Facts.DateOfService, each.Code, l.Code)
		}) {
			return fmt.Errorf("%s is never billed without %s: take both or neither", each.Code, each.AddOnTo)
		}
	}
	return nil
}

// filedLine says in one sentence why the line stands, by which rule, and on what that a person said.
func (s *Service) filedLine(r *Review, offer Offer, line coding.Line, said []Assertion) visit.FiledLine {
	label, _ := s.Codes.Label(line.Code)
	definition, _ := s.Codes.Definition(line.Code)
	filed := visit.FiledLine{Code: line.Code, Modifiers: line.Modifiers, Units: line.Units, Label: label, Definition: definition, Ordinal: r.timesVoided(line),
		Sentence: "one of the options that the rules leave open"}
	for _, rule := range s.Codes.InForce(r.Facts.DateOfService, line.Code) {
		filed.Rule = rule.ID
	}
	if met := slices.IndexFunc(offer.Because, func(b coding.Because) bool { return b.Status == coding.Met }); met >= 0 {
		filed.Rule, filed.Sentence = offer.Because[met].Rule, offer.Because[met].Text
	}
	if len(said) > 0 {
		filed.Sentence += ", resting on what the clinician answered" + answersText(said)
	}
	filed.Sentence = fmt.Sprintf("%s; rule %s of rules %s, confirmed by the clinician.", filed.Sentence, filed.Rule, r.Coding.Rules.Version)
	return filed
}

// timesVoided is how often a charge of this line was filed and marked entered-in-error since: the
// next one is another charge, and must not meet the voided one under its key.
func (r *Review) timesVoided(line coding.Line) int {
	times := 0
	for _, v := range r.visit.Voided {
		if v.Code == line.Code && slices.Equal(slices.Sorted(slices.Values(v.Modifiers)), slices.Sorted(slices.Values(line.Modifiers))) {
			times++
		}
	}
	return times
}

// gapNote is what the note lacks for the lines. Where some were picked, the note is read anew for what
// is filed, and not for what was suggested.
func (s *Service) gapNote(r *Review, lines []visit.FiledLine, picked bool) string {
	documentation := r.Documentation
	if picked {
		documentation = s.Notes.Check(noteRequest(r.visit, r.Facts, asClaim(lines)))
		documentation.Status = r.Documentation.Status
	}
	head := docs.GapNoteHead{Day: r.DateOfService, Encounter: r.Encounter}
	for _, line := range lines {
		head.Lines = append(head.Lines, fmt.Sprintf("%s x%d", lineID(coding.Line{Code: line.Code, Modifiers: line.Modifiers}), line.Units))
	}
	head.Rules = []string{"coding rules " + r.Coding.Rules.Version, "documentation rules " + s.Notes.Version().Version}
	return docs.GapNote(documentation, head)
}

// asClaim is lines as the coding rules would have given them.
func asClaim(lines []visit.FiledLine) coding.Result {
	var claim coding.Result
	for _, l := range lines {
		claim.Suggestions = append(claim.Suggestions, coding.Suggestion{Code: l.Code, Units: l.Units, Modifiers: l.Modifiers})
	}
	return claim
}

// PreviewHash names exactly what a filing would write. A confirmation carries it, so that what a
// person saw is what is written, or nothing is.
func PreviewHash(filing visit.Filing) (string, error) {
	filing.Recorded = time.Time{}
	content, err := json.Marshal(filing)
	if err != nil {
		return "", fmt.Errorf("preview: %w", err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}
