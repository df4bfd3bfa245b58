package web

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chargenote/chargenote/internal/visit"
)

func stretched(activity, from, to string, counted bool) visit.Segment {
	s := visit.Segment{Activity: activity, Counted: counted}
	if from != "" {
		s.Start = at(from)
	}
	if to != "" {
		s.End = at(to)
	}
	return s
}

// lanesText is "Psychotherapy · counted 0%+50%": each row with its bars.
func lanesText(t *timeline) string {
	var all []string
	for _, row := range t.Rows {
		text := row.Label
		for _, b := range row.Bars {
			text += " " + b.X + "+" + b.Width
		}
		for _, o := range row.Overlap {
			text += " twice " + o.X + "+" + o.Width
		}
		for _, b := range row.Breaks {
			text += " " + b.Text
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func TestTimelineRows(t *testing.T) {
	for _, tt := range []struct {
		name     string
		segments []visit.Segment
		want     string
	}{
		{"one", []visit.Segment{stretched("psychotherapy", "14:00", "14:40", true)}, "Psychotherapy · counted 0%+100%"},
		{"charting", []visit.Segment{stretched("psychotherapy", "14:00", "14:30", true), stretched("documentation-after-visit", "14:30", "15:00", false)},
			"Psychotherapy · counted 0%+50%; Documentation after visit · not counted 50%+50%"},
		{"what is not counted stands below, whenever it was", []visit.Segment{stretched("rest-or-waiting", "14:00", "14:30", false), stretched("psychotherapy", "14:30", "15:00", true)},
			"Psychotherapy · counted 50%+50%; Rest or waiting · not counted 0%+50%"},
		{"a break", []visit.Segment{stretched("psychotherapy", "14:00", "14:20", true), stretched("psychotherapy", "14:40", "15:00", true)},
			"Psychotherapy · counted 0%+33.3% 66.7%+33.3% 20 min break"},
		{"an overlap is taken out", []visit.Segment{stretched("psychotherapy", "14:00", "14:45", true), stretched("psychotherapy", "14:30", "15:00", true)},
			"Psychotherapy · counted 0%+75% 50%+50%; Together, each minute once 0%+100% twice 50%+25%"},
		{"two services", []visit.Segment{stretched("gait", "14:00", "14:30", true), stretched("manual-therapy", "14:30", "15:00", true)},
			"Gait · counted 0%+50%; Manual therapy · counted 50%+50%; Together, each minute once 0%+100%"},
		{"no length", []visit.Segment{stretched("psychotherapy", "14:00", "15:00", true), stretched("gait", "14:30", "14:30", false)},
			"Psychotherapy · counted 0%+100%; Gait · not counted 50%+0.6%"},
		{"no end", []visit.Segment{stretched("psychotherapy", "14:00", "15:00", true), stretched("gait", "14:30", "", false)},
			"Psychotherapy · counted 0%+100%; Gait · not known how long 50%+50%"},
		{"no start", []visit.Segment{stretched("psychotherapy", "14:00", "15:00", true), stretched("gait", "", "14:30", false)},
			"Psychotherapy · counted 0%+100%; Gait · not known how long 0%+50%"},
		{"ends before it starts", []visit.Segment{stretched("psychotherapy", "14:00", "15:00", true), stretched("gait", "14:30", "14:10", false)},
			"Psychotherapy · counted 0%+100%"},
		{"no activity", []visit.Segment{stretched("", "14:00", "15:00", true)}, "Not named · counted 0%+100%"},
		{"a long name", []visit.Segment{stretched("an-activity-with-a-name-of-very-many-words", "14:00", "15:00", false)}, "An activity with a name of… · not counted 0%+100%"},
	} {
		got := timelineOf(visit.Session{Segments: tt.segments})
		if got == nil || !got.Drawn {
			t.Errorf("%s: nothing is drawn", tt.name)
			continue
		}
		if text := lanesText(got); text != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, text, tt.want)
		}
		for _, row := range got.Rows {
			for _, b := range row.Bars {
				x, _ := strconv.ParseFloat(strings.TrimSuffix(b.X, "%"), 64)
				width, _ := strconv.ParseFloat(strings.TrimSuffix(b.Width, "%"), 64)
				if x < 0 || width <= 0 || x+width > 101 {
					t.Errorf("%s: the bar %+v leaves the picture", tt.name, b)
				}
			}
		}
	}
}

// Rows beyond the sixth are left to the table, and that is said.
func TestTimelineOfManyThings(t *testing.T) {
	var all []visit.Segment
	for i := range 9 {
		all = append(all, stretched("activity-"+strconv.Itoa(i), "14:00", "15:00", false))
	}
	got := timelineOf(visit.Session{Segments: all})
	if len(got.Rows) != mostLanes || got.Note != "3 rows more stand in the table alone." {
		t.Errorf("%d rows, note %q; want %d, and a word about 3 more", len(got.Rows), got.Note, mostLanes)
	}
}

func TestTimelineWithoutAPicture(t *testing.T) {
	if got := timelineOf(visit.Session{Segments: []visit.Segment{{Activity: "psychotherapy", Counted: true}}}); got != nil {
		t.Errorf("a length without times gives %+v, want nothing", got)
	}
	for _, tt := range []struct {
		segment visit.Segment
		want    string
	}{
		{stretched("psychotherapy", "14:00", "14:00", false), "it began and ended at 14:00"},
		{stretched("psychotherapy", "14:00", "", false), "the other end is not known"},
	} {
		got := timelineOf(visit.Session{Segments: []visit.Segment{tt.segment}})
		if got == nil || got.Drawn || !strings.Contains(got.Note, tt.want) {
			t.Errorf("got %+v, want a note with %q and no picture", got, tt.want)
		}
	}
}

func TestClockTicks(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	day := func(zone *time.Location, month time.Month, d, h, m int) time.Time {
		return time.Date(2025, month, d, h, m, 0, 0, zone)
	}
	for _, tt := range []struct {
		name     string
		from, to time.Time
		want     string
		note     string
	}{
		{"a session", day(zone, 3, 10, 14, 0), day(zone, 3, 10, 14, 47), "14:00 14:10 14:20 14:30 14:47", ""},
		{"from an odd minute", day(zone, 3, 10, 14, 7), day(zone, 3, 10, 14, 52), "14:07 14:20 14:30 14:40 14:52", ""},
		{"over midnight", day(zone, 3, 10, 23, 30), day(zone, 3, 11, 0, 30), "23:30 23:45 00:00 00:15 00:30", "It ended on March 11"},
		{"clocks set forward", day(newYork, 3, 9, 1, 30), day(newYork, 3, 9, 3, 30), "01:30 01:45 03:00 03:15 03:30", "set forward by 60 minutes"},
		{"clocks set back", day(newYork, 11, 2, 0, 45), day(newYork, 11, 2, 1, 45).Add(time.Hour), "00:45 01:30 01:00 01:45", "set back by 60 minutes"},
		{"days", day(zone, 3, 10, 9, 0), day(zone, 3, 13, 17, 0), "Mar 10 Mar 12 Mar 13", "It ended on March 13"},
		{"two minutes", day(zone, 3, 10, 14, 0), day(zone, 3, 10, 14, 2), "14:00 14:01 14:02", ""},
	} {
		var words []string
		for _, m := range clockTicks(tt.from, tt.to) {
			words = append(words, m.Text)
		}
		if got := strings.Join(words, " "); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if note := noteOfTimes(tt.from, tt.to); (tt.note == "") != (note == "") || !strings.Contains(note, tt.note) {
			t.Errorf("%s: the note is %q, want %q", tt.name, note, tt.note)
		}
	}
}
