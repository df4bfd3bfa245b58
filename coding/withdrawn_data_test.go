package coding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
	"github.com/chargenote/chargenote/internal/effective"
)

// Codes that were ended: first day, last day, and what followed. Nothing suggests them, but an old
// claim still names them.
func TestEndedCodesKeepTheirDaysAndSuccessors(t *testing.T) {
	rules := builtin(t)
	for _, tt := range []struct {
		code, first, last string
		successors        []string
	}{
		{"96101", "2006-01-01", "2018-12-31", []string{"96130", "96131", "96136", "96137"}},
		{"96102", "2006-01-01", "2018-12-31", []string{"96138", "96139"}},
		{"96103", "2006-01-01", "2018-12-31", []string{"96146"}},
		{"96118", "2006-01-01", "2018-12-31", []string{"96132", "96133", "96136", "96137"}},
		{"96119", "2006-01-01", "2018-12-31", []string{"96138", "96139"}},
		{"96120", "2006-01-01", "2018-12-31", []string{"96146"}},
		{"97127", "2018-01-01", "2019-12-31", []string{"97129", "97130"}},
		{"97532", "2001-01-01", "2017-12-31", []string{"97127", "G0515"}},
		{"99201", "2000-01-01", "2020-12-31", []string{"99202"}},
		{"99356", "2013-01-01", "2022-12-31", []string{"99418", "G0316"}},
		{"99357", "2013-01-01", "2022-12-31", []string{"99418", "G0316"}},
		{"99441", "2008-01-01", "2024-12-31", []string{"98012", "98013", "98014", "98015"}},
		{"99443", "2008-01-01", "2024-12-31", []string{"98012", "98013", "98014", "98015"}},
		{"G0515", "2018-01-01", "2019-12-31", []string{"97129", "97130"}},
	} {
		first, last := effective.MustParseDate(tt.first), effective.MustParseDate(tt.last)
		for day, want := range map[effective.Date]string{
			first.AddDays(-1): coding.StateNotYet, first: coding.StateInForce, last: coding.StateInForce, last.AddDays(1): coding.StateWithdrawn,
		} {
			listed := rules.InForce(day, tt.code)
			if len(listed) != 1 {
				t.Fatalf("%s: %d rules, want 1", tt.code, len(listed))
			}
			if got := listed[0].State; got != want {
				t.Errorf("%s is %s on %s, want %s", tt.code, got, day, want)
			}
			if diff := cmp.Diff(tt.successors, listed[0].Numbers.Successors); diff != "" {
				t.Errorf("%s, successors (-want +got)\n%s", tt.code, diff)
			}
		}
	}
}
