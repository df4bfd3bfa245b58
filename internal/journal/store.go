package journal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// A store is the database behind a journal, and what differs between the two kinds.
type store struct {
	db       *sql.DB
	postgres bool
	owner    int64 // of this instance; no other that runs has the same
	// gone is the condition of SQL under which the owner of a row runs no more. ?3 is our own owner.
	gone string
	// alive holds the proof that this instance runs, and is an error where it was lost.
	alive func(context.Context) error
	close func() error
}

// q is a statement in the dialect of the store: written with ?1, ?2 as SQLite has it.
func (s *store) q(statement string) string {
	if s.postgres {
		return strings.ReplaceAll(statement, "?", "$")
	}
	return statement
}

// newOwner is a random number that a lock of PostgreSQL can name.
func newOwner() int64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, its documentation says
	return int64(b[0]&0x7f)<<24 | int64(b[1])<<16 | int64(b[2])<<8 | int64(b[3])
}

// migrate brings the tables to the form that this program knows. A newer form is refused.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, folder string, options ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, files, append(options, goose.WithTableName("journal_version"), goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return err
	}
	have, know, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if have > know {
		return fmt.Errorf("its tables are of version %d, and this program knows %d: run the newer program", have, know)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// indexKey is the key of the hashes that name visits. It is made once and stays, whatever key seals.
func (s *store) indexKey(ctx context.Context, keys keys) ([]byte, error) {
	bound := []byte("index_key")
	fresh := make([]byte, keyLength)
	_, _ = rand.Read(fresh) // never fails, its documentation says
	if _, err := s.db.ExecContext(ctx, s.q(`INSERT INTO index_key (one, sealed) VALUES (1, ?1) ON CONFLICT DO NOTHING`), keys.seal(fresh, bound)); err != nil {
		return nil, err
	}
	var sealed []byte
	if err := s.db.QueryRowContext(ctx, `SELECT sealed FROM index_key`).Scan(&sealed); err != nil {
		return nil, err
	}
	key, err := keys.open(sealed, bound)
	if errors.Is(err, errNoKey) {
		return nil, errors.New("it was made with a key that is not listed: list that one too, after the first")
	}
	if err != nil {
		return nil, err
	}
	if keys.sealedByFirst(sealed) {
		return key, nil
	}
	_, err = s.db.ExecContext(ctx, s.q(`UPDATE index_key SET sealed = ?1`), keys.seal(key, bound))
	return key, err
}
