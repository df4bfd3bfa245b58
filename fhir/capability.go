package fhir

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Capability is what a server says it can do, as far as this program asks. A nil Capability is
// one that is not known yet: it answers as a general FHIR server would, so that nothing waits for it.
type Capability struct {
	Software    string // name and version, where the server says
	Transaction bool   // a Bundle of type transaction at the base
	Batch       bool   // a Bundle of type batch at the base
	Kinds       map[string]KindCapability

	noBatches atomic.Bool // a batch was tried, and not answered as one
}

// A KindCapability is what a server can do with one type of resource.
type KindCapability struct {
	Read, Search, Create, Update, Patch bool

	ConditionalCreate bool     // If-None-Exist
	Parameters        []string // of a search
	Includes          []string // of a search, such as Encounter:participant or *
}

// Offers says whether a type of resource can be read or searched at all.
func (c *Capability) Offers(kind string) bool {
	return c == nil || c.Kinds[kind].Read || c.Kinds[kind].Search
}

// Searches says whether a type can be searched by a parameter.
func (c *Capability) Searches(kind, parameter string) bool {
	return c == nil || (c.Kinds[kind].Search && slices.Contains(c.Kinds[kind].Parameters, parameter))
}

// Includes says whether a search of a type can bring a referenced type along: "Encounter:participant".
func (c *Capability) Includes(kind, include string) bool {
	return c == nil || slices.Contains(c.Kinds[kind].Includes, include) || slices.Contains(c.Kinds[kind].Includes, "*")
}

// Creates says whether resources of a type can be created.
func (c *Capability) Creates(kind string) bool { return c == nil || c.Kinds[kind].Create }

// Updates says whether a resource of a type can be replaced by its next version.
func (c *Capability) Updates(kind string) bool { return c == nil || c.Kinds[kind].Update }

// Patches says whether a resource of a type can be changed in place.
func (c *Capability) Patches(kind string) bool { return c != nil && c.Kinds[kind].Patch }

// CreatesOnce says whether resources of a type can be created on the condition that none is there.
func (c *Capability) CreatesOnce(kind string) bool {
	return c == nil || (c.Kinds[kind].Create && c.Kinds[kind].ConditionalCreate)
}

// Transacts says whether a filing can be sent as one transaction.
func (c *Capability) Transacts() bool { return c == nil || c.Transaction }

// Batches says whether requests that read may be sent as one batch: where the server declares it, or takes a
// Bundle at its base at all (HAPI declares transaction alone, and answers both), until one has failed. A
// server that is not known yet is asked one by one.
func (c *Capability) Batches() bool {
	return c != nil && (c.Batch || c.Transaction) && !c.noBatches.Load()
}

// Capability reads the server's CapabilityStatement.
func (c *Client) Capability(ctx context.Context) (*Capability, error) {
	op := operation{verb: "capabilities"}
	answer, err := c.get(ctx, wireRequest{operation: op, url: c.endpoint("metadata", nil)})
	if err != nil {
		return nil, err
	}
	capability, err := readCapability(answer.body, c.limits.Limits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	return capability, nil
}

// A capabilityView is what is read of a CapabilityStatement.
type capabilityView struct {
	ResourceType string `json:"resourceType"`
	Software     struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"software"`
	Rest []struct {
		Mode        string            `json:"mode"`
		Interaction []interactionView `json:"interaction"`
		Resource    []struct {
			Type              string            `json:"type"`
			Interaction       []interactionView `json:"interaction"`
			ConditionalCreate bool              `json:"conditionalCreate"`
			SearchInclude     []string          `json:"searchInclude"`
			SearchParam       []struct {
				Name string `json:"name"`
			} `json:"searchParam"`
		} `json:"resource"`
	} `json:"rest"`
}

type interactionView struct {
	Code string `json:"code"`
}

// readCapability takes a CapabilityStatement of any FHIR version: the few members that count here
// have not changed, while the generated models fail on an unknown fhirVersion.
func readCapability(body []byte, limits Limits) (*Capability, error) {
	if peek(body).ResourceType != "CapabilityStatement" {
		return nil, errors.New("the answer is no CapabilityStatement: check the FHIR base of the issuer")
	}
	statement, err := view[capabilityView](body, "CapabilityStatement", limits)
	if err != nil {
		return nil, fmt.Errorf("the CapabilityStatement cannot be read, tell its analyst: it %w", err)
	}
	capability := &Capability{Kinds: map[string]KindCapability{}}
	if capability.Software = statement.Software.Name; statement.Software.Version != "" {
		capability.Software += " " + statement.Software.Version
	}
	for _, rest := range statement.Rest {
		if rest.Mode == "client" {
			continue
		}
		for _, interaction := range rest.Interaction {
			capability.Transaction = capability.Transaction || interaction.Code == "transaction"
			capability.Batch = capability.Batch || interaction.Code == "batch"
		}
		for _, resource := range rest.Resource {
			kind := capability.Kinds[resource.Type]
			for _, interaction := range resource.Interaction {
				kind.Read = kind.Read || interaction.Code == "read"
				kind.Search = kind.Search || interaction.Code == "search-type"
				kind.Create = kind.Create || interaction.Code == "create"
				kind.Update = kind.Update || interaction.Code == "update"
				kind.Patch = kind.Patch || interaction.Code == "patch"
			}
			kind.ConditionalCreate = kind.ConditionalCreate || resource.ConditionalCreate
			kind.Includes = append(kind.Includes, resource.SearchInclude...)
			for _, parameter := range resource.SearchParam {
				kind.Parameters = append(kind.Parameters, parameter.Name)
			}
			capability.Kinds[resource.Type] = kind
		}
	}
	return capability, nil
}

// How long what a server said of itself is believed, and how long a failure to ask is left alone.
const (
	capabilityAge   = time.Hour
	capabilityPause = time.Minute

	// capabilityWait is how long the first visit waits for the statement: read without it, a visit costs a dozen
	// requests in place of four.
	capabilityWait = time.Second
)

// A CapabilityCache keeps the capability of every server, by base, and renews it behind. It is safe for use by many goroutines at once.
type CapabilityCache struct {
	stop    context.CancelFunc
	ctx     context.Context
	fetches sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	servers map[string]*cachedCapability
}

type cachedCapability struct {
	capability *Capability // the last that was read; kept when renewing fails
	fetching   bool
	answered   chan struct{} // closed when the first fetch has ended, well or not
	again      time.Time     // not before this time
}

// NewCapabilityCache makes an empty cache. Close it at the end.
func NewCapabilityCache() *CapabilityCache {
	ctx, stop := context.WithCancel(context.Background())
	return &CapabilityCache{ctx: ctx, stop: stop, servers: map[string]*cachedCapability{}}
}

// Prefetch fetches the capability behind, where none that is fresh is at hand.
func (c *CapabilityCache) Prefetch(client *Client) { c.Get(client) }

// Get is what is known of the client's server, at once: nil where nothing is known yet. Where that
// is missing or older than an hour, it is fetched behind.
func (c *CapabilityCache) Get(client *Client) *Capability {
	if c == nil || client.base == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := client.base.String()
	server := c.servers[key]
	if server == nil {
		server = &cachedCapability{answered: make(chan struct{})}
		c.servers[key] = server
	}
	if !server.fetching && !c.closed && !client.now().Before(server.again) {
		server.fetching = true
		c.fetches.Go(func() { c.fetch(client, server) })
	}
	return server.capability
}

// Await is Get, and waits a short time for a server that was never heard: see capabilityWait.
func (c *CapabilityCache) Await(ctx context.Context, client *Client) *Capability {
	if known := c.Get(client); known != nil || c == nil || client.base == nil {
		return known
	}
	c.mu.Lock()
	answered := c.servers[client.base.String()].answered
	c.mu.Unlock()
	timer := time.NewTimer(capabilityWait)
	defer timer.Stop()
	select {
	case <-answered:
	case <-timer.C:
	case <-ctx.Done():
	}
	return c.Get(client)
}

func (c *CapabilityCache) fetch(client *Client, server *cachedCapability) {
	capability, err := client.Capability(c.ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	server.fetching = false
	select {
	case <-server.answered:
	default:
		close(server.answered)
	}
	server.again = client.now().Add(capabilityAge)
	if err != nil {
		server.again = client.now().Add(capabilityPause)
		return
	}
	server.capability = capability
}

// Wait waits for the fetches that are under way.
func (c *CapabilityCache) Wait() { c.fetches.Wait() }

// Close ends the fetches that are under way, waits for them and starts no other.
func (c *CapabilityCache) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.stop()
	c.fetches.Wait()
}
