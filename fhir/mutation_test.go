package fhir_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/visit"
)

// Environment of TestBrokenRecords: how many inputs there are, and where their choice begins. The
// same two numbers give the same inputs.
const (
	mutationsVariable    = "CHARGENOTE_MUTATIONS"
	mutationSeedVariable = "CHARGENOTE_MUTATION_SEED"
	fewestMutations      = 3_000
	defaultMutationSeed  = 2025
)

// environmentNumber reads a number that the environment may give.
func environmentNumber(t *testing.T, name string, otherwise int) int {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatalf("%s is %q, want a whole number", name, value)
	}
	return n
}

// Records that are broken in 24 ways give a visit, or an error of the kinds that are promised; never a
// panic, a code that nobody wrote, more minutes than there was time, a word of the record in a message,
// or a heap and a time beyond the limits. What is refused takes nothing else with it.
func TestBrokenRecords(t *testing.T) {
	want := environmentNumber(t, mutationsVariable, fewestMutations)
	seed := environmentNumber(t, mutationSeedVariable, defaultMutationSeed)
	if want < fewestMutations {
		t.Fatalf("%s is %d, at least %d inputs are wanted", mutationsVariable, want, fewestMutations)
	}
	if len(mutators) != 24 {
		t.Fatalf("there are %d mutators, want 24", len(mutators))
	}
	b := newBreaker(t, seed)
	t.Logf("%d inputs from %d records, %s=%d", want, len(b.records), mutationSeedVariable, seed)
	for i := range want {
		b.input(i)
		if b.failures > 20 {
			t.Fatal("too many failures: the rest is not run")
		}
	}
	b.report(want)
}

// A breaker makes broken records and looks at what becomes of them.
type breaker struct {
	*testing.T
	seed     uint64
	service  *review.Service
	records  []*goodRecord
	server   *lyingServer
	costs    []cost
	tallies  map[string]*tally
	failures int
}

// A tally is what became of the inputs of one mutator.
type tally struct {
	inputs, errors, noticed, same int
}

func newBreaker(t *testing.T, seed int) *breaker {
	service, err := review.New()
	if err != nil {
		t.Fatal(err)
	}
	b := &breaker{T: t, seed: uint64(seed), service: service, tallies: map[string]*tally{}}
	b.records = goodRecords(t, b.read)
	b.server = newLyingServer(t)
	bombs() // so that no input is charged with the making of them
	bigExtensions()
	for _, m := range mutators {
		b.tallies[m.name] = &tally{}
	}
	return b
}

// A result is what became of one input.
type result struct {
	resources int // that the record holds
	visit     *visit.Visit
	review    *review.Review
	record    *fhir.Record
	err       error
}

// read is the whole way from bytes to a review.
func (b *breaker) read(data []byte, o fhir.Options) result {
	record, err := fhir.ReadBundle(data, fhir.DefaultLimits())
	if err != nil {
		return result{err: err}
	}
	return b.reviewed(record, o)
}

func (b *breaker) reviewed(record *fhir.Record, o fhir.Options) result {
	got := result{record: record, resources: record.Len()}
	if got.visit, got.err = record.Visit(o); got.err == nil {
		got.review, got.err = b.service.Of(got.visit)
	}
	return got
}

func (b *breaker) fail(format string, args ...any) {
	b.Helper()
	b.failures++
	b.Errorf(format, args...)
}

// A broken is a record with one break.
type broken struct {
	name    string
	mutator mutator
	good    *goodRecord
	at      int    // the entry that was broken; -1: the whole file
	data    []byte // of the Bundle
}

// input makes the i-th input, reads it, and checks what comes of it.
func (b *breaker) input(i int) {
	m := mutators[i%len(mutators)]
	name := fmt.Sprintf("input %d, %s", i, m.name)
	defer func() {
		if r := recover(); r != nil {
			b.fail("%s: panic: %v\n%s", name, r, debug.Stack())
		}
	}()
	r := rand.New(rand.NewPCG(b.seed, uint64(i)))
	b.tallies[m.name].inputs++
	if m.wire != nil {
		b.overTheWire(name, m, r)
		return
	}
	in := b.makeBroken(m, r)
	in.name = name + " of " + in.name
	got := b.measured(in.name, func() result { return b.read(in.data, in.good.options) })
	b.count(in, got)
	b.checkOutcome(in.name, got, in.data)
	b.checkOthers(in, got)
}

// makeBroken tries records and entries until the mutator finds something to break.
func (b *breaker) makeBroken(m mutator, r *rand.Rand) broken {
	for range 1_000 {
		good := pick(r, b.records)
		in := broken{mutator: m, good: good, at: r.IntN(len(good.entries)), name: good.name}
		if m.file != nil {
			in.at = -1
			in.data = m.file(r, good.bundle(-1, nil))
			return in
		}
		before := good.entries[in.at].resource
		var after []byte
		if m.written != nil {
			after = m.written(r, before)
		} else if tree := good.entries[in.at].tree(); m.resource(r, tree) {
			after = mustJSON(tree)
		}
		if after != nil && !bytes.Equal(before, after) {
			in.name += ", " + good.entries[in.at].name
			in.data = good.bundle(in.at, after)
			return in
		}
	}
	b.Fatalf("%s finds nothing to break in a thousand records", m.name)
	return broken{}
}

// count notes whether the break was noticed: by an error, or by a remark, question or conflict that the
// good record does not have.
func (b *breaker) count(in broken, got result) {
	tally := b.tallies[in.mutator.name]
	switch {
	case got.err != nil:
		tally.errors++
		tally.noticed++
	case !slices.Equal(complaints(in.good.whole.visit), complaints(got.visit)):
		tally.noticed++
	case bytes.Equal(essence(in.good.whole.visit), essence(got.visit)):
		tally.same++
	}
}

// complaints are all the words of a visit that say that something is not as it should be.
func complaints(v *visit.Visit) []string {
	var all []string
	for _, remark := range v.Notes {
		all = append(all, remark.Resource+": "+remark.Text)
	}
	for _, conflict := range v.Session.Conflicts {
		all = append(all, conflict.Text)
	}
	for _, question := range v.Questions {
		all = append(all, question.ID)
	}
	for _, unread := range v.Unread {
		all = append(all, unread.Kind+": "+unread.Reason)
	}
	return append(all, v.Session.Question)
}

// essence is a visit without what was said about what could not be read.
func essence(v *visit.Visit) []byte {
	rest := *v
	rest.Notes, rest.Unread = nil, nil
	return mustJSON(rest)
}

func mustJSON(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return data
}

// checkOutcome holds what must be true of every input.
func (b *breaker) checkOutcome(name string, got result, data []byte) {
	if got.err != nil {
		var input *fhir.InputError
		if !errors.As(got.err, &input) && !errors.Is(got.err, fhir.ErrOtherPatient) {
			b.fail("%s: got error %v", name, got.err)
		}
		if strings.Contains(got.err.Error(), canary) {
			b.fail("%s: the error repeats the record: %v", name, got.err)
		}
		return
	}
	for _, said := range messages(got) {
		if strings.Contains(rawCode.ReplaceAllString(said, ""), canary) {
			b.fail("%s: a message repeats the record: %q", name, said)
		}
	}
	for _, fault := range slices.Concat(codesNobodyWrote(got, data), faultsOfReview(got.visit, got.review)) {
		b.fail("%s: %s", name, fault)
	}
}

// rawCode is a code that is not known, as a question or remark may repeat it: a system and a code, in
// printable characters and without a space.
var rawCode = regexp.MustCompile(`[!-~]{0,200}\|[!-~]{1,64}`)

// messages is everything said about a visit in words of ours. The checks of the note against the record
// are not among them: they show the clinician both values, and go nowhere else.
func messages(got result) []string {
	all := complaints(got.visit)
	for _, segment := range got.visit.Session.Segments {
		all = append(all, segment.Why)
	}
	r := got.review
	for _, remark := range r.Notes {
		all = append(all, remark.Resource, remark.Text)
	}
	for _, question := range r.Coding.Questions {
		all = append(all, question.Text)
	}
	for _, flag := range r.Coding.Flags {
		all = append(all, flag.Text)
	}
	for _, line := range r.Coding.NotSuggested {
		all = append(all, line.Text)
	}
	return all
}

// faultsOfReview are the promises that a review of any record keeps: minutes within the hull of the
// session, and no suggestion without a source in the record.
func faultsOfReview(v *visit.Visit, r *review.Review) []string {
	var faults []string
	for _, session := range []visit.Session{v.Session, r.Session} {
		if m := session.Minutes; m != nil && (*m < 0 || session.Start != nil && float64(*m) > session.End.Sub(*session.Start).Minutes()) {
			faults = append(faults, fmt.Sprintf("%d minutes between %v and %v", *m, session.Start, session.End))
		}
	}
	for _, line := range r.Coding.Suggestions {
		sources := 0
		for _, because := range line.Because {
			sources += len(because.Sources)
		}
		if sources == 0 {
			faults = append(faults, line.Code+" is suggested without a source")
		}
	}
	return faults
}

// checkOthers holds that an entry that was refused takes nothing else with it: what is read is what is
// read of the record without that entry.
func (b *breaker) checkOthers(in broken, got result) {
	if in.at < 0 || got.record == nil || in.good.copied(in.at) {
		return
	}
	without := in.good.withoutEntry(in.at, b.read)
	if got.resources != without.resources {
		return // it was kept, and may matter
	}
	if (got.err == nil) != (without.err == nil) {
		b.fail("%s: got error %v, and %v without the entry", in.name, got.err, without.err)
		return
	}
	if got.err == nil && !bytes.Equal(essence(got.visit), essence(without.visit)) {
		b.fail("%s: the entry was refused, and the rest is not as without it\n%s\n%s", in.name, essence(got.visit), essence(without.visit))
	}
}

// report holds what must be true of all inputs together, and prints the tally of each mutator.
func (b *breaker) report(want int) {
	total := 0
	for _, m := range mutators {
		tally := b.tallies[m.name]
		total += tally.inputs
		b.Logf("%-28s %5d inputs, %5d noticed, %5d errors, %5d without effect", m.name, tally.inputs, tally.noticed, tally.errors, tally.same)
		if tally.inputs < want/len(mutators) {
			b.Errorf("%s had %d inputs, want %d", m.name, tally.inputs, want/len(mutators))
		}
		if tally.noticed < max(1, tally.inputs/20) {
			b.Errorf("%s was noticed in %d of %d inputs only: it does not bite", m.name, tally.noticed, tally.inputs)
		}
	}
	if total != want {
		b.Errorf("%d inputs were read, want %d", total, want)
	}
	b.reportCosts()
}

// givenCodes are the codes of status that FHIR R4 has.
var givenCodes = map[string]string{
	"Encounter":             "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
	"Observation":           "registered preliminary final amended corrected cancelled entered-in-error unknown",
	"Procedure":             "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
	"QuestionnaireResponse": "in-progress completed amended entered-in-error stopped",
	"ChargeItem":            "planned billable not-billable aborted billed entered-in-error unknown",
	"DocumentReference":     "current superseded entered-in-error",
	"Coverage":              "active cancelled draft entered-in-error",
}

// codesNobodyWrote names the codes of a visit that do not stand in what was read, and the resources
// that were used without a status, or under another one than theirs without a word about it.
func codesNobodyWrote(got result, data []byte) []string {
	var faults []string
	for _, used := range got.visit.Evidence {
		raw, ok := got.record.Find(used.Reference)
		if !ok {
			if !strings.Contains(used.Reference, "#") {
				faults = append(faults, used.Reference+" is evidence and not in the record")
			}
			continue
		}
		if fault := faultOfStatus(got.visit, used.Reference, raw); fault != "" {
			faults = append(faults, fault)
		}
	}
	written := textsOf(data)
	written["unknown"] = true // stands for a status that FHIR does not have, with a remark: see faultOfStatus
	for _, code := range codesShown(got.visit) {
		if code != "" && !written[code] {
			faults = append(faults, fmt.Sprintf("the code %q is shown and nobody wrote it", code))
		}
	}
	return faults
}

func faultOfStatus(v *visit.Visit, reference string, raw json.RawMessage) string {
	var resource struct {
		ResourceType string `json:"resourceType"`
		Status       any    `json:"status"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		return reference + " is evidence and does not decode"
	}
	known, ok := givenCodes[resource.ResourceType]
	if !ok {
		return ""
	}
	status, written := resource.Status.(string)
	if !written {
		return reference + " was used without a status"
	}
	noted := slices.ContainsFunc(v.Notes, func(n visit.Remark) bool {
		return n.Resource == reference && strings.Contains(n.Text, "read leniently: status")
	})
	if !slices.Contains(strings.Fields(known), status) && !noted {
		return reference + " was used under a status that is not its own, without a word"
	}
	return ""
}

// codesShown are the codes of a visit that come from the record as they are.
func codesShown(v *visit.Visit) []string {
	codes := []string{v.Person.Sex}
	for _, d := range v.Diagnoses {
		codes = append(codes, d.Code)
	}
	for _, c := range slices.Concat(v.Charges, v.Voided) {
		codes = append(append(codes, c.Code, c.Status), c.Modifiers...)
	}
	return codes
}

// textsOf are the texts that stand in JSON, without the space around them.
func textsOf(data []byte) map[string]bool {
	written := map[string]bool{}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	decoder.UseNumber() // a huge number is no fault here
	for {
		token, err := decoder.Token()
		if err != nil {
			return written
		}
		if s, ok := token.(string); ok {
			written[strings.TrimSpace(s)] = true
		}
	}
}

// byName puts records in a fixed order.
func byName(a, b *goodRecord) int { return cmp.Compare(a.name, b.name) }
