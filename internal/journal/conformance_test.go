package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// TestStores is what every kind of store must do. SQLite and PostgreSQL take the same tests.
func TestStores(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Config)
	}{
		{"a held filing is sent when its time comes", sentInTime},
		{"undone before its time, nothing is sent", undoneInTime},
		{"too late to undo", undoneTooLate},
		{"sent at once on demand", sentNow},
		{"one confirmation pressed many times", pressedManyTimes},
		{"attempts follow one another", attemptsInOrder},
		{"what was unknown is settled by a reading", settledByReading},
		{"visits are kept apart", visitsApart},
		{"a stop lets go of what is held and waits for what is sent", stopInOrder},
		{"old content and old rows are forgotten", forgotten},
		{"nothing of a patient is in the open", nothingInTheOpen},
		{"a moved row does not open", movedRow},
		{"keys change", keysChange},
		{"a newer form of the tables is refused", newerRefused},
		{"a store that is gone", storeGone},
	} {
		t.Run(test.name, func(t *testing.T) { eachStore(t, test.run) })
	}
}

func sentInTime(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	begun := time.Now()
	entry, mine := hold(t, j, orderOf("a", 1, 300*time.Millisecond), e)
	if !mine {
		t.Error("the first press is not the one that sends")
	}
	wantState(t, entry, visit.StateHeld)
	if wait := entry.SendAt.Sub(entry.Confirmed); wait != 300*time.Millisecond {
		t.Errorf("it is to be sent after %s", wait)
	}
	entry = settled(t, j, "a")
	wantState(t, entry, visit.StateFiled)
	if time.Since(begun) < 300*time.Millisecond {
		t.Errorf("it was sent after %s", time.Since(begun))
	}
	if entry.Receipt.Items[0].Reference != "ChargeItem/c1" || entry.Filing.GapNote != "made-up gap note" || entry.Person.Name != "Wilhelmina Testcase" || entry.Who != "Practitioner/d1" {
		t.Errorf("what is kept is %+v", entry)
	}
}

func undoneInTime(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	hold(t, j, orderOf("a", 1, 200*time.Millisecond), e)
	entry, undone, err := j.Undo(t.Context(), someVisit, "a")
	if err != nil || !undone {
		t.Fatalf("undone %t, %v", undone, err)
	}
	wantState(t, entry, visit.StateUndone)
	j.Wait(t.Context(), entry)
	if n := e.sends.Load(); n != 0 {
		t.Errorf("%d were sent", n)
	}
	if again, mine := hold(t, j, orderOf("a", 1, 0), e); mine || again.State != visit.StateUndone {
		t.Errorf("the old confirmation files again: %t, %s", mine, again.State)
	}
	hold(t, j, orderOf("a", 2, 0), e)
	wantState(t, settled(t, j, "a"), visit.StateFiled)
}

func undoneTooLate(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	hold(t, j, orderOf("a", 1, 0), e)
	settled(t, j, "a")
	entry, undone, err := j.Undo(t.Context(), someVisit, "a")
	if err != nil || undone {
		t.Errorf("undone %t, %v", undone, err)
	}
	wantState(t, entry, visit.StateFiled)
}

func sentNow(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	hold(t, j, orderOf("a", 1, time.Minute), e)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := j.SendNow(t.Context(), someVisit, "a", e.send); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantState(t, settled(t, j, "a"), visit.StateFiled)
	if n := e.sends.Load(); n != 1 {
		t.Errorf("%d were sent, want 1", n)
	}
}

func pressedManyTimes(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	var all sync.WaitGroup
	var mine atomic.Int32
	for range 100 {
		all.Go(func() {
			_, first, err := j.Hold(t.Context(), orderOf("a", 1, 20*time.Millisecond), e.send)
			if err != nil {
				t.Error(err)
			}
			if first {
				mine.Add(1)
			}
		})
	}
	all.Wait()
	wantState(t, settled(t, j, "a"), visit.StateFiled)
	if n := e.sends.Load(); n != 1 || mine.Load() != 1 {
		t.Errorf("%d were sent, for %d presses that were told that they send; want 1 and 1", n, mine.Load())
	}
}

func attemptsInOrder(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{answer: &visit.Receipt{State: visit.StateRefused, Reason: "no"}}
	next := func(want int) {
		t.Helper()
		if n, err := j.Next(t.Context(), someVisit, "a"); err != nil || n != want {
			t.Errorf("the next attempt is %d, %v; want %d", n, err, want)
		}
	}
	next(1)
	if _, _, err := j.Hold(t.Context(), orderOf("a", 2, 0), e.send); !errors.Is(err, ErrSkipped) {
		t.Errorf("an attempt before its turn: %v", err)
	}
	hold(t, j, orderOf("a", 1, 50*time.Millisecond), e)
	next(1) // it is in flight
	if _, _, err := j.Hold(t.Context(), orderOf("a", 2, 0), e.send); !errors.Is(err, ErrSkipped) {
		t.Errorf("an attempt while another is held: %v", err)
	}
	if entry := settled(t, j, "a"); entry.State != visit.StateRefused || entry.Receipt.Reason != "no" {
		t.Errorf("got %s, %q", entry.State, entry.Receipt.Reason)
	}
	next(2)
	e.answer = nil
	hold(t, j, orderOf("a", 1, 0), e) // an old press
	wantState(t, settled(t, j, "a"), visit.StateRefused)
	hold(t, j, orderOf("a", 2, 0), e)
	wantState(t, settled(t, j, "a"), visit.StateFiled)
	if n := e.sends.Load(); n != 2 {
		t.Errorf("%d were sent, want 2", n)
	}
}

func settledByReading(t *testing.T, c Config) {
	j := opened(t, c, Options{})
	for id, send := range map[string]Send{
		"error": func(context.Context, visit.Filing) (visit.Receipt, error) { return visit.Receipt{}, errors.New("x") },
		"panic": func(context.Context, visit.Filing) (visit.Receipt, error) { panic("x") },
		"empty": func(context.Context, visit.Filing) (visit.Receipt, error) { return visit.Receipt{}, nil },
	} {
		if _, _, err := j.Hold(t.Context(), orderOf(id, 1, 0), send); err != nil {
			t.Fatal(err)
		}
		entry := settled(t, j, id)
		wantState(t, entry, visit.StateUnknown)
		if err := j.Settle(t.Context(), entry, visit.Receipt{State: visit.StateUnknown, Reason: "read"}); err != nil {
			t.Fatal(err)
		}
		entry = settled(t, j, id)
		if err := j.Settle(t.Context(), entry, visit.Receipt{State: visit.StateFiled, Items: []visit.FiledItem{{Key: "k"}}}); err != nil {
			t.Fatal(err)
		}
		if found := settled(t, j, id); found.State != visit.StateFiled || len(found.Receipt.Items) != 1 || entry.Receipt.Reason != "read" {
			t.Errorf("%s: %+v after %+v", id, found.Receipt, entry.Receipt)
		}
		if err := j.Settle(t.Context(), entry, visit.Receipt{State: visit.StateRefused}); err != nil {
			t.Fatal(err)
		}
		wantState(t, settled(t, j, id), visit.StateFiled) // what is settled stays
	}
}

func visitsApart(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	hold(t, j, orderOf("a", 1, 0), e)
	settled(t, j, "a")
	for _, other := range []Visit{{"clinic", someVisit.Issuer, "p2", "e1"}, {"clinic", someVisit.Issuer, "p1", "e2"}, {"other", someVisit.Issuer, "p1", "e1"},
		{"clinic", "https://other.example/fhir", "p1", "e1"}, {"clinic", someVisit.Issuer, "p1e", "1"}, {}} {
		if all, err := j.Of(t.Context(), other); err != nil || len(all) != 0 {
			t.Errorf("%v sees %d filings, %v", other, len(all), err)
		}
		if _, err := j.Find(t.Context(), other, "a"); !errors.Is(err, ErrNone) {
			t.Errorf("%v finds the filing of another: %v", other, err)
		}
		if _, _, err := j.Undo(t.Context(), other, "a"); !errors.Is(err, ErrNone) {
			t.Errorf("%v undoes the filing of another: %v", other, err)
		}
	}
	hold(t, j, orderOf("b", 1, 0), e)
	settled(t, j, "b")
	all, err := j.Of(t.Context(), someVisit)
	if err != nil || len(all) != 2 || all[0].ID != "b" || all[1].ID != "a" {
		t.Errorf("the visit has %+v, %v; want b and a", all, err)
	}
}

func stopInOrder(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	started, gate := make(chan struct{}), make(chan struct{})
	slow := func(ctx context.Context, f visit.Filing) (visit.Receipt, error) {
		close(started)
		<-gate
		return e.send(ctx, f)
	}
	if _, _, err := j.Hold(t.Context(), orderOf("sent", 1, 0), slow); err != nil {
		t.Fatal(err)
	}
	<-started
	hung := func(ctx context.Context, _ visit.Filing) (visit.Receipt, error) {
		<-ctx.Done()
		return visit.Receipt{}, ctx.Err()
	}
	if _, _, err := j.Hold(t.Context(), orderOf("hung", 1, 0), hung); err != nil {
		t.Fatal(err)
	}
	for { // it is on its way
		if entry, err := j.Find(t.Context(), someVisit, "hung"); err != nil || entry.State == visit.StateSending {
			break
		}
	}
	hold(t, j, orderOf("held", 1, time.Minute), e)
	grace, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	time.AfterFunc(100*time.Millisecond, func() { close(gate) })
	if err := j.Stop(grace); err != nil {
		t.Error(err)
	}
	if _, _, err := j.Hold(t.Context(), orderOf("late", 1, 0), e.send); !errors.Is(err, ErrStopping) {
		t.Errorf("after the stop a filing is held: %v", err)
	}
	for id, want := range map[string]string{"sent": visit.StateFiled, "held": visit.StateNotSent, "hung": visit.StateUnknown} {
		wantState(t, settled(t, j, id), want)
	}
}

func forgotten(t *testing.T, c Config) {
	now := time.Now()
	j, e := opened(t, c, Options{Now: func() time.Time { return now }}), &ehr{}
	hold(t, j, orderOf("filed", 1, 0), e)
	settled(t, j, "filed")
	e.answer = &visit.Receipt{State: visit.StateUnknown}
	hold(t, j, orderOf("unknown", 1, 0), e)
	settled(t, j, "unknown")
	kept := func(want map[string]bool) {
		t.Helper()
		if err := j.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := j.Of(t.Context(), someVisit)
		if err != nil || len(all) != len(want) {
			t.Fatalf("%d rows, %v; want %d", len(all), err, len(want))
		}
		for _, each := range all {
			if each.Kept != want[each.ID] || each.Kept != (each.Filing.GapNote != "") {
				t.Errorf("%s: content kept is %t, want %t", each.ID, each.Kept, want[each.ID])
			}
		}
	}
	kept(map[string]bool{"filed": true, "unknown": true})
	now = now.Add(days(7) + time.Second)
	kept(map[string]bool{"filed": false, "unknown": true})
	wantState(t, settled(t, j, "filed"), visit.StateFiled)
	now = now.Add(days(83))
	kept(nil)
}

// dump is all that a store holds, as bytes.
func dump(t *testing.T, j *Journal, c Config) []byte {
	t.Helper()
	if c.SQLite != "" {
		var all []byte
		for _, end := range []string{"", "-wal"} {
			content, err := os.ReadFile(c.SQLite + end)
			if err == nil {
				all = append(all, content...)
			}
		}
		return all
	}
	rows, err := j.store.db.QueryContext(t.Context(), `SELECT convert_to(f::text, 'UTF8') || visit || who || body || coalesce(receipt, '') FROM filings f`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []byte
	for rows.Next() {
		var row []byte
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row...)
	}
	return all
}

func nothingInTheOpen(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	hold(t, j, orderOf("some-id", 1, 0), e)
	settled(t, j, "some-id")
	content := dump(t, j, c)
	if !bytes.Contains(content, []byte("some-id")) {
		t.Fatalf("the row is not in the %d bytes of the store", len(content))
	}
	for _, word := range []string{"Patient", "Encounter", "Practitioner", "90834", "ChargeItem", "Wilhelmina", "gap note", "ehr.example", "clinic"} {
		if bytes.Contains(content, []byte(word)) {
			t.Errorf("the store holds %q in the open", word)
		}
	}
}

func movedRow(t *testing.T, c Config) {
	var log strings.Builder
	j, e := opened(t, c, Options{Log: textLog(&log)}), &ehr{}
	hold(t, j, orderOf("a", 1, 0), e)
	settled(t, j, "a")
	other := Visit{"clinic", someVisit.Issuer, "p2", "e2"}
	if _, err := j.store.db.ExecContext(t.Context(), j.store.q(`UPDATE filings SET visit = ?1`), []byte(hashed(j.index, other.bytes()))); err != nil {
		t.Fatal(err)
	}
	entry, err := j.Find(t.Context(), other, "a")
	if err != nil {
		t.Fatal(err)
	}
	if entry.Kept || entry.Who != "" || entry.Filing.Patient != "" || len(entry.Receipt.Items) != 0 {
		t.Errorf("content of one visit opens under another: %+v", entry)
	}
	if !strings.Contains(log.String(), "not what was sealed for this place") {
		t.Errorf("the log does not say so: %s", log.String())
	}
}

func keysChange(t *testing.T, c Config) {
	first, second, e := c.Keys[0], keyFile(t, 2), &ehr{}
	run := func(keys ...string) (*Journal, error) {
		c.Keys = keys
		return Open(t.Context(), c, Options{})
	}
	sees := func(j *Journal, err error, ids ...string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if entry, err := j.Find(t.Context(), someVisit, id); err != nil || !entry.Kept {
				t.Errorf("%s: kept %t, %v", id, entry.Kept, err)
			}
		}
	}
	j, err := run(first)
	sees(j, err)
	hold(t, j, orderOf("a", 1, 0), e)
	settled(t, j, "a")
	_ = j.Close(t.Context())

	if j, err = run(second); err == nil {
		_ = j.Close(t.Context())
		t.Fatal("a journal opens without the key that made it")
	}
	if !strings.Contains(err.Error(), "a key that is not listed") {
		t.Errorf("it does not say what to do: %v", err)
	}
	j, err = run(second, first)
	sees(j, err, "a")
	hold(t, j, orderOf("b", 1, 0), e)
	settled(t, j, "b")
	_ = j.Close(t.Context())

	j, err = run(second)
	sees(j, err, "b")
	if entry, err := j.Find(t.Context(), someVisit, "a"); err != nil || entry.Kept || entry.State != visit.StateFiled {
		t.Errorf("without its key a row says %s, kept %t, %v; want filed and no content", entry.State, entry.Kept, err)
	}
	_ = j.Close(t.Context())
}

func newerRefused(t *testing.T, c Config) {
	j := opened(t, c, Options{})
	if _, err := j.store.db.ExecContext(t.Context(), j.store.q(`INSERT INTO journal_version (version_id, is_applied) VALUES (?1, ?2)`), 99, true); err != nil {
		t.Fatal(err)
	}
	_ = j.Close(t.Context())
	if j, err := Open(t.Context(), c, Options{}); err == nil || !strings.Contains(err.Error(), "version 99") {
		_ = j.Close(t.Context())
		t.Errorf("tables of a newer program: %v", err)
	}
}

func storeGone(t *testing.T, c Config) {
	j, e := opened(t, c, Options{}), &ehr{}
	if err := j.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	hold(t, j, orderOf("a", 1, 100*time.Millisecond), e)
	_ = j.store.db.Close()
	if err := j.Ready(t.Context()); err == nil {
		t.Error("it is ready without a store")
	}
	if _, _, err := j.Hold(t.Context(), orderOf("b", 1, 0), e.send); err == nil {
		t.Error("a filing is held without a store")
	}
	j.deliveries.Wait()
	if n := e.sends.Load(); n != 0 {
		t.Errorf("%d were sent without a word written down", n)
	}
}

// TestInMemory: without a place to keep it, a journal does the same until it is closed.
func TestInMemory(t *testing.T) {
	j, e := opened(t, Config{}, Options{}), &ehr{}
	hold(t, j, orderOf("a", 1, 10*time.Millisecond), e)
	wantState(t, settled(t, j, "a"), visit.StateFiled)
	second := opened(t, Config{}, Options{})
	if all, err := second.Of(t.Context(), someVisit); err != nil || len(all) != 0 {
		t.Errorf("another journal in memory holds %d filings, %v", len(all), err)
	}
}

// TestLate: a machine that slept past the time of a filing does not send what nobody expects any more.
func TestLate(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	j, e := opened(t, Config{}, Options{Now: func() time.Time { return time.Unix(0, now.Load()) }}), &ehr{}
	hold(t, j, orderOf("a", 1, 100*time.Millisecond), e)
	now.Add(int64(lateTime + time.Second))
	wantState(t, settled(t, j, "a"), visit.StateNotSent)
	if n := e.sends.Load(); n != 0 {
		t.Errorf("%d were sent", n)
	}
}

// TestOneProgramForEachFile: a second program over one SQLite file is told what to do instead.
func TestOneProgramForEachFile(t *testing.T) {
	c := Config{SQLite: t.TempDir() + "/journal.db", Keys: []string{keyFile(t, 1)}}
	opened(t, c, Options{})
	if _, err := Open(t.Context(), c, Options{}); err == nil || !strings.Contains(err.Error(), "PostgreSQL serves several") {
		t.Errorf("a second program: %v", err)
	}
	text := t.TempDir() + "/text"
	if err := os.WriteFile(text, bytes.Repeat([]byte("no database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{SQLite: text, Keys: c.Keys}, Options{}); err == nil || !strings.Contains(err.Error(), "no SQLite database") {
		t.Errorf("a file of another kind: %v", err)
	}
	info, err := os.Stat(c.SQLite)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by others: %v, %v", info.Mode(), err)
	}
}

// TestFaults: every fault of a configuration is named, and no connection string with them.
func TestFaults(t *testing.T) {
	short := t.TempDir() + "/short"
	if err := os.WriteFile(short, []byte("c2hvcnQ="), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Config{SQLite: "x", Postgres: "postgres://u:hunter2@h:port/d", Keys: []string{"/no/such", short}, KeepDays: -1, BodyDays: 9}
	got := strings.Join(c.Faults(), "\n")
	for _, want := range []string{"give one of sqlite, postgres and postgres_file (there are 2)", "postgres: it is not a connection string", "keys[0]: /no/such: the key cannot be read",
		"keys[1]: " + short + ": the key has 5 bytes", "keep_days: -1 is not 1 to 3650", "body_days: 9 is not"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %q in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "hunter2") {
		t.Errorf("a password is repeated: %s", got)
	}
	if got := fmt.Sprint(Config{SQLite: "x"}.Faults()); !strings.Contains(got, "keys: none is listed") {
		t.Errorf("no keys: %s", got)
	}
	if got := fmt.Sprint(Config{KeepDays: 5}.Faults()); !strings.Contains(got, "leave journal out") {
		t.Errorf("no place: %s", got)
	}
}
