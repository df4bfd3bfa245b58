package fhir

import (
	"path"
	"strings"
	"testing"
)

func TestAddressesUnderTheBase(t *testing.T) {
	c := NewClient("https://EHR.example/fhir/T1/", nil)
	for _, tt := range []struct{ address, want string }{
		{"Binary/b1", "https://EHR.example/fhir/T1/Binary/b1"},
		{"Observation?patient=p1&page=2", "https://EHR.example/fhir/T1/Observation?patient=p1&page=2"},
		{"https://ehr.example:443/fhir/T1?_getpages=x", "https://ehr.example:443/fhir/T1?_getpages=x"},
		{"HTTPS://ehr.EXAMPLE/fhir/T1/Binary/b1#x", "https://ehr.EXAMPLE/fhir/T1/Binary/b1"},
		{"/fhir/T1/Binary/b1", "https://EHR.example/fhir/T1/Binary/b1"},
		{"https://ehr.example:8443/fhir/T1/Binary/b1", ""},
		{"https://ehr.example.evil.example/fhir/T1/Binary/b1", ""},
		{"https://ehr.example/fhir/T11/Binary/b1", ""},
		{"https://ehr.example/fhir", ""},
		{"", "https://EHR.example/fhir/T1"},
	} {
		got := ""
		if u, err := c.resolve(tt.address); err == nil {
			got = u.String()
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.address, got, tt.want)
		}
	}
}

// Whatever a resource or a link says, what is fetched is under the base.
func FuzzAddressesStayUnderTheBase(f *testing.F) {
	for _, seed := range []string{
		"Binary/b1", "../T2/Patient/p1", "//elsewhere.example/fhir/T1", "https://ehr.example@elsewhere.example/fhir/T1/x",
		"https://ehr.example/fhir/T1/../../x", "https://ehr.example/fhir/T1/%2e%2e/x", "https://ehr.example/fhir/T1/%252e%252e/x",
		`https://ehr.example/fhir/T1\..\x`, "Binary/b1/../../../x", "?x", "#x", "https:ehr.example/fhir/T1", "\thttps://elsewhere.example",
	} {
		f.Add(seed)
	}
	c := NewClient("https://ehr.example/fhir/T1", nil)
	f.Fuzz(func(t *testing.T, address string) {
		u, err := c.resolve(address)
		if err != nil {
			return
		}
		if u.Scheme != "https" || !strings.EqualFold(u.Hostname(), "ehr.example") || portOf(u) != "443" || u.User != nil {
			t.Errorf("%q leads to %s", address, u)
		}
		if clean := path.Clean(u.Path); clean != "/fhir/T1" && !strings.HasPrefix(clean, "/fhir/T1/") {
			t.Errorf("%q leads to %s, out of the base", address, u)
		}
	})
}
