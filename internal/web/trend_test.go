package web

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/coding/screening"
	"github.com/chargenote/chargenote/internal/visit"
)

func drawn(t *testing.T, s visit.Score) *trendView {
	t.Helper()
	i, bands := instrumentOf(s)
	if i == nil {
		t.Fatalf("%s is no instrument", s.Instrument)
	}
	return trendOf("score-1", s, bands.Words, i.Worse)
}

func fallen(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "em"), 64)
	if err != nil {
		t.Fatalf("%q is no height", text)
	}
	return n
}

// Totals stand where their day and their band are: time is true, and a higher total is higher.
func TestTrendIsTrueToTimeAndTotal(t *testing.T) {
	v := drawn(t, fallingScore())
	if len(v.Points) != 13 || len(v.Joins) != 12 || len(v.Areas) != 5 {
		t.Fatalf("%d totals, %d joins, %d bands; want 13, 12 and 5", len(v.Points), len(v.Joins), len(v.Areas))
	}
	first, last := momentAt(t, "2024-03-11"), momentAt(t, "2025-03-10")
	for n, e := range fallingScore().Trend {
		want := 100 * (plotInset + (1-2*plotInset)*float64(momentAt(t, e.Date).Sub(first))/float64(last.Sub(first)))
		if got := percent(t, v.Points[n].X); got < want-0.1 || got > want+0.1 {
			t.Errorf("the total of %s stands at %v%%, want %.1f%%", e.Date, got, want)
		}
		inside := false
		for _, a := range v.Areas {
			top := fallen(t, a.Y)
			if y := fallen(t, v.Points[n].Y); y >= top && y <= top+fallen(t, a.Height) {
				inside = inside || strings.HasPrefix(a.Words, e.Band+" ")
			}
		}
		if !inside {
			t.Errorf("the total %d of %s does not lie in the band %q", e.Total, e.Date, e.Band)
		}
	}
	if now := v.Points[12]; !now.Now || now.Label != "9" {
		t.Errorf("the present total is %+v, want the last one with its number", now)
	}
}

func momentAt(t *testing.T, day string) time.Time {
	t.Helper()
	when, ok := momentOf(day)
	if !ok {
		t.Fatalf("%q is no day", day)
	}
	return when
}

// Every band of every instrument and variant covers its totals and no others, and the picture says its word
// or leaves it to the table.
func TestBandsOfEveryInstrument(t *testing.T) {
	set, err := screening.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range set.All() {
		if !i.HasTotal() {
			continue
		}
		for _, variant := range append(i.Bands, screening.Bands{}) {
			for total := i.Range[0]; total <= i.Range[1]; total++ {
				s := visit.Score{Instrument: i.Name, Total: &total, Range: [2]int{i.Range[0], i.Range[1]}, Date: "2025-03-10", Trend: []visit.EarlierTotal{{Date: "2025-02-10", Total: i.Range[0]}}}
				v := trendOf("score-1", s, variant.Words, i.Worse)
				here, y := 0, fallen(t, v.Points[1].Y)
				for _, a := range v.Areas {
					top, bottom := fallen(t, a.Y), fallen(t, a.Y)+fallen(t, a.Height)
					if a.Here {
						here++
					}
					if lies := y > top && y < bottom; lies != a.Here {
						t.Errorf("%s %d: it lies in %q: %v, and the band says %v", i.Name, total, a.Words, lies, a.Here)
					}
				}
				if want := min(len(variant.Words), 1); here != want {
					t.Errorf("%s %d lies in %d bands, want %d", i.Name, total, here, want)
				}
				if one := singleOf("score-1", s, variant.Words, i.Worse); one == nil || percent(t, one.Value) <= 0 || percent(t, one.Value) >= 100 {
					t.Errorf("%s %d: the strip is %+v", i.Name, total, one)
				}
			}
		}
	}
}

func TestTrendLeavesOutWhatIsInDoubt(t *testing.T) {
	for _, tt := range []struct {
		name                                  string
		score                                 visit.Score
		points, doubts, joins, blanks, dashed int
	}{
		{"sound totals", risingScore(), 3, 0, 2, 0, 0},
		{"a day without a total", unfinishedScore(), 3, 0, 2, 2, 0},
		{"this visit without a total", nowUnfinishedScore(), 3, 0, 2, 1, 0},
		{"totals that the record contradicts", conflictingScore(), 4, 2, 1, 0, 0},
		{"two of one moment that differ", oneMomentScore(), 5, 2, 2, 0, 0},
		{"two of one day in their order", equalDaysScore(), 4, 0, 3, 0, 0},
		{"years without anything", longGapScore(), 4, 0, 3, 0, 1},
	} {
		v := drawn(t, tt.score)
		doubts, dashed := 0, 0
		for _, p := range v.Points {
			if p.Doubt {
				doubts++
			}
		}
		for _, j := range v.Joins {
			if j.Long {
				dashed++
			}
		}
		if got := [5]int{len(v.Points), doubts, len(v.Joins), len(v.Blanks), dashed}; got != [5]int{tt.points, tt.doubts, tt.joins, tt.blanks, tt.dashed} {
			t.Errorf("%s: points, doubts, joins, blanks, dashed are %v", tt.name, got)
		}
	}
}

func TestTrendSaysWhatItCannotDraw(t *testing.T) {
	s := risingScore()
	s.Trend = append(s.Trend, visit.EarlierTotal{Date: "2024", Total: 3})
	v := drawn(t, s)
	if text := strings.Join(v.Notes, " "); len(v.Points) != 3 || !strings.Contains(text, "1 sitting has no day") || !strings.Contains(text, "Higher is worse.") {
		t.Errorf("%d points, notes %q; want 3, and a word about the year alone", len(v.Points), text)
	}
	undated := risingScore()
	undated.Date = ""
	if view := scoreOf("score-1", undated, evidence{day: galleryDay}); len(view.Chart.Points) != 3 || !view.Chart.Points[2].Now {
		t.Errorf("a total without a day of its own does not stand at the visit's: %+v", view.Chart.Points)
	}
	if v := drawn(t, singleScore()); v != nil {
		t.Errorf("a single total has a trend: %+v", v)
	}
	if v := drawn(t, mocaScore()); !strings.Contains(strings.Join(v.Notes, " "), "Lower is worse.") {
		t.Errorf("the notes are %q, want the direction", v.Notes)
	}
	all := risingScore()
	all.Trend = []visit.EarlierTotal{{Date: galleryDay, Total: 3}}
	if v := drawn(t, all); len(v.Points) != 2 || v.Points[0].X != v.Points[1].X || v.Points[0].X != "50%" {
		t.Errorf("two of one day alone stand at %+v, want both in the middle", v.Points)
	}
}
