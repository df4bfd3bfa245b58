package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/visit"
)

// wireKinds are what a visit is loaded from; a lie about one of the first two leaves nothing.
var wireKinds = []string{"Encounter", "Patient", "Procedure", "Observation", "QuestionnaireResponse", "Condition", "Coverage", "DocumentReference", "ChargeItem"}

// A lyingServer serves one record at a time, and lies about one kind of its resources.
type lyingServer struct {
	*httptest.Server
	plan atomic.Pointer[liePlan]
}

// A liePlan says what is served and how it is lied about.
type liePlan struct {
	good   *goodRecord
	kind   string   // lied about; empty: none
	lie    *mutator // nil: the kind is refused in plain words
	random [2]uint64
}

func newLyingServer(t *testing.T) *lyingServer {
	s := &lyingServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *lyingServer) serve(w http.ResponseWriter, r *http.Request) {
	plan := s.plan.Load()
	kind, id, one := strings.Cut(strings.TrimPrefix(r.URL.Path, "/fhir/"), "/")
	left := &goodRecord{}
	for _, e := range plan.good.entries {
		if e.kind != kind {
			continue
		}
		if one && e.name == kind+"/"+id {
			left.entries = []goodEntry{e}
			break
		}
		left.entries = append(left.entries, e)
	}
	if plan.kind == kind && plan.lie == nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if one && len(left.entries) == 0 && plan.kind != kind {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	answer := bytes.Replace(left.bundle(-1, nil), []byte("collection"), []byte("searchset"), 1)
	if one && len(left.entries) > 0 {
		answer = left.entries[0].resource
	}
	if plan.kind == kind && plan.lie != nil {
		digest := fnv.New64a()
		digest.Write([]byte(r.URL.String())) // the same lie to the same question, whichever comes first
		plan.lie.wire(rand.New(rand.NewPCG(plan.random[0], plan.random[1]^digest.Sum64())), answer).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	_, _ = w.Write(answer)
}

// load reads a record through the client, without waiting between tries.
func (s *lyingServer) load(plan *liePlan) (*fhir.Record, error) {
	s.plan.Store(plan)
	client := fhir.NewClient(s.URL+"/fhir", nil, fhir.WithClock(time.Now, func(ctx context.Context, _ time.Duration) error { return ctx.Err() }))
	v := plan.good.whole.visit
	return client.Load(context.Background(), fhir.LoadOptions{Patient: v.Patient, Encounter: v.Encounter})
}

// overTheWire loads a record from a server that lies about one kind of resource. What is lied about is
// named as unread, or, where nothing can be reviewed without it, the load is refused; the rest is read
// as if the server had refused that kind.
func (b *breaker) overTheWire(name string, m mutator, r *rand.Rand) {
	good := b.servable(r)
	kind := pick(r, wireKinds)
	name += " about " + kind + " of " + good.name
	lie := &liePlan{good, kind, &m, [2]uint64{r.Uint64(), r.Uint64()}}
	got := b.measured(name, func() result {
		record, err := b.server.load(lie)
		if err != nil {
			return result{err: err}
		}
		return b.reviewed(record, good.options)
	})
	tally := b.tallies[m.name]
	if kind == "Encounter" || kind == "Patient" {
		if got.err == nil || !strings.HasPrefix(got.err.Error(), "load the visit: ") || strings.Contains(got.err.Error(), b.server.URL) {
			b.fail("%s: got error %v, want one of the load", name, got.err)
		}
		tally.errors++
		tally.noticed++
		return
	}
	refused, err := b.server.load(&liePlan{good: good, kind: kind})
	if err != nil || got.record == nil {
		b.fail("%s: got errors %v with the lie and %v with a refusal", name, got.err, err)
		return
	}
	b.checkUnread(name, got, b.reviewed(refused, good.options), kind)
	tally.noticed++
}

func (b *breaker) checkUnread(name string, got, refused result, kind string) {
	if (got.err == nil) != (refused.err == nil) {
		b.fail("%s: got error %v, and %v with a refusal", name, got.err, refused.err)
		return
	}
	if got.err != nil {
		return
	}
	isKind := func(u visit.Unread) bool { return u.Kind == kind }
	others := func(all []visit.Unread) []visit.Unread { return slices.DeleteFunc(slices.Clone(all), isKind) }
	if !slices.ContainsFunc(got.visit.Unread, isKind) || !slices.Equal(others(got.visit.Unread), others(refused.visit.Unread)) {
		b.fail("%s: unread are %v, and %v with a refusal of %s", name, got.visit.Unread, refused.visit.Unread, kind)
	}
	if g, w := essence(got.visit), essence(refused.visit); !bytes.Equal(g, w) {
		b.fail("%s: the rest is not as with a refusal\n%s\n%s", name, g, w)
	}
	written, err := json.Marshal(got.record.References())
	if err != nil {
		b.fail("%s: %v", name, err)
	}
	if bytes.Contains(written, []byte(`"`+kind+`/`)) {
		b.fail("%s: something of a broken answer was kept: %s", name, written)
	}
}

// servable is a record that a server can hold: its encounter and its patient have ids.
func (b *breaker) servable(r *rand.Rand) *goodRecord {
	for range 1_000 {
		good := pick(r, b.records)
		v := good.whole.visit
		if strings.HasPrefix(v.Encounter, "Encounter/") && strings.HasPrefix(v.Patient, "Patient/") && good.has(v.Encounter) && good.has(v.Patient) {
			return good
		}
	}
	b.Fatal("no record of a thousand can be served")
	return nil
}

func (g *goodRecord) has(name string) bool {
	for _, e := range g.entries {
		if e.name == name {
			return true
		}
	}
	return false
}
