package fhir

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

const wireCapability = `{"resourceType":"CapabilityStatement","fhirVersion":"4.3.0","software":{"name":"Made up","version":"7"},"rest":[
	{"mode":"client","interaction":[{"code":"transaction"}],"resource":[{"type":"Task","interaction":[{"code":"create"}]}]},
	{"mode":"server","interaction":[{"code":"batch"}],"resource":[
		{"type":"Encounter","interaction":[{"code":"read"},{"code":"search-type"}],"searchInclude":["Encounter:participant"],"searchParam":[{"name":"_id","type":"token"}]},
		{"type":"ChargeItem","interaction":[{"code":"create"}],"conditionalCreate":true},
		{"type":"DocumentReference","interaction":[{"code":"create"},{"code":"search-type"}],"searchParam":[{"name":"patient","type":"reference"}]}]}]}`

func TestCapability(t *testing.T) {
	s := newWireServer(t)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		fmt.Fprint(w, wireCapability)
		return true
	}
	c, _ := s.client()
	capability, err := c.Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := s.seen()[0].path; got != "/fhir/T1/metadata" {
		t.Errorf("asked %s", got)
	}
	var unknown *Capability
	for _, tt := range []struct {
		name                string
		got, ifUnknown, say bool
	}{
		{"transaction", capability.Transacts(), unknown.Transacts(), false},
		{"Encounter by _id", capability.Searches("Encounter", "_id"), unknown.Searches("Encounter", "_id"), true},
		{"Encounter by date", capability.Searches("Encounter", "date"), unknown.Searches("Encounter", "date"), false},
		{"participants included", capability.Includes("Encounter", "Encounter:participant"), unknown.Includes("Encounter", "Encounter:participant"), true},
		{"locations included", capability.Includes("Encounter", "Encounter:location"), unknown.Includes("Encounter", "Encounter:location"), false},
		{"ChargeItem created", capability.Creates("ChargeItem"), unknown.Creates("ChargeItem"), true},
		{"ChargeItem created once", capability.CreatesOnce("ChargeItem"), unknown.CreatesOnce("ChargeItem"), true},
		{"DocumentReference created once", capability.CreatesOnce("DocumentReference"), unknown.CreatesOnce("DocumentReference"), false},
		{"Task of the client part", capability.Creates("Task"), unknown.Creates("Task"), false},
		{"ChargeItem read", capability.Offers("ChargeItem"), unknown.Offers("ChargeItem"), false},
	} {
		if tt.got != tt.say || !tt.ifUnknown {
			t.Errorf("%s: %v, where unknown %v; want %v, true", tt.name, tt.got, tt.ifUnknown, tt.say)
		}
	}
	if capability.Software != "Made up 7" {
		t.Errorf("software %q", capability.Software)
	}
}

func TestNoCapabilityStatement(t *testing.T) {
	for _, body := range []string{``, `{}`, `{"resourceType":"OperationOutcome"}`, `[`} {
		if _, err := readCapability([]byte(body), DefaultLimits()); err == nil {
			t.Errorf("%q was taken", body)
		}
	}
}

// A visit that is the first of a server waits for its statement, and not for long; a failure ends the wait.
func TestTheFirstVisitWaitsForTheStatement(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(w http.ResponseWriter, r *http.Request, _ []byte) bool
		known  bool
		least  time.Duration
		most   time.Duration
	}{
		{"answered in time", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			time.Sleep(100 * time.Millisecond)
			fmt.Fprint(w, wireCapability)
			return true
		}, true, 100 * time.Millisecond, capabilityWait},
		{"refused", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			wireRefuse(w, 404, "not-found", "")
			return true
		}, false, 0, capabilityWait},
		{"silent", func(_ http.ResponseWriter, r *http.Request, _ []byte) bool { <-r.Context().Done(); return true }, false, capabilityWait, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newWireServer(t)
			s.before = tt.before
			c, _ := s.client()
			cache := NewCapabilityCache()
			defer cache.Close()
			begun := time.Now()
			got := cache.Await(t.Context(), c)
			if took := time.Since(begun); (got != nil) != tt.known || took < tt.least || took > tt.most {
				t.Errorf("known: %t after %s", got != nil, took)
			}
			if n := len(s.seen()); n > 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// The CapabilityStatement is unknown until it is there, and kept for an hour.
func TestCapabilityCache(t *testing.T) {
	s := newWireServer(t)
	answer := make(chan struct{})
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		<-answer
		fmt.Fprint(w, wireCapability)
		return true
	}
	c, clock := s.client()
	cache := NewCapabilityCache()
	defer cache.Close()
	cache.Prefetch(c)
	if cache.Get(c) != nil {
		t.Error("known before the server answered")
	}
	close(answer)
	cache.Wait()
	if got := cache.Get(c); got == nil || got.Software != "Made up 7" {
		t.Errorf("got %+v after the answer", got)
	}
	cache.Get(NewClient(s.base()+"/", wireHTTP(), WithClock(clock.now, clock.sleep))) // the same base
	cache.Wait()
	if n := len(s.seen()); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	_ = clock.sleep(t.Context(), time.Hour+time.Second)
	if cache.Get(c) == nil {
		t.Error("forgotten while it is renewed")
	}
	cache.Wait()
	if n := len(s.seen()); n != 2 {
		t.Errorf("asked %d times after an hour, want twice", n)
	}
}

func TestCapabilityCacheLeavesAFailureAloneForAMinute(t *testing.T) {
	s := newWireServer(t)
	s.before = func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
		wireRefuse(w, 404, "not-found", "")
		return true
	}
	c, clock := s.client()
	cache := NewCapabilityCache()
	for range 3 {
		cache.Get(c)
		cache.Wait()
	}
	if n := len(s.seen()); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	_ = clock.sleep(t.Context(), time.Minute)
	cache.Get(c)
	cache.Wait()
	if n := len(s.seen()); n != 2 {
		t.Errorf("asked %d times after a minute, want twice", n)
	}
	cache.Close()
	_ = clock.sleep(t.Context(), time.Hour)
	cache.Get(c)
	if n := len(s.seen()); n != 2 {
		t.Error("asked after it was closed")
	}
	var none *CapabilityCache
	if none.Get(c) != nil {
		t.Error("no cache knows something")
	}
}
