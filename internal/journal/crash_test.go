package journal

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// TestKilled ends the program at each point of a filing, starts it again, and does what a clinician
// does then. The state that she sees must be true, and the record may hold one charge at most.
// integration kills the real program at three of these points.
func TestKilled(t *testing.T) {
	for _, tt := range []struct {
		at      string // the point of the delivery where it ends, or of the request
		state   string // after the restart
		charges int    // that the record holds then
		again   bool   // she confirms anew
	}{
		{"before the row", "", 0, true},
		{"held", visit.StateNotSent, 0, true},
		{"sending", visit.StateUnknown, 0, true},
		{"before the commit", visit.StateUnknown, 0, true},
		{"after the commit", visit.StateUnknown, 1, true},
		{"answered", visit.StateUnknown, 1, true},
		{"settled", visit.StateFiled, 1, true},
	} {
		t.Run(tt.at, func(t *testing.T) {
			eachStore(t, func(t *testing.T, c Config) {
				e := &ehr{}
				killedAt(t, c, e, tt.at)
				if n := e.charges["90834"]; n != tt.charges {
					t.Fatalf("the record holds %d charges, want %d", n, tt.charges)
				}
				j := opened(t, c, Options{})
				all, err := j.Of(t.Context(), someVisit)
				if err != nil {
					t.Fatal(err)
				}
				if tt.state == "" {
					if len(all) != 0 {
						t.Fatalf("the journal knows %+v of a filing that was never written down", all)
					}
				} else {
					wantState(t, all[0], tt.state)
					if !all[0].Kept || all[0].Filing.Lines[0].Code != "90834" {
						t.Errorf("what was confirmed is not known any more: %+v", all[0])
					}
				}
				next, err := j.Next(t.Context(), someVisit, "a")
				if err != nil {
					t.Fatal(err)
				}
				hold(t, j, orderOf("a", next, 0), e)
				want := visit.StateFiled
				if tt.charges > 0 {
					want = visit.StateAlready
				}
				wantState(t, settled(t, j, "a"), want)
				if n := e.charges["90834"]; n != 1 {
					t.Errorf("the record holds %d charges, want 1", n)
				}
			})
		})
	}
}

// killedAt files once with a program that ends at a point.
func killedAt(t *testing.T, c Config, e *ehr, at string) {
	t.Helper()
	j, err := Open(t.Context(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	dead := make(chan struct{})
	end := func(point string) {
		if point == at {
			j.die()
			close(dead)
			runtime.Goexit()
		}
	}
	j.reached = end
	send := func(ctx context.Context, f visit.Filing) (visit.Receipt, error) {
		end("before the commit")
		receipt, err := e.send(ctx, f)
		end("after the commit")
		return receipt, err
	}
	go func() {
		end("before the row")
		_, _, _ = j.Hold(context.Background(), orderOf("a", 1, 10*time.Millisecond), send)
	}()
	if at == "settled" {
		for {
			if entry, err := j.Find(t.Context(), someVisit, "a"); err == nil && entry.State == visit.StateFiled {
				break
			}
		}
		go end(at)
	}
	<-dead
	if c.Postgres != "" { // the server sees the end of a session a moment later
		waitForSessions(t, c)
	}
}

func waitForSessions(t *testing.T, c Config) {
	t.Helper()
	for range 200 {
		other, err := openPostgresOf(c)
		if err != nil {
			t.Fatal(err)
		}
		var n int
		err = other.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n)
		_ = other.Close()
		if err == nil && n == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the session of a program that was killed does not end")
}
