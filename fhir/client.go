package fhir

import "net/http"

// A Client speaks to one FHIR server.
type Client struct{}

// A ClientOption changes how a Client works.
type ClientOption func(*Client)

// NewClient makes a client for the server at base.
func NewClient(base string, httpClient *http.Client, options ...ClientOption) *Client { return &Client{} }
