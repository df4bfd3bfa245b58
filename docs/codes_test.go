package docs_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/docs"
)

func TestFamilyOf(t *testing.T) {
	for _, tt := range []struct {
		codes, want string
		ok          bool
	}{
		{"90832", "psychotherapy", true},
		{"90837-95", "psychotherapy", true},
		{"90839,90840", "crisis", true},
		{"G0017,G0018", "crisis", true},
		{"96112,96113", "testing", true},
		{"97014", "timed_therapy", true},
		{"G0283", "timed_therapy", true},
		{"90845", "", false},
		{"99214,90833", "em_psychotherapy", true},
		{"90791", "intake", true},
		{"90792", "intake", true},
		{"96130,96131", "testing", true},
		{"96133", "testing", true},
		{"96127", "screening", true},
		{"96127,90834", "psychotherapy", true},
		{"97129", "cognitive", true},
		{"97110,97140", "timed_therapy", true},
		{"90846", "family", true},
		{"90853", "group", true},
		{"90785", "", false},
		{"99214", "", false},
	} {
		got, ok := docs.FamilyOf(strings.Split(tt.codes, ","))
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %q, %v, want %q, %v", tt.codes, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseCodes(t *testing.T) {
	for _, tt := range []struct {
		list  string
		want  []string
		fault string
	}{
		{"90837,90785-95", []string{"90837", "90785-95"}, ""},
		{" 90837 , +90785 ", []string{"90837", "90785"}, ""},
		{"96127,96127", []string{"96127", "96127"}, ""},
		{"g0444-gt-59", []string{"G0444-GT-59"}, ""},
		{"", nil, "no code is given"},
		{"90837,,90785", nil, "a code is missing between commas"},
		{"9083", nil, `"9083" is not a procedure code`},
		{"90837-955", nil, `"955" of 90837 is not a modifier`},
		{"90837-", nil, `"" of 90837 is not a modifier`},
	} {
		got, err := docs.ParseCodes(tt.list)
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: got error %v, want one line with %q", tt.list, err, tt.fault)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.list, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: -want +got:\n%s", tt.list, diff)
		}
	}
}
