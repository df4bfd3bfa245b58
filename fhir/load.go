package fhir

import "context"

// LoadOptions say whose visit is loaded.
type LoadOptions struct {
	Patient    string // "p1" or "Patient/p1"
	Encounter  string // "e1" or "Encounter/e1"
	User       string // fhirUser of the launch; empty where it is unknown
	Capability *Capability
}

// Load reads what one visit needs in one round of parallel requests.
func (c *Client) Load(ctx context.Context, options LoadOptions) (*Record, error) { return nil, nil }
