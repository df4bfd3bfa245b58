package pdftext

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
)

// A Text is what a PDF says.
type Text struct {
	Words string // one line a line, an empty line between paragraphs, a form feed before each page but the first
	Scans []int  // pages that show pictures and no text, counted from 1
	Whole bool   // every page was read, and to its end
}

// A Reader reads PDFs. It is safe for use by many goroutines at once, does nothing before it is first
// used, and is meant to live as long as the program.
type Reader struct {
	directory string
	limits    limits
	begin     sync.Once
	begun     chan struct{} // closed when cache or fault is there
	cache     wazero.CompilationCache
	fault     error
	rooms     chan *room // one for each PDF that may be read at a time; nil: to be made
}

// New makes a reader. The cache is a directory that only this user can write to, in which the code of this
// machine is kept for the next start, some 22 MB; without one, or where it cannot be used, the code is made
// anew at each start.
func New(cache string) *Reader {
	return &Reader{directory: cache, limits: usual, begun: make(chan struct{}), rooms: make(chan *room, atOnce)}
}

// Warm makes the reader ready, so that the first PDF need not wait for it. The error, for a log, says why
// no PDF can be read, or that ctx ended before it was known.
func (r *Reader) Warm(ctx context.Context) error {
	r.begin.Do(func() { go r.start() })
	select {
	case <-r.begun:
		return r.fault
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start makes the first room, a second time where it was what is kept that could not be used.
func (r *Reader) start() {
	defer close(r.begun)
	r.cache = openCache(r.directory)
	first, err := newRoom(r.cache)
	if err != nil {
		emptyCache(r.directory)
		r.cache = openCache(r.directory)
		first, err = newRoom(r.cache)
	}
	if r.fault = err; err != nil {
		return
	}
	r.rooms <- first
	for range atOnce - 1 {
		r.rooms <- nil
	}
}

// Read reads one PDF. The error is one of this package's, in words for the clinician, and says nothing
// of what the PDF holds.
func (r *Reader) Read(ctx context.Context, data []byte) (Text, error) { return r.Visit(ctx)(data) }

// Visit gives a function that reads as Read does, for the PDFs of one visit: all of them together may
// take as much time as one. It is for one goroutine.
func (r *Reader) Visit(ctx context.Context) func(data []byte) (Text, error) {
	left := r.limits
	return func(data []byte) (Text, error) {
		if len(data) > mostBytes || left.time <= 0 {
			return Text{}, ErrRefused
		}
		if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
			return Text{}, ErrDamaged
		}
		room, err := r.enter(ctx)
		if err != nil {
			return Text{}, err
		}
		start := time.Now()
		text, usable, err := room.read(ctx, data, left)
		left.time -= time.Since(start)
		if !usable {
			room = nil
		}
		r.rooms <- room
		if err != nil {
			return Text{}, inWords(ctx, err)
		}
		return text, nil
	}
}

// enter waits until the reader is ready and one more PDF may be read.
func (r *Reader) enter(ctx context.Context) (*room, error) {
	switch err := r.Warm(ctx); {
	case err != nil && ctx.Err() != nil:
		return nil, ErrBusy
	case err != nil:
		return nil, ErrNoReader
	}
	select {
	case free := <-r.rooms:
		if free != nil {
			return free, nil
		}
		made, err := newRoom(r.cache)
		if err != nil {
			r.rooms <- nil
			return nil, ErrNoReader
		}
		return made, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}

// inWords is an error of this package for one from within the sandbox.
func inWords(ctx context.Context, err error) error {
	for _, known := range []error{ErrDamaged, ErrEncrypted, ErrPictures, ErrEmpty, ErrLetters, ErrRefused, ErrNoReader} {
		if errors.Is(err, known) {
			return known
		}
	}
	if ctx.Err() != nil {
		return ErrBusy
	}
	return ErrRefused
}
