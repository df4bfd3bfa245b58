package demoehr

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is one call that the EHR answered, without its query or body.
type Request struct {
	Sequence int // in order of arrival, from 1
	Trip     int // 1 + the highest trip that had ended when this one began
	Method   string
	Path     string
	Status   int // 0 while it is under way, and where the connection was cut
	Started  time.Time
	Ended    time.Time // zero while it is under way
}

// Trips is the number of round trips in a row that the requests cost: calls made side by side
// count once.
func Trips(requests []Request) int {
	trips := 0
	for _, r := range requests {
		trips = max(trips, r.Trip)
	}
	return trips
}

// A recorder keeps the calls to the FHIR server and to the authorization server.
type recorder struct {
	mutex    sync.Mutex
	requests []*Request
	ended    int // the highest trip that has ended
}

// Requests lists the calls to /fhir and /auth since the last ResetRequests, in order of arrival.
func (e *EHR) Requests() []Request {
	e.recorder.mutex.Lock()
	defer e.recorder.mutex.Unlock()
	listed := make([]Request, 0, len(e.recorder.requests))
	for _, r := range e.recorder.requests {
		listed = append(listed, *r)
	}
	return listed
}

// ResetRequests forgets the calls so far; the next one begins trip 1.
func (e *EHR) ResetRequests() {
	e.recorder.mutex.Lock()
	defer e.recorder.mutex.Unlock()
	e.recorder.requests, e.recorder.ended = nil, 0
}

func (rec *recorder) record(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := rec.begin(r)
		seen := &statusWriter{ResponseWriter: w}
		defer func() { // after a cut connection too
			rec.end(request, seen.status)
			log.Debug("demo EHR", "method", r.Method, "path", r.URL.Path, "status", seen.status)
		}()
		next.ServeHTTP(seen, r)
		if seen.status == 0 {
			seen.status = http.StatusOK
		}
	})
}

func (rec *recorder) begin(r *http.Request) *Request {
	rec.mutex.Lock()
	defer rec.mutex.Unlock()
	request := &Request{
		Sequence: len(rec.requests) + 1, Trip: rec.ended + 1,
		Method: r.Method, Path: r.URL.Path, Started: time.Now(),
	}
	rec.requests = append(rec.requests, request)
	return request
}

func (rec *recorder) end(request *Request, status int) {
	rec.mutex.Lock()
	defer rec.mutex.Unlock()
	request.Ended, request.Status = time.Now(), status
	if slices.Contains(rec.requests, request) { // not one of before a reset
		rec.ended = max(rec.ended, request.Trip)
	}
}

// A statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
