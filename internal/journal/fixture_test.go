package journal

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/pgserver"
	"github.com/chargenote/chargenote/internal/visit"
)

var (
	postgres     *pgserver.Server
	postgresErr  error
	postgresOnce sync.Once
	databases    atomic.Int32
)

func TestMain(m *testing.M) {
	code := m.Run()
	if postgres != nil {
		postgres.Stop()
	}
	os.Exit(code)
}

// database is a new one in a real PostgreSQL. Without one the test cannot run: aloud on a person's machine,
// as a failure in CI.
func database(t *testing.T) string {
	t.Helper()
	postgresOnce.Do(func() { postgres, postgresErr = pgserver.Start(context.Background()) })
	switch {
	case errors.Is(postgresErr, pgserver.ErrMissing) && os.Getenv("CI") != "true":
		t.Skip(postgresErr)
	case postgresErr != nil:
		t.Fatal(postgresErr)
	}
	db, err := sql.Open("pgx", postgres.Address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("journal%d", databases.Add(1))
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return postgres.Address(name)
}

// eachStore runs a test on every kind of store that outlives the program.
func eachStore(t *testing.T, test func(t *testing.T, c Config)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, Config{SQLite: filepath.Join(t.TempDir(), "journal.db"), Keys: []string{keyFile(t, 1)}})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, Config{Postgres: database(t), Keys: []string{keyFile(t, 1)}})
	})
}

// keyFile holds a key of the same byte 32 times.
func keyFile(t *testing.T, each byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), fmt.Sprintf("key%d", each))
	content := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(string(each), keyLength)))
	if err := os.WriteFile(file, []byte(content+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// opened is a journal that is closed with the test.
func opened(t *testing.T, c Config, options Options) *Journal {
	t.Helper()
	if faults := c.Faults(); len(faults) > 0 && c.SQLite+c.Postgres != "" {
		t.Fatal(faults)
	}
	j, err := Open(t.Context(), c, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close(context.Background()) })
	return j
}

// die is what kill -9 leaves: nothing more is written, and the connections are gone. Deliveries that
// were stopped at a point of their way stay there.
func (j *Journal) die() {
	_ = j.store.close()
	j.cutOff()
}

var someVisit = Visit{"clinic", "https://ehr.example/fhir", "p1", "e1"}

func orderOf(id string, attempt int, hold time.Duration) Order {
	return Order{Visit: someVisit, ID: id, Attempt: attempt, Hold: hold,
		Filing: visit.Filing{Tenant: "clinic", Encounter: "Encounter/e1", Patient: "Patient/p1", Enterer: "Practitioner/d1",
			Lines: []visit.FiledLine{{Code: "90834", Units: 1}}, GapNote: "made-up gap note"},
		Person: visit.Person{Name: "Wilhelmina Testcase"}}
}

// An ehr keeps one charge for each key, as a record with conditional creates does.
type ehr struct {
	mu      sync.Mutex
	charges map[string]int // times that it was created, by key
	sends   atomic.Int32
	answer  *visit.Receipt // instead of what became of it
}

func (e *ehr) send(_ context.Context, f visit.Filing) (visit.Receipt, error) {
	e.sends.Add(1)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.answer != nil {
		return *e.answer, nil
	}
	if e.charges == nil {
		e.charges = map[string]int{}
	}
	key := f.Lines[0].Code
	if e.charges[key] > 0 {
		return visit.Receipt{State: visit.StateAlready}, nil
	}
	e.charges[key]++
	return visit.Receipt{State: visit.StateFiled, Items: []visit.FiledItem{{Kind: "ChargeItem", Key: key, Reference: "ChargeItem/c1", Created: true}}}, nil
}

// hold is Hold that must succeed.
func hold(t *testing.T, j *Journal, o Order, e *ehr) (Entry, bool) {
	t.Helper()
	entry, mine, err := j.Hold(t.Context(), o, e.send)
	if err != nil {
		t.Fatal(err)
	}
	return entry, mine
}

// settled waits for the end of a filing's delivery and returns it.
func settled(t *testing.T, j *Journal, id string) Entry {
	t.Helper()
	for range 500 {
		e, err := j.Find(t.Context(), someVisit, id)
		if err != nil {
			t.Fatal(err)
		}
		if !e.InFlight() {
			return e
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not settle", id)
	return Entry{}
}

func wantState(t *testing.T, e Entry, state string) {
	t.Helper()
	if e.State != state {
		t.Errorf("the state is %q, want %q", e.State, state)
	}
}

func textLog(into *strings.Builder) *slog.Logger { return slog.New(slog.NewTextHandler(into, nil)) }

func openPostgresOf(c Config) (*sql.DB, error) { return sql.Open("pgx", c.Postgres) }
