package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/chargenote/chargenote/internal/visit"
)

// TestProperty walks at random through presses, second thoughts, faults of the EHR, kills and restarts.
// At every step the record holds one charge at most, no attempt is sent twice, what was undone or not
// sent never left the program, and what is called filed is in the record.
func TestProperty(t *testing.T) {
	key := keyFile(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "journal")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		w := &walk{T: t, config: Config{SQLite: filepath.Join(dir, "journal.db"), Keys: []string{key}}, sends: map[int]int{}}
		w.start()
		defer func() { w.journal.die() }()
		t.Repeat(map[string]func(*rapid.T){
			"press":   func(t *rapid.T) { w.press(rapid.IntRange(0, 1).Draw(t, "attempts ago")) },
			"undo":    func(*rapid.T) { w.undo() },
			"now":     func(t *rapid.T) { w.now(rapid.SampledFrom(ways).Draw(t, "way")) },
			"kill":    func(*rapid.T) { w.journal.die(); w.start() },
			"stop":    func(*rapid.T) { _ = w.journal.Close(context.Background()); w.start() },
			"reading": func(*rapid.T) { w.read() },
			"":        func(*rapid.T) { w.check() },
		})
	})
}

// ways are what happens to the one request of a filing, or to the program around it.
var ways = []string{"kept", "kept, answer lost", "refused", "never arrives", "killed at sending", "killed at answered"}

// A walk is a journal, a record, and what is known of both from outside.
type walk struct {
	*rapid.T
	config  Config
	journal *Journal
	charges int
	sends   map[int]int // by attempt
}

func (w *walk) start() {
	var err error
	if w.journal, err = Open(context.Background(), w.config, Options{}); err != nil {
		w.Fatal(err)
	}
}

func (w *walk) latest() (Entry, bool) {
	e, err := w.journal.Find(context.Background(), someVisit, "a")
	if err != nil && !errors.Is(err, ErrNone) {
		w.Fatal(err)
	}
	return e, err == nil
}

func (w *walk) press(ago int) {
	next, err := w.journal.Next(context.Background(), someVisit, "a")
	if err != nil {
		w.Fatal(err)
	}
	o := orderOf("a", max(1, next-ago), time.Hour)
	o.Filing.Rules = strconv.Itoa(o.Attempt)
	before, known := w.latest()
	after, mine, err := w.journal.Hold(context.Background(), o, w.sent("kept"))
	if err != nil {
		w.Fatal(err)
	}
	if known && ago > 0 && next > 1 && (mine || after.Attempt != before.Attempt || after.State != before.State) {
		w.Fatalf("an old press changed %d %s into %d %s", before.Attempt, before.State, after.Attempt, after.State)
	}
}

func (w *walk) undo() {
	before, known := w.latest()
	after, undone, err := w.journal.Undo(context.Background(), someVisit, "a")
	switch {
	case !known:
		if !errors.Is(err, ErrNone) {
			w.Fatal(err)
		}
	case err != nil:
		w.Fatal(err)
	case undone != (before.State == visit.StateHeld) || undone != (after.State == visit.StateUndone && before.State != after.State):
		w.Fatalf("undone %t, from %s to %s", undone, before.State, after.State)
	}
}

func (w *walk) now(way string) {
	before, known := w.latest()
	if !known || before.State != visit.StateHeld {
		return
	}
	killed := make(chan struct{})
	j := w.journal
	j.reached = func(point string) {
		if way == "killed at "+point {
			j.die()
			close(killed)
			runtime.Goexit()
		}
	}
	entry, err := j.SendNow(context.Background(), someVisit, "a", w.sent(way))
	switch way {
	case "killed at sending", "killed at answered":
		<-killed // SendNow may have failed: its program is gone
		w.start()
	default:
		if err != nil {
			w.Fatal(err)
		}
		j.Wait(context.Background(), entry)
		j.reached = func(string) {}
	}
}

func (w *walk) sent(way string) Send {
	return func(_ context.Context, f visit.Filing) (visit.Receipt, error) {
		attempt, _ := strconv.Atoi(f.Rules)
		w.sends[attempt]++
		switch way {
		case "refused":
			return visit.Receipt{State: visit.StateRefused}, nil
		case "never arrives":
			return visit.Receipt{}, errors.New("lost")
		}
		state := visit.StateAlready
		if w.charges == 0 { // a conditional create
			w.charges, state = 1, visit.StateFiled
		}
		if way == "kept, answer lost" {
			return visit.Receipt{}, errors.New("lost")
		}
		return visit.Receipt{State: state}, nil
	}
}

// read is what the page does with an unknown fate.
func (w *walk) read() {
	if e, known := w.latest(); known && e.State == visit.StateUnknown && w.charges > 0 {
		if err := w.journal.Settle(context.Background(), e, visit.Receipt{State: visit.StateFiled}); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *walk) check() {
	if w.charges > 1 {
		w.Fatalf("the record holds %d charges", w.charges)
	}
	e, known := w.latest()
	if !known {
		return
	}
	for attempt, n := range w.sends {
		if n > 1 {
			w.Fatalf("attempt %d was sent %d times", attempt, n)
		}
	}
	sent := w.sends[e.Attempt]
	switch e.State {
	case visit.StateHeld, visit.StateUndone, visit.StateNotSent:
		if sent > 0 {
			w.Fatalf("attempt %d was sent, and is said to be %s", e.Attempt, e.State)
		}
	case visit.StateFiled, visit.StateAlready:
		if w.charges == 0 {
			w.Fatalf("%s, and the record holds nothing", e.State)
		}
	case visit.StateRefused:
		if sent != 1 {
			w.Fatalf("refused after %d requests", sent)
		}
	case visit.StateUnknown:
	default:
		w.Fatalf("it is %s, and nothing is under way", e.State)
	}
}
