// Package pgserver starts the machine's own PostgreSQL for tests, on a temporary directory and a unix
// socket, and stops it. It is no part of the program, and knows nothing of what is kept there.
package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// ErrMissing means that the machine has no PostgreSQL, or no account that may run it.
var ErrMissing = errors.New("no PostgreSQL here: install Debian's package postgresql")

// A Server is a PostgreSQL that runs until it is stopped.
type Server struct {
	dir     string
	command *exec.Cmd
}

const startTime = 30 * time.Second

// Start makes a database cluster and runs it. What it keeps does not outlive the machine: it is for tests.
func Start(ctx context.Context) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	as, err := account()
	if err != nil {
		return nil, err
	}
	initdb, postgres := program("initdb"), program("postgres")
	if initdb == "" || postgres == "" {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "pg") // short: the name of a socket has at most 107 bytes
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if as != nil {
		err = os.Chown(dir, int(as.Uid), int(as.Gid))
	}
	if err == nil {
		err = s.start(ctx, initdb, postgres, as)
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, initdb, postgres string, as *syscall.Credential) error {
	data := filepath.Join(s.dir, "data")
	initialise := exec.CommandContext(ctx, initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initialise.Dir, initialise.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: as}
	if out, err := initialise.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	s.command = exec.CommandContext(context.WithoutCancel(ctx), postgres, "-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	s.command.Dir, s.command.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: as}
	if err := s.command.Start(); err != nil {
		return err
	}
	for {
		if state, err := os.ReadFile(filepath.Join(data, "postmaster.pid")); err == nil && bytes.Contains(state, []byte("\nready")) { //nolint:gosec // the folder is our own
			return nil // the socket is there before connections are taken
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not start: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Address is the connection string of a database of the server; "postgres" is always there.
func (s *Server) Address(database string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s", s.dir, database)
}

// Stop ends the server and removes what it kept.
func (s *Server) Stop() {
	if s.command != nil && s.command.Process != nil {
		_ = s.command.Process.Signal(syscall.SIGQUIT) // at once; nobody needs the data
		_ = s.command.Wait()
	}
	_ = os.RemoveAll(s.dir)
}

// account is whom PostgreSQL runs as: root may not run it, so then it is the account of its package.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	found, err := user.Lookup("postgres")
	if err != nil {
		return nil, ErrMissing
	}
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// program is the newest one of a name, where Debian puts them or in the path.
func program(name string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is good
	if len(found) > 0 {
		slices.Sort(found)
		return found[len(found)-1]
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}
