package coding

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClocks(t *testing.T) {
	within := &Numbers{Min: 38, Max: 52}
	open := &Numbers{Min: 53}
	base := &Numbers{First: 31, Most: 1}
	more := &Numbers{First: 91, Every: 60}
	block := &Numbers{First: 75, Every: 30}
	for _, tt := range []struct {
		name    string
		clock   clock
		numbers *Numbers
		minutes int
		units   int
		next    int
		why     string
	}{
		{"range, below", fixedRange{}, within, 37, 0, 38, "37 min, needs at least 38"},
		{"range, first", fixedRange{}, within, 38, 1, 0, "38 min, within 38 to 52"},
		{"range, last", fixedRange{}, within, 52, 1, 0, "52 min, within 38 to 52"},
		{"range, above", fixedRange{}, within, 53, 0, 0, "53 min, more than 52"},
		{"open range, below", fixedRange{}, open, 52, 0, 53, "52 min, needs at least 53"},
		{"open range, first", fixedRange{}, open, 53, 1, 0, "53 min, 53 or more"},
		{"open range, a whole day", fixedRange{}, open, 1440, 1, 0, "1440 min, 53 or more"},
		{"base, below", ladder{}, base, 30, 0, 31, "30 min, needs at least 31"},
		{"base, first", ladder{}, base, 31, 1, 0, "31 min, the unit begins at 31"},
		{"base, never two", ladder{}, base, 500, 1, 0, "500 min, the unit begins at 31"},
		{"add-on, below", ladder{}, more, 90, 0, 91, "90 min, needs at least 91"},
		{"add-on, first", ladder{}, more, 91, 1, 151, "91 min, the unit begins at 91"},
		{"add-on, last of the first", ladder{}, more, 150, 1, 151, "150 min, the unit begins at 91"},
		{"add-on, second", ladder{}, more, 151, 2, 211, "151 min, unit 2 begins at 151"},
		{"block, below", blocks{}, block, 74, 0, 75, "74 min, needs at least 75"},
		{"block, first", blocks{}, block, 75, 1, 105, "75 min, the unit begins at 75"},
		{"block, last", blocks{}, block, 104, 1, 105, "104 min, the unit begins at 75"},
		{"block, second", blocks{}, block, 105, 2, 135, "105 min, unit 2 begins at 105"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			units, next, why := tt.clock.units(tt.numbers, tt.minutes), tt.clock.next(tt.numbers, tt.minutes), tt.clock.why(tt.numbers, tt.minutes)
			if units != tt.units || next != tt.next || why != tt.why {
				t.Errorf("got %d units, next %d, %q; want %d, %d, %q", units, next, why, tt.units, tt.next, tt.why)
			}
		})
	}
}

// The table of the Medicare Claims Processing Manual ch. 5 section 20.2.C: first and last minute of
// each number of units.
func TestUnitsOfTheTotal(t *testing.T) {
	fifteen := &Numbers{First: 8, Every: 15}
	for units, minutes := range [][2]int{{0, 7}, {8, 22}, {23, 37}, {38, 52}, {53, 67}, {68, 82}, {83, 97}, {98, 112}, {113, 127}} {
		for _, m := range minutes {
			if got := midpointUnits(fifteen, m); got != units {
				t.Errorf("%d min are %d units, want %d", m, got, units)
			}
		}
	}
}

func TestAllocate(t *testing.T) {
	fifteen := &Numbers{First: 8, Every: 15}
	for _, tt := range []struct {
		name    string
		minutes []int
		units   []int // settled
		tied    []bool
		open    int
	}{
		{"nothing", []int{}, nil, nil, 0},
		{"below", []int{7}, []int{0}, []bool{false}, 0},
		{"largest remainder", []int{24, 23}, []int{2, 1}, []bool{false, false}, 0},
		{"equal remainders", []int{20, 20}, []int{1, 1}, []bool{true, true}, 1},
		{"a remainder below 8 can earn one", []int{33, 7}, []int{2, 1}, []bool{false, false}, 0},
		{"the smallest earns none", []int{18, 13, 10, 8}, []int{1, 1, 1, 0}, []bool{false, false, false, false}, 0},
		{"three alike for one", []int{7, 7, 7}, []int{0, 0, 0}, []bool{true, true, true}, 1},
		{"three alike for two", []int{10, 10, 10}, []int{0, 0, 0}, []bool{true, true, true}, 2},
		{"one ahead, two alike for one", []int{14, 9, 9}, []int{1, 0, 0}, []bool{false, true, true}, 1},
		{"full units only", []int{15, 30}, []int{1, 2}, []bool{false, false}, 0},
		{"zero minutes are never in a tie", []int{8, 0, 0}, []int{1, 0, 0}, []bool{false, false, false}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := new(shares).of(len(tt.minutes))
			got.allocate(tt.minutes, fifteen)
			if diff := cmp.Diff(tt.units, got.units); diff != "" {
				t.Errorf("units (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.tied, got.tied); diff != "" || got.open != tt.open {
				t.Errorf("open %d, want %d; tied (-want +got)\n%s", got.open, tt.open, diff)
			}
		})
	}
}

func TestAssistantUnits(t *testing.T) {
	today := assistantRule{Percent: 10, TherapistAlone: 8}
	before := assistantRule{Percent: 10}
	for _, tt := range []struct {
		name                        string
		rule                        assistantRule
		units, therapist, assistant int
		want                        int
	}{
		{"all by the assistant", today, 2, 0, 30, 2},
		{"one unit each", today, 2, 15, 15, 1},
		{"last unit by the therapist, 8 minutes", today, 1, 8, 14, 0},
		{"last unit by the therapist, 7 minutes", today, 1, 7, 14, 1},
		{"one minute is not over 10 percent", today, 1, 7, 1, 0},
		{"two minutes are", today, 1, 6, 2, 1},
		{"two units left, one each", today, 2, 12, 11, 1},
		{"before 2022 there was no such exception", before, 1, 8, 14, 1},
		{"whole units of both, and a rest that both furnished", today, 3, 20, 18, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := assistantUnits(&tt.rule, 15, tt.units, tt.therapist, tt.assistant); got != tt.want {
				t.Errorf("%d units are marked, want %d", got, tt.want)
			}
		})
	}
}

func TestCombinations(t *testing.T) {
	if diff := cmp.Diff([][]int{{0, 1}, {0, 2}, {1, 2}}, combinations(3, 2, 10)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := len(combinations(20, 10, 41)); got != 41 {
		t.Errorf("%d combinations, want to stop at 41", got)
	}
}
