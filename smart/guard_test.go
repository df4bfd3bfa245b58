package smart

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestPublicAddresses(t *testing.T) {
	for _, tt := range []struct {
		address           string
		public, reachable bool // reachable where the entry allows private addresses
	}{
		{"8.8.8.8", true, true},
		{"2606:4700::1111", true, true},
		{"127.0.0.1", false, true},
		{"::1", false, true},
		{"10.1.2.3", false, true},
		{"172.16.0.1", false, true},
		{"192.168.1.1", false, true},
		{"100.64.0.1", false, true},
		{"fd00::1", false, true},
		{"169.254.169.254", false, false},
		{"fe80::1", false, false},
		{"::ffff:169.254.169.254", false, false},
		{"::ffff:10.0.0.1", false, true},
		{"64:ff9b::a9fe:a9fe", false, true},
		{"2002:a9fe:a9fe::", false, true},
		{"0.0.0.0", false, false},
		{"::", false, false},
		{"224.0.0.1", false, false},
		{"ff02::1", false, false},
		{"255.255.255.255", false, false},
		{"198.51.100.1", false, true},
	} {
		ip := netip.MustParseAddr(tt.address)
		if got := public(ip); got != tt.public {
			t.Errorf("public(%s) = %v", tt.address, got)
		}
		if got := reachable(ip); got != tt.reachable {
			t.Errorf("reachable(%s) = %v", tt.address, got)
		}
	}
}

// The guard looks at the address that is dialled, so a public name for a private machine does not help.
func TestDialGuard(t *testing.T) {
	var reached int
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	t.Cleanup(server.Close)
	for _, private := range []bool{false, true} {
		client := &http.Client{Transport: newTransport(private)}
		response, err := client.Get(server.URL)
		if err == nil {
			response.Body.Close()
		}
		if (err == nil) != private || (reached == 1) != private {
			t.Errorf("private allowed %v: error %v, reached %d", private, err, reached)
		}
		client.CloseIdleConnections()
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	if got := newTransport(false).TLSClientConfig.MinVersion; got < 0x0303 {
		t.Errorf("least TLS version %x", got)
	}
}

func TestFreshness(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"":                           time.Hour,
		"public, max-age=3600":       time.Hour,
		"max-age=600":                10 * time.Minute,
		"max-age=1":                  5 * time.Minute,
		"max-age=-1":                 5 * time.Minute,
		"max-age=99999999":           24 * time.Hour,
		"max-age=999999999999999999": 5 * time.Minute,
		"Max-Age=\"7200\"":           2 * time.Hour,
		"no-store":                   5 * time.Minute,
		"no-cache, max-age=86400":    5 * time.Minute,
		"private":                    time.Hour,
	} {
		if got := freshness(http.Header{"Cache-Control": {header}}); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestMemoryForgets(t *testing.T) {
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	m := newMemory(func() time.Time { return now })
	for _, name := range []string{"a", "b"} {
		if err := m.Create(t.Context(), Record{Name: name, Phase: PhaseBegun, Started: now, Used: now}); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(answerTime + time.Second)
	if err := m.Create(t.Context(), Record{Name: "c", Phase: PhaseBegun, Started: now, Used: now}); err != nil {
		t.Fatal(err)
	}
	if len(m.records) != 1 {
		t.Errorf("%d records after the first two ran out", len(m.records))
	}
}
