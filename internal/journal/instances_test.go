package journal

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

// TestInstances is what several programs over one PostgreSQL must do.
func TestInstances(t *testing.T) {
	c := Config{Postgres: database(t), Keys: []string{keyFile(t, 1)}}
	const instances = 4
	var all []*Journal
	for range instances {
		all = append(all, opened(t, c, Options{}))
	}

	t.Run("a hundred presses over all of them send once", func(t *testing.T) {
		e := &ehr{}
		var presses sync.WaitGroup
		var mine atomic.Int32
		for i := range 100 {
			presses.Go(func() {
				_, first, err := all[i%instances].Hold(t.Context(), orderOf("presses", 1, 50*time.Millisecond), e.send)
				if err != nil {
					t.Error(err)
				}
				if first {
					mine.Add(1)
				}
			})
		}
		presses.Wait()
		for _, j := range all {
			wantState(t, settled(t, j, "presses"), visit.StateFiled)
		}
		if n := e.sends.Load(); n != 1 || mine.Load() != 1 {
			t.Errorf("%d were sent for %d presses that were told that they send; want 1 and 1", n, mine.Load())
		}
	})

	t.Run("held here, undone there", func(t *testing.T) {
		e := &ehr{}
		hold(t, all[0], orderOf("undone", 1, 300*time.Millisecond), e)
		entry, undone, err := all[1].Undo(t.Context(), someVisit, "undone")
		if err != nil || !undone {
			t.Fatalf("undone %t, %v", undone, err)
		}
		all[0].Wait(t.Context(), entry)
		if n := e.sends.Load(); n != 0 {
			t.Errorf("%d were sent", n)
		}
	})

	t.Run("held here, filed now there, undone elsewhere: one of them wins", func(t *testing.T) {
		for range 20 {
			e := &ehr{}
			id := time.Now().String()
			hold(t, all[0], orderOf(id, 1, 3*time.Millisecond), e)
			var both sync.WaitGroup
			var undone atomic.Bool
			both.Go(func() {
				if _, err := all[1].SendNow(t.Context(), someVisit, id, e.send); err != nil {
					t.Error(err)
				}
			})
			both.Go(func() {
				_, won, err := all[2].Undo(t.Context(), someVisit, id)
				if err != nil {
					t.Error(err)
				}
				undone.Store(won)
			})
			both.Wait()
			entry := settled(t, all[3], id)
			if (entry.State == visit.StateUndone) != undone.Load() || (e.sends.Load() == 0) != undone.Load() || e.sends.Load() > 1 {
				t.Errorf("undone %t, %d sent, and the state is %q", undone.Load(), e.sends.Load(), entry.State)
			}
		}
	})

	t.Run("what another still holds is left alone, what it left is set down at once", func(t *testing.T) {
		e := &ehr{}
		j := opened(t, c, Options{})
		hold(t, j, orderOf("left", 1, time.Minute), e)
		entry, err := all[0].Find(t.Context(), someVisit, "left")
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, entry, visit.StateHeld)
		j.die()
		deadline, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		for entry.State == visit.StateHeld && deadline.Err() == nil { // until the server has seen the end of the session
			if entry, err = all[0].Find(t.Context(), someVisit, "left"); err != nil {
				t.Fatal(err)
			}
		}
		wantState(t, entry, visit.StateNotSent)
	})

	t.Run("a session that was cut is taken up again", func(t *testing.T) {
		e := &ehr{}
		j := opened(t, c, Options{})
		if _, err := all[0].store.db.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1`, j.store.owner); err != nil {
			t.Fatal(err)
		}
		if err := j.store.alive(t.Context()); err != nil {
			if err = j.store.alive(t.Context()); err != nil { // its session may end a moment later
				t.Fatal(err)
			}
		}
		hold(t, j, orderOf("cut", 1, time.Minute), e)
		entry, err := all[0].Find(t.Context(), someVisit, "cut")
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, entry, visit.StateHeld)
	})
}
