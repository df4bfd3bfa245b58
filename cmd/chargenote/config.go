package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chargenote/chargenote/internal/effective"
	"github.com/chargenote/chargenote/internal/journal"
	"github.com/chargenote/chargenote/internal/web"
	"github.com/chargenote/chargenote/smart"
)

// config is the file that serve reads. Every fault of it is reported at once.
type config struct {
	// Listen is the address to listen on, such as 127.0.0.1:8787 behind a proxy that ends TLS.
	Listen string `yaml:"listen"`
	// BaseURL is how browsers reach the program: https, without a path. The redirect URI of an
	// issuer is BaseURL/callback/KEY.
	BaseURL string `yaml:"base_url"`
	// TLS ends TLS here, where no proxy does.
	TLS *tlsFiles `yaml:"tls"`
	// Issuers are the EHRs that may launch the program. No other can.
	Issuers []smart.Issuer `yaml:"issuers"`
	// Rules are the directories of rule packs that lie over the built-in rules, the last one uppermost.
	Rules []string `yaml:"rules"`
	// Drafts is a directory of templates of documents that lie over the built-in ones.
	Drafts string `yaml:"drafts"`
	// Journal is where filings are written down before they are sent; nil: in memory, until the program ends.
	Journal *journal.Config `yaml:"journal"`
	// Undo is how long what was confirmed can be undone before it is filed, 0s to 60s; empty: 10s.
	Undo string `yaml:"undo"`
	// Limits changes limits of what is read from an EHR, by their names in the table of fhir.LimitTable.
	Limits map[string]int `yaml:"limits"`
	// InsecureLoopback allows plain http, between loopback addresses only, for trying things out.
	InsecureLoopback bool `yaml:"insecure_loopback"`
}

type tlsFiles struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// readConfig reads a configuration file strictly and checks all of it.
func readConfig(name string) (config, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return config{}, input(name, errors.New(plainly(err)))
	}
	var c config
	if err := effective.Decode(content, name, &c); err != nil {
		return config{}, &failure{exitInput, strings.Split(err.Error(), "\n")}
	}
	if faults := c.faults(); len(faults) > 0 {
		return config{}, input(name, errors.New(strings.Join(faults, "\n")))
	}
	return c, nil
}

func (c *config) faults() []string {
	var faults []string
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		faults = append(faults, fmt.Sprintf("listen: %q is not an address, write it as 127.0.0.1:8787", c.Listen))
	}
	faults = append(faults, c.baseFaults()...)
	_, limitFaults := limitsWith(c.Limits)
	faults = append(faults, limitFaults...)
	if _, err := draftsWith(c.Drafts); err != nil {
		for line := range strings.Lines(err.Error()) {
			faults = append(faults, "drafts: "+strings.TrimSpace(line))
		}
	}
	if c.Journal != nil {
		for _, fault := range c.Journal.Faults() {
			faults = append(faults, "journal: "+fault)
		}
	}
	if _, err := undoTime(c.Undo); err != nil {
		faults = append(faults, err.Error())
	}
	if len(c.Issuers) == 0 {
		faults = append(faults, "issuers: none is listed, so no EHR could launch the program")
	}
	for i := range c.Issuers {
		issuer := &c.Issuers[i]
		for _, fault := range issuer.Faults(c.InsecureLoopback && isLoopbackURL(issuer.ISS)) {
			faults = append(faults, fmt.Sprintf("issuers[%d]: %s", i, fault))
		}
		if _, err := time.LoadLocation(issuer.Zone); err != nil || issuer.Zone == "Local" {
			faults = append(faults, fmt.Sprintf("issuers[%d]: zone: %q is not a time zone, write it as America/New_York", i, issuer.Zone))
		}
		for _, name := range effective.SortedKeys(issuer.Payers) {
			if _, err := sitePayer(issuer.Payers[name]); err != nil {
				faults = append(faults, fmt.Sprintf("issuers[%d]: payers: %q: %v; write the kind, or kind and name as commercial/example-health", i, name, err))
			}
		}
		_, named := siteInstruments(issuer.Instruments)
		for _, fault := range named {
			faults = append(faults, fmt.Sprintf("issuers[%d]: instruments: %s", i, fault))
		}
		for _, fault := range siteWordFaults(issuer.Activities, issuer.Disciplines) {
			faults = append(faults, fmt.Sprintf("issuers[%d]: %s", i, fault))
		}
		if same := slices.IndexFunc(c.Issuers[:i], func(o smart.Issuer) bool { return o.Key == issuer.Key }); same >= 0 {
			faults = append(faults, fmt.Sprintf("issuers[%d]: key %q is taken by issuers[%d]", i, issuer.Key, same))
		}
	}
	return faults
}

const mostUndo = time.Minute // a clinician has left the chart by then

// undoTime is how long what was confirmed can be undone.
func undoTime(said string) (time.Duration, error) {
	if said == "" {
		return web.DefaultHold, nil
	}
	hold, err := time.ParseDuration(said)
	if err != nil || hold < 0 || hold > mostUndo {
		return 0, fmt.Errorf("undo: %q is not a time from 0s to 60s, write it as 10s", said)
	}
	return hold, nil
}

func (c *config) baseFaults() []string {
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || base.Host == "" || base.Path != "" || base.RawQuery != "" || base.User != nil:
		return []string{fmt.Sprintf("base_url: %q is not scheme and host alone, write it as https://chargenote.clinic.example", c.BaseURL)}
	case base.Scheme == "https":
		return nil
	case base.Scheme == "http" && c.InsecureLoopback && isLoopbackURL(c.BaseURL) && isLoopbackAddress(c.Listen):
		return nil
	}
	return []string{"base_url: must be https; plain http is for loopback addresses under insecure_loopback alone"}
}

// isLoopbackURL reports whether the host of a URL is a loopback address by number.
func isLoopbackURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}

// isLoopbackAddress reports whether host:port listens on loopback only.
func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}
