package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

const (
	postgresConnections = 8           // of one instance; a filing needs one for a moment
	ownersLocks         = 0x63686e67  // the first half of our advisory locks; the second is the owner
	migrationLock       = 0x63686e670 // of the instance that brings the tables up to date
)

// openPostgres opens a database that many instances share. Each holds an advisory lock for as long as
// its session lasts, so that the others see at once that it is gone.
func openPostgres(ctx context.Context, config *pgx.ConnConfig) (*store, error) {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s := &store{db: db, postgres: true, owner: newOwner()}
	s.gone = fmt.Sprintf(`owner <> ?3 AND NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = %d AND objid = owner)`, ownersLocks)
	own := &ownerLock{db: db, owner: s.owner}
	s.alive, s.close = own.hold, func() error { return errors.Join(own.close(), db.Close()) }
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(reached(err), s.close())
	}
	return s, nil
}

func (s *store) prepare(ctx context.Context) error {
	if err := s.db.PingContext(ctx); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock))
	if err != nil {
		return err
	}
	if err := migrate(ctx, s.db, goose.DialectPostgres, "postgres", goose.WithSessionLocker(locker)); err != nil {
		return err
	}
	return s.alive(ctx)
}

// reached keeps the words of the database, and of a connection that failed only that it did: the
// driver's own words repeat host, user and database.
func reached(err error) error {
	var failed *pgconn.ConnectError
	if errors.As(err, &failed) {
		return errors.New("PostgreSQL cannot be reached under the connection string: check that it runs and lets this user in")
	}
	return err
}

// An ownerLock says that an instance runs.
type ownerLock struct {
	db    *sql.DB
	owner int64

	mu   sync.Mutex
	held *sql.Conn
}

// hold makes sure that the lock is ours. Where its session was cut, it is taken anew; what the others
// have said of our filings meanwhile stands.
func (l *ownerLock) hold(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		if l.held.PingContext(ctx) == nil {
			return nil
		}
		_ = l.held.Close()
		l.held = nil
	}
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	var ours bool
	if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1::int, $2::int)`, ownersLocks, l.owner).Scan(&ours); err != nil {
		return errors.Join(err, conn.Close())
	}
	if !ours { // the old session has not ended yet on the other side
		return errors.Join(errors.New("the lock of this instance is not free yet"), conn.Close())
	}
	l.held = conn
	return nil
}

func (l *ownerLock) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		return nil
	}
	held := l.held
	l.held = nil
	// The session must end with the lock; a connection that is given back to the pool would keep it.
	if err := held.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return nil
}
