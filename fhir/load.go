package fhir

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// LoadOptions say whose visit is loaded.
type LoadOptions struct {
	Patient    string      // "p1", "Patient/p1" or an address under the base
	Encounter  string      // "e1", "Encounter/e1" or an address under the base
	User       string      // fhirUser of the launch; empty where it is unknown
	Capability *Capability // nil: the server is taken for a general one
	Codes      []string    // further codes of observations that are asked for, as system|code

	// Earlier is how the visit will be read, where notes of earlier visits are asked for too; nil: they
	// are not.
	Earlier *Options
}

// Load reads what one visit needs in one round of parallel requests; only further pages, the note's text
// behind an address, and clinicians whose discipline the first round did not bring make a second. A kind of resource that cannot be read is marked
// unread in the record, with what to do about it. It is an error where the encounter or the patient
// cannot be read, or where either is no reference of this server.
func (c *Client) Load(ctx context.Context, options LoadOptions) (*Record, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limits.Budget)
	defer cancel()
	counting := *c // with its own count of bytes
	c, counting.spent = &counting, new(atomic.Int64)
	plan, err := c.plan(options)
	if err != nil {
		return nil, fmt.Errorf("load the visit: %w", err)
	}
	loading := &loading{client: c, capability: options.Capability, record: newRecord(c.limits.Limits), seen: map[string]bool{}, unread: map[string]bool{}}
	if err := loading.round(ctx, plan); err != nil {
		return nil, fmt.Errorf("load the visit: %w", err)
	}
	if !loading.seen["Encounter/"+plan.encounter] {
		return nil, fmt.Errorf("load the visit: %w", &OutcomeError{Op: "search Encounter", Status: 404,
			Advice: "the encounter is not in this record: open the app again from the chart"})
	}
	second := loading.second(plan, options)
	second.asks = append(second.asks, loading.earlierTexts(options.Earlier)...)
	if err := loading.round(ctx, second); err != nil {
		return nil, fmt.Errorf("load the visit: %w", err)
	}
	return loading.record, nil
}

// A loadPlan is what is asked for, in the order in which it is added to the record.
type loadPlan struct {
	encounter string // id
	patient   string // id
	asks      []ask
}

// An ask is one thing to be read, by the first of its ways that the server does not refuse as
// unknown to it.
type ask struct {
	kind   string
	needed bool // nothing can be reviewed without it
	ways   []way
}

// A way is one request that may bring what is asked for, and how its answer is read on.
type way struct {
	op      operation
	apart   bool     // its answer is large or no FHIR JSON: it does not go into a batch
	address *url.URL // of what is not apart

	// read reads the answer, and asks for it first where it is nil.
	read func(ctx context.Context, answer *wireAnswer) ([]pageEntry, error)
}

// plan lays out the first round. What a server does not offer is not asked for.
func (c *Client) plan(o LoadOptions) (loadPlan, error) {
	patient, err := c.localID("Patient", o.Patient)
	if err != nil {
		return loadPlan{}, err
	}
	encounter, err := c.localID("Encounter", o.Encounter)
	if err != nil {
		return loadPlan{}, err
	}
	p := &planner{client: c, capability: o.Capability, patient: patient, encounter: encounter, codes: o.Codes}
	asks := append([]ask{p.visit()}, p.people(o.User)...)
	asks = append(asks,
		p.searching("Procedure", p.inVisit("Procedure"), p.ofPatient("Procedure")),
		p.searching("Observation", p.screenings()),
	)
	if o.Capability.Searches("Observation", "encounter") {
		asks = append(asks, p.searching("Observation", p.inVisit("Observation")))
	}
	asks = append(asks,
		p.searching("QuestionnaireResponse", p.ofPatient("QuestionnaireResponse")),
		p.searching("Condition", p.ofPatient("Condition")),
		p.searching("Coverage", p.ofPatient("Coverage"), p.by("Coverage", "beneficiary", patient)),
		p.searching("DocumentReference", p.inVisit("DocumentReference"), p.ofPatient("DocumentReference")),
		p.searching("ChargeItem", p.by("ChargeItem", "context", "Encounter/"+encounter), p.ofPatient("ChargeItem")),
	)
	if o.Capability != nil && o.Capability.Searches("Composition", "encounter") {
		asks = append(asks, unlessRefused(p.searching("Composition", p.inVisit("Composition"))))
	}
	if o.Earlier != nil {
		asks = append(asks, p.earlierNotes()...)
	}
	return loadPlan{encounter, patient, asks}, nil
}

// unlessRefused takes a refusal for an empty answer. Few servers keep notes as Compositions, and the
// scope to read them is not among those that are asked for by default: nothing is missing then.
func unlessRefused(a ask) ask {
	for i, way := range a.ways {
		a.ways[i].read = func(ctx context.Context, answer *wireAnswer) ([]pageEntry, error) {
			entries, err := way.read(ctx, answer)
			var refusal *OutcomeError
			if errors.As(err, &refusal) && refusal.Status < 500 && !retryable(err) {
				return entries, nil
			}
			return entries, err
		}
	}
	return a
}

// A planner knows how one server can be asked about one visit.
type planner struct {
	client             *Client
	capability         *Capability
	patient, encounter string // ids
	codes              []string
}

// A query is the parameters of a search; nil where the server does not offer it.
type query url.Values

// visit asks for the encounter, with participants, locations and patient where the server brings them along.
func (p *planner) visit() ask {
	ways := []way{p.reading("Encounter", p.encounter)}
	if p.capability.Searches("Encounter", "_id") {
		parameters := url.Values{"_id": {p.encounter}}
		for _, include := range []string{"Encounter:participant", "Encounter:location"} {
			if p.capability.Includes("Encounter", include) {
				parameters.Add("_include", include)
			}
		}
		if p.bringsPatient() {
			parameters.Add("_include", "Encounter:patient")
		}
		if parameters.Has("_include") {
			ways = append([]way{p.client.searchWay("Encounter", parameters)}, ways...)
		}
	}
	return ask{"Encounter", true, ways}
}

// bringsPatient says whether the patient comes along with the encounter and saves a request. In a batch it
// would save none, and a server that is not known yet is not relied on.
func (p *planner) bringsPatient() bool {
	return p.capability != nil && !p.capability.Batches() &&
		p.capability.Searches("Encounter", "_id") && p.capability.Includes("Encounter", "Encounter:patient")
}

// people asks for the patient, for who launched the app, and in which roles. What comes along with the
// encounter is asked for in the second round, where it did not.
func (p *planner) people(user string) []ask {
	var asks []ask
	if !p.bringsPatient() {
		asks = append(asks, p.reads("Patient", p.patient, true))
	}
	id, err := p.client.localID("Practitioner", user)
	if user == "" || err != nil {
		return asks
	}
	if !p.bringsPatient() || !p.capability.Includes("Encounter", "Encounter:participant") {
		asks = append(asks, p.reads("Practitioner", id, false))
	}
	return append(asks, p.searching("PractitionerRole", p.by("PractitionerRole", "practitioner", id)))
}

func (p *planner) reading(kind, id string) way { return p.client.readWay(kind, id) }

func (p *planner) reads(kind, id string, needed bool) ask {
	return ask{kind, needed, []way{p.reading(kind, id)}}
}

func (p *planner) searching(kind string, queries ...query) ask {
	a := ask{kind: kind}
	for _, q := range queries {
		if q != nil {
			a.ways = append(a.ways, p.client.searchWay(kind, url.Values(q)))
		}
	}
	return a
}

func (p *planner) by(kind, parameter, value string) query {
	if !p.capability.Searches(kind, parameter) {
		return nil
	}
	return query{parameter: {value}, "_count": {strconv.Itoa(pageSize(kind))}}
}

func (p *planner) ofPatient(kind string) query {
	if q := p.by(kind, "patient", p.patient); q != nil {
		return q
	}
	return p.by(kind, "subject", "Patient/"+p.patient)
}

func (p *planner) inVisit(kind string) query {
	q := p.by(kind, "encounter", "Encounter/"+p.encounter)
	if q != nil && p.capability.Searches(kind, "patient") {
		q["patient"] = []string{p.patient} // servers with scopes of one patient ask for it
	}
	return q
}

// screenings asks by the patient, not by the visit: a form filled in at home before the visit has
// no encounter. Which of them belong to the visit is decided when the visit is read. Years of schooling
// come along, because bands may depend on them.
func (p *planner) screenings() query {
	q := p.ofPatient("Observation")
	if q != nil && p.capability.Searches("Observation", "code") {
		q["code"] = []string{strings.Join(slices.Concat(screeningCodes(), []string{schoolYearsCode}, p.codes), ",")}
	}
	return q
}

// pageSize keeps a page well under the limit of a body; documents carry their text.
func pageSize(kind string) int {
	if carriesText(kind) {
		return 20
	}
	return 100
}

// A loading is a record while it is filled.
type loading struct {
	client     *Client
	capability *Capability
	record     *Record

	seen   map[string]bool // Type/id
	unread map[string]bool // kinds already marked
	count  int
	pages  int // of searches, in the order of the plan
	page   int // of the search that is being added
}

// round asks everything at once and adds the answers in the order of the plan, so that the record
// does not depend on which answer came first.
func (l *loading) round(ctx context.Context, plan loadPlan) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type answer struct {
		entries []pageEntry
		err     error
	}
	answers := make([]answer, len(plan.asks))
	places := make(chan struct{}, max(1, l.client.limits.Parallel))
	var asked sync.WaitGroup
	one := func(i int, early batched) {
		places <- struct{}{}
		defer func() { <-places }()
		a := plan.asks[i]
		answers[i].entries, answers[i].err = a.try(ctx, early)
		if a.needed && answers[i].err != nil && len(answers[i].entries) == 0 {
			stop() // nothing can be reviewed: the others need not be waited for
		}
	}
	for _, group := range l.groups(plan.asks) {
		asked.Go(func() {
			early := l.together(ctx, plan.asks, group, places)
			for k, i := range group {
				asked.Go(func() { one(i, early[k]) })
			}
		})
	}
	asked.Wait()
	if err := neededError(plan.asks, func(i int) ([]pageEntry, error) { return answers[i].entries, answers[i].err }); err != nil {
		return err
	}
	for i, a := range plan.asks {
		l.add(a.kind, answers[i].entries)
		if answers[i].err != nil {
			l.markUnread(a.kind, reasonOf(answers[i].err))
		}
	}
	return nil
}

// neededError is the error of the first needed ask that brought nothing, one that was only stopped
// because of another coming last.
func neededError(asks []ask, answer func(int) ([]pageEntry, error)) error {
	var first error
	for i, a := range asks {
		entries, err := answer(i)
		if !a.needed || err == nil || len(entries) > 0 {
			continue
		}
		if first == nil || errors.Is(first, context.Canceled) {
			first = err
		}
	}
	return first
}

// errNotOffered says that no way of asking is left.
var errNotOffered = errors.New("this server does not offer it")

// try goes the ways in their order, on to the next where the server says that it does not know one. Of
// the first, early may be the answer.
func (a ask) try(ctx context.Context, early batched) ([]pageEntry, error) {
	err := errNotOffered
	for _, way := range a.ways {
		var entries []pageEntry
		if err = early.err; err == nil {
			entries, err = way.read(ctx, early.answer)
		}
		early = batched{}
		var refusal *OutcomeError
		if !errors.As(err, &refusal) || !unknownToServer(refusal.Status) {
			return entries, err
		}
	}
	return nil, err
}

func unknownToServer(status int) bool {
	return status == 400 || status == 405 || status == 422 || status == 501
}

func (l *loading) add(kind string, entries []pageEntry) {
	l.page = 0
	for _, entry := range entries {
		head := peek(entry.Resource)
		if head.ID != "" && head.ResourceType != "OperationOutcome" {
			if l.seen[head.reference()] {
				continue // two searches found it, or two pages
			}
			l.seen[head.reference()] = true
		}
		if l.overPages(entry) {
			l.markUnread(kind, fmt.Sprintf("the record has more than %d pages: the rest was not read", l.client.limits.Pages))
			return
		}
		if l.count++; l.count > l.client.limits.Resources {
			l.markUnread(kind, fmt.Sprintf("the record has more than %d resources: the rest was not read", l.client.limits.Resources))
			return
		}
		entry.addTo(l.record)
	}
}

// overPages counts the pages that brought something new. It goes by the order of the plan and not by
// which answer came first, so that the same record is always cut at the same place.
func (l *loading) overPages(entry pageEntry) bool {
	if entry.page > 0 && entry.page != l.page {
		l.pages++
	}
	l.page = entry.page
	return l.pages > l.client.limits.Pages
}

func (l *loading) markUnread(kind, reason string) {
	if !l.unread[kind] {
		l.unread[kind] = true
		l.record.MarkUnread(kind, reason)
	}
}
