package integration

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clockTicks is how many ticks the kernel counts in a second for proc(5): USER_HZ, 100 on Linux.
const clockTicks = 100

// BenchmarkLaunch is one launch from the chart to the page of the visit, with everything in between
// done for real. Time per operation holds the EHR and the browser too; user-ms/launch is what the
// program itself computed, kernel-ms/launch what the kernel did for it, most of it on the network.
// The first should stay under 5 ms. Run it for a thousand launches: the kernel counts in ticks.
func BenchmarkLaunch(b *testing.B) {
	w := target{}.open(b)
	visit := w.ehr.Visits()[0]
	newVisitor(b).launch(b, w.ehr.LaunchURL(visit.Patient, visit.Encounter)) // discovery and keys are kept from here on
	user, kernel := cpuTime(b, w.app.command.Process.Pid)
	for b.Loop() {
		newVisitor(b).launch(b, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	}
	userAfter, kernelAfter := cpuTime(b, w.app.command.Process.Pid)
	b.ReportMetric(milliseconds(userAfter-user)/float64(b.N), "user-ms/launch")
	b.ReportMetric(milliseconds(kernelAfter-kernel)/float64(b.N), "kernel-ms/launch")
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// cpuTime is the time that a process has used in user and in kernel mode: proc(5), stat, fields 14 and 15.
func cpuTime(t testing.TB, pid int) (user, kernel time.Duration) {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, behindName, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(behindName) // begins with field 3
	ticks := func(field int) time.Duration {
		n, err := strconv.Atoi(fields[field-3])
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n) * time.Second / clockTicks
	}
	return ticks(14), ticks(15)
}
