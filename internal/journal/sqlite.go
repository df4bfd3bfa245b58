package journal

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openSQLite opens a file for this program alone, or a store in memory where the name is empty. A write
// is on the disk before it is answered: synchronous=FULL, in the write-ahead log.
func openSQLite(ctx context.Context, file string) (*store, error) {
	pragmas := url.Values{"_pragma": {"busy_timeout(200)", "locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(FULL)"}}
	name := "file::memory:"
	if file != "" {
		path, err := filepath.Abs(file)
		if err != nil {
			return nil, err
		}
		made, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the configuration names it
		if err != nil {
			return nil, errors.New("the file cannot be opened for writing, check its folder and who may write there")
		}
		if err := made.Close(); err != nil {
			return nil, err
		}
		name = (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String()
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one connection holds the lock of the file, and what is in memory
	s := &store{db: db, owner: newOwner(), gone: "owner <> ?3", close: db.Close}
	s.alive = func(ctx context.Context) error { return db.PingContext(ctx) }
	if err := migrate(ctx, db, goose.DialectSQLite3, "sqlite"); err != nil {
		return nil, errors.Join(plainly(err), db.Close())
	}
	return s, nil
}

// plainly says in our words what an operator can do something about.
func plainly(err error) error {
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errors.New("another program has it open: a SQLite file serves one instance, PostgreSQL serves several")
	case sqlite3.SQLITE_NOTADB:
		return errors.New("the file is no SQLite database, name another one")
	}
	return err
}
