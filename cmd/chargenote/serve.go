package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/chargenote/chargenote/internal/journal"
)

// serveCommand runs the app for real EHRs.
type serveCommand struct {
	Config string `required:"" help:"Configuration (YAML): where to listen and which EHRs may launch the program." placeholder:"FILE"`
}

// Run is the command serve.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	settings, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	log := slog.New(slog.NewJSONHandler(t.err, nil))
	reader := newPDFs()
	app, err := newApp(ctx, settings, reader, log, false)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, settings.Listen)
	if err != nil {
		_ = app.journal.Close(ctx) // nothing was filed
		return err
	}
	if settings.Journal == nil {
		log.Warn("filings are kept in memory: a restart forgets what was confirmed; say in the configuration where the journal is")
	}
	log.Info("listening", "address", listener.Addr().String(), "issuers", len(settings.Issuers), "version", version)
	go reader.warm(ctx, log)
	return serveUntilDone(ctx, log, server{listener, app, settings.TLS, app.journal})
}

// A server is a listener with what answers on it.
type server struct {
	listener net.Listener
	handler  http.Handler
	tls      *tlsFiles
	journal  *journal.Journal // nil: nothing is filed here
}

// gcPercent lets the heap grow fivefold before it is collected: what lives is some ten megabytes of
// rules that never change, and they were read over again after every few launches.
const gcPercent = 400

// Limits of every listener: a page of a chart needs far less.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
	shutdownTimeout   = 15 * time.Second // a filing that is on its way takes 14 at most
)

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, usage("cannot listen on %s, is something else running there?", address)
	}
	return listener, nil
}

// serveUntilDone answers on every server until ctx ends or one of them fails, then lets requests and
// filings under way finish; what is held is let go.
func serveUntilDone(ctx context.Context, log *slog.Logger, servers ...server) error {
	ended := make(chan error, len(servers))
	var running []*http.Server
	for _, s := range servers {
		h := &http.Server{Handler: s.handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
			WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
		running = append(running, h)
		go func() {
			if s.tls != nil {
				ended <- h.ServeTLS(s.listener, s.tls.Certificate, s.tls.Key)
				return
			}
			ended <- h.Serve(s.listener)
		}()
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-ended:
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	var ending sync.WaitGroup
	for i, h := range running {
		ending.Go(func() {
			if err := h.Shutdown(stopping); err != nil {
				log.Warn("requests were cut off at the end", "error", err)
			}
		})
		if filings := servers[i].journal; filings != nil {
			ending.Go(func() {
				if err := filings.Stop(stopping); err != nil {
					log.Warn("what was held could not be set down as not sent", "error", err)
				}
			})
		}
	}
	ending.Wait()
	for _, s := range servers {
		if s.journal != nil {
			_ = s.journal.Close(stopping) // all is written
		}
	}
	if failed != nil && !errors.Is(failed, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", failed)
	}
	return nil
}
