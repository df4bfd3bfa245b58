package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/fhir"
	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/review"
	"github.com/chargenote/chargenote/internal/web"
	"github.com/chargenote/chargenote/smart"
)

// An app is the pages, with the journal that they write to.
type app struct {
	http.Handler
	journal *journal.Journal
}

// newApp wires launch, record, rules, journal and page together.
func newApp(ctx context.Context, settings config, reader pdfs, log *slog.Logger, demo bool) (*app, error) {
	launches, err := smart.New(smart.Config{
		BaseURL:  settings.BaseURL,
		Issuers:  settings.Issuers,
		Log:      log,
		Software: "chargenote/" + version,
	})
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	service, err := rulesWith(settings.Rules)
	if err != nil {
		return nil, err
	}
	drafts, err := draftsWith(settings.Drafts)
	if err != nil {
		return nil, err
	}
	limits := fhir.DefaultClientLimits()
	limits.Limits, _ = limitsWith(settings.Limits) // checked with the rest of the configuration
	hold, _ := undoTime(settings.Undo)             // likewise
	charts := &charts{service: service, capabilities: fhir.NewCapabilityCache(), limits: limits, pdfs: reader}
	filings, err := openJournal(ctx, settings.Journal, log)
	if err != nil {
		return nil, err
	}
	handler, err := web.New(web.Options{
		Launches: launches,
		Reviews:  service,
		Open:     charts.open,
		Filings:  filings,
		Hold:     hold,
		Drafts:   drafts,
		BaseURL:  settings.BaseURL,
		Version:  version,
		Demo:     demo,
		Log:      log,
		Ready:    filings.Ready,
	})
	if err != nil {
		_ = filings.Close(ctx)
		return nil, err
	}
	return &app{handler, filings}, nil
}

// openJournal opens the journal of the configuration; without one, one in memory.
func openJournal(ctx context.Context, at *journal.Config, log *slog.Logger) (*journal.Journal, error) {
	if at == nil {
		at = &journal.Config{}
	}
	opened, err := journal.Open(ctx, *at, journal.Options{Log: log})
	if err != nil {
		return nil, &failure{exitInput, []string{err.Error()}}
	}
	return opened, nil
}

// charts opens the record behind a launch.
type charts struct {
	service      *review.Service
	capabilities *fhir.CapabilityCache
	limits       fhir.ClientLimits
	pdfs         pdfs
}

func (c *charts) open(l *smart.Launch) (web.Chart, error) {
	zone, err := zoneOption(l.Issuer.Zone) // nil where the site has not said
	if err != nil {
		return nil, fmt.Errorf("zone of %s: %w", l.Issuer.Key, err)
	}
	payers := map[string]coding.Payer{}
	for name, said := range l.Issuer.Payers {
		payer, err := sitePayer(said)
		if err != nil {
			return nil, fmt.Errorf("payers of %s: %w", l.Issuer.Key, err)
		}
		payers[name] = payer
	}
	named, faults := siteInstruments(l.Issuer.Instruments)
	if len(faults) > 0 {
		return nil, fmt.Errorf("instruments of %s: %s", l.Issuer.Key, strings.Join(faults, "; "))
	}
	return fhir.NewChart(fhir.ChartOptions{
		Client:       fhir.NewClient(l.ISS, l.HTTPClient(), fhir.WithLimits(c.limits)),
		Capabilities: c.capabilities,
		Patient:      l.Patient,
		Encounter:    l.Encounter,
		User:         l.User,
		Zone:         zone,
		Rules:        c.service.Codes,
		Tenant:       l.Issuer.Tenant,
		Issuer:       l.Issuer.ISS,
		Activities:   l.Issuer.Activities,
		Payers:       payers,
		Disciplines:  l.Issuer.Disciplines,
		Instruments:  named,
		EarlierNotes: l.Issuer.EarlierNotes,
		PDF:          c.pdfs.ofVisit,

		SuggestionInNote: l.Issuer.SuggestionInNote,
	}), nil
}
