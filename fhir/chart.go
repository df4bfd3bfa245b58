package fhir

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// ChartOptions say whose chart is open, and how it is read.
type ChartOptions struct {
	Client       *Client
	Capabilities *CapabilityCache // nil: the server is taken for a general one
	Patient      string
	Encounter    string // of the launch; empty where it named none
	User         string // fhirUser of the launch
	Tenant       string
	Issuer       string
	Zone         *time.Location // of the clinic; nil: the offsets written in the record
}

// A Chart is one patient's record, open for one user.
type Chart struct{}

// NewChart opens a chart.
func NewChart(options ChartOptions) *Chart { return &Chart{} }

// Visit loads and reads one visit; where encounter is empty, the one of the launch.
func (c *Chart) Visit(ctx context.Context, encounter string) (*visit.Visit, error) { return nil, nil }

// Encounters lists the patient's encounters of the last days, most recent first.
func (c *Chart) Encounters(ctx context.Context) ([]visit.EncounterChoice, error) { return nil, nil }

// File writes a confirmed filing.
func (c *Chart) File(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
	return visit.Receipt{}, nil
}

// ReadBack reads what the record holds of a filing.
func (c *Chart) ReadBack(ctx context.Context, filing visit.Filing) (visit.Receipt, error) {
	return visit.Receipt{}, nil
}

// Preview is the resources of a filing exactly as they would be sent.
func (c *Chart) Preview(filing visit.Filing) ([]json.RawMessage, error) { return nil, nil }
