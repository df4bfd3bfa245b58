package fhir

import "context"

// A Capability is what a server says it can do. A nil Capability is one that is not known yet; it
// answers as a general FHIR server would.
type Capability struct{}

// A CapabilityCache keeps the capability of every server for an hour.
type CapabilityCache struct{}

// NewCapabilityCache makes an empty cache.
func NewCapabilityCache() *CapabilityCache { return &CapabilityCache{} }

// Prefetch fetches the capability behind, where it is not at hand.
func (c *CapabilityCache) Prefetch(client *Client) {}

// Get is what is known of the client's server, at once; nil where nothing is known yet.
func (c *CapabilityCache) Get(client *Client) *Capability { return nil }

// Close ends the fetches that are under way and waits for them.
func (c *CapabilityCache) Close() {}

// Capability reads the server's CapabilityStatement.
func (c *Client) Capability(ctx context.Context) (*Capability, error) { return nil, nil }
