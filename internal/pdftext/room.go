package pdftext

import (
	"context"
	"fmt"
	"io"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// A room is where one file at a time is read, each in an instance of PDFium that is made for it.
type room struct {
	pool  pdfium.Pool
	close context.CancelFunc // ends what is running, and the room with it
}

// newRoom makes a room; the first one of a cache makes the code of this machine. Where a machine forbids
// to make code that runs, the library panics.
func newRoom(cache wazero.CompilationCache) (made *room, err error) {
	defer func() {
		if failed := recover(); failed != nil {
			made, err = nil, fmt.Errorf("make the reader of PDFs ready: %v", failed)
		}
	}()
	ctx, cancel := context.WithCancel(experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(allocate)))
	pool, err := webassembly.Init(webassembly.Config{
		Context:  ctx,
		MaxTotal: 1,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCompilationCache(cache).
			WithCloseOnContextDone(true). // else nothing would end a loop
			WithMemoryLimitPages(memoryPages),
		FSConfig:     wazero.NewFSConfig(), // no file: where it is nil, the library shows all of them
		Stdout:       io.Discard,
		Stderr:       io.Discard,
		RandomSource: noChance{},
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("make the reader of PDFs ready: %w", err)
	}
	return &room{pool, cancel}, nil
}

// noChance are the random numbers within: the same file gives the same text.
type noChance struct{}

func (noChance) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

// read reads one file, and reports whether the room can be used again: not when time ended the reading.
// The instance is thrown away, never closed in order: that would run more of what may be broken.
func (r *room) read(ctx context.Context, data []byte, left limits) (text Text, usable bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, left.time)
	defer cancel()
	stop := context.AfterFunc(ctx, r.close)
	defer func() {
		failed := recover()
		if usable = stop(); !usable {
			err = ctx.Err()
			r.abandon()
		} else if failed != nil {
			err = fmt.Errorf("read a PDF: %v", failed)
		}
	}()
	instance, err := r.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return Text{}, true, err
	}
	defer func() { _ = instance.Kill() }()
	d := &document{pdfium: instance, data: data, limits: left}
	text, err = d.read()
	return text, true, err
}

// abandon gives back what a room holds whose work was ended.
func (r *room) abandon() {
	r.close()
	_ = r.pool.Close()
}
