package fhir

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// ClientLimits bound what a Client takes from a server and how long it waits.
type ClientLimits struct {
	Limits                    // of what is read
	Attachments int           // fetched by URL for one visit; 5
	Parallel    int           // requests of one load at once; 12
	Tries       int           // of one GET; 3
	Request     time.Duration // one request with its body; 15 s
	Budget      time.Duration // one load, or the searches of one filing; 8 s
	RetryAfter  time.Duration // longest wait that a server may ask for; 120 s
}

// DefaultClientLimits are the limits of a Client unless WithLimits gives others.
func DefaultClientLimits() ClientLimits {
	return ClientLimits{
		Limits: DefaultLimits(), Attachments: 5, Parallel: 12, Tries: 3,
		Request: 15 * time.Second, Budget: 8 * time.Second, RetryAfter: 120 * time.Second,
	}
}

// A Client speaks to one FHIR server and to nothing else: it follows no redirect, and refuses every
// address (of a next page, of an attachment) that is not under its base. It is safe for use by many
// goroutines at once.
type Client struct {
	base    *url.URL
	baseErr error
	http    *http.Client
	limits  ClientLimits
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	spent   *atomic.Int64 // bytes read for the visit that is being loaded; nil otherwise
}

// A ClientOption changes how a Client works.
type ClientOption func(*Client)

// WithLimits replaces the limits; start from DefaultClientLimits.
func WithLimits(limits ClientLimits) ClientOption { return func(c *Client) { c.limits = limits } }

// WithClock replaces the clock and the wait before another try.
func WithClock(now func() time.Time, sleep func(context.Context, time.Duration) error) ClientOption {
	return func(c *Client) { c.now, c.sleep = now, sleep }
}

// NewClient makes a client for the server at base, the address as its issuer is configured. The
// httpClient adds the access token to each request; its policy of redirects is replaced by one that
// follows none, so that the token stays here. A base that is no http or https address is reported by
// the first request.
func NewClient(base string, httpClient *http.Client, options ...ClientOption) *Client {
	if httpClient == nil {
		httpClient = &http.Client{}
	}
	own := *httpClient
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &Client{http: &own, limits: DefaultClientLimits(), now: time.Now, sleep: sleepContext}
	c.base, c.baseErr = parseBase(base)
	for _, option := range options {
		option(c)
	}
	return c
}

func parseBase(base string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("the FHIR base is not a plain http or https address: check the issuer's configuration")
	}
	return u, nil
}

func sleepContext(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// An operation names what is asked of a server, for errors and advice.
type operation struct {
	verb string // read, search, create, update, transaction, batch, capabilities
	kind string // resource type; empty for transaction, batch and capabilities
}

func (o operation) String() string { return strings.TrimSpace(o.verb + " " + o.kind) }

// A wireRequest is one request, as often as it is tried.
type wireRequest struct {
	operation
	method string
	url    *url.URL
	header http.Header
	body   []byte
	raw    bool // any media type is welcome, not FHIR JSON alone
}

// A wireAnswer is an answer of status 200 to 299 with its whole body.
type wireAnswer struct {
	status int
	header http.Header
	body   []byte
}

// fresh asks for an answer that no cache has kept: for every search that decides about writing.
var fresh = http.Header{"Cache-Control": {"no-cache"}}

// get tries until an answer comes, the tries are used up or the context ends.
func (c *Client) get(ctx context.Context, request wireRequest) (*wireAnswer, error) {
	request.method = http.MethodGet
	return c.again(ctx, request)
}

// again is get for a request of any method that changes nothing.
func (c *Client) again(ctx context.Context, request wireRequest) (*wireAnswer, error) {
	for try := 1; ; try++ {
		answer, err := c.once(ctx, request)
		if err == nil || try >= c.limits.Tries || !retryable(err) || ctx.Err() != nil {
			return answer, err
		}
		wait := c.backoff(try, err)
		if deadline, ok := ctx.Deadline(); ok && c.now().Add(wait).After(deadline) {
			return nil, err
		}
		if c.sleep(ctx, wait) != nil {
			return nil, err
		}
	}
}

// backoff is the wait that the server asked for, else 0.2 s doubled with each try, half of it jitter,
// and 5 s at most.
func (c *Client) backoff(try int, err error) time.Duration {
	var refusal *OutcomeError
	if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
		return min(refusal.RetryAfter, c.limits.RetryAfter)
	}
	wait := min(200*time.Millisecond<<(try-1), 5*time.Second)
	return wait/2 + rand.N(wait/2) //nolint:gosec // jitter keeps no secret
}

// once sends a request once.
func (c *Client) once(ctx context.Context, request wireRequest) (*wireAnswer, error) {
	if c.baseErr != nil {
		return nil, fmt.Errorf("%s: %w", request.operation, c.baseErr)
	}
	if !c.within(request.url) {
		return nil, fmt.Errorf("%s: %w", request.operation, errElsewhere)
	}
	ctx, cancel := context.WithTimeout(ctx, c.limits.Request)
	defer cancel()
	sent, err := c.build(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("%s: the request cannot be built", request.operation)
	}
	response, err := c.http.Do(sent)
	if err != nil {
		return nil, newReachError(request.operation, err)
	}
	defer response.Body.Close()
	body, err := c.read(response)
	if err != nil {
		return nil, unreadAnswer(request.operation, response.StatusCode, err)
	}
	if c.spent != nil && c.spent.Add(int64(len(body))) > int64(c.limits.TotalBytes) {
		return nil, &unreadError{request.operation, response.StatusCode, errTooMuch}
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, c.refusal(request.operation, response, body)
	}
	if !request.raw && !isJSON(response.Header) && len(body) > 0 {
		return nil, fmt.Errorf("%s: %w", request.operation, errNotFHIR)
	}
	return &wireAnswer{response.StatusCode, response.Header, body}, nil
}

func (c *Client) build(ctx context.Context, request wireRequest) (*http.Request, error) {
	built, err := http.NewRequestWithContext(ctx, request.method, request.url.String(), nil)
	if err != nil {
		return nil, err
	}
	for name, values := range request.header {
		built.Header[name] = values
	}
	if built.Header.Get("Accept") == "" {
		built.Header.Set("Accept", "application/fhir+json")
	}
	built.Header.Set("Accept-Encoding", "gzip") // decoded here, so that the ratio can be watched
	if request.body != nil {
		if built.Header.Get("Content-Type") == "" {
			built.Header.Set("Content-Type", "application/fhir+json")
		}
		built.Body = io.NopCloser(strings.NewReader(string(request.body)))
		built.ContentLength = int64(len(request.body))
	}
	return built, nil
}

var (
	errElsewhere = errors.New("the address is not under this server's base and is not fetched")
	errNotFHIR   = errors.New("the answer is not FHIR JSON: check the FHIR base of the issuer")
	errTooLarge  = errors.New("the answer is larger than is taken: ask for fewer resources")
	errTooMuch   = errors.New("the record is larger than is taken for one visit: the rest was not read")
	errBomb      = errors.New("the answer unpacks to far more than was sent and is refused")
	errEncoding  = errors.New("the answer comes in an encoding that was not asked for")
)

// read takes the body within the limits of size and ratio.
func (c *Client) read(response *http.Response) ([]byte, error) {
	if response.ContentLength > int64(c.limits.Bytes) {
		return nil, errTooLarge
	}
	packed := &countingReader{reader: response.Body}
	var plain io.Reader = packed
	zipped := false
	switch strings.ToLower(response.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		zipped = true
		unzipper, err := gzip.NewReader(packed)
		if err != nil {
			return nil, err
		}
		plain = unzipper
	default:
		return nil, errEncoding
	}
	const step = 256 << 10
	body := make([]byte, 0, max(min(response.ContentLength, int64(c.limits.Bytes)), 512))
	for {
		chunk, err := io.ReadAll(io.LimitReader(plain, step))
		body = append(body, chunk...)
		switch {
		case len(body) > c.limits.Bytes:
			return nil, errTooLarge
		case zipped && len(body) > 64<<10 && int64(len(body)) > int64(c.limits.Ratio)*packed.count:
			return nil, errBomb
		case err != nil:
			return nil, err
		case len(chunk) < step:
			return body, nil
		}
	}
}

type countingReader struct {
	reader io.Reader
	count  int64
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.reader.Read(p)
	r.count += int64(n)
	return n, err
}

func isJSON(header http.Header) bool {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// within says whether an address is under the base: scheme, host, port and whole path segments
// agree, and no dot segment or encoded separator leads out again.
func (c *Client) within(u *url.URL) bool {
	if c.base == nil || u == nil || u.User != nil || u.Opaque != "" {
		return false
	}
	if !strings.EqualFold(u.Scheme, c.base.Scheme) || !strings.EqualFold(u.Hostname(), c.base.Hostname()) || portOf(u) != portOf(c.base) {
		return false
	}
	path, base := u.EscapedPath(), c.base.EscapedPath()
	rest, under := strings.CutPrefix(path, base)
	if !under || (rest != "" && rest[0] != '/') {
		return false
	}
	lower := strings.ToLower(rest)
	if strings.Contains(lower, "%2f") || strings.Contains(lower, "%5c") || strings.Contains(lower, "%2e") || strings.Contains(rest, `\`) {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if strings.EqualFold(u.Scheme, "https") {
		return "443"
	}
	return "80"
}

// endpoint is an address under the base; the parameters are written in the order of their names.
func (c *Client) endpoint(path string, parameters url.Values) *url.URL {
	if c.base == nil {
		return nil
	}
	u := *c.base
	if path != "" {
		u.Path, u.RawPath = u.Path+"/"+path, ""
	}
	u.RawQuery = parameters.Encode()
	return &u
}

// resolve reads an address as it stands in a resource or a link: absolute, or relative to the base.
func (c *Client) resolve(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || c.base == nil {
		return nil, errElsewhere
	}
	if !u.IsAbs() && u.Host == "" && !strings.HasPrefix(u.Path, "/") {
		joined := c.endpoint(u.Path, u.Query())
		joined.RawQuery = u.RawQuery
		u = joined
	} else {
		u = c.base.ResolveReference(u)
	}
	u.Fragment = ""
	if !c.within(u) {
		return nil, errElsewhere
	}
	return u, nil
}

// localID is the id of a reference to a resource of one kind on this server: "p1", "Patient/p1",
// with a version or not, relative or absolute under the base.
func (c *Client) localID(kind, reference string) (string, error) {
	local := c.relative(reference)
	if !strings.Contains(local, "/") {
		local = kind + "/" + local
	}
	gotKind, id, _ := strings.Cut(local, "/")
	if gotKind != kind || !isID(id) {
		return "", fmt.Errorf("the reference to the %s is not one of this server", kind)
	}
	return id, nil
}

// relative cuts the base and the version off a reference, where they are there.
func (c *Client) relative(reference string) string {
	if c.base != nil && strings.Contains(reference, "://") {
		if u, err := url.Parse(reference); err == nil && c.within(u) {
			reference = strings.Trim(strings.TrimPrefix(u.Path, c.base.Path), "/")
		}
	}
	reference, _, _ = strings.Cut(reference, "/_history")
	return reference
}

// isID is wider than the R4 grammar by the underscore and in length: both are met in the field.
func isID(id string) bool {
	if id == "" || len(id) > 128 || id == "." || id == ".." {
		return false
	}
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_') {
			return false
		}
	}
	return true
}

// A reachError says that no whole answer came. Its words name neither address nor content.
type reachError struct {
	op    operation
	text  string
	sent  bool // the request may have reached the server
	cause error
}

func (e *reachError) Error() string { return e.op.String() + ": " + e.text }

// Unwrap gives the cause to errors.Is; its text is never printed, since it holds the address.
func (e *reachError) Unwrap() error { return e.cause }

func newReachError(op operation, err error) *reachError {
	var dns *net.DNSError
	var opError *net.OpError
	var timeout net.Error
	reach := &reachError{op: op, sent: true, cause: err, text: "the connection to the record server broke: try again"}
	switch {
	case errors.Is(err, context.Canceled):
		reach.text = "ended before an answer came"
	case errors.As(err, &dns):
		reach.sent, reach.text = false, "the record server's name is not known here: check network and issuer"
	case errors.As(err, &opError) && opError.Op == "dial":
		reach.sent, reach.text = false, "the record server cannot be reached: check network and issuer, then try again"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		reach.text = "the record server did not answer in time: try again"
	}
	return reach
}

// unreadAnswer tells an answer over our limits from one that broke off.
func unreadAnswer(op operation, status int, err error) error {
	for _, known := range []error{errTooLarge, errBomb, errEncoding} {
		if errors.Is(err, known) {
			return &unreadError{op, status, known}
		}
	}
	return newReachError(op, err)
}

// An unreadError says that an answer came whose body was not taken.
type unreadError struct {
	op     operation
	status int
	cause  error
}

func (e *unreadError) Error() string { return e.op.String() + ": " + e.cause.Error() }
func (e *unreadError) Unwrap() error { return e.cause }

// retryable is an answer that asks for another try, or none at all.
func retryable(err error) bool {
	var refusal *OutcomeError
	if errors.As(err, &refusal) {
		switch refusal.Status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	var reach *reachError
	return errors.As(err, &reach) && !errors.Is(err, context.Canceled)
}

// retryAfter reads both forms of the header: seconds, or a date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(0, min(seconds, 86_400))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
