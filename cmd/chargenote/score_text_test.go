package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/internal/visit"
)

func TestScoreText(t *testing.T) {
	total, six, yes, average := 13, 6, true, 1.5
	for _, tt := range []struct {
		name  string
		score visit.Score
		want  string
	}{
		{"no total", visit.Score{Instrument: "C-SSRS", Band: "high", Triggers: []string{"item 4 is yes"}, Next: []string{"same-day response"}},
			"  C-SSRS no total high item 4 is yes\n    next: same-day response\n"},
		{"filled in, with a part and an average", visit.Score{Instrument: "X", Total: &total, Prorated: true, Average: &average, Band: "negative",
			Subscales: []visit.Subscale{{Name: "one", Value: &six, Positive: &yes}, {Name: "two"}}},
			"  X 13 (prorated), 1.50 an item negative\n    subscales: one 6, positive; two not known\n"},
		{"a change and no band", visit.Score{Instrument: "SLUMS", Total: &total, BandNote: "no band", Change: &visit.Change{Date: "2025-02-10", Text: "fell by 6"}},
			"  SLUMS 13\n    note: no band\n    since 2025-02-10: fell by 6\n"},
		{"earlier totals, with a band and without", visit.Score{Instrument: "PHQ-9", Total: &total,
			Trend: []visit.EarlierTotal{{Date: "2025-01-13", Total: 22, Band: "severe"}, {Date: "2025-02-10T14:05:00-05:00", Total: 20}}},
			"  PHQ-9 13\n    earlier: 2025-01-13 22 severe; 2025-02-10 20\n"},
	} {
		p := &page{}
		scoreText(p, tt.score)
		if diff := cmp.Diff(tt.want, p.String()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
}
