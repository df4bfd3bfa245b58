package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/docs"
	"github.com/chargenote/chargenote/internal/review/consistency"
	"github.com/chargenote/chargenote/internal/visit"
)

// Records is where a visit is read: a FHIR server, a Bundle in a file, a test.
type Records interface {
	// Visit reads one encounter, "Encounter/e1" or "e1"; where it is empty, the only one there is.
	Visit(ctx context.Context, encounter string) (*visit.Visit, error)
}

// A Service reviews visits under one set of rules. It is safe for use by many goroutines at once.
type Service struct {
	Codes *coding.Rules
	Notes *docs.Rules
	Sides *consistency.Rules
}

// New is a Service under the built-in rules.
func New() (*Service, error) {
	codes, err := coding.Builtin()
	if err != nil {
		return nil, fmt.Errorf("load coding rules: %w", err)
	}
	notes, err := docs.Builtin()
	if err != nil {
		return nil, fmt.Errorf("load documentation rules: %w", err)
	}
	sides, err := consistency.Builtin()
	if err != nil {
		return nil, err
	}
	return &Service{Codes: codes, Notes: notes, Sides: sides}, nil
}

// A Review says of one visit what can be billed and what the note lacks, with the sources of both.
type Review struct {
	Encounter     string         `json:"encounter"`
	Patient       string         `json:"patient"`
	DateOfService string         `json:"dateOfService"`
	Session       visit.Session  `json:"session"`
	Scores        []visit.Score  `json:"scores"`
	Diagnoses     []Diagnosis    `json:"diagnoses,omitempty"` // of the encounter first, in their order
	Facts         coding.Facts   `json:"facts"`
	Asserted      []Assertion    `json:"asserted,omitempty"` // facts that a person said, over the record or where it says nothing
	Coding        coding.Result  `json:"coding"`
	Documentation docs.Result    `json:"documentation"`
	Consistency   []Consistency  `json:"consistency"`
	Notes         []visit.Remark `json:"notes"`
	Unread        []visit.Unread `json:"unread,omitempty"` // what rests on these is unknown, not absent

	visit *visit.Visit
	given []Given
}

// Visit is what the record said, behind the review.
func (r *Review) Visit() *visit.Visit { return r.visit }

// Review reads one visit and says what can be billed and what the note lacks.
func (s *Service) Review(ctx context.Context, records Records, encounter string, given ...Given) (*Review, error) {
	v, err := records.Visit(ctx, encounter) // the only I/O
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	return s.Of(v, given...)
}

// Of reviews a visit that has been read. What a person has given lies over the record's facts, the
// later over the earlier.
func (s *Service) Of(v *visit.Visit, given ...Given) (*Review, error) {
	laid, err := Overlay(v.Facts, given...)
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	now := account{session: v.Session, facts: laid.Facts, open: v.Questions, sole: v.SoleService, given: given}
	result, documentation := s.judge(v, now)
	if weighed, changed := now.withNote(documentation.Time, v.Note.Reference); changed {
		now = weighed
		result, documentation = s.judge(v, now)
	}
	documentation.Status = v.Note.Status
	result.Questions = withReasons(result.Questions, v.Unread)
	return &Review{
		Encounter:     v.Encounter,
		Patient:       v.Patient,
		DateOfService: laid.Facts.DateOfService.String(),
		Session:       now.session,
		Scores:        orEmpty(v.Scores),
		Diagnoses:     diagnoses(v.Diagnoses),
		Facts:         now.facts,
		Asserted:      laid.Asserted,
		Coding:        result,
		Documentation: documentation,
		Consistency: s.Sides.Checks(consistency.Case{Visit: v, Facts: laid.Facts, Claim: result,
			Documentation: documentation, Codes: s.Codes}),
		Notes:  append(remarks(v.Notes, saidBy(given, laid.Facts.Sources["dateOfService"])), laid.Remarks...),
		Unread: v.Unread,
		visit:  v,
		given:  given,
	}, nil
}

// judge asks both sets of rules.
func (s *Service) judge(v *visit.Visit, now account) (coding.Result, docs.Result) {
	result := s.suggest(now.facts, now.session, now.open)
	return result, s.Notes.Check(noteRequest(v, now.facts, result))
}

// remarks are the record's, without the one on the UTC day where the day was given beside it.
func remarks(all []visit.Remark, dayGiven bool) []visit.Remark {
	return slices.DeleteFunc(orEmpty(all), func(r visit.Remark) bool { return dayGiven && r.Text == visit.RemarkUTCDay })
}

// orEmpty is a copy of list that is never nil, so that JSON has [] and not null.
func orEmpty[T any](list []T) []T { return append([]T{}, list...) }
