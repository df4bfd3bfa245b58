package fhir

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
)

// bites reads something that is exactly as large as the limit, or larger by one, in the place where the
// limit bites, and gives what was said about it: nothing where it was read.
var bites = map[string]struct {
	limit int // a small one, so that the test is small; the row's own bounds are for people
	read  func(t *testing.T, limits Limits, size int) string
	over  string
}{
	"bytes": {1_000, func(t *testing.T, limits Limits, size int) string {
		patient := padded(`{"resourceType":"Patient","id":"p1"}`, size)
		if guarded, fetched := refusal(Guard(patient, "", limits)), fetch(t, limits, patient, false); (guarded == "") != (fetched == "") {
			t.Errorf("guard said %q and the client %q", guarded, fetched)
		}
		return fetch(t, limits, patient, false)
	}, "read Patient: the answer is larger than is taken: ask for fewer resources"},
	"ratio": {50, func(t *testing.T, limits Limits, size int) string {
		patient := padded(`{"resourceType":"Patient","id":"p1"}`, 200_000)
		return fetch(t, limits, patient, true, size)
	}, "read Patient: the answer unpacks to far more than was sent and is refused"},
	"depth": {30, func(_ *testing.T, limits Limits, size int) string {
		nested := strings.Repeat("[", size-1) + strings.Repeat("]", size-1) // the resource is a level too
		return refusal(Guard([]byte(`{"resourceType":"Basic","x":`+nested+`}`), "", limits))
	}, "is deeper than 30 levels"},
	"resource-values": {50, func(_ *testing.T, limits Limits, size int) string {
		values := strings.TrimSuffix(strings.Repeat("1,", size-2), ",") // resourceType and the list are values too
		return refusal(Guard([]byte(`{"resourceType":"Basic","x":[`+values+`]}`), "", limits))
	}, "holds more than 50 values"},
	"page-values": {50, func(_ *testing.T, limits Limits, size int) string {
		entries := strings.TrimSuffix(strings.Repeat("{},", size-2), ",")
		return refusal(Guard([]byte(`{"resourceType":"Bundle","entry":[`+entries+`]}`), "", limits))
	}, "holds more than 50 values"},
	"pages": {10, func(t *testing.T, limits Limits, size int) string {
		s := newWireServer(t, wireVisit(wireObservations(size-3)...)...)
		s.perPage = 1 // one each for encounter, practitioner and procedure
		return unreadOf(t, s, limits, "Observation")
	}, "the record has more than 10 pages: the rest was not read"},
	"resources": {5, func(t *testing.T, limits Limits, size int) string {
		s := newWireServer(t, wireVisit(wireObservations(size-4)...)...)
		record := newRecord(limits)
		for i := range size {
			record.Add(fmt.Appendf(nil, `{"resourceType":"Basic","id":"b%d"}`, i), "")
		}
		if loaded := unreadOf(t, s, limits, "Observation"); (loaded == "") != (len(record.notes) == 0) {
			t.Errorf("the client said %q and the record %v", loaded, record.notes)
		}
		return notesOf(record)
	}, "record: not everything was read: there are more than 5 resources or 268435456 bytes"},
	"total-bytes": {2_000, func(t *testing.T, limits Limits, size int) string {
		record := newRecord(limits)
		record.Add(padded(`{"resourceType":"Basic","id":"b1"}`, 1_000), "")
		record.Add(padded(`{"resourceType":"Basic","id":"b2"}`, size-1_000), "")
		patient := padded(`{"resourceType":"Patient","id":"p1"}`, size)
		if fetched := fetch(t, limits, patient, false); (fetched == "") != (len(record.notes) == 0) {
			t.Errorf("the client said %q and the record %v", fetched, record.notes)
		}
		return notesOf(record)
	}, "record: not everything was read: there are more than 5000 resources or 2000 bytes"},
	"line-bytes": {1_000, func(t *testing.T, limits Limits, size int) string {
		var said []string
		lines := string(padded(`{"resourceType":"Basic","id":"b1"}`, size)) + "\r\n\n" + `{"resourceType":"Basic","id":"b2"}`
		err := ReadLines(strings.NewReader(lines), limits, func(line int, raw []byte, problem error) {
			if problem != nil {
				said = append(said, fmt.Sprintf("line %d %v", line, problem))
			} else if !bytes.HasPrefix(raw, []byte(`{"resourceType":"Basic"`)) {
				t.Errorf("line %d is %.40s", line, raw)
			}
			if line == 3 {
				said = append(said, "and the next one was read")
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(strings.Join(said, ", "), "and the next one was read")
	}, "line 1 is longer than 1000 bytes, "},
}

func TestEachLimitBites(t *testing.T) {
	for _, row := range LimitTable() {
		t.Run(row.Name, func(t *testing.T) {
			bite, ok := bites[row.Name]
			if !ok {
				t.Fatal("no test reads at this limit and over it")
			}
			limits := DefaultLimits()
			*row.field(&limits) = bite.limit
			if got := bite.read(t, limits, bite.limit); got != "" {
				t.Errorf("at the limit: %q, want it read", got)
			}
			if got := bite.read(t, limits, bite.limit+1); got != bite.over {
				t.Errorf("one over: %q, want %q", got, bite.over)
			}
		})
	}
}

// padded is a resource of exactly so many bytes.
func padded(resource string, size int) []byte {
	return []byte(strings.TrimSuffix(resource, "}") + strings.Repeat(" ", size-len(resource)) + "}")
}

func refusal(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func notesOf(r *Record) string {
	if len(r.notes) == 0 {
		return ""
	}
	return r.notes[0].Resource + ": " + r.notes[0].Text
}

// fetch reads a resource from a server; packed, it is sent so small that it unpacks to ratio times.
func fetch(t *testing.T, limits Limits, body []byte, packed bool, ratio ...int) string {
	t.Helper()
	sent := body
	if packed {
		sent = zipped(t, body, len(body)/ratio[0])
	}
	s := newWireServer(t)
	s.before = func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
		if packed {
			w.Header().Set("Content-Encoding", "gzip")
		}
		_, _ = w.Write(sent)
		return true
	}
	c, _ := s.client(withLimits(func(l *ClientLimits) { l.Limits, l.Tries = limits, 1 }))
	counting := *c
	counting.spent = new(atomic.Int64)
	_, err := counting.readWay("Patient", "p1").read(t.Context(), nil)
	return refusal(err)
}

// zipped packs body into exactly size bytes, filled up with what a header may hold.
func zipped(t *testing.T, body []byte, size int) []byte {
	t.Helper()
	pack := func(filler []byte) []byte {
		var out bytes.Buffer
		zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		zip.Extra = filler
		if _, err := zip.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	out := pack(make([]byte, size-len(pack(nil))-2)) // it says its own length in two bytes
	if len(out) != size {
		t.Fatalf("packed into %d bytes, want %d", len(out), size)
	}
	return out
}

// unreadOf is what a load of the visit says about one kind.
func unreadOf(t *testing.T, s *wireServer, limits Limits, kind string) string {
	t.Helper()
	c, _ := s.client(withLimits(func(l *ClientLimits) { l.Limits = limits }))
	record, err := c.Load(t.Context(), wireOptions)
	if err != nil {
		t.Fatal(err)
	}
	for _, unread := range record.unread {
		if unread.Kind == kind {
			return unread.Reason
		}
	}
	return ""
}

// The table names every limit once, with bounds around its default.
func TestLimitTable(t *testing.T) {
	table := LimitTable()
	if got := reflect.TypeFor[Limits]().NumField(); got != len(table) {
		t.Errorf("Limits has %d fields, the table %d rows", got, len(table))
	}
	names := map[string]bool{}
	for _, row := range table {
		limits := DefaultLimits()
		if row.Least >= row.Default || row.Most <= row.Default || row.Meaning == "" || names[row.Name] {
			t.Errorf("%+v is no row", row)
		}
		names[row.Name] = true
		for _, value := range []int{row.Least, row.Most} {
			if err := limits.Set(row.Name, value); err != nil || limits.Of(row) != value {
				t.Errorf("%s: %d was not taken: %v", row.Name, value, err)
			}
		}
		before := limits
		for _, value := range []int{row.Least - 1, row.Most + 1, 0, -1} {
			if err := limits.Set(row.Name, value); err == nil || limits != before {
				t.Errorf("%s: %d was taken", row.Name, value)
			}
		}
	}
}
