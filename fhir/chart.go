package fhir

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/notetext"
	"github.com/chargenote/chargenote/internal/visit"
)

// ChartOptions say whose chart is open, and how it is read.
type ChartOptions struct {
	Client       *Client
	Capabilities *CapabilityCache // nil: the server is taken for a general one
	Patient      string
	Encounter    string // of the launch; empty where it named none
	User         string // fhirUser of the launch; empty: nothing can be filed
	Tenant       string // of the issuer's configuration
	Issuer       string // the FHIR base as the EHR names it
	Zone         *time.Location
	Rules        *coding.Rules // the rules that the review goes by; nil: the built-in ones
	EarlierNotes bool          // the site allows notes of earlier visits to be read
	// SuggestionInNote: where the server takes no charges, the site wants the suggestion as text in a document.
	SuggestionInNote bool

	// PDF makes a reader of the PDFs of one visit, which ends with the context; nil: none is read.
	PDF func(context.Context) notetext.PDFReader

	// The site's own words, as in Options.
	Activities  map[string]string
	Payers      map[string]coding.Payer
	Disciplines map[string]string
	Instruments map[string]screening.Meaning
}

// A Chart is one patient's record on a server, open for one user. It is safe for use by many
// goroutines at once.
type Chart struct{ options ChartOptions }

// NewChart opens a chart. What the server can do is asked for behind, so that it is known by the
// time something is written.
func NewChart(options ChartOptions) *Chart {
	options.Capabilities.Prefetch(options.Client)
	return &Chart{options}
}

// Visit loads and reads one visit; where encounter is empty, the one of the launch.
func (c *Chart) Visit(ctx context.Context, encounter string) (*visit.Visit, error) {
	o := c.options
	encounter = cmp.Or(encounter, o.Encounter)
	if encounter == "" {
		return nil, errors.New("the EHR named no visit: choose one")
	}
	reading := Options{
		Encounter: o.Client.relative(encounter), Patient: o.Client.relative(o.Patient), User: o.Client.relative(o.User),
		Zone: o.Zone, Rules: o.Rules, Activities: o.Activities, Payers: o.Payers, Disciplines: o.Disciplines,
		Instruments: o.Instruments, EarlierNotes: o.EarlierNotes,
	}
	load := LoadOptions{
		Patient: o.Patient, Encounter: encounter, User: o.User, Capability: o.Capabilities.Await(ctx, o.Client),
		Codes: siteCodes(o.Instruments),
	}
	if o.EarlierNotes {
		load.Earlier = &reading
	}
	record, err := o.Client.Load(ctx, load)
	if err != nil {
		return nil, err
	}
	if o.PDF != nil {
		within, cancel := context.WithTimeout(ctx, o.Client.limits.Budget)
		defer cancel()
		reading.PDF = o.PDF(within)
	}
	return record.Visit(reading)
}

// recentDays is how far back a clinician looks for a visit to code.
const recentDays = 60

// Encounters lists the patient's encounters of the last days, most recent first; where there is
// none, those of any time that the server gives first.
func (c *Chart) Encounters(ctx context.Context) ([]visit.EncounterChoice, error) {
	client := c.options.Client
	ctx, cancel := context.WithTimeout(ctx, client.limits.Budget)
	defer cancel()
	patient, err := client.localID("Patient", c.options.Patient)
	if err != nil {
		return nil, fmt.Errorf("list the visits: %w", err)
	}
	since := client.now().AddDate(0, 0, -recentDays).Format(time.DateOnly)
	recent := url.Values{"patient": {patient}, "date": {"ge" + since}, "_count": {"50"}}
	ever := url.Values{"patient": {patient}, "_sort": {"-date"}, "_count": {"50"}}
	for _, parameters := range []url.Values{recent, ever} {
		entries, err := client.search(ctx, "Encounter", parameters, nil)
		var partial *pageProblem
		if err != nil && !errors.As(err, &partial) {
			return nil, fmt.Errorf("list the visits: %w", err)
		}
		record := newRecord(client.limits.Limits)
		for _, entry := range entries {
			entry.addTo(record)
		}
		choices := record.Encounters("Patient/" + patient)
		slices.SortStableFunc(choices, laterFirst)
		if len(choices) > 0 {
			return choices, nil
		}
	}
	return nil, nil
}

func laterFirst(a, b visit.EncounterChoice) int {
	if a.Start != nil && b.Start != nil {
		return b.Start.Compare(*a.Start)
	}
	return cmp.Compare(b.Day, a.Day)
}

// File writes a confirmed filing, once: what is already there under its keys stays as it is. A
// refusal by the record is a receipt, an error is a filing that is not whole.
func (c *Chart) File(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
	f, err := c.filer(filing)
	if err != nil {
		return visit.Receipt{}, err
	}
	if err := ctx.Err(); err != nil {
		return visit.Receipt{}, fmt.Errorf("filing: nothing was sent: %w", err)
	}
	return f.file(ctx), nil
}

// ReadBack reads what the record holds of a filing and compares it with what was sent.
func (c *Chart) ReadBack(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
	f, err := c.filer(filing)
	if err != nil {
		return visit.Receipt{}, err
	}
	return f.readBack(ctx), nil
}

// Charges is the charges of a filing alone, as they would be sent: for a chart's window where its record service
// takes none. They name no gap note, because none is sent with them.
func (c *Chart) Charges(filing visit.Filing) ([]json.RawMessage, error) {
	filing.GapNote = ""
	f, err := c.filer(filing)
	if err != nil {
		return nil, err
	}
	drafts, err := c.options.Client.drafts(f.filing)
	if err != nil {
		return nil, err
	}
	var charges []json.RawMessage
	for _, d := range drafts {
		if d.kind == "ChargeItem" {
			charges = append(charges, d.raw)
		}
	}
	return charges, nil
}

// Preview is the resources of a filing exactly as they would be sent.
func (c *Chart) Preview(filing visit.Filing) ([]json.RawMessage, error) {
	f, err := c.filer(filing)
	if err != nil {
		return nil, err
	}
	resources := make([]json.RawMessage, len(f.drafts))
	for i, d := range f.drafts {
		resources[i] = d.raw
	}
	return resources, nil
}

// errOtherChart says that a filing is not of the chart it was given to.
var errOtherChart = errors.New("the filing is of another patient than the open chart: open the app again from the right chart")

// filer refuses a filing of another patient, and lets tenant and issuer be the chart's own.
func (c *Chart) filer(filing visit.Filing) (*filer, error) {
	o := c.options
	filing.Tenant, filing.Issuer = cmp.Or(filing.Tenant, o.Tenant), cmp.Or(filing.Issuer, o.Issuer)
	patient, err := o.Client.localID("Patient", filing.Patient)
	if err != nil {
		return nil, fmt.Errorf("filing: %w", err)
	}
	if own, err := o.Client.localID("Patient", o.Patient); err != nil || own != patient {
		return nil, errOtherChart
	}
	return o.Client.newFiler(o.Capabilities.Get(o.Client), filing, o.SuggestionInNote)
}
