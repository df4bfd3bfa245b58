package coding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chargenote/chargenote/coding"
)

// A seedError is one thing that published guidance on therapy coding gets wrong, or gets wrong by
// now. The right answer has the lines, never says the codes, and gives the reason in words.
type seedError struct {
	name  string
	facts string
	lines []string          // every line: code, units, modifiers
	never []string          // codes that no line, option or next threshold may name
	why   map[string]string // code: words that a text about it must hold
	next  string            // where not empty: the next threshold of the last line, "99354 +15" or "none"
}

// TestSeedErrors has at least one subtest for each known error, by its number.
func TestSeedErrors(t *testing.T) {
	for _, tt := range []seedError{
		{
			name:  "01-ninety-minutes-is-not-99354",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"psychotherapy","minutes":90}]}`,
			lines: []string{"90837 x1"},
			never: []string{"99354", "99355", "99417", "G2212"},
			why:   map[string]string{"99354": "ended with 2022-12-31; no code replaces it", "90837": "one unit however long"},
			next:  "none",
		},
		{
			name:  "01-ninety-minutes-is-not-two-sessions",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"commercial"},"provider":{"discipline":"LCSW"},"services":[{"activity":"psychotherapy","minutes":90}]}`,
			lines: []string{"90837 x1"},
			never: []string{"90834"},
			why:   map[string]string{"90837": "90 min, more than 52"},
		},
		{
			name:  "02-seventy-five-minutes-took-fifteen-more",
			facts: `{"dateOfService":"2022-06-01","services":[{"activity":"psychotherapy","minutes":75}]}`,
			lines: []string{"90837 x1"},
			why:   map[string]string{"90837": "75 min"},
			next:  "99354 +15",
		},
		{
			name:  "02-ninety-minutes-were-enough",
			facts: `{"dateOfService":"2022-06-01","services":[{"activity":"psychotherapy","minutes":90}]}`,
			lines: []string{"90837 x1", "99354 x1"},
			why:   map[string]string{"99354": "begins at 90"},
		},
		{
			name:  "03-hundred-and-five-minutes-add-no-99355",
			facts: `{"dateOfService":"2022-06-01","services":[{"activity":"psychotherapy","minutes":105}]}`,
			lines: []string{"90837 x1", "99354 x1"},
			why:   map[string]string{"99354": "105 min"},
			next:  "99355 +30",
		},
		{
			name:  "03-hundred-and-thirty-five-minutes-did",
			facts: `{"dateOfService":"2022-06-01","services":[{"activity":"psychotherapy","minutes":135}]}`,
			lines: []string{"90837 x1", "99354 x1", "99355 x1"},
			why:   map[string]string{"99355": "begins at 135"},
		},
		{
			name:  "04-thirty-minutes-beyond-fifty-three-are-not-enough",
			facts: `{"dateOfService":"2022-06-01","services":[{"activity":"psychotherapy","minutes":83}]}`,
			lines: []string{"90837 x1"},
			why:   map[string]string{"90837": "53 or more"},
			next:  "99354 +7",
		},
		{
			name: "05-telehealth-brings-no-prolonged-code-back",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},
				"visit":{"telehealth":true,"modality":"audio-video","patientLocation":"home"},"services":[{"activity":"psychotherapy","minutes":135}]}`,
			lines: []string{"90837 x1"},
			never: []string{"99354", "99355"},
			why:   map[string]string{"99354": "ended with 2022-12-31", "99355": "ended with 2022-12-31"},
			next:  "none",
		},
		{
			name:  "06-complexity-is-not-for-long-sessions",
			facts: `{"dateOfService":"2025-03-10","interactiveComplexity":{"present":true},"services":[{"activity":"psychotherapy","minutes":90}]}`,
			lines: []string{"90837 x1"},
			never: []string{"90785"},
			why:   map[string]string{"90785": "factor"},
		},
		{
			name:  "06-a-long-session-alone-does-not-raise-complexity",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"psychotherapy","minutes":90}]}`,
			lines: []string{"90837 x1"},
			never: []string{"90785"},
			why:   map[string]string{"90837": "no prolonged code holds"},
		},
		{
			name:  "07-complexity-follows-a-diagnostic-evaluation-too",
			facts: `{"dateOfService":"2025-03-10","interactiveComplexity":{"present":true,"factor":"play-equipment"},"services":[{"activity":"diagnostic-evaluation"}]}`,
			lines: []string{"90791 x1", "90785 x1"},
			why:   map[string]string{"90785": "play equipment, with 90791"},
		},
		{
			name:  "07-complexity-follows-a-group-too",
			facts: `{"dateOfService":"2025-03-10","interactiveComplexity":{"present":true,"factor":"play-equipment"},"services":[{"activity":"group"}]}`,
			lines: []string{"90853 x1", "90785 x1"},
			why:   map[string]string{"90785": "with 90853"},
		},
		{
			name:  "07-an-interpreter-alone-is-no-complexity",
			facts: `{"dateOfService":"2025-03-10","interactiveComplexity":{"present":true,"factor":"interpreter-only"},"services":[{"activity":"psychotherapy","minutes":45}]}`,
			lines: []string{"90834 x1"},
			never: []string{"90785"},
			why:   map[string]string{"90785": "interpreter"},
		},
		{
			name:  "08-further-crisis-time-starts-at-seventy-five",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"crisis","minutes":61}]}`,
			lines: []string{"90839 x1"},
			why:   map[string]string{"90839": "needs at least 75"},
			next:  "90840 +14",
		},
		{
			name:  "09-over-sixty-minutes-surface-no-99354",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"psychotherapy","minutes":61}]}`,
			lines: []string{"90837 x1"},
			never: []string{"99354"},
			why:   map[string]string{"90837": "53 or more"},
			next:  "none",
		},
		{
			name:  "10-counselors-did-not-bill-medicare-before-2024",
			facts: `{"dateOfService":"2023-12-31","payer":{"kind":"medicare"},"provider":{"discipline":"LPC"},"services":[{"activity":"psychotherapy","minutes":45}]}`,
			lines: []string{},
			never: []string{"90834"},
			why:   map[string]string{"90834": "LPC does not bill psychotherapy"},
		},
		{
			name:  "10-counselors-bill-medicare-from-2024",
			facts: `{"dateOfService":"2024-01-01","payer":{"kind":"medicare"},"provider":{"discipline":"LPC"},"services":[{"activity":"psychotherapy","minutes":45}]}`,
			lines: []string{"90834 x1"},
			why:   map[string]string{"90834": "45 min"},
		},
		{
			name:  "11-the-second-hour-of-testing-starts-at-ninety-one",
			facts: `{"dateOfService":"2025-03-10","testing":{"standardizedTestsInterpreted":3,"integratedReport":true},"services":[{"activity":"psych-testing-evaluation","minutes":61}]}`,
			lines: []string{"96130 x1"},
			why:   map[string]string{"96130": "needs at least 91"},
			next:  "96131 +30",
		},
		{
			name: "12-weekly-screeners-are-no-testing",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},
				"testing":{"standardizedTestsInterpreted":2,"selfAdministered":true},
				"services":[{"activity":"psychotherapy","minutes":45},{"activity":"psych-testing-evaluation","minutes":31}]}`,
			lines: []string{"90834 x1"},
			never: []string{"96130"},
			why:   map[string]string{"96130": "fill in by themselves"},
		},
		{
			name: "12-testing-needs-a-standardized-test",
			facts: `{"dateOfService":"2025-03-10","testing":{"standardizedTestsInterpreted":0},
				"services":[{"activity":"psychotherapy","minutes":45},{"activity":"psych-testing-evaluation","minutes":31}]}`,
			lines: []string{"90834 x1"},
			never: []string{"96130"},
			why:   map[string]string{"96130": "standardized test"},
		},
		{
			name: "12-testing-needs-minutes-of-its-own",
			facts: `{"dateOfService":"2025-03-10","testing":{"standardizedTestsInterpreted":2,"integratedReport":true},
				"services":[{"activity":"psychotherapy","minutes":60},{"activity":"psych-testing-evaluation","minutes":10}]}`,
			lines: []string{"90837 x1"},
			never: []string{"96130"},
			why:   map[string]string{"96130": "10 min, needs at least 31"},
		},
		{
			name: "12-testing-needs-a-report",
			facts: `{"dateOfService":"2025-03-10","testing":{"standardizedTestsInterpreted":2,"integratedReport":false},
				"services":[{"activity":"psych-testing-evaluation","minutes":31}]}`,
			lines: []string{},
			never: []string{"96130"},
			why:   map[string]string{"96130": "report"},
		},
		{
			name: "13-a-screener-in-the-therapy-hour-is-bundled",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},
				"services":[{"activity":"psychotherapy","minutes":45},{"activity":"screening","tests":["PHQ-9"],"scored":true}]}`,
			lines: []string{"90834 x1"},
			never: []string{"96127"},
			why:   map[string]string{"96127": "bundled into 90834"},
		},
		{
			name: "14-social-workers-do-not-bill-testing-to-medicare",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"LCSW"},
				"testing":{"standardizedTestsInterpreted":3,"integratedReport":true},"services":[{"activity":"psych-testing-evaluation","minutes":60}]}`,
			lines: []string{},
			never: []string{"96130"},
			why:   map[string]string{"96130": "LCSW does not bill testing"},
		},
		{
			name: "15-four-units-of-97130-are-within-the-limit",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},
				"services":[{"activity":"cognitive-intervention","minutes":75}]}`,
			lines: []string{"97129 x1", "97130 x4"},
			why:   map[string]string{"97130": "75 min"},
		},
		{
			name: "15-documented-time-is-not-cut-at-a-benchmark",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},
				"services":[{"activity":"cognitive-intervention","minutes":128}]}`,
			lines: []string{"97129 x1", "97130 x8"},
			why:   map[string]string{"97130": "7 a day (table of 2024-07-01)"},
		},
		{
			name:  "16-a-psychologist-has-no-therapy-plan-of-care",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"psychologist"},"services":[{"activity":"cognitive-intervention","minutes":30}]}`,
			lines: []string{"97129 x1", "97130 x1"},
			why:   map[string]string{"97129": "30 min"},
		},
		{
			name:  "16-a-speech-language-pathologist-has-one",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"commercial"},"provider":{"discipline":"SLP"},"services":[{"activity":"cognitive-intervention","minutes":30}]}`,
			lines: []string{"97129 x1 GN", "97130 x1 GN"},
			why:   map[string]string{"97129": "plan of care"},
		},
		{
			name:  "19-one-clinician-does-not-bill-speech-and-cognitive-treatment",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicaid"},"provider":{"discipline":"SLP"},"services":[{"activity":"speech-treatment-individual"},{"activity":"cognitive-intervention","minutes":15}]}`,
			lines: []string{"92507 x1 GN"},
			never: []string{"97129"},
			why:   map[string]string{"97129": "bundled into 92507"},
		},
		{
			name: "19-two-disciplines-may",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicaid"},"provider":{"discipline":"mixed"},"distinctTimeIntervals":true,
				"services":[{"activity":"speech-treatment-individual","performer":"SLP"},{"activity":"cognitive-intervention","minutes":15,"performer":"OT"}]}`,
			lines: []string{"92507 x1 GN", "97129 x1 GO 59"},
			why:   map[string]string{"97129": "apart from 92507, so modifier 59"},
		},
		{
			name: "20-the-total-is-named",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"OT"},"history":{"therapyYearToDateUSD":{"ot":0}},
				"services":[{"activity":"cognitive-intervention","minutes":24},{"activity":"self-care","minutes":23}]}`,
			lines: []string{"97129 x1 GO", "97130 x1 GO", "97535 x1 GO"},
			why:   map[string]string{"97535": "47 timed minutes in all"},
		},
		{
			name: "21-documentation-is-not-treatment",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"PT"},"history":{"therapyYearToDateUSD":{"ptSlp":0}},
				"services":[{"activity":"therapeutic-exercise","minutes":20},{"activity":"documentation-after-visit","minutes":10}]}`,
			lines: []string{"97110 x1 GP"},
			why:   map[string]string{"97110": "20 min of 20 timed minutes"},
			next:  "97110 +3",
		},
		{
			name: "22-a-rule-of-today-does-not-reach-back-to-2018",
			facts: `{"dateOfService":"2018-12-17","payer":{"kind":"medicare"},"provider":{"discipline":"PT"},
				"services":[{"activity":"therapeutic-exercise","minutes":30,"assistantMinutes":30},{"activity":"cognitive-intervention","minutes":15}]}`,
			lines: []string{"97110 x2 GP"},
			never: []string{"97129"},
			why:   map[string]string{"97129": "holds from 2020-01-01"},
		},
		{
			name: "23-audio-alone-is-not-for-medicare-and-medicaid-only",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"commercial"},"provider":{"discipline":"LCSW"},
				"visit":{"modality":"audio-only","patientLocation":"home"},"services":[{"activity":"psychotherapy","minutes":45}]}`,
			lines: []string{"90834 x1 93"},
			why:   map[string]string{"90834": "93: by audio alone"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, suggest(t, tt.facts)) })
	}
	placeOfTelehealth(t)
	minutesSuffice(t)
	t.Run("20-equal-remainders-are-the-clinicians-choice", choiceOfMixedDay)
	oneMidpoint(t)
}

// placeOfTelehealth is number 17: the place of service and the modifier go by the day.
func placeOfTelehealth(t *testing.T) {
	for _, tt := range []struct{ name, day, want string }{
		{"in-person-place-with-95-to-the-end-of-2023", "2023-12-31", "90834 x1 95 @11"},
		{"place-10-and-no-95-from-2024", "2024-01-01", "90834 x1 @10"},
	} {
		t.Run("17-"+tt.name, func(t *testing.T) {
			result := suggest(t, fmt.Sprintf(`{"dateOfService":%q,"payer":{"kind":"medicare"},"setting":"behavioral-health","provider":{"discipline":"psychologist"},
				"visit":{"telehealth":true,"modality":"audio-video","patientLocation":"home"},"services":[{"activity":"psychotherapy","minutes":45}]}`, tt.day))
			if diff := cmp.Diff([]string{tt.want}, said(result, want{}).Lines); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.day < "2024" && !strings.Contains(strings.Join(reasons(result, "90834"), "\n"), "95") {
				t.Errorf("no text about 90834 says why it carries 95: %q", reasons(result, "90834"))
			}
		})
	}
}

// minutesSuffice is numbers 18 and 24: the same minutes with and without clock times give the same
// lines, and no question asks for a clock time.
func minutesSuffice(t *testing.T) {
	for _, tt := range []struct{ name, minutes, clock string }{
		{
			"18-therapy-needs-no-clock-times",
			`{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"PT"},"history":{"therapyYearToDateUSD":{"ptSlp":0}},
				"services":[{"activity":"therapeutic-exercise","minutes":30}]}`,
			`{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"PT"},"history":{"therapyYearToDateUSD":{"ptSlp":0}},
				"services":[{"activity":"therapeutic-exercise","start":"2025-03-10T10:00:00-05:00","end":"2025-03-10T10:30:00-05:00"}]}`,
		},
		{
			"24-psychotherapy-takes-either",
			`{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"LCSW"},"services":[{"activity":"psychotherapy","minutes":53}]}`,
			`{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"LCSW"},
				"services":[{"activity":"psychotherapy","start":"2025-03-10T10:00:00-05:00","end":"2025-03-10T10:53:00-05:00"}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			byMinutes, byClock := suggest(t, tt.minutes), suggest(t, tt.clock)
			if diff := cmp.Diff(byMinutes, byClock); diff != "" {
				t.Errorf("minutes and clock times differ (-minutes +clock)\n%s", diff)
			}
			if len(byMinutes.Suggestions) != 1 || len(byMinutes.Questions) != 0 {
				t.Errorf("got lines %v and questions %v, want one line and no question", said(byMinutes, want{}).Lines, byMinutes.Questions)
			}
		})
	}
}

// choiceOfMixedDay looks into the choice that the total of a mixed day leaves open: three units of
// forty minutes, never one or two for each code alone.
func choiceOfMixedDay(t *testing.T) {
	result := suggest(t, `{"dateOfService":"2025-03-10","payer":{"kind":"medicare"},"provider":{"discipline":"PT"},"history":{"therapyYearToDateUSD":{"ptSlp":0}},
		"services":[{"activity":"neuromuscular","minutes":20},{"activity":"therapeutic-exercise","minutes":20}]}`)
	if len(result.Choices) != 1 || !strings.Contains(result.Choices[0].Why, "clinician chooses") {
		t.Fatalf("got choices %+v, want one that the clinician makes", result.Choices)
	}
	for _, option := range result.Choices[0].Options {
		units := 0
		for _, line := range option {
			units += line.Units
		}
		if units != 3 {
			t.Errorf("option %+v has %d units, want the 3 of 40 minutes", option, units)
		}
	}
}

// oneMidpoint is number 25, the one meaning of the midpoint: a unit begins one minute past half of
// it, and the answer names that minute.
func oneMidpoint(t *testing.T) {
	testing3 := `"testing":{"standardizedTestsInterpreted":3,"integratedReport":true},`
	for _, tt := range []struct {
		name, activity, extra string
		first, second         int // first minute of the first and of the second unit
		code, again           string
	}{
		{"fifteen-minutes", "adaptive-behavior-treatment", "", 8, 23, "97153", "97153"},
		{"fifteen-minutes-with-an-add-on", "cognitive-intervention", `"provider":{"discipline":"psychologist"},`, 8, 23, "97129", "97130"},
		{"thirty-minutes", "test-administration-professional", `"testing":{"standardizedTestsInterpreted":3},`, 16, 46, "96136", "96137"},
		{"thirty-minutes-of-a-technician", "test-administration-technician", `"testing":{"standardizedTestsInterpreted":3},`, 16, 46, "96138", "96139"},
		{"sixty-minutes", "psych-testing-evaluation", testing3, 31, 91, "96130", "96131"},
		{"sixty-minutes-of-neuropsychology", "neuropsych-testing-evaluation", testing3, 31, 91, "96132", "96133"},
		{"sixty-minutes-of-a-status-exam", "neurobehavioral-status-exam", "", 31, 91, "96116", "96121"},
		{"sixty-minutes-in-units", "cognitive-performance-testing", "", 31, 91, "96125", "96125"},
	} {
		t.Run("25-"+tt.name, func(t *testing.T) {
			at := func(minutes int) coding.Result {
				return suggest(t, fmt.Sprintf(`{"dateOfService":"2025-03-10",%s"services":[{"activity":%q,"minutes":%d}]}`, tt.extra, tt.activity, minutes))
			}
			for _, step := range []struct{ minutes, units int }{{tt.first - 1, 0}, {tt.first, 1}, {tt.second - 1, 1}, {tt.second, 2}} {
				units := 0
				for _, s := range at(step.minutes).Suggestions {
					units += s.Units
				}
				if units != step.units {
					t.Errorf("%d min: got %d units, want %d", step.minutes, units, step.units)
				}
			}
			below := strings.Join(reasons(at(tt.first-1), tt.code), "\n")
			if !strings.Contains(below, fmt.Sprintf("needs at least %d", tt.first)) {
				t.Errorf("one below: no text names the minute %d: %q", tt.first, below)
			}
			if last := at(tt.second - 1).Suggestions; len(last) != 1 || last[0].Next == nil || last[0].Next.Code != tt.again || last[0].Next.MinutesToGo != 1 {
				t.Errorf("one below the second unit: got %+v, want one line whose next is %s in one minute", last, tt.again)
			}
		})
	}
}

// TestSeedErrorsOfPublicPages is the list of further errors that public pages hold.
func TestSeedErrorsOfPublicPages(t *testing.T) {
	for _, tt := range []seedError{
		{
			name:  "family-therapy-does-not-need-38-minutes",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"family-with-patient","minutes":26}]}`,
			lines: []string{"90847 x1"},
			why:   map[string]string{"90847": "26 or more"},
			next:  "none",
		},
		{
			name:  "family-therapy-does-not-end-at-52-minutes",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"family-with-patient","minutes":60}]}`,
			lines: []string{"90847 x1"},
			why:   map[string]string{"90847": "26 or more"},
			next:  "none",
		},
		{
			name:  "complexity-does-not-follow-family-therapy",
			facts: `{"dateOfService":"2025-03-10","interactiveComplexity":{"present":true,"factor":"caregiver-interference"},"services":[{"activity":"family-with-patient","minutes":50}]}`,
			lines: []string{"90847 x1"},
			never: []string{"90785"},
			why:   map[string]string{"90785": "90834"}, // the codes that it follows are named
		},
		{
			name:  "a-lone-MoCA-is-no-administration",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"test-administration-professional","minutes":30,"tests":["MoCA"]}]}`,
			lines: []string{},
			never: []string{"96136"},
			why:   map[string]string{"96136": "1 test, needs at least 2"},
		},
		{
			name:  "a-lone-MMSE-is-no-administration",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"test-administration-technician","minutes":30,"tests":["MMSE"]}]}`,
			lines: []string{},
			never: []string{"96138"},
			why:   map[string]string{"96138": "1 test, needs at least 2"},
		},
		{
			name:  "a-cognitive-screen-has-no-code",
			facts: `{"dateOfService":"2025-03-10","services":[{"activity":"cognitive-screen","tests":["MoCA"],"scored":true}]}`,
			lines: []string{},
			never: []string{"96116", "96125", "96132", "96136", "96127"},
			why:   map[string]string{"": "part of the evaluation"},
		},
		{
			name:  "no-99354-with-90837-in-2025",
			facts: `{"dateOfService":"2025-06-01","payer":{"kind":"commercial"},"provider":{"discipline":"psychologist"},"services":[{"activity":"psychotherapy","minutes":120}]}`,
			lines: []string{"90837 x1"},
			never: []string{"99354"},
			why:   map[string]string{"99354": "no code replaces it"},
			next:  "none",
		},
		{
			name:  "the-limit-of-97110-is-not-four",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicaid"},"provider":{"discipline":"PT"},"services":[{"activity":"therapeutic-exercise","minutes":90}]}`,
			lines: []string{"97110 x6 GP"},
			why:   map[string]string{"97110": "6 units"},
		},
		{
			name:  "the-limit-of-97110-is-six",
			facts: `{"dateOfService":"2025-03-10","payer":{"kind":"medicaid"},"provider":{"discipline":"PT"},"services":[{"activity":"therapeutic-exercise","minutes":98}]}`,
			lines: []string{"97110 x7 GP"},
			why:   map[string]string{"97110": "at most 6 a day"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, suggest(t, tt.facts)) })
	}
}

// suggest answers facts that are written as a document.
func suggest(t *testing.T, document string) coding.Result {
	t.Helper()
	facts, err := coding.DecodeFacts([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return builtin(t).Suggest(facts)
}

// check compares a result with what is right instead of the error.
func (s seedError) check(t *testing.T, got coding.Result) {
	t.Helper()
	lines := []string{}
	for _, line := range got.Suggestions {
		lines = append(lines, lineText(coding.Line{Code: line.Code, Units: line.Units, Modifiers: line.Modifiers}))
	}
	if diff := cmp.Diff(s.lines, lines); diff != "" {
		t.Errorf("lines (-want +got)\n%s", diff)
	}
	for _, code := range s.never {
		if slices.Contains(offered(got), code) {
			t.Errorf("%s is offered: %v", code, lines)
		}
	}
	for code, words := range s.why {
		if texts := reasons(got, code); !strings.Contains(strings.Join(texts, "\n"), words) {
			t.Errorf("no text about %q says %q: %q", code, words, texts)
		}
	}
	if next := nextOfLast(got); s.next != "" && next != s.next {
		t.Errorf("next threshold: got %s, want %s", next, s.next)
	}
	checkExplained(t, got)
}

// nextOfLast is the next threshold of the last line, or none.
func nextOfLast(r coding.Result) string {
	if len(r.Suggestions) == 0 || r.Suggestions[len(r.Suggestions)-1].Next == nil {
		return "none"
	}
	next := r.Suggestions[len(r.Suggestions)-1].Next
	return fmt.Sprintf("%s +%d", next.Code, next.MinutesToGo)
}

// offered lists every code that a result puts before the clinician as billable: lines, options, and
// the next threshold.
func offered(r coding.Result) []string {
	var codes []string
	for _, s := range r.Suggestions {
		codes = append(codes, s.Code)
		if s.Next != nil {
			codes = append(codes, s.Next.Code)
		}
	}
	for _, choice := range r.Choices {
		for _, option := range choice.Options {
			for _, line := range option {
				codes = append(codes, line.Code)
			}
		}
	}
	return codes
}

// reasons lists every text of a result about a code: of its line, of its refusal, of its flags.
func reasons(r coding.Result, code string) []string {
	var texts []string
	for _, s := range r.Suggestions {
		for _, b := range s.Because {
			if s.Code == code {
				texts = append(texts, b.Text)
			}
		}
	}
	for _, n := range r.NotSuggested {
		if n.Code == code {
			texts = append(texts, n.Text)
		}
	}
	for _, f := range r.Flags {
		if f.Code == code {
			texts = append(texts, f.Text)
		}
	}
	return texts
}
