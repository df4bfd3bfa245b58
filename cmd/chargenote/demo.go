package main

import (
	"context"
	"log/slog"
	"net"

	"github.com/chargenote/chargenote/internal/demoehr"
	"github.com/chargenote/chargenote/smart"
)

// demoCommand runs the demo EHR and the app on one machine.
type demoCommand struct {
	Listen string `help:"Where the demo EHR listens: a loopback address." default:"127.0.0.1:8788"`
	App    string `help:"Where the app listens: a loopback address." default:"127.0.0.1:8787"`
}

// The client that the demo EHR knows the app by.
const (
	demoClient = "chargenote-demo"
	demoKey    = "demo"
)

// Run is the command demo.
func (c *demoCommand) Run(ctx context.Context, t terminal) error {
	for option, address := range map[string]string{"--listen": c.Listen, "--app": c.App} {
		if !isLoopbackAddress(address) {
			return usage("%s %q is not a loopback address: the demo has no login, so it never leaves this machine", option, address)
		}
	}
	ehrListener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	appListener, err := listen(ctx, c.App)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ehr, app, err := newDemo(ctx, ehrListener.Addr(), appListener.Addr(), log)
	if err != nil {
		return err
	}
	p := &page{}
	p.line("%s", demoehr.Banner)
	p.line("Open %s in a browser: %d visits, each with a story.", "http://"+ehrListener.Addr().String()+"/", len(ehr.Visits()))
	p.line("Ctrl-C ends it; nothing is kept.")
	if _, err := t.out.Write(p.Bytes()); err != nil {
		return err
	}
	return serveUntilDone(ctx, log, server{listener: ehrListener, handler: ehr.Handler()}, app(appListener))
}

// demoKeyOf is the key of the demo EHR of one personality.
func demoKeyOf(p demoehr.Personality) string {
	if p.ID == "" {
		return demoKey
	}
	return demoKey + "-" + p.ID
}

// newDemo is a demo EHR and the app that it launches, on the addresses they listen on. Each personality
// of the EHR is an issuer of its own.
func newDemo(ctx context.Context, ehrAddress, appAddress net.Addr, log *slog.Logger) (*demoehr.EHR, func(net.Listener) server, error) {
	ehrBase, appBase := "http://"+ehrAddress.String(), "http://"+appAddress.String()
	var callbacks []string
	for _, p := range demoehr.Personalities() {
		callbacks = append(callbacks, appBase+"/callback/"+demoKeyOf(p))
	}
	ehr, err := demoehr.New(demoehr.Options{
		BaseURL:      ehrBase,
		AppLaunchURL: appBase + "/launch",
		GalleryURL:   appBase + "/gallery",
		Clients:      []demoehr.Client{{ID: demoClient, RedirectURIs: callbacks}},
		Seed:         true,
		Log:          log,
	})
	if err != nil {
		return nil, nil, err
	}
	settings := config{
		BaseURL:          appBase,
		InsecureLoopback: true,
	}
	for _, p := range demoehr.Personalities() {
		settings.Issuers = append(settings.Issuers, smart.Issuer{
			ISS: ehr.ISSAs(p.ID), Key: demoKeyOf(p), Tenant: "demo",
			Client:         smart.Client{ID: demoClient, Auth: "none"},
			FrameAncestors: []string{ehrBase},
			AllowPrivate:   true,
			Zone:           "America/New_York",
			Instruments:    demoehr.FlowsheetRows(),
			EarlierNotes:   true,

			SuggestionInNote: p.ID == "documents-only",
		})
	}
	app, err := newApp(ctx, settings, newPDFs(), log, true)
	if err != nil {
		return nil, nil, err
	}
	return ehr, func(l net.Listener) server { return server{listener: l, handler: app, journal: app.journal} }, nil
}
