package journal

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Config says where the journal is kept, as an operator writes it. The zero value keeps it in memory,
// until the program ends.
type Config struct {
	// SQLite is a file, for one instance of the program. It is made where it is missing.
	SQLite string `yaml:"sqlite"`
	// Postgres is a connection string of PostgreSQL, for any number of instances, and PostgresFile a
	// file that holds it. Sessions must last: a pooler may not give a connection away between
	// transactions.
	Postgres     string `yaml:"postgres"`
	PostgresFile string `yaml:"postgres_file"`
	// Keys are files with one key each, 32 bytes as base64. The first seals; all open. To change the
	// key, list the new one last in every instance, then first, and drop the old one when KeepDays are over.
	Keys []string `yaml:"keys"`
	// KeepDays is how many days a row is kept: 1 to 3650, 90 where it is 0.
	KeepDays int `yaml:"keep_days"`
	// BodyDays is for how many days after a filing is settled its content is kept: 1 to KeepDays, 7
	// where it is 0.
	BodyDays int `yaml:"body_days"`
}

const (
	defaultKeepDays = 90
	defaultBodyDays = 7
	mostDays        = 3650
)

// Faults are all that is wrong with the configuration. It reads the files of the keys and opens no store.
func (c Config) Faults() []string {
	var faults []string
	places := 0
	for _, place := range []string{c.SQLite, c.Postgres, c.PostgresFile} {
		if place != "" {
			places++
		}
	}
	if places > 1 {
		faults = append(faults, fmt.Sprintf("give one of sqlite, postgres and postgres_file (there are %d)", places))
	}
	if _, err := c.postgres(); err != nil {
		faults = append(faults, err.Error())
	}
	switch {
	case places > 0 && len(c.Keys) == 0:
		faults = append(faults, fmt.Sprintf("keys: none is listed, and what is filed is never kept in the open; make one with: openssl rand -base64 %d", keyLength))
	case places == 0:
		faults = append(faults, "give one of sqlite, postgres and postgres_file, or leave journal out to keep filings in memory")
	}
	for i, file := range c.Keys {
		if _, err := ReadKey(file); err != nil {
			faults = append(faults, fmt.Sprintf("keys[%d]: %s: %v", i, file, err))
		}
	}
	if c.keepDays() < 1 || c.keepDays() > mostDays {
		faults = append(faults, fmt.Sprintf("keep_days: %d is not 1 to %d", c.KeepDays, mostDays))
	}
	if c.bodyDays() < 1 || c.bodyDays() > c.keepDays() {
		faults = append(faults, fmt.Sprintf("body_days: %d is not 1 to the %d of keep_days", c.bodyDays(), c.keepDays()))
	}
	return faults
}

func (c Config) keepDays() int { return orElse(c.KeepDays, defaultKeepDays) }

func (c Config) bodyDays() int { return orElse(c.BodyDays, min(defaultBodyDays, c.keepDays())) }

func orElse(days, otherwise int) int {
	if days == 0 {
		return otherwise
	}
	return days
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// postgres is the connection string, nil where there is none. An error never holds it: it may hold a password.
func (c Config) postgres() (*pgx.ConnConfig, error) {
	said, name := c.Postgres, "postgres"
	if c.PostgresFile != "" {
		content, err := os.ReadFile(c.PostgresFile)
		if err != nil {
			return nil, errors.New("postgres_file: it cannot be read, check the name and who may read it")
		}
		said, name = strings.TrimSpace(string(content)), "postgres_file"
		if said == "" {
			return nil, errors.New("postgres_file: it is empty")
		}
	}
	if said == "" {
		return nil, nil
	}
	config, err := pgx.ParseConfig(said)
	if err != nil {
		return nil, fmt.Errorf("%s: it is not a connection string, write it as postgres://user@host/database", name)
	}
	return config, nil
}
