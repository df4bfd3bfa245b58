package screening_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding/screening"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		instrument    string
		before, after int
		want          screening.Difference
	}{
		{"PCL-5", 45, 36, screening.Difference{Points: -9, Meaningful: screening.No, Text: "fell by 9, from 45 to 36; a meaningful change takes 10 points"}},
		{"PCL-5", 45, 35, screening.Difference{Points: -10, Meaningful: screening.Yes, Text: "fell by 10, from 45 to 35; 10 points are a meaningful change"}},
		{"PCL-5", 35, 46, screening.Difference{Points: 11, Meaningful: screening.Yes, Text: "rose by 11, from 35 to 46; 10 points are a meaningful change"}},
		{"PHQ-9", 14, 10, screening.Difference{Points: -4, Meaningful: screening.No, Text: "fell by 4, from 14 to 10; a meaningful change takes 5 points"}},
		{"PHQ-9", 14, 9, screening.Difference{Points: -5, Meaningful: screening.Yes, Text: "fell by 5, from 14 to 9; 5 points are a meaningful change"}},
		{"PHQ-9", 9, 9, screening.Difference{Points: 0, Meaningful: screening.No, Text: "stayed at 9; a meaningful change takes 5 points"}},
		{"AUDIT", 20, 4, screening.Difference{Points: -16, Text: "fell by 16, from 20 to 4; no meaningful change is known for AUDIT"}},
	} {
		if diff := cmp.Diff(tt.want, named(t, tt.instrument).Compare(tt.before, tt.after)); diff != "" {
			t.Errorf("%s from %d to %d (-want +got)\n%s", tt.instrument, tt.before, tt.after, diff)
		}
	}
}
