package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/term"
)

// The largest file that a command reads: a Bundle of one visit is far below it.
const maxFileBytes = 64 << 20

// readFile reads a file, or standard input where name is "-". A fault is one line and exit code 3.
func readFile(name string, t terminal) ([]byte, error) {
	if name == "-" {
		return readAll(name, t.in)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, input(name, errors.New(plainly(err)))
	}
	defer file.Close()
	return readAll(name, file)
}

func readAll(name string, from io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(from, maxFileBytes+1))
	if err != nil {
		return nil, input(name, errors.New(plainly(err)))
	}
	if len(content) > maxFileBytes {
		return nil, input(name, fmt.Errorf("larger than %d MiB, give one visit at a time", maxFileBytes>>20))
	}
	return content, nil
}

// plainly says what is wrong with a file without its path, which stands before it.
func plainly(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file, check the name"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be read, check its permissions"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error() + ", give a file or - for standard input"
	}
	return err.Error()
}

// isTerminal reports whether a person reads file.
func isTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
