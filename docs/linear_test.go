package docs_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chargenote/chargenote/docs"
)

func TestLongNotesTakeLinearTime(t *testing.T) {
	takeLinearTime(t, []string{"90837", "90785-95"}, []string{
		"2:00 ", "45 min ", "- ", "# ", "**Plan** ", "2:00-2:53 ", "1/2/", "signed by Rowan Test, PhD on 1/2/2025 ", "no SI ", "(no) ", "[ ] a ", "he sat. ", "no EMDR. He sat. ",
		// forms of times
		"14.00-14.53 ", "from two to three ", "a quarter past ", "1h10m ", "start 1400 stop 1453 ", "start 1400 ", "90837 (60 min) ",
		"with a 10 min break ", "Session on 9/26/2024 lasted 45 minutes. ",
		// lists and tables
		"- Denies SI\n", "1. item\n", "* 3 sets of 10\n", "| PHQ-9 | 14 |\n", "1/2/2025\t45 min\n", "x\ty\tz\n", "\n", "Page 2 of 3\n", "Patient: Rowan Test\f",
		// names, dates and words that reach across a sentence or the note
		"Rowan Test, LCSW\n", "Dr. Test ", "DOB: 1/2 ", "date signed 1/2 ", "Addendum 1/2/2025 by X Y, LCSW: ok. ", "her brother, ", "but SI ", "Goal 1 ", "Goals:\nGoal 1\n",
		"Plan: walk\n", "doing well. ", "History of SI. ",
	})
}

// takeLinearTime wants a note that says one thing over and over, without a stop, to be read in a time that
// grows with its length: eight times the length may take three times eight, where the square would be
// sixty-four. Time is that of the processors, because a machine with other work stops a test for longer
// than a note takes.
func takeLinearTime(t *testing.T, codes, pieces []string) {
	t.Helper()
	const length, longer, most = 12_500, 8, 24
	rules := builtin(t)
	read := func(note string) time.Duration {
		began := processorTime(t)
		rules.Check(docs.Request{Note: note, HasNote: true, Codes: codes})
		return processorTime(t) - began
	}
	for _, piece := range pieces {
		short := strings.Repeat(piece, length/len(piece))
		long := strings.Repeat(short, longer)
		var once, took time.Duration
		for range 5 { // a collection of garbage disturbs a measurement; a square shows in all of them
			once = max(min(read(short), read(short), read(short)), time.Millisecond)
			if took = read(long); took <= most*once {
				break
			}
		}
		if took > most*once {
			t.Errorf("%d bytes of %q took %s, %d took %s", len(short), piece, once, len(long), took)
		}
	}
}

// processorTime is what this process has used of all processors since it began.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
