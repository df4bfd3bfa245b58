package journal

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options are what a journal needs beside its Config. All may be left out.
type Options struct {
	Now func() time.Time // nil: the real clock
	Log *slog.Logger     // nil: nothing is logged
}

// SendTime is how long a Send may take; after it the fate of what it files is unknown.
const SendTime = 14 * time.Second

// Times of a journal.
const (
	storeTime  = 5 * time.Second  // for one statement
	openTime   = 30 * time.Second // for all that is done at the start
	lateTime   = time.Minute      // so long after its time a held filing is still sent; then nobody expects it any more
	lostTime   = 2 * time.Minute  // after which a filing in flight was lost, whoever has it
	beatTime   = 5 * time.Second  // between two proofs that this instance runs
	sweepTime  = time.Hour        // between two sweeps of what is old
	retryTime  = time.Second      // between two tries to write down what is known
	retryTimes = 5
)

// A Journal is safe for use by many goroutines at once, and by many programs on one PostgreSQL.
type Journal struct {
	store *store
	keys  keys
	index []byte // key of the hashes that name visits
	now   func() time.Time
	log   *slog.Logger

	keepRows, keepBodies time.Duration

	sending    context.Context    // of every request that files; ended when the grace time is over
	cutOff     context.CancelFunc // ends sending
	stopping   chan struct{}      // closed when nothing held is sent any more
	deliveries sync.WaitGroup
	upkeep     sync.WaitGroup

	mu        sync.RWMutex // held for reading while a filing is written down, so that none slips past Stop
	stopped   bool
	underway  map[row]chan struct{} // closed when the delivery of this instance is over
	underwayM sync.Mutex

	reached func(string) // for tests: the program is at this point of a delivery
}

// Open opens the journal that the configuration names, which must be without Faults. What a program that
// was killed had in flight is set down as what it is.
func Open(ctx context.Context, config Config, options Options) (*Journal, error) {
	j := &Journal{now: options.Now, log: options.Log, keepRows: days(config.keepDays()), keepBodies: days(config.bodyDays()),
		stopping: make(chan struct{}), underway: map[row]chan struct{}{}, reached: func(string) {}}
	if j.now == nil {
		j.now = time.Now
	}
	if j.log == nil {
		j.log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	if err := j.open(ctx, config); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j.sending, j.cutOff = context.WithCancel(context.WithoutCancel(ctx))
	j.upkeep.Go(j.keepUp)
	return j, nil
}

func (j *Journal) open(ctx context.Context, config Config) error {
	for _, file := range config.Keys {
		key, err := ReadKey(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		j.keys = append(j.keys, key)
	}
	if len(j.keys) == 0 {
		j.keys = keys{randomKey()}
	}
	at, err := config.postgres()
	if err != nil {
		return err
	}
	if at != nil {
		j.store, err = openPostgres(ctx, at)
	} else {
		j.store, err = openSQLite(ctx, config.SQLite)
	}
	if err != nil {
		return err
	}
	if j.index, err = j.store.indexKey(ctx, j.keys); err == nil {
		err = j.reclaim(ctx)
	}
	if err == nil {
		err = j.sweep(ctx)
	}
	if err != nil {
		_ = j.store.close()
	}
	return err
}

// Ready says whether filings can be written down.
func (j *Journal) Ready(ctx context.Context) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var any int
	if err := j.store.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM index_key`).Scan(&any); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Stop lets go of what is held, which is set down as not sent, and waits for what is on its way until
// ctx ends; the fate of what is cut off then is unknown. Nothing can be held afterwards.
func (j *Journal) Stop(ctx context.Context) error {
	j.mu.Lock()
	first := !j.stopped
	j.stopped = true
	j.mu.Unlock()
	if !first {
		return nil
	}
	close(j.stopping)
	err := j.letGo(ctx)
	done := make(chan struct{})
	go func() {
		j.deliveries.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		j.cutOff()
		<-done
	}
	return err
}

// Close stops the journal, where it was not stopped before, and closes the store.
func (j *Journal) Close(ctx context.Context) error {
	err := j.Stop(ctx)
	j.cutOff()
	j.upkeep.Wait()
	if closed := j.store.close(); err == nil && closed != nil {
		err = fmt.Errorf("journal: %w", closed)
	}
	return err
}

// keepUp proves that this instance runs and sweeps what is old, until the journal is stopped.
func (j *Journal) keepUp() {
	beat, sweep := time.NewTicker(beatTime), time.NewTicker(sweepTime)
	defer beat.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-j.sending.Done():
			return
		case <-beat.C:
			err = j.withStore(j.store.alive)
		case <-sweep.C:
			if err = j.withStore(j.reclaim); err == nil {
				err = j.withStore(j.sweep)
			}
		}
		if err != nil && j.sending.Err() == nil {
			j.log.Warn("journal: upkeep failed", "error", err)
		}
	}
}

func (j *Journal) withStore(do func(context.Context) error) error {
	ctx, cancel := bounded(j.sending)
	defer cancel()
	return do(ctx)
}

// bounded is the time for one statement. A page that was closed does not break it off half-way.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeTime)
}
