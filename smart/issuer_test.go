package smart_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/smart"
)

const goodISS = "https://ehr.example/fhir/r4/Tenant"

func good() smart.Issuer {
	return smart.Issuer{ISS: goodISS, Key: "example-clinic", Client: smart.Client{ID: "app-1", Auth: "none"}}
}

// An iss that is not on the list letter for letter makes no request to anyone, and one fixed answer.
func TestUnknownIssuer(t *testing.T) {
	var outbound int
	issuer := good()
	issuer.Aliases = []string{"https://alias.example/fhir/"}
	app, err := smart.New(smart.Config{BaseURL: "https://app.example", Issuers: []smart.Issuer{issuer}, HTTP: counting(&outbound)})
	if err != nil {
		t.Fatal(err)
	}
	tricks := []string{
		// prefix and suffix
		"https://ehr.example", "https://ehr.example/", "https://ehr.example/fhir/r4", "https://ehr.example/fhir/r4/", "https://ehr.example/fhir/r4/Tenan",
		goodISS + "/", goodISS + "//", goodISS + "x", goodISS + "/..", goodISS + "/../Other", goodISS + "/.", goodISS + ".evil.example",
		goodISS + "@evil.example", goodISS + "/metadata", "x" + goodISS, " " + goodISS, goodISS + " ", goodISS + "\n", "\t" + goodISS, goodISS + "\x00",
		"https://ehr.example.evil.example/fhir/r4/Tenant", "https://ehr.exampleevil/fhir/r4/Tenant", "https://evil-ehr.example/fhir/r4/Tenant",
		"https://evil.example/https://ehr.example/fhir/r4/Tenant", "https://evil.example?" + goodISS, "https://evil.example#" + goodISS, "https://ehr.example.",
		// userinfo
		"https://a@ehr.example/fhir/r4/Tenant", "https://a:b@ehr.example/fhir/r4/Tenant", "https://ehr.example@evil.example/fhir/r4/Tenant",
		"https://ehr.example:443@evil.example/fhir/r4/Tenant", "https://@ehr.example/fhir/r4/Tenant", "https://ehr.example%40evil.example/fhir/r4/Tenant",
		// port
		"https://ehr.example:443/fhir/r4/Tenant", "https://ehr.example:/fhir/r4/Tenant", "https://ehr.example:0443/fhir/r4/Tenant",
		"https://ehr.example:8443/fhir/r4/Tenant", "https://ehr.example:80/fhir/r4/Tenant", "https://ehr.example:99999/fhir/r4/Tenant",
		// scheme
		"http://ehr.example/fhir/r4/Tenant", "//ehr.example/fhir/r4/Tenant", "ehr.example/fhir/r4/Tenant", "https:ehr.example/fhir/r4/Tenant",
		"https:/ehr.example/fhir/r4/Tenant", "https:///ehr.example/fhir/r4/Tenant", "https:\\\\ehr.example\\fhir\\r4\\Tenant", "javascript:alert(1)",
		"data:text/html,x", "file:///etc/passwd", "gopher://ehr.example/fhir/r4/Tenant", "ftp://ehr.example/fhir/r4/Tenant",
		// letters
		"HTTPS://ehr.example/fhir/r4/Tenant", "https://EHR.example/fhir/r4/Tenant", "https://ehr.example/fhir/r4/tenant", "https://ehr.example/FHIR/r4/Tenant",
		"https://ehr.example/fhir/r4/%54enant", "https://ehr.example/fhir%2Fr4/Tenant", "https://ehr.example/fhir/r4%2fTenant", "https%3A%2F%2Fehr.example%2Ffhir%2Fr4%2FTenant",
		"https://ehr.example/fhir/r4/Tenant%00", "https://ehr.example/fhir/./r4/Tenant", "https://ehr.example/x/../fhir/r4/Tenant", "https://ehr.example//fhir/r4/Tenant",
		"https://ehr.example/fhir/r4/Tenant?", "https://ehr.example/fhir/r4/Tenant#", "https://ehr.example/fhir/r4/Tenant?x=y", "https://ehr.example/fhir/r4/Tenant;x",
		"https://ehr.example./fhir/r4/Tenant", "https://еhr.example/fhir/r4/Tenant", "https://xn--hr-8sa.example/fhir/r4/Tenant", "https://ehr。example/fhir/r4/Tenant",
		// addresses inside
		"https://127.0.0.1/fhir/r4/Tenant", "https://localhost/fhir/r4/Tenant", "https://169.254.169.254/latest/meta-data", "https://[::1]/fhir/r4/Tenant",
		"https://2130706433/fhir/r4/Tenant", "https://0177.0.0.1/fhir/r4/Tenant", "https://0x7f.1/fhir/r4/Tenant", "https://printer.local/fhir",
		// the alias without its slash, and things that are no address
		"https://alias.example/fhir", "https://alias.example/fhir//", "example-clinic", "*", "null", "0", "..", strings.Repeat("a", 4000),
	}
	if len(tricks) < 60 {
		t.Fatalf("only %d tricks", len(tricks))
	}
	texts := map[string]bool{}
	for _, iss := range tricks {
		w := newRecorder()
		r, _ := http.NewRequest(http.MethodGet, "/launch", nil)
		r.URL.RawQuery = url.Values{"iss": {iss}, "launch": {"x"}}.Encode()
		err := app.Start(w, r)
		if kindOf(err) != smart.UnknownIssuer {
			t.Errorf("%q: %v", iss, err)
			continue
		}
		texts[fmt.Sprintf("%+v", err)] = true
		if len(w.Header()) != 0 || app.IssuerByISS(iss) != nil || app.FrameAncestors(r) != nil {
			t.Errorf("%q: something was written or found", iss)
		}
	}
	if len(texts) != 1 {
		t.Errorf("%d different answers", len(texts))
	}
	if outbound != 0 {
		t.Errorf("%d requests went out", outbound)
	}
	for _, iss := range []string{goodISS, "https://alias.example/fhir/"} {
		if i := app.IssuerByISS(iss); i == nil || i.Key != "example-clinic" {
			t.Errorf("%q is not found", iss)
		}
	}
	if app.IssuerByKey("example-clinic") == nil || app.IssuerByKey("Example-clinic") != nil {
		t.Errorf("key lookup")
	}
}

func counting(n *int) http.RoundTripper {
	return roundTripper(func(*http.Request) (*http.Response, error) { *n++; return nil, errors.New("refused") })
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestIncompleteLaunch(t *testing.T) {
	app, err := smart.New(smart.Config{BaseURL: "https://app.example", Issuers: []smart.Issuer{good()}, HTTP: refusing{}})
	if err != nil {
		t.Fatal(err)
	}
	iss := url.QueryEscape(goodISS)
	for _, query := range []string{
		"", "iss=" + iss, "launch=x", "iss=" + iss + "&launch=", "iss=&launch=x", "iss=" + iss + "&iss=" + iss + "&launch=x",
		"iss=" + iss + "&launch=x&launch=y", "iss=" + iss + "&launch=" + strings.Repeat("x", 5000), "iss=" + iss + "&launch=%zz",
	} {
		r, _ := http.NewRequest(http.MethodGet, "/launch", nil)
		r.URL.RawQuery = query
		if err := app.Start(newRecorder(), r); kindOf(err) != smart.BadRequest {
			t.Errorf("%.60q: %v", query, err)
		}
	}
}

func TestFaults(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*smart.Issuer)
		want   string // part of the one fault
	}{
		{"no iss", func(i *smart.Issuer) { i.ISS = "" }, "iss is missing"},
		{"http", func(i *smart.Issuer) { i.ISS = "http://ehr.example/fhir" }, "https://"},
		{"userinfo", func(i *smart.Issuer) { i.ISS = "https://a:b@ehr.example/fhir" }, "user or password"},
		{"query", func(i *smart.Issuer) { i.ISS = "https://ehr.example/fhir?x" }, "query or fragment"},
		{"fragment", func(i *smart.Issuer) { i.ISS = "https://ehr.example/fhir#" }, "query or fragment"},
		{"dot segments", func(i *smart.Issuer) { i.ISS = "https://ehr.example/a/../fhir" }, "dot segments"},
		{"no host", func(i *smart.Issuer) { i.ISS = "https:///fhir" }, "host"},
		{"no URL", func(i *smart.Issuer) { i.ISS = "https://ehr.example/%zz" }, "not a URL"},
		{"loopback", func(i *smart.Issuer) { i.ISS = "https://127.0.0.1/fhir" }, "allow_private"},
		{"private, in IPv6", func(i *smart.Issuer) { i.ISS = "https://[fd00::1]/fhir" }, "allow_private"},
		{"alias", func(i *smart.Issuer) { i.Aliases = []string{"ehr.example"} }, "aliases"},
		{"no key", func(i *smart.Issuer) { i.Key = "" }, "key"},
		{"key with a slash", func(i *smart.Issuer) { i.Key = "a/b" }, "key"},
		{"key in capitals", func(i *smart.Issuer) { i.Key = "Clinic" }, "key"},
		{"no client", func(i *smart.Issuer) { i.Client.ID = "" }, "client.id"},
		{"no auth", func(i *smart.Issuer) { i.Client.Auth = "" }, "client.auth"},
		{"unknown auth", func(i *smart.Issuer) { i.Client.Auth = "magic" }, "client.auth"},
		{"asymmetric", func(i *smart.Issuer) { i.Client.Auth = "private_key_jwt" }, "not offered yet"},
		{"encoding", func(i *smart.Issuer) { i.Client.BasicEncoding = "utf-8" }, "basic_encoding"},
		{"no secret", func(i *smart.Issuer) { i.Client.Auth = "basic" }, "there are 0"},
		{"two secrets", func(i *smart.Issuer) { i.Client = smart.Client{ID: "x", Auth: "post", Secret: "s", SecretEnv: "E"} }, "there are 2"},
		{"secret for nothing", func(i *smart.Issuer) { i.Client.Secret = "s" }, "auth is none"},
		{"empty variable", func(i *smart.Issuer) {
			i.Client = smart.Client{ID: "x", Auth: "basic", SecretEnv: "CHARGENOTE_TEST_NOT_SET"}
		}, "empty"},
		{"empty file", func(i *smart.Issuer) { i.Client = smart.Client{ID: "x", Auth: "basic", SecretFile: empty} }, "empty"},
		{"no file", func(i *smart.Issuer) { i.Client = smart.Client{ID: "x", Auth: "basic", SecretFile: empty + "x"} }, "cannot be read"},
		{"issuer", func(i *smart.Issuer) { i.OIDC.Issuer = "http://ehr.example" }, "oidc.issuer"},
		{"keys", func(i *smart.Issuer) { i.OIDC.JWKS = "ehr.example/jwks" }, "oidc.jwks"},
		{"algorithm none", func(i *smart.Issuer) { i.OIDC.Algorithms = []string{"none"} }, "oidc.algorithms"},
		{"algorithm HS256", func(i *smart.Issuer) { i.OIDC.Algorithms = []string{"HS256"} }, "oidc.algorithms"},
		{"host with scheme", func(i *smart.Issuer) { i.Hosts = []string{"https://login.example"} }, "hosts"},
		{"host with wildcard", func(i *smart.Issuer) { i.Hosts = []string{"*.example"} }, "hosts"},
		{"two scopes in one", func(i *smart.Issuer) { i.Scopes = []string{"launch", "openid fhirUser"} }, "scopes"},
		{"no launch scope", func(i *smart.Issuer) { i.Scopes = []string{"openid"} }, "launch is missing"},
		{"frame with path", func(i *smart.Issuer) { i.FrameAncestors = []string{"https://ehr.example/"} }, "frame_ancestors"},
		{"frame with wildcard", func(i *smart.Issuer) { i.FrameAncestors = []string{"https://*.example"} }, "frame_ancestors"},
		{"frame in the clear", func(i *smart.Issuer) { i.FrameAncestors = []string{"http://ehr.example"} }, "frame_ancestors"},
		{"frame with a directive", func(i *smart.Issuer) { i.FrameAncestors = []string{"https://ehr.example; script-src *"} }, "frame_ancestors"},
		{"frame by keyword", func(i *smart.Issuer) { i.FrameAncestors = []string{"*"} }, "frame_ancestors"},
		{"header of ours", func(i *smart.Issuer) { i.Headers = map[string]string{"authorization": "x"} }, "set by the program"},
		{"header of two lines", func(i *smart.Issuer) { i.Headers = map[string]string{"X-A": "a\r\nB: c"} }, "one line"},
		{"zone", func(i *smart.Issuer) { i.Zone = "Eastern" }, "zone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := good()
			tt.change(&i)
			got := i.Faults(false)
			if len(got) != 1 || !strings.Contains(got[0], tt.want) {
				t.Errorf("faults %q, want one that speaks of %q", got, tt.want)
			}
			if _, err := smart.New(smart.Config{BaseURL: "https://app.example", Issuers: []smart.Issuer{i}}); err == nil {
				t.Errorf("it was taken all the same")
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		i := smart.Issuer{ISS: "http://ehr.example/fhir", Zone: "Mars/Olympus", Hosts: []string{"*"}}
		if got := i.Faults(false); len(got) != 6 {
			t.Errorf("%d faults: %q", len(got), got)
		}
	})
	t.Run("none", func(t *testing.T) {
		i := good()
		i.Zone, i.Hosts, i.Headers = "America/New_York", []string{"login.example", "keys.example:8443"}, map[string]string{"Epic-Client-ID": "x"}
		i.FrameAncestors, i.Aliases = []string{"https://ehr.example:8443"}, []string{goodISS + "/"}
		if got := i.Faults(false); got != nil {
			t.Errorf("%q", got)
		}
	})
	t.Run("demo", func(t *testing.T) {
		i := good()
		i.ISS, i.AllowPrivate, i.FrameAncestors = "http://127.0.0.1:9090/fhir", true, []string{"http://127.0.0.1:9090"}
		if got := i.Faults(true); got != nil {
			t.Errorf("%q", got)
		}
	})
}

func TestNewReportsEverything(t *testing.T) {
	twin := good()
	_, err := smart.New(smart.Config{BaseURL: "http://app.example", Issuers: []smart.Issuer{good(), twin, {ISS: "x"}}})
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{"plain http is for a demo", "taken by another entry", "listed twice", `issuer 3 (): iss "x"`, "client.id"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	for _, base := range []string{"", "app.example", "https://app.example/path", "https://a@app.example", "https://app.example?x", "http://10.0.0.1", "ftp://app.example"} {
		if _, err := smart.New(smart.Config{BaseURL: base}); err == nil {
			t.Errorf("base URL %q was taken", base)
		}
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	i := good()
	i.Client.Auth, i.Client.Secret = "basic", canarySecret
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{i, &i, i.Client, i.Client.Secret} {
			if text := fmt.Sprintf(format, v); strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", canarySecret)) {
				t.Errorf("%s of %T shows the secret", format, v)
			}
		}
	}
	i.Client.Secret, i.Client.SecretFile = "", ""
	i.Client.SecretEnv = "CHARGENOTE_TEST_SECRET"
	t.Setenv("CHARGENOTE_TEST_SECRET", canarySecret)
	if got := i.Faults(false); got != nil {
		t.Errorf("%q", got)
	}
}

func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		granted, asked string
		want           bool
	}{
		{"patient/Observation.rs", "patient/Observation.read", true},
		{"patient/Observation.read", "patient/Observation.rs", true},
		{"patient/Observation.read", "patient/Observation.r", true},
		{"patient/*.read", "patient/Observation.rs", true},
		{"patient/*.*", "patient/ChargeItem.cruds", true},
		{"patient/*.cruds", "patient/ChargeItem.write", true},
		{"user/ChargeItem.write", "user/ChargeItem.c", true},
		{"user/ChargeItem.write", "user/ChargeItem.crs", false},
		{"user/ChargeItem.write user/ChargeItem.read", "user/ChargeItem.crs", true},
		{"user/ChargeItem.rs", "patient/ChargeItem.rs", false},
		{"user/Observation.rs?category=a|survey", "user/Observation.rs", false},
		{"user/Observation.rs", "user/Observation.rs?category=a|survey", true},
		{"user/Observation.rs?a=1&b=2", "user/Observation.r?b=2&a=1", true},
		{"user/Observation.rs?a=1", "user/Observation.rs?a=2", false},
		{"user/Observation.sr", "user/Observation.r", false}, // letters out of order are no scope
		{"user/Observation.rr", "user/Observation.r", false},
		{"user/Observation.", "user/Observation.r", false},
		{"user/observation.rs", "user/Observation.rs", false},
		{"openid fhirUser", "openid", true},
		{"openid fhirUser", "offline_access", false},
		{"https://ehr.example/scope/x", "https://ehr.example/scope/x", true},
	} {
		l := smart.Launch{Scopes: strings.Fields(tt.granted)}
		if got := l.Granted(tt.asked); got != tt.want {
			t.Errorf("granted %q, asked %q: %v", tt.granted, tt.asked, got)
		}
	}
	l := smart.Launch{User: "Practitioner/d1", Scopes: []string{"user/Observation.rs?category=survey", "user/ChargeItem.c", "user/DocumentReference.u", "patient/Patient.r", "system/Encounter.rs"}}
	got := []bool{l.CanRead("Observation"), l.CanSearch("Observation"), l.CanCreate("ChargeItem"), l.CanRead("ChargeItem"), l.CanSearch("Patient"), l.CanRead("Encounter"), l.CanUpdate("ChargeItem"), l.CanUpdate("DocumentReference")}
	if want := []bool{true, true, true, false, false, false, false, true}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	l.User = ""
	if l.CanCreate("ChargeItem") || l.CanUpdate("DocumentReference") {
		t.Errorf("nobody may create")
	}
}
