package demoehr

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

// largestBody is the most that a FHIR request may send, in bytes.
const largestBody = 5 << 20

// routeFHIR hangs the FHIR server under /fhir.
func (e *EHR) routeFHIR(r *mux.Router) {
	r.HandleFunc("/.well-known/smart-configuration", e.serveSMARTConfiguration).Methods("GET")
	r.HandleFunc("/metadata", e.serveMetadata).Methods("GET")
	r.HandleFunc("", e.serveCall(bundleCall)).Methods("POST")
	r.HandleFunc("/", e.serveCall(bundleCall)).Methods("POST")
	r.HandleFunc("", e.serveCall(pageCall)).Methods("GET")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}", e.serveCall(searchCall)).Methods("GET")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}", e.serveCall(createCall)).Methods("POST")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}/_search", e.serveCall(searchCall)).Methods("POST")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}/$validate", e.serveCall(validateCall)).Methods("POST")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}/{id:[A-Za-z0-9.-]{1,64}}", e.serveCall(readCall)).Methods("GET")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}/{id:[A-Za-z0-9.-]{1,64}}", e.serveCall(updateCall)).Methods("PUT")
	r.HandleFunc("/{kind:[A-Z][A-Za-z]+}/{id:[A-Za-z0-9.-]{1,64}}/_history/{version}", e.serveCall(vreadCall)).Methods("GET")
	r.PathPrefix("").HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusMethodNotAllowed
		if r.Method == http.MethodGet {
			status = http.StatusNotFound
		}
		writeAnswer(w, asAnswer(refuse(status, "not-supported", "the demo EHR does not support %s on this address", r.Method)))
	})
}

// serveMetadata answers without a token, as the standard asks.
func (e *EHR) serveMetadata(w http.ResponseWriter, r *http.Request) {
	if e.upstream == nil {
		statement := e.memory.capabilities(e.endpoints)
		if change := e.personality.statement; change != nil {
			change(statement)
		}
		writeAnswer(w, answer{status: http.StatusOK, body: statement})
		return
	}
	a, err := e.upstream.metadata(r.Context(), e.endpoints)
	if err != nil {
		a = asAnswer(err)
	}
	writeAnswer(w, a)
}

// serveCall answers one kind of interaction: token, faults, scopes, the server behind, and once
// more the scopes on what it gave back.
func (e *EHR) serveCall(interaction string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		g, err := e.authority.grantOf(r)
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="demo EHR", error="invalid_token"`)
			writeAnswer(w, asAnswer(err))
			return
		}
		a, err := e.call(w, r, interaction, g)
		if err != nil {
			a = asAnswer(err)
		}
		if a.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="demo EHR", error="invalid_token"`)
		}
		writeAnswer(w, a)
	}
}

func (e *EHR) call(w http.ResponseWriter, r *http.Request, interaction string, g grant) (answer, error) {
	c, err := readCallFrom(w, r, interaction)
	if err != nil {
		return answer{}, err
	}
	if err := e.personality.refuse(c); err != nil {
		return answer{}, err
	}
	if err := e.faults.beforeCall(r.Context(), c); err != nil {
		return answer{}, err
	}
	c.visible = func(r resource) bool { return g.reaches('r', r) || g.reaches('s', r) }
	run := e.one
	if c.isBatch() {
		run = e.batch
	}
	a, err := run(r.Context(), g, c)
	if err != nil {
		return answer{}, err
	}
	if writes(c) && e.faults.strikes(FaultLostResponse, c.types()...) {
		panic(http.ErrAbortHandler) // the write is kept, the connection is cut
	}
	a.body = e.personality.send(a.body)
	return a, nil
}

// one runs a call that stands or falls as a whole.
func (e *EHR) one(ctx context.Context, g grant, c call) (answer, error) {
	if err := e.allowed(g, c); err != nil {
		return answer{}, err
	}
	return e.server().answer(ctx, c)
}

func (e *EHR) allowed(g grant, c call) error {
	if err := e.faults.onCall(c); err != nil {
		return err
	}
	return g.check(c)
}

// server is what keeps the record: the real server behind us, or our own memory.
func (e *EHR) server() server {
	if e.upstream != nil {
		return e.upstream
	}
	return e.memory
}

func writes(c call) bool {
	if c.interaction != bundleCall {
		return c.interaction == createCall || c.interaction == updateCall
	}
	entries, _ := entryCalls(c.body) // a Bundle that cannot be read is refused where it is run
	return slices.ContainsFunc(entries, func(entry entryCall) bool { return writes(entry.call) })
}

// readCallFrom takes a call out of an HTTP request.
func readCallFrom(w http.ResponseWriter, r *http.Request, interaction string) (call, error) {
	vars := mux.Vars(r)
	c := call{
		interaction: interaction, kind: vars["kind"], id: vars["id"], version: vars["version"],
		ifNoneExist: r.Header.Get("If-None-Exist"), ifMatch: r.Header.Get("If-Match"),
		prefer: strings.Join(r.Header.Values("Prefer"), ","),
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestBody)
	var err error
	switch {
	case interaction == searchCall && r.Method == "POST":
		c.query, err = searchForm(r)
	case r.Method == "POST" || r.Method == "PUT":
		c.body, err = bodyOf(r)
		if err == nil && interaction == bundleCall && kindOf(c.body) != "Bundle" {
			err = refuse(400, "invalid", "only a Bundle is posted to the base")
		}
	default:
		if c.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
			err = refuse(400, "invalid", "the query cannot be read")
		}
	}
	return c, err
}

// bodyOf reads a FHIR JSON body.
func bodyOf(r *http.Request) (resource, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/fhir+json" && media != "application/json" {
		return nil, refuse(415, "not-supported", "send the body as application/fhir+json")
	}
	body, err := decodeResource(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || err != nil && strings.Contains(err.Error(), "request body too large") {
		return nil, refuse(413, "too-long", "the body is over %d bytes", largestBody)
	}
	return body, err
}

// searchForm reads POST _search; parameters of the address count too, as R4 says.
func searchForm(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, refuse(400, "invalid", "the search form cannot be read")
	}
	return r.Form, nil
}
